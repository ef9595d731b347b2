"""Records as they really come: impossible dates, doubles, unknown weights, births at odd days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo.domain.entities import Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State, Trust

TODAY = date(2026, 11, 21)
BIRTH = date(2026, 5, 3)


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def judged(book: RuleBook, member: Any) -> Any:
    def judge(
        *events: ServiceEvent, birth: date = BIRTH, today: date = TODAY, **changes: Any
    ) -> dict[str, ServiceStatus]:
        person = member(birth, **changes)
        return {one.key: one for one in services_of(person, None, events, book, today)}

    return judge


@pytest.fixture
def carried(book: RuleBook, member: Any) -> Any:
    def judge(
        *events: ServiceEvent, today: date = TODAY, **changes: Any
    ) -> dict[str, ServiceStatus]:
        values = {"id": "pregnancy", "household_id": "household", "member_id": "member"}
        pregnancy = Pregnancy(**{**values, "last_period": date(2026, 5, 1), **changes})
        woman = member(date(1996, 1, 1), document_kind=DocumentKind.DNI)
        return {one.key: one for one in services_of(woman, pregnancy, events, book, today)}

    return judge


@pytest.mark.parametrize("number", ["", "  "])
def test_a_dni_without_a_number_is_not_taken_for_a_document(judged: Any, number: str) -> None:
    found = judged(document_kind=DocumentKind.DNI, document_number=number)
    assert found["DNI:30d"].state is State.OVERDUE
    held = judged(document_kind=DocumentKind.DNI, document_number="70000001")
    assert held["DNI:30d"].state is State.DONE


def test_a_dose_before_birth_is_refused_and_the_same_dose_later_still_counts(
    judged: Any, event: Any
) -> None:
    found = judged(event("PENTA", BIRTH - days(20), 1), event("PENTA", BIRTH + days(61), 1))
    assert found["PENTA:1"].done_on == BIRTH + days(61)
    assert "anterior al 3 may 2026; revise la fecha" in found["PENTA:1"].why.text


def test_one_vaccine_twice_on_one_day_counts_once_and_says_so(judged: Any, event: Any) -> None:
    day = BIRTH + days(62)
    found = judged(event("NEUMO", day, 1), event("NEUMO", day, 2))
    assert found["NEUMO:1"].state is State.DONE
    assert not found["NEUMO:2"].state.is_received
    assert "Hay más de un registro del 4 jul 2026: cuenta uno solo" in found["NEUMO:2"].why.text


def test_polio_given_beside_the_hexavalent_of_the_same_day_is_one_polio_dose(
    judged: Any, event: Any
) -> None:
    day = BIRTH + days(62)
    found = judged(event("HEXA", day, 1), event("IPV", day, 1))
    assert [found[key].state for key in ("PENTA:1", "IPV:1")] == [State.DONE, State.DONE]
    assert not found["IPV:2"].state.is_received
    assert not found["PENTA:2"].state.is_received


def test_a_dose_too_early_tells_the_first_day_on_which_it_would_have_counted(
    judged: Any, event: Any
) -> None:
    first, early = BIRTH + days(60), BIRTH + days(80)
    found = judged(event("PENTA", first, 1), event("PENTA", early, 2))
    # 28 days after 2 July 2026 is 30 July.
    assert (first, first + days(28)) == (date(2026, 7, 2), date(2026, 7, 30))
    text = found["PENTA:2"].why.text
    assert "22 jul 2026 no se cuenta" in text
    assert "válido desde el 30 jul 2026" in text
    assert found["PENTA:2"].state is State.OVERDUE
    assert "cuanto antes" in found["PENTA:2"].why.next_step


def test_a_late_starter_is_led_through_every_dose_from_the_real_dates(
    judged: Any, event: Any
) -> None:
    born = date(2025, 3, 10)
    late = date(2026, 8, 1)
    found = judged(event("PENTA", late, 1), birth=born, today=late)
    assert found["PENTA:1"].state is State.DONE_LATE
    assert (found["PENTA:2"].state, found["PENTA:2"].opens) == (State.NOT_YET, late + days(28))
    after = judged(event("PENTA", late, 1), birth=born, today=late + days(28))
    assert after["PENTA:2"].state is State.DUE
    rest = [event("PENTA", late + days(28 * n), n + 1) for n in range(3)]
    done = judged(*rest, birth=born, today=late + days(60))
    assert done["PENTA:3"].state.is_received
    # The booster is counted from the third real dose, six months later.
    assert done["DPT:R1"].opens == date(2027, 3, 26)


def test_what_can_no_longer_be_made_up_for_is_not_asked_of_a_late_starter(judged: Any) -> None:
    found = judged(birth=date(2025, 11, 1), today=date(2026, 11, 20))
    assert {found[key].state for key in ("ROTA:1", "ROTA:2", "HVB:1")} == {State.LOST}
    assert found["PENTA:1"].state is State.OVERDUE


def test_a_preterm_child_of_unknown_weight_follows_the_schedule_of_the_small(judged: Any) -> None:
    known = judged(birth_weight_g=None, gestation_weeks=34)
    assert "IRON:1m" in known
    assert "No se conoce el peso" not in known["IRON:1m"].why.text
    heavy = judged(birth_weight_g=3400, gestation_weeks=34)
    assert heavy.keys() == known.keys()


def test_iron_given_late_does_not_undo_a_haemoglobin_already_made(judged: Any, event: Any) -> None:
    small = {"birth_weight_g": 1900, "gestation_weeks": None}
    blood = event("HB", BIRTH + days(125), 1)
    iron = event("IRON", BIRTH + days(100), 1)
    assert judged(blood, **small)["HB:4m"].state is State.DONE
    assert judged(blood, iron, **small)["HB:4m"].state is State.DONE


@pytest.mark.parametrize(
    ("birth", "year", "twelve_months"),
    [
        (date(2024, 2, 29), 2025, date(2025, 2, 28)),
        (date(2025, 1, 31), 2026, date(2026, 1, 31)),
        (date(2025, 2, 28), 2026, date(2026, 2, 28)),
        (date(2025, 12, 31), 2026, date(2026, 12, 31)),
    ],
)
def test_a_birthday_that_a_year_does_not_have_is_kept_on_the_last_day_of_its_month(
    judged: Any, birth: date, year: int, twelve_months: date
) -> None:
    before = judged(birth=birth, today=twelve_months - days(1))
    assert before["SPR:1"].state is State.NOT_YET
    on = judged(birth=birth, today=twelve_months)["SPR:1"]
    assert (on.state, on.opens) == (State.DUE, twelve_months)


def test_a_child_of_29_february_is_two_on_the_last_of_february_and_four_on_the_29th(
    judged: Any,
) -> None:
    born = date(2024, 2, 29)
    assert judged(birth=born, today=date(2026, 2, 28))["CRED:24m"].state is State.DUE
    # Four years later February has its 29th day again.
    assert judged(birth=born, today=date(2028, 2, 28))["APO:R2"].opens is None
    assert judged(birth=born, today=date(2028, 2, 28))["CRED:48m"].state is State.NOT_YET
    assert judged(birth=born, today=date(2028, 2, 29))["CRED:48m"].state is State.DUE


@pytest.mark.parametrize("birth", [date(2026, 3, 31), date(2026, 5, 31), date(2026, 8, 31)])
def test_a_child_born_on_the_31st_has_one_control_each_month(judged: Any, birth: date) -> None:
    found = judged(birth=birth, today=date(2027, 3, 1))
    opens = [
        one.opens
        for key, one in found.items()
        if key.startswith("CRED:") and key.endswith("m") and one.opens is not None
    ]
    months = [(day.year, day.month) for day in opens]
    assert len(months) == len(set(months))


@pytest.mark.parametrize("birth", [date.min, date.max, date(9999, 12, 1)])
@pytest.mark.parametrize("today", [date.min, TODAY, date.max])
def test_dates_at_the_ends_of_the_calendar_are_judged_without_failing(
    judged: Any, event: Any, birth: date, today: date
) -> None:
    found = judged(
        event("PENTA", date.min), event("HB", date.max, value=8.0), birth=birth, today=today
    )
    assert all(one.why.text for one in found.values())


def test_a_birth_in_the_future_asks_for_a_correction_and_for_nothing_else(judged: Any) -> None:
    found = judged(birth=TODAY + days(1))
    assert found
    assert {one.state for one in found.values()} == {State.NOT_YET}
    assert all("posterior a hoy" in one.why.text for one in found.values())


class TestPregnancies:
    def test_one_of_fifty_weeks_says_so_and_keeps_asking_for_the_birth(self, carried: Any) -> None:
        found = carried(last_period=TODAY - days(350))
        assert "pasa de 43 semanas" in found["APN:6"].why.text
        assert found["BIRTH:1"].state is State.OVERDUE
        assert "Registre el parto" in found["BIRTH:1"].why.next_step

    def test_an_end_before_its_beginning_is_told(self, carried: Any) -> None:
        found = carried(ended_on=date(2026, 3, 1), outcome=PregnancyOutcome.LOSS)
        assert {one.state for one in found.values()} == {State.NOT_APPLICABLE}
        birth = carried(ended_on=date(2026, 3, 1), outcome=PregnancyOutcome.BIRTH, today=TODAY)
        assert not any(one.state.is_missing for one in birth.values())
        assert "anterior al inicio de la gestación" in birth["BIRTH:1"].why.text

    def test_an_end_after_today_does_not_close_it_yet(self, carried: Any) -> None:
        found = carried(ended_on=TODAY + days(30), outcome=PregnancyOutcome.BIRTH)
        assert found["APN:1"].state.is_missing
        assert "NEWBORN:1" not in found

    def test_a_loss_after_a_recorded_birth_closes_everything(
        self, carried: Any, event: Any
    ) -> None:
        # Two ends were recorded; the later correction says loss.
        given = event("APN", date(2026, 6, 20), 1)
        found = carried(given, ended_on=TODAY - days(5), outcome=PregnancyOutcome.LOSS)
        assert found["APN:1"].state is State.DONE
        rest = {one.state for key, one in found.items() if key != "APN:1"}
        assert rest == {State.NOT_APPLICABLE}
        assert not {"NEWBORN:1", "IRON_FOLIC:P1", "PUERPERAL:1"} & found.keys()

    def test_an_ultrasound_years_from_the_last_period_is_used_and_told(self, carried: Any) -> None:
        found = carried(last_period=date(2023, 5, 1), due_date_ultrasound=date(2027, 2, 5))
        assert found["APN:1"].due == date(2026, 5, 1) + days(97)
        assert "difieren en 1096 días" in found["APN:1"].why.text.replace("\u202f", "")
        near = carried(due_date_ultrasound=date(2027, 2, 5))
        assert "difieren" not in near["APN:1"].why.text

    def test_a_control_that_was_not_yet_expected_at_an_early_birth_was_not_lost(
        self, carried: Any
    ) -> None:
        early = date(2026, 5, 1) + days(7 * 31)
        found = carried(ended_on=early, outcome=PregnancyOutcome.BIRTH, today=early + days(3))
        assert found["APN:1"].state is State.LOST
        assert found["APN:6"].state is State.NOT_APPLICABLE
        assert "antes de que correspondiera" in found["APN:6"].why.text

    def test_early_capture_means_a_first_control_before_fourteen_weeks(
        self, carried: Any, event: Any
    ) -> None:
        start = date(2026, 5, 1)
        on_time = carried(event("APN", start + days(97), 1))
        late = carried(event("APN", start + days(98), 1))
        assert on_time["APN:1"].state is State.DONE
        assert late["APN:1"].state is State.DONE_LATE
        for key in ("HB:T1", "SYPHILIS:1", "HIV:1", "URINE:1"):
            assert on_time[key].state is State.OVERDUE
            assert on_time[key].why.trust is Trust.CONFIRMED
