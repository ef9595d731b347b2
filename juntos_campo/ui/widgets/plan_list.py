"""The list of Hoy: households under their settlement, each with what it needs. Painted, not widgets."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.model import State
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.meaning import SERVICE, Mark
from juntos_campo.ui.widgets.painted_list import (
    ITEM_DATA,
    GroupItem,
    Index,
    PaintedLine,
    PaintedList,
)
from juntos_campo.ui.widgets.painting import (
    paint_badge,
    paint_heading,
    paint_line_focus,
    paint_line_ground,
    paint_shape,
    shape_width,
)

NEEDS_SHOWN = 3

RETURNED = Mark("information", "arrow-bend-up-left", "devuelto")
"""The sign of a record that came back from the coordinator."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing missing, in words. What is `lost` gets the sign of loss, not that of a level."""

    level: RiskLevel | None
    text: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class LineItem(PaintedLine):
    """One household.

    Attributes:
        key: household id, or what `opened` should say instead.
        level: None for what is no household; `badge` then says what it is.
        remark: soft, under the name.
        mark: accented, after the remark ("visita empezada").
        rest: how many needs are not shown.
    """

    key: str
    level: RiskLevel | None
    title: str
    remark: str
    mark: str
    needs: tuple[Need, ...]
    rest_text: str = ""
    badge: Mark = RETURNED

    def spoken(self) -> str:
        kind = self.badge.text if self.level is None else ""
        needs = (need.text for need in self.needs)
        parts = [kind, self.title, self.remark, self.mark, *needs]
        return ". ".join(part for part in (*parts, self.rest_text) if part)


Item = GroupItem | LineItem


class PlanDelegate(QStyledItemDelegate):
    """Lays out one item: badge, name with remark, needs that wrap."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        m = theme.metrics
        item = index.data(ITEM_DATA)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        if isinstance(item, GroupItem):
            return QSize(width, m.px(44 if index.row() else 36))
        if not isinstance(item, LineItem):
            return QSize(width, m.row)
        _, needs_width = _columns(width)
        needs = sum(_need_height(need.text, needs_width) for need in item.needs)
        needs += m.px(18) if item.rest_text else 0
        return QSize(width, max(m.px(52), needs + m.px(14)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM_DATA)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, GroupItem):
            above = 10 if index.row() else 0
            paint_heading(painter, QRect(option.rect), item.title, item.remark, above)
        elif isinstance(item, LineItem):
            self._paint_line(painter, option, item)
        painter.restore()

    def _paint_line(self, painter: QPainter, option: QStyleOptionViewItem, item: LineItem) -> None:
        m, rect = theme.metrics, QRect(option.rect)
        paint_line_ground(painter, option)
        top = rect.top() + m.px(7)
        line = m.px(22)
        badge = QRect(rect.left() + m.px(12), top, m.px(120), line)
        if item.level is None:
            _paint_kind(painter, badge, item.badge)
        else:
            paint_badge(painter, badge, item.level)
        name_width, needs_width = _columns(rect.width())
        left = rect.left() + m.px(136)
        _paint_name(painter, QRect(left, top, name_width, line), item)
        left += name_width + m.m
        painter.setFont(theme.font(TextRole.BODY))
        for need in item.needs:
            height = _need_height(need.text, needs_width)
            if need.lost:
                _paint_loss(painter, left, top + m.px(11))
            elif need.level is not None:
                paint_shape(painter, left, top + m.px(11), need.level)
            painter.setPen(theme.colour("text"))
            box = QRect(left + m.px(26), top + m.px(2), needs_width - m.px(26), height)
            painter.drawText(box, _WRAP, need.text)
            top += height
        if item.rest_text:
            painter.setFont(theme.font(TextRole.SMALL))
            painter.setPen(theme.colour("soft"))
            box = QRect(left + m.px(26), top, needs_width, m.px(18))
            painter.drawText(box, int(_LEFT), item.rest_text)
        paint_line_focus(painter, option)


def _columns(width: int) -> tuple[int, int]:
    """Widths of name and needs in a line `width` pixels wide."""
    m = theme.metrics
    rest = width - m.px(136) - m.m - m.px(12)
    name = min(m.px(320), round(rest * 0.42))
    return name, rest - name


def _need_height(text: str, width: int) -> int:
    m = theme.metrics
    figures = QFontMetrics(theme.font(TextRole.BODY))
    box = figures.boundingRect(QRect(0, 0, max(m.px(60), width - m.px(26)), 1000), _WRAP, text)
    return max(m.px(20), box.height() + m.px(2))


def _paint_loss(painter: QPainter, left: int, middle: int) -> None:
    mark, size = SERVICE[State.LOST], theme.metrics.px(14)
    sign = icon_pixmap(mark.icon, mark.tone, size)
    painter.drawPixmap(QPoint(left, middle - size // 2), sign)


def _paint_kind(painter: QPainter, rect: QRect, mark: Mark) -> None:
    m = theme.metrics
    size = m.px(16)
    sign = icon_pixmap(mark.icon, mark.tone, size)
    painter.drawPixmap(QPoint(rect.left(), rect.center().y() - size // 2), sign)
    painter.setFont(theme.font(TextRole.STRONG))
    painter.setPen(theme.colour(mark.tone))
    painter.drawText(rect.adjusted(size + m.px(6), -1, 0, -1), int(_LEFT), mark.text)


def _paint_name(painter: QPainter, rect: QRect, item: LineItem) -> None:
    m = theme.metrics
    strong = theme.font(TextRole.STRONG)
    painter.setFont(strong)
    painter.setPen(theme.colour("text"))
    title = QFontMetrics(strong).elidedText(item.title, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(_LEFT), title)
    small = theme.font(TextRole.SMALL)
    below = rect.translated(0, m.px(19))
    painter.setFont(small)
    painter.setPen(theme.colour("soft"))
    painter.drawText(below, int(_LEFT), item.remark)
    if item.mark:
        painter.setPen(theme.colour("information"))
        gap = QFontMetrics(small).horizontalAdvance(item.remark) + m.s
        painter.drawText(below.adjusted(gap, 0, 0, 0), int(_LEFT), item.mark)


class PlanList(PaintedList):
    """The households of a day by settlement; ``?`` or F1 explains the chosen one.

    Attributes:
        explained: household id.
    """

    explained = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name, PlanDelegate())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Question, Qt.Key.Key_F1):
            if key := self.current():
                self.explained.emit(key)
        else:
            super().keyPressEvent(event)


__all__ = ["RETURNED", "GroupItem", "Item", "LineItem", "Need", "PlanList", "shape_width"]
