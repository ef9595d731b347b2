"""``text``: free text on one line or more."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import QuestionType, Reading, writable


class TextType(QuestionType):
    name = "text"

    def read(self, text: str, reading: Reading) -> Answer:
        return writable(text)
