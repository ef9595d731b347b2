"""Ages and gaps as the norms write them: days, weeks, completed calendar months, years."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from juntos_campo.domain.calendar import add_months

_PART = re.compile(r"([+-]?)(\d{1,5})([dwmy])")
_PLACES, _HALF_PLACE = 1 << 24, 1 << 23
"""Days of an age are told apart from its months as long as they are fewer than half of these."""
_WHOLE = re.compile(r"\d{1,5}[dwmy](?:[+-]\d{1,5}[dwmy])*")


@dataclass(frozen=True, slots=True)
class Age:
    """A span counted first in calendar months, then in days.

    Attributes:
        months: completed calendar months.
        days: days on top; may be negative (``5m-1d`` is the last day of being four months old).
        text: as the rule pack writes it.
        place: one number for the span, to look it up quickly.
        longest_days, shortest_days: no span of this age is longer or shorter, in days.
    """

    months: int
    days: int
    text: str = ""
    shift: timedelta = field(init=False, compare=False, repr=False)
    place: int = field(init=False, compare=False, repr=False)
    longest_days: int = field(init=False, compare=False, repr=False)
    shortest_days: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        months, days = self.months, self.days
        object.__setattr__(self, "shift", timedelta(days=days))
        object.__setattr__(self, "place", months * _PLACES + days)
        object.__setattr__(self, "longest_days", months * 31 + days)
        object.__setattr__(self, "shortest_days", months * 30 - 2 * ((months + 11) // 12) + days)

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

    def is_reached(self, start: date, on: date) -> bool:
        """Whether `after(start)` is `on` or before; most answers need no calendar."""
        days = (on - start).days
        if not self.shortest_days <= days <= self.longest_days:
            return days > self.longest_days
        return self.after(start) <= on

    def is_past(self, start: date, on: date) -> bool:
        """Whether `after(start)` is before `on`."""
        days = (on - start).days
        if not self.shortest_days <= days <= self.longest_days:
            return days > self.longest_days
        return self.after(start) < on


class Ages(dict[int, date]):
    """The days on which one person reaches ages, by `Age.place`; each is worked out when first asked for.

    ``ages[age.place]`` is `day(age)` for who asks ten times a row.
    """

    __slots__ = ("_months", "start")

    def __init__(self, start: date) -> None:
        super().__init__()
        self.start = start
        self._months: dict[int, date] = {0: start}

    def day(self, age: Age) -> date:
        """As `Age.after(start)`."""
        return self[age.place]

    def __missing__(self, place: int) -> date:
        months, days = divmod(place + _HALF_PLACE, _PLACES)
        days -= _HALF_PLACE
        try:
            reached = self._months.get(months)
            if reached is None:
                reached = self._months[months] = add_months(self.start, months)
            day = reached + timedelta(days=days) if days else reached
        except (OverflowError, ValueError):
            day = Age(months, days).after(self.start)
        self[place] = day
        return day


_LAST_DAY = re.compile(r"(\d{1,5})([wmy])-1d")


def age_words(age: Age) -> str:
    """``6 meses``, ``55 días``, ``27 semanas y 6 días``; ``5m-1d`` as the health card says it:
    ``4 meses y 29 días``. For sentences."""
    names = {
        "d": ("día", "días"),
        "w": ("semana", "semanas"),
        "m": ("mes", "meses"),
        "y": ("año", "años"),
    }

    def counted(number: int, unit: str) -> str:
        return f"{number} {names[unit][number != 1]}"

    last_day = _LAST_DAY.fullmatch(age.text)
    if last_day is not None and int(last_day[1]) > 0:
        before, unit = int(last_day[1]) - 1, last_day[2]
        whole = [counted(before, unit)] if before else []
        if unit == "y":
            whole.append(counted(11, "m"))
        rest = counted(6 if unit == "w" else 29, "d")
        return f"{', '.join(whole)} y {rest}" if whole else rest
    words: list[str] = []
    for sign, digits, unit in _PART.findall(age.text):
        joint = "menos " if sign == "-" else "y " if words else ""
        words.append(joint + counted(int(digits), unit))
    return " ".join(words)
