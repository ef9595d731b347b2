"""What the pages below Ayuda that are read, not edited, have in common: norms and forms."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from juntos_campo.domain.spanish import count
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.table import DataTable

LIST_SHARE = 0.33
"""Of the width, for the list."""


class ListBesideScreen(Screen):
    """A list at the left; at the right what is told of the chosen line, above a table of its parts.

    Enter in the list goes to the parts.
    """

    def lay_out(self, listed: DataTable, told: Sequence[QWidget], parts: DataTable) -> None:
        """Place the list, and `told` above the parts; every subclass calls it once, at the end."""
        m = theme.metrics
        self._listed = listed
        listed.opened.connect(lambda _line: parts.setFocus())
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(m.xs)
        for one in told:
            column.addWidget(one)
        column.addSpacing(m.xs)
        column.addWidget(parts, 1)
        row = QHBoxLayout()
        row.setSpacing(m.m)
        row.addWidget(listed)
        row.addWidget(right, 1)
        self.body.addLayout(row, 1)

    def focus_first(self) -> None:
        self._listed.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._listed.setFixedWidth(round(self.width() * LIST_SHARE))

    def tell_left_out(self, one: str, many: str, reasons: Sequence[str], advice: str) -> None:
        """Say above the page what the office sent in vain, with `reasons`; nothing without any."""
        if reasons:
            which = count(len(reasons), one, many)
            self.problems.show_notice(f"{which}.", "\n".join([*reasons, advice]))
