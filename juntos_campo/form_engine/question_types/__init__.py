"""The registry of question types: one class a file. A type that is not here is refused at load."""

from __future__ import annotations

from juntos_campo.form_engine.question_types.acknowledge import AcknowledgeType
from juntos_campo.form_engine.question_types.base import QuestionType
from juntos_campo.form_engine.question_types.calculate import CalculateType
from juntos_campo.form_engine.question_types.date import DateType
from juntos_campo.form_engine.question_types.decimal import DecimalType
from juntos_campo.form_engine.question_types.integer import IntegerType
from juntos_campo.form_engine.question_types.note import NoteType
from juntos_campo.form_engine.question_types.select_one import SelectOneType
from juntos_campo.form_engine.question_types.text import TextType

QUESTION_TYPES: dict[str, QuestionType] = {
    kind.name: kind
    for kind in (
        TextType(),
        IntegerType(),
        DecimalType(),
        DateType(),
        SelectOneType(),
        CalculateType(),
        NoteType(),
        AcknowledgeType(),
    )
}

INSTEAD: dict[str, str] = {
    "select_multiple": "Por ahora ponga una pregunta «select_one» por opción.",
    "range": "Use «integer» con una restricción (constraint).",
    "time": "Use «text» con constraint regex(., '^[0-2][0-9]:[0-5][0-9]$').",
    "datetime": "Use «date» y, si hace falta, la hora en «text».",
    "image": "Las fotos se adjuntan desde la visita.",
    "file": "Los archivos se adjuntan desde la visita.",
    "geopoint": "Escriba la referencia del lugar en «text».",
    "barcode": "Use «text».",
    "hidden": "Use «calculate».",
    "rank": "Use una pregunta «integer» por opción.",
    "string": "Escriba «text».",
    "int": "Escriba «integer».",
    "select1": "Escriba «select_one».",
}
"""What to use in place of a type that is known to XLSForm but not (yet) to us."""
