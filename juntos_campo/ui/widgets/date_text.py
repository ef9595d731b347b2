"""Reading a date as people type it: ``14/11``, ``14/11/26``, ``14112026``, ``14 nov``, ``hoy``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import fold, month_number
from juntos_campo.ui.problems import DATE_IMPOSSIBLE, DATE_UNREADABLE

_SPLIT = re.compile(r"^(\d{1,2})[\s/.\-]+(\d{1,2}|[a-z]{3,})(?:[\s/.\-]+(\d{4}|\d{2}))?$")
_DIGITS = {4: (2, 4, 4), 6: (2, 4, 6), 8: (2, 4, 8)}
_WORDS = {"hoy": 0, "ayer": -1, "anteayer": -2, "manana": 1}


def parse_date(text: str, today: date, *, future: bool = False) -> date:
    """The date that `text` means on the day `today`.

    A date without a year is the latest one not after today, or with `future` the first one not
    before today. A year of two figures is of this century.

    Raises:
        UserError: it is no date, or a day that the calendar does not have.
    """
    plain = fold(text.strip()).replace(" de ", " ")
    if plain in _WORDS:
        return today + timedelta(days=_WORDS[plain])
    day, month, year = _parts(plain, text)
    if year is not None:
        return _make(year + 2000 if year < 100 else year, month, day, text)
    if (day, month) == (29, 2):
        years = (
            range(today.year, today.year + 8) if future else range(today.year, today.year - 8, -1)
        )
        candidates = [date(y, 2, 29) for y in years if _is_leap(y)]
    else:
        candidates = [_make(today.year + step, month, day, text) for step in (-1, 0, 1)]
    fitting = [one for one in candidates if (one >= today if future else one <= today)]
    return min(fitting) if future else max(fitting)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _parts(plain: str, text: str) -> tuple[int, int, int | None]:
    if plain.isdigit() and len(plain) in _DIGITS:
        first, second, last = _DIGITS[len(plain)]
        year = plain[second:last]
        return int(plain[:first]), int(plain[first:second]), int(year) if year else None
    match = _SPLIT.match(plain)
    if match is None:
        raise user_error(DATE_UNREADABLE, text=text.strip())
    day, month, year = match.groups()
    return int(day), _month(month, text), int(year) if year else None


def _month(word: str, text: str) -> int:
    if word.isdigit():
        return int(word)
    number = month_number(word)
    if number is None:
        raise user_error(DATE_UNREADABLE, text=text.strip())
    return number


def _make(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise user_error(DATE_IMPOSSIBLE, text=text.strip()) from None
