"""What every screen is: a title, a problem bar, a body, its keys, and how it refreshes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from juntos_campo.domain.errors import UserError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Heading, Label
from juntos_campo.ui.widgets.problem_bar import ProblemBar


@dataclass(frozen=True, slots=True)
class Key:
    """One shortcut of a screen, for the help.

    Attributes:
        keys: as Qt writes it, ``Ctrl+P``.
        does: Spanish, beginning with a verb.
    """

    keys: str
    does: str


class Screen(QWidget):
    """Base of every screen. Build widgets in `__init__`, read data in `open` and `refresh`.

    Attributes:
        context: session, tasks, notifications, navigation, clock.
        body: the layout below heading and problem bar.
        stale: something changed while another screen was in front.
        nav_figure: number beside its line in the navigation, where the session's counts have none.
        tools: the layout at the right end of the heading, for buttons.
    """

    def __init__(self, context: UiContext, title: str = "", remark: str = "") -> None:
        super().__init__()
        self.context = context
        self.stale = True
        self.nav_figure = 0
        self.keys: list[Key] = []
        self.problems = ProblemBar()
        self.title = Heading(title, TextRole.TITLE)
        self.remark = Label(remark, TextRole.SOFT, wrap=True)
        self.heading = QWidget()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(theme.metrics.s)
        self._lay_heading()
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.metrics.s)
        column = QVBoxLayout(self)
        m = theme.metrics
        column.setContentsMargins(m.m, m.px(12), m.m, m.px(12))
        column.setSpacing(m.s)
        column.addWidget(self.problems)
        column.addWidget(self.heading)
        column.addLayout(self.body, 1)
        self.setAccessibleName(title)

    def open(self, params: dict[str, str]) -> None:
        """Come to the front showing `params` (see `Navigation`); the base refreshes what is stale."""
        del params
        if self.stale:
            self.stale = False
            self.refresh(None)

    def refresh(self, changed: Any) -> None:
        """Read again what is shown. `changed` is what a use case returned; None means everything."""

    def may_leave(self) -> bool:
        """False keeps the screen in front; it must say why in its problem bar."""
        return True

    def set_title(self, title: str, remark: str = "") -> None:
        """Change heading and remark."""
        self.title.setText(title)
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))
        self.setAccessibleName(title)

    def focus_first(self) -> None:
        """Give the keyboard to what is used first; by default the first control of the body."""
        for number in range(self.body.count()):
            item = self.body.itemAt(number)
            widget = item.widget() if item is not None else None
            if widget is not None and widget.isVisibleTo(self):
                first = widget if _takes_keys(widget) else _first_in(widget)
                if first is not None:
                    first.setFocus(Qt.FocusReason.OtherFocusReason)
                    return

    def show_error(self, error: UserError) -> None:
        """Show an error on top of this screen."""
        self.problems.show_error(error)

    def add_key(self, keys: str, does: str, action: Any) -> QShortcut:
        """Bind a key while this screen is in front, and list it in its help."""
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(action)
        self.keys.append(Key(keys, does))
        return shortcut

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._place_tools()
        return super().event(event)

    def _place_tools(self) -> None:
        """Buttons stand beside the title, or beneath it where there is no room."""
        m = theme.metrics
        wanted = self.title.sizeHint().width() + self.tools.sizeHint().width() + 4 * m.m
        directions = QBoxLayout.Direction
        wish = directions.LeftToRight if wanted <= self.width() else directions.TopToBottom
        if wish is self._heading_row.direction():
            return
        self._heading_row.setDirection(wish)
        beside = wish is directions.LeftToRight
        side = Qt.AlignmentFlag.AlignVCenter if beside else Qt.AlignmentFlag.AlignLeft
        self._heading_row.setAlignment(self.tools, side)
        self.heading.updateGeometry()

    def _lay_heading(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.remark)
        self._heading_row = QHBoxLayout(self.heading)
        self._heading_row.setContentsMargins(0, 0, 0, 0)
        self._heading_row.setSpacing(theme.metrics.s)
        self._heading_row.addLayout(texts, 1)
        self._heading_row.addLayout(self.tools)
        self.remark.setVisible(bool(self.remark.text()))


def _takes_keys(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()


def _first_in(widget: QWidget) -> QWidget | None:
    for child in widget.findChildren(QWidget):
        if child.isVisibleTo(widget) and _takes_keys(child):
            return child
    return None
