"""Search box, status line and progress panel."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from juntos_campo.ui.theme.icons import icon
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label, button


class FilterBox(QLineEdit):
    """A search box over a list: Down leaves for the list, Escape empties the box.

    Attributes:
        searched: the text, at every keystroke.
        escape_clears: False leaves Escape to whoever holds the box.
    """

    searched = Signal(str)
    left_down = Signal()
    entered = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        self.escape_clears = True
        self._sign = QAction(self)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self.textChanged.connect(self.searched)
        self._redraw()
        theme.changed.connect(self._redraw)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.left_down.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text() and self.escape_clears:
            self.clear()
        else:
            super().keyPressEvent(event)

    def _redraw(self) -> None:
        self._sign.setIcon(icon("magnifying-glass", "soft"))


class StatusLine(QFrame):
    """The quiet line at the bottom: what was last done at the left, standing facts at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "footer")
        self.said = Label("", TextRole.SMALL)
        self.facts = Label("", TextRole.SMALL)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.metrics.m, theme.metrics.xs, theme.metrics.m, theme.metrics.xs)
        row.addWidget(self.said, 1)
        row.addWidget(self.facts)

    def say(self, text: str) -> None:
        """What was just done, e.g. "Guardado 10:32"."""
        self.said.setText(text)
        self.said.setAccessibleName(text)

    def set_facts(self, *facts: str) -> None:
        """What stands, e.g. "9 cambios por enviar", "Sin red desde el lunes"."""
        self.facts.setText("  ·  ".join(fact for fact in facts if fact))


class ProgressPanel(QWidget):
    """Long work: what is being done, how far it is, and a button to stop it."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = Label("", TextRole.BODY, wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Avance"))
        self.stop_button = button(
            self.tr("Detener"), "x", on_click=self._stop, tooltip=self.tr("Detener (Esc)")
        )
        column = QVBoxLayout()
        column.addWidget(self.text)
        column.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.m)
        row.addLayout(column, 1)
        row.addWidget(self.stop_button)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(300)
        self._late.timeout.connect(self._appear)
        self._take_keyboard = False
        self.hide()

    def start(self, text: str, *, can_stop: bool = True, take_keyboard: bool = False) -> None:
        """Begin; appears only if the work takes longer than 0.3 s.

        Args:
            take_keyboard: what began it can no longer be pressed, so the keyboard comes to the bar, where
                a second Enter does nothing and Tab leads to the button that stops.
        """
        self._take_keyboard = take_keyboard
        self.bar.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus if take_keyboard else Qt.FocusPolicy.NoFocus
        )
        self.stop_button.setEnabled(True)
        self.stop_button.setVisible(can_stop)
        self.set_progress(0, 0, text)
        self._late.start()

    def set_progress(self, done: int, total: int, text: str = "") -> None:
        """`done` of `total` steps; a total of 0 means that it is not known."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text:
            self.text.setText(text)
            self.bar.setAccessibleDescription(text)

    def finish(self) -> None:
        """The work ended."""
        self._late.stop()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        stops = self.stop_button.isVisible() and self.stop_button.isEnabled()
        if event.key() == Qt.Key.Key_Escape and stops:
            self._stop()
        else:
            super().keyPressEvent(event)

    def _appear(self) -> None:
        self.show()
        if self._take_keyboard:
            self.bar.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.text.setText(self.tr("Deteniendo…"))
        self.cancelled.emit()
