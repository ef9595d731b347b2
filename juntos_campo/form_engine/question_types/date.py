"""``date``: a calendar day, typed ``14/11``, ``14/11/26``, ``14-11-2026`` or ``2026-11-14``.

Also ``14-nov`` and ``14-nov-26``: what a spreadsheet makes of 14/11, and copies.
"""

from __future__ import annotations

import re
from datetime import date

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import month_number, paper_date
from juntos_campo.form_engine.question_types.base import (
    DATE_VALUE,
    AnswerError,
    QuestionType,
    Reading,
    day_number,
)

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_TYPED = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?")
_NAMED = re.compile(
    r"(\d{1,2})(?:[/.\- ]| de )([a-zA-Z]{3,}\.?)(?:(?:[/.\- ]| del? )(\d{4}|\d{2}))?"
)
_SHORT_YEAR = 2
"""Figures of a year written short."""
_FARTHEST_AHEAD = 20
"""Years ahead a year of two figures may mean: no form asks for a day later than that."""


class DateType(QuestionType):
    name = "date"
    mark = DATE_VALUE

    def read(self, text: str, reading: Reading) -> Answer:
        return read_day(text, reading.near).isoformat()

    def to_tree(self, answer: Answer) -> str:
        return "" if answer is None else str(day_number(date.fromisoformat(str(answer))))

    def show(self, answer: Answer, reading: Reading) -> str:
        return "" if answer is None else paper_date(date.fromisoformat(str(answer)))


def read_day(text: str, near: date) -> date:
    """The day meant by `text`; without its year the one closest to `near`.

    Raises:
        AnswerError: it is none.
    """
    iso = _ISO.fullmatch(text)
    typed = _TYPED.fullmatch(text) or _NAMED.fullmatch(text)
    month_typed = _month(typed[2]) if typed else None
    try:
        if iso:
            year, month, day = map(int, iso.groups())
            return date(year, month, day)
        if typed and month_typed is not None:
            day, month = int(typed[1]), month_typed
            if typed[3]:
                return date(_year(typed[3], near), month, day)
            return _nearest(day, month, near)
    except ValueError:
        raise AnswerError(f"El día «{text}» no existe en el calendario.") from None
    raise AnswerError(f"«{text}» no es una fecha: escríbala así: 14/11 o 14/11/2026.")


def _year(text: str, near: date) -> int:
    """Of two figures: of this century, unless that lies decades ahead (people are born in ``90``)."""
    if len(text) > _SHORT_YEAR:
        return int(text)
    year = near.year // 100 * 100 + int(text)
    return year if year <= near.year + _FARTHEST_AHEAD else year - 100


def _month(text: str) -> int | None:
    return int(text) if text.isdigit() else month_number(text)


def _nearest(day: int, month: int, near: date) -> date:
    """That day and month in the year which brings it closest to `near`."""
    candidates = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue  # 29 February of a common year
    if not candidates:
        raise ValueError("no such day")
    return min(candidates, key=lambda candidate: abs((candidate - near).days))
