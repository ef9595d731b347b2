"""Corresponsabilidad: who fulfilled what in a bimester, and what the household could receive."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QKeySequence, QPainter, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.app.coresponsibility import (
    ESTIMATE_NOTICE,
    Coresponsibility,
    MemberCase,
    coresponsibility,
    estimate_text,
    line_title,
    month_name,
    package_text,
    soles,
)
from juntos_campo.app.household_file import HouseholdFile
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.spanish import bimester_text
from juntos_campo.norms.model import Why
from juntos_campo.norms.verification.model import TransferLine
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.tab import LateTab, scrolling
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, IconButton, Label, button
from juntos_campo.ui.widgets.meaning import PAYMENT, VERDICT
from juntos_campo.ui.widgets.painting import paint_focus
from juntos_campo.ui.widgets.rows_model import Chips, Column, RowsModel
from juntos_campo.ui.widgets.table import CellDelegate, DataTable, Index
from juntos_campo.ui.widgets.why_panel import WhyPanel
from juntos_campo.ui.words import RESPONSIBILITY, word

WIDE = 1000
LEAST_HEIGHT = 150
FIRST_MONTH = 1
"""Column of the first month in the table of people; the second month follows."""


class _CellDelegate(CellDelegate):
    """The ring is around the cell: each month has a reason of its own."""

    @staticmethod
    def _ring(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        if isinstance(view, QTableView) and view.hasFocus() and index == view.currentIndex():
            paint_focus(painter, QRect(option.rect))


class CoresponsibilityTab(LateTab):
    """Two months of the household's members, and the transfers that hang on them."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("handshake", "", ""))
        self.empty.set_text(
            self.tr("Nadie tiene corresponsabilidades en este bimestre"),
            self.tr("Se verifica a gestantes, menores de 3 años y estudiantes de 3 a 19 años."),
        )
        self.bimester = Bimester.of(context.clock.today())
        self.view: Coresponsibility | None = None
        self._file: HouseholdFile | None = None
        self.people: RowsModel[MemberCase] = RowsModel(self._people_columns())
        self.people_table = DataTable(self.people, self.tr("Cumplimiento de cada persona"))
        self.people_table.setItemDelegate(_CellDelegate(self.people_table))
        self.lines: RowsModel[TransferLine] = RowsModel(self._line_columns())
        self.line_table = DataTable(self.lines, self.tr("Transferencias del bimestre"))
        self.sum = Label("", TextRole.STRONG, wrap=True)
        self.notice = Label(ESTIMATE_NOTICE, TextRole.SOFT, wrap=True)
        self.choices = QButtonGroup(self)
        self.present_button = self._choice(1, self.bimester)
        self.before_button = self._choice(2, self.bimester.previous())
        self.present_button.setChecked(True)
        self.why_button = button(
            self.tr("¿Por qué?"),
            "question",
            on_click=self._explain_last,
            tooltip=self.tr("Por qué se estima así lo elegido (F1)"),
        )
        self._last: DataTable = self.people_table
        self._lay_out()
        for table, explain in (
            (self.people_table, self.explain_person),
            (self.line_table, self.explain_line),
        ):
            table.explained.connect(lambda _row, do=explain: do())
            table.opened.connect(lambda _row, do=explain: do())
            table.selectionModel().currentChanged.connect(
                lambda _new, _old, of=table: self._remember(of)
            )

    def show_file(self, file: HouseholdFile) -> None:
        """Show a household, once the tab is looked at."""
        self._file = file
        self.fill_when_seen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a narrow window the months of each person need what room there is.
        self.sides.setStretch(1, 6 if self.width() >= theme.metrics.px(WIDE) else 5)

    def focus_first(self) -> None:
        """Give the keyboard to the people."""
        self.people_table.setFocus()

    def choose_bimester(self, bimester: Bimester) -> None:
        """Show another bimester of the same household."""
        self.bimester = bimester
        chosen = self.present_button if bimester == self._present() else self.before_button
        chosen.setChecked(True)
        self.fill()

    def explain_person(self) -> None:
        """Why the chosen month was judged so; on the name, everything about the person."""
        case: MemberCase | None = self.people_table.current()
        if case is None:
            return
        index = self.people_table.currentIndex()
        place = index.column() - FIRST_MONTH
        months = case.months[place : place + 1] if place >= 0 else case.months
        title = case.member.given
        if place >= 0 and months:
            said = VERDICT[months[0].verdict].text
            title = f"{case.member.given}, {month_name(months[0].month)}: {said}"
        reasons = [why for month in months for why in month.reasons]
        if place < 0:
            reasons += [one.why for one in case.packages]
        self._explain(self.people_table, title, reasons)

    def explain_line(self) -> None:
        """Why the chosen transfer would be paid or not."""
        line: TransferLine | None = self.line_table.current()
        if line is None or self.view is None:
            return
        said = PAYMENT[line.verdict].text
        title = f"{line.name}, {month_name(line.month)}: {soles(line.amount)}, {said}"
        self._explain(self.line_table, title, line.reasons)

    # -- making --------------------------------------------------------------------------------

    def _people_columns(self) -> list[Column[MemberCase]]:
        return [
            Column(
                title=self.tr("Persona"),
                text=lambda one: one.member.given,
                tooltip=lambda one: f"{one.member.full_name}\n{self._about(one)}",
                below=self._about,
                strong=True,
                weight=1.6,
            ),
            self._month_column(0),
            self._month_column(1),
        ]

    def _month_column(self, place: int) -> Column[MemberCase]:
        return Column(
            title=month_name(self.bimester.months[place]).capitalize(),
            text=lambda one: self._verdict(one, place),
            tooltip=lambda one: self._first_reason(one, place),
            chips=lambda one: self._verdict_chips(one, place),
            width=124,
        )

    def _line_columns(self) -> list[Column[TransferLine]]:
        return [
            Column(
                title=self.tr("Transferencia"),
                text=self._line_title,
                tooltip=lambda one: one.name,
                below=lambda one: one.reasons[0].text if one.reasons else "",
                strong=True,
            ),
            Column(
                title=self.tr("Monto"), text=lambda one: soles(one.amount), right=True, width=76
            ),
            Column(
                title=self.tr("Estado"),
                text=lambda one: PAYMENT[one.verdict].text,
                chips=lambda one: [(PAYMENT[one.verdict].text, PAYMENT[one.verdict])],
                tooltip=lambda one: one.reasons[0].text if one.reasons else "",
                width=114,
            ),
        ]

    def _choice(self, number: int, bimester: Bimester) -> IconButton:
        first, second = (month_name(month)[:3] for month in bimester.months)
        made = button(
            f"{bimester.roman} · {first}-{second}",
            on_click=lambda: self.choose_bimester(bimester),
            tooltip=f"{bimester_text(bimester)} ({number})",
        )
        made.setAccessibleName(bimester_text(bimester))
        made.setCheckable(True)
        self.choices.addButton(made)
        shortcut = QShortcut(QKeySequence(str(number)), self)
        shortcut.activated.connect(lambda: self.choose_bimester(bimester))
        return made

    def _lay_out(self) -> None:
        m = theme.metrics
        tools = QHBoxLayout()
        tools.setSpacing(m.xs)
        tools.addWidget(self.present_button)
        tools.addWidget(self.before_button)
        tools.addSpacing(m.s)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.sum)
        texts.addWidget(self.notice)
        tools.addLayout(texts, 1)
        tools.addWidget(self.why_button)
        self.column.insertLayout(0, tools)
        content = QWidget()
        self.sides = sides = QHBoxLayout(content)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(m.px(12))
        for table in (self.people_table, self.line_table):
            table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        sides.addWidget(self.people_table, 6)
        sides.addWidget(self.line_table, 5)
        self.pages.addWidget(scrolling(content, LEAST_HEIGHT))

    # -- showing -------------------------------------------------------------------------------

    def _present(self) -> Bimester:
        return Bimester.of(self.context.clock.today())

    def fill(self) -> None:
        if self._file is None:
            return
        standings = [one.standing for one in self._file.members]
        self.view = coresponsibility(
            self.context.session, self._file.household.id, self.bimester, standings
        )
        shown = self.view.concerns_somebody
        self.pages.setCurrentIndex(1 if shown else 0)
        self.why_button.setEnabled(shown)
        self.sum.setText(estimate_text(self.view.estimate) if shown else "")
        self.notice.setVisible(shown)
        self._show_people(self.view.members)
        line = self.line_table.currentIndex().row()
        self.lines.set_rows(self.view.estimate.lines)
        if 0 < line < self.lines.rowCount():
            self.line_table.selectRow(line)

    def _show_people(self, members: tuple[MemberCase, ...]) -> None:
        """Show them; the cell that was chosen stays chosen."""
        chosen: MemberCase | None = self.people_table.current()
        column = max(self.people_table.currentIndex().column(), 0)
        self.people.columns = tuple(self._people_columns())
        self.people.set_rows(members)
        for row, one in enumerate(members):
            if chosen is not None and one.member.id == chosen.member.id:
                self.people_table.setCurrentIndex(self.people.index(row, column))

    def _remember(self, table: DataTable) -> None:
        self._last = table

    def _explain_last(self) -> None:
        if self._last is self.line_table:
            self.explain_line()
        else:
            self.explain_person()

    def _explain(self, table: DataTable, title: str, reasons: tuple[Why, ...] | list[Why]) -> None:
        rect = table.visualRect(table.currentIndex())
        WhyPanel.show_for(table.viewport(), title, tuple(reasons), rect)

    # -- words ---------------------------------------------------------------------------------

    def _about(self, case: MemberCase) -> str:
        """``salud · le falta CRED 10 meses``"""
        if not case.concerned:
            return self.tr("no se verifica")
        parts = (word(RESPONSIBILITY[case.responsibility]), package_text(case.packages))
        return " · ".join(part for part in parts if part)

    @staticmethod
    def _verdict(case: MemberCase, place: int) -> str:
        return VERDICT[case.months[place].verdict].text if place < len(case.months) else ""

    @staticmethod
    def _first_reason(case: MemberCase, place: int) -> str:
        reasons = case.months[place].reasons if place < len(case.months) else ()
        return reasons[0].text if reasons else ""

    @staticmethod
    def _verdict_chips(case: MemberCase, place: int) -> Chips | None:
        if place >= len(case.months):
            return None
        mark = VERDICT[case.months[place].verdict]
        return [(mark.text, mark)]

    def _line_title(self, line: TransferLine) -> str:
        return line_title(line, self.view.names if self.view else {})
