"""A heading of two levels: groups of columns above, columns below."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.grid_model import GridModel, Index


class GridHeader(QHeaderView):
    """Column titles wrap on two lines under the heading of their group.

    The heading of a group stays in sight: it is centred in the visible part of its columns.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._group_height() + theme.metrics.px(38))

    def currentChanged(self, current: Index, old: Index) -> None:
        """Nothing: no title is marked, and Qt would have both painted anew at each step."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour("sunken"))
        model = self.model()
        if isinstance(model, GridModel):
            self._paint_titles(painter, model, event.rect())
            self._paint_groups(painter, model)
        painter.setPen(theme.colour("control_line"))
        bottom = self.viewport().height() - 1
        painter.drawLine(0, bottom, self.viewport().width(), bottom)
        painter.end()

    def _group_height(self) -> int:
        model = self.model()
        if isinstance(model, GridModel) and not any(one.group for one in model.source.columns):
            return 0
        return theme.metrics.px(24)

    def _paint_titles(self, painter: QPainter, model: GridModel, dirty: QRect) -> None:
        painter.setFont(theme.font(TextRole.SMALL))
        top, pad = self._group_height(), theme.metrics.px(2)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        for number, column in enumerate(model.source.columns):
            if self.isSectionHidden(number):
                continue
            rect = self._section(number, number)
            if not rect.intersects(dirty):
                continue
            rect.setTop(top)
            painter.setPen(theme.colour("line"))
            painter.drawLine(rect.right(), rect.top(), rect.right(), rect.bottom())
            painter.setPen(theme.colour("soft"))
            # A unit keeps together: "g/dL" may not be broken at its slash.
            title = column.title.replace("/", "\u2060/\u2060")
            painter.drawText(rect.adjusted(pad, 0, -pad, 0), int(flags), title)

    def _paint_groups(self, painter: QPainter, model: GridModel) -> None:
        columns = model.source.columns
        start = 0
        for number in range(1, len(columns) + 1):
            if number < len(columns) and columns[number].group == columns[start].group:
                continue
            shown = [one for one in range(start, number) if not self.isSectionHidden(one)]
            if shown:
                rect = self._section(shown[0], shown[-1])
                rect.setHeight(self._group_height())
                painter.setPen(theme.colour("control_line"))
                right = rect.right()
                painter.drawLine(right, 0, right, self.viewport().height())
                painter.drawLine(rect.left(), rect.bottom(), right, rect.bottom())
                painter.setFont(theme.font(TextRole.STRONG))
                painter.setPen(theme.colour("text"))
                visible = rect.intersected(self.viewport().rect())
                text = painter.fontMetrics().elidedText(
                    columns[start].group, Qt.TextElideMode.ElideRight, visible.width()
                )
                painter.drawText(visible, Qt.AlignmentFlag.AlignCenter, text)
            start = number

    def _section(self, first: int, last: int) -> QRect:
        left = self.sectionViewportPosition(first)
        right = self.sectionViewportPosition(last) + self.sectionSize(last)
        return QRect(left, 0, right - left, self.viewport().height())


class RowNumbers(QHeaderView):
    """The numbers of the rows. It fills itself, so that Qt moves its pixels when the sheet scrolls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def currentChanged(self, current: Index, old: Index) -> None:
        """Nothing: no number is marked."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("sunken"))
        painter.end()
        super().paintEvent(event)
