"""``hidden``: a value the program or a default puts in; no person sees or types it."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import QuestionType, Reading, writable


class HiddenType(QuestionType):
    name = "hidden"
    answerable = False

    def read(self, text: str, reading: Reading) -> Answer:
        return writable(text)
