"""Dates as the programme counts them: completed months, bimesters."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SHORTEST_MONTH, _FEBRUARY = 28, 1

ROMAN = ("I", "II", "III", "IV", "V", "VI")


def add_months(start: date, months: int) -> date:
    """The day `months` calendar months after `start`; a day the month lacks becomes its last day.

    Somebody born on 31 January completes one month on 28 (or 29) February.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = start.day
    if day > _SHORTEST_MONTH:
        day = min(day, _LAST_DAYS[month])
        if month == _FEBRUARY and day == _SHORTEST_MONTH and calendar.isleap(year):
            day = min(start.day, _SHORTEST_MONTH + 1)
    return date(year, month + 1, day)


def completed_months(birth: date, on: date) -> int:
    """Whole calendar months from `birth` to `on` (negative before birth)."""
    months = (on.year - birth.year) * 12 + on.month - birth.month
    if add_months(birth, months) > on:
        months -= 1
    return months


def completed_years(birth: date, on: date) -> int:
    """Whole years from `birth` to `on`."""
    return completed_months(birth, on) // 12


@dataclass(frozen=True, slots=True, order=True)
class Bimester:
    """Two calendar months in which coresponsibility is verified; number 1 is January-February."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 6:
            raise ValueError(f"bimester number {self.number} is not between 1 and 6")

    @classmethod
    def of(cls, day: date) -> Bimester:
        return cls(day.year, (day.month + 1) // 2)

    @classmethod
    def parse(cls, text: str) -> Bimester:
        """Read ``2026-6``. Raises ValueError for anything else."""
        year, _, number = text.partition("-")
        return cls(int(year), int(number))

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def roman(self) -> str:
        return ROMAN[self.number - 1]

    @property
    def start(self) -> date:
        return date(self.year, self.number * 2 - 1, 1)

    @property
    def end(self) -> date:
        return self.next().start - timedelta(days=1)

    @property
    def months(self) -> tuple[date, date]:
        """First day of each of its two months."""
        return self.start, add_months(self.start, 1)

    def next(self) -> Bimester:
        return (
            Bimester(self.year + 1, 1) if self.number == 6 else Bimester(self.year, self.number + 1)
        )

    def previous(self) -> Bimester:
        return (
            Bimester(self.year - 1, 6) if self.number == 1 else Bimester(self.year, self.number - 1)
        )

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end
