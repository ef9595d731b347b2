"""Months, bimesters and how dates and ages are written."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.domain.calendar import Bimester, add_months, completed_months, completed_years
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.spanish import (
    age_text,
    bimester_text,
    count,
    fold,
    long_date,
    moment,
    near_date,
    short_date,
    thousands,
)

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("birth", "months", "day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_a_child_born_at_the_end_of_a_month_completes_it_on_the_last_day(
    birth: date, months: int, day: date
) -> None:
    assert add_months(birth, months) == day


@given(DAYS, st.integers(0, 240))
def test_a_month_is_completed_on_its_day_and_not_the_day_before(birth: date, months: int) -> None:
    day = add_months(birth, months)
    assert completed_months(birth, day) == months
    assert completed_months(birth, date.fromordinal(day.toordinal() - 1)) == months - 1


def test_years_are_completed_on_the_birthday() -> None:
    assert completed_years(date(2020, 11, 22), date(2026, 11, 21)) == 5
    assert completed_years(date(2020, 11, 21), date(2026, 11, 21)) == 6


@given(DAYS)
def test_every_day_belongs_to_exactly_one_bimester(day: date) -> None:
    bimester = Bimester.of(day)
    assert bimester.contains(day)
    assert not bimester.next().contains(day)
    assert not bimester.previous().contains(day)
    assert bimester.next().previous() == bimester
    assert (bimester.next().start - bimester.end).days == 1
    assert Bimester.parse(str(bimester)) == bimester


@pytest.mark.parametrize("text", ["2026-0", "2026-7", "2026", "", "a-b"])
def test_what_is_no_bimester_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Bimester.parse(text)


@pytest.mark.parametrize(
    ("birth", "text"),
    [
        (date(2026, 11, 21), "0 días"),
        (date(2026, 11, 20), "1 día"),
        (date(2026, 10, 29), "23 días"),
        (date(2026, 5, 21), "6 m"),
        (date(2025, 11, 21), "1 a"),
        (date(2025, 8, 21), "1 a 3 m"),
        (date(2024, 11, 21), "2 a"),
        (date(2022, 6, 1), "4 a 5 m"),
        (date(1997, 3, 4), "29 a"),
        (date(2026, 12, 1), "sin nacer"),
    ],
)
def test_ages_are_written_as_people_say_them(birth: date, text: str) -> None:
    assert age_text(birth, date(2026, 11, 21)) == text


def test_dates_and_numbers_are_written_as_in_peru() -> None:
    day = date(2026, 11, 21)
    assert short_date(day) == "sáb 21 nov 2026"
    assert long_date(day) == "sábado 21 de noviembre de 2026"
    assert near_date(date(2026, 9, 3), day) == "3 set"
    assert near_date(date(2027, 9, 3), day) == "3 set 2027"
    assert moment(datetime(2026, 11, 17, 18, 5, tzinfo=LIMA)) == "mar 17 nov 18:05"
    assert bimester_text(Bimester.of(day)) == "bimestre VI 2026 (noviembre y diciembre)"
    assert thousands(1200) == "1\u202f200"
    assert count(1, "hogar", "hogares") == "1 hogar"
    assert count(3, "niño") == "3 niños"


def test_accents_and_enye_fold_away_for_comparing() -> None:
    assert fold("ÑAHUI HUAMÁN, Saúl") == "nahui huaman, saul"
    assert fold("MZA B-12") == "mza b-12"
