"""What widgets and delegates paint alike: risk shapes, badges, chips, lines, headings, the focus ring."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QListView, QStyle, QStyleOptionViewItem

from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.model import State
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.meaning import RISK, SERVICE, Mark


def _triangle(left: float, top: float, edge: float) -> QPolygonF:
    return QPolygonF(
        [
            QPointF(left + edge / 2, top),
            QPointF(left + edge, top + edge * 0.9),
            QPointF(left, top + edge * 0.9),
        ]
    )


def shape_width(level: RiskLevel) -> int:
    """Width of the shape of a level in pixels: the double triangle is wider."""
    edge = theme.metrics.px(11)
    return round(edge * 1.75) if level is RiskLevel.VERY_HIGH else edge


def paint_shape(painter: QPainter, left: float, centre: float, level: RiskLevel) -> None:
    """Paint ▲▲, ▲, ◆ or ● with its left edge at `left`, vertically centred on `centre`."""
    edge = float(theme.metrics.px(11))
    top = centre - edge * 0.48
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(RISK[level].tone))
    if level is RiskLevel.LOW:
        painter.drawEllipse(QRectF(left + 1, centre - edge / 2 + 1, edge - 2, edge - 2))
    elif level is RiskLevel.MEDIUM:
        half = edge / 2
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(left + half, centre - half),
                    QPointF(left + edge, centre),
                    QPointF(left + half, centre + half),
                    QPointF(left, centre),
                ]
            )
        )
    else:
        painter.drawPolygon(_triangle(left, top, edge))
        if level is RiskLevel.VERY_HIGH:
            painter.drawPolygon(_triangle(left + edge * 0.75, top, edge))
    painter.restore()


def badge_width(level: RiskLevel, with_word: bool = True) -> int:
    """Width of a painted risk badge in pixels."""
    m = theme.metrics
    words = QFontMetrics(theme.font(TextRole.STRONG)).horizontalAdvance(RISK[level].text)
    return m.s * 2 + shape_width(level) + (m.px(6) + words if with_word else 0)


def paint_badge(painter: QPainter, rect: QRect, level: RiskLevel) -> None:
    """Paint shape and word in a tinted pill, left-aligned and vertically centred in `rect`."""
    m, mark = theme.metrics, RISK[level]
    height = min(m.px(22), rect.height())
    pill = QRectF(
        rect.left(), rect.center().y() - height / 2 + 0.5, badge_width(level), float(height)
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(f"{mark.tone}_tint"))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    paint_shape(painter, pill.left() + m.s, pill.center().y(), level)
    painter.setPen(theme.colour(mark.tone))
    painter.setFont(theme.font(TextRole.STRONG))
    words = pill.adjusted(m.s + shape_width(level) + m.px(6), -1, 0, -1)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, mark.text)
    painter.restore()


def chip_width(label: str) -> int:
    """Width of a painted service chip in pixels."""
    m = theme.metrics
    return m.px(20) + QFontMetrics(theme.font(TextRole.BODY)).horizontalAdvance(label) + m.px(12)


def paint_chip(painter: QPainter, rect: QRect, label: str, meaning: State | Mark) -> None:
    """Paint the icon of a meaning and the label in `rect`, left-aligned; what calls for action stands
    on a tint."""
    m, mark = theme.metrics, meaning if isinstance(meaning, Mark) else SERVICE[meaning]
    height = min(m.px(22), rect.height())
    pill = QRectF(
        rect.left(), rect.center().y() - height / 2 + 0.5, chip_width(label), float(height)
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mark.tinted:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{mark.tone}_tint"))
        painter.drawRoundedRect(pill, m.px(4), m.px(4))
    size = m.px(14)
    painter.drawPixmap(
        QPointF(pill.left() + m.px(4), pill.center().y() - size / 2),
        icon_pixmap(mark.icon, mark.tone, size),
    )
    painter.setPen(theme.colour(mark.tone if mark.tinted else "text"))
    painter.setFont(theme.font(TextRole.BODY))
    painter.drawText(
        pill.adjusted(m.px(22), -1, 0, -1),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        label,
    )
    painter.restore()


def paint_focus(painter: QPainter, rect: QRect) -> None:
    """The ring around what the keyboard acts on."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("primary"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = theme.metrics.xs
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


def paint_line_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Selection or hover behind a line of a painted list, and the rule below it."""
    rect = QRect(option.rect)
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen or option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.colour("selection" if chosen else "hover"))
    _paint_rule(painter, rect)


def paint_line_focus(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """The ring around a chosen line of a list that has the keyboard."""
    view = option.widget
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen and isinstance(view, QListView) and view.hasFocus():
        paint_focus(painter, QRect(option.rect))


def paint_heading(
    painter: QPainter, rect: QRect, title: str, remark: str, above: int, *, small: bool = False
) -> None:
    """Paint the heading of some lines of a painted list: title, soft remark, and the rule below.

    Args:
        above: design pixels left free above.
        small: the remark is in small letters, near the title.
    """
    m = theme.metrics
    left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    base = rect.adjusted(m.px(12), m.px(above), -m.px(12), 0)
    font = theme.font(TextRole.SECTION)
    letters = QFontMetrics(font)
    shown = letters.elidedText(title, Qt.TextElideMode.ElideRight, base.width())
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    painter.drawText(base, left, shown)
    gap, drop = (m.s, m.px(2)) if small else (m.px(12), 0)
    rest = base.adjusted(letters.horizontalAdvance(shown) + gap, drop, 0, 0)
    font = theme.font(TextRole.SMALL if small else TextRole.BODY)
    shown = QFontMetrics(font).elidedText(remark, Qt.TextElideMode.ElideRight, max(0, rest.width()))
    painter.setFont(font)
    painter.setPen(theme.colour("soft"))
    painter.drawText(rest, left, shown)
    _paint_rule(painter, rect)


def _paint_rule(painter: QPainter, rect: QRect) -> None:
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
