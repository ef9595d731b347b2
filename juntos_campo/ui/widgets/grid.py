"""A grid that is typed into like a spreadsheet: frozen columns, blocks, fill down, undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QAbstractScrollArea,
    QLineEdit,
)

from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import count
from juntos_campo.ui.problems import PASTED_TOO_MUCH
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.grid_delegate import CELL_EDITOR, GridDelegate
from juntos_campo.ui.widgets.grid_model import GridModel, Index, Mark, Spot
from juntos_campo.ui.widgets.grid_sheet import FrozenColumns, Sheet

_STANDARD_KEYS: tuple[tuple[QKeySequence.StandardKey, str], ...] = (
    (QKeySequence.StandardKey.Copy, "copy"),
    (QKeySequence.StandardKey.Cut, "cut"),
    (QKeySequence.StandardKey.Paste, "paste"),
    (QKeySequence.StandardKey.Undo, "undo"),
    (QKeySequence.StandardKey.Redo, "redo"),
)
_MOVES = {
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
}


class GridView(Sheet):
    """The grid.

    Typing opens the cell; Enter and Tab go on, arrows move, F2 changes what is there, Delete empties,
    Ctrl+C/X/V work on blocks as in Excel, Ctrl+D fills down, Ctrl+Z and Ctrl+Y undo and redo, F8 goes
    to the next error or missing cell, Shift+F8 to the one before.

    Attributes:
        moved: the current cell is another one; (row, column).
        cell_left: the cell that was being typed into is closed, written or not.
    """

    moved = Signal(int, int)
    cell_left = Signal()

    def __init__(self, model: GridModel, name: str) -> None:
        """`name` is the accessible name of the grid."""
        super().__init__()
        self.grid_model = model
        self._frozen = FrozenColumns(self)
        self._delegate = GridDelegate(self, self._frozen)
        self._delegate.left.connect(self.step)
        self._delegate.closeEditor.connect(lambda *_: self.cell_left.emit())
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self._frozen.setModel(model)
        self._frozen.setItemDelegate(GridDelegate(self._frozen))
        self._frozen.setSelectionModel(self.selectionModel())
        self._commands: dict[str, Callable[[], object]] = {
            "copy": self.copy,
            "cut": self.cut,
            "paste": self.paste,
            "undo": model.undo_stack.undo,
            "redo": model.undo_stack.redo,
        }
        model.modelReset.connect(self._lay_columns)
        self.selectionModel().currentChanged.connect(self._current_changed)
        theme.changed.connect(self._lay_columns)
        self._lay_columns()

    @property
    def typing(self) -> bool:
        """A cell is being typed into."""
        return self.state() is QAbstractItemView.State.EditingState

    def finish_cell(self) -> None:
        """Write the cell that is being typed into, as if it had been left."""
        editors = self.findChildren(QLineEdit, CELL_EDITOR)
        # One that was closed just now is still there, hidden, until Qt throws it away.
        editor = next((one for one in editors if not one.isHidden()), None)
        if self.typing and editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    # -- moving ---------------------------------------------------------------------------------

    def step(self, rows: int, columns: int) -> None:
        """Move as after typing: down a row, or to the next cell that can be typed into."""
        at = self.currentIndex()
        if columns == 0:
            row = min(max(at.row() + rows, 0), self.grid_model.rowCount() - 1)
            self.go_to(row, at.column())
            return
        count = self.grid_model.columnCount()
        position = at.row() * count + at.column()
        last = self.grid_model.rowCount() * count - 1
        while 0 <= (position := position + columns) <= last:
            row, column = divmod(position, count)
            if self.grid_model.editable(row, column):
                self.go_to(row, column)
                return
        self.leave(columns)

    def leave(self, direction: int) -> None:
        """Tab (1) or Shift+Tab (-1) found no further cell; here: stay."""

    def make_room(self, rows: int) -> None:
        """Called before a block is pasted that needs so many rows; here: what is beyond is left out."""

    def go_to(self, row: int, column: int) -> None:
        """Make a cell the current one and bring it into sight."""
        index = self.grid_model.index(row, column)
        if index.isValid():
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.scrollTo(index)

    def next_marked(self, direction: int = 1) -> bool:
        """Go to the next cell with an error; when there is none, to the next that is missing or to
        be looked at. False when nothing is left."""
        at = self.currentIndex()
        for wanted in ((Mark.ERROR,), (Mark.MISSING, Mark.WARNING)):
            spot = self._find(wanted, at, direction)
            if spot is not None:
                self.go_to(*spot)
                return True
        return False

    def _find(self, wanted: tuple[Mark, ...], at: QModelIndex, direction: int) -> Spot | None:
        count = self.grid_model.columnCount()
        total = self.grid_model.rowCount() * count
        start = max(0, at.row()) * count + max(0, at.column())
        for offset in range(1, total + 1):
            row, column = divmod((start + direction * offset) % total, count)
            if self.grid_model.cell(row, column).mark in wanted:
                return row, column
        return None

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid() or self.isColumnHidden(index.column()):
            return
        if not self._uncovered().contains(self.visualRect(index)):
            # Where something waits to be painted Qt does not move pixels but paints all of the sheet.
            self.viewport().repaint(QRect(0, 0, 1, 1))
        if self._is_frozen(index.column()):
            # The frozen columns are always in sight; only the row may have to come.
            bar = self.horizontalScrollBar()
            was = bar.value()
            super().scrollTo(index, hint)
            bar.setValue(was)
            return
        super().scrollTo(index, hint)
        left = self.visualRect(index).left()
        covered = self._frozen_width()
        if left < covered:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - (covered - left))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is in sight. Qt moves pixels only of what nothing lies over, and paints all where
        something does: so the part beside the frozen columns is moved alone."""
        editing = any(not one.isHidden() for one in self.viewport().findChildren(QLineEdit))
        if editing or not self._frozen.isVisible():
            super().scrollContentsBy(dx, dy)  # it takes the open box along
            return
        super().scrollContentsBy(0, 0)
        if dx:
            self.horizontalHeader().setOffset(self.horizontalScrollBar().value())
        if dy:
            self.verticalHeader().setOffset(self.verticalScrollBar().value())
        self.viewport().scroll(dx, dy, self._uncovered())

    def _uncovered(self) -> QRect:
        """The part of the viewport that the frozen columns leave free."""
        return self.viewport().rect().adjusted(self._frozen_width(), 0, 0, 0)

    # -- keys -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        for standard, name in _STANDARD_KEYS:
            if event.matches(standard):
                self._commands[name]()
                return
        key, control = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and key == Qt.Key.Key_D:
            self.fill_down()
        elif control and key == Qt.Key.Key_Y:
            self._commands["redo"]()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear_cells()
        elif key == Qt.Key.Key_F8:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.next_marked(-1 if back else 1)
        elif key in _MOVES:
            self.step(*_MOVES[key])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_changed(QAbstractScrollArea.focusInEvent, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._focus_changed(QAbstractScrollArea.focusOutEvent, event)

    def _focus_changed(
        self, base: Callable[[QAbstractScrollArea, QFocusEvent], None], event: QFocusEvent
    ) -> None:
        """Paint the current cell only: Qt's item view would paint all, twice for each typed cell."""
        base(self, event)
        self.update(self.currentIndex())

    # -- blocks ---------------------------------------------------------------------------------

    def copy(self) -> None:
        """The selected block to the clipboard, as Excel takes it."""
        rows, columns = self._block()
        cells = self.grid_model.cell
        lines = ("\t".join(cells(row, column).text for column in columns) for row in rows)
        QGuiApplication.clipboard().setText("\n".join(lines))

    def cut(self) -> None:
        """Copy, then empty."""
        self.copy()
        self.clear_cells()

    def paste(self) -> None:
        """The clipboard's block from the current cell on; one cell fills the whole selection."""
        text = QGuiApplication.clipboard().text()
        lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        if not lines:
            return
        rows, columns = self._block()
        if len(lines) == 1 and len(lines[0]) == 1:
            changes = {(row, column): lines[0][0] for row in rows for column in columns}
        else:
            self.make_room(rows[0] + len(lines))
            changes = {
                (rows[0] + down, columns[0] + right): value.strip()
                for down, line in enumerate(lines)
                for right, value in enumerate(line)
            }
        inside = {spot: text for spot, text in changes.items() if self._has(spot)}
        self.grid_model.type_into(inside, self.tr("pegar"))
        left = sum(bool(text) for spot, text in changes.items() if spot not in inside)
        if left:
            said = count(left, self.tr("dato"))
            self.grid_model.on_error(user_error(PASTED_TOO_MUCH, left=said))

    def _has(self, spot: Spot) -> bool:
        return spot[0] < self.grid_model.rowCount() and spot[1] < self.grid_model.columnCount()

    def fill_down(self) -> None:
        """The first row of the selection into the rows below; a single cell takes the one above."""
        rows, columns = self._block()
        first = rows[0]
        if len(rows) == 1:
            if first == 0:
                return
            first -= 1
        source = self.grid_model.source
        changes = {
            (row, column): source.edit_text(first, column)
            for row in range(first + 1, rows[-1] + 1)
            for column in columns
        }
        self.grid_model.type_into(changes, self.tr("rellenar hacia abajo"))

    def clear_cells(self) -> None:
        """Empty the selected cells."""
        rows, columns = self._block()
        changes = {(row, column): "" for row in rows for column in columns}
        self.grid_model.type_into(changes, self.tr("borrar"))

    def _block(self) -> tuple[range, range]:
        """Rows and columns of the selection; the current cell when nothing is selected."""
        chosen = self.selectionModel().selectedIndexes() or [self.currentIndex()]
        rows = [index.row() for index in chosen]
        columns = [index.column() for index in chosen]
        return range(min(rows), max(rows) + 1), range(min(columns), max(columns) + 1)

    # -- frozen columns -------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_frozen()

    def _is_frozen(self, column: int) -> bool:
        return self.grid_model.source.columns[column].frozen

    def _frozen_width(self) -> int:
        columns = self.grid_model.source.columns
        return sum(
            self.columnWidth(number) for number, column in enumerate(columns) if column.frozen
        )

    def _lay_columns(self) -> None:
        columns = self.grid_model.source.columns
        for view in (self, self._frozen):
            view.verticalHeader().setMinimumSectionSize(theme.metrics.row)
            view.verticalHeader().setDefaultSectionSize(theme.metrics.row)
            for number, column in enumerate(columns):
                view.setColumnWidth(number, theme.metrics.px(column.width))
        for number, column in enumerate(columns):
            self._frozen.setColumnHidden(number, not column.frozen)
        self._place_frozen()
        if self.grid_model.rowCount() and not self.currentIndex().isValid():
            editable = self.grid_model.editable
            self.go_to(0, next((n for n in range(len(columns)) if editable(0, n)), 0))

    def _place_frozen(self) -> None:
        frame = self.frameWidth()
        left = frame + self.verticalHeader().width()
        header = self.horizontalHeader().height()
        self._frozen.setGeometry(
            left, frame, self._frozen_width(), self.viewport().height() + header
        )
        # Laid over the sheet it would have Qt paint everything again at each scroll.
        self._frozen.setVisible(self._frozen_width() > 0)
        self._frozen.raise_()

    def _current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        # Qt paints the cell that lost the frame again only when the selection moved with it.
        for view in (self, self._frozen):
            view.update(previous)
            view.update(current)
        if current.isValid():
            self.moved.emit(current.row(), current.column())
