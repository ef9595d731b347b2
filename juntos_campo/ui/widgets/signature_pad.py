"""A pad on which somebody signs with the touchpad or the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from juntos_campo.ui.theme.theme import TextRole, theme

Point = tuple[int, int]
Strokes = list[list[Point]]

GRID = 1000
"""Points are kept in thousandths of the pad's width, in both directions."""
STEP = 6
MOST_POINTS = 1500


def write_strokes(strokes: Strokes) -> str:
    """``x,y x,y;x,y``: see the path ``signature`` in `juntos_campo.domain.visits`."""
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes if stroke)


def read_strokes(text: str) -> Strokes:
    """The strokes of a stored signature; what cannot be read is left out."""
    strokes: Strokes = []
    for part in text.split(";"):
        stroke: list[Point] = []
        for pair in part.split():
            x, _, y = pair.partition(",")
            if x.isdigit() and y.isdigit():
                stroke.append((int(x), int(y)))
        if stroke:
            strokes.append(stroke)
    return strokes


class SignaturePad(QWidget):
    """Draw to sign; Delete empties it.

    Attributes:
        drawn: the signature as text, after every stroke; empty when it was emptied.
    """

    drawn = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._strokes: Strokes = []
        self._drawing = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.metrics.px(132))
        self.setMaximumWidth(theme.metrics.px(440))
        theme.changed.connect(self.update)

    def text(self) -> str:
        return write_strokes(self._strokes)

    def set_text(self, text: str) -> None:
        """Show a stored signature; emits nothing."""
        self._strokes = read_strokes(text)
        self.update()

    def clear(self) -> None:
        """Empty the pad."""
        if self._strokes:
            self._strokes = []
            self.update()
            self.drawn.emit("")

    def sizeHint(self) -> QSize:
        return QSize(theme.metrics.px(440), theme.metrics.px(132))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drawing = True
            self._strokes.append([self._point(event.position())])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._drawing or sum(map(len, self._strokes)) >= MOST_POINTS:
            return
        point, last = self._point(event.position()), self._strokes[-1][-1]
        if abs(point[0] - last[0]) + abs(point[1] - last[1]) >= STEP:
            self._strokes[-1].append(point)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drawing and event.button() is Qt.MouseButton.LeftButton:
            self._drawing = False
            self.drawn.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "primary" if self.hasFocus() else "control_line"
        painter.setPen(QPen(theme.colour(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.colour("surface"))
        radius = theme.metrics.radius
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)
        base = self.height() - theme.metrics.px(36)
        painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(theme.metrics.l, base, self.width() - theme.metrics.l, base)
        if not self._strokes:
            painter.setPen(theme.colour("soft"))
            painter.setFont(theme.font(TextRole.SMALL))
            hint = self.tr("Firme aquí con el panel táctil o el ratón")
            painter.drawText(
                self.rect().adjusted(0, 0, 0, -theme.metrics.s),
                Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom,
                hint,
            )
        pen = QPen(theme.colour("text"), theme.metrics.px(2))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in self._strokes:
            points = [QPointF(x * self.width() / GRID, y * self.width() / GRID) for x, y in stroke]
            path = QPainterPath(points[0])
            for point in points[1:] or [points[0] + QPointF(0.5, 0.5)]:
                path.lineTo(point)
            painter.drawPath(path)
        painter.end()

    def _point(self, at: QPointF) -> Point:
        scale = GRID / max(1, self.width())
        x = min(max(0.0, at.x()), float(self.width()))
        y = min(max(0.0, at.y()), float(self.height()))
        return round(x * scale), round(y * scale)
