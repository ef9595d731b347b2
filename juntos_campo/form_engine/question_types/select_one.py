"""``select_one LIST``: one entry of a choice list, typed by its name, label or first letters."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import fold
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading


class SelectOneType(QuestionType):
    name = "select_one"
    takes_list = True

    def read(self, text: str, reading: Reading) -> Answer:
        wanted = fold(text)
        labels = {choice.name: fold(choice.label(reading.language)) for choice in reading.choices}
        for choice in reading.choices:
            if text == choice.name or wanted in (fold(choice.name), labels[choice.name]):
                return choice.name
        begins = [name for name, label in labels.items() if label.startswith(wanted)]
        if len(begins) == 1:
            return begins[0]
        shown = ", ".join(choice.label(reading.language) for choice in reading.choices)
        raise AnswerError(f"«{text}» no está en la lista. Elija: {shown}.")

    def show(self, answer: Answer, reading: Reading) -> str:
        if answer is None:
            return ""
        for choice in reading.choices:
            if choice.name == answer:
                return choice.label(reading.language)
        return str(answer)
