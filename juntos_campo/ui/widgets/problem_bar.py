"""The bar at the top of a screen that says what went wrong, or what to know."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from juntos_campo.domain.errors import UserError
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label, button


class ProblemBar(QFrame):
    """What happened; that nothing was lost; what to do. Hidden while there is nothing to say.

    Attributes:
        closed: the user has read it.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setProperty("tone", "very_high")
        self._tone, self._icon = "very_high", "warning-circle"
        m = theme.metrics
        self.sign = QLabel()
        self.what = Label("", TextRole.STRONG, wrap=True)
        self.detail = Label("", TextRole.BODY, wrap=True)
        self.close_button = button(self.tr("Entendido"), role="quiet", on_click=self.dismiss)
        texts = QVBoxLayout()
        texts.setSpacing(m.px(2))
        texts.addWidget(self.what)
        texts.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(m.px(12), m.s, m.s, m.s)
        row.setSpacing(m.px(12))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._redraw)
        self.hide()

    def show_error(self, error: UserError) -> None:
        """Show an error and what to do about it."""
        place = f"{error.where}: " if error.where else ""
        detail = " ".join(part for part in (error.safety, error.remedy) if part)
        self._show(place + error.what, detail, "very_high", "warning-circle")

    def show_notice(self, what: str, detail: str = "") -> None:
        """Show something to know that is no error."""
        self._show(what, detail, "information", "info")

    def dismiss(self) -> None:
        """Hide the bar."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _show(self, what: str, detail: str, tone: str, icon_name: str) -> None:
        self._tone, self._icon = tone, icon_name
        self.what.setText(what)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(what)
        self.setAccessibleDescription(detail)
        set_tone(self, tone)
        self._redraw()
        self.show()

    def _redraw(self) -> None:
        self.sign.setPixmap(icon_pixmap(self._icon, self._tone, theme.metrics.px(20)))
