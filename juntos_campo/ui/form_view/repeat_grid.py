"""A repeat as a sheet that is typed into."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from juntos_campo.domain.spanish import count
from juntos_campo.form_engine.definition import Group
from juntos_campo.ui.form_view.repeat_cells import RepeatCells
from juntos_campo.ui.form_view.stage import Stage, label_text, repeat_key
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.grid import GridView
from juntos_campo.ui.widgets.grid_model import GridModel, Index, Mark
from juntos_campo.ui.widgets.labels import Label, button

SIGNS = {
    Mark.ERROR: ("warning-octagon", "very_high"),
    Mark.WARNING: ("warning", "medium"),
    Mark.MISSING: ("circle-dashed", "high"),
    Mark.NONE: ("info", "soft"),
}
MOST_ROWS = 12
"""Rows in sight; more scroll within the sheet."""


class RepeatView(GridView):
    """The sheet: Tab at its ends goes on in the form, and a pasted block makes the rows it needs."""

    def __init__(self, model: GridModel, name: str, part: RepeatGrid) -> None:
        super().__init__(model, name)
        self._part = part
        self._commands["undo"] = part.stage.around.undo
        self._commands["redo"] = part.stage.around.redo

    def leave(self, direction: int) -> None:
        self._part.leave(direction)

    def make_room(self, rows: int) -> None:
        self._part.make_room(rows)

    def paste(self) -> None:
        stack = self.grid_model.undo_stack
        stack.beginMacro(self.tr("pegar"))
        try:
            super().paste()
        finally:
            stack.endMacro()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Beyond the edge, bring the next columns with it: one paints the sheet once, not at each Tab."""
        bar = self.horizontalScrollBar()
        was = bar.value()
        super().scrollTo(index, hint)
        if bar.value() != was:
            more = self.viewport().width() // 3
            bar.setValue(bar.value() + (more if bar.value() > was else -more))

    def fits(self) -> None:
        """As high as its rows, up to `MOST_ROWS`."""
        rows = min(MOST_ROWS, max(2, self.grid_model.rowCount()))
        bar = self.horizontalScrollBar().sizeHint().height()
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(header + rows * theme.metrics.row + bar + 2 * self.frameWidth())
        columns = sum(self.columnWidth(n) for n in range(self.grid_model.columnCount()))
        width = columns + self.verticalHeader().sizeHint().width() + bar + 2 * self.frameWidth()
        self.setMaximumWidth(width)


class RepeatGrid(QWidget):
    """Sheet, the line below it, and the buttons for rows; a `stage.Part` and a `stage.Box`."""

    def __init__(self, stage: Stage, repeat: Group, within: str, *, heading: bool) -> None:
        super().__init__()
        self.stage, self.repeat, self.within = stage, repeat, within
        self.shown = True
        self.name = label_text(stage.form, repeat, within) or repeat.name
        self.cells = RepeatCells(stage, repeat, within)
        undo = stage.writer.undo_stack
        self.model = GridModel(self.cells, stage.failed, self, undo)
        self.grid = RepeatView(self.model, self.name, self)
        self.grid.moved.connect(self._moved)
        self._at = ""
        self._registered: list[str] = []
        self.heading = Label(self.name, TextRole.STRONG, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        if heading:
            column.addWidget(self.heading)
        column.addWidget(self.grid)
        self._lay_line(column)
        self.cells.changes.show_in(column)
        self._lay_buttons(column)
        self.rows_changed(force=True)

    # -- part and box ---------------------------------------------------------------------------

    def settle(self) -> bool:
        shown = self.stage.form.group_relevant(self.repeat.path, self.within)
        self.shown = shown
        if self.parentWidget() is not None and self.isHidden() == shown:
            self.setVisible(shown)
        return shown

    def refresh(self, addresses: Iterable[str]) -> None:
        spots = {spot for one in addresses if (spot := self.cells.spot(one)) is not None}
        if spots:
            self.model.announce(spots)
            self._show_line()

    def refresh_all(self) -> None:
        """Look at every cell again: what is told changed."""
        self.model.look_again()
        self._show_line()

    def retext(self) -> None:
        self.name = label_text(self.stage.form, self.repeat, self.within) or self.repeat.name
        self.heading.setText(self.name)
        self.grid.setAccessibleName(self.name)
        self.cells.read_columns()
        self.model.look_again()
        self.grid.horizontalHeader().viewport().update()
        self._show_buttons()
        self._show_line()

    def commit(self) -> bool:
        self.grid.finish_cell()
        return not self._pending()

    def half_typed(self) -> bool:
        return self.grid.typing or self._pending()

    def focus(self, address: str) -> bool:
        spot = self.cells.spot(address)
        if spot is None:
            return False
        self.grid.go_to(*spot)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def current_address(self) -> str:
        """The cell the keyboard is in; "" for none."""
        at = self.grid.currentIndex()
        if not at.isValid() or at.row() >= self.cells.row_count:
            return ""
        return self.cells.address(at.row(), at.column())

    def holds(self, widget: QObject) -> bool:
        return isinstance(widget, QWidget) and (widget is self or self.isAncestorOf(widget))

    # -- rows -----------------------------------------------------------------------------------

    def rows_changed(self, *, force: bool = False) -> None:
        """The form may have other rows now."""
        if not self.cells.read_rows() and not force:
            return
        at = self.grid.currentIndex()
        row, column = at.row(), at.column()
        self.cells.read_columns()
        self.model.set_source(self.cells)
        for address in self._registered:
            self.stage.boxes.pop(address, None)
        self._registered = self.cells.addresses()
        for address in self._registered:
            self.stage.add(address, self)
        if row >= 0 and self.cells.row_count:
            self.grid.go_to(min(row, self.cells.row_count - 1), max(0, column))
        self.grid.fits()
        self.grid.setVisible(self.cells.row_count > 0)
        self.line.setVisible(self.cells.row_count > 0)
        self._show_buttons()
        self._show_line()

    def add_row(self) -> None:
        """Append a row and go to its first cell."""
        if self.stage.readonly or not self._can_add():
            return
        self.grid.finish_cell()
        row = self.stage.writer.add_row(repeat_key(self.repeat), self.within)
        if row is None:
            return
        number = self.cells.rows.index(row)
        columns = range(len(self.cells.questions))
        self.grid.go_to(number, next((c for c in columns if self.model.editable(number, c)), 0))
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def remove_here(self) -> None:
        """Take the current row away; undo brings it back."""
        at = self.grid.currentIndex().row()
        if self.stage.readonly or not self._can_add() or not 0 <= at < self.cells.row_count:
            return
        self.grid.finish_cell()
        if self.stage.writer.remove_row(repeat_key(self.repeat), self.within, self.cells.rows[at]):
            self.counted.setText(
                self.tr("{rows} · Fila quitada: Ctrl+Z la devuelve").format(rows=self._count())
            )
            (self.grid if self.cells.row_count else self.add_button).setFocus()

    def make_room(self, rows: int) -> None:
        """Add rows until there are `rows`, where the form lets a person add them."""
        while self.cells.row_count < rows and not self.stage.readonly and self._can_add():
            if self.stage.writer.add_row(repeat_key(self.repeat), self.within) is None:
                return

    def leave(self, direction: int) -> None:
        """The keyboard goes on behind the sheet, or back before it."""
        if direction > 0:
            self.stage.go_on(self.grid)
        else:
            self.grid.focusPreviousChild()

    def _can_add(self) -> bool:
        return self.stage.form.can_add(repeat_key(self.repeat), self.within)

    def _pending(self) -> bool:
        pending = self.stage.writer.pending
        return any(self.cells.spot(address) is not None for address in pending)

    # -- what stands below ----------------------------------------------------------------------

    def _lay_line(self, column: QVBoxLayout) -> None:
        self.sign = QLabel()
        self.where = Label("", TextRole.STRONG)
        self.sentence = Label("", TextRole.BODY, wrap=True)
        self.line = QWidget()
        row = QHBoxLayout(self.line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.where, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        column.addWidget(self.line)

    def _lay_buttons(self, column: QVBoxLayout) -> None:
        self.add_button = button(self.tr("Agregar fila"), "plus", on_click=self.add_row)
        self.remove_button = button(
            self.tr("Quitar fila"), "trash", "quiet", on_click=self.remove_here
        )
        self.add_button.setToolTip(self.tr("Agregar una fila (Ctrl+Enter)"))
        self.remove_button.setToolTip(self.tr("Quitar la fila elegida (Ctrl+-)"))
        self.counted = Label("", TextRole.SOFT, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.add_button)
        row.addWidget(self.remove_button)
        row.addWidget(self.counted, 1)
        column.addLayout(row)

    def _show_buttons(self) -> None:
        can = not self.stage.readonly and self._can_add()
        self.add_button.setVisible(can) if self.add_button.parent() else None
        if self.remove_button.parent():
            self.remove_button.setVisible(can and self.cells.row_count > 0)
        self.add_button.setAccessibleName(self.tr("Agregar fila en {name}").format(name=self.name))
        self.counted.setText(self._count())

    def _count(self) -> str:
        rows = self.cells.row_count
        return count(rows, self.tr("fila")) if rows else self.tr("Todavía no hay filas.")

    def _moved(self, row: int, column: int) -> None:
        was, self._at = self._at, self.cells.address(row, column)
        if was and was != self._at and was not in self.stage.left:
            self.stage.left.add(was)
            if (spot := self.cells.spot(was)) is not None:
                # The model may be at work on the very cell that is left.
                QTimer.singleShot(0, self, lambda: self._look_at(spot))
        self._show_line()

    def _look_at(self, spot: tuple[int, int]) -> None:
        if spot[0] < self.cells.row_count:
            self.model.announce({spot})

    def _show_line(self) -> None:
        at = self.grid.currentIndex()
        if not at.isValid() or at.row() >= self.cells.row_count:
            self.where.setText("")
            self.sentence.setText("")
            self.sign.clear()
            return
        cell = self.model.cell(at.row(), at.column())
        self.where.setText(self.cells.name_of(at.row(), at.column()))
        explained = "" if cell.message else self.cells.explanation(at.row(), at.column())
        self.sentence.setText(cell.message or explained)
        name, tone = SIGNS[cell.mark]
        self.sign.setPixmap(icon_pixmap(name, tone, theme.metrics.px(16)))
