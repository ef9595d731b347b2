"""Choose another day for a household: tomorrow, a day of the week, or any date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from juntos_campo.domain.spanish import short_date
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.date_box import DateBox
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.overlay import Overlay

_SUNDAY = 6


class MovePanel(Overlay):
    """Emits `moved` with the day and the reason typed (may be empty)."""

    moved = Signal(object, str)

    def __init__(self, window: QWidget, who: str, today: Callable[[], date]) -> None:
        super().__init__(window)
        m = theme.metrics
        title = self.tr("Pasar a otro día")
        self.setAccessibleName(title)
        self.reason = QLineEdit()
        self.reason.setAccessibleName(self.tr("Motivo"))
        self.reason.setPlaceholderText(self.tr("Motivo (si lo hay)"))
        self.box = DateBox(self.tr("Otra fecha"), today, future=True)
        self.day_buttons = [
            button(self._name(day, today()), on_click=self._chooser(day))
            for day in next_working_days(today(), 4)
        ]
        self.confirm = button(self.tr("Pasar a esa fecha"), on_click=self._typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(m.m, m.px(12), m.m, m.m)
        column.setSpacing(m.s)
        column.addWidget(Label(title, TextRole.SECTION))
        column.addWidget(Label(who, TextRole.SOFT, wrap=True))
        column.addWidget(self.reason)
        days = QHBoxLayout()
        days.setSpacing(m.s)
        for one in self.day_buttons:
            days.addWidget(one)
        column.addLayout(days)
        other = QHBoxLayout()
        other.setSpacing(m.s)
        other.addWidget(self.box)
        other.addWidget(self.confirm)
        other.addStretch(1)
        column.addLayout(other)
        self.box.committed.connect(self._typed)
        self.dismissed.connect(self.deleteLater)

    def open_beside(self, anchor: QWidget) -> None:
        """Open below `anchor`; the first day has the keyboard."""
        self.adjustSize()
        self.place_beside(anchor)
        self.open_over(self.day_buttons[0])

    def _name(self, day: date, today: date) -> str:
        if day == today + timedelta(days=1):
            return self.tr("Mañana")
        return short_date(day).rsplit(" ", 1)[0].capitalize()

    def _chooser(self, day: date) -> Callable[[], None]:
        return lambda: self._move(day)

    def _typed(self) -> None:
        day = self.box.value()
        if day is None:
            self.box.setFocus()
            return
        self._move(day)

    def _move(self, day: date) -> None:
        reason = self.reason.text().strip()
        self.dismiss()
        self.moved.emit(day, reason)


def next_working_days(today: date, number: int) -> list[date]:
    """The next `number` days that are no Sunday, from tomorrow on."""
    days = (today + timedelta(days=step) for step in range(1, number * 2 + 2))
    return [day for day in days if day.weekday() != _SUNDAY][:number]


__all__ = ["MovePanel", "next_working_days"]
