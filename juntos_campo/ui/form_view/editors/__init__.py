"""The registry of editors: one for each question type; its appearance may choose another."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from juntos_campo.ui.form_view.editors.agree import AcknowledgeEditor
from juntos_campo.ui.form_view.editors.base import AreaEditor, Editor, LineEditor, Place
from juntos_campo.ui.form_view.editors.choice import (
    MOST_FILTERED,
    MOST_RADIOS,
    ComboEditor,
    RadioEditor,
)
from juntos_campo.ui.form_view.editors.files import FileEditor, ImageEditor, SignatureEditor
from juntos_campo.ui.form_view.editors.line import DateEditor
from juntos_campo.ui.form_view.editors.place import GeopointEditor
from juntos_campo.ui.form_view.editors.rank import RankEditor
from juntos_campo.ui.form_view.editors.scale import RangeEditor
from juntos_campo.ui.form_view.editors.several import TickListEditor, TicksEditor

MOST_TICKS = 12
DRAWN = ("signature", "draw", "annotate")
_COMBO = ("minimal", "autocomplete", "search")


def _text(place: Place) -> Editor:
    return AreaEditor(place) if place.has("multiline") else LineEditor(place)


def _select_one(place: Place) -> Editor:
    many = len(place.choices) > MOST_RADIOS or len(place.question.choices) > MOST_FILTERED
    dynamic = place.question.itemset is not None and not place.has("likert", "horizontal")
    if place.has(*_COMBO) or many or (dynamic and not place.question.choices):
        return ComboEditor(place)
    return RadioEditor(place)


def _select_multiple(place: Place) -> Editor:
    if place.has(*_COMBO) or len(place.choices) > MOST_TICKS:
        return TickListEditor(place)
    return TicksEditor(place)


def _image(place: Place) -> Editor:
    return SignatureEditor(place) if place.has(*DRAWN) else ImageEditor(place)


def _hint(text: str) -> str:
    return QCoreApplication.translate("Editors", text)


EDITORS: dict[str, Callable[[Place], Editor]] = {
    "text": _text,
    "integer": lambda place: LineEditor(place, 120),
    "decimal": lambda place: LineEditor(place, 120),
    "range": RangeEditor,
    "date": DateEditor,
    "time": lambda place: LineEditor(place, 120, _hint("hora:minuto")),
    "dateTime": lambda place: LineEditor(place, 180, _hint("día/mes/año hora:minuto")),
    "select_one": _select_one,
    "select_multiple": _select_multiple,
    "rank": RankEditor,
    "acknowledge": AcknowledgeEditor,
    "image": _image,
    "file": FileEditor,
    "audio": FileEditor,
    "geopoint": GeopointEditor,
    "barcode": lambda place: LineEditor(place, 260, _hint("escriba o pase el lector")),
}
"""Question type -> what makes its editor. Types that no person answers have none."""


def make_editor(place: Place) -> Editor:
    """The editor for a cell, showing what the form holds."""
    editor = EDITORS[place.question.type.name](place)
    editor.load()
    return editor


__all__ = ["EDITORS", "Editor", "Place", "make_editor"]
