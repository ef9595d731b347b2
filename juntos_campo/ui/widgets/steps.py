"""The thin progress at the left of a visit or a form: its parts, which are done, where one is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from juntos_campo.ui.theme.icons import icon
from juntos_campo.ui.theme.theme import theme


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WRONG = "wrong"
    COMMENTED = "commented"


_LOOKS = {
    StepState.OPEN: ("circle", "soft"),
    StepState.DONE: ("check-circle", "low"),
    StepState.WRONG: ("warning", "high"),
    StepState.COMMENTED: ("chat-circle-text", "information"),
}

BESIDE_TITLE = 56
"""Pixels of a step that its sign and margins take."""


class Steps(QScrollArea):
    """One line a part; pressing it goes there.

    Args:
        name: accessible name.
        words: how far a part is, in words.
        tab_stop: Tab comes here; False where keys of their own go through the parts.

    Attributes:
        chosen: number of the part.
    """

    chosen = Signal(int)

    def __init__(self, name: str, words: Mapping[StepState, str], *, tab_stop: bool = True) -> None:
        super().__init__()
        self._words = words
        self._focus = Qt.FocusPolicy.StrongFocus if tab_stop else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(self._focus)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(theme.metrics.px(168))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self._buttons: list[QPushButton] = []
        self._titles: list[str] = []
        self._states: list[StepState] = []
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, theme.metrics.s, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(self._inside)
        theme.changed.connect(self._redraw)

    def set_titles(self, titles: list[str]) -> None:
        """Show these parts."""
        for old in self._buttons:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons, self._states = [], [StepState.OPEN] * len(titles)
        self._titles = titles
        for number, title in enumerate(titles):
            step = QPushButton(title)
            step.setProperty("role", "nav")
            step.setCheckable(True)
            step.setAutoExclusive(True)
            step.setToolTip(title)
            step.setFocusPolicy(self._focus)
            step.clicked.connect(lambda _on, n=number: self.chosen.emit(n))
            self._buttons.append(step)
            self._column.insertWidget(number, step)
        self._redraw()

    def set_states(self, states: list[StepState]) -> None:
        """Show how far each part is."""
        if states != self._states:
            self._states = states
            self._redraw()

    def set_current(self, number: int) -> None:
        """Mark the part in front."""
        if 0 <= number < len(self._buttons):
            self._buttons[number].setChecked(True)

    def current(self) -> int:
        return next((n for n, one in enumerate(self._buttons) if one.isChecked()), 0)

    def _redraw(self) -> None:
        size = theme.metrics.px(16)
        room = self.width() - theme.metrics.px(BESIDE_TITLE)
        for step, title, state in zip(self._buttons, self._titles, self._states, strict=True):
            name, tone = _LOOKS[state]
            step.ensurePolished()
            step.setText(step.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))
            step.setIcon(icon(name, tone))
            step.setIconSize(QSize(size, size))
            step.setAccessibleName(f"{title}: {self._words[state]}")
