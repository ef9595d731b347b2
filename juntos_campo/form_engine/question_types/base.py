"""What every question type must say about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from juntos_campo.domain.entities import Answer


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a choice list. `labels` by language; `name` is what is stored."""

    name: str
    labels: dict[str, str]

    def label(self, language: str) -> str:
        return self.labels.get(language) or next(iter(self.labels.values()), self.name)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a type may look at when it reads what was typed.

    Attributes:
        near: the day a date typed without its year is closest to.
    """

    near: date
    language: str = "default"
    choices: tuple[Choice, ...] = ()


class AnswerError(Exception):
    """What was typed is no answer of this type; the text is the Spanish sentence for the cell."""


EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1 January 1970: how XForms counts with dates."""
    return (day - EPOCH).days


def day_of(number: float) -> date:
    """The day of a day number; a fraction is its time of day and dropped."""
    return EPOCH + timedelta(days=int(number // 1))


class QuestionType(ABC):
    """One XLSForm question type.

    Attributes:
        name: first word of the sheet's `type` column.
        answerable: a person (not the form) gives the answer.
        takes_list: the type is followed by the name of a choice list.
        is_date: kept as a day number in the evaluated tree, so that XPath can compare and add.
    """

    name: ClassVar[str]
    answerable: ClassVar[bool] = True
    takes_list: ClassVar[bool] = False
    is_date: ClassVar[bool] = False

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
