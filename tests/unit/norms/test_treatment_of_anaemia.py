"""A child found with anaemia: treatment followed from that haemoglobin to the one that ends it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State, Trust

BIRTH = date(2025, 8, 1)
FOUND = date(2026, 3, 2)
"""Seven months old: the cut-off of 6 to 23 months is 10.5 g/dL (NTS 213, table 13)."""
COURSE = ("IRON:T1", "IRON:T2", "HB:T3", "IRON:T6")


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def judged(book: RuleBook, member: Any) -> Any:
    def judge(
        *events: ServiceEvent,
        today: date,
        altitude: int | None = 0,
        birth: date = BIRTH,
        **changes: Any,
    ) -> dict[str, ServiceStatus]:
        person = member(birth, **changes)
        found = services_of(person, None, events, book, today, altitude_m=altitude)
        return {one.key: one for one in found}

    return judge


@pytest.fixture
def blood(event: Any) -> Any:
    def measure(value: float | None, on: date = FOUND) -> ServiceEvent:
        found: ServiceEvent = event("HB", on, value=value)
        return found

    return measure


@pytest.fixture
def iron(event: Any) -> Any:
    return lambda day: event("IRON", FOUND + days(day))


def test_a_found_anaemia_asks_for_iron_the_same_day(judged: Any, blood: Any) -> None:
    same = judged(blood(9.9), today=FOUND)
    assert (same["IRON:T1"].state, same["IRON:T1"].due) == (State.DUE, FOUND)
    assert {same[key].state for key in COURSE[1:]} == {State.NOT_YET}
    next_day = judged(blood(9.9), today=FOUND + days(1))
    assert next_day["IRON:T1"].state is State.OVERDUE
    assert "2 mar 2026" in next_day["IRON:T1"].why.text
    assert "anemia leve" in next_day["IRON:T1"].why.text


@pytest.mark.parametrize("value", [10.5, 12.0, None, float("nan"), 0.3, 99.0])
def test_without_anaemia_or_without_a_possible_figure_no_treatment_is_asked_for(
    judged: Any, blood: Any, value: float | None
) -> None:
    assert not set(COURSE) & judged(blood(value), today=FOUND + days(1)).keys()


def test_altitude_of_residence_decides_whether_it_is_anaemia(judged: Any, blood: Any) -> None:
    # 12.0 g/dL at 3848 m is 9.5 after 2.5 are taken off: below 10.5.
    high = judged(blood(12.0), today=FOUND, altitude=3848)
    assert high["IRON:T1"].state is State.DUE
    assert "9.5" in high["IRON:T1"].why.text
    assert "IRON:T1" not in judged(blood(12.0), today=FOUND, altitude=162)
    unknown = judged(blood(12.0), today=FOUND, altitude=None)
    assert "IRON:T1" not in unknown
    told = judged(blood(9.0), today=FOUND, altitude=None)["IRON:T1"].why.text
    assert "no está ajustado" in told


@pytest.mark.parametrize(
    ("birth", "followed"),
    [
        (date(2025, 9, 2), True),
        (date(2025, 9, 3), False),
        (date(2021, 3, 3), True),
        (date(2021, 3, 2), False),
    ],
)
def test_only_children_from_six_months_to_under_five_years_are_followed(
    judged: Any, blood: Any, birth: date, followed: bool
) -> None:
    found = judged(blood(7.5), birth=birth, today=FOUND)
    assert ("IRON:T1" in found) is followed


def test_the_course_is_counted_from_the_first_iron_not_from_the_haemoglobin(
    judged: Any, blood: Any, iron: Any
) -> None:
    start = FOUND + days(20)
    found = judged(blood(9.0), iron(20), today=start + days(30))
    assert found["IRON:T1"].state is State.DONE_LATE
    assert (found["IRON:T2"].opens, found["IRON:T2"].due) == (start + days(25), start + days(70))
    assert (found["HB:T3"].opens, found["HB:T3"].due) == (start + days(90), start + days(119))
    assert (found["IRON:T6"].opens, found["IRON:T6"].due) == (start + days(170), start + days(209))


def test_a_whole_course_is_done_in_time(judged: Any, blood: Any, iron: Any) -> None:
    found = judged(
        blood(9.0),
        iron(0),
        iron(30),
        iron(60),
        blood(11.8, FOUND + days(95)),
        iron(175),
        today=FOUND + days(180),
    )
    assert {found[key].state for key in COURSE} == {State.DONE}
    assert "no se cuenta" not in found["IRON:T6"].why.text


def test_a_second_delivery_that_never_came_does_not_hide_the_end_of_the_course(
    judged: Any, blood: Any, iron: Any
) -> None:
    found = judged(blood(9.0), iron(0), iron(172), today=FOUND + days(173))
    assert found["IRON:T2"].state is State.LOST
    assert found["IRON:T6"].state is State.DONE


def test_a_normal_control_at_the_third_month_does_not_end_the_treatment(
    judged: Any, blood: Any, iron: Any
) -> None:
    found = judged(
        blood(9.0), iron(0), iron(30), blood(12.5, FOUND + days(95)), today=FOUND + days(200)
    )
    assert found["HB:T3"].state is State.DONE
    assert found["IRON:T6"].state is State.DUE


def test_a_normal_haemoglobin_after_the_course_ends_the_episode(
    judged: Any, blood: Any, iron: Any
) -> None:
    ended = FOUND + days(170)
    events = [blood(9.0), iron(0), blood(12.5, ended)]
    found = judged(*events, today=ended)
    assert found["IRON:T1"].state is State.DONE
    assert found["IRON:T6"].state is State.NOT_APPLICABLE
    assert "19 ago 2026" in found["IRON:T6"].why.text
    day_before = judged(blood(9.0), iron(0), blood(12.5, ended - days(1)), today=ended)
    assert day_before["IRON:T6"].state is State.DUE


def test_without_any_iron_a_normal_control_ends_it_from_the_third_month(
    judged: Any, blood: Any
) -> None:
    early = judged(blood(9.0), blood(12.0, FOUND + days(89)), today=FOUND + days(95))
    assert early["IRON:T1"].state is State.OVERDUE
    ended = judged(blood(9.0), blood(12.0, FOUND + days(90)), today=FOUND + days(95))
    assert {ended[key].state for key in COURSE} <= {State.NOT_APPLICABLE, State.DONE}


def test_an_anaemia_found_again_opens_a_new_episode_with_its_own_dates(
    judged: Any, blood: Any, iron: Any
) -> None:
    again = FOUND + days(240)
    found = judged(
        blood(9.0),
        iron(0),
        iron(30),
        iron(172),
        blood(12.0, FOUND + days(175)),
        blood(9.4, again),
        today=again + days(3),
    )
    assert (found["IRON:T1"].state, found["IRON:T1"].due) == (State.OVERDUE, again)


def test_an_anaemia_that_outlasts_its_treatment_opens_a_new_episode(
    judged: Any, blood: Any, iron: Any
) -> None:
    still = FOUND + days(180)
    found = judged(blood(8.0), iron(0), iron(40), blood(9.0, still), today=still)
    assert (found["IRON:T1"].state, found["IRON:T1"].due) == (State.DUE, still)


def test_an_untreated_anaemia_measured_again_keeps_counting_its_days(
    judged: Any, blood: Any
) -> None:
    found = judged(blood(8.0), blood(8.5, FOUND + days(120)), today=FOUND + days(130))
    assert found["IRON:T1"].due == FOUND
    assert "hace 130 días" in found["IRON:T1"].why.text


def test_an_anaemic_control_within_the_course_is_the_same_episode(
    judged: Any, blood: Any, iron: Any
) -> None:
    found = judged(blood(8.0), iron(0), blood(9.0, FOUND + days(92)), today=FOUND + days(93))
    assert (found["IRON:T1"].state, found["HB:T3"].state) == (State.DONE, State.DONE)


def test_iron_before_the_haemoglobin_is_prevention_not_treatment(
    judged: Any, blood: Any, iron: Any
) -> None:
    found = judged(iron(-10), blood(9.0), today=FOUND + days(2))
    assert found["IRON:T1"].state is State.OVERDUE
    assert "anterior" not in found["IRON:T1"].why.text


def test_the_haemoglobin_of_a_pregnancy_opens_no_childs_episode(judged: Any, event: Any) -> None:
    prenatal = event("HB", FOUND, value=8.0, pregnancy_id="pregnancy")
    assert "IRON:T1" not in judged(prenatal, today=FOUND)


def test_an_old_episode_is_no_longer_shown(judged: Any, blood: Any) -> None:
    assert "IRON:T1" in judged(blood(8.0), today=FOUND + days(540))
    assert "IRON:T1" not in judged(blood(8.0), today=FOUND + days(560))


def test_an_anaemia_found_under_the_older_norm_is_not_judged_by_the_newer(
    judged: Any, blood: Any
) -> None:
    before, on = date(2024, 4, 7), date(2024, 4, 8)
    birth = date(2023, 6, 1)
    assert "IRON:T1" not in judged(blood(7.0, before), birth=birth, today=before)
    assert "IRON:T1" in judged(blood(7.0, on), birth=birth, today=on)


def test_the_dates_of_treatment_have_a_source_and_the_screen_prescribes_nothing(
    judged: Any, blood: Any
) -> None:
    found = judged(blood(9.0), today=FOUND + days(1))
    for key in COURSE:
        assert found[key].why.trust is Trust.CONFIRMED
        assert " mg" not in found[key].why.text + found[key].why.next_step
