"""``calculate``: filled by the form's own expression."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import QuestionType, Reading, writable


class CalculateType(QuestionType):
    name = "calculate"
    answerable = False

    def read(self, text: str, reading: Reading) -> Answer:
        return writable(text)
