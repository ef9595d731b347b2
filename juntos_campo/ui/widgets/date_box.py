"""A box for one date, typed as people write it, with its error beneath."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import long_date, paper_date
from juntos_campo.ui.problems import DATE_FUTURE, DATE_PAST, DATE_TOO_EARLY
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.date_text import parse_date
from juntos_campo.ui.widgets.labels import Label


class DateBox(QWidget):
    """Type ``14/11`` and Enter.

    Attributes:
        date_changed: emitted with a `date`, or None when emptied, as the box is left or Enter pressed.
        committed: Enter was pressed on a right date or on an empty box (to go on to the next box).
    """

    date_changed = Signal(object)
    committed = Signal()

    def __init__(
        self,
        name: str,
        today: Callable[[], date],
        *,
        future: bool = False,
        earliest: date | None = None,
    ) -> None:
        """`name` is the accessible name; `future`: dates of today or later instead of earlier ones."""
        super().__init__()
        self._today, self._future, self._earliest = today, future, earliest
        self._value: date | None = None
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(self.tr("día/mes"))
        self.edit.setFixedWidth(theme.metrics.px(120))
        self.error = Label("", TextRole.SMALL, wrap=True)
        set_tone(self.error, "very_high")
        self.error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.px(2))
        column.addWidget(self.edit)
        column.addWidget(self.error)
        self.setFocusProxy(self.edit)
        self.edit.editingFinished.connect(self._read)
        self.edit.returnPressed.connect(self._enter)

    def value(self) -> date | None:
        """The date last read without error; None when empty or wrong."""
        return self._value

    def set_value(self, value: date | None) -> None:
        """Show a date without emitting `date_changed`."""
        self._value = value
        self.edit.setText(paper_date(value) if value else "")
        self._show("", value)

    def set_text(self, text: str) -> None:
        """Show half typed text as it was left, with its error; emits nothing."""
        self.edit.setText(text)
        self.blockSignals(True)
        self._read()
        self.blockSignals(False)

    def is_wrong(self) -> bool:
        """What was typed is not a date that may stand here."""
        return bool(self.error.text())

    def set_earliest(self, earliest: date | None) -> None:
        """The first day that may stand here (e.g. the day of birth)."""
        self._earliest = earliest

    def _enter(self) -> None:
        self._read()  # Qt tells of Enter before it tells that editing ended
        if not self.is_wrong():
            self.committed.emit()

    def _read(self) -> None:
        text = self.edit.text().strip()
        value: date | None = None
        try:
            value = self._checked(text) if text else None
        except UserError as error:
            self._value = None
            self._show(f"{error.what} {error.remedy}", None)
            self.date_changed.emit(None)
            return
        changed = value != self._value or self.is_wrong()
        self.set_value(value)
        if changed:
            self.date_changed.emit(value)

    def _checked(self, text: str) -> date:
        today = self._today()
        value = parse_date(text, today, future=self._future)
        shown = paper_date(value)
        if self._future and value < today:
            raise user_error(DATE_PAST, text=shown)
        if not self._future and value > today:
            raise user_error(DATE_FUTURE, text=shown)
        if self._earliest is not None and value < self._earliest:
            raise user_error(DATE_TOO_EARLY, text=shown, limit=paper_date(self._earliest))
        return value

    def _show(self, error: str, value: date | None) -> None:
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self.edit.setProperty("wrong", bool(error))
        self.edit.setAccessibleDescription(error)
        self.edit.setToolTip(long_date(value) if value else "")
        style = self.edit.style()
        style.unpolish(self.edit)
        style.polish(self.edit)
