"""The rows of a repeat as the cells of a grid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from juntos_campo.form_engine.definition import Group, Question
from juntos_campo.ui.form_view.row_changes import RowChanges
from juntos_campo.ui.form_view.stage import (
    Stage,
    address_of,
    is_visible,
    label_text,
    plain,
    repeat_key,
)
from juntos_campo.ui.form_view.writer import as_text
from juntos_campo.ui.widgets.grid_model import GridCell, GridColumn, Ground, Mark, Spot
from juntos_campo.ui.widgets.row_cells import PIXELS_A_MM, RowCells

SIMPLE = frozenset(
    (
        *("text", "integer", "decimal", "range", "date", "time", "dateTime", "calculate"),
        *("select_one", "select_multiple", "acknowledge", "barcode", "geopoint", "hidden"),
        *("start", "end", "today", "deviceid", "username", "phonenumber", "email"),
    )
)
"""Question types that fit into a cell."""
_WIDTHS = {
    "text": 190,
    "select_one": 150,
    "select_multiple": 190,
    "dateTime": 150,
    "geopoint": 180,
    "barcode": 150,
    "date": 104,
}
_LEFT = frozenset(("text", "select_one", "select_multiple", "barcode", "geopoint"))
MOST_WIDTH = 260
FEW = 5
WIDE = 680
"""Design pixels from which a sheet may have to be moved sideways: who a row is stays in sight."""
MOST_CHOICES = 12
"""Choices named in the line below the grid."""


def is_flat(stage: Stage, repeat: Group) -> bool:
    """A repeat whose rows fit into a sheet: simple columns, no group within a group, no repeat."""
    definition = stage.form.definition
    nodes = [node for node in definition.nodes.values() if _lies_in(repeat, node.path)]
    for node in nodes:
        if isinstance(node, Question):
            if node.type.name not in SIMPLE or "multiline" in node.appearance:
                return False
        elif node.is_repeat or node.parent != repeat.path:
            return False
    return any(isinstance(node, Question) and is_visible(node) for node in nodes)


def _lies_in(repeat: Group, path: str) -> bool:
    return path.startswith(f"{repeat.path}/")


class RepeatCells(RowCells):
    """Cells of a flat repeat; a `GridSource`. What is written goes through the form's writer."""

    def __init__(self, stage: Stage, repeat: Group, within: str) -> None:
        self.stage, self.repeat, self.within = stage, repeat, within
        questions = stage.form.definition.columns(repeat.path)
        super().__init__([question for question in questions if is_visible(question)])
        self.changes = RowChanges(stage, repeat, within)
        self.read_rows()
        self.read_columns()

    def read_rows(self) -> bool:
        """Which rows there are now; True when they are others."""
        return self.set_rows(self.stage.form.rows(repeat_key(self.repeat), self.within))

    def read_columns(self) -> None:
        """Titles in the language of now."""
        columns = [self._column(question) for question in self.questions]
        if len(columns) > 1 and sum(column.width for column in columns) > WIDE:
            columns[0] = replace(columns[0], frozen=True)
        self._columns = tuple(columns)

    def addresses(self) -> list[str]:
        """All cells that are shown."""
        return [f"{row}/{question.key}" for row in self.rows for question in self.questions]

    def cell(self, row: int, column: int) -> GridCell:
        question, address = self.questions[column], self.address(row, column)
        stage = self.stage
        if not stage.form.relevant(address):
            before = stage.differences.get(address)
            return GridCell("", Ground.CLOSED, message=self._closed(question), before=before)
        if address in stage.writer.pending:
            unsaved = as_text(stage.writer.pending[address])
            return GridCell(unsaved, Ground.OPEN, Mark.ERROR, _say("Todavía no se pudo guardar."))
        found = stage.told(address)
        mark, message = Mark.NONE, stage.writer.desk.remark(address)
        if found is not None:
            mark, message = (Mark.ERROR if found.is_error else Mark.MISSING), found.message
        elif message:
            mark = Mark.WARNING
        before = stage.differences.get(address)
        if before is not None and not message:
            message = _say("antes: {text}").format(text=before or _say("sin dato"))
        ground = self._ground(question, address)
        return GridCell(stage.form.shown(address), ground, mark, message, before)

    def edit_text(self, row: int, column: int) -> str:
        address = self.address(row, column)
        if address in self.stage.writer.pending:
            return as_text(self.stage.writer.pending[address])
        return self.stage.form.shown(address)

    def typed(self, row: int, column: int) -> str | None:
        return as_text(self.stage.form.given(self.address(row, column))) or None

    def write(self, changes: Mapping[Spot, str | None]) -> set[Spot]:
        answers = {self.address(*spot): text or "" for spot, text in changes.items()}
        self.stage.writer.write(answers, _say("escribir"))
        return set(changes)

    def name_of(self, row: int, column: int) -> str:
        """``Fila 2 · Parentesco``"""
        place = self.title_of(column)
        if self.rows[row] in self.changes.added:
            return _say("Fila {number}, nueva · {place}").format(number=row + 1, place=place)
        return _say("Fila {number} · {place}").format(number=row + 1, place=place)

    def _column(self, question: Question) -> GridColumn:
        form = self.stage.form
        row = self.rows[0] if self.rows else ""
        title = plain(question.label.plain(form.language)) or question.name
        if row:
            title = label_text(form, question, row) or question.name
        parent = form.definition.nodes[question.parent]
        group = ""
        if parent.path != self.repeat.path:
            group = label_text(form, parent, row) if row else parent.label.plain(form.language)
        width = question.extra.get("width", "")
        if width.replace(".", "", 1).isdigit():
            pixels = round(float(width) * PIXELS_A_MM)
        else:
            pixels = max(_WIDTHS.get(question.type.name, 92), _title_width(title))
            longest = max((len(one.label(form.language)) for one in question.choices), default=0)
            pixels = max(pixels, min(MOST_WIDTH, longest * 7 + 16))
            if question.itemset is not None:
                pixels = max(pixels, MOST_WIDTH)
        return GridColumn(title, pixels, group, left=question.type.name in _LEFT)

    def _ground(self, question: Question, address: str) -> Ground:
        if self.stage.readonly:
            new = address.rpartition("/")[0] in self.changes.added
            return Ground.ADDED if new else Ground.READ
        if question.calculate is not None or self.stage.form.readonly(address):
            return Ground.FIXED
        return Ground.OPEN

    def _closed(self, question: Question) -> str:
        label = question.label.plain(self.stage.form.language)
        return _say("No corresponde: «{label}» no se llena en este caso.").format(label=label)

    def choices(self, row: int, column: int) -> Sequence[str]:
        """Texts to choose from while typing; none where the list is short enough to be known."""
        question = self.questions[column]
        if question.type.name != "select_one":
            return ()
        form = self.stage.form
        found = form.choices(self.address(row, column))
        return [choice.label(form.language) for choice in found] if len(found) > FEW else ()

    def explanation(self, row: int, column: int) -> str:
        """What to type into a cell, for the line below the grid."""
        form, question = self.stage.form, self.questions[column]
        address = self.address(row, column)
        ground = self._ground(question, address)
        hint = plain(form.hint_of(question, address.rpartition("/")[0]))
        if ground is Ground.FIXED:
            return hint or _say("Lo pone el programa.")
        choices = form.choices(address) if question.type.takes_list else ()
        if choices and ground is Ground.OPEN:
            names = [choice.label(form.language) for choice in choices[:MOST_CHOICES]]
            more = " …" if len(choices) > MOST_CHOICES else ""
            return f"{hint} {' · '.join(names)}{more}".strip()
        return hint


def _title_width(title: str) -> int:
    """Room for a title on two lines."""
    longest = max((len(word) for word in title.split()), default=0)
    return min(MOST_WIDTH, max(longest, math.ceil(len(title) / 2) + 1) * 8 + 12)


def _say(text: str) -> str:
    return QCoreApplication.translate("RepeatCells", text)


__all__ = ["RepeatCells", "address_of", "is_flat"]
