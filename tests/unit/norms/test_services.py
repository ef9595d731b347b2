"""What a field worker relies on, told as cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo.domain.entities import Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome, Sex
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


def test_a_rotavirus_dose_not_given_by_its_last_day_is_lost_and_takes_the_second_with_it(
    judged: Any,
) -> None:
    last = BIRTH + days(180)
    on_last = judged(today=last)
    assert (on_last["ROTA:1"].state, on_last["ROTA:2"].state) == (State.DUE, State.NOT_YET)
    after = judged(today=last + days(1))
    assert (after["ROTA:1"].state, after["ROTA:2"].state) == (State.LOST, State.LOST)
    assert "ya no se recupera" in after["ROTA:1"].why.text
    assert after["ROTA:1"].why.next_step == ""


def test_a_rotavirus_dose_given_after_the_window_does_not_count_and_says_so(
    judged: Any, event: Any
) -> None:
    status = judged(event("ROTA", BIRTH + days(190), 1))["ROTA:1"]
    assert status.state is State.LOST
    assert "llegó después del plazo" in status.why.text


def test_a_dose_given_too_early_is_not_counted_and_the_reason_is_told(
    judged: Any, event: Any
) -> None:
    found = judged(event("PENTA", BIRTH + days(40), 1))
    assert found["PENTA:1"].state is State.OVERDUE
    assert "12 jun 2026 no se cuenta" in found["PENTA:1"].why.text
    assert "27 jun 2026" in found["PENTA:1"].why.text


def test_a_second_dose_before_the_interval_does_not_count_but_a_repeated_one_does(
    judged: Any, event: Any
) -> None:
    first, early = event("PENTA", BIRTH + days(60), 1), event("PENTA", BIRTH + days(87), 2)
    assert not judged(first, early)["PENTA:2"].state.is_received
    again = event("PENTA", BIRTH + days(130), 3)
    found = judged(first, early, again)
    assert found["PENTA:2"].done_on == BIRTH + days(130)
    assert "debía pasar más tiempo" in found["PENTA:2"].why.text


def test_the_next_dose_is_counted_from_the_last_real_one(judged: Any, event: Any) -> None:
    late = BIRTH + days(118)
    status = judged(event("NEUMO", late, 1))["NEUMO:2"]
    assert (status.opens, status.due) == (late + days(28), late + days(70))


def test_a_late_control_moves_the_appointment_of_the_next_one(judged: Any, event: Any) -> None:
    born, seen = date(2025, 11, 10), date(2026, 9, 20)
    control = event("CRED", seen, 9)
    status = judged(control, birth=born)["CRED:12m"]
    assert (status.opens, status.due) == (seen + days(90), seen + days(120))
    assert "20 set 2026" in status.why.text
    on_time = judged(event("CRED", date(2026, 8, 10), 9), birth=born)["CRED:12m"]
    assert (on_time.opens, on_time.due) == (date(2026, 11, 10), date(2026, 12, 9))


def test_a_late_first_measles_dose_moves_the_second_by_six_months(judged: Any, event: Any) -> None:
    born, first = date(2025, 1, 10), date(2026, 7, 20)
    status = judged(event("SPR", first, 1), birth=born)["SPR:2"]
    assert (status.opens, status.state) == (date(2027, 1, 20), State.NOT_YET)
    earlier = event("SPR", first + days(28), 2)
    assert judged(event("SPR", first, 1), earlier, birth=born)["SPR:2"].state is State.DONE


def test_a_blood_test_of_a_pregnancy_is_not_the_girls_yearly_one(judged: Any, event: Any) -> None:
    born = date(2015, 9, 1)
    own = event("HB", date(2026, 10, 1), value=12.0)
    assert judged(own, birth=born)["HB:11y"].state is State.DONE
    prenatal = event("HB", date(2026, 10, 1), value=12.0, pregnancy_id="pregnancy")
    assert judged(prenatal, birth=born)["HB:11y"].state is State.DUE


def test_a_hexavalent_dose_counts_for_pentavalent_and_for_polio(judged: Any, event: Any) -> None:
    found = judged(event("HEXA", BIRTH + days(62), 1))
    assert found["PENTA:1"].state is found["IPV:1"].state is State.DONE
    assert "hexavalente" in found["IPV:1"].why.text


def test_the_same_dose_recorded_twice_counts_once(judged: Any, event: Any) -> None:
    day = BIRTH + days(62)
    found = judged(event("PENTA", day, 1), event("PENTA", day, 2), event("HEXA", day, 1))
    assert found["PENTA:1"].state is State.DONE
    assert found["PENTA:2"].state is not State.DONE


def test_a_lost_first_haemoglobin_opens_the_next_one_at_once(judged: Any) -> None:
    closed = BIRTH + days(209)
    before, after = judged(today=closed), judged(today=closed + days(1))
    assert (before["HB:6m"].state, before["HB:9m"].state) == (State.DUE, State.NOT_YET)
    assert after["HB:6m"].state is State.LOST
    assert (after["HB:9m"].state, after["HB:9m"].recovers) == (State.DUE, "HB:6m")
    assert "se perdió «Hb 6 meses»" in after["HB:9m"].why.text


def test_a_haemoglobin_done_in_time_leaves_the_next_one_for_nine_months(
    judged: Any, event: Any
) -> None:
    found = judged(event("HB", BIRTH + days(185), value=11.0), today=BIRTH + days(215))
    assert (found["HB:6m"].state, found["HB:9m"].state) == (State.DONE, State.NOT_YET)


def test_a_record_before_birth_is_not_counted_and_asks_for_its_date(
    judged: Any, event: Any
) -> None:
    status = judged(event("BCG", BIRTH - days(3), 1))["BCG:1"]
    assert status.state is State.OVERDUE
    assert "anterior" in status.why.text
    assert "revise la fecha" in status.why.text


def test_a_record_of_tomorrow_is_not_seen_today(judged: Any, event: Any) -> None:
    future = event("CRED", TODAY + days(1), 6)
    assert judged(future)["CRED:6m"].state is State.DUE


def test_a_control_is_judged_by_the_norm_in_force_on_the_day_it_was_due(judged: Any) -> None:
    born = date(2025, 8, 20)
    found = judged(birth=born, today=date(2026, 11, 21))
    assert "NTS 137" in found["CRED:RN4"].why.norm
    assert "NTS 238" in found["CRED:2m"].why.norm
    assert "NTS 137" not in found["CRED:3m"].why.norm
    assert "CRED:8m" not in found, "a control of the old norm was mixed into the new schedule"


@pytest.mark.parametrize(("birth", "norm"), [(17, "NTS 137"), (18, "NTS 238")])
def test_the_norm_changes_exactly_on_its_first_day(judged: Any, birth: int, norm: str) -> None:
    # The 12 month control of somebody born on the 18th is on time up to 17 October.
    born = date(2024, 9, birth + 1)
    status = judged(birth=born)["CRED:12m"]
    assert status.due == date(2025, 10, birth)
    assert norm in status.why.norm


def test_controls_due_before_the_new_norm_keep_the_old_schedule(judged: Any) -> None:
    found = judged(birth=date(2024, 12, 1), today=date(2025, 10, 1))
    assert {"CRED:5m", "CRED:8m"} <= found.keys()
    assert all(
        "NTS 137" in one.why.norm
        for one in found.values()
        if one.service == "CRED" and one.due is not None and one.due < date(2025, 10, 18)
    )


@pytest.mark.parametrize("birth", [date(2024, 6, 15), date(2025, 2, 28), date(2025, 7, 31)])
def test_no_age_is_judged_twice_when_the_norm_changes(judged: Any, birth: date) -> None:
    found = [one for one in judged(birth=birth).values() if one.service == "CRED"]
    opens = [one.opens for one in found]
    assert len(opens) == len(set(opens))


def test_a_child_born_small_follows_its_own_schedule(judged: Any) -> None:
    small = judged(birth_weight_g=2300)
    assert {"IRON:1m", "HB:1m", "CRED:Q1"} <= small.keys()
    assert "CRED:RN1" not in small
    assert small["CRED:Q1"].why.trust is Trust.RECALL
    assert judged(gestation_weeks=36).keys() == small.keys()


def test_an_unknown_birth_weight_is_followed_as_term_and_says_so(judged: Any) -> None:
    found = judged(birth_weight_g=None, gestation_weeks=None)
    assert "CRED:RN1" in found
    assert "No se conoce el peso al nacer" in found["IRON:6m"].why.text
    assert "No se conoce" not in judged()["IRON:6m"].why.text


def test_somebody_born_on_the_31st_reaches_six_months_on_the_last_day_of_february(
    judged: Any,
) -> None:
    born = date(2025, 8, 31)
    assert judged(birth=born, today=date(2026, 2, 27))["CRED:6m"].state is State.NOT_YET
    assert judged(birth=born, today=date(2026, 2, 28))["CRED:6m"].state is State.DUE


def test_a_dni_in_the_register_is_enough_and_its_lack_is_overdue_after_thirty_days(
    judged: Any, event: Any
) -> None:
    assert judged(today=BIRTH + days(29))["DNI:30d"].state is State.DUE
    assert judged(today=BIRTH + days(30))["DNI:30d"].state is State.OVERDUE
    held = judged(document_kind=DocumentKind.DNI)["DNI:30d"]
    assert (held.state, held.done_on) == (State.DONE, None)
    late = judged(event("DNI", BIRTH + days(30)), document_kind=DocumentKind.DNI)["DNI:30d"]
    assert late.state is State.DONE_LATE


def test_people_of_other_ages_have_only_what_applies(judged: Any) -> None:
    school = judged(birth=date(2017, 9, 1), document_kind=DocumentKind.DNI)
    assert {"CRED:9y", "HB:9y", "IRON:9y"} <= school.keys()
    assert not [key for key in school if key.endswith("m") or key.startswith("PENTA")]
    adult = judged(birth=date(1990, 1, 1), document_kind=DocumentKind.DNI)
    assert adult == {}


def test_somebody_who_left_the_household_is_asked_for_nothing(judged: Any) -> None:
    assert judged(left_on=TODAY) == {}
    assert judged(left_on=TODAY + days(1)) != {}


def test_a_birth_in_the_future_is_flagged_instead_of_failing(judged: Any) -> None:
    found = judged(birth=TODAY + days(30))
    assert {one.state for one in found.values()} == {State.NOT_YET}
    assert "posterior a hoy" in found["CRED:RN1"].why.text


def test_a_history_that_begins_later_does_not_lose_the_boosters(judged: Any, event: Any) -> None:
    born = date(2021, 12, 10)
    found = judged(event("DPT", date(2024, 1, 10), 1), birth=born)
    assert found["DPT:R2"].state is State.OVERDUE


def test_every_reason_names_norm_and_next_step(judged: Any) -> None:
    for status in judged().values():
        assert status.why.text.endswith((".", "?"))
        assert status.why.norm
        if status.state.is_missing:
            assert status.why.next_step


class TestPregnancy:
    START = date(2026, 8, 20)

    @pytest.fixture
    def prenatal(self, book: RuleBook, member: Any) -> Any:
        def judge(
            *events: ServiceEvent, today: date = TODAY, **changes: Any
        ) -> dict[str, ServiceStatus]:
            values = {
                "id": "pregnancy",
                "household_id": "household",
                "member_id": "member",
                "last_period": self.START,
            }
            pregnancy = Pregnancy(**{**values, **changes})
            woman = member(date(1996, 1, 1), document_kind=DocumentKind.DNI)
            return {one.key: one for one in services_of(woman, pregnancy, events, book, today)}

        return judge

    def test_the_first_control_and_the_four_tests_are_due_before_fourteen_weeks(
        self, prenatal: Any
    ) -> None:
        keys = ("APN:1", "HB:T1", "SYPHILIS:1", "HIV:1", "URINE:1")
        for day, state in ((97, State.DUE), (98, State.OVERDUE)):
            found = prenatal(today=self.START + days(day))
            assert {found[key].state for key in keys} == {state}

    def test_a_late_first_control_still_counts_and_moves_the_next_ones(
        self, prenatal: Any, event: Any
    ) -> None:
        first = self.START + days(140)
        found = prenatal(event("APN", first, 1), today=first)
        assert found["APN:1"].state is State.DONE_LATE
        assert found["APN:2"].opens == first + days(28)

    def test_controls_too_close_together_are_not_counted(self, prenatal: Any, event: Any) -> None:
        first = self.START + days(80)
        found = prenatal(
            event("APN", first, 1), event("APN", first + days(27), 2), today=first + days(60)
        )
        assert found["APN:2"].state is not State.DONE

    @pytest.mark.parametrize(("day", "gap"), [(230, 28), (231 - 1, 28), (245, 13), (265, 7)])
    def test_the_interval_between_controls_shortens_towards_the_birth(
        self, prenatal: Any, event: Any, day: int, gap: int
    ) -> None:
        base = self.START + days(day - gap)
        earlier = [event("APN", self.START + days(60 + 40 * n), n) for n in range(3)]
        kept = [one for one in earlier if one.on <= base - days(28)]
        events = [*kept, event("APN", base, 8)]
        key = f"APN:{len(events) + 1}"
        taken = prenatal(*events, event("APN", base + days(gap), 9), today=base + days(60))
        assert taken[key].done_on == base + days(gap)
        close = prenatal(*events, event("APN", base + days(gap - 1), 9), today=base + days(60))
        assert close[key].done_on is None

    def test_an_extra_control_before_28_weeks_does_not_stand_for_one_of_the_last_trimester(
        self, prenatal: Any, event: Any
    ) -> None:
        early = [
            event("APN", self.START + days(day), n) for n, day in enumerate((60, 100, 140, 180))
        ]
        found = prenatal(*early, today=self.START + days(200))
        assert found["APN:3"].state.is_received
        assert found["APN:4"].state is State.DUE
        late = event("APN", self.START + days(208), 9)
        assert prenatal(*early, late, today=self.START + days(210))["APN:4"].done_on == late.on

    def test_records_of_another_pregnancy_do_not_count(self, prenatal: Any, event: Any) -> None:
        found = prenatal(event("APN", self.START + days(50), 1, pregnancy_id="an older one"))
        assert found["APN:1"].state is State.DUE

    def test_a_control_recorded_without_the_pregnancy_counts_by_its_date(
        self, prenatal: Any, event: Any
    ) -> None:
        assert prenatal(event("APN", self.START + days(50), 1))["APN:1"].state is State.DONE
        assert prenatal(event("APN", self.START - days(1), 1))["APN:1"].state is State.DUE

    def test_an_ultrasound_overrules_the_last_period(self, prenatal: Any) -> None:
        due_date = self.START + days(280 + 14)
        assert prenatal(due_date_ultrasound=due_date)["APN:1"].due == self.START + days(97 + 14)

    def test_without_any_date_the_next_control_is_still_asked_for(
        self, prenatal: Any, event: Any
    ) -> None:
        found = prenatal(event("APN", TODAY, 1, pregnancy_id="pregnancy"), last_period=None)
        assert (found["APN:1"].state, found["APN:2"].state) == (State.DONE, State.DUE)
        assert "pregúntela" in found["APN:2"].why.text

    def test_after_the_birth_what_is_missing_is_lost_and_after_a_loss_it_is_asked_of_nobody(
        self, prenatal: Any
    ) -> None:
        birth = {"ended_on": TODAY - days(1), "outcome": PregnancyOutcome.BIRTH}
        assert prenatal(**birth)["APN:1"].state is State.LOST
        loss = {"ended_on": TODAY - days(1), "outcome": PregnancyOutcome.LOSS}
        assert {one.state for one in prenatal(**loss).values()} == {State.NOT_APPLICABLE}

    def test_a_pregnancy_of_fifty_weeks_asks_for_the_birth(self, prenatal: Any) -> None:
        found = prenatal(today=self.START + days(350))
        assert "registre el parto" in found["APN:1"].why.text

    def test_five_iron_and_folic_acid_deliveries_begin_at_fourteen_weeks(
        self, prenatal: Any, event: Any
    ) -> None:
        events = [event("IRON_FOLIC", self.START + days(98 + 28 * n), n) for n in range(5)]
        found = prenatal(*events, today=self.START + days(270))
        assert [found[f"IRON_FOLIC:{n}"].state for n in range(1, 6)] == [State.DONE] * 5


def test_vph_is_shown_without_a_source_to_both_sexes(judged: Any) -> None:
    for sex in Sex:
        status = judged(birth=date(2016, 5, 5), document_kind=DocumentKind.DNI, sex=sex)["VPH:1"]
        assert (status.state, status.why.trust) == (State.DUE, Trust.NOT_FOUND)
