from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verified_families import full_year, person, school, secondary

from juntos_campo import paths
from juntos_campo.domain.entities import SchoolYear
from juntos_campo.domain.values import SchoolLevel
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.model import ServiceStatus, State
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.norms.verification.education import education_of, percent

BOOK = load_rule_book(paths.resources() / "norms")
PUPIL = person("luz", date(2015, 6, 10))


def listed(
    book: RuleBook, today: date, *years: SchoolYear, **changes: Any
) -> dict[str, ServiceStatus]:
    member = person("luz", changes.pop("birth", PUPIL.birth_date), **changes)
    return {one.key: one for one in education_of(member, years, book, today)}


@pytest.mark.parametrize(
    ("today", "enrolled_on", "state"),
    [
        (date(2026, 1, 1), None, State.DUE),
        (date(2026, 3, 31), None, State.DUE),
        (date(2026, 4, 1), None, State.OVERDUE),
        (date(2026, 12, 31), None, State.OVERDUE),
        (date(2026, 3, 30), date(2026, 3, 31), State.DUE),
        (date(2026, 3, 31), date(2026, 3, 31), State.DONE),
        (date(2026, 4, 1), date(2026, 4, 1), State.DONE_LATE),
        (date(2026, 6, 1), date(2025, 12, 20), State.DONE),
    ],
)
def test_a_family_is_told_in_time_that_enrolment_ends_on_31_march(
    book: RuleBook, today: date, enrolled_on: date | None, state: State
) -> None:
    status = listed(book, today, school("luz", 2026, enrolled_on=enrolled_on))["ENROL:2026"]
    assert status.state is state
    assert (status.opens, status.due) == (date(2026, 1, 1), date(2026, 3, 31))


def test_late_enrolment_is_said_to_put_the_payment_at_risk(book: RuleBook) -> None:
    missing = listed(book, date(2026, 4, 20))["ENROL:2026"]
    late = listed(book, date(2026, 5, 20), school("luz", 2026, enrolled_on=date(2026, 4, 20)))
    for status in (missing, late["ENROL:2026"]):
        assert "riesgo" in status.why.text
    assert missing.why.next_step


def test_an_enrolment_nobody_made_is_lost_when_the_year_is_over(book: RuleBook) -> None:
    assert listed(book, date(2027, 1, 1))["ENROL:2026"].state is State.LOST
    assert "ENROL:2026" not in listed(book, date(2027, 3, 1))


def test_next_years_enrolment_is_announced_before_it_opens(book: RuleBook) -> None:
    assert "ENROL:2027" not in listed(book, date(2026, 9, 30))
    status = listed(book, date(2026, 10, 1))["ENROL:2027"]
    assert status.state is State.NOT_YET
    assert status.opens == date(2027, 1, 1)


def test_nobody_in_the_last_grade_is_asked_to_enrol_again(book: RuleBook) -> None:
    years = [secondary("luz", 2026, 5)]
    assert "ENROL:2027" not in listed(book, date(2026, 11, 1), *years, birth=date(2009, 6, 1))
    assert "ENROL:2027" in listed(
        book, date(2026, 11, 1), secondary("luz", 2026, 4), birth=date(2009, 6, 1)
    )


@pytest.mark.parametrize(
    ("share", "state"),
    [
        (84.99, State.OVERDUE),
        (85.0, State.DONE),
        (85.01, State.DONE),
        (0.0, State.OVERDUE),
        (100.0, State.DONE),
        (None, State.NOT_YET),
        (100.5, State.NOT_YET),
        (-1.0, State.NOT_YET),
        (float("nan"), State.NOT_YET),
    ],
)
def test_a_month_below_the_threshold_is_a_warning_and_an_impossible_figure_is_none(
    book: RuleBook, share: float | None, state: State
) -> None:
    attendance = {} if share is None else {"2026-05": share}
    found = listed(book, date(2026, 6, 15), school("luz", 2026, attendance=attendance))
    assert found["ATTENDANCE:2026-05"].state is state


def test_a_low_month_names_percentage_and_threshold_and_owns_to_having_no_source(
    book: RuleBook,
) -> None:
    years = [school("luz", 2026, attendance={"2026-05": 84.96})]
    why = listed(book, date(2026, 6, 15), *years)["ATTENDANCE:2026-05"].why
    assert "84.9 %" in why.text
    assert "85 %" in why.text
    assert not why.trust.is_official


def test_months_before_the_enrolment_are_not_held_against_a_student(book: RuleBook) -> None:
    years = [school("luz", 2026, enrolled_on=date(2026, 5, 4), attendance={"2026-04": 10.0})]
    found = listed(book, date(2026, 7, 1), *years)
    assert found["ATTENDANCE:2026-04"].state is State.NOT_APPLICABLE
    assert found["ATTENDANCE:2026-05"].state is State.NOT_YET


def test_the_months_listed_are_those_of_the_school_year_up_to_today(book: RuleBook) -> None:
    keys = [
        key
        for key in listed(book, date(2026, 6, 1), school("luz", 2026))
        if key.startswith("ATTENDANCE")
    ]
    assert keys == [f"ATTENDANCE:2026-{month:02d}" for month in (3, 4, 5, 6)]
    holidays = listed(book, date(2027, 2, 1), school("luz", 2026))
    assert "ATTENDANCE:2026-12" in holidays
    assert "ATTENDANCE:2027-01" not in holidays


@pytest.mark.parametrize(
    ("birth", "today", "student"),
    [
        (date(2023, 3, 31), date(2026, 3, 31), True),
        (date(2023, 4, 1), date(2026, 5, 1), False),
        (date(2007, 5, 11), date(2026, 5, 10), True),
        (date(2007, 5, 10), date(2026, 5, 10), False),
    ],
)
def test_school_begins_at_three_by_31_march_and_ends_on_the_nineteenth_birthday(
    book: RuleBook, birth: date, today: date, student: bool
) -> None:
    assert bool(listed(book, today, birth=birth)) is student


def test_a_child_who_turns_three_before_31_march_is_to_be_enrolled_from_january(
    book: RuleBook,
) -> None:
    found = listed(book, date(2026, 1, 10), birth=date(2023, 3, 20))
    assert found["ENROL:2026"].state is State.DUE
    assert "ENROL:2025" not in found


def test_a_younger_child_who_was_enrolled_all_the_same_is_a_student(book: RuleBook) -> None:
    years = [school("luz", 2026, level=SchoolLevel.INITIAL, grade=3)]
    assert "ATTENDANCE:2026-06" in listed(book, date(2026, 6, 1), *years, birth=date(2023, 5, 1))


def test_who_finished_secondary_has_nothing_more_to_fulfil(book: RuleBook) -> None:
    birth = date(2009, 2, 1)
    passed = secondary("luz", 2025, 5, passed=True)
    failed = secondary("luz", 2025, 5, passed=False)
    primary = school("luz", 2025, level=SchoolLevel.PRIMARY, grade=5, passed=True)
    assert listed(book, date(2026, 4, 1), passed, birth=birth) == {}
    assert listed(book, date(2026, 4, 1), failed, birth=birth)
    assert listed(book, date(2026, 4, 1), primary, birth=birth)


def test_who_left_the_household_is_not_followed(book: RuleBook) -> None:
    assert listed(book, date(2026, 6, 1), left_on=date(2026, 6, 1)) == {}
    assert listed(book, date(2026, 6, 1), left_on=date(2026, 6, 2))


def test_the_office_can_change_the_threshold_without_a_new_program(tmp_path: Any) -> None:
    for file in (paths.resources() / "norms").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        if file.name == "education.toml":
            text = text.replace("threshold = 85", "threshold = 70").replace("03-31", "04-30")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    found = listed(
        load_rule_book(tmp_path),
        date(2026, 5, 1),
        school("luz", 2026, enrolled_on=date(2026, 4, 30), attendance={"2026-04": 70.0}),
    )
    assert found["ENROL:2026"].state is State.DONE
    assert found["ATTENDANCE:2026-04"].state is State.DONE


@pytest.mark.parametrize("share", [84.99, 84.999999, 85.0, 99.99, 7.0])
def test_a_percentage_is_never_shown_above_what_it_is(share: float) -> None:
    shown = float(percent(share).removesuffix(" %"))
    assert share - 0.1 < shown <= share


any_day = st.dates() | st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(birth=any_day, today=any_day, enrolled=st.none() | any_day, left=st.none() | any_day)
@settings(max_examples=150, deadline=None)
def test_no_dates_stop_the_list_and_each_key_stands_once(
    birth: date, today: date, enrolled: date | None, left: date | None
) -> None:
    years = [
        school(
            "luz",
            max(1, today.year - 1),
            level=SchoolLevel.SECONDARY,
            grade=5,
            enrolled_on=enrolled,
            attendance=full_year(2026, 50) | {"": 3.0, "9999-99": 1.0},
        ),
        school("luz", today.year, enrolled_on=enrolled),
    ]
    found = education_of(person("luz", birth, left_on=left), years, BOOK, today)
    keys = [one.key for one in found]
    assert len(set(keys)) == len(keys)
    assert all(one.why.text for one in found)


@given(share=st.floats(0, 100), better=st.floats(0, 100), late=st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_more_attendance_or_an_earlier_enrolment_never_makes_it_worse(
    share: float, better: float, late: int
) -> None:
    low, high = sorted((share, better))
    today = date(2026, 12, 31)
    states = []
    for value, delay in ((low, late), (high, late // 2)):
        enrolled = date(2026, 1, 2) + timedelta(days=delay)
        years = [school("luz", 2026, enrolled_on=enrolled, attendance={"2026-11": value})]
        states.append({one.key: one.state for one in education_of(PUPIL, years, BOOK, today)})
    good = {State.DONE: 2, State.DONE_LATE: 1}
    for key in ("ENROL:2026", "ATTENDANCE:2026-11"):
        assert good.get(states[1][key], 0) >= good.get(states[0][key], 0)


@given(
    shares=st.dictionaries(st.integers(1, 12), st.floats(0, 100)),
    enrolled=st.none() | st.dates(date(2025, 10, 1), date(2026, 12, 31)),
    today=st.dates(date(2026, 1, 1), date(2027, 2, 28)),
)
@settings(max_examples=150, deadline=None)
def test_leaving_out_the_good_months_hides_nothing_that_is_missing(
    shares: dict[int, float], enrolled: date | None, today: date
) -> None:
    attendance = {f"2026-{month:02d}": share for month, share in shares.items()}
    years = [school("luz", 2026, enrolled_on=enrolled, attendance=attendance)]

    def pressing(with_received: bool) -> list[tuple[str, State]]:
        found = education_of(PUPIL, years, BOOK, today, with_received=with_received)
        calm = (State.DONE, State.DONE_LATE, State.NOT_APPLICABLE)
        return [(one.key, one.state) for one in found if one.state not in calm]

    assert pressing(False) == pressing(True)
