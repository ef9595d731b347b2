"""The list of Hoy: households under their settlement, each with what it needs. Painted, not widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from juntos_campo.domain.values import RiskLevel
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.painting import paint_badge, paint_focus, paint_shape, shape_width

Index = QModelIndex | QPersistentModelIndex
ITEM_DATA = int(Qt.ItemDataRole.UserRole) + 1
NEEDS_SHOWN = 3

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class GroupItem:
    """Heading of a settlement: its name, and how far it is."""

    title: str
    remark: str


@dataclass(frozen=True, slots=True)
class Need:
    """One thing missing, in words."""

    level: RiskLevel | None
    text: str


@dataclass(frozen=True, slots=True)
class LineItem:
    """One household.

    Attributes:
        key: household id, or what `opened` should say instead.
        level: None for a record that came back from the coordinator.
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

    def spoken(self) -> str:
        """Everything the line shows, for assistive technology."""
        parts = [self.title, self.remark, self.mark, *(need.text for need in self.needs)]
        return ". ".join(part for part in (*parts, self.rest_text) if part)


Item = GroupItem | LineItem


class PlanModel(QAbstractListModel):
    """Headings and households in one list; headings cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Item] = []

    def set_items(self, items: Sequence[Item]) -> None:
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def items(self) -> Sequence[Item]:
        return self._items

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if isinstance(self._item(index), LineItem) else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._item(index)
        if item is None:
            return None
        if role == ITEM_DATA:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.spoken() if isinstance(item, LineItem) else f"{item.title}, {item.remark}"
        return None

    def _item(self, index: Index) -> Item | None:
        return self._items[index.row()] if 0 <= index.row() < len(self._items) else None


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
            _paint_group(painter, QRect(option.rect), item, first=index.row() == 0)
        elif isinstance(item, LineItem):
            self._paint_line(painter, option, item)
        painter.restore()

    def _paint_line(self, painter: QPainter, option: QStyleOptionViewItem, item: LineItem) -> None:
        m, rect = theme.metrics, QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.fillRect(rect, theme.colour("selection" if chosen else "hover"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        top = rect.top() + m.px(7)
        line = m.px(22)
        badge = QRect(rect.left() + m.px(12), top, m.px(120), line)
        if item.level is None:
            _paint_returned(painter, badge)
        else:
            paint_badge(painter, badge, item.level)
        name_width, needs_width = _columns(rect.width())
        left = rect.left() + m.px(136)
        _paint_name(painter, QRect(left, top, name_width, line), item)
        left += name_width + m.m
        painter.setFont(theme.font(TextRole.BODY))
        for need in item.needs:
            height = _need_height(need.text, needs_width)
            if need.level is not None:
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
        view = option.widget
        focused = isinstance(view, QListView) and view.hasFocus()
        if chosen and focused:
            paint_focus(painter, rect)


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


def _paint_group(painter: QPainter, rect: QRect, item: GroupItem, *, first: bool) -> None:
    m = theme.metrics
    base = rect.adjusted(m.px(12), 0 if first else m.px(10), -m.px(12), 0)
    font = theme.font(TextRole.SECTION)
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    painter.drawText(base, int(_LEFT), item.title)
    left = QFontMetrics(font).horizontalAdvance(item.title) + m.px(12)
    painter.setFont(theme.font(TextRole.BODY))
    painter.setPen(theme.colour("soft"))
    painter.drawText(base.adjusted(left, 0, 0, 0), int(_LEFT), item.remark)
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))


def _paint_returned(painter: QPainter, rect: QRect) -> None:
    m = theme.metrics
    size = m.px(16)
    sign = icon_pixmap("arrow-bend-up-left", "information", size)
    painter.drawPixmap(QPoint(rect.left(), rect.center().y() - size // 2), sign)
    painter.setFont(theme.font(TextRole.STRONG))
    painter.setPen(theme.colour("information"))
    words = QCoreApplication.translate("PlanList", "devuelto")
    painter.drawText(rect.adjusted(size + m.px(6), -1, 0, -1), int(_LEFT), words)


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


class PlanList(QListView):
    """Enter or a double click opens; ``?`` or F1 explains; arrows skip the headings.

    Attributes:
        opened, explained: household id.
        chosen: household id of the current line, "" for none.
    """

    opened = Signal(str)
    explained = Signal(str)
    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.plan_model = PlanModel()
        self.setModel(self.plan_model)
        self.setItemDelegate(PlanDelegate(self))
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.doubleClicked.connect(lambda _index: self._emit(self.opened))
        self.selectionModel().currentChanged.connect(
            lambda _a, _b: self.chosen.emit(self.current())
        )
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def set_items(self, items: Sequence[Item]) -> None:
        """Show these, keeping the chosen household when it is still there."""
        before = self.current()
        self.plan_model.set_items(items)
        if not self.select(before):
            self.select(next((one.key for one in items if isinstance(one, LineItem)), ""))

    def current(self) -> str:
        """Household id of the chosen line; "" for none."""
        item = self.currentIndex().data(ITEM_DATA)
        return item.key if isinstance(item, LineItem) else ""

    def select(self, key: str) -> bool:
        """Choose a household; False when it is not in the list."""
        for row, item in enumerate(self.plan_model.items()):
            if isinstance(item, LineItem) and item.key == key:
                self.setCurrentIndex(self.plan_model.index(row, 0))
                return True
        return False

    def current_rect(self) -> QRect:
        """Where the chosen line is, for a popover."""
        return self.visualRect(self.currentIndex()).intersected(self.viewport().rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._emit(self.opened)
        elif event.key() in (Qt.Key.Key_Question, Qt.Key.Key_F1):
            self._emit(self.explained)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _emit(self, signal: Any) -> None:
        if key := self.current():
            signal.emit(key)


__all__ = ["GroupItem", "Item", "LineItem", "Need", "PlanList", "shape_width"]
