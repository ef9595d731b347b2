"""The line that says how much is to be corrected, and the list that leads there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout

from juntos_campo.domain.spanish import count
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label, button

LISTED = 100
ROWS_IN_SIGHT = 6
_ADDRESS = int(Qt.ItemDataRole.UserRole) + 1


class _List(QListWidget):
    """Enter goes to the cell; Escape folds the list."""

    entered_key = Signal(str)
    folded = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.currentItem()
            if item is not None:
                self.entered_key.emit(str(item.data(_ADDRESS)))
        elif event.key() == Qt.Key.Key_Escape:
            self.folded.emit()
        else:
            super().keyPressEvent(event)


class FindingsBar(QFrame):
    """``3 datos por corregir``, with a button to the next and a list that can be unfolded.

    Attributes:
        wanted: go to this address.
        next_wanted: go to the next.
        listed: the list was unfolded and wants its lines.
    """

    wanted = Signal(str)
    next_wanted = Signal()
    listed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setProperty("tone", "very_high")
        m = theme.metrics
        self.sign = QLabel()
        self.text = Label("", TextRole.STRONG)
        self.next_button = button(
            self.tr("Ir al siguiente (F8)"), "arrow-down", "quiet", on_click=self.next_wanted.emit
        )
        self.list_button = button(self.tr("Ver la lista"), "list", "quiet", on_click=self.toggle)
        self.list = _List()
        self.list.setAccessibleName(self.tr("Datos por corregir"))
        self.list.itemClicked.connect(lambda item: self.wanted.emit(str(item.data(_ADDRESS))))
        self.list.entered_key.connect(self.wanted)
        self.list.folded.connect(self._fold)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addWidget(self.sign)
        row.addWidget(self.text, 1)
        row.addWidget(self.next_button)
        row.addWidget(self.list_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(m.px(12), m.xs, m.s, m.xs)
        column.setSpacing(m.xs)
        column.addLayout(row)
        column.addWidget(self.list)
        self.list.hide()
        self.hide()
        self._errors = True
        theme.changed.connect(self._redraw)

    def show_count(self, told: int, *, errors: bool) -> None:
        """Say how many are told; `errors`: some are wrong, not only missing. Nothing hides the bar."""
        self.setVisible(told > 0)
        if not told:
            self.list.hide()
            return
        if errors:
            text = count(told, self.tr("dato por corregir"), self.tr("datos por corregir"))
        else:
            text = count(told, self.tr("dato por llenar"), self.tr("datos por llenar"))
        if text == self.text.text() and errors == self._errors:
            return
        self._errors = errors
        self.text.setText(text)
        self.setAccessibleName(text)
        set_tone(self, "very_high" if errors else "high")
        self._redraw()

    @property
    def is_listed(self) -> bool:
        return not self.list.isHidden()

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        """(address, sentence) of everything told."""
        at = self.list.currentRow()
        self.list.clear()
        for address, sentence in lines[:LISTED]:
            item = QListWidgetItem(sentence, self.list)
            item.setToolTip(sentence)
            item.setSizeHint(QSize(0, theme.metrics.row))
            item.setData(_ADDRESS, address)
        self.list.setCurrentRow(min(max(at, 0), self.list.count() - 1))
        rows = min(ROWS_IN_SIGHT, max(1, self.list.count()))
        self.list.setFixedHeight(rows * theme.metrics.row + theme.metrics.s)

    def toggle(self) -> None:
        """Unfold or fold the list."""
        if self.is_listed:
            self._fold()
            return
        self.list.show()
        self.list_button.setText(self.tr("Ocultar la lista"))
        self.listed.emit()
        self.list.setFocus()

    def _fold(self) -> None:
        self.list.hide()
        self.list_button.setText(self.tr("Ver la lista"))
        self.list_button.setFocus()

    def _redraw(self) -> None:
        name = "warning-octagon" if self._errors else "circle-dashed"
        tone = "very_high" if self._errors else "high"
        self.sign.setPixmap(icon_pixmap(name, tone, theme.metrics.px(18)))
