"""``date``: a calendar day, typed ``14/11``, ``14/11/26``, ``14-11-2026`` or ``2026-11-14``."""

from __future__ import annotations

import re
from datetime import date

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import paper_date
from juntos_campo.form_engine.question_types.base import (
    DATE_VALUE,
    AnswerError,
    QuestionType,
    Reading,
    day_number,
)

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_TYPED = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?")


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
    typed = _TYPED.fullmatch(text)
    try:
        if iso:
            year, month, day = map(int, iso.groups())
            return date(year, month, day)
        if typed:
            day, month = int(typed[1]), int(typed[2])
            if typed[3]:
                year = int(typed[3]) + (2000 if len(typed[3]) == 2 else 0)
                return date(year, month, day)
            return _nearest(day, month, near)
    except ValueError:
        raise AnswerError(f"El día «{text}» no existe en el calendario.") from None
    raise AnswerError(f"«{text}» no es una fecha: escríbala así: 14/11 o 14/11/2026.")


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
