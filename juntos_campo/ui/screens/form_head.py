"""The head of an official form: its fields above the grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from juntos_campo.app.form_print import definition_label, width_mm
from juntos_campo.app.open_form import OpenForm
from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.definition import Question
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label

Write = Callable[[Mapping[str, Answer]], bool]
"""Puts answers on disk; False when that failed and was told."""


class FormHead(QWidget):
    """Lines for what the head asks; a line is written when it is left.

    Attributes:
        edited: (key) a line was written.
        inputs: key -> its line.
    """

    edited = Signal(str)

    def __init__(self, write: Write) -> None:
        super().__init__()
        self.inputs: dict[str, QLineEdit] = {}
        self._write = write
        self._opened: OpenForm | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.metrics.m)

    @property
    def half_typed(self) -> bool:
        """A line holds something that is not on disk yet."""
        if self._opened is None:
            return False
        shown = self._opened.form.shown
        return any(line.text() != shown(key) for key, line in self.inputs.items())

    def show_form(self, opened: OpenForm) -> None:
        """Show the head of a form; of another kind of form its fields are laid anew."""
        if self._opened is None or self._opened.definition is not opened.definition:
            self._clear()
            self._opened = opened
            for question in opened.definition.columns(""):
                if width_mm(question) > 0 and question.readonly is None:
                    self._add(opened, question)
        self._opened = opened
        for key, line in self.inputs.items():
            line.setText(opened.form.shown(key))
            self._mark(key)

    def finish(self) -> None:
        """Write what is typed, as if the lines had been left."""
        for key in self.inputs:
            self._left(key)

    def first_wrong(self) -> QLineEdit | None:
        """The first line something is said of."""
        return next((line for line in self.inputs.values() if line.property("wrong")), None)

    def _clear(self) -> None:
        self.inputs.clear()
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # its deletion waits for the event loop
                widget.deleteLater()

    def _add(self, opened: OpenForm, question: Question) -> None:
        title = definition_label(opened, question)
        label = Label(title, TextRole.SMALL)
        line = QLineEdit()
        line.setAccessibleName(title)
        line.editingFinished.connect(lambda: self._left(question.key))
        label.setBuddy(line)
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.px(2))
        column.addWidget(label)
        column.addWidget(line)
        self._row.addWidget(place, round(width_mm(question)))
        self.inputs[question.key] = line

    def _left(self, key: str) -> None:
        line = self.inputs.get(key)
        if self._opened is None or line is None or line.text() == self._opened.form.shown(key):
            return
        if not self._write({key: line.text()}):
            return
        line.setText(self._opened.form.shown(key))
        self._mark(key)
        self.edited.emit(key)

    def _mark(self, key: str) -> None:
        assert self._opened is not None  # noqa: S101 - lines exist only for an open form
        line = self.inputs[key]
        finding = self._opened.form.finding(key)
        said = finding.message if finding else self._opened.warning(key)
        line.setProperty("wrong", bool(said))
        line.setToolTip(said)
        line.setPlaceholderText(said)
        line.setAccessibleDescription(said)
        line.style().unpolish(line)
        line.style().polish(line)
