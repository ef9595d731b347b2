"""Datos de otros sistemas: what HIS, SIAGIE, RENIEC and others say of one household."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from juntos_campo.app.external_data import ExternalLine, external_lines
from juntos_campo.domain.spanish import short_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.tab import LateTab
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, SectionHeader
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.sentence import Sentence
from juntos_campo.ui.widgets.table import DataTable


class ExternalTab(LateTab):
    """What somebody has to look at first; below the list, what to do about the chosen line."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("hard-drives", "", ""))
        self.empty.set_text(
            self.tr("Ningún otro sistema dice algo de este hogar"),
            self.tr(
                "Cuando la oficina importa datos de salud, colegio o RENIEC, llegan al sincronizar."
            ),
        )
        self._household_id = ""
        self.model: RowsModel[ExternalLine] = RowsModel(self._columns())
        self.table = DataTable(self.model, self.tr("Datos de otros sistemas"))
        self.both = Label("", TextRole.BODY, wrap=True)
        self.to_do = Sentence("arrow-right", "information")
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        column.addWidget(
            SectionHeader(
                self.tr("Datos de otros sistemas"),
                self.tr("Son para comprobar: no cuentan como recibido ni cierran alertas."),
            )
        )
        column.addWidget(self.table, 1)
        column.addWidget(self.both)
        column.addWidget(self.to_do)
        self.pages.addWidget(listing)
        self.table.selectionModel().currentRowChanged.connect(lambda _a, _b: self._say_more())

    def show_household(self, household_id: str) -> None:
        """Show what is said of a household, when somebody looks."""
        self._household_id = household_id
        self.fill_when_seen()

    def fill(self) -> None:
        """Read it."""
        lines = external_lines(self.context.session, self._household_id)
        self.model.set_rows(lines)
        self.pages.setCurrentIndex(1 if lines else 0)
        if lines:
            self.table.selectRow(0)
        self._say_more()

    def _columns(self) -> list[Column[ExternalLine]]:
        return [
            Column(title=self.tr("Persona"), text=lambda one: one.who, strong=True, width=130),
            Column(title=self.tr("Sistema"), text=lambda one: one.system, width=140),
            Column(title=self.tr("Dato"), text=lambda one: one.topic, weight=1.2),
            Column(
                title=self.tr("Compara"),
                text=lambda one: one.compared,
                tone=lambda one: one.tone,
                width=130,
            ),
            Column(
                title=self.tr("Dice el otro sistema"),
                text=lambda one: one.there,
                tooltip=lambda _one: self.tr("El otro sistema no lo tiene"),
                weight=1.4,
            ),
            Column(
                title=self.tr("Está aquí"),
                text=lambda one: one.here,
                tooltip=lambda _one: self.tr("Aquí no está registrado"),
                weight=1.2,
                hide_below=900,
            ),
        ]

    def _say_more(self) -> None:
        """The chosen line in full: what both say, since when it is known, and the next step."""
        one: ExternalLine | None = self.table.current()
        if one is None:
            self.both.setText("")
            self.to_do.say("")
            return
        here = one.here or self.tr("no está registrado")
        there = one.there or self.tr("no lo tiene")
        parts = [
            self.tr("{topic}, {who}.").format(topic=one.topic, who=one.who),
            self.tr("{system}: {there}.").format(system=one.system, there=there),
        ]
        if one.here or one.to_do:
            parts.append(self.tr("Aquí: {here}.").format(here=here))
        told = one.finding.told_on
        if told is not None:
            parts.append(self.tr("La oficina lo importó el {day}.").format(day=short_date(told)))
        self.both.setText(" ".join(parts))
        self.to_do.say(one.to_do)
