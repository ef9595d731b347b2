"""Visitas: begun and returned visits first, then those that wait and those that are approved."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QWidget

from juntos_campo.app.reviews import Stage
from juntos_campo.app.session import Changed
from juntos_campo.app.visits_list import Shelf, VisitLine, visit_lines
from juntos_campo.domain.spanish import count, short_date
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.review_words import BEGUN, STAGE, stage_text, words
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.inputs import FilterBox
from juntos_campo.ui.widgets.labels import EmptyState, Label, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable
from juntos_campo.ui.words import MODALITY, word


class VisitsScreen(Screen):
    """Enter does what the main button says: go on, correct, or read."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("VisitsScreen", "Visitas"))
        self._lines: list[VisitLine] = []
        self._own = context.session.user.role is Role.FIELD_WORKER
        self.box = FilterBox(self.tr("Filtrar visitas"), self.tr("Titular, centro poblado, gestor"))
        self.shelves = QComboBox()
        self.figure = Label("", TextRole.SOFT)
        self.model: RowsModel[VisitLine] = RowsModel(self._columns())
        self.table = DataTable(self.model, self.tr("Visitas"), sortable=True)
        action = self.tr("Ver mis hogares") if self._own else self.tr("Ir a Sincronizar")
        self.empty = EmptyState("clipboard-text", "", "", action, self._begin)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty)
        self.read_button = button(
            self.tr("Ver"),
            "eye",
            on_click=self._read,
            tooltip=self.tr("Ver la visita elegida (Ctrl+E)"),
        )
        self.act_button = button(self.tr("Continuar"), "", "primary", self._act)
        self._lay_out()

    def refresh(self, changed: Changed | None) -> None:
        """Read the list again."""
        del changed
        self._lines = visit_lines(self.context.session)
        to_do = (Shelf.DRAFT, Shelf.RETURNED)
        self.nav_figure = sum(line.shelf in to_do for line in self._lines) if self._own else 0
        self._filter()

    def focus_first(self) -> None:
        target: QWidget = self.table if self.model.rowCount() else self.box
        if not self._lines:
            target = self.empty.button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _columns(self) -> list[Column[VisitLine]]:
        order = list(Shelf)
        return [
            Column(
                title=self.tr("Estado"),
                text=_state,
                tone=_tone,
                tooltip=_state,
                sort=lambda line: (order.index(line.shelf), _state(line)),
                width=172,
            ),
            Column(
                title=self.tr("Hogar"),
                text=lambda line: line.holder,
                below=self._place,
                tooltip=lambda line: f"{line.holder}\n{self._place(line)}",
                strong=True,
                sort=lambda line: line.holder,
                weight=1.2,
            ),
            Column(
                title=self.tr("Fecha"),
                text=lambda line: short_date(line.on),
                sort=lambda line: line.at,
                width=132,
            ),
            Column(
                title=self.tr("Cómo"),
                text=lambda line: word(MODALITY[line.modality]) if line.modality else "",
                tooltip=lambda _line: self.tr("Se sabrá al cerrar la visita"),
                width=120,
                hide_below=900,
            ),
            Column(
                title=self.tr("Comentario"),
                text=lambda line: line.remark,
                tooltip=lambda line: line.remark or self.tr("Nadie comentó esta visita"),
                weight=1.4,
            ),
        ]

    def _place(self, line: VisitLine) -> str:
        return line.settlement if self._own else f"{line.settlement} · {line.field_worker}"

    def _lay_out(self) -> None:
        for text, wanted in (
            (self.tr("Todas las visitas"), ""),
            (self.tr("Por continuar"), Shelf.DRAFT),
            (self.tr("Devueltas"), Shelf.RETURNED),
            (self.tr("Sin aprobar"), Shelf.WAITING),
            (self.tr("Aprobadas"), Shelf.APPROVED),
        ):
            self.shelves.addItem(text, wanted)
        self.shelves.setAccessibleName(self.tr("Estado de las visitas"))
        self.shelves.activated.connect(lambda _index: self._filter())
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.box, 1)
        row.addWidget(self.shelves)
        self.body.addLayout(row)
        self.body.addWidget(self.figure)
        self.body.addWidget(self.pages, 1)
        self.tools.addWidget(self.read_button)
        self.tools.addWidget(self.act_button)
        self.box.searched.connect(lambda _text: self._filter())
        self.box.left_down.connect(self.table.setFocus)
        self.table.opened.connect(lambda _line: self._act())
        self.table.selectionModel().currentRowChanged.connect(lambda _a, _b: self._chosen())
        self.add_key("Ctrl+F", self.tr("Filtrar las visitas"), self.box.setFocus)
        self.add_key("Ctrl+E", self.tr("Ver la visita elegida"), self._read)

    def _filter(self) -> None:
        wanted = self.shelves.currentData()  # Qt hands a text enum back as text
        lines = [
            line
            for line in self._lines
            if (not wanted or line.shelf is Shelf(wanted)) and line.matches(self.box.text())
        ]
        before = self.table.current()
        self.model.set_rows(lines)
        if before is not None:
            self.table.select(before)
        self.figure.setText(self._figures())
        self.pages.setCurrentIndex(0 if lines else 1)
        if not lines:
            self._tell_empty()
        self._chosen()

    def _figures(self) -> str:
        parts = [count(len(self._lines), self.tr("visita"))]
        for shelf, one, many in (
            (Shelf.DRAFT, self.tr("empezada"), self.tr("empezadas")),
            (Shelf.RETURNED, self.tr("devuelta"), self.tr("devueltas")),
            (Shelf.WAITING, self.tr("sin aprobar"), self.tr("sin aprobar")),
        ):
            number = sum(line.shelf is shelf for line in self._lines)
            if number:
                parts.append(count(number, one, many))
        return " · ".join(parts)

    def _tell_empty(self) -> None:
        self.empty.button.setVisible(not self._lines)
        if self._lines:
            self.empty.set_text(
                self.tr("Ninguna visita así"),
                self.tr("Cambie los filtros de arriba o borre lo escrito."),
            )
            return
        advice = self.tr("Sincronice para recibir las visitas que sus gestores cerraron.")
        if self._own:
            advice = self.tr("Abra un hogar y pulse «Iniciar visita»: cada campo se guarda solo.")
        self.empty.set_text(self.tr("Todavía no hay visitas"), advice)

    def _chosen(self) -> None:
        line = self.table.current()
        self.read_button.setEnabled(line is not None and bool(line.visit_id))
        self.act_button.setVisible(line is not None)
        text = self.tr("Ver visita") if line is None else self._action(line)
        self.act_button.setText(text)
        self.act_button.setAccessibleName(text)
        self.act_button.setToolTip(self.tr("{action} (Enter)").format(action=text))
        self.read_button.setVisible(line is not None and text != self.tr("Ver visita"))

    def _action(self, line: VisitLine) -> str:
        if line.shelf is Shelf.DRAFT:
            return self.tr("Continuar")
        if line.shelf is Shelf.RETURNED and self._own:
            return self.tr("Corregir")
        return self.tr("Ver visita")

    def _act(self) -> None:
        line = self.table.current()
        if line is None:
            return
        if self._action(line) == self.tr("Ver visita"):
            self._read()
        else:
            self.context.navigation.open_visit(line.household_id, line.visit_id)

    def _read(self) -> None:
        line = self.table.current()
        if line is not None and line.visit_id:
            self.context.navigation.open("visit_reader", kind="visit", record_id=line.visit_id)

    def _begin(self) -> None:
        self.context.navigation.open("households" if self._own else "sync")


def _state(line: VisitLine) -> str:
    return words(BEGUN.word) if line.state is None else stage_text(line.state)


def _tone(line: VisitLine) -> str:
    if line.state is None:
        return BEGUN.tone
    return "" if line.state.stage is Stage.WAITING else STAGE[line.state.stage].tone
