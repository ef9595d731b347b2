"""A sign and a sentence in the colour of what it means."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import IconButton, Label


class Sentence(QWidget):
    """Something to know, within a screen; hidden while there is nothing to say."""

    def __init__(self, icon: str, tone: str, action: IconButton | None = None) -> None:
        super().__init__()
        self._icon, self._tone = icon, tone
        self.sign = QLabel()
        self.text = Label("", TextRole.BODY, wrap=True)
        set_tone(self.text, tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.s)
        beside = Qt.AlignmentFlag.AlignVCenter if action else Qt.AlignmentFlag.AlignTop
        row.addWidget(self.sign, 0, beside)
        row.addWidget(self.text, 1)
        if action is not None:
            row.addWidget(action)
        theme.changed.connect(self._redraw)
        self._redraw()
        self.hide()

    def say(self, text: str) -> None:
        """Show a sentence; "" hides it."""
        self.text.setText(text)
        self.setVisible(bool(text))

    def _redraw(self) -> None:
        self.sign.setPixmap(icon_pixmap(self._icon, self._tone, theme.metrics.px(16)))
