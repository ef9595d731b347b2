"""A statement to agree to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout

from juntos_campo.domain.entities import Answer
from juntos_campo.ui.form_view.editors.base import Editor, Place

_ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))


class AcknowledgeEditor(Editor):
    """One box to tick."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.box = QCheckBox(self.tr("Conforme"))
        self.first = self.box
        self.setFocusProxy(self.box)
        self.box.toggled.connect(lambda _on: self.done.emit())
        self.take_undo_keys(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addStretch(1)
        self.name_controls()

    def answer(self) -> Answer:
        return "OK" if self.box.isChecked() else ""

    def load(self) -> None:
        self.box.blockSignals(True)
        self.box.setChecked(bool(self.place.given))
        self.box.blockSignals(False)

    def name_controls(self) -> None:
        self.box.setAccessibleName(f"{self.place.name}: {self.box.text()}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in _ENTER
        ):
            self.go_on.emit()
            return True
        return super().eventFilter(watched, event)
