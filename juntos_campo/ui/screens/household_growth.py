"""Crecimiento: the curve of a small child, its controls, and whether it keeps its course."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from juntos_campo.app.growth_file import (
    INDEX_NAMES,
    Coverage,
    GrowthFile,
    chart_of,
    class_text,
    control_age,
    control_text,
    growth_file,
    measures_text,
    notable_results,
    weight_text,
    z_text,
)
from juntos_campo.app.household_file import MemberView
from juntos_campo.domain.spanish import decimal_text, near_date, short_date
from juntos_campo.norms.growth.model import (
    GrowthAssessment,
    Index,
    IndexResult,
    TrendKind,
)
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.tab import LateTab, scrolling
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.growth_chart import GrowthChart
from juntos_campo.ui.widgets.labels import EmptyState, IconButton, Label, button
from juntos_campo.ui.widgets.meaning import (
    GROWTH_ALARM,
    GROWTH_DOUBTFUL,
    GROWTH_NORMAL,
    GROWTH_UNJUDGED,
    Mark,
)
from juntos_campo.ui.widgets.rows_model import Chips, Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable
from juntos_campo.ui.widgets.why_panel import WhyPanel

_TREND = {
    TrendKind.GOOD: ("trend-up", "low"),
    TrendKind.FLAT: ("arrow-right", "medium"),
    TrendKind.FALLING: ("trend-down", "high"),
    TrendKind.UNKNOWN: ("question", "soft"),
}

WIDE = 1100
LEAST_HEIGHT = 190


class GrowthTab(LateTab):
    """The growth of the chosen child. Nothing is computed before the tab is looked at."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("chart-line-up", "", ""))
        self.index = Index.WEIGHT_AGE
        self.growth: GrowthFile | None = None
        self._member: MemberView | None = None
        self.chart = GrowthChart()
        self.model: RowsModel[GrowthAssessment] = RowsModel(self._columns())
        self.table = DataTable(self.model, self.tr("Controles de crecimiento"))
        self.trend_sign = QLabel()
        self.trend = Label("", wrap=True)
        self.detail = Label("", wrap=True)
        self.note = Label("", TextRole.SMALL, wrap=True)
        self.choices = QButtonGroup(self)
        self.buttons = {
            index: self._choice(number, index) for number, index in enumerate(Index, start=1)
        }
        self.why_button = button(
            self.tr("¿Por qué?"),
            "question",
            on_click=self.explain,
            tooltip=self.tr("Por qué se clasifica así el control elegido (F1)"),
        )
        self.pages.addWidget(scrolling(self._lay_out(), LEAST_HEIGHT))
        self.chart.chosen.connect(self._chart_chose)
        self.chart.explained.connect(self.explain)
        self.table.opened.connect(lambda _row: self.explain())
        self.table.explained.connect(lambda _row: self.explain())
        self.table.selectionModel().currentRowChanged.connect(lambda _a, _b: self._row_chosen())
        theme.changed.connect(self._show_trend)

    def show_member(self, member: MemberView) -> None:
        """Show the growth of one member, once the tab is looked at."""
        self._member = member
        self.fill_when_seen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where there is room for every column, the table takes it.
        self.sides.setStretch(0, 3 if self.width() >= theme.metrics.px(WIDE) else 4)

    def focus_first(self) -> None:
        """Give the keyboard to the chart."""
        self.chart.setFocus()

    def choose_index(self, index: Index) -> None:
        """Show another index of the same child."""
        self.index = index
        self.buttons[index].setChecked(True)
        self._show_index()

    def explain(self) -> None:
        """Why the chosen control is classified so, and what the trend says."""
        control = self.table.current()
        if self.growth is None or control is None:
            return
        trend, result = self.growth.trend(self.index), control.result(self.index)
        reasons = tuple(one.why for one in (result, trend) if one is not None)
        title = self.tr("{index} de {name}, {day}").format(
            index=INDEX_NAMES[self.index],
            name=self.growth.member.given,
            day=short_date(control.measurement.on),
        )
        if self.table.hasFocus():
            rect = self.table.visualRect(self.table.currentIndex())
            WhyPanel.show_for(self.table.viewport(), title, reasons, rect, control.note)
        else:
            anchor = self.chart if self.chart.hasFocus() else self.why_button
            WhyPanel.show_for(anchor, title, reasons, intro=control.note)

    # -- making --------------------------------------------------------------------------------

    def _columns(self) -> list[Column[GrowthAssessment]]:
        return [
            Column(
                title=self.tr("Fecha"),
                text=lambda one: near_date(one.measurement.on, self.context.clock.today()),
                tooltip=self._sentence,
                strong=True,
                width=112,
            ),
            Column(title=self.tr("Edad"), text=self._age, width=82, hide_below=540),
            Column(
                title=self.tr("Peso"),
                text=self._weight,
                tooltip=lambda _one: self.tr("No se pesó"),
                width=78,
                right=True,
                hide_below=600,
            ),
            Column(
                title=self.tr("Talla"),
                text=self._height,
                tooltip=lambda _one: self.tr("No se talló"),
                width=80,
                right=True,
                hide_below=600,
            ),
            *(self._index_column(index) for index in Index),
            Column(
                title=self.tr("Clasificación"),
                text=lambda one: ", ".join(text for text, _ in self._chips(one)),
                chips=self._chips,
            ),
        ]

    def _index_column(self, index: Index) -> Column[GrowthAssessment]:
        return Column(
            title=index.short,
            text=lambda one: _figure(one.result(index)),
            tooltip=lambda one: self._judged(one, index),
            tone=lambda one: _mark(one.result(index)).tone if _calls(one.result(index)) else "",
            width=72,
            right=True,
        )

    def _choice(self, number: int, index: Index) -> IconButton:
        name = self.tr("{index} ({key})").format(index=INDEX_NAMES[index], key=number)
        made = button(index.short, on_click=lambda: self.choose_index(index), tooltip=name)
        made.setAccessibleName(f"{index.short}, {INDEX_NAMES[index].lower()}")
        made.setCheckable(True)
        made.setChecked(index is self.index)
        self.choices.addButton(made)
        shortcut = QShortcut(QKeySequence(str(number)), self)
        shortcut.activated.connect(lambda: self.choose_index(index))
        return made

    def _lay_out(self) -> QWidget:
        m = theme.metrics
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(m.s)
        tools = QHBoxLayout()
        tools.setSpacing(m.xs)
        for one in self.buttons.values():
            tools.addWidget(one)
        tools.addSpacing(m.s)
        tools.addWidget(self.trend_sign)
        tools.addWidget(self.trend, 1)
        tools.addWidget(self.why_button)
        column.addLayout(tools)
        self.sides = sides = QHBoxLayout()
        sides.setSpacing(m.px(12))
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        sides.addWidget(self.chart, 4)
        right = QVBoxLayout()
        right.setSpacing(m.xs)
        right.addWidget(self.detail)
        right.addWidget(self.table, 1)
        sides.addLayout(right, 5)
        column.addLayout(sides, 1)
        column.addWidget(self.note)
        return content

    # -- showing -------------------------------------------------------------------------------

    def fill(self) -> None:
        if self._member is None:
            return
        standing, session = self._member.standing, self.context.session
        before = self.table.current()
        self.growth = growth_file(standing.member, standing.events, session.book, session.today)
        if self.growth.coverage is not Coverage.SHOWN:
            self._say_why_empty(self.growth)
            return
        self.pages.setCurrentIndex(1)
        newest_first = list(reversed(self.growth.controls))
        self.model.set_rows(newest_first)
        if before in newest_first:
            self.table.select(before)
        self._show_index()

    def _say_why_empty(self, growth: GrowthFile) -> None:
        name = growth.member.given
        if growth.coverage is Coverage.TOO_OLD:
            title = self.tr("El crecimiento se sigue hasta los 5 años")
            advice = self.tr("Elija arriba a una niña o un niño menor de 5 años.")
        else:
            title = self.tr("Todavía no hay medidas de {name}").format(name=name)
            advice = self.tr(
                "Copie el peso y la talla de su carné en la próxima visita. También llegan al "
                "sincronizar, con los controles del establecimiento."
            )
        self.empty.set_text(title, advice)
        self.pages.setCurrentIndex(0)

    def _show_index(self) -> None:
        if self.growth is None or self.growth.coverage is not Coverage.SHOWN:
            return
        self.chart.set_view(chart_of(self.growth, self.index, self.context.clock.today()))
        self._show_trend()
        self._row_chosen()

    def _show_trend(self) -> None:
        trend = self.growth.trend(self.index) if self.growth else None
        if trend is None:
            return
        name, tone = _TREND[trend.kind]
        self.trend_sign.setPixmap(icon_pixmap(name, tone, theme.metrics.icon))
        self.trend.setText(trend.why.text)

    def _row_chosen(self) -> None:
        control = self.table.current()
        if self.growth is None or control is None:
            return
        self.chart.choose(self.growth.controls.index(control))
        self.detail.setText(self._detail(control))
        self.note.setText(control.note)
        self.note.setVisible(bool(control.note))

    def _chart_chose(self, number: int) -> None:
        if self.growth is not None:
            self.table.select(self.growth.controls[number])

    # -- words ---------------------------------------------------------------------------------

    def _detail(self, control: GrowthAssessment) -> str:
        measured = control.measurement
        head = f"{short_date(measured.on)} · {self._age(control)} · {measures_text(control)}"
        return f"{head} · {self._judged(control, self.index)}"

    def _judged(self, control: GrowthAssessment, index: Index) -> str:
        result = control.result(index)
        if result is None:
            return self.tr("{index}: la norma no clasifica a esta edad").format(index=index.short)
        if result.z is None:
            return result.why.text
        said = class_text(result) or GROWTH_UNJUDGED.text
        return f"{index.short} {z_text(result.z)}: {said}"

    def _sentence(self, control: GrowthAssessment) -> str:
        return control_text(self.growth, control) if self.growth else ""

    def _age(self, control: GrowthAssessment) -> str:
        return control_age(self.growth, control) if self.growth else ""

    @staticmethod
    def _weight(control: GrowthAssessment) -> str:
        weight = control.measurement.weight_kg
        return "" if weight is None else f"{weight_text(weight)} kg"

    @staticmethod
    def _height(control: GrowthAssessment) -> str:
        height = control.measurement.height_cm
        return "" if height is None else f"{decimal_text(height)} cm"

    def _chips(self, control: GrowthAssessment) -> Chips:
        found = notable_results(control, self.context.session.book)
        if found:
            return [(class_text(one), _mark(one)) for one in found]
        judged = any(one.label for one in control.results)
        mark = GROWTH_NORMAL if judged else GROWTH_UNJUDGED
        return [(mark.text, mark)]


def _calls(result: IndexResult | None) -> bool:
    return result is not None and (result.alarm or result.implausible)


def _mark(result: IndexResult | None) -> Mark:
    if result is None or not (result.label or result.implausible):
        return GROWTH_UNJUDGED
    if result.implausible:
        return GROWTH_DOUBTFUL
    return GROWTH_ALARM if result.alarm else GROWTH_NORMAL


def _figure(result: IndexResult | None) -> str:
    """``▲ -2.31``: the sign says without colour that somebody should look."""
    if result is None or result.z is None:
        return ""
    sign = "? " if result.implausible else "▲ " if result.alarm else ""
    return f"{sign}{z_text(result.z)}"
