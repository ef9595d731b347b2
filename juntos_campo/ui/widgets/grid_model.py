"""A sheet of cells that is typed into, as a Qt model. What the cells mean is the source's business."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, runtime_checkable

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QUndoCommand, QUndoStack

from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import count
from juntos_campo.ui.problems import CELLS_CLOSED

Index = QModelIndex | QPersistentModelIndex
FEW_CELLS = 12
Spot: TypeAlias = tuple[int, int]
"""(row, column)"""

CELL_DATA = int(Qt.ItemDataRole.UserRole) + 11
CHOICES_DATA = int(Qt.ItemDataRole.UserRole) + 12


class Mark(StrEnum):
    """What is to be said about a cell, most urgent first."""

    ERROR = "error"
    WARNING = "warning"
    MISSING = "missing"
    NONE = "none"


class Ground(StrEnum):
    """How a cell is drawn.

    FIXED: cannot be typed here; CLOSED: does not apply now; KNOWN: filled from what is known; READ:
    the whole sheet is only read; ADDED: it is, and the row was not in the version compared with.
    """

    OPEN = "open"
    FIXED = "fixed"
    CLOSED = "closed"
    KNOWN = "known"
    READ = "read"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column; neighbours of one `group` stand under a common heading. `width` in design pixels."""

    title: str
    width: int
    group: str = ""
    frozen: bool = False
    left: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """What is shown of one cell.

    Attributes:
        message: the sentence for the line below the grid.
        before: what stood here in the version compared with; struck out beside the text. None: the same.
    """

    text: str
    ground: Ground = Ground.OPEN
    mark: Mark = Mark.NONE
    message: str = ""
    before: str | None = None


class GridSource(Protocol):
    """What a grid shows and writes to. A cell can be typed into when its ground is OPEN or KNOWN."""

    @property
    def columns(self) -> Sequence[GridColumn]: ...

    @property
    def row_count(self) -> int: ...

    def cell(self, row: int, column: int) -> GridCell: ...

    def edit_text(self, row: int, column: int) -> str:
        """The text an editor begins with."""
        ...

    def typed(self, row: int, column: int) -> str | None:
        """What somebody typed; None when nothing was typed. `write` takes it back."""
        ...

    def write(self, changes: Mapping[Spot, str | None]) -> set[Spot]:
        """Type into cells; None takes back what was typed. Returns the cells to paint anew.

        Raises:
            UserError: nothing was written.
        """
        ...


@runtime_checkable
class Choosing(Protocol):
    """A source with cells whose answer is one of many: their texts are offered as one types."""

    def choices(self, row: int, column: int) -> Sequence[str]: ...


_OF_CELL: dict[int, str] = {
    CELL_DATA: "",
    int(Qt.ItemDataRole.DisplayRole): "text",
    int(Qt.ItemDataRole.ToolTipRole): "message",
    int(Qt.ItemDataRole.AccessibleDescriptionRole): "message",
}
"""Role -> the part of the `GridCell` it asks for; empty for the whole."""
_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _SHOWN | Qt.ItemFlag.ItemIsEditable


class GridModel(QAbstractTableModel):
    """Cells of a `GridSource`, with undo. Errors of the source go to `on_error`.

    Args:
        undo_stack: of the form the sheet is part of; the source then puts its steps there itself.
            Without one the model keeps its own.

    Attributes:
        written: cells were typed into, emptied or taken back.
    """

    written = Signal()

    def __init__(
        self,
        source: GridSource,
        on_error: Callable[[Exception], object],
        parent: QObject | None = None,
        undo_stack: QUndoStack | None = None,
    ) -> None:
        super().__init__(parent)
        self.source = source
        self._own_steps = undo_stack is None
        self.undo_stack = QUndoStack(self) if undo_stack is None else undo_stack
        self.on_error = on_error
        self._cells: dict[Spot, GridCell] = {}

    def cell(self, row: int, column: int) -> GridCell:
        """What is shown of a cell; asked for again only after it was written."""
        found = self._cells.get((row, column))
        if found is None:
            found = self._cells[row, column] = self.source.cell(row, column)
        return found

    def look_again(self) -> None:
        """Something outside the sheet changed what its cells mean."""
        self._cells.clear()
        first = self.index(0, 0)
        self.dataChanged.emit(first, self.index(self.rowCount() - 1, self.columnCount() - 1))

    def set_source(self, source: GridSource) -> None:
        """Show another sheet; what could be undone belongs to the old one."""
        self.beginResetModel()
        self.source = source
        self._cells.clear()
        if self._own_steps:
            self.undo_stack.clear()
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.source.row_count

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.source.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1)
        return self.source.columns[section].title

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.EditRole:
            return self.source.edit_text(row, column)
        if role == CHOICES_DATA:
            return self.source.choices(row, column) if isinstance(self.source, Choosing) else ()
        if role not in _OF_CELL:
            return None
        part = _OF_CELL[role]
        cell = self.cell(row, column)
        return getattr(cell, part) if part else cell

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.editable(index.row(), index.column()):
            return _EDITABLE
        return _SHOWN

    def editable(self, row: int, column: int) -> bool:
        """Whether a cell can be typed into now."""
        return self.cell(row, column).ground in (Ground.OPEN, Ground.KNOWN)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        spot = (index.row(), index.column())
        if str(value) == self.source.edit_text(*spot):
            return False
        return self.type_into({spot: str(value)}, self.tr("escribir"))

    def type_into(self, changes: Mapping[Spot, str | None], what: str) -> bool:
        """Write cells as one step that can be undone; cells that cannot be typed are left out.

        A cell that opens by what is written beside it (the reason beside a "no") is written too.
        """
        if not any(self.editable(*spot) for spot in changes):
            return False
        if self._own_steps or len(changes) == 1:
            return self._type_in(changes, what)
        self.undo_stack.beginMacro(what)
        try:
            return self._type_in(changes, what)
        finally:
            self.undo_stack.endMacro()

    def _type_in(self, changes: Mapping[Spot, str | None], what: str) -> bool:
        left, written = dict(changes), dict[Spot, str | None]()
        before: dict[Spot, str | None] = {}
        while wanted := {spot: text for spot, text in left.items() if self.editable(*spot)}:
            before |= {spot: self.source.typed(*spot) for spot in wanted}
            if not self._write(wanted):
                break
            written |= wanted
            left = {spot: text for spot, text in left.items() if spot not in wanted}
        if not written:
            return False
        if self._own_steps:
            self.undo_stack.push(_Typed(self, before, written, what))
        self._tell_lost(left)
        return True

    def _tell_lost(self, left: Mapping[Spot, str | None]) -> None:
        """What fell on cells that do not apply is said; what fell on names and the like is not."""
        lost = sum(bool(text) and self._is_closed(spot) for spot, text in left.items())
        if lost:
            error = user_error(CELLS_CLOSED, left=count(lost, self.tr("dato")))
            self.on_error(error)

    def _is_closed(self, spot: Spot) -> bool:
        return self.cell(*spot).ground is Ground.CLOSED

    def _write(self, changes: Mapping[Spot, str | None]) -> bool:
        try:
            touched = self.source.write(changes)
        except Exception as error:
            self.on_error(error)
            return False
        self.announce(touched | set(changes))
        self.written.emit()
        return True

    def announce(self, spots: set[Spot]) -> None:
        """Have cells painted anew: a few one by one, since Qt paints the whole view for a range."""
        for spot in spots:
            self._cells.pop(spot, None)
        if len(spots) <= FEW_CELLS:
            for row, column in sorted(spots):
                index = self.index(row, column)
                self.dataChanged.emit(index, index)
        else:
            rows, columns = [row for row, _ in spots], [column for _, column in spots]
            first = self.index(min(rows), min(columns))
            self.dataChanged.emit(first, self.index(max(rows), max(columns)))


class _Typed(QUndoCommand):
    """Cells that were typed into; the first `redo`, by the push, finds them written already."""

    def __init__(
        self,
        model: GridModel,
        before: Mapping[Spot, str | None],
        after: Mapping[Spot, str | None],
        what: str,
    ) -> None:
        super().__init__(what)
        self._model, self._before, self._after = model, before, after
        self._written = True

    def redo(self) -> None:
        if not self._written:
            self._model._write(self._after)
        self._written = False

    def undo(self) -> None:
        self._model._write(self._before)
