"""``barcode``: what a code says, from a reader that types like a keyboard or typed by hand."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import QuestionType, Reading


class BarcodeType(QuestionType):
    name = "barcode"

    def read(self, text: str, reading: Reading) -> Answer:
        return "".join(letter for letter in text if letter.isprintable()).strip() or None
