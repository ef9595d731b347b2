"""Formatos: the official forms of a bimester, one line a health facility, with their progress."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout

from juntos_campo.app.form_print import print_official
from juntos_campo.app.official_forms import FormDue, forms_due
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.errors import JuntosError
from juntos_campo.domain.spanish import bimester_text, count, short_date
from juntos_campo.domain.values import FormState
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable


class FormsListScreen(Screen):
    """The forms due in a bimester. Enter opens one, Ctrl+P prints the chosen one.

    Parameters of `open`: ``bimester`` (``2026-6``), by default the present one; ``record_id`` goes on to
    the form of that record.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(
            context, QCoreApplication.translate("FormsListScreen", "Formatos de salud")
        )
        self.bimester = Bimester.of(context.clock.today())
        self.model: RowsModel[FormDue] = RowsModel(
            (
                Column(
                    title=self.tr("Establecimiento"),
                    text=lambda due: due.place.name,
                    strong=True,
                    sort=lambda due: due.place.name,
                ),
                Column(
                    title=self.tr("Formato"),
                    text=lambda due: due.short,
                    width=90,
                    hide_below=760,
                ),
                Column(
                    title=self.tr("Personas"),
                    text=lambda due: str(due.people),
                    width=110,
                    right=True,
                    sort=lambda due: due.people,
                ),
                Column(
                    title=self.tr("Estado"),
                    text=self._state,
                    tone=self._tone,
                    width=130,
                    sort=self._state,
                ),
                Column(
                    title=self.tr("Avance"),
                    text=self._progress,
                    tooltip=lambda _due: self.tr("Nadie empezó a llenarlo"),
                    weight=1.4,
                    sort=lambda due: due.missing,
                ),
            )
        )
        self.table = DataTable(self.model, self.tr("Formatos del bimestre"), sortable=True)
        self.table.opened.connect(self._open_form)
        self.empty = EmptyState(
            "clipboard-text",
            self.tr("No hay formatos para este bimestre"),
            self.tr("Importe el padrón: los formatos salen de los niños menores de 6 años."),
        )
        self.deadline = Label("", TextRole.SOFT, wrap=True)
        self._lay_tools()
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.deadline, 1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        self.body.addLayout(row)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)

    def open(self, params: dict[str, str]) -> None:
        if params.get("bimester"):
            self.bimester = Bimester.parse(params["bimester"])
        self.stale = True  # cells typed into a form change no record, but its progress here
        super().open(params)
        record = self.context.session.store.get(FormRecord, params.get("record_id", ""))
        if record is not None:
            self.context.navigation.open_form(record.form_id, record.place_id, record.bimester)

    def refresh(self, changed: object) -> None:
        del changed
        dues = forms_due(self.context.session, self.bimester)
        self.model.set_rows(dues)
        if self.bimester == Bimester.of(self.context.clock.today()):
            self.nav_figure = sum(
                due.returned or due.state is not FormState.COMPLETE for due in dues
            )
        self.table.setVisible(bool(dues))
        self.empty.setVisible(not dues)
        people = sum(due.people for due in dues)
        text = bimester_text(self.bimester)
        self.set_title(
            self.tr("Formatos de salud"),
            f"{text[:1].upper()}{text[1:]} · {count(len(dues), 'formato')} · "
            f"{count(people, 'persona')}",
        )
        self.deadline.setText(self._deadline())
        self.after.setEnabled(self.bimester < Bimester.of(self.context.clock.today()))

    def focus_first(self) -> None:
        self.table.setFocus()

    def _lay_tools(self) -> None:
        self.before = button(
            self.tr("Bimestre anterior"), "caret-left", role="quiet", on_click=self._go_before
        )
        self.after = button(
            self.tr("Bimestre siguiente"), "caret-right", role="quiet", on_click=self._go_after
        )
        self.print_button = button(self.tr("Imprimir formato"), "printer", on_click=self._print)
        self.fill_button = button(
            self.tr("Llenar formato"), "note-pencil", role="primary", on_click=self._open_current
        )
        for one in (self.print_button, self.fill_button):
            self.tools.addWidget(one)
        self.add_key("Ctrl+P", self.tr("Imprimir el formato elegido"), self._print)
        self.add_key("Alt+PgUp", self.tr("Ver el bimestre anterior"), self._go_before)
        self.add_key("Alt+PgDown", self.tr("Ver el bimestre siguiente"), self._go_after)

    def _deadline(self) -> str:
        left = (self.bimester.end - self.context.clock.today()).days
        if left >= 0:
            days = count(left, "día")
            return self.tr("El bimestre cierra el {day}, en {days}.").format(
                day=short_date(self.bimester.end), days=days
            )
        return self.tr("El bimestre cerró el {day}.").format(day=short_date(self.bimester.end))

    def _state(self, due: FormDue) -> str:
        if due.state is None:
            return self.tr("Sin empezar")
        if due.returned:
            return self.tr("Devuelto")
        return self.tr("Cerrado") if due.state is FormState.COMPLETE else self.tr("En borrador")

    @staticmethod
    def _tone(due: FormDue) -> str:
        if due.returned:
            return "high"
        return "low" if due.state is FormState.COMPLETE else ""

    def _progress(self, due: FormDue) -> str:
        return due.progress.text if due.progress else ""

    def _open_current(self) -> None:
        self._open_form(self.table.current())

    def _open_form(self, due: FormDue | None) -> None:
        if due is not None:
            self.context.navigation.open_form(due.form_id, due.place.id, str(due.bimester))

    def _print(self) -> None:
        due: FormDue | None = self.table.current()
        if due is None:
            return
        name = f"{due.form_id}-{due.place.code}-{due.bimester}.pdf"
        try:
            data = print_official(self.context.session, due.form_id, due.place.id, due.bimester)
            path = pdf_output.save(self, name, data)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        if path is not None:
            self.context.notify.tell(self.tr("El formato se guardó para imprimir"), str(path))

    def _go_before(self) -> None:
        self.bimester = self.bimester.previous()
        self.refresh(None)

    def _go_after(self) -> None:
        if self.bimester < Bimester.of(self.context.clock.today()):
            self.bimester = self.bimester.next()
            self.refresh(None)
