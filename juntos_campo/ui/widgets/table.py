"""The table of every list: painted rows (no widget per row), whole-row selection, keyboard first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from juntos_campo.domain.values import RiskLevel
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.painting import chip_width, paint_badge, paint_chip, paint_focus
from juntos_campo.ui.widgets.rows_model import (
    BELOW_DATA,
    CHIPS_DATA,
    RISK_DATA,
    TONE_DATA,
    Chips,
    RowsModel,
)

Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Paints text, risk badges and service chips; the current row carries the focus ring."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        level = index.data(RISK_DATA)  # Qt hands a text enum back as text
        chips = index.data(CHIPS_DATA)
        below = index.data(BELOW_DATA)
        if level or chips is not None or below is not None:
            self._ground(painter, option)
            inner = QRect(option.rect).adjusted(theme.metrics.px(11), 0, -theme.metrics.xs, 0)
            if level:
                paint_badge(painter, inner, RiskLevel(level))
            elif below is not None:
                _paint_two_lines(painter, inner, index)
            else:
                _paint_chips(painter, inner, chips)
        else:
            super().paint(painter, option, index)
        self._ring(painter, option, index)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        tone = index.data(TONE_DATA)
        if tone:
            colour = theme.colour(tone)
            option.palette.setColor(QPalette.ColorRole.Text, colour)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), theme.metrics.row)

    @staticmethod
    def _ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
        """As the style sheet paints it, without asking the model for every role of the cell."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, theme.colour("hover"))

    @staticmethod
    def _ring(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        if not isinstance(view, QTableView) or not view.hasFocus():
            return
        if index.row() != view.currentIndex().row():
            return
        shown = [n for n in range(view.model().columnCount()) if not view.isColumnHidden(n)]
        rect = QRect(option.rect)
        whole = rect.adjusted(
            0 if index.column() == shown[0] else -theme.metrics.s,
            0,
            0 if index.column() == shown[-1] else theme.metrics.s,
            0,
        )
        painter.save()
        painter.setClipRect(rect)
        paint_focus(painter, whole)
        painter.restore()


def _paint_two_lines(painter: QPainter, rect: QRect, index: Index) -> None:
    m = theme.metrics
    middle = rect.center().y()
    painter.save()
    strong = index.data(Qt.ItemDataRole.FontRole)
    for text, role, token, top in (
        (index.data(), TextRole.STRONG if strong else TextRole.BODY, "text", middle - m.px(19)),
        (index.data(BELOW_DATA), TextRole.SMALL, "soft", middle),
    ):
        font = theme.font(role)
        painter.setFont(font)
        painter.setPen(theme.colour(token))
        line = QRect(rect.left(), top, rect.width(), m.px(20))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown
        )
    painter.restore()


def _paint_chips(painter: QPainter, rect: QRect, chips: Chips) -> None:
    left, right = rect.left(), rect.right()
    rest = 0
    for number, (whole, meaning) in enumerate(chips):
        label, width = whole, chip_width(whole)
        reserved = theme.metrics.px(28) if number < len(chips) - 1 else 0
        if number and left + width > right - reserved:
            rest = len(chips) - number
            break
        if left + width > right - reserved:
            room = right - reserved - left - chip_width("")
            letters = QFontMetrics(theme.font(TextRole.BODY))
            label = letters.elidedText(whole, Qt.TextElideMode.ElideRight, room)
            width = chip_width(label)
        paint_chip(painter, QRect(left, rect.top(), width, rect.height()), label, meaning)
        left += width + theme.metrics.xs
    if rest:
        painter.save()
        painter.setPen(theme.colour("soft"))
        painter.drawText(
            QRect(left, rect.top(), right - left, rect.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            f"+{rest}",
        )
        painter.restore()


class DataTable(QTableView):
    """A table over a `RowsModel`.

    Enter or a double click on a row emits `opened` with its object; ``?`` or F1 emits `explained`
    (the "¿por qué?" of the row). Home, End, arrows and page keys move by rows.
    """

    opened = Signal(object)
    explained = Signal(object)

    def __init__(self, model: RowsModel[Any], name: str, *, sortable: bool = False) -> None:
        """`name` is the accessible name of the list."""
        super().__init__()
        self.rows_model = model
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(sortable)
        header.setAccessibleName(name)
        if sortable:
            header.setSortIndicatorShown(True)
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            header.sortIndicatorChanged.connect(model.sort)
        self.doubleClicked.connect(lambda index: self._emit(self.opened, index))
        model.modelReset.connect(self._first_row)
        self._resize_to_theme()
        theme.changed.connect(self._resize_to_theme)

    def current(self) -> Any:
        """The object of the chosen row, or None."""
        return self.rows_model.row_at(self.currentIndex())

    def select(self, wanted: Any) -> None:
        """Choose the row whose object equals `wanted`, if it is there."""
        rows: Sequence[Any] = self.rows_model.rows()
        if wanted in rows:
            self.selectRow(rows.index(wanted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._emit(self.opened, self.currentIndex())
        elif event.key() in (Qt.Key.Key_Question, Qt.Key.Key_F1):
            self._emit(self.explained, self.currentIndex())
        elif event.key() == Qt.Key.Key_Home:
            self.selectRow(0)
        elif event.key() == Qt.Key.Key_End:
            self.selectRow(self.rows_model.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _emit(self, signal: Any, index: Index) -> None:
        row = self.rows_model.row_at(index)
        if row is not None:
            signal.emit(row)

    def _first_row(self) -> None:
        if self.rows_model.rowCount():
            self.selectRow(0)

    def _resize_to_theme(self) -> None:
        tall = any(column.below is not None for column in self.rows_model.columns)
        height = theme.metrics.px(44) if tall else theme.metrics.row
        vertical = self.verticalHeader()
        vertical.setMinimumSectionSize(height)
        vertical.setDefaultSectionSize(height)
        self._share_width()

    def _share_width(self) -> None:
        columns, m = self.rows_model.columns, theme.metrics
        room = self.viewport().width()
        shown = [number for number, one in enumerate(columns) if m.px(one.hide_below or 1) <= room]
        for number in range(len(columns)):
            self.setColumnHidden(number, number not in shown)
        fixed = {number: m.px(columns[number].width) for number in shown if columns[number].width}
        shared = [number for number in shown if number not in fixed]
        rest, weights = room - sum(fixed.values()), sum(columns[number].weight for number in shared)
        for number, width in fixed.items():
            self.setColumnWidth(number, width)
        for number in shared:
            part = round(rest * columns[number].weight / weights)
            self.setColumnWidth(number, max(m.px(96), part))
