"""A household that changes within the bimester: births, deaths, moves, pregnancies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from verified_families import (
    attended,
    case,
    expecting,
    full_year,
    month_of,
    person,
    secondary,
)

from juntos_campo.domain.values import PregnancyOutcome, Relationship
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.verification.estimate import HouseholdCase
from juntos_campo.norms.verification.model import Responsibility, Verdict

CHILD = person("ana", date(2026, 2, 10))
MOTHER = person("rosa", date(1996, 1, 1), relationship=Relationship.HOLDER)


def test_a_newborn_answers_from_the_month_of_birth(book: RuleBook) -> None:
    born = person("nico", date(2026, 9, 30))
    family = case(born)
    today = date(2026, 12, 1)
    assert month_of(family, "2026-08", book, today).verdict is Verdict.NOT_APPLICABLE
    # Born on the last day: nothing had run out yet.
    assert month_of(family, "2026-09", book, today).verdict is Verdict.FULFILLED
    assert month_of(family, "2026-10", book, today).verdict is Verdict.NOT_FULFILLED


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (date(2026, 9, 30), Verdict.NOT_APPLICABLE),
        (date(2026, 10, 31), Verdict.NOT_APPLICABLE),
        (date(2026, 11, 1), Verdict.NOT_FULFILLED),
    ],
)
def test_who_died_or_moved_away_in_the_month_is_not_held_to_it(
    book: RuleBook, left: date, verdict: Verdict
) -> None:
    family = case(replace(CHILD, left_on=left))
    assert month_of(family, "2026-10", book, date(2026, 11, 21)).verdict is verdict


@pytest.mark.parametrize(
    ("captured", "month", "responsibility"),
    [
        (None, "2026-05", Responsibility.NONE),
        (None, "2026-06", Responsibility.HEALTH),
        (date(2026, 8, 1), "2026-07", Responsibility.NONE),
        (date(2026, 8, 31), "2026-08", Responsibility.HEALTH),
    ],
)
def test_a_woman_answers_for_her_pregnancy_from_the_month_it_is_known(
    book: RuleBook, captured: date | None, month: str, responsibility: Responsibility
) -> None:
    found = case(MOTHER, pregnancies=[expecting("rosa", date(2026, 6, 30), captured_on=captured)])
    assert month_of(found, month, book, date(2027, 6, 1)).responsibility is responsibility


def pregnant(book: RuleBook, *, until: date, skip: tuple[str, ...] = ()) -> HouseholdCase:
    one = expecting("rosa", date(2026, 1, 5), captured_on=date(2026, 2, 2))
    found = attended(MOTHER, book, until, pregnancy=one, start=date(2026, 1, 5), without=skip)
    return case(MOTHER, events=found, pregnancies=[one])


def test_a_woman_who_went_to_every_control_fulfils(book: RuleBook) -> None:
    family = pregnant(book, until=date(2026, 9, 30))
    for month in ("2026-02", "2026-05", "2026-08"):
        assert month_of(family, month, book, date(2026, 11, 1)).verdict is Verdict.FULFILLED


@pytest.mark.parametrize(
    ("key", "label"),
    [("APN:1", "1.er control prenatal"), ("HIV:1", "VIH"), ("HB:T1", "Hemoglobina")],
)
def test_a_control_or_test_of_the_first_trimester_missing_fails_the_month_it_ran_out(
    book: RuleBook, key: str, label: str
) -> None:
    """On time until 13 weeks and 6 days: 12 April 2026."""
    assert date(2026, 1, 5) + timedelta(days=97) == date(2026, 4, 12)
    family = pregnant(book, until=date(2026, 5, 31), skip=(key,))
    assert month_of(family, "2026-03", book, date(2026, 6, 10)).verdict is Verdict.FULFILLED
    april = month_of(family, "2026-04", book, date(2026, 6, 10))
    assert april.verdict is Verdict.NOT_FULFILLED
    assert any(label in why.text for why in april.reasons)


@pytest.mark.parametrize("ended", [date(2026, 9, 1), date(2026, 9, 30)])
def test_in_the_month_of_birth_she_is_judged_as_she_was_that_day_and_then_no_more(
    book: RuleBook, ended: date
) -> None:
    family = pregnant(book, until=ended)
    one = replace(family.pregnancies[0], ended_on=ended, outcome=PregnancyOutcome.BIRTH)
    family = replace(family, pregnancies=[one])
    september = month_of(family, "2026-09", book, date(2026, 12, 1))
    assert (september.responsibility, september.verdict) == (
        Responsibility.HEALTH,
        Verdict.FULFILLED,
    )
    october = month_of(family, "2026-10", book, date(2026, 12, 1))
    assert october.verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("ended", "verdict"),
    [(date(2026, 9, 20), Verdict.FULFILLED), (date(2026, 9, 21), Verdict.NOT_FULFILLED)],
)
def test_a_control_that_would_have_run_out_after_the_birth_is_not_held_against_her(
    book: RuleBook, ended: date, verdict: Verdict
) -> None:
    """The fifth control is on time until 36 weeks and 6 days: 20 September 2026."""
    assert date(2026, 1, 5) + timedelta(days=36 * 7 + 6) == date(2026, 9, 20)
    family = pregnant(book, until=ended, skip=("APN:5",))
    one = replace(family.pregnancies[0], ended_on=ended, outcome=PregnancyOutcome.BIRTH)
    found = month_of(replace(family, pregnancies=[one]), "2026-09", book, date(2026, 12, 1))
    assert found.verdict is verdict


def test_of_a_woman_who_lost_her_pregnancy_nothing_is_asked(book: RuleBook) -> None:
    lost = expecting(
        "rosa", date(2026, 1, 5), ended_on=date(2026, 5, 3), outcome=PregnancyOutcome.LOSS
    )
    family = case(MOTHER, pregnancies=[lost])
    assert month_of(family, "2026-05", book, date(2026, 6, 10)).verdict is Verdict.NOT_APPLICABLE
    assert month_of(family, "2026-04", book, date(2026, 6, 10)).verdict is Verdict.NOT_FULFILLED


def test_a_pregnancy_past_43_weeks_is_a_record_to_be_corrected_not_a_failure(
    book: RuleBook,
) -> None:
    family = case(MOTHER, pregnancies=[expecting("rosa", date(2025, 11, 1))])
    found = month_of(family, "2026-10", book, date(2026, 11, 21))
    assert found.verdict is Verdict.PENDING
    assert "43 semanas" in found.reasons[0].text


def test_a_pregnant_student_answers_for_health_while_she_is_pregnant(book: RuleBook) -> None:
    girl = person("luz", date(2011, 8, 1))
    one = expecting("luz", date(2026, 4, 10), ended_on=date(2026, 9, 20))
    one = replace(one, outcome=PregnancyOutcome.BIRTH)
    years = [secondary("luz", 2026, 3, attendance=full_year(2026))]
    family = case(girl, pregnancies=[one], school_years=years)
    today = date(2026, 12, 5)
    for month, expected in {
        "2026-03": Responsibility.EDUCATION,
        "2026-04": Responsibility.HEALTH,
        "2026-09": Responsibility.HEALTH,
        "2026-10": Responsibility.EDUCATION,
    }.items():
        assert month_of(family, month, book, today).responsibility is expected
