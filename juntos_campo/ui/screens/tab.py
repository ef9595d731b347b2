"""What the tabs of a household's file and of Formatos have in common."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from juntos_campo.domain.spanish import near_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.labels import EmptyState


class Tab(QWidget):
    """Stacked pages, the empty state first.

    Attributes:
        empty, pages: the empty state, and what it stands in.
        column: the layout around `pages`.
    """

    def __init__(self, context: UiContext, empty: EmptyState) -> None:
        super().__init__()
        self.context = context
        self.empty = empty
        self.pages = QStackedWidget()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, theme.metrics.s, 0, 0)
        self.column.setSpacing(theme.metrics.s)
        self.column.addWidget(self.pages, 1)
        self.pages.addWidget(empty)

    def day(self, when: date | None) -> str:
        """``3 dic``, with the year when it is not this one; "" for None."""
        return near_date(when, self.context.clock.today()) if when else ""


class LateTab(Tab):
    """A tab that is filled when somebody looks at it: what it shows takes work or heavy tables."""

    def __init__(self, context: UiContext, empty: EmptyState) -> None:
        super().__init__(context, empty)
        self._behind = False

    def fill(self) -> None:
        """Show what was chosen meanwhile."""
        raise NotImplementedError

    def fill_when_seen(self) -> None:
        """Fill now if the tab is on the screen, else when it next is."""
        self._behind = True
        if self.isVisible():
            self._catch_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._behind:
            self._catch_up()

    def _catch_up(self) -> None:
        self._behind = False
        self.fill()


class _Scrolling(QScrollArea):
    """A method of its own hears the theme, so that Qt lets go of it with the widget."""

    def __init__(self, content: QWidget, least_height: int) -> None:
        super().__init__()
        self._content, self._least_height = content, least_height
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fit()
        self.setWidget(content)
        theme.changed.connect(self._fit)

    def _fit(self) -> None:
        self._content.setMinimumHeight(theme.metrics.px(self._least_height))


def scrolling(content: QWidget, least_height: int) -> QScrollArea:
    """Keep `content` at `least_height` design pixels; where there is less room it scrolls."""
    return _Scrolling(content, least_height)
