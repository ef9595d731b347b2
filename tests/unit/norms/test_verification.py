"""Families made by hand, month by month: who fulfilled, who did not, and what they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from verified_families import (
    attended,
    case,
    full_year,
    month_of,
    person,
    received,
    school,
    secondary,
)

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.verification.model import OfficialAnswer, Responsibility, Verdict

CHILD = person("ana", date(2026, 2, 10))
STUDENT = person("luz", date(2012, 8, 1))


@pytest.fixture(scope="module")
def events(book: RuleBook) -> list[ServiceEvent]:
    """Everything Ana could receive up to the end of October, on the first day she could."""
    return attended(CHILD, book, date(2026, 10, 31))


def without(events: list[ServiceEvent], service: str, since: date) -> list[ServiceEvent]:
    return [one for one in events if one.service != service or one.on < since]


# -- a child under three ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "month", ["2026-02", "2026-03", "2026-04", "2026-06", "2026-08", "2026-10"]
)
def test_a_child_who_received_everything_fulfils_every_month(
    book: RuleBook, events: list[ServiceEvent], month: str
) -> None:
    found = month_of(case(CHILD, events=events), month, book, date(2026, 11, 21))
    assert (found.responsibility, found.verdict) == (Responsibility.HEALTH, Verdict.FULFILLED)
    assert "oficina verifica" in found.reasons[0].text
    assert not found.reasons[0].trust.is_official


def test_an_overdue_control_fails_the_month_in_which_it_ran_out(
    book: RuleBook, events: list[ServiceEvent]
) -> None:
    """CRED of 7 months: from 10 September, on time until 9 October, possible until 9 November."""
    family = case(CHILD, events=without(events, "CRED", date(2026, 9, 1)))
    verdicts = {
        month: month_of(family, month, book, date(2027, 1, 5)) for month in ("2026-09", "2026-10")
    }
    assert verdicts["2026-09"].verdict is Verdict.FULFILLED
    assert verdicts["2026-10"].verdict is Verdict.NOT_FULFILLED
    why = verdicts["2026-10"].reasons[0]
    assert "CRED 7 meses" in why.text
    assert "9 oct 2026" in why.text
    assert "31 oct 2026" in why.text
    assert "NTS 238" in why.norm


@pytest.mark.parametrize(
    ("on", "verdict", "told"),
    [
        (date(2026, 10, 31), Verdict.FULFILLED, False),
        (date(2026, 11, 1), Verdict.NOT_FULFILLED, True),
    ],
)
def test_the_last_day_of_the_month_still_counts_and_the_next_is_only_told(
    book: RuleBook, events: list[ServiceEvent], on: date, verdict: Verdict, told: bool
) -> None:
    late = received("ana", "CRED", on)
    family = case(CHILD, events=[*without(events, "CRED", date(2026, 9, 1)), late])
    found = month_of(family, "2026-10", book, date(2026, 11, 21))
    assert found.verdict is verdict
    assert ("después del cierre del mes" in found.reasons[0].text) is told
    assert ("1 nov 2026" in found.reasons[0].text) is told


def test_nobody_is_sent_to_the_post_for_a_control_that_has_closed_since(
    book: RuleBook, events: list[ServiceEvent]
) -> None:
    """CRED of 7 months is possible until 9 November."""
    family = case(CHILD, events=without(events, "CRED", date(2026, 9, 1)))
    open_still = month_of(family, "2026-10", book, date(2026, 11, 9))
    closed = month_of(family, "2026-10", book, date(2026, 11, 10))
    assert open_still.reasons[0].next_step
    assert not closed.reasons[0].next_step


def test_a_service_lost_fails_only_the_month_in_which_it_was_lost(
    book: RuleBook, events: list[ServiceEvent]
) -> None:
    """Rota 2 is possible until day 240: 8 October 2026."""
    family = case(CHILD, events=without(events, "ROTA", date(2026, 6, 1)))
    assert CHILD.birth_date + timedelta(days=240) == date(2026, 10, 8)
    october = month_of(family, "2026-10", book, date(2027, 1, 10))
    assert october.verdict is Verdict.NOT_FULFILLED
    assert "Rota 2" in october.reasons[0].text
    assert "se perdió" in october.reasons[0].text
    later = case(
        CHILD, events=without(attended(CHILD, book, date(2026, 11, 30)), "ROTA", date(2026, 6, 1))
    )
    assert month_of(later, "2026-11", book, date(2027, 1, 10)).verdict is Verdict.FULFILLED


def test_a_service_that_closes_with_the_month_is_lost_in_the_next(book: RuleBook) -> None:
    """Possible until day 240, 30 September: overdue in September, lost on 1 October."""
    child = person("ana", date(2026, 9, 30) - timedelta(days=240))
    family = case(child, events=attended(child, book, date(2026, 11, 30), without=("ROTA:2",)))
    verdicts = [
        month_of(family, month, book, date(2026, 12, 10))
        for month in ("2026-09", "2026-10", "2026-11")
    ]
    assert [one.verdict for one in verdicts] == [
        Verdict.NOT_FULFILLED,
        Verdict.NOT_FULFILLED,
        Verdict.FULFILLED,
    ]
    assert "venció" in verdicts[0].reasons[0].text
    assert "se perdió" in verdicts[1].reasons[0].text


def test_a_test_that_became_impossible_counts_once_when_its_term_closes(book: RuleBook) -> None:
    """Born small. Hb of 4 months: 90 days after iron, until day 169, 17 August. Iron on day 100."""
    child = person("ana", date(2026, 3, 1), birth_weight_g=1900)
    events = attended(child, book, date(2026, 6, 30), without=("IRON:1m", "HB:4m"))
    family = case(child, events=[*events, received("ana", "IRON", date(2026, 6, 9))])
    june = month_of(family, "2026-06", book, date(2026, 12, 10))
    assert june.verdict is Verdict.FULFILLED
    august = month_of(family, "2026-08", book, date(2026, 12, 10))
    assert any("Hb 4 meses» se perdió" in why.text for why in august.reasons)


def test_what_no_source_asks_for_does_not_count(book: RuleBook, events: list[ServiceEvent]) -> None:
    silent = ("EDI", "VSR", "PARASITES")
    assert any(one.service in silent for one in events)
    family = case(CHILD, events=[one for one in events if one.service not in silent])
    assert month_of(family, "2026-10", book, date(2026, 11, 21)).verdict is Verdict.FULFILLED


# -- when it can be judged -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (date(2026, 9, 30), Verdict.PENDING),
        (date(2026, 10, 31), Verdict.PENDING),
        (date(2026, 11, 1), Verdict.FULFILLED),
    ],
)
def test_a_month_is_open_until_it_has_ended(
    book: RuleBook, events: list[ServiceEvent], today: date, verdict: Verdict
) -> None:
    assert month_of(case(CHILD, events=events), "2026-10", book, today).verdict is verdict


@pytest.mark.parametrize(
    ("until", "verdict"),
    [(date(2026, 10, 30), Verdict.PENDING), (date(2026, 10, 31), Verdict.FULFILLED)],
)
def test_a_month_the_health_system_has_not_reported_is_not_judged(
    book: RuleBook, events: list[ServiceEvent], until: date, verdict: Verdict
) -> None:
    family = case(CHILD, events=events, reported_until=until)
    assert month_of(family, "2026-10", book, date(2026, 11, 21)).verdict is verdict


def test_while_the_month_runs_the_family_hears_what_is_still_to_be_done(
    book: RuleBook, events: list[ServiceEvent]
) -> None:
    family = case(CHILD, events=without(events, "CRED", date(2026, 9, 1)))
    found = month_of(family, "2026-10", book, date(2026, 10, 5))
    assert found.verdict is Verdict.PENDING
    (missing,) = [why for why in found.reasons if "CRED 7 meses" in why.text]
    assert "vence el 9 oct 2026" in missing.text
    assert missing.next_step


@pytest.mark.parametrize(("today", "told"), [(date(2026, 10, 8), False), (date(2026, 10, 9), True)])
def test_while_the_month_runs_what_was_lost_in_it_is_told_too(
    book: RuleBook, events: list[ServiceEvent], today: date, told: bool
) -> None:
    """Rota 2 is possible until 8 October."""
    family = case(CHILD, events=without(events, "ROTA", date(2026, 6, 1)))
    found = month_of(family, "2026-10", book, today)
    assert found.verdict is Verdict.PENDING
    assert any("«Rota 2» se perdió" in why.text for why in found.reasons) is told


def test_a_service_due_on_the_last_day_does_not_endanger_the_month(book: RuleBook) -> None:
    """CRED of 7 months is on time until the day before the eighth month: 31 October."""
    child = person("ana", date(2026, 3, 1))
    events = without(attended(child, book, date(2026, 10, 5)), "CRED", date(2026, 10, 1))
    found = month_of(case(child, events=events), "2026-10", book, date(2026, 10, 5))
    assert not any("CRED 7 meses" in why.text for why in found.reasons)


# -- who answers for what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "month", "responsibility"),
    [
        (date(2023, 4, 1), "2026-03", Responsibility.HEALTH),
        (date(2023, 3, 31), "2026-03", Responsibility.EDUCATION),
        (date(2023, 3, 31), "2026-02", Responsibility.HEALTH),
        (date(2023, 4, 1), "2026-06", Responsibility.HEALTH),
        (date(2023, 4, 1), "2027-03", Responsibility.EDUCATION),
        (date(2007, 6, 1), "2026-05", Responsibility.EDUCATION),
        (date(2007, 5, 31), "2026-05", Responsibility.NONE),
        (date(1990, 1, 1), "2026-05", Responsibility.NONE),
    ],
)
def test_health_before_school_education_until_nineteen(
    book: RuleBook, birth: date, month: str, responsibility: Responsibility
) -> None:
    family = case(person("luz", birth))
    assert month_of(family, month, book, date(2027, 6, 1)).responsibility is responsibility


def test_who_finished_secondary_answers_for_nothing_from_january(book: RuleBook) -> None:
    years = [secondary("luz", 2025, 5, passed=True, attendance=full_year(2025))]
    family = case(person("luz", date(2008, 6, 1)), school_years=years)
    assert month_of(family, "2025-12", book, date(2026, 5, 1)).verdict is Verdict.FULFILLED
    january = month_of(family, "2026-01", book, date(2026, 5, 1))
    assert january.verdict is Verdict.NOT_APPLICABLE
    assert "2025" in january.reasons[0].text


# -- a student -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (84.9, Verdict.NOT_FULFILLED),
        (85.0, Verdict.FULFILLED),
        (100.0, Verdict.FULFILLED),
        (None, Verdict.PENDING),
    ],
)
def test_a_months_attendance_decides(book: RuleBook, share: float | None, verdict: Verdict) -> None:
    attendance = {} if share is None else {"2026-05": share}
    family = case(STUDENT, school_years=[school("luz", 2026, attendance=attendance)])
    assert month_of(family, "2026-05", book, date(2026, 6, 20)).verdict is verdict


@pytest.mark.parametrize(
    ("enrolled", "month", "verdict"),
    [
        (date(2026, 3, 31), "2026-03", Verdict.FULFILLED),
        (date(2026, 4, 30), "2026-03", Verdict.FULFILLED),
        (date(2026, 4, 30), "2026-04", Verdict.FULFILLED),
        (date(2026, 5, 1), "2026-04", Verdict.NOT_FULFILLED),
        (date(2026, 5, 1), "2026-05", Verdict.FULFILLED),
        (None, "2026-05", Verdict.NOT_FULFILLED),
        (None, "2026-02", Verdict.FULFILLED),
    ],
)
def test_who_is_not_enrolled_when_the_month_closes_did_not_fulfil_once_the_term_is_over(
    book: RuleBook, enrolled: date | None, month: str, verdict: Verdict
) -> None:
    year = school("luz", 2026, enrolled_on=enrolled, attendance=full_year(2026))
    family = case(STUDENT, school_years=[year])
    assert month_of(family, month, book, date(2026, 7, 20)).verdict is verdict


def test_a_late_enrolment_is_told_with_the_month_it_failed_and_the_risk_after(
    book: RuleBook,
) -> None:
    year = school("luz", 2026, enrolled_on=date(2026, 5, 4), attendance=full_year(2026))
    family = case(STUDENT, school_years=[year])
    april = month_of(family, "2026-04", book, date(2026, 7, 20))
    assert "4 may 2026" in april.reasons[0].text
    may = month_of(family, "2026-05", book, date(2026, 7, 20))
    assert any("riesgo" in why.text for why in may.reasons)


def test_a_school_month_is_open_until_it_has_ended(book: RuleBook) -> None:
    years = [school("luz", 2026, attendance={"2026-05": 40.0})]
    family = case(STUDENT, school_years=years)
    assert month_of(family, "2026-05", book, date(2026, 5, 31)).verdict is Verdict.PENDING
    assert month_of(family, "2026-05", book, date(2026, 6, 1)).verdict is Verdict.NOT_FULFILLED


def test_a_laptop_without_school_data_condemns_nobody(book: RuleBook) -> None:
    found = month_of(case(STUDENT), "2026-05", book, date(2026, 7, 20))
    assert found.verdict is Verdict.PENDING
    assert "SIAGIE" in found.reasons[0].text


def test_a_student_missing_from_this_years_file_dropped_out_unless_it_has_not_come(
    book: RuleBook,
) -> None:
    family = case(STUDENT, school_years=[school("luz", 2025)])
    assert month_of(family, "2026-05", book, date(2026, 7, 20)).verdict is Verdict.NOT_FULFILLED
    waiting = replace(family, reported_until=date(2026, 4, 30))
    assert month_of(waiting, "2026-05", book, date(2026, 7, 20)).verdict is Verdict.PENDING


# -- official answers ------------------------------------------------------------------------------


def said(
    fulfilled: bool, cause: str = "", month: str = "2026-10", **changes: object
) -> OfficialAnswer:
    answer = OfficialAnswer(
        "ana", date.fromisoformat(f"{month}-01"), fulfilled, cause, "Formato 02"
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        ("A", Verdict.EXCEPTED),
        ("B", Verdict.EXCEPTED),
        ("C", Verdict.EXCEPTED),
        ("D", Verdict.NOT_FULFILLED),
        ("E", Verdict.NOT_FULFILLED),
        ("F", Verdict.NOT_FULFILLED),
        ("Z", Verdict.NOT_FULFILLED),
        ("", Verdict.NOT_FULFILLED),
    ],
)
def test_a_signed_no_rules_over_the_estimate_and_some_causes_are_exceptions(
    book: RuleBook, events: list[ServiceEvent], cause: str, verdict: Verdict
) -> None:
    family = case(CHILD, events=events, answers=[said(False, cause)])
    found = month_of(family, "2026-10", book, date(2026, 11, 21))
    assert found.verdict is verdict
    assert found.reasons[0].text.startswith("Formato 02")
    assert "estimación" not in found.reasons[0].text


def test_a_signed_yes_rules_before_the_month_ends_and_over_missing_services(
    book: RuleBook,
) -> None:
    family = case(CHILD, answers=[said(True)])
    for today in (date(2026, 10, 5), date(2026, 11, 21)):
        assert month_of(family, "2026-10", book, today).verdict is Verdict.FULFILLED
    assert month_of(family, "2026-09", book, date(2026, 11, 21)).verdict is Verdict.NOT_FULFILLED


def test_of_two_answers_the_last_one_rules(book: RuleBook) -> None:
    family = case(CHILD, answers=[said(False, "E"), said(True, source="La oficina")])
    found = month_of(family, "2026-10", book, date(2026, 11, 21))
    assert found.verdict is Verdict.FULFILLED
    assert "La oficina" in found.reasons[0].text


def test_a_health_form_says_nothing_of_a_student(book: RuleBook) -> None:
    years = [school("ana", 2026, attendance=full_year(2026))]
    child = person("ana", date(2021, 5, 1))
    about = said(False, "E", month="2026-05", about=Responsibility.HEALTH)
    family = case(child, school_years=years, answers=[about])
    assert month_of(family, "2026-05", book, date(2026, 7, 1)).verdict is Verdict.FULFILLED
