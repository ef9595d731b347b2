"""``range``: a number between two ends in even steps (``parameters``: ``start=1 end=5 step=1``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading


@dataclass(frozen=True, slots=True)
class RangeBounds:
    """`start` may be the greater end: a range that counts down."""

    start: Decimal
    end: Decimal
    step: Decimal

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> RangeBounds:
        """From 1 to 10 in ones where nothing is said, as XLSForm has it.

        Raises:
            InvalidOperation: a parameter is no number.
        """
        start, end, step = (
            Decimal(parameters.get(name) or default)
            for name, default in (("start", "1"), ("end", "10"), ("step", "1"))
        )
        return cls(start, end, abs(step))

    @property
    def whole(self) -> bool:
        """Every value is a whole number."""
        return all(part == part.to_integral_value() for part in (self.start, self.step))

    def holds(self, value: Decimal) -> bool:
        within = min(self.start, self.end) <= value <= max(self.start, self.end)
        return within and (value - self.start) % self.step == 0


class RangeType(QuestionType):
    name = "range"

    def read(self, text: str, reading: Reading) -> Answer:
        bounds = RangeBounds.of(reading.parameters)
        plain = text.replace(",", ".")
        try:
            value = Decimal(plain) if plain.isascii() and "_" not in plain else Decimal("nan")
            good = value.is_finite() and len(plain) < 20 and bounds.holds(value)
        except InvalidOperation:
            good = False
        if not good:
            raise AnswerError(
                f"«{text}» no es un valor de esta escala: va de {bounds.start} a {bounds.end} "
                f"de {bounds.step} en {bounds.step}."
            )
        return int(value) if bounds.whole else float(value)

    def to_tree(self, answer: Answer) -> str:
        return "" if answer is None else f"{float(answer):.6f}".rstrip("0").rstrip(".")

    def show(self, answer: Answer, reading: Reading) -> str:
        return self.to_tree(answer)
