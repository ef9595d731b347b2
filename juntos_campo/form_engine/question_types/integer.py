"""``integer``: a whole number."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading


class IntegerType(QuestionType):
    name = "integer"

    def read(self, text: str, reading: Reading) -> Answer:
        # int() also takes "1_000" and digits of other scripts, which are typing mistakes here.
        digits = text.lstrip("+-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
            raise AnswerError(
                f"«{text}» no es un número entero: escriba solo cifras, por ejemplo 6."
            )
        return int(text)
