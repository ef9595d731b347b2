"""The tabs of a household's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.alerts.model import Alert
from juntos_campo.app.household_file import HistoryLine, HouseholdFile, MemberView
from juntos_campo.app.people import schooling_sentence
from juntos_campo.domain.entities import Commitment, Visit
from juntos_campo.domain.spanish import near_date, short_date
from juntos_campo.norms.model import ServiceStatus, State
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.tab import Tab
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, SectionHeader, button
from juntos_campo.ui.widgets.meaning import RISK, status_mark
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable
from juntos_campo.ui.widgets.why_panel import WhyPanel
from juntos_campo.ui.words import COMMITMENT, COMMITMENT_TONE, MODALITY, word

_ORDER = {
    State.OVERDUE: 0,
    State.DUE: 1,
    State.DONE: 2,
    State.DONE_LATE: 2,
    State.LOST: 3,
    State.NOT_YET: 4,
}


class ServicesTab(Tab):
    """Every service the norms expect of the chosen member; ``?`` says why."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("heartbeat", "", ""))
        self.empty.set_text(
            self.tr("Sin servicios que verificar"),
            self.tr("Las normas cargadas no esperan ningún servicio de esta persona."),
        )
        self.model: RowsModel[ServiceStatus] = RowsModel(
            [
                Column(
                    title=self.tr("Servicio"),
                    text=lambda one: one.label,
                    chips=lambda one: [(one.label, one.state)],
                    weight=1.2,
                ),
                Column(
                    title=self.tr("Estado"),
                    text=lambda one: status_mark(one).text,
                    tone=lambda one: status_mark(one).tone,
                    width=120,
                ),
                Column(
                    title=self.tr("Se puede desde"),
                    text=lambda one: self.day(one.opens),
                    tooltip=lambda _one: self.tr("Depende de un servicio anterior"),
                    width=130,
                    hide_below=720,
                ),
                Column(
                    title=self.tr("A tiempo hasta"),
                    text=lambda one: self.day(one.due),
                    tooltip=lambda _one: self.tr("La norma no fija un último día"),
                    width=130,
                    hide_below=560,
                ),
                Column(
                    title=self.tr("Recibido"),
                    text=lambda one: self.day(one.done_on),
                    tooltip=self._received,
                    width=120,
                ),
                Column(
                    title=self.tr("Por qué"),
                    text=lambda one: one.why.text,
                    weight=2.0,
                    hide_below=900,
                ),
            ]
        )
        self.table = DataTable(self.model, self.tr("Servicios de la persona elegida"))
        self.table.explained.connect(self.explain)
        self.table.opened.connect(self.explain)
        self.missing_box = QCheckBox(self.tr("Solo lo que falta"))
        self.missing_box.setAccessibleName(self.missing_box.text())
        self.missing_box.toggled.connect(lambda _on: self._fill())
        self.why_button = button(
            self.tr("¿Por qué?"),
            "question",
            on_click=lambda: self.explain(self.table.current()),
            tooltip=self.tr("Por qué se espera el servicio elegido (F1)"),
        )
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        self.pages.addWidget(listing)
        self.schooling = Label("", TextRole.SOFT, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.m)
        row.addWidget(self.missing_box)
        row.addWidget(self.schooling, 1)
        row.addWidget(self.why_button)
        self.column.insertLayout(0, row)
        self._member: MemberView | None = None

    def show_member(self, member: MemberView) -> None:
        """Show the services of one member."""
        self._member = member
        today = self.context.clock.today()
        self.schooling.setText(schooling_sentence(member.year, today) if member.year else "")
        self._fill()

    def focus_first(self) -> None:
        """Give the keyboard to the list."""
        self.table.setFocus()

    def explain(self, status: ServiceStatus | None) -> None:
        """Open the reason of a service."""
        if status is not None:
            rect = self.table.visualRect(self.table.currentIndex())
            WhyPanel.show_for(self.table.viewport(), status.label, (status.why,), rect)

    def _received(self, one: ServiceStatus) -> str:
        return short_date(one.done_on) if one.done_on else self.tr("No está registrado")

    def _fill(self) -> None:
        if self._member is None:
            return
        statuses = self._member.standing.statuses
        first = {one.key: number for number, one in enumerate(self._member.missing)}
        wanted = [
            one
            for one in statuses
            if one.state in _ORDER and (not self.missing_box.isChecked() or one.key in first)
        ]
        wanted.sort(key=lambda one: (first.get(one.key, len(first)), *_rank(one)))
        self.model.set_rows(wanted)
        self.why_button.setEnabled(bool(wanted))
        self.pages.setCurrentIndex(1 if wanted else 0)


def _rank(one: ServiceStatus) -> tuple[int, int]:
    """What was received and what was lost: the latest first; what comes: the earliest first."""
    if one.state in (State.DONE, State.DONE_LATE, State.LOST):
        return _ORDER[one.state], -(one.done_on or one.due or date.min).toordinal()
    return _ORDER[one.state], (one.due or date.max).toordinal()


class HistoryTab(Tab):
    """What was recorded, of the chosen member or of everybody."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("clock-counter-clockwise", "", ""))
        self.empty.set_text(
            self.tr("Sin atenciones registradas"),
            self.tr("Copie las fechas del carné en la próxima visita, o sincronice."),
        )
        self.model: RowsModel[HistoryLine] = RowsModel(
            [
                Column(title=self.tr("Fecha"), text=lambda one: short_date(one.on), width=150),
                Column(title=self.tr("Quién"), text=lambda one: one.who, strong=True, width=180),
                Column(title=self.tr("Atención"), text=lambda one: one.text),
                Column(title=self.tr("Lo dice"), text=lambda one: one.source, width=170),
            ]
        )
        self.table = DataTable(self.model, self.tr("Historia"))
        self.everybody = QCheckBox(self.tr("Mostrar a todas las personas del hogar"))
        self.everybody.setAccessibleName(self.everybody.text())
        self.everybody.toggled.connect(lambda _on: self._fill())
        self.column.insertWidget(0, self.everybody)
        self.pages.addWidget(self.table)
        self._file: HouseholdFile | None = None
        self._member: MemberView | None = None

    def show_file(self, file: HouseholdFile, member: MemberView) -> None:
        """Show the history of a member (or of all, as ticked)."""
        self._file, self._member = file, member
        self._fill()

    def _fill(self) -> None:
        if self._file is None or self._member is None:
            return
        lines = self._file.history
        if not self.everybody.isChecked():
            given = self._member.member.given
            lines = tuple(line for line in lines if line.who == given)
        self.model.set_rows(lines)
        self.pages.setCurrentIndex(1 if lines else 0)


class VisitsTab(QWidget):
    """Visits and commitments side by side."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._names: dict[str, str] = {}
        self.visits: RowsModel[Visit] = RowsModel(
            [
                Column(title=self.tr("Fecha"), text=lambda one: short_date(one.on), strong=True),
                Column(
                    title=self.tr("Cómo"), text=lambda one: word(MODALITY[one.modality]), width=120
                ),
            ]
        )
        self.commitments: RowsModel[Commitment] = RowsModel(
            [
                Column(title=self.tr("Compromiso"), text=lambda one: one.text, weight=2.0),
                Column(
                    title=self.tr("De"),
                    text=lambda one: self._names.get(one.member_id, ""),
                    tooltip=lambda _one: self.tr("De todo el hogar"),
                    width=120,
                ),
                Column(
                    title=self.tr("Hasta"),
                    text=self._due,
                    tooltip=lambda _one: self.tr("Se acordó sin fecha"),
                    width=90,
                ),
                Column(
                    title=self.tr("Estado"),
                    text=lambda one: word(COMMITMENT[one.state]),
                    tone=lambda one: COMMITMENT_TONE[one.state],
                    width=110,
                ),
            ]
        )
        self.visit_table = DataTable(self.visits, self.tr("Visitas"))
        self.commitment_table = DataTable(self.commitments, self.tr("Compromisos"))
        self.no_visits = EmptyState(
            "clipboard-text",
            self.tr("Todavía no hay visitas"),
            self.tr("Inicie la primera con «Iniciar visita»."),
        )
        self.no_commitments = EmptyState(
            "handshake",
            self.tr("Todavía no hay compromisos"),
            self.tr("Se acuerdan durante la visita."),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.m)
        self._visit_pages = self._part(row, self.tr("Visitas"), self.visit_table, self.no_visits, 2)
        self._commitment_pages = self._part(
            row, self.tr("Compromisos"), self.commitment_table, self.no_commitments, 4
        )
        self.visit_table.opened.connect(self._open_visit)

    def show_file(self, file: HouseholdFile) -> None:
        """Show the visits and commitments of a household."""
        self._names = {one.member.id: one.member.given for one in file.members}
        self.visits.set_rows(file.visits)
        self.commitments.set_rows(file.commitments)
        self._visit_pages.setCurrentIndex(0 if file.visits else 1)
        self._commitment_pages.setCurrentIndex(0 if file.commitments else 1)

    def _due(self, one: Commitment) -> str:
        return near_date(one.due_on, self.context.clock.today()) if one.due_on else ""

    def _open_visit(self, visit: Visit) -> None:
        self.context.navigation.open_visit(visit.household_id, visit.id)

    @staticmethod
    def _part(
        row: QHBoxLayout, title: str, table: DataTable, empty: EmptyState, share: int
    ) -> QStackedWidget:
        pages = QStackedWidget()
        pages.addWidget(table)
        pages.addWidget(empty)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(SectionHeader(title))
        column.addWidget(pages, 1)
        row.addLayout(column, share)
        return pages


@dataclass(frozen=True, slots=True)
class _AlertRow:
    who: str
    alert: Alert


class AlertsTab(Tab):
    """The alerts of the household."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("bell", "", ""))
        self.empty.set_text(
            self.tr("Este hogar no tiene alertas"),
            self.tr("Sus miembros objetivo están al día."),
        )
        self.model: RowsModel[_AlertRow] = RowsModel(
            [
                Column(
                    title=self.tr("Prioridad"),
                    text=lambda one: RISK[one.alert.level].text,
                    risk=lambda one: one.alert.level,
                    width=116,
                ),
                Column(title=self.tr("Persona"), text=lambda one: one.who, strong=True, width=180),
                Column(title=self.tr("Alerta"), text=lambda one: one.alert.title),
                Column(
                    title=self.tr("Desde"), text=lambda one: self.day(one.alert.since), width=110
                ),
            ]
        )
        self.table = DataTable(self.model, self.tr("Alertas del hogar"))
        self.table.explained.connect(self._explain)
        self.table.opened.connect(self._explain)
        self.pages.addWidget(self.table)

    @property
    def number(self) -> int:
        """How many there are."""
        return self.model.rowCount()

    def show_file(self, file: HouseholdFile) -> None:
        """Show the alerts of a household, most urgent first."""
        order = list(RISK)
        rows = [
            _AlertRow(one.member.given, alert)
            for one in file.members
            for alert in one.standing.alerts
        ]
        rows.sort(key=lambda row: (order.index(row.alert.level), row.alert.since))
        self.model.set_rows(rows)
        self.pages.setCurrentIndex(1 if rows else 0)

    def _explain(self, row: _AlertRow) -> None:
        rect = self.table.visualRect(self.table.currentIndex())
        title = f"{row.who}: {row.alert.status.label}"
        WhyPanel.show_for(self.table.viewport(), title, (row.alert.status.why,), rect)
