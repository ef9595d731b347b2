"""``decimal``: a number with a decimal point; a typed comma is taken as the point."""

from __future__ import annotations

import re

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading

_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{0,6})?|[+-]?\.\d{1,6}")


class DecimalType(QuestionType):
    name = "decimal"

    def read(self, text: str, reading: Reading) -> Answer:
        plain = text.replace(",", ".")
        if not plain.isascii() or not _NUMBER.fullmatch(plain):
            raise AnswerError(f"«{text}» no es un número: escríbalo así: 11.2.")
        return float(plain)

    def to_tree(self, answer: Answer) -> str:
        return "" if answer is None else f"{float(answer):.6f}".rstrip("0").rstrip(".")

    def show(self, answer: Answer, reading: Reading) -> str:
        if answer is None:
            return ""
        text = self.to_tree(answer)
        return text if "." in text else text + ".0"
