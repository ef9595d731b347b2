"""``dateTime``: a day and a time, typed ``21/11 14:30``, ``21/11/2026 2:30 pm`` or in ISO form."""

from __future__ import annotations

from datetime import datetime

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import paper_date
from juntos_campo.form_engine.question_types.base import (
    MOMENT_VALUE,
    AnswerError,
    QuestionType,
    Reading,
    moment_number,
)
from juntos_campo.form_engine.question_types.date import read_day
from juntos_campo.form_engine.question_types.time import read_time


class DateTimeType(QuestionType):
    name = "dateTime"
    mark = MOMENT_VALUE

    def read(self, text: str, reading: Reading) -> Answer:
        return f"{_read_moment(text, reading):%Y-%m-%dT%H:%M}"

    def to_tree(self, answer: Answer) -> str:
        return "" if answer is None else repr(moment_number(datetime.fromisoformat(str(answer))))

    def show(self, answer: Answer, reading: Reading) -> str:
        if answer is None:
            return ""
        moment = datetime.fromisoformat(str(answer))
        return f"{paper_date(moment.date())} {moment:%H:%M}"


def _read_moment(text: str, reading: Reading) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        if len(text) > len("2026-11-21"):
            try:
                # What another clock wrote with its zone is what the clock in Lima showed then.
                return moment.astimezone(LIMA) if moment.tzinfo else moment
            except (OverflowError, ValueError):
                # The first or last day a calendar knows: as it stands.
                return moment.replace(tzinfo=None)
    day, _, hour = text.replace(",", " ").partition(" ")
    if not hour.strip():
        raise AnswerError(f"«{text}» no dice día y hora: escríbalos así: 21/11 14:30.")
    return datetime.combine(read_day(day, reading.near), read_time(hour.strip()))
