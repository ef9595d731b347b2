"""Pieces of text and the boxes they stand in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.domain.spanish import ABSENT
from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.model import ServiceStatus, State
from juntos_campo.ui.theme.icons import icon, icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_role, theme
from juntos_campo.ui.widgets.meaning import RISK, SERVICE
from juntos_campo.ui.widgets.painting import badge_width, chip_width, paint_badge, paint_chip

HEADING_LEAST = 120
"""Pixels a heading shrinks to, at most."""


class Label(QLabel):
    """Text in one of the type roles. Names and sentences wrap; nothing is ever cut off in silence."""

    def __init__(
        self, text: str = "", role: TextRole = TextRole.BODY, *, wrap: bool = False
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("role", str(role))

    def set_absent(self, reason: str) -> None:
        """Show "—"; the tooltip says why there is nothing."""
        self.setText(ABSENT)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)


class Heading(Label):
    """One line of heading. Where there is no room for all of it, it ends in … and the tooltip says it."""

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.metrics.px(HEADING_LEAST), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        text, rect = self.text(), self.contentsRect()
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        self.setToolTip("" if shown == text else text)
        if shown == text:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.style().drawItemText(
            painter, rect, int(self.alignment()), self.palette(), True, shown, self.foregroundRole()
        )
        painter.end()


class RiskBadge(QWidget):
    """Risk of a household or member: shape, word and colour."""

    def __init__(self, level: RiskLevel | None = None) -> None:
        super().__init__()
        self._level = level
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_level(level)

    def set_level(self, level: RiskLevel | None, reasons: tuple[str, ...] = ()) -> None:
        """Show a level; None hides the badge. `reasons` become the tooltip."""
        self._level = level
        self.setVisible(level is not None) if self.parent() else None
        if level is not None:
            self.setAccessibleName(self.tr("Prioridad {word}").format(word=RISK[level].text))
        self.setToolTip("\n".join(reasons))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = badge_width(self._level) if self._level else 0
        return QSize(width, theme.metrics.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._level is not None:
            painter = QPainter(self)
            paint_badge(painter, self.rect(), self._level)
            painter.end()


class ServiceChip(QWidget):
    """One service and its state: icon, label, and the state's word for who cannot see it."""

    def __init__(self, label: str, state: State, detail: str = "") -> None:
        super().__init__()
        self._label, self._state, self._detail = label, state, detail
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_state(state)

    def set_state(self, state: State) -> None:
        """Show another state of the same service."""
        self._state = state
        label, detail, word = self._label, self._detail, SERVICE[state].text
        self.setAccessibleName(f"{label}: {word}")
        self.setToolTip(f"{label}: {word}" + (f"\n{detail}" if detail else ""))
        self.update()

    @classmethod
    def of(cls, status: ServiceStatus) -> ServiceChip:
        """The chip of a service status; its reason becomes the tooltip."""
        return cls(status.label, status.state, status.why.text)

    def sizeHint(self) -> QSize:
        return QSize(chip_width(self._label), theme.metrics.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(painter, self.rect(), self._label, self._state)
        painter.end()


class SectionHeader(QWidget):
    """Heading of a part of a screen: title, an optional soft remark, actions at the right."""

    def __init__(self, title: str, remark: str = "") -> None:
        super().__init__()
        self.title = Heading(title, TextRole.SECTION)
        self.remark = Label(remark, TextRole.SOFT)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, theme.metrics.s, 0, theme.metrics.xs)
        self._row.setSpacing(theme.metrics.s)
        self._row.addWidget(self.title)
        self._row.addWidget(self.remark, 1)

    def add_action(self, button: QWidget) -> None:
        """Put a button at the right end."""
        self._row.addWidget(button)


class EmptyState(QWidget):
    """What a list shows when it is empty: why, and the next thing to do."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        advice: str,
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = Label(title, TextRole.SECTION, wrap=True)
        self.advice = Label(advice, TextRole.SOFT, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.metrics.s,) * 4)
        column.setSpacing(theme.metrics.xs)
        column.addStretch(2)
        for label in (self.picture, self.title, self.advice):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self.button = button(action, role="primary", on_click=on_action)
        column.addSpacing(theme.metrics.s)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        self.button.setVisible(bool(action))  # once it has a parent: else it would be a window
        column.addStretch(3)
        self._redraw()
        theme.changed.connect(self._redraw)

    def set_text(self, title: str, advice: str) -> None:
        """Change what it says."""
        self.title.setText(title)
        self.advice.setText(advice)

    def _redraw(self) -> None:
        self.picture.setPixmap(icon_pixmap(self._icon_name, "soft", theme.metrics.px(36)))


class Card(QFrame):
    """The one kind of box: a surface with an edge. Never a card within a card."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*(theme.metrics.m,) * 4)
        self.body.setSpacing(theme.metrics.s)


class Line(QFrame):
    """A hairline between two parts."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "line")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class IconButton(QPushButton):
    """A push button whose icon follows the theme."""

    def __init__(self, text: str, icon_name: str = "", role: str = "") -> None:
        super().__init__(text)
        self._icon_name, self._role = icon_name, role
        self.setProperty("role", role)
        self.setAccessibleName(text)
        self.setAutoDefault(True)
        if icon_name:
            self._redraw()
            theme.changed.connect(self._redraw)

    def _redraw(self) -> None:
        token = {"primary": "on_primary", "quiet": "primary"}.get(self._role, "text")
        self.setIcon(icon(self._icon_name, token))
        size = theme.metrics.icon
        self.setIconSize(QSize(size, size))


def button(
    text: str,
    icon_name: str = "",
    role: str = "",
    on_click: Callable[[], object] | None = None,
    *,
    shortcut: str = "",
    tooltip: str = "",
) -> IconButton:
    """A push button.

    Args:
        text: a verb, e.g. "Guardar visita".
        role: ``primary`` (at most one a screen), ``quiet`` (a link), or plain.
        shortcut: key sequence; written into the tooltip as well.
    """
    result = IconButton(text, icon_name, role)
    if on_click is not None:
        result.clicked.connect(lambda _checked: on_click())
    if shortcut:
        result.setShortcut(shortcut)
        tooltip = f"{tooltip or text} ({shortcut})"
    result.setToolTip(tooltip)
    return result


__all__ = [
    "Card",
    "EmptyState",
    "IconButton",
    "Label",
    "Line",
    "RiskBadge",
    "SectionHeader",
    "ServiceChip",
    "button",
    "set_role",
]
