"""Parts of a screen one under the other, scrolled when they do not fit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from juntos_campo.ui.theme.theme import theme


class ScrollColumn(QScrollArea):
    """A column that scrolls; the keys go through its parts, never to the area itself.

    Attributes:
        column: filled from above; whoever fills it ends it with a stretch.
    """

    def __init__(self) -> None:
        super().__init__()
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, theme.metrics.s, 0)
        self.column.setSpacing(theme.metrics.s)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
