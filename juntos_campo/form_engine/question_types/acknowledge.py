"""``acknowledge``: a statement the person marks as read or agreed; stored as ``OK``, as XForms does."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import fold
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading


class AcknowledgeType(QuestionType):
    name = "acknowledge"

    def read(self, text: str, reading: Reading) -> Answer:
        if fold(text) in ("ok", "si", "x", "1", "true"):
            return "OK"
        raise AnswerError("Marque la casilla con «x» si está conforme; déjela vacía si no.")

    def show(self, answer: Answer, reading: Reading) -> str:
        return "" if answer is None else "Sí"
