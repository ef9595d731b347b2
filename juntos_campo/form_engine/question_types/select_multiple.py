"""``select_multiple LIST``: entries of a choice list, typed ``a, b`` or ``a b`` by name or label."""

from __future__ import annotations

import re

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading
from juntos_campo.form_engine.question_types.select_one import find_choice, label_of

_BETWEEN = re.compile(r"\s*[,;\n]\s*")


class SelectMultipleType(QuestionType):
    name = "select_multiple"
    takes_list = True

    def read(self, text: str, reading: Reading) -> Answer:
        chosen = set(read_names(text, reading))
        # In the order of the list: the same choice made in another order is the same answer.
        known = [choice.name for choice in reading.choices if choice.name in chosen]
        return " ".join(dict.fromkeys(known))

    def show(self, answer: Answer, reading: Reading) -> str:
        return ", ".join(label_of(name, reading) for name in str(answer or "").split())


def read_names(text: str, reading: Reading) -> list[str]:
    """The names meant by `text` in the order typed, each once.

    Raises:
        AnswerError: one of them is not in the list.
    """
    names = {choice.name for choice in reading.choices}
    words = text.split()
    if all(word in names for word in words):
        return list(dict.fromkeys(words))
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    if len(pieces) == 1:
        # "agua luz" may be one label or two.
        whole = _found(text, reading)
        if whole is not None:
            return [whole]
        pieces = words
    return list(dict.fromkeys(find_choice(piece, reading) for piece in pieces))


def _found(text: str, reading: Reading) -> str | None:
    try:
        return find_choice(text, reading)
    except AnswerError:
        return None
