"""Hogares: every assigned household, found while typing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget

from juntos_campo.app.households import HouseholdLine, household_lines, search_households
from juntos_campo.app.session import Changed
from juntos_campo.app.today import move_to_day
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.inputs import FilterBox
from juntos_campo.ui.widgets.labels import EmptyState, Label, button
from juntos_campo.ui.widgets.meaning import RISK, RISK_ORDER
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable
from juntos_campo.ui.words import PROGRAMME_STATE, word


class HouseholdsScreen(Screen):
    """Search as you type; Down goes to the list, Enter opens the household."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("HouseholdsScreen", "Hogares"))
        self._lines: dict[str, HouseholdLine] = {}
        self.box = FilterBox(
            self.tr("Buscar hogares"),
            self.tr("Apellidos, nombres, DNI, código de hogar o centro poblado"),
        )
        self.levels = QComboBox()
        self.levels.setAccessibleName(self.tr("Prioridad"))
        self.places = QComboBox()
        self.places.setAccessibleName(self.tr("Centro poblado"))
        self.figure = Label("", TextRole.SOFT)
        self.model: RowsModel[HouseholdLine] = RowsModel(self._columns())
        self.table = DataTable(self.model, self.tr("Hogares"), sortable=True)
        self.empty = EmptyState("house-line", "", "", self.tr("Traer mis hogares"), self._fetch)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty)
        self._lay_out()
        self._connect()

    def refresh(self, changed: Changed | None) -> None:
        """Read the lines again: of the households concerned, or all."""
        session = self.context.session
        if changed is not None and changed.households and not changed.everything and self._lines:
            gone = changed.households & self._lines.keys()
            fresh = household_lines(session, changed.households)
            for household_id in gone - fresh.keys():
                del self._lines[household_id]
            self._lines.update(fresh)
        else:
            self._lines = household_lines(session)
            self._fill_filters()
        self._search()

    def focus_first(self) -> None:
        self.box.setFocus()
        self.box.selectAll()

    def _columns(self) -> list[Column[HouseholdLine]]:
        not_computed = self.tr("Todavía no se revisó qué necesita este hogar")
        left = self.tr("El hogar fue desafiliado: ya no tiene prioridad")
        return [
            Column(
                title=self.tr("Prioridad"),
                text=lambda line: RISK[line.level].text if line.level else "",
                tooltip=lambda line: (
                    ""
                    if line.level
                    else left
                    if line.state is ProgrammeState.DISAFFILIATED
                    else not_computed
                ),
                risk=lambda line: line.level,
                sort=lambda line: (RISK_ORDER[line.level] if line.level else 9, -line.points),
                width=116,
            ),
            Column(
                title=self.tr("Titular"),
                text=lambda line: line.holder,
                below=lambda line: line.people,
                tooltip=lambda line: f"{line.holder}\n{line.people}",
                strong=True,
                sort=lambda line: line.holder,
                weight=1.0,
            ),
            Column(
                title=self.tr("Centro poblado"),
                text=lambda line: line.settlement,
                below=lambda line: line.code,
                tooltip=lambda line: f"{line.settlement}, {line.district}",
                sort=lambda line: (line.settlement, line.holder),
                width=144,
                hide_below=640,
            ),
            Column(
                title=self.tr("Ahora y próximo"),
                text=lambda line: self._now(line) or self.tr("Nada pendiente hoy"),
                below=self._next,
                tooltip=lambda line: f"{self._now(line)}\n{line.next_text}".strip(),
                weight=1.7,
            ),
        ]

    def _next(self, line: HouseholdLine) -> str:
        if line.arriving:
            return self.tr("se dirá cuando llegue completa")
        return line.next_text or self.tr("sin servicio con fecha próxima")

    def _now(self, line: HouseholdLine) -> str:
        if line.arriving:
            return self.tr("Su historia todavía está llegando")
        if line.state is not ProgrammeState.ACTIVE:
            state = word(PROGRAMME_STATE[line.state])
            return f"{state} · {line.first_need}" if line.first_need else state
        return line.first_need

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.levels)
        row.addWidget(self.places)
        row.addStretch(1)
        row.addWidget(self.figure)
        self.places.setMaximumWidth(theme.metrics.px(220))
        self.body.addWidget(self.box)
        self.body.addLayout(row)
        self.body.addWidget(self.pages, 1)
        self.today_button = button(
            self.tr("Agregar a Hoy"),
            "calendar-plus",
            on_click=self._add_to_today,
            tooltip=self.tr("Agregar el hogar elegido al día de hoy (Ctrl+H)"),
        )
        self.import_button = button(
            self.tr("Importar padrón"),
            "download-simple",
            on_click=self._fetch,
        )
        self.tools.addWidget(self.import_button)
        self.tools.addWidget(self.today_button)

    def _connect(self) -> None:
        self.box.searched.connect(lambda _text: self._search())
        self.box.left_down.connect(self.table.setFocus)
        self.box.entered.connect(lambda: self._open(self.table.current()))
        self.table.opened.connect(self._open)
        self.add_key("Ctrl+F", self.tr("Buscar en la lista"), self.focus_first)
        self.add_key("Ctrl+H", self.tr("Agregar el hogar elegido a Hoy"), self._add_to_today)
        self.levels.addItem(self.tr("Toda prioridad"), None)
        for level, mark in RISK.items():
            self.levels.addItem(self.tr("Prioridad {word}").format(word=mark.text), level)
        self.places.addItem(self.tr("Todo centro poblado"), "")
        self.levels.activated.connect(lambda _index: self._search())
        self.places.activated.connect(lambda _index: self._search())

    def _fill_filters(self) -> None:
        chosen = self.places.currentData()
        self.places.clear()
        self.places.addItem(self.tr("Todo centro poblado"), "")
        for name in sorted({line.settlement for line in self._lines.values()}):
            self.places.addItem(name, name)
        self.places.setCurrentIndex(max(0, self.places.findData(chosen)))

    def _search(self) -> None:
        text = self.box.text().strip()
        if text:
            found = search_households(self.context.session, text)
            lines = [self._lines[one] for one in found if one in self._lines]
        else:
            lines = list(self._lines.values())
        level, place = self.levels.currentData(), self.places.currentData()
        if level:  # Qt hands a text enum back as text, which compares equal
            lines = [line for line in lines if line.level == level]
        if place:
            lines = [line for line in lines if line.settlement == place]
        self.model.set_rows(lines)
        self._tell(len(lines), text)

    def _tell(self, number: int, text: str) -> None:
        total = count(len(self._lines), self.tr("hogar"), self.tr("hogares"))
        shown = self.tr("{number} de {total}").format(number=number, total=total)
        self.figure.setText(total if number == len(self._lines) else shown)
        self.today_button.setEnabled(number > 0)
        if number:
            self.pages.setCurrentIndex(0)
            return
        self.pages.setCurrentIndex(1)
        self.empty.button.setVisible(not self._lines)
        if not self._lines:
            self.empty.set_text(
                self.tr("Todavía no hay hogares en esta computadora"),
                self.tr("Importe el padrón que le dio la oficina, o sincronice para recibirlo."),
            )
        elif text:
            self.empty.set_text(
                self.tr("Ningún hogar coincide con «{text}»").format(text=text),
                self.tr("Pruebe con un solo apellido, el DNI o el centro poblado. Esc borra."),
            )
        else:
            self.empty.set_text(
                self.tr("Ningún hogar con esa prioridad y lugar"),
                self.tr("Cambie los filtros de arriba para ver más hogares."),
            )

    def _open(self, line: HouseholdLine | None) -> None:
        if line is not None:
            self.context.navigation.open_household(line.id)

    def _add_to_today(self) -> None:
        line = self.table.current()
        if line is None:
            return
        changed = move_to_day(self.context.session, line.id, self.context.clock.today())
        self.context.notify.say(self.tr("{name}: agregado a Hoy").format(name=line.holder))
        self.context.changes.publish(changed)

    def _fetch(self) -> None:
        self.context.navigation.open("register")
