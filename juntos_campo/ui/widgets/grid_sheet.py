"""The table a grid is made of, and the one that lies over it and holds the frozen columns in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.grid_header import GridHeader, RowNumbers


class Sheet(QTableView):
    """A table whose viewport fills itself: what lies under it is not painted with it, and Qt moves its
    pixels when it scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalHeader(GridHeader(self))
        self.setVerticalHeader(RowNumbers(self))
        # The headings of groups do not move as the titles do: pixels moved by Qt would be wrong.
        titles = self.horizontalHeader().viewport()
        self.horizontalScrollBar().valueChanged.connect(lambda _: titles.update())
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setHighlightSections(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("surface"))
        painter.end()
        super().paintEvent(event)


class FrozenColumns(Sheet):
    """The columns that stay in sight; model, selection and keyboard are those of the grid below."""

    def __init__(self, grid: QTableView) -> None:
        super().__init__(grid)
        self.setObjectName("frozen_columns")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(
            "QTableView { border: none; border-radius: 0; }"  # it lies inside the grid's own frame
        )
        theirs, ours = grid.verticalScrollBar(), self.verticalScrollBar()
        theirs.valueChanged.connect(ours.setValue)
        ours.valueChanged.connect(theirs.setValue)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The grid's: keys come here from the box of a frozen cell that is typed into."""
        event.ignore()
