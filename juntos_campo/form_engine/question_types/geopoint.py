"""``geopoint``: a place, typed ``-14.02, -72.53``; kept as XForms does: latitude, longitude, altitude in
metres and accuracy in metres, with blanks between (0 where unknown).
"""

from __future__ import annotations

import math
import re

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading

_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_HOW = "escriba latitud y longitud así: -14.02, -72.53."


class GeopointType(QuestionType):
    name = "geopoint"

    def read(self, text: str, reading: Reading) -> Answer:
        words = _words(text)
        if not 2 <= len(words) <= 4:
            raise AnswerError(f"«{text}» no es un punto: {_HOW}")
        try:
            numbers = [
                float(word) if word.isascii() and "_" not in word else math.nan for word in words
            ]
        except ValueError:
            raise AnswerError(f"«{text}» no es un punto: {_HOW}") from None
        if not all(map(math.isfinite, numbers)):
            raise AnswerError(f"«{text}» no es un punto: {_HOW}")
        latitude, longitude, altitude, accuracy = (*numbers, 0.0, 0.0)[:4]
        if not -90 <= latitude <= 90:
            raise AnswerError(
                f"La latitud {words[0]} no existe: va de -90 a 90. En el Perú es negativa."
            )
        if not -180 <= longitude <= 180:
            raise AnswerError(
                f"La longitud {words[1]} no existe: va de -180 a 180. En el Perú es negativa."
            )
        if accuracy < 0 or abs(altitude) > 10_000:
            raise AnswerError(f"La altitud o la precisión de «{text}» no puede ser, en metros.")
        return " ".join(_short(number) for number in (latitude, longitude, altitude, accuracy))

    def show(self, answer: Answer, reading: Reading) -> str:
        parts = str(answer or "").split()
        if len(parts) < 2:
            return ""
        altitude = f" ({parts[2]} m)" if len(parts) > 2 and float(parts[2]) else ""
        return f"{parts[0]}, {parts[1]}{altitude}"


def _words(text: str) -> list[str]:
    text = text.removesuffix("m)").replace("(", " ") if text.endswith("m)") else text
    if "." not in text:
        words = re.split(r"[\s;]+", text.strip())
        if len(words) > 1 and all(_DECIMAL_COMMA.fullmatch(word) for word in words):
            return [word.replace(",", ".") for word in words]
    return [word for word in re.split(r"[\s,;]+", text.strip()) if word]


def _short(number: float) -> str:
    """Seven decimals are a centimetre."""
    text = f"{number:.7f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
