"""``select_one LIST``: one entry of a choice list, typed by its name, label or first letters."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import fold
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading

_SHOWN = 12
"""How many entries a message lists: more fit no tooltip."""
_PART = " · "
"""Stands between the parts of a label: people are listed with their code or document."""


class SelectOneType(QuestionType):
    name = "select_one"
    takes_list = True

    def read(self, text: str, reading: Reading) -> Answer:
        return find_choice(text, reading)

    def show(self, answer: Answer, reading: Reading) -> str:
        return "" if answer is None else label_of(str(answer), reading)


def find_choice(text: str, reading: Reading) -> str:
    """The name of the entry meant by `text`: its name, its label, how only its label begins,
    or a part of only its label: the code in ``ACHAHUI LAYME, Ruth · 0307-004083``.

    Raises:
        AnswerError: none, or several.
    """
    if any(text == choice.name for choice in reading.choices):
        return text
    wanted = fold(text)
    labels = {choice.name: fold(choice.label(reading.language)) for choice in reading.choices}
    for choice in reading.choices:
        if wanted in (fold(choice.name), labels[choice.name]):
            return choice.name
    begins = [name for name, label in labels.items() if label.startswith(wanted)]
    found = begins or [name for name, label in labels.items() if wanted in label.split(_PART)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(choice.label(reading.language) for choice in reading.choices[:_SHOWN])
    more = "…" if len(reading.choices) > _SHOWN else "."
    raise AnswerError(f"«{text}» no está en la lista. Elija: {shown}{more}")


def label_of(name: str, reading: Reading) -> str:
    """The label of a stored name; the name itself when the list does not have it."""
    for choice in reading.choices:
        if choice.name == name:
            return choice.label(reading.language)
    return name
