"""``time``: a time of day, typed ``8:30``, ``14h30``, ``8:30 pm``, ``0830`` or ``8 am``."""

from __future__ import annotations

import re
from datetime import time

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import (
    TIME_VALUE,
    AnswerError,
    QuestionType,
    Reading,
    time_fraction,
)

_HALF = r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
_ZONE = r"(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
_TYPED = re.compile(
    rf"(?P<hour>\d{{1,2}})(?:(?:[:.]|\s?h\s?)(?P<minute>\d{{2}}){_ZONE}|\s?h)?{_HALF}"
)
_DIGITS = re.compile(rf"(?P<hour>\d{{2}})(?P<minute>\d{{2}}){_HALF}")


class TimeType(QuestionType):
    name = "time"
    mark = TIME_VALUE

    def read(self, text: str, reading: Reading) -> Answer:
        return f"{read_time(text):%H:%M}"

    def to_tree(self, answer: Answer) -> str:
        return "" if answer is None else repr(time_fraction(time.fromisoformat(str(answer))))


def read_time(text: str) -> time:
    """The time of day meant by `text`, to the minute; seconds and a zone are dropped.

    Raises:
        AnswerError: it is none. A lone number is one only with ``h``, ``am`` or ``pm``.
    """
    match = _TYPED.fullmatch(text.lower()) or _DIGITS.fullmatch(text.lower())
    if match is None or not text.isascii() or (text.isdigit() and len(text) < 4):
        raise AnswerError(f"«{text}» no es una hora: escríbala así: 8:30 o 14:30.")
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise AnswerError(f"La hora «{text}» no existe: con am o pm va de 1 a 12.")
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise AnswerError(f"La hora «{text}» no existe: va de 0:00 a 23:59.") from None
