"""Alertas: everything overdue or due, of all households, to work through."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget

from juntos_campo.app.alert_list import AlertLine, alert_lines
from juntos_campo.app.household_file import household_file
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.services import ServiceGroup
from juntos_campo.domain.spanish import count, fold, near_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.inputs import FilterBox
from juntos_campo.ui.widgets.labels import EmptyState, Label, button
from juntos_campo.ui.widgets.meaning import RISK, RISK_ORDER
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable
from juntos_campo.ui.widgets.why_panel import WhyPanel
from juntos_campo.ui.words import GROUP, word


class AlertsScreen(Screen):
    """Filter by level, kind and place; Enter opens the household at the person, ``?`` says why."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("AlertsScreen", "Alertas"))
        self._lines: tuple[AlertLine, ...] = ()
        self.box = FilterBox(self.tr("Filtrar alertas"), self.tr("Nombre o palabra de la alerta"))
        self.levels, self.kinds, self.places = QComboBox(), QComboBox(), QComboBox()
        self.figure = Label("", TextRole.SOFT)
        self.model: RowsModel[AlertLine] = RowsModel(self._columns())
        self.table = DataTable(self.model, self.tr("Alertas"), sortable=True)
        self.empty = EmptyState("bell", "", "")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty)
        self.why_button = button(
            self.tr("¿Por qué?"),
            "question",
            on_click=lambda: self._explain(self.table.current()),
            tooltip=self.tr("Por qué existe la alerta elegida (F1)"),
        )
        self.visit_button = button(
            self.tr("Iniciar visita"),
            "clipboard-text",
            on_click=self._visit,
            tooltip=self.tr("Iniciar visita al hogar de la alerta (Ctrl+I)"),
        )
        self._lay_out()

    def refresh(self, changed: Changed | None) -> None:
        """Read all alerts again."""
        del changed
        self._lines = alert_lines(self.context.session)
        chosen = self.places.currentData()
        self.places.clear()
        self.places.addItem(self.tr("Todo centro poblado"), "")
        for name in sorted({line.settlement for line in self._lines}):
            self.places.addItem(name, name)
        self.places.setCurrentIndex(max(0, self.places.findData(chosen)))
        self._filter()

    def focus_first(self) -> None:
        target = self.table if self.model.rowCount() else self.box
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _columns(self) -> list[Column[AlertLine]]:
        return [
            Column(
                title=self.tr("Prioridad"),
                text=lambda line: RISK[line.level].text,
                risk=lambda line: line.level,
                sort=lambda line: (RISK_ORDER[line.level], line.since),
                width=116,
            ),
            Column(
                title=self.tr("Persona"),
                text=lambda line: line.who,
                tooltip=self._family,
                strong=True,
                sort=lambda line: line.who,
            ),
            Column(
                title=self.tr("Alerta"),
                text=lambda line: line.text,
                sort=lambda line: fold(line.text),
                weight=1.3,
            ),
            Column(
                title=self.tr("Desde"),
                text=lambda line: near_date(line.since, self.context.clock.today()),
                tooltip=lambda line: self.tr("hace {days}").format(
                    days=count(line.days, self.tr("día"))
                ),
                sort=lambda line: line.since,
                width=110,
                hide_below=640,
            ),
            Column(
                title=self.tr("Centro poblado"),
                text=lambda line: line.settlement,
                sort=lambda line: (line.settlement, line.who),
                width=150,
                hide_below=820,
            ),
        ]

    def _family(self, line: AlertLine) -> str:
        return f"{line.who}\n" + self.tr("Titular: {name}").format(name=line.holder)

    def _lay_out(self) -> None:
        self.levels.addItem(self.tr("Toda prioridad"), None)
        for level, mark in RISK.items():
            self.levels.addItem(self.tr("Prioridad {word}").format(word=mark.text), level)
        self.kinds.addItem(self.tr("Todo tipo"), None)
        for group in ServiceGroup:
            self.kinds.addItem(word(GROUP[group]), group)
        names = (self.tr("Prioridad"), self.tr("Tipo"), self.tr("Centro poblado"))
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        for box, name in zip((self.levels, self.kinds, self.places), names, strict=True):
            box.setAccessibleName(name)
            box.setMaximumWidth(theme.metrics.px(190))
            box.activated.connect(lambda _index: self._filter())
            row.addWidget(box)
        row.addStretch(1)
        row.addWidget(self.figure)
        self.body.addWidget(self.box)
        self.body.addLayout(row)
        self.body.addWidget(self.pages, 1)
        self.tools.addWidget(self.why_button)
        self.tools.addWidget(self.visit_button)
        self.box.searched.connect(lambda _text: self._filter())
        self.box.left_down.connect(self.table.setFocus)
        self.table.opened.connect(self._open)
        self.table.explained.connect(self._explain)
        self.add_key("Ctrl+F", self.tr("Filtrar por nombre"), self.box.setFocus)
        self.add_key("Ctrl+I", self.tr("Iniciar visita al hogar de la alerta"), self._visit)

    def _filter(self) -> None:
        words = fold(self.box.text()).split()
        # Qt hands a text enum back as text, and compares equal to it.
        level, kind = self.levels.currentData(), self.kinds.currentData()
        place = self.places.currentData()
        lines = [
            line
            for line in self._lines
            if (not level or line.level == level)
            and (not kind or line.group == kind)
            and (not place or line.settlement == place)
            and (not words or all(one in fold(f"{line.who} {line.text}") for one in words))
        ]
        self.model.set_rows(lines)
        total = count(len(self._lines), self.tr("alerta"))
        shown = self.tr("{number} de {total}").format(number=len(lines), total=total)
        self.figure.setText(total if len(lines) == len(self._lines) else shown)
        for one in (self.why_button, self.visit_button):
            one.setEnabled(bool(lines))
        if lines:
            self.pages.setCurrentIndex(0)
        else:
            self._tell_empty()

    def _tell_empty(self) -> None:
        if self._lines:
            self.empty.set_text(
                self.tr("Ninguna alerta con esos filtros"),
                self.tr("Cambie los filtros de arriba o borre lo escrito."),
            )
        else:
            self.empty.set_text(
                self.tr("No hay alertas"),
                self.tr("Cuando a alguien le falte un servicio, aparecerá aquí por sí solo."),
            )
        self.pages.setCurrentIndex(1)

    def _open(self, line: AlertLine) -> None:
        self.context.navigation.open_household(line.household_id, line.member_id)

    def _visit(self) -> None:
        line = self.table.current()
        if line is not None:
            self.context.navigation.open_visit(line.household_id)

    def _explain(self, line: AlertLine | None) -> None:
        if line is None:
            return
        try:
            file = household_file(self.context.session, line.household_id)
        except UserError as error:
            self.context.notify.fail(error)
            return
        for one in file.members:
            for alert in one.standing.alerts:
                if alert.key == line.key:
                    title = f"{one.member.given}: {alert.status.label}"
                    rect = self.table.visualRect(self.table.currentIndex())
                    WhyPanel.show_for(self.table.viewport(), title, (alert.status.why,), rect)
                    return
        self.context.notify.tell(
            self.tr("Esa alerta ya no existe: el servicio quedó registrado."),
            self.tr("La lista se actualizó."),
        )
        self.refresh(None)
