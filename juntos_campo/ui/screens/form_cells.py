"""An open official form as the cells of a grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from juntos_campo.app.form_print import (
    cell_text,
    definition_label,
    group_heading,
    is_left,
    printed_columns,
    width_mm,
)
from juntos_campo.app.official_editing import edit_cells
from juntos_campo.app.open_form import OpenForm, Origin
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import MONTHS
from juntos_campo.form_engine.definition import Question
from juntos_campo.form_engine.findings import FindingKind
from juntos_campo.ui.widgets.grid_model import GridCell, GridColumn, Ground, Mark, Spot
from juntos_campo.ui.widgets.row_cells import PIXELS_A_MM, RowCells

FROZEN = ("nombre", "documento")
_LEAST_WIDTH = {"documento": 118}
"""Design pixels: a paper cell wraps, a cell on the screen does not."""
_WHOLE_DATE_MM, _WHOLE_DATE = 11, 94
"""A date that may lie outside the bimester has so much room on paper, and so many pixels here."""


class FormCells(RowCells):
    """Cells of the rows of an `OpenForm`; a `GridSource`."""

    def __init__(self, session: Session, opened: OpenForm) -> None:
        super().__init__(printed_columns(opened), opened.rows)
        self.opened = opened
        self._session = session
        self._columns = tuple(self._column(question) for question in self.questions)

    def key(self, row: int) -> str:
        """Key of a row."""
        return self.rows[row]

    def cell(self, row: int, column: int) -> GridCell:
        question, address = self.questions[column], self.address(row, column)
        mark, message = self._judgement(address)
        ground = self._ground(address)
        return GridCell(
            cell_text(self.opened, address, question),
            ground,
            mark,
            message or self._explanation(question, address, ground),
        )

    def edit_text(self, row: int, column: int) -> str:
        address = self.address(row, column)
        return cell_text(self.opened, address, self.questions[column])

    def typed(self, row: int, column: int) -> str | None:
        typed = self.opened.typed.get(self.address(row, column))
        return None if typed is None else str(typed)

    def write(self, changes: Mapping[Spot, str | None]) -> set[Spot]:
        answers: dict[str, Answer] = {self.address(*spot): text for spot, text in changes.items()}
        touched = edit_cells(self._session, self.opened, answers)
        return {spot for address in touched if (spot := self.spot(address)) is not None}

    def name_of(self, row: int, column: int) -> str:
        """``CCORI ROJAS, Juana · Noviembre, Peso kg``"""
        name = self.opened.form.shown(f"{self.rows[row]}/{self.opened.official.name}")
        place = self.title_of(column)
        return f"{name} · {place}" if name else place

    def _column(self, question: Question) -> GridColumn:
        width, least = width_mm(question), _LEAST_WIDTH.get(question.key, 0)
        if question.type.is_date and width >= _WHOLE_DATE_MM:
            least = _WHOLE_DATE
        return GridColumn(
            definition_label(self.opened, question),
            max(round(width * PIXELS_A_MM), least),
            group_heading(self.opened, question),
            frozen=question.key in FROZEN,
            left=is_left(question),
            strong=question.key == self.opened.official.name,
        )

    def _judgement(self, address: str) -> tuple[Mark, str]:
        finding = self.opened.form.finding(address)
        if finding is not None:
            missing = finding.kind is FindingKind.REQUIRED
            return (Mark.MISSING if missing else Mark.ERROR), finding.message
        warning = self.opened.warning(address)
        return (Mark.WARNING, warning) if warning else (Mark.NONE, "")

    def _ground(self, address: str) -> Ground:
        form = self.opened.form
        if form.readonly(address):
            return Ground.FIXED
        if not form.relevant(address):
            return Ground.CLOSED
        if self.opened.origin(address) is Origin.KNOWN:
            return Ground.KNOWN
        return Ground.OPEN

    def _explanation(self, question: Question, address: str, ground: Ground) -> str:
        translate = QCoreApplication.translate
        if ground is Ground.FIXED:
            hint = question.hint.plain(self.opened.form.language)
            if question.calculate or hint:
                return hint or translate("FormCells", "Lo calcula el programa.")
            return translate("FormCells", "Viene del padrón.")
        if ground is Ground.CLOSED:
            return translate(
                "FormCells", "No corresponde: {label} no se llena en este caso."
            ).format(label=definition_label(self.opened, question).lower())
        hint = question.hint.plain(self.opened.form.language)
        if ground is Ground.KNOWN:
            source = self.opened.known[address].source.rstrip(",")
            known = translate("FormCells", "Lo registra {source}.").format(source=source)
            return f"{known} {hint}".strip()
        if question.choices:
            names = " · ".join(choice.label("default") for choice in question.choices)
            return f"{hint} {names}"
        return hint


def after_closing(opened: OpenForm, today: date) -> str:
    """What is to be done with a form that was closed on the day `today`."""
    translate = QCoreApplication.translate
    text = translate("FormCells", "Imprímalo con Ctrl+P para la firma y el sello.")
    last = opened.bimester.months[1]
    monthly = any(one.key.startswith("m2_") for one in opened.definition.questions)
    if not monthly or last <= today:
        return text
    later = translate(
        "FormCells", "{month} todavía no empieza: llénelo después y cierre otra vez el formato."
    )
    return f"{text} {later.format(month=MONTHS[last.month - 1].capitalize())}"


class RemovedRow(QUndoCommand):
    """A row that was taken away; it is put back, and not taken away again, by the stack."""

    def __init__(self, put_back: Callable[[], None]) -> None:
        super().__init__(QCoreApplication.translate("FormCells", "quitar fila"))
        self._put_back = put_back

    def undo(self) -> None:
        self._put_back()
