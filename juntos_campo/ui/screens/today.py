"""Hoy: whom to visit, why, and in what order."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from juntos_campo.app.conflict_scope import unsettled
from juntos_campo.app.external_data import households_to_look_at
from juntos_campo.app.household_file import household_file
from juntos_campo.app.paper_errands import Errand, late_text
from juntos_campo.app.review_queue import returned_names
from juntos_campo.app.reviews import ReturnedItem, returned
from juntos_campo.app.session import Changed
from juntos_campo.app.today import DayPlan, PlanGroup, PlanLine, move_to_day, plan_day
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count, long_date, moment, short_date, walk_text
from juntos_campo.domain.values import RiskLevel
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.prints import save_route
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.today_news import (
    CROSSED_KEY,
    arriving_sentence,
    crossed_items,
    time_sentence,
)
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.inputs import ProgressPanel
from juntos_campo.ui.widgets.labels import EmptyState, button
from juntos_campo.ui.widgets.meaning import Mark
from juntos_campo.ui.widgets.move_panel import MovePanel
from juntos_campo.ui.widgets.painted_list import GroupItem
from juntos_campo.ui.widgets.plan_list import Item, LineItem, Need, PlanList
from juntos_campo.ui.widgets.sentence import Sentence
from juntos_campo.ui.widgets.why_panel import WhyPanel

NEEDS_SHOWN = 3
ERRANDS_SHOWN = 6
ERRAND = Mark("information", "file-text", "formato")
REASONS_SHOWN = 2


class TodayScreen(Screen):
    """The day's plan. Enter opens a household, ``?`` says why, ``O`` moves it to another day."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("TodayScreen", "Hoy"))
        self.plan: DayPlan | None = None
        self._returned: dict[str, ReturnedItem] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self._errands: dict[str, Errand] = {}
        self._crossed = 0
        self._elsewhere: dict[str, int] = {}
        self.list = PlanList(self.tr("Hogares de hoy"))
        self.progress = ProgressPanel()
        self.arriving = Sentence("download-simple", "information")
        self.clock = Sentence("clock", "medium")
        self.empty = self._make_empty()
        self.pages = QStackedWidget()
        self.add_button = button(
            self.tr("Agregar hogar"),
            "plus",
            on_click=lambda: context.navigation.open("households"),
            tooltip=self.tr("Elegir otro hogar y agregarlo al día"),
        )
        self.print_button = button(
            self.tr("Imprimir ruta"),
            "printer",
            on_click=self.print_route,
            tooltip=self.tr("Imprimir la ruta del día (Ctrl+P)"),
        )
        self.tools.addWidget(self.print_button)
        self.tools.addWidget(self.add_button)
        self._make_actions()
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.s)
        column.addWidget(self.list, 1)
        column.addLayout(self._action_row)
        self.pages.addWidget(listing)
        self.pages.addWidget(self.empty)
        self.body.addWidget(self.clock)
        self.body.addWidget(self.arriving)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.pages, 1)
        self.list.opened.connect(self.open_line)
        self.list.explained.connect(lambda _key: self.explain())
        self.list.chosen.connect(self._chosen)
        self.add_key("Ctrl+I", self.tr("Iniciar la visita al hogar elegido"), self.start_visit)
        self.add_key("O", self.tr("Pasar el hogar elegido a otro día"), self.move_household)
        self.add_key("Ctrl+P", self.tr("Imprimir la ruta del día"), self.print_route)
        keeper = context.attention
        self.progress.cancelled.connect(keeper.stop)
        keeper.running_changed.connect(self._computing)
        keeper.progressed.connect(self.progress.set_progress)
        self._computing(keeper.running)

    def refresh(self, changed: Changed | None) -> None:
        """Plan the day again."""
        del changed
        session = self.context.session
        plan = plan_day(session)
        items = returned(session)
        self._crossed = unsettled(session)
        self._elsewhere = households_to_look_at(session.store)
        self._names = returned_names(session, items)
        self._returned = {item.visit_id: item for item in items}
        self._show(plan)

    def focus_first(self) -> None:
        target = self.list if self.list.current() else self.empty.button
        target.setFocus()

    def open_line(self, key: str) -> None:
        """Open a household's file, or the record that came back."""
        item, errand = self._returned.get(key), self._errands.get(key)
        if key == CROSSED_KEY:
            self.context.navigation.open("conflicts")
        elif errand is not None:
            paper = errand.paper
            go = self.context.navigation
            go.open("forms", bimester=str(paper.bimester), paper=paper.key)
        elif item is None:
            self.context.navigation.open_household(key)
        elif item.household_id:
            self.context.navigation.open_visit(item.household_id, item.visit_id)
        else:
            form = self.context.session.store.get(FormRecord, item.visit_id)
            if form is not None:
                go = self.context.navigation
                go.open_form(form.form_id, form.facility_id, form.bimester)

    def start_visit(self) -> None:
        """Begin, or go on with, the visit to the chosen household."""
        key = self.list.current()
        if key == CROSSED_KEY or key in self._returned or key in self._errands:
            self.open_line(key)
        elif key:
            self.context.navigation.open_visit(key)

    def print_route(self) -> None:
        """Save the route of the day as a PDF."""
        if self.plan is not None and self.plan.households:
            save_route(self, self.context, self.plan)

    def explain(self) -> None:
        """Say why the chosen household is on the list."""
        line = self._line(self.list.current())
        if line is None:
            return
        try:
            file = household_file(self.context.session, line.household_id)
        except UserError as error:
            self.context.notify.fail(error)
            return
        reasons = [
            (alert.level, alert.status.why) for one in file.members for alert in one.standing.alerts
        ]
        order = [need.level for _, need in line.needs]
        reasons.sort(key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
        title = self.tr("¿Por qué {name}?").format(name=line.holder)
        intro = self.tr("Riesgo: {reasons}.").format(reasons="; ".join(file.attention.reasons))
        whys = tuple(why for _, why in reasons[:REASONS_SHOWN])
        WhyPanel.show_for(self.list, title, whys, self.list.current_rect(), intro)

    def move_household(self) -> None:
        """Ask for another day for the chosen household."""
        line = self._line(self.list.current())
        if line is None:
            return
        panel = MovePanel(self.window(), line.holder, self.context.clock.today)
        panel.moved.connect(lambda day, reason: self._moved(line, day, reason))
        panel.open_beside(self.move_button)

    def _moved(self, line: PlanLine, day: date, reason: str) -> None:
        changed = move_to_day(self.context.session, line.household_id, day, reason)
        said = self.tr("{name}: pasa al {day}").format(name=line.holder, day=short_date(day))
        self.context.notify.say(said)
        self.context.changes.publish(changed)

    def _make_actions(self) -> None:
        self.open_button = button(
            self.tr("Abrir hogar"),
            "house",
            on_click=lambda: self.open_line(self.list.current()),
            tooltip=self.tr("Abrir la ficha del hogar (Enter)"),
        )
        self.visit_button = button(
            self.tr("Iniciar visita"),
            "clipboard-text",
            "primary",
            self.start_visit,
            tooltip=self.tr("Iniciar visita (Ctrl+I)"),
        )
        self.why_button = button(
            self.tr("¿Por qué?"),
            "question",
            on_click=self.explain,
            tooltip=self.tr("Por qué está en la lista (F1)"),
        )
        self.move_button = button(
            self.tr("Pasar a otro día"),
            "calendar-plus",
            on_click=self.move_household,
            tooltip=self.tr("Pasar a otro día (O)"),
        )
        self._action_row = QHBoxLayout()
        self._action_row.setSpacing(theme.metrics.s)
        for one in (self.visit_button, self.open_button, self.why_button, self.move_button):
            self._action_row.addWidget(one)
        self._action_row.addStretch(1)

    def _make_empty(self) -> EmptyState:
        return EmptyState("calendar-check", "", "", self.tr("Ver mis hogares"), self._empty_action)

    def _empty_action(self) -> None:
        none_yet = self.plan is not None and not self.plan.total_households
        self.context.navigation.open("register" if none_yet else "households")

    def _show(self, plan: DayPlan) -> None:
        self.plan = plan
        self._errands = {one.key: one for one in plan.errands[:ERRANDS_SHOWN]}
        self.print_button.setEnabled(plan.households > 0)
        self.nav_figure = plan.households + len(self._returned)
        day = long_date(plan.day).rsplit(" de ", 1)[0]
        self.set_title(day[:1].upper() + day[1:], self._summary(plan))
        self.list.set_items(self._items(plan))
        self.clock.say(time_sentence(self.context.session, plan.clock_offset))
        self.arriving.say(arriving_sentence(plan.arriving))
        if plan.households or self._returned or plan.errands or self._crossed:
            self.pages.setCurrentIndex(0)
            return
        self.empty.button.setText(self.tr("Ver mis hogares"))
        if not plan.total_households:
            self.empty.set_text(
                self.tr("Todavía no hay hogares en esta computadora"),
                self.tr("Importe el padrón que le dio la oficina, o sincronice para recibirlo."),
            )
            self.empty.button.setText(self.tr("Traer mis hogares"))
        elif plan.pending_households:
            self.empty.set_text(
                self.tr("Preparando el día"),
                self.tr("Se está revisando qué necesita cada hogar. Tarda unos segundos."),
            )
        elif self.arriving.text.text():
            self.empty.set_text(
                self.tr("Sus hogares están llegando"),
                self.tr("Hoy los propone según llega la historia de cada uno."),
            )
        else:
            self.empty.set_text(
                self.tr("Nada urgente para hoy"),
                self.tr("Ningún hogar tiene servicios pendientes. Puede agregar uno de su lista."),
            )
        self.pages.setCurrentIndex(1)

    def _summary(self, plan: DayPlan) -> str:
        parts = []
        if plan.households:
            parts += [count(plan.households, self.tr("hogar"), self.tr("hogares"))]
            parts += [
                count(len(plan.groups), self.tr("centro poblado"), self.tr("centros poblados"))
            ]
            parts += [self.tr("unas {hours} h").format(hours=max(1, round(plan.minutes / 60)))]
        close = self.tr("el bimestre {roman} cierra hoy")
        if plan.days_to_close:
            close = self.tr("el bimestre {roman} cierra en {days}")
        days = count(plan.days_to_close, self.tr("día"))
        parts.append(close.format(roman=plan.bimester.roman, days=days))
        return "  ·  ".join(parts)

    def _items(self, plan: DayPlan) -> list[Item]:
        items = [*crossed_items(self._crossed), *self._returned_items()]
        for group in plan.groups:
            items.append(GroupItem(group.settlement, self._distance(group)))
            items += [self._item(line) for line in group.lines]
        return items + self._errand_items(plan)

    def _errand_items(self, plan: DayPlan) -> list[Item]:
        """Papers of forms, by the place they are at."""
        items: list[Item] = []
        for place, own in groupby(self._errands.values(), lambda one: one.paper.place):
            some = list(own)
            remark = self.tr("de camino hoy") if some[0].on_the_way else ""
            items.append(GroupItem(self.tr("Formatos de {place}").format(place=place), remark))
            items += [self._errand_item(one) for one in some]
        rest = len(plan.errands) - len(self._errands)
        if rest > 0 and items:
            more = count(rest, self.tr("formato"))
            told = self.tr("y {more} más en Formatos").format(more=more)
            items.append(GroupItem("", told))
        return items

    def _errand_item(self, errand: Errand) -> LineItem:
        paper, needs = errand.paper, []
        if errand.late:
            late = self.tr("{days}: plazo sin fuente oficial").format(days=late_text(errand.late))
            needs.append(Need(RiskLevel.HIGH, late))
        if paper.holder:
            needs.append(Need(None, self.tr("lo tiene {name}").format(name=paper.holder)))
        return LineItem(
            key=errand.key,
            level=None,
            title=errand.text,
            remark=self.tr("bimestre {roman}").format(roman=paper.bimester.roman),
            mark="",
            needs=tuple(needs),
            badge=ERRAND,
        )

    def _returned_items(self) -> list[Item]:
        if not self._returned:
            return []
        remark = self.tr("corríjalo y sincronice")
        items: list[Item] = [GroupItem(self.tr("Devuelto por su coordinador"), remark)]
        for key, one in self._returned.items():
            title, place = self._names[key]
            said = list(dict.fromkeys([one.comment, *one.comments.values()]))
            items.append(
                LineItem(
                    key=key,
                    level=None,
                    title=title,
                    remark=f"{place} · {one.reviewer}, {moment(one.at)}",
                    mark="",
                    needs=tuple(Need(None, f"«{text}»") for text in said if text)[:NEEDS_SHOWN],
                )
            )
        return items

    def _distance(self, group: PlanGroup) -> str:
        if group.walk_minutes is None:
            return self.tr("{district} · sin dato de distancia").format(district=group.district)
        return self.tr("{district} · a {walk} a pie").format(
            district=group.district, walk=walk_text(group.walk_minutes)
        )

    def _item(self, line: PlanLine) -> LineItem:
        needs = tuple(
            Need(need.level, f"{name}: {need.text}", need.lost)
            for name, need in line.needs[:NEEDS_SHOWN]
        )
        rest = len(line.needs) - len(needs)
        marks = []
        if line.draft:
            marks.append(self.tr("visita empezada"))
        if line.chosen:
            marks.append(self.tr("elegido por usted"))
        if line.household_id in self._elsewhere:
            marks.append(self.tr("revise otros sistemas"))
        return LineItem(
            key=line.household_id,
            level=line.level,
            title=line.holder,
            remark=self.tr("hogar {code}").format(code=line.code),
            mark=" · ".join(marks),
            needs=needs,
            rest_text=self.tr("y {number} más").format(number=rest) if rest > 0 else "",
        )

    def _line(self, household_id: str) -> PlanLine | None:
        if self.plan is None:
            return None
        lines = (line for group in self.plan.groups for line in group.lines)
        return next((line for line in lines if line.household_id == household_id), None)

    def _chosen(self, key: str) -> None:
        line = self._line(key)
        for one in (self.why_button, self.move_button):
            one.setEnabled(line is not None)
        for one in (self.open_button, self.visit_button):
            one.setEnabled(bool(key))
        errand = key in self._errands
        self.open_button.setText(self.tr("Abrir formato") if errand else self.tr("Abrir hogar"))
        if errand or key == CROSSED_KEY:
            self.visit_button.setEnabled(False)
        if key == CROSSED_KEY:
            self.open_button.setText(self.tr("Ver los cambios"))
        if key in self._returned:
            self.visit_button.setText(self.tr("Corregir"))
            return
        draft = line is not None and line.draft
        self.visit_button.setText(
            self.tr("Continuar visita") if draft else self.tr("Iniciar visita")
        )

    def _computing(self, running: bool) -> None:
        if running:
            self.progress.start(self.tr("Revisando qué necesita cada hogar"))
        else:
            self.progress.finish()
