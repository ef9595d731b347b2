"""One household's file: who lives there, what each one needs, what happened."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from juntos_campo.app.household_file import (
    HouseholdFile,
    MemberView,
    ask_for_history,
    household_file,
)
from juntos_campo.app.problems import HOUSEHOLD_NOT_HERE
from juntos_campo.app.session import Changed
from juntos_campo.app.today import move_to_day
from juntos_campo.domain.entities import Household
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import MONTHS, phone_text
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.prints import save_household
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.household_coresponsibility import CoresponsibilityTab
from juntos_campo.ui.screens.household_external import ExternalTab
from juntos_campo.ui.screens.household_growth import GrowthTab
from juntos_campo.ui.screens.household_notices import HouseholdNotices
from juntos_campo.ui.screens.household_people import PeopleColumns
from juntos_campo.ui.screens.household_records import RecordsTab
from juntos_campo.ui.screens.household_tabs import (
    AlertsTab,
    HistoryTab,
    ServicesTab,
    VisitsTab,
)
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, RiskBadge, button
from juntos_campo.ui.widgets.rows_model import RowsModel
from juntos_campo.ui.widgets.table import DataTable
from juntos_campo.ui.words import CSE, PROGRAMME_STATE, word

TABS = (
    "services", "history", "visits", "records", "coresponsibility", "growth", "external", "alerts",
)  # fmt: skip

PEOPLE_SHARE = 0.32
"""Part of the height the table of people takes, at most."""
LEAST_ROWS = 2


class HouseholdScreen(Screen):
    """The members above, the tabs below; the tabs follow the chosen member."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("HouseholdScreen", "Hogar"))
        self.file: HouseholdFile | None = None
        self._household_id = ""
        self._by_hand = False
        self.badge = RiskBadge()
        self.notices = HouseholdNotices(context)
        self.facts = Label("", TextRole.SOFT, wrap=True)
        self.model: RowsModel[MemberView] = RowsModel(PeopleColumns(self).columns())
        self.members = DataTable(self.model, self.tr("Personas del hogar"))
        self.services = ServicesTab(context)
        self.history = HistoryTab(context)
        self.visits = VisitsTab(context)
        self.records = RecordsTab(context)
        self.coresponsibility = CoresponsibilityTab(context)
        self.growth = GrowthTab(context)
        self.external = ExternalTab(context)
        self.alerts = AlertsTab(context)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Partes de la ficha"))
        self.tabs.tabBar().setAccessibleName(self.tr("Partes de la ficha"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self._make_tools()
        self._lay_out()
        self.members.selectionModel().currentRowChanged.connect(
            lambda _a, _b: self._member_chosen()
        )
        for signal in (self.members.opened, self.members.explained):
            signal.connect(lambda _member: self._to_services())
        self.add_key("Ctrl+I", self.tr("Iniciar o continuar la visita"), self._visit)
        self.add_key("Ctrl+N", self.tr("Nuevo registro sobre este hogar"), self._new_record)
        self.add_key("Ctrl+H", self.tr("Agregar el hogar a Hoy"), self._add_to_today)
        self.add_key("Ctrl+L", self.tr("Mostrar el teléfono"), self._call)
        self.add_key("Ctrl+P", self.tr("Imprimir la ficha del hogar"), self._print)
        self.add_key("Ctrl+Tab", self.tr("Siguiente parte de la ficha"), lambda: self._turn(1))
        self.add_key(
            "Ctrl+Shift+Tab", self.tr("Parte anterior de la ficha"), lambda: self._turn(-1)
        )

    def open(self, params: dict[str, str]) -> None:
        """Show ``household_id``; choose ``member_id``; open ``tab``."""
        self._household_id = params["household_id"]
        self.stale = False
        self.problems.hide()
        ask_for_history(self.context.session, self._household_id)
        self.refresh(None)
        self._choose(params.get("member_id", ""))
        if params.get("tab") in TABS:
            self.tabs.setCurrentIndex(TABS.index(params["tab"]))

    def refresh(self, changed: Changed | None) -> None:
        """Read the file again when it is concerned."""
        if not self._household_id:
            return
        others = changed is not None and not changed.everything and changed.households
        if others and self._household_id not in others:
            return
        before = self.members.current()
        try:
            self.file = household_file(self.context.session, self._household_id)
        except UserError as error:
            if error.problem is not HOUSEHOLD_NOT_HERE:
                raise
            self._show_gone()
            return
        self._show_parts(here=True)
        self._show(self.file)
        self._choose(before.member.id if before else "")

    def focus_first(self) -> None:
        (self.gone.button if self.file is None else self.members).setFocus()

    def _show_gone(self) -> None:
        """Nothing of a household that left stays on the screen, nor of the one shown before."""
        self.file = None
        self.model.set_rows([])
        self.set_title(self.tr("Hogar"))
        self._show_parts(here=False)
        self.focus_first()

    def _show_parts(self, *, here: bool) -> None:
        self.gone.setVisible(not here)
        for one in (self.badge, self.facts, self.split, self.call_button, self.print_button,
                    self.today_button):  # fmt: skip
            one.setVisible(here)
        if not here:
            self.notices.hide()
        # A coordinator reads the file; visits and records are made by the field worker.
        works = self.context.session.user.role is Role.FIELD_WORKER
        for one in (self.visit_button, self.record_button):
            one.setVisible(here and works)

    def _make_tools(self) -> None:
        self.visit_button = button(
            self.tr("Iniciar visita"), "clipboard-text", "primary", self._visit,
            tooltip=self.tr("Iniciar visita (Ctrl+I)"),
        )  # fmt: skip
        self.call_button = button(
            self.tr("Llamar"), "phone", on_click=self._call,
            tooltip=self.tr("Mostrar el teléfono para llamar (Ctrl+L)"),
        )  # fmt: skip
        self.today_button = button(
            self.tr("Agregar a Hoy"), "calendar-plus", on_click=self._add_to_today,
            tooltip=self.tr("Agregar a Hoy (Ctrl+H)"),
        )  # fmt: skip
        self.print_button = button(
            self.tr("Imprimir"), "printer", on_click=self._print,
            tooltip=self.tr("Imprimir la ficha del hogar (Ctrl+P)"),
        )  # fmt: skip
        self.record_button = button(
            self.tr("Nuevo registro"), "note-pencil", on_click=self._new_record,
            tooltip=self.tr("Captación, solicitud y otros registros de este hogar (Ctrl+N)"),
        )  # fmt: skip
        buttons = (
            self.call_button, self.print_button, self.today_button, self.record_button,
            self.visit_button,
        )  # fmt: skip
        for one in buttons:
            self.tools.addWidget(one)

    def _lay_out(self) -> None:
        m = theme.metrics
        titles = (
            self.tr("Servicios"),
            self.tr("Historia"),
            self.tr("Visitas y compromisos"),
            self.tr("Registros"),
            self.tr("Corresponsabilidad"),
            self.tr("Crecimiento"),
            self.tr("Otros sistemas"),
            self.tr("Alertas"),
        )
        tabs = (
            self.services, self.history, self.visits, self.records, self.coresponsibility,
            self.growth, self.external, self.alerts,
        )  # fmt: skip
        for tab, title in zip(tabs, titles, strict=True):
            self.tabs.addTab(tab, title)
        line = QHBoxLayout()
        line.setSpacing(m.px(12))
        line.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.facts, 1)
        self.body.addLayout(line)
        self.body.addWidget(self.notices)
        self.split = split = QSplitter()
        split.setOrientation(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, m.xs)
        column.addWidget(self.members, 1000)
        column.addStretch(1)  # without the tabs below the people stay at the top
        split.addWidget(upper)
        split.addWidget(self.tabs)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.splitterMoved.connect(lambda _at, _part: self._shared_by_hand())
        self.body.addWidget(split, 1)
        self.gone = EmptyState(
            "house",
            self.tr("Ese hogar no está en esta computadora"),
            self.tr(
                "Puede haber pasado a otro gestor. Si debería estar aquí, sincronice o pregunte a su "
                "coordinador."
            ),
            self.tr("Ver los hogares"),
            lambda: self.context.navigation.open("households"),
        )
        self.body.addWidget(self.gone, 1)
        self._show_parts(here=True)

    def _show(self, file: HouseholdFile) -> None:
        holder = file.holder.full_name if file.holder else self.tr("Hogar sin titular")
        self.set_title(holder)
        level = None if file.arriving else file.level  # what still arrives is not judged
        self.badge.set_level(level, file.attention.reasons)
        self.notices.show_file(file)
        self.tabs.setVisible(not file.arriving)
        self.facts.setText("  ·  ".join([*self._place(file), *self._facts(file.household)]))
        self.model.set_rows(file.members)
        self.members.setMinimumHeight(self._height_of(min(len(file.members), LEAST_ROWS)))
        self.members.setMaximumHeight(self._height_of(max(len(file.members), 1)))
        self._share_height()
        self.visits.show_file(file)
        self.alerts.show_file(file)
        self.records.show_household(file.household.id)
        self.external.show_household(file.household.id)
        self.coresponsibility.show_file(file)
        place = self.tabs.indexOf(self.alerts)
        self.tabs.setTabText(place, self.tr("Alertas ({n})").format(n=self.alerts.number))
        phone = file.household.phone
        self.call_button.setText(phone_text(phone) if phone else self.tr("Sin teléfono"))
        self.call_button.setEnabled(bool(phone))
        self._name_tools()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()
        self._title_tabs()

    def _share_height(self) -> None:
        """Whole rows of people above, the greater part for the tabs, unless somebody moved the edge."""
        room = self.split.height()
        head = self._height_of(0)
        fitting = max(LEAST_ROWS, int(room * PEOPLE_SHARE - head) // theme.metrics.row)
        rows = max(1, min(self.model.rowCount(), fitting))
        if not self._by_hand and room > 0:
            upper = self._height_of(rows) + theme.metrics.xs
            self.split.setSizes([upper, max(room - upper, 1)])

    def _shared_by_hand(self) -> None:
        self._by_hand = True

    def _height_of(self, rows: int) -> int:
        edges = 2 * self.members.frameWidth()
        return (
            self.members.horizontalHeader().sizeHint().height() + edges + rows * theme.metrics.row
        )

    def _place(self, file: HouseholdFile) -> list[str]:
        parts = [self.tr("hogar {code}").format(code=file.household.code)]
        if file.settlement is not None:
            parts.append(f"{file.settlement.name}, {file.settlement.district}")
        parts += [part for part in (file.household.address, file.household.reference) if part]
        return parts

    def _facts(self, household: Household) -> list[str]:
        facts = [word(PROGRAMME_STATE[household.programme_state])]
        cse = self.tr("CSE {cse}").format(cse=word(CSE[household.cse]))
        expires = household.cse_expires
        text = self.tr("{cse}, sin fecha de vencimiento")
        month = f"{MONTHS[expires.month - 1]} {expires.year}" if expires else ""
        if expires is not None:
            past = expires < self.context.clock.today()
            text = (
                self.tr("{cse}, venció en {month}") if past else self.tr("{cse}, vence en {month}")
            )
        facts.append(text.format(cse=cse, month=month))
        if household.language:
            facts.append(household.language.lower())
        return facts

    def _choose(self, member_id: str) -> None:
        rows = list(self.model.rows())
        wanted = next((n for n, one in enumerate(rows) if one.member.id == member_id), None)
        if wanted is None:
            wanted = next((n for n, one in enumerate(rows) if one.missing), 0)
        if rows:
            self.members.selectRow(wanted)
        self._member_chosen()

    def _member_chosen(self) -> None:
        chosen: MemberView | None = self.members.current()
        if chosen is None or self.file is None:
            return
        self.services.show_member(chosen)
        self.history.show_file(self.file, chosen)
        self.growth.show_member(chosen)
        self._title_tabs()

    def _title_tabs(self) -> None:
        """Tabs say as much as all of them have room for; one after the other says less."""
        chosen: MemberView | None = self.members.current()
        name = chosen.member.given if chosen else ""
        texts = (
            (self.services, self.tr("Servicios de {name}").format(name=name), self.tr("Servicios")),
            (self.visits, self.tr("Visitas y compromisos"), self.tr("Visitas")),
            (self.external, self.tr("Otros sistemas"), self.tr("Otros")),
            (self.coresponsibility, self.tr("Corresponsabilidad"), self.tr("Cumplimiento")),
            (self.growth, self.tr("Crecimiento"), self.tr("Curva")),
            (self.coresponsibility, self.tr("Corresponsabilidad"), self.tr("VCC")),
        )
        for tab, whole, _ in texts:
            self.tabs.setTabText(self.tabs.indexOf(tab), whole)
        room = self.width() - 2 * theme.metrics.m - theme.metrics.xs
        for tab, _, shorter in texts:
            if self.tabs.tabBar().sizeHint().width() > room:
                self.tabs.setTabText(self.tabs.indexOf(tab), shorter)

    def _place_tools(self) -> None:
        self._name_tools()
        super()._place_tools()

    def _name_tools(self) -> None:
        """Buttons say as much as all of them have room for; who cannot see them hears it whole."""
        begun = self.file is not None and bool(self.file.draft_id)
        visit = self.tr("Continuar visita") if begun else self.tr("Iniciar visita")
        texts = {
            self.visit_button: (visit, self.tr("Visita")),
            self.record_button: (self.tr("Nuevo registro"), self.tr("Registro")),
            self.today_button: (self.tr("Agregar a Hoy"), self.tr("A Hoy")),
        }
        wanted = self.tools.sizeHint().width()
        for one, (whole, _) in texts.items():
            letters = one.fontMetrics()
            wanted += letters.horizontalAdvance(whole) - letters.horizontalAdvance(one.text())
        fits = wanted <= self.width() - 2 * theme.metrics.m
        for one, (whole, short) in texts.items():
            said = whole if fits else short
            if one.text() != said:  # to set it again would ask for the layout again
                one.setText(said)
            one.setAccessibleName(whole)

    def _to_services(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.services.focus_first()

    def _turn(self, steps: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + steps) % self.tabs.count())

    def _visit(self) -> None:
        if self.visit_button.isVisible():
            self.context.navigation.open_visit(self._household_id)

    def _new_record(self) -> None:
        if self.record_button.isVisible():
            chosen: MemberView | None = self.members.current()
            self.context.navigation.new_record(
                self._household_id, chosen.member.id if chosen else ""
            )

    def _call(self) -> None:
        if self.file is not None and self.file.household.phone:
            number = phone_text(self.file.household.phone)
            self.context.notify.tell(
                self.tr("Teléfono del hogar: {number}").format(number=number),
                self.tr(
                    "Marque desde su celular. Si acuerda algo, inicie una visita por teléfono."
                ),
            )

    def _print(self) -> None:
        if self.file is not None:
            household = self.file.household
            save_household(self, self.context, household.id, household.code)

    def _add_to_today(self) -> None:
        if self.file is None:
            return
        changed = move_to_day(self.context.session, self._household_id, self.context.clock.today())
        self.context.notify.say(self.tr("Agregado a Hoy"))
        self.context.changes.publish(changed)
