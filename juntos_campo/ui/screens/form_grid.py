"""Formato (grid): an official form filled in on a sheet that looks like the paper."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from juntos_campo.app.form_print import file_name, print_form, sheet_of
from juntos_campo.app.official_checks import make_ready
from juntos_campo.app.official_editing import (
    add_row,
    complete_form,
    edit_cells,
    remove_row,
    restore_row,
)
from juntos_campo.app.official_forms import open_form
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import NOTHING_CHANGED
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import JuntosError
from juntos_campo.domain.spanish import bimester_text
from juntos_campo.domain.values import FormState
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.official_print import save_official
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.form_cells import FormCells, RemovedRow, after_closing
from juntos_campo.ui.screens.form_head import FormHead
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.grid import GridView
from juntos_campo.ui.widgets.grid_model import GridModel, Mark
from juntos_campo.ui.widgets.labels import EmptyState, Label, button
from juntos_campo.ui.widgets.sheet_preview import SheetPreview

_SIGNS = {
    Mark.ERROR: ("warning-octagon", "very_high"),
    Mark.WARNING: ("warning", "medium"),
    Mark.MISSING: ("circle-dashed", "information"),
    Mark.NONE: ("info", "soft"),
}


class FormGridScreen(Screen):
    """One official form of one facility or school and bimester.

    Parameters of `open`: ``form_id``, ``place_id``, ``bimester`` (``2026-6``).
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("FormGridScreen", "Formato"))
        self.opened: OpenForm | None = None
        self.cells: FormCells | None = None
        self.grid: GridView | None = None
        self.model: GridModel | None = None
        self.empty: EmptyState | None = None
        self._params: dict[str, str] = {}
        self._late = False
        self._lay_tools()
        self.counter = Label("", TextRole.STRONG, wrap=True)
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.source_note = Label("", TextRole.SMALL, wrap=True)
        self.head = FormHead(self._write_head)
        self.head.edited.connect(self._head_edited)
        self.place = QWidget()
        self.place_column = QVBoxLayout(self.place)
        self.place_column.setContentsMargins(0, 0, 0, 0)
        self.preview = SheetPreview()
        self.preview.hide()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.place)
        self.splitter.addWidget(self.preview)
        self.splitter.setChildrenCollapsible(False)
        self.body.addWidget(self.head)
        self.body.addWidget(self.splitter, 1)
        self._lay_line()
        self.body.addWidget(self.source_note)

    # -- what the main window asks --------------------------------------------------------------

    def open(self, params: dict[str, str]) -> None:
        if params.get("place_id") and params != self._params:
            if not self.may_leave():
                return
            self._params = dict(params)
            self.problems.hide()
            self.stale = True
        super().open(params)

    def may_leave(self) -> bool:
        """What is being typed is put on disk; False when the disk refused."""
        if self.grid is not None:
            self.grid.finish_cell()
        self.head.finish()
        return not self._half_typed()

    def refresh(self, changed: object) -> None:
        """Open the form again; what somebody is typing comes first."""
        self._late = changed is not None and self._half_typed()
        if self._late or not self._params:
            return
        try:
            bimester = Bimester.parse(self._params["bimester"])
            opened = open_form(
                self.context.session, self._params["form_id"], self._params["place_id"], bimester
            )
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        self._show(opened)

    def focus_first(self) -> None:
        if self.grid is not None:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building -------------------------------------------------------------------------------

    def _lay_tools(self) -> None:
        self.preview_button = button(self.tr("Vista previa"), "eye", on_click=self.toggle_preview)
        self.preview_button.setCheckable(True)
        self.print_button = button(self.tr("Imprimir formato"), "printer", on_click=self.print_out)
        self.complete_button = button(
            self.tr("Cerrar formato"), "check", role="primary", on_click=self.complete
        )
        self.add_button = button(self.tr("Agregar fila"), "plus", on_click=self.add_row)
        self.remove_button = button(self.tr("Quitar fila"), "minus", on_click=self.remove_row)
        self.row_buttons = (self.add_button, self.remove_button)
        others = (self.preview_button, self.print_button, self.complete_button)
        for one in (*self.row_buttons, *others):
            self.tools.addWidget(one)
        self.add_key("F9", self.tr("Ver cómo se imprimirá"), self.toggle_preview)
        self.add_key("Ctrl+P", self.tr("Imprimir el formato"), self.print_out)
        self.add_key(
            "Ctrl++", self.tr("Agregar una fila, donde el formato lo permite"), self.add_row
        )
        self.add_key("Ctrl+-", self.tr("Quitar la fila donde está"), self.remove_row)
        self.add_key("F8", self.tr("Ir al siguiente error o dato que falta"), self.next_error)

    def _lay_line(self) -> None:
        """The line below the grid: where we are, what is to be said, how far the form is."""
        self.sign = QLabel()
        self.where = Label("", TextRole.STRONG, wrap=True)
        self.sentence = Label("", TextRole.BODY, wrap=True)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.where)
        texts.addWidget(self.sentence)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(texts, 3)
        row.addWidget(self.counter, 2)
        self.body.addLayout(row)

    def _show(self, opened: OpenForm) -> None:
        """Put a form on the screen; the place in the grid stays when it is the same form."""
        was = self.opened
        same = was is not None and was.paper == opened.paper
        self.opened = opened
        self.set_title(
            opened.definition.title, f"{opened.place.name} · {bimester_text(opened.bimester)}"
        )
        for one in self.row_buttons:
            one.setVisible(opened.official.adds_rows)
        colours = self.tr("Celdas celestes: ya registradas; escriba encima solo si están mal.")
        self.source_note.setText(f"{colours} {opened.official.notice}")
        self.cells = FormCells(self.context.session, opened)
        self.head.show_form(opened)
        self._show_grid(opened, self.cells, same)
        if opened.returned is not None:
            self.problems.show_notice(
                self.tr("Devuelto por {reviewer}").format(reviewer=opened.returned.reviewer),
                opened.returned.comment or self.tr("Los comentarios están en las celdas (F8)."),
            )
        elif opened.news:
            self.problems.show_notice(
                self.tr("El formato cambió desde que se empezó"), " ".join(opened.news)
            )
        self._show_progress()
        self._show_line()
        QTimer.singleShot(0, self, partial(make_ready, opened))

    def _show_grid(self, opened: OpenForm, cells: FormCells, same: bool) -> None:
        if self.grid is None or self.model is None:
            self.model = GridModel(cells, self.context.notify.fail, self)
            self.grid = GridView(self.model, self.tr("Filas del formato"))
            self.grid.moved.connect(self._moved)
            self.grid.cell_left.connect(lambda: QTimer.singleShot(0, self, self._catch_up))
            self.model.written.connect(self._edited)
            self.place_column.addWidget(self.grid)
        else:
            at = self.grid.currentIndex()
            row, column = at.row(), at.column()
            self.model.set_source(cells)
            if row >= 0 and same:
                self.grid.go_to(min(row, cells.row_count - 1), column)
            elif not same:
                self.grid.horizontalScrollBar().setValue(0)
        if self.empty is not None:
            self.empty.deleteLater()
        official = opened.official
        self.empty = EmptyState(official.icon, official.empty_text, official.empty_hint)
        self.place_column.addWidget(self.empty)
        has_rows = cells.row_count > 0
        self.grid.setVisible(has_rows)
        self.empty.setVisible(not has_rows)

    # -- typing ---------------------------------------------------------------------------------

    @property
    def inputs(self) -> dict[str, QLineEdit]:
        """Lines of the head, by key."""
        return self.head.inputs

    @property
    def undo_stack(self) -> QUndoStack | None:
        """What can be undone in the grid."""
        return self.model.undo_stack if self.model else None

    def _write_head(self, answers: Mapping[str, Answer]) -> bool:
        if self.opened is None:
            return False
        try:
            edit_cells(self.context.session, self.opened, answers)
        except JuntosError as error:
            self.context.notify.fail(error)
            return False
        return True

    def _head_edited(self) -> None:
        if self.model is not None:
            self.model.look_again()
        self._edited()
        self._catch_up()

    def _half_typed(self) -> bool:
        """A cell or a line of the head holds something that is not on disk yet."""
        return self.head.half_typed or (self.grid is not None and self.grid.typing)

    def _catch_up(self) -> None:
        if self._late:
            self.refresh(NOTHING_CHANGED)

    def _edited(self) -> None:
        self.context.notify.saved()
        self._show_progress()
        self._show_line()
        if self.preview.isVisible():
            self._show_preview()

    def _moved(self, row: int, column: int) -> None:
        del column
        self._show_line()
        if self.preview.isVisible():
            self.preview.show_row(row)

    def _show_progress(self) -> None:
        assert self.opened is not None  # noqa: S101 - called for an open form
        progress = self.opened.progress()
        closed = self.opened.state is FormState.COMPLETE
        state = self.tr("Cerrado") if closed else self.tr("Borrador")
        if closed and not progress.is_complete:  # a month has begun since
            state = self.tr("Cerrado, pero falta completarlo")
        self.counter.setText(f"{state} · {progress.text}")

    def _show_line(self) -> None:
        if self.grid is None or self.cells is None or not self.grid.currentIndex().isValid():
            self.where.setText("")
            self.sentence.setText("")
            self.sign.clear()
            return
        at = self.grid.currentIndex()
        cell = self.cells.cell(at.row(), at.column())
        self.where.setText(self.cells.name_of(at.row(), at.column()))
        self.sentence.setText(cell.message)
        name, tone = _SIGNS[cell.mark]
        self.sign.setPixmap(icon_pixmap(name, tone, theme.metrics.px(20)))

    # -- rows -----------------------------------------------------------------------------------

    def add_row(self) -> None:
        """Append a row and go to it; says why where the form has no such rows."""
        if self.opened is None or not self.may_leave():
            return
        try:
            add_row(self.context.session, self.opened)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        self._rows_changed(len(self.opened.rows) - 1)

    def remove_row(self) -> None:
        """Take the current row away; Ctrl+Z puts it back."""
        if self.opened is None or self.grid is None or self.cells is None or not self.may_leave():
            return
        at = self.grid.currentIndex().row()
        if at < 0:
            return
        opened, key = self.opened, self.cells.key(at)
        try:
            held = remove_row(self.context.session, opened, key)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        self._rows_changed(at)
        if self.undo_stack is not None:
            self.undo_stack.push(RemovedRow(lambda: self._restore(opened, key, at, held)))
        self.context.notify.say(self.tr("Se quitó la fila; Ctrl+Z la devuelve"))

    def _restore(self, opened: OpenForm, row: str, at: int, held: Mapping[str, Answer]) -> None:
        # The step that is being undone goes with the sheet: only afterwards may that be replaced.
        def put_back() -> None:
            try:
                restore_row(self.context.session, opened, row, at, held)
            except JuntosError as error:
                self.context.notify.fail(error)
                return
            self._rows_changed(at)

        QTimer.singleShot(0, self, put_back)

    def _rows_changed(self, at: int) -> None:
        assert self.opened is not None  # noqa: S101 - its rows were changed
        self._show(self.opened)
        if self.grid is not None and self.model is not None and self.model.rowCount():
            self.grid.go_to(min(at, self.model.rowCount() - 1), 0)
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edited()

    # -- actions --------------------------------------------------------------------------------

    def next_error(self) -> None:
        """To the next error; then to what is missing; then to the head."""
        if self.grid is not None and self.grid.next_marked():
            self.grid.setFocus()
            return
        line = self.head.first_wrong()
        if line is not None:
            line.setFocus()
            return
        self.context.notify.say(self.tr("No hay errores ni datos que falten"))

    def toggle_preview(self) -> None:
        """Show or hide the print beside the grid."""
        shown = not self.preview.isVisible()
        self.preview.setVisible(shown)
        self.preview_button.setChecked(shown)
        if shown:
            half = self.splitter.width() // 2
            self.splitter.setSizes([half, half])
            self._show_preview()
        if self.grid is not None:
            self.grid.scrollTo(self.grid.currentIndex())
            self.grid.setFocus()

    def _show_preview(self) -> None:
        if self.opened is not None:
            self.preview.show_sheet(sheet_of(self.context.session, self.opened))
            if self.grid is not None:
                self.preview.show_row(max(0, self.grid.currentIndex().row()))

    def print_out(self) -> None:
        """Save the PDF where the user wants it."""
        if self.opened is None:
            return
        opened, session = self.opened, self.context.session
        save_official(
            self,
            self.context,
            file_name(opened),
            lambda: print_form(session, opened),
            (opened.official.form_id, opened.place.id, opened.bimester),
        )

    def complete(self) -> None:
        """Close the form: every row filled in, no error."""
        if self.opened is None:
            return
        try:
            changed = complete_form(self.context.session, self.opened)
        except JuntosError as error:
            self.context.notify.fail(error)
            self.next_error()
            return
        self._show_progress()
        if changed == NOTHING_CHANGED:
            self.context.notify.say(self.tr("El formato ya estaba cerrado"))
            return
        advice = after_closing(self.opened, self.context.clock.today())
        self.context.notify.tell(self.tr("El formato quedó cerrado y listo para enviar"), advice)
        self.context.changes.publish(changed)
