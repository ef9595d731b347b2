"""A list of headings and lines that are painted, not built of widgets: what such lists share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate

from juntos_campo.ui.theme.theme import theme

Index = QModelIndex | QPersistentModelIndex
ITEM_DATA = int(Qt.ItemDataRole.UserRole) + 1


class PaintedItem(ABC):
    """One item of a list; a heading, unless it is a `PaintedLine`."""

    __slots__ = ()

    @abstractmethod
    def spoken(self) -> str:
        """Everything the item shows, for assistive technology."""


@dataclass(frozen=True, slots=True)
class GroupItem(PaintedItem):
    """Heading of the lines of a place: its name, and what is to be known of it."""

    title: str
    remark: str

    def spoken(self) -> str:
        return f"{self.title}, {self.remark}"


class PaintedLine(PaintedItem):
    """An item that can be chosen. Subclasses have a `key` that names it within the list."""

    __slots__ = ()

    key: str


class PaintedModel(QAbstractListModel):
    """Headings and lines in one list; headings cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[PaintedItem] = []

    def set_items(self, items: Sequence[PaintedItem]) -> None:
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def items(self) -> Sequence[PaintedItem]:
        return self._items

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if isinstance(self._item(index), PaintedLine) else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._item(index)
        if item is None:
            return None
        if role == ITEM_DATA:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.spoken()
        return None

    def _item(self, index: Index) -> PaintedItem | None:
        return self._items[index.row()] if 0 <= index.row() < len(self._items) else None


class PaintedList(QListView):
    """Arrows skip the headings; Enter or a double click opens.

    Attributes:
        opened, chosen: key of the line; "" for none.
    """

    opened = Signal(str)
    chosen = Signal(str)

    def __init__(self, name: str, delegate: QStyledItemDelegate) -> None:
        super().__init__()
        self.items_model = PaintedModel()
        self.setModel(self.items_model)
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.doubleClicked.connect(lambda _index: self.open_current())
        self.selectionModel().currentChanged.connect(
            lambda _a, _b: self.chosen.emit(self.current())
        )
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def set_items(self, items: Sequence[PaintedItem]) -> None:
        """Show these, keeping the chosen line when it is still there."""
        before = self.current()
        self.items_model.set_items(items)
        if not self.select(before):
            self.select(next((one.key for one in items if isinstance(one, PaintedLine)), ""))

    def current(self) -> str:
        """Key of the chosen line; "" for none."""
        item = self.currentIndex().data(ITEM_DATA)
        return item.key if isinstance(item, PaintedLine) else ""

    def current_rect(self) -> QRect:
        """Where the chosen line is, for a popover."""
        return self.visualRect(self.currentIndex()).intersected(self.viewport().rect())

    def lines(self) -> list[PaintedLine]:
        """The lines in order, without the headings."""
        return [one for one in self.items_model.items() if isinstance(one, PaintedLine)]

    def select(self, key: str) -> bool:
        """Choose a line; False when it is not in the list."""
        for row, item in enumerate(self.items_model.items()):
            if isinstance(item, PaintedLine) and item.key == key:
                self.setCurrentIndex(self.items_model.index(row, 0))
                return True
        return False

    def open_current(self) -> None:
        """Open the chosen line, if there is one."""
        if key := self.current():
            self.opened.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
