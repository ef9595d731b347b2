from __future__ import annotations

from datetime import date, timedelta

import pytest

from juntos_campo.domain.entities import Pregnancy
from juntos_campo.norms.ages import Age, Ages, age_words
from juntos_campo.norms.pregnancy import (
    expected_birth,
    gestational_days,
    pregnancy_start,
    trimester_of,
)


@pytest.mark.parametrize(
    ("text", "start", "reached"),
    [
        ("55d", date(2026, 1, 1), date(2026, 2, 25)),
        ("8w", date(2026, 1, 1), date(2026, 2, 26)),
        ("1m", date(2026, 1, 31), date(2026, 2, 28)),
        ("1m", date(2028, 1, 31), date(2028, 2, 29)),
        ("12m", date(2024, 2, 29), date(2025, 2, 28)),
        ("4y", date(2024, 2, 29), date(2028, 2, 29)),
        ("5m-1d", date(2026, 5, 3), date(2026, 10, 2)),
        ("27w+6d", date(2026, 1, 1), date(2026, 7, 15)),
        ("5y", date(9998, 1, 1), date.max),
        ("12000y", date(2026, 1, 1), date.max),
    ],
)
def test_an_age_is_reached_on_the_day_the_norm_means(text: str, start: date, reached: date) -> None:
    assert Age.parse(text).after(start) == reached
    ages = Ages(start)
    # Twice: what was worked out is remembered.
    assert ages.day(Age.parse(text)) == ages.day(Age.parse(text)) == reached


@pytest.mark.parametrize("text", ["", "5", "m", "-5d", "5 meses", "5m-", "5mm", "1.5m"])
def test_an_age_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an age"):
        Age.parse(text)


def test_bounds_of_an_age_in_days_hold_for_every_starting_day() -> None:
    for months in range(1, 74):
        age = Age(months, 0)
        for offset in range(0, 1461, 13):
            start = date(2023, 3, 1) + timedelta(days=offset)
            assert age.shortest_days <= (age.after(start) - start).days <= age.longest_days


def test_ages_read_as_words() -> None:
    assert age_words(Age.parse("6m")) == "6 meses"
    assert age_words(Age.parse("1m")) == "1 mes"
    assert age_words(Age.parse("5m-1d")) == "4 meses y 29 días"
    assert age_words(Age.parse("5y-1d")) == "4 años, 11 meses y 29 días"
    assert age_words(Age.parse("1y-1d")) == "11 meses y 29 días"
    assert age_words(Age.parse("1m-1d")) == "29 días"
    assert age_words(Age.parse("28w-1d")) == "27 semanas y 6 días"
    assert age_words(Age.parse("27w+6d")) == "27 semanas y 6 días"


@pytest.mark.parametrize(("days", "trimester"), [(0, 1), (97, 1), (98, 2), (195, 2), (196, 3)])
def test_trimesters_change_at_fourteen_and_twenty_eight_weeks(days: int, trimester: int) -> None:
    assert trimester_of(days) == trimester


def test_dates_of_a_pregnancy_come_from_the_ultrasound_before_the_last_period() -> None:
    last_period = date(2026, 1, 1)
    by_period = Pregnancy(id="p", household_id="h", member_id="m", last_period=last_period)
    assert expected_birth(by_period) == date(2026, 10, 8)
    assert gestational_days(by_period, date(2026, 4, 9)) == 98
    both = Pregnancy(
        id="p",
        household_id="h",
        member_id="m",
        last_period=last_period,
        due_date_ultrasound=date(2026, 10, 18),
    )
    assert pregnancy_start(both) == date(2026, 1, 11)
    assert expected_birth(both) == date(2026, 10, 18)
    unknown = Pregnancy(id="p", household_id="h", member_id="m")
    assert pregnancy_start(unknown) is expected_birth(unknown) is None
    assert gestational_days(unknown, last_period) is None
