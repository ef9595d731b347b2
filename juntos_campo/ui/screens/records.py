"""Registros: our own forms filled in, drafts first; from here a new one is begun."""

from __future__ import annotations

from pathlib import Path
from pkgutil import resolve_name

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget

from juntos_campo.app.record_list import MOST_RECORDS, RecordLine, RecordState, record_lines
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import MONTHS, count, thousands
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.pdf_output import write_file
from juntos_campo.ui.record_output import record_output
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.record_words import action_text, open_line, record_columns
from juntos_campo.ui.tasks import Job
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.inputs import FilterBox
from juntos_campo.ui.widgets.labels import EmptyState, Label, button
from juntos_campo.ui.widgets.rows_model import RowsModel
from juntos_campo.ui.widgets.table import DataTable

_EXPORT = "juntos_campo.app.record_export:export_records"
"""Named, not imported: writing workbooks takes a library that most days nobody needs."""


class RecordsScreen(Screen):
    """Enter goes on with a draft or reads a closed record."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("RecordsScreen", "Registros"))
        self._lines: list[RecordLine] = []
        self._own = context.session.user.role is Role.FIELD_WORKER
        self.box = FilterBox(
            self.tr("Filtrar registros"), self.tr("Titular, código de hogar, lugar, formulario")
        )
        self.forms = self._chooser(self.tr("Formulario"))
        self.months = self._chooser(self.tr("Mes"))
        self.states = self._chooser(self.tr("Estado"))
        self.figure = Label("", TextRole.SOFT)
        self.model: RowsModel[RecordLine] = RowsModel(record_columns(own=self._own))
        self.table = DataTable(self.model, self.tr("Registros"))
        self.empty = EmptyState(
            "note-pencil", "", "", self.tr("Nuevo registro") if self._own else "", self.begin
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty)
        self.act_button = button(self.tr("Ver registro"), "arrow-right", on_click=self._act)
        self.new_button = button(
            self.tr("Nuevo registro"), "plus", "primary", self.begin,
            tooltip=self.tr("Nuevo registro (Ctrl+N)"),
        )  # fmt: skip
        self.export_button = button(
            self.tr("Exportar"), "table", on_click=self.export,
            tooltip=self.tr("Exportar los registros del formulario elegido (Ctrl+E)"),
        )  # fmt: skip
        self.tools.addWidget(self.export_button)
        self.tools.addWidget(self.act_button)
        self.tools.addWidget(self.new_button)
        self.new_button.setVisible(self._own)
        self._lay_out()

    def refresh(self, changed: Changed | None) -> None:
        """Read the list again."""
        del changed
        self._lines = record_lines(self.context.session)
        self._fill_choosers()
        self._filter()

    def focus_first(self) -> None:
        if self.pages.currentWidget() is self.table:
            self.table.setFocus()
        elif self._own:
            self.empty.button.setFocus()
        else:
            self.box.setFocus()

    def begin(self) -> None:
        """Choose the form of a new record."""
        if self._own:
            self.context.navigation.new_record()

    def export(self) -> None:
        """Save the closed records of the form chosen, as far as the other filters let them through."""
        form_id = self.forms.currentData() or ""
        ids = [one.record_id for one in self.shown() if one.record_id and one.may_open]
        if not form_id:
            self.context.notify.tell(
                self.tr("Elija primero un formulario"),
                self.tr("Cada formulario tiene sus propias columnas: elíjalo en el filtro."),
            )
            self.forms.setFocus()
            return
        if not ids:
            self.context.notify.say(self.tr("No hay registros cerrados que exportar"))
            return
        chosen = record_output.ask(self, f"{form_id}.xlsx")
        if not chosen:
            return
        path = Path(chosen)
        session = self.context.session

        def work(_job: Job) -> bytes:
            with session.for_thread() as own:
                data: bytes = resolve_name(_EXPORT)(own, ids, path.suffix.lower())
            return data

        self.context.tasks.run(
            work,
            lambda data: self._write(path, data, len(ids)),
            self.context.notify.fail,
            owner=self,
        )

    def _write(self, path: Path, data: bytes, number: int) -> None:
        try:
            write_file(path, data)
        except UserError as error:
            self.context.notify.fail(error)
            return
        records = count(number, self.tr("registro exportado"), self.tr("registros exportados"))
        told = self.tr("{records} a «{name}»").format(records=records, name=path.name)
        detail = self.tr("El archivo tiene datos de personas: guárdelo y bórrelo con cuidado.")
        self.context.notify.tell(told, detail)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.box, 1)
        for one in (self.forms, self.months, self.states):
            row.addWidget(one)
        self.body.addLayout(row)
        self.body.addWidget(self.figure)
        self.body.addWidget(self.pages, 1)
        self.box.searched.connect(lambda _text: self._filter())
        self.box.left_down.connect(self.table.setFocus)
        self.table.opened.connect(lambda _line: self._act())
        self.table.selectionModel().currentRowChanged.connect(lambda _a, _b: self._chosen())
        self.add_key("Ctrl+F", self.tr("Filtrar los registros"), self.box.setFocus)
        self.add_key("Ctrl+E", self.tr("Exportar los registros"), self.export)
        if self._own:
            self.add_key("Ctrl+N", self.tr("Nuevo registro"), self.begin)

    def _chooser(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setMaximumWidth(theme.metrics.px(210))
        box.activated.connect(lambda _index: self._filter())
        return box

    def _fill_choosers(self) -> None:
        """What can be chosen is what the list holds; what was chosen stays."""
        forms = {line.form_id: line.form for line in self._lines if line.form_id}
        titles = sorted(forms.items(), key=lambda one: one[1])
        months = sorted({line.month for line in self._lines}, reverse=True)
        _refill(self.forms, [(self.tr("Todos los formularios"), ""), *((b, a) for a, b in titles)])
        _refill(
            self.months,
            [(self.tr("Todos los meses"), ""), *((_month_text(one), one) for one in months)],
        )
        _refill(
            self.states,
            [
                (self.tr("Todos los estados"), ""),
                (self.tr("Borradores"), RecordState.DRAFT.value),
                (self.tr("Por enviar"), RecordState.UNSENT.value),
                (self.tr("No aceptados"), RecordState.REFUSED.value),
                (self.tr("Enviados"), RecordState.SENT.value),
            ],
        )

    def shown(self) -> list[RecordLine]:
        """The lines the filters let through."""
        form, month, state = (
            box.currentData() or "" for box in (self.forms, self.months, self.states)
        )
        return [
            line
            for line in self._lines
            if form in ("", line.form_id)
            and month in ("", line.month)
            and state in ("", line.state.value)
            and line.matches(self.box.text())
        ]

    def _filter(self) -> None:
        lines = self.shown()
        before = self.table.current()
        self.model.set_rows(lines)
        if before is not None and before in lines:
            self.table.select(before)
        elif lines:
            self.table.selectRow(0)
        self.figure.setText(self._figures(lines))
        self.pages.setCurrentIndex(0 if lines else 1)
        if not lines:
            self._tell_empty()
        self._chosen()
        self.export_button.setVisible(any(one.record_id for one in self._lines))

    def _figures(self, lines: list[RecordLine]) -> str:
        parts = [count(len(lines), self.tr("registro"))]
        for state, one, many in (
            (RecordState.DRAFT, self.tr("borrador"), self.tr("borradores")),
            (RecordState.REFUSED, self.tr("no aceptado"), self.tr("no aceptados")),
            (RecordState.UNSENT, self.tr("por enviar"), self.tr("por enviar")),
        ):
            number = sum(line.state is state for line in lines)
            if number:
                parts.append(count(number, one, many))
        if sum(bool(line.record_id) for line in self._lines) >= MOST_RECORDS:
            parts.append(
                self.tr("se leen los {most} más recientes").format(most=thousands(MOST_RECORDS))
            )
        return " · ".join(parts)

    def _tell_empty(self) -> None:
        self.empty.button.setVisible(self._own and not self._lines)
        if self._lines:
            self.empty.set_text(
                self.tr("Ningún registro así"),
                self.tr("Cambie los filtros de arriba o borre lo escrito."),
            )
            return
        advice = self.tr("Sincronice para recibir los registros que sus gestores cerraron.")
        if self._own:
            advice = self.tr(
                "Captaciones, solicitudes, ocurrencias, actividades: cada uno se guarda solo "
                "mientras lo escribe."
            )
        self.empty.set_text(self.tr("Todavía no hay registros"), advice)

    def _chosen(self) -> None:
        line: RecordLine | None = self.table.current()
        can_open = line is not None and (line.state is RecordState.DRAFT or line.may_open)
        self.act_button.setVisible(line is not None)
        self.act_button.setEnabled(can_open)
        if line is not None:
            text = action_text(line)
            self.act_button.setText(text)
            self.act_button.setAccessibleName(text)
            self.act_button.setToolTip(self.tr("{action} (Enter)").format(action=text))

    def _act(self) -> None:
        line: RecordLine | None = self.table.current()
        if line is None:
            return
        if not line.may_open:
            self.context.notify.tell(
                self.tr("Es un registro confidencial"),
                self.tr("Solo lo abre quien lo hizo: {who}.").format(who=line.field_worker),
            )
            return
        open_line(self.context, line)


def _refill(box: QComboBox, items: list[tuple[str, str]]) -> None:
    chosen = box.currentData()
    if [(box.itemText(n), box.itemData(n)) for n in range(box.count())] == items:
        return
    box.clear()
    for text, value in items:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _month_text(month: str) -> str:
    """``noviembre 2026`` for ``2026-11``."""
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"
