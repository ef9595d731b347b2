"""``note``: a text to read; takes no answer."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading


class NoteType(QuestionType):
    name = "note"
    answerable = False

    def read(self, text: str, reading: Reading) -> Answer:
        raise AnswerError("Este texto es solo para leer.")
