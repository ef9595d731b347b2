"""How a cell of a grid is painted and typed into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QPolygon
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from juntos_campo.domain.spanish import ABSENT
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.grid_choices import CellChoices
from juntos_campo.ui.widgets.grid_model import (
    CELL_DATA,
    CHOICES_DATA,
    GridCell,
    GridColumn,
    GridModel,
    Ground,
    Index,
    Mark,
)

CELL_EDITOR = "cell_editor"
"""Object name of the box a cell is typed into."""

MARK_TONES = {Mark.ERROR: "very_high", Mark.WARNING: "medium", Mark.MISSING: "information"}
_LEAVING = {
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
}


_GROUNDS = {
    Ground.FIXED: "sunken",
    Ground.CLOSED: "ground",
    Ground.KNOWN: "information_tint",
    Ground.OPEN: "surface",
    Ground.READ: "surface",
    Ground.ADDED: "information_tint",
}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)


class GridDelegate(QStyledItemDelegate):
    """Ground by origin, a coloured corner by mark, a frame at the current cell.

    Args:
        frozen: lies over the view and shows its frozen columns: their cells are typed into there.

    Attributes:
        left: the editor was left by a key; (rows, columns) to move by.
    """

    left = Signal(int, int)

    def __init__(self, parent: QObject, frozen: QTableView | None = None) -> None:
        super().__init__(parent)
        self._frozen = frozen
        theme.changed.connect(self._read_theme)
        self._read_theme()

    def _read_theme(self) -> None:
        """A screenful is hundreds of cells: fonts are made once, not a cell."""
        self._strong, self._body = theme.font(TextRole.STRONG), theme.font(TextRole.BODY)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: GridCell = index.data(CELL_DATA)
        rect, view = QRect(option.rect), option.widget
        column = _column(index)
        painter.save()
        painter.fillRect(rect, theme.colour(_ground(cell, option)))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        if cell.text or cell.before is not None:  # most cells of a screenful are empty
            self._write(painter, rect, cell, column)
        if cell.mark is not Mark.NONE:
            _corner(painter, rect, cell.mark)
        if isinstance(view, QTableView) and _is_current(view, index):
            painter.setPen(QPen(theme.colour("primary"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _write(self, painter: QPainter, rect: QRect, cell: GridCell, column: GridColumn) -> None:
        painter.setFont(self._strong if column.strong else self._body)
        painter.setPen(theme.colour(_ink(cell)))
        pad = theme.metrics.px(5)
        inner = rect.adjusted(pad, 0, -pad, 0)
        if cell.before is not None:
            inner.setLeft(_strike(painter, inner, cell.before))
        text = painter.fontMetrics().elidedText(
            cell.text, Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, _LEFT if column.left else _MIDDLE, text)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        del option
        over = self._over(index)
        editor = QLineEdit(parent if over is None else over.viewport())
        editor.setObjectName(CELL_EDITOR)
        title = _column(index).title
        editor.setAccessibleName(title)
        # A cell has no room for the frame and padding of a stand-alone input.
        pad = theme.metrics.px(3)
        editor.setStyleSheet(
            f"QLineEdit {{ min-height: 0; padding: 0 {pad}px; border-radius: 0; "
            f"border: 2px solid {theme.palette.primary}; }}"
        )
        choices = index.data(CHOICES_DATA)
        if choices:
            CellChoices(editor, choices, self._leave)
        return editor

    def _over(self, index: Index) -> QTableView | None:
        """What lies over the cell."""
        return self._frozen if _column(index).frozen else None

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        over = self._over(index)
        rect = QRect(option.rect) if over is None else over.visualRect(index)
        room = theme.metrics.px(72)
        if rect.width() < room:
            rect.setWidth(room)
        editor.setGeometry(rect)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(editor, QLineEdit)
            and self._leave(editor, event.key())
        ):
            return True
        return super().eventFilter(editor, event)

    def _leave(self, editor: QLineEdit, key: int) -> bool:
        """Write the cell and go on; False when this key does not leave it."""
        move = _LEAVING.get(Qt.Key(key))
        if move is None:
            return False
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self.left.emit(*move)
        return True


def _column(index: Index) -> GridColumn:
    model = index.model()
    assert isinstance(model, GridModel)  # noqa: S101 - the delegate is made for grids
    return model.source.columns[index.column()]


def _is_current(view: QTableView, index: Index) -> bool:
    current = view.selectionModel().currentIndex()
    return current.row() == index.row() and current.column() == index.column()


def _strike(painter: QPainter, rect: QRect, before: str) -> int:
    """Write what stood here before, struck out, in the left half at most; where the rest begins."""
    metrics = painter.fontMetrics()
    text = metrics.elidedText(before or ABSENT, Qt.TextElideMode.ElideRight, rect.width() // 2)
    width = metrics.horizontalAdvance(text)
    ink, middle = painter.pen(), rect.center().y()
    painter.setPen(theme.colour("soft"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
    painter.drawLine(rect.left(), middle, rect.left() + width, middle)
    painter.setPen(ink)
    return rect.left() + width + theme.metrics.px(6)


def _ground(cell: GridCell, option: QStyleOptionViewItem) -> str:
    if option.state & QStyle.StateFlag.State_Selected:
        return "selection"
    if cell.before is not None:
        return "information_tint"
    if cell.mark is Mark.ERROR:
        return "very_high_tint"
    if cell.mark is Mark.WARNING:
        return "medium_tint"
    return _GROUNDS[cell.ground]


def _ink(cell: GridCell) -> str:
    return "soft" if cell.ground is Ground.CLOSED else "text"


def _corner(painter: QPainter, rect: QRect, mark: Mark) -> None:
    """A triangle in the upper right corner; its size differs, so that colour is not alone."""
    side = theme.metrics.px(9 if mark is Mark.ERROR else 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(MARK_TONES[mark]))
    corner = rect.topRight()
    if mark is Mark.MISSING:
        radius = theme.metrics.px(3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawEllipse(corner + QPoint(-2 * radius, 2 * radius), radius, radius)
        return
    painter.drawPolygon(QPolygon([corner + QPoint(-side, 0), corner, corner + QPoint(0, side)]))
