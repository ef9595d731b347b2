"""Dates, with the day of the week beside them."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import long_date, paper_date
from juntos_campo.ui.form_view.editors.base import LineEditor, Place
from juntos_campo.ui.theme.theme import TextRole
from juntos_campo.ui.widgets.date_text import parse_date
from juntos_campo.ui.widgets.labels import Label


class DateEditor(LineEditor):
    """A day: ``14/11`` and Enter; ``hoy``, ``ayer`` and ``14 nov`` are read too. Up and Down: one day."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, 120, self.tr("día/mes/año"))
        self.said = Label("", TextRole.SOFT)
        self.row.insertWidget(1, self.said)

    def answer(self) -> Answer:
        text = str(super().answer())
        if self.half_typed() and any(letter.isalpha() for letter in text):
            try:
                return parse_date(text, self._near()).isoformat()
            except UserError:
                return text
        return text

    def load(self) -> None:
        super().load()
        day = self._day()
        self.said.setText(long_date(day) if day else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        steps = {int(Qt.Key.Key_Up): 1, int(Qt.Key.Key_Down): -1}
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            day, step = self._day(), steps.get(event.key())
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if day is not None and step is not None and plain and not self.half_typed():
                self.edit.setText(paper_date(day + timedelta(days=step)))
                self.typed.emit()
                self.done.emit()
                return True
        return super().eventFilter(watched, event)

    def _near(self) -> date:
        return self.place.form.reading(self.place.question).near

    def _day(self) -> date | None:
        try:
            return date.fromisoformat(self.place.given)
        except ValueError:
            return None
