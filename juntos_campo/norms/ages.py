"""Ages and gaps as the norms write them: days, weeks, completed calendar months, years."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from juntos_campo.domain.calendar import add_months

_PART = re.compile(r"([+-]?)(\d{1,5})([dwmy])")
_WHOLE = re.compile(r"\d{1,5}[dwmy](?:[+-]\d{1,5}[dwmy])*")


@dataclass(frozen=True, slots=True)
class Age:
    """A span counted first in calendar months, then in days.

    Attributes:
        months: completed calendar months.
        days: days on top; may be negative (``5m-1d`` is the last day of being four months old).
        text: as the rule pack writes it.
    """

    months: int
    days: int
    text: str = ""
    shift: timedelta = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shift", timedelta(days=self.days))

    @classmethod
    def parse(cls, text: str) -> Age:
        """Read ``55d``, ``8w``, ``4m``, ``2y``, ``27w+6d`` or ``5m-1d``.

        Raises:
            ValueError: anything else.
        """
        compact = text.replace(" ", "")
        if not _WHOLE.fullmatch(compact):
            raise ValueError(f"{text!r} is not an age")
        months = days = 0
        for sign, digits, unit in _PART.findall(compact):
            number = -int(digits) if sign == "-" else int(digits)
            if unit == "d":
                days += number
            elif unit == "w":
                days += 7 * number
            elif unit == "m":
                months += number
            else:
                months += 12 * number
        return cls(months, days, compact)

    def after(self, start: date) -> date:
        """The day this span after `start`; the last or first day of the calendar beyond its ends."""
        try:
            day = add_months(start, self.months) if self.months else start
            return day + self.shift
        except (OverflowError, ValueError):
            return date.max if self.months * 30 + self.days > 0 else date.min

    @property
    def longest_days(self) -> int:
        """No span of this age is longer, in days."""
        return self.months * 31 + self.days

    @property
    def shortest_days(self) -> int:
        """No span of this age is shorter, in days."""
        return self.months * 30 - 2 * ((self.months + 11) // 12) + self.days


class Ages:
    """The days on which one person reaches ages; remembers the months it has worked out."""

    __slots__ = ("_months", "start")

    def __init__(self, start: date) -> None:
        self.start = start
        self._months: dict[int, date] = {0: start}

    def day(self, age: Age) -> date:
        """As `Age.after(start)`."""
        reached = self._months.get(age.months)
        if reached is None:
            reached = self._months[age.months] = Age(age.months, 0).after(self.start)
        try:
            return reached + age.shift
        except OverflowError:
            return date.max if age.days > 0 else date.min


def age_words(age: Age) -> str:
    """``6 meses``, ``55 días``, ``14 semanas``, ``1 mes menos 1 día``; for sentences."""
    names = {
        "d": ("día", "días"),
        "w": ("semana", "semanas"),
        "m": ("mes", "meses"),
        "y": ("año", "años"),
    }
    words: list[str] = []
    for sign, digits, unit in _PART.findall(age.text):
        number = int(digits)
        joint = "menos " if sign == "-" else "y " if words else ""
        words.append(f"{joint}{number} {names[unit][number != 1]}")
    return " ".join(words)
