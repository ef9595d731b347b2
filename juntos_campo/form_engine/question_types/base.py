"""What every question type must say about itself."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import Answer

DATE_MARK = "t"
"""Attribute of a node in the evaluated tree that says its number is a point in time."""
DATE_VALUE, MOMENT_VALUE, TIME_VALUE = "d", "m", "h"
"""Its values: day number; day number with the time of day as its fraction; fraction of a day."""
MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a choice list.

    Attributes:
        name: what is stored.
        labels: by language.
        extra: further columns of the list, for choice filters.
    """

    name: str
    labels: dict[str, str]
    extra: dict[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        return self.labels.get(language) or next(iter(self.labels.values()), self.name)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a type may look at when it reads what was typed.

    Attributes:
        near: the day a date typed without its year is closest to.
        parameters: the question's ``parameters`` column, ``{"start": "1", "end": "5"}``.
    """

    near: date
    language: str = "default"
    choices: tuple[Choice, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)


_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """Text without what XML cannot hold: control characters that come with a paste."""
    return _UNWRITABLE.sub("", text)


class AnswerError(Exception):
    """What was typed is no answer of this type; the text is the Spanish sentence for the cell."""


EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1 January 1970: how XForms counts with dates."""
    return (day - EPOCH).days


def day_of(number: float) -> date:
    """The day of a day number; a fraction is its time of day and dropped."""
    return EPOCH + timedelta(days=int(number // 1))


def time_fraction(moment: time) -> float:
    """Time of day as a fraction of a day, to the minute; equal times give equal numbers."""
    return (moment.hour * 60 + moment.minute) / MINUTES_A_DAY


def moment_number(moment: datetime) -> float:
    """Days since 1 January 1970, 0:00 by the wall clock of `moment`; what is below a minute adds to it."""
    rest = (moment.second * 1_000_000 + moment.microsecond) / 86_400_000_000
    return day_number(moment.date()) + time_fraction(moment.time()) + rest


def moment_of(number: float) -> datetime:
    """The wall clock time of Lima a number means, to the millisecond (a double holds no more)."""
    return datetime.combine(EPOCH, time(), LIMA) + timedelta(
        milliseconds=round(number * MINUTES_A_DAY * 60_000)
    )


class QuestionType(ABC):
    """One XLSForm question type.

    Attributes:
        name: first word of the sheet's `type` column.
        answerable: a person (not the form) gives the answer.
        takes_list: the type is followed by the name of a choice list.
        mark: what its number in the evaluated tree means (`DATE_VALUE` ...), so that XPath can
            compare and add; empty for what is no point in time.
    """

    name: ClassVar[str]
    answerable: ClassVar[bool] = True
    takes_list: ClassVar[bool] = False
    mark: ClassVar[str] = ""

    @property
    def is_date(self) -> bool:
        """A calendar day without a time."""
        return self.mark == DATE_VALUE

    @abstractmethod
    def read(self, text: str, reading: Reading) -> Answer:
        """The answer meant by `text` (not empty, stripped).

        Raises:
            AnswerError: it is none.
        """

    def to_tree(self, answer: Answer) -> str:
        """Text of the node in the evaluated tree."""
        return "" if answer is None else str(answer)

    def show(self, answer: Answer, reading: Reading) -> str:
        """How the answer is written on screen and paper."""
        return "" if answer is None else str(answer)
