"""Controls that stand beside each other where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from juntos_campo.ui.theme.theme import theme


class Flow(QWidget):
    """Controls beside each other in columns, as many as fit; one below the other where they do not."""

    def __init__(self, most: int) -> None:
        """`most` columns at most."""
        super().__init__()
        self._most, self._columns = most, 0
        self._items: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.metrics.m)
        self._grid.setVerticalSpacing(0)

    def set_items(self, items: Sequence[QWidget]) -> None:
        """These stand here instead of those before, which are deleted."""
        for old in self._items:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._items, self._columns = list(items), 0
        self._arrange(max(1, min(self._most, len(items))))

    def minimumSizeHint(self) -> QSize:
        """Room for the widest alone: beside each other they stand only where they fit."""
        widest = max((one.sizeHint().width() for one in self._items), default=0)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width()
        fitting = (n for n in range(self._most, 1, -1) if self._width_of(n) <= room)
        self._arrange(next(fitting, 1))

    def _width_of(self, columns: int) -> int:
        widths = [one.sizeHint().width() for one in self._items]
        widest = [max(widths[place::columns], default=0) for place in range(columns)]
        return sum(widest) + self._grid.horizontalSpacing() * columns

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._grid.setColumnStretch(self._columns, 0)
        self._columns = columns
        for number, one in enumerate(self._items):
            self._grid.addWidget(one, number // columns, number % columns)
        self._grid.setColumnStretch(columns, 1)
        self.updateGeometry()
