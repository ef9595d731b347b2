"""Questions before what cannot be undone: discarding a draft, deleting a closed record."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from juntos_campo.app.field_records import DeleteReason
from juntos_campo.ui.screens.record_words import REASON, words
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.overlay import Overlay


class _Question(Overlay):
    """A question with its consequence; what keeps everything as it is has the keyboard."""

    def __init__(self, window: QWidget, title: str, text: str, yes: str, no: str) -> None:
        super().__init__(window)
        m = theme.metrics
        self.setAccessibleName(title)
        self.setFixedWidth(m.px(420))
        self.stay_button = button(no, on_click=self.dismiss)
        self.yes_button = button(yes, "trash", on_click=self._agreed)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(m.m, m.px(12), m.m, m.m)
        self.column.setSpacing(m.s)
        self.column.addWidget(Label(title, TextRole.SECTION, wrap=True))
        self.column.addWidget(Label(text, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addStretch(1)
        row.addWidget(self.yes_button)
        row.addWidget(self.stay_button)
        self.column.addLayout(row)
        self.dismissed.connect(self.deleteLater)

    def ask_beside(self, anchor: QWidget, first: QWidget | None = None) -> None:
        """Open below `anchor`."""
        self.adjustSize()
        self.place_beside(anchor)
        self.open_over(first or self.stay_button)

    def _agreed(self) -> None:
        raise NotImplementedError


class DiscardPanel(_Question):
    """Emits `agreed` when the draft may go."""

    agreed = Signal()

    def __init__(self, window: QWidget, *, correction: bool) -> None:
        text = words("Lo escrito se borra de esta computadora y no se puede recuperar.")
        if correction:
            text = words("La corrección se borra. El registro cerrado queda como estaba.")
        super().__init__(
            window,
            words("¿Descartar este borrador?"),
            text,
            words("Descartar borrador"),
            words("Seguir escribiendo"),
        )

    def _agreed(self) -> None:
        self.dismiss()
        self.agreed.emit()


class DeletePanel(_Question):
    """Emits `agreed` with the `DeleteReason` chosen."""

    agreed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(
            window,
            words("¿Eliminar este registro?"),
            words("Desaparece aquí y, al sincronizar, en la oficina. Diga por qué:"),
            words("Eliminar registro"),
            words("Dejarlo"),
        )
        self.reasons = QComboBox()
        self.reasons.setAccessibleName(words("Motivo"))
        self.reasons.addItem(words("Elija el motivo"), "")
        for reason, text in REASON.items():
            self.reasons.addItem(words(text), reason.value)
        self.column.insertWidget(2, self.reasons)
        self.yes_button.setEnabled(False)
        self.reasons.currentIndexChanged.connect(
            lambda _index: self.yes_button.setEnabled(bool(self.reasons.currentData()))
        )

    def ask_beside(self, anchor: QWidget, first: QWidget | None = None) -> None:
        super().ask_beside(anchor, first or self.reasons)

    def _agreed(self) -> None:
        reason = self.reasons.currentData()
        self.dismiss()
        if reason:
            self.agreed.emit(DeleteReason(reason))
