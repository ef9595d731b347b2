"""The print of an official form on the screen: the same model, the same geometry, painted by Qt."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from juntos_campo.pdf import official_sheet as paper
from juntos_campo.pdf.sheet_model import SheetModel
from juntos_campo.ui.theme.scale import FAMILY
from juntos_campo.ui.theme.theme import theme

_FINE = 10
"""Painting units a point: Qt's fonts know whole pixels only."""
_PAPER = QColor("#FFFFFF")
_INK = QColor("#121715")
_SOFT = QColor("#59615E")
_LINE = QColor("#737D78")
_HEAD = QColor("#E6EDEB")


class SheetPreview(QWidget):
    """One page of the print, the page with the row that is being filled in."""

    def __init__(self) -> None:
        super().__init__()
        self._model: SheetModel | None = None
        self._page = 0
        self.setAccessibleName(self.tr("Vista previa de la impresión"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(theme.metrics.px(320))

    def show_sheet(self, model: SheetModel) -> None:
        """Show a form."""
        self._model = model
        self.update()

    def show_row(self, row: int) -> None:
        """Turn to the page of a row."""
        self._page = row // self._model.rows_a_page if self._model is not None else 0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        margin = theme.metrics.s
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        scale = min(room.width() / paper.PAGE_WIDTH, room.height() / paper.PAGE_HEIGHT)
        painter.translate(room.left(), room.top())
        painter.scale(scale / _FINE, scale / _FINE)
        page = QRectF(0, 0, paper.PAGE_WIDTH * _FINE, paper.PAGE_HEIGHT * _FINE)
        painter.fillRect(page, _PAPER)
        if self._model is not None:
            _Page(painter, self._model, self._page).paint()
        painter.end()


class _Page:
    """Paints one page; coordinates are the paper's points with y upwards."""

    def __init__(self, painter: QPainter, model: SheetModel, page: int) -> None:
        self._painter, self._model, self._page = painter, model, page
        self._edges = paper.column_edges(model)
        self._notes = paper.sheet_notes(model, self._edges)

    def paint(self) -> None:
        self._heading()
        self._table()
        self._rows()
        self._foot()

    def _text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        soft: bool = False,
        align: float = 0.0,
    ) -> None:
        """`align`: 0 begins at x, 0.5 is centred on it, 1 ends there."""
        font = QFont(FAMILY)
        font.setPixelSize(round(size * _FINE))
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(_SOFT if soft else _INK)
        width = self._painter.fontMetrics().horizontalAdvance(text) if align else 0
        point = QPointF(x * _FINE - width * align, (paper.PAGE_HEIGHT - y) * _FINE)
        self._painter.drawText(point, text)

    def _line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.3) -> None:
        self._painter.setPen(QPen(_LINE if width < 0.5 else _INK, width * _FINE))
        height = paper.PAGE_HEIGHT
        self._painter.drawLine(
            QPointF(x1 * _FINE, (height - y1) * _FINE), QPointF(x2 * _FINE, (height - y2) * _FINE)
        )

    def _box(self, x: float, y: float, width: float, height: float) -> QRectF:
        top = paper.PAGE_HEIGHT - y - height
        return QRectF(x * _FINE, top * _FINE, width * _FINE, height * _FINE)

    def _heading(self) -> None:
        model, top = self._model, paper.PAGE_HEIGHT - 11 * paper.MM
        right = paper.PAGE_WIDTH - paper.RIGHT
        pages = max(1, -(-len(model.rows) // model.rows_a_page))
        self._text(model.title, paper.LEFT, top, 13, bold=True)
        self._text(model.subtitle, paper.LEFT, top - 3.8 * paper.MM, 7, soft=True)
        self._text(model.state, right - 34 * paper.MM, top, 9, bold=True, align=1)
        self._text(f"Hoja {self._page + 1} de {pages}", right, top, 9, bold=True, align=1)
        for x, y, width, label, value in paper.head_places(model):
            self._text(label, x, y, 5.6, soft=True)
            self._text(value, x, y - 3.1 * paper.MM, 7)
            self._line(x, y - 3.9 * paper.MM, x + width, y - 3.9 * paper.MM)

    def _table(self) -> None:
        bottom, top = paper.ROWS_TOP, paper.TABLE_TOP
        head = self._box(paper.LEFT, bottom, paper.USABLE, top - bottom)
        self._painter.fillRect(head, _HEAD)
        for first, last, group in paper.column_groups(self._model):
            middle = (self._edges[first + 1] + self._edges[last + 2]) / 2
            self._text(group, middle, top - 3.3 * paper.MM, 7, bold=True, align=0.5)
            self._line(self._edges[first + 1], top, self._edges[first + 1], paper.ROWS_BOTTOM, 0.8)
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        font = QFont(FAMILY)
        font.setPixelSize(round(5 * _FINE))
        font.setBold(True)
        self._painter.setFont(font)
        self._painter.setPen(_INK)
        for number, column in enumerate(self._model.columns):
            left, right = self._edges[number + 1], self._edges[number + 2]
            box = self._box(left, bottom, right - left, paper.LABEL_HEIGHT)
            self._painter.drawText(box, flags, column.label)
        right = paper.PAGE_WIDTH - paper.RIGHT
        height = paper.row_height(self._model)
        for number in range(self._model.rows_a_page + 1):
            y = paper.ROWS_TOP - number * height
            self._line(paper.LEFT, y, right, y)
        for x in self._edges:
            self._line(x, top - paper.GROUP_HEIGHT, x, paper.ROWS_BOTTOM)
        for x in (paper.LEFT, right):
            self._line(x, top, x, paper.ROWS_BOTTOM, 0.8)
        for y in (top, paper.ROWS_TOP, paper.ROWS_BOTTOM):
            self._line(paper.LEFT, y, right, y, 0.8)

    def _rows(self) -> None:
        start = self._page * self._model.rows_a_page
        if not self._model.rows:
            y = paper.ROWS_TOP - paper.row_height(self._model) + 2 * paper.MM
            self._text(self._model.empty_text, self._edges[1] + 2, y, 8)
        for piece in paper.row_texts(self._model, self._edges, self._notes, start):
            self._text(piece.text, piece.x, piece.y, piece.size)

    def _foot(self) -> None:
        model = self._model
        right, bottom, top = paper.PAGE_WIDTH - paper.RIGHT, 10.5 * paper.MM, paper.ROWS_BOTTOM - 6
        size = top - bottom
        self._painter.setPen(QPen(_INK, 0.5 * _FINE))
        for x, width, label in (
            (right - size - 108 * paper.MM, 64 * paper.MM, model.signature),
            (right - size - 42 * paper.MM, 40 * paper.MM, model.seal),
            (right - size, size, "Código QR"),
        ):
            self._painter.setPen(QPen(_INK, 0.5 * _FINE))
            self._painter.drawRect(self._box(x, bottom, width, size))
            self._text(label, x + 4, top - 2.6 * paper.MM, 5.8, soft=True)
        self._text(model.totals, paper.LEFT, top - 2.4 * paper.MM, 6.4, bold=True)
        for number, text in enumerate(model.legend):
            x = paper.LEFT + number % 2 * 74 * paper.MM
            self._text(text, x, top - (5.4 + number // 2 * 2.6) * paper.MM, 5.6)
        code = f"Verificación {model.code}"
        self._text(code, right, 6.4 * paper.MM, 7, bold=True, align=1)
