"""A growth chart: reference curves of WHO and the controls of one child, for eye, mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from juntos_campo.app.growth_file import ChartView, Plotted
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.painting import paint_focus

LINES = (
    ("-3", "very_high", Qt.PenStyle.DashLine),
    ("-2", "high", Qt.PenStyle.SolidLine),
    ("0", "low", Qt.PenStyle.SolidLine),
    ("+2", "high", Qt.PenStyle.SolidLine),
    ("+3", "very_high", Qt.PenStyle.DashLine),
)
"""Label, colour and pen of every reference curve, in the order of `CurvePoint.lines`."""
NEAR = 18
"""Pixels around a point within which the pointer chooses it."""


class GrowthChart(QWidget):
    """Left and right choose a control, Home and End the first and the last, F1 or ? asks why.

    Attributes:
        chosen: number of the control that was chosen (`Plotted.number`).
        explained: somebody asks why of the chosen one.
    """

    chosen = Signal(int)
    explained = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._view: ChartView | None = None
        self._place = -1
        self._backdrop: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Curva de crecimiento"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._redraw)

    @property
    def current(self) -> Plotted | None:
        """The chosen control."""
        points = self._view.points if self._view else ()
        return points[self._place] if 0 <= self._place < len(points) else None

    def set_view(self, view: ChartView) -> None:
        """Draw another chart; its last control is chosen, without telling."""
        self._view = view
        self._place = len(view.points) - 1
        self.setAccessibleName(self.tr("Curva: {title}").format(title=view.title))
        self._describe()
        self._redraw()

    def choose(self, number: int) -> None:
        """Choose a control by its number, without telling; one that is not drawn chooses none."""
        points = self._view.points if self._view else ()
        self._place = next((at for at, one in enumerate(points) if one.number == number), -1)
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.metrics.px(460), theme.metrics.px(140))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.metrics.px(220), theme.metrics.px(120))

    # -- keys and pointer ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        points = self._view.points if self._view else ()
        last = len(points) - 1
        steps = {
            Qt.Key.Key_Left: max(self._place - 1, 0),
            Qt.Key.Key_Right: min(self._place + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in (Qt.Key.Key_Question, Qt.Key.Key_F1, Qt.Key.Key_Return):
            self.explained.emit()
        elif points and event.key() in steps:
            self._move_to(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._near(event.position())
        if place is not None:
            self._move_to(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._near(event.position()) is not None:
            self.explained.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _move_to(self, place: int) -> None:
        if self._view is None or place == self._place:
            return
        self._place = place
        self._describe()
        self.update()
        self.chosen.emit(self._view.points[place].number)

    def _near(self, at: QPointF) -> int | None:
        if self._view is None:
            return None
        area = self._area(self._view)
        reach = theme.metrics.px(NEAR)
        best: tuple[float, int] | None = None
        for place, point in enumerate(self._view.points):
            away = (self._point_pixel(point, area) - at).manhattanLength()
            if away <= reach and (best is None or away < best[0]):
                best = (away, place)
        return best[1] if best else None

    def _describe(self) -> None:
        view, current = self._view, self.current
        if view is None:
            return
        chosen = self.tr("Elegido: {caption}.").format(caption=current.caption) if current else ""
        self.setAccessibleDescription(f"{view.description} {chosen}".strip())
        changed = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(changed)

    # -- painting ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn_backdrop())
        if self._view is not None:
            painter.setFont(theme.font(TextRole.SMALL))
            self._paint_points(painter, self._view, self._area(self._view))
        if self.hasFocus():
            paint_focus(painter, self.rect())
        painter.end()

    def _redraw(self) -> None:
        self._backdrop = None
        self.update()

    def _drawn_backdrop(self) -> QPixmap:
        """Axes and curves; kept, for choosing a point changes nothing of them."""
        ratio = self.devicePixelRatioF()
        if self._backdrop is None or self._backdrop.devicePixelRatio() != ratio:
            self._backdrop = QPixmap(self.size() * ratio)
            self._backdrop.setDevicePixelRatio(ratio)
            self._backdrop.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._backdrop)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter)
            if self._view is not None:
                area = self._area(self._view)
                painter.setFont(theme.font(TextRole.SMALL))
                self._paint_axes(painter, self._view, area)
                self._paint_curves(painter, self._view, area)
            painter.end()
        return self._backdrop

    def _paint_ground(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("surface"))
        radius = theme.metrics.radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _area(self, view: ChartView) -> QRectF:
        """Where the curves run, inside the figures of the axes."""
        m = theme.metrics
        letters = QFontMetrics(theme.font(TextRole.SMALL))
        figures = [view.y_axis.title, *(text for _, text in view.y_axis.ticks)]
        left = m.s + max(letters.horizontalAdvance(text) for text in figures) + m.s
        right = m.s + letters.horizontalAdvance("+3") + m.s
        below = letters.height() + m.px(6)
        return QRectF(
            left,
            m.px(10),
            max(1, self.width() - left - right),
            max(1, self.height() - below - m.px(14)),
        )

    def _pixel(self, x: float, y: float, area: QRectF) -> QPointF:
        assert self._view is not None  # noqa: S101 - only asked while one is drawn
        across, up = self._view.x_axis, self._view.y_axis
        right = (x - across.first) / (across.last - across.first)
        high = (y - up.first) / (up.last - up.first)
        return QPointF(
            area.left() + area.width() * min(max(right, 0.0), 1.0),
            area.bottom() - area.height() * min(max(high, 0.0), 1.0),
        )

    def _point_pixel(self, point: Plotted, area: QRectF) -> QPointF:
        """Where a control is drawn; what lies beyond the axes stays whole inside the frame."""
        edge = theme.metrics.s
        at = self._pixel(point.x, point.y, area)
        at.setY(min(max(at.y(), area.top() + edge), area.bottom() - edge))
        return at

    def _paint_axes(self, painter: QPainter, view: ChartView, area: QRectF) -> None:
        m = theme.metrics
        letters = QFontMetrics(theme.font(TextRole.SMALL))
        line, soft = theme.colour("line"), theme.colour("soft")
        centred, right = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignRight
        above = self.height() * 2.0
        for value, text in view.y_axis.ticks:
            y = self._pixel(view.x_axis.first, value, area).y()
            painter.setPen(QPen(line, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if y < area.top() + letters.height() * 1.4 or above - y < letters.height() * 1.1:
                continue  # the unit stands there, or the figure below it
            above = y
            painter.setPen(soft)
            place = QRectF(0, y - letters.height() / 2, area.left() - m.s, letters.height())
            painter.drawText(place, right | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(soft)
        unit = QRectF(0, area.top() - m.xs, area.left() - m.s, letters.height())
        painter.drawText(unit, right | Qt.AlignmentFlag.AlignVCenter, view.y_axis.title)
        top = area.bottom() + m.xs
        title_width = letters.horizontalAdvance(view.x_axis.title)
        for value, text in view.x_axis.ticks:
            x = self._pixel(value, view.y_axis.first, area).x()
            painter.setPen(QPen(line, 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + m.xs))
            if x > self.width() - m.m - title_width - letters.horizontalAdvance(text):
                continue  # the unit stands there
            painter.setPen(soft)
            width = letters.horizontalAdvance(text) + m.s
            painter.drawText(QRectF(x - width / 2, top, width, letters.height()), centred, text)
        painter.setPen(soft)
        place = QRectF(0, top, self.width() - m.s, letters.height())
        painter.drawText(place, right | Qt.AlignmentFlag.AlignVCenter, view.x_axis.title)

    def _paint_curves(self, painter: QPainter, view: ChartView, area: QRectF) -> None:
        if not view.curves:
            return
        runs = [
            QPolygonF([self._pixel(one.x, one.lines[line], area) for one in view.curves])
            for line in range(len(LINES))
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("low_tint"))
        painter.drawPolygon(QPolygonF([*runs[1].toList(), *reversed(runs[3].toList())]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for run, (label, tone, style) in zip(runs, LINES, strict=True):
            colour = QColor(theme.colour(tone))
            colour.setAlphaF(0.85)
            painter.setPen(QPen(colour, 1.6 if label == "0" else 1.2, style))
            painter.drawPolyline(run)
        self._paint_labels(painter, [run.last() for run in runs])

    def _paint_labels(self, painter: QPainter, ends: list[QPointF]) -> None:
        """What each curve is, at its end; curves that end close together keep their labels apart."""
        height = QFontMetrics(theme.font(TextRole.SMALL)).height()
        middles: list[float] = []
        for end in ends:
            highest = middles[-1] - height * 0.82 if middles else end.y()
            middles.append(min(end.y(), highest))
        down = max(0.0, height / 2 - middles[-1])
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for end, middle, (label, tone, _style) in zip(ends, middles, LINES, strict=True):
            painter.setPen(theme.colour(tone))
            place = QRectF(
                end.x() + theme.metrics.xs, middle + down - height / 2, theme.metrics.px(40), height
            )
            painter.drawText(place, flags, label)

    def _paint_points(self, painter: QPainter, view: ChartView, area: QRectF) -> None:
        believed = [self._point_pixel(one, area) for one in view.points if not one.doubtful]
        painter.setPen(QPen(theme.colour("primary"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(believed) > 1:
            painter.drawPolyline(QPolygonF(believed))
        for place, point in enumerate(view.points):
            self._paint_point(painter, point, area, chosen=place == self._place)
        current = self.current
        if current is not None:
            self._paint_caption(painter, current, area)

    def _paint_point(
        self, painter: QPainter, point: Plotted, area: QRectF, *, chosen: bool
    ) -> None:
        """● a control, ▲ one that calls for attention, ◇ a figure that cannot be."""
        at, m = self._point_pixel(point, area), theme.metrics
        size = m.px(6) if point.alarm or point.doubtful else m.px(4)
        tone = "medium" if point.doubtful else "high" if point.alarm else "primary"
        if chosen:
            painter.setPen(QPen(theme.colour("text"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(at, QPointF(at.x(), area.bottom()))
            painter.setPen(QPen(theme.colour("text"), 2))
            painter.setBrush(theme.colour("surface"))
            painter.drawEllipse(at, size + m.px(4), size + m.px(4))
        painter.setPen(QPen(theme.colour("medium" if point.doubtful else "surface"), 1.5))
        painter.setBrush(theme.colour("surface" if point.doubtful else tone))
        corners: tuple[tuple[float, float], ...]
        if point.doubtful:
            corners = ((0, -size), (size, 0), (0, size), (-size, 0))
        elif point.alarm:
            corners = ((0, -size), (size, size * 0.8), (-size, size * 0.8))
        else:
            painter.drawEllipse(at, size, size)
            return
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))

    def _paint_caption(self, painter: QPainter, point: Plotted, area: QRectF) -> None:
        """What the chosen control says, beside its point and inside the chart."""
        m, at = theme.metrics, self._point_pixel(point, area)
        font = theme.font(TextRole.SMALL)
        letters = QFontMetrics(font)
        width = letters.horizontalAdvance(point.caption) + m.m
        height = letters.height() + m.xs
        top = min(max(at.y() - height - m.s, area.top()), area.bottom() - height)
        if at.x() - width - m.m >= area.left():
            left = at.x() - width - m.m
        elif at.x() + m.m + width <= self.width() - m.xs:
            left = at.x() + m.m
        else:  # no room beside the point: below it, or above
            left = max(float(m.xs), min(at.x() - width / 2, self.width() - width - m.xs))
            below = at.y() + m.m
            top = below if below + height < area.bottom() else at.y() - height - m.m
        box = QRectF(left, top, width, height)
        painter.setPen(QPen(theme.colour("control_line"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(box, m.xs, m.xs)
        painter.setPen(theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, point.caption)
