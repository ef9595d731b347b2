"""The periods indicators are told for, and dates of birth that reach an age. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from juntos_campo.central.indicators.problems import PERIOD_UNREADABLE
from juntos_campo.domain.calendar import ROMAN, Bimester, add_months
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import MONTHS, bimester_text

_TEXT = re.compile(r"(\d{4})(?:-([MBT]?)(\d{1,2}))?")


class PeriodKind(StrEnum):
    """How long a period is. A bimester is that of the programme's calendar."""

    MONTH = "month"
    BIMESTER = "bimester"
    QUARTER = "quarter"
    YEAR = "year"


_LETTERS = {"M": PeriodKind.MONTH, "B": PeriodKind.BIMESTER, "T": PeriodKind.QUARTER}
_MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.BIMESTER: 2,
    PeriodKind.QUARTER: 3,
    PeriodKind.YEAR: 12,
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The `number`-th month, bimester or quarter of a year, from 1; of a year always 1."""

    year: int
    kind: PeriodKind
    number: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12 // _MONTHS[self.kind] or not 1 <= self.year < 9999:
            raise ValueError(f"no {self.kind} {self.number} in {self.year}")

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Period:
        """The period of a kind that holds a day."""
        return cls(day.year, kind, (day.month - 1) // _MONTHS[kind] + 1)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read what `str` writes: ``2026-M11``, ``2026-B6``, ``2026-T4``, ``2026``; or ``2026-11``.

        Raises:
            UserError: CEN-347.
        """
        found = _TEXT.fullmatch(text.strip().upper())
        try:
            if found is None:
                raise ValueError(text)
            kind = _LETTERS[found[2] or "M"] if found[3] else PeriodKind.YEAR
            return cls(int(found[1]), kind, int(found[3] or 1))
        except ValueError:
            raise user_error(PERIOD_UNREADABLE, text=text) from None

    def __str__(self) -> str:
        letter = next((one for one, kind in _LETTERS.items() if kind is self.kind), "")
        return f"{self.year}-{letter}{self.number}" if letter else f"{self.year}"

    @property
    def start(self) -> date:
        return date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return add_months(self.start, _MONTHS[self.kind]) - timedelta(days=1)

    def previous(self) -> Period:
        return Period.of(self.kind, self.start - timedelta(days=1))

    def cut(self, today: date) -> date:
        """The day it is judged on: its last, or today while it runs."""
        return min(self.end, today)

    @property
    def label(self) -> str:
        """Spanish: ``noviembre 2026``, ``bimestre VI 2026 (noviembre y diciembre)``."""
        if self.kind is PeriodKind.MONTH:
            return f"{MONTHS[self.number - 1]} {self.year}"
        if self.kind is PeriodKind.BIMESTER:
            return bimester_text(Bimester(self.year, self.number))
        if self.kind is PeriodKind.QUARTER:
            return f"trimestre {ROMAN[self.number - 1]} {self.year}"
        return f"año {self.year}"


def latest_birth(months: int, on: date) -> date:
    """The last day of birth of somebody who has completed `months` on a day, as `add_months` counts.

    Whoever was born on it or before has completed them; whoever was born later has not.
    """
    found = add_months(on, -months) + timedelta(days=4)  # 31st of a month that lacks it: at most 3
    while add_months(found, months) > on:
        found -= timedelta(days=1)
    return found
