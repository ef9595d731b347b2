"""What every editor of an answer is: it shows a cell, and says when somebody typed or finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from juntos_campo.app.form_desk import FormDesk
from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.definition import Question
from juntos_campo.form_engine.question_types.base import Choice
from juntos_campo.form_engine.session import Session
from juntos_campo.ui.theme.theme import theme

GpsReader = Callable[[Callable[[str], object], Callable[[Exception], object]], object]
"""Starts reading a place beside the window: what to do with ``lat lon alt acc``, and with a failure."""


@dataclass(slots=True)
class Surroundings:
    """What editors may ask of the view they stand in.

    Attributes:
        undo, redo: over the whole form.
        gps: set once a GPS receiver answered; None without one.
    """

    desk: FormDesk
    undo: Callable[[], object]
    redo: Callable[[], object]
    gps: GpsReader | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The cell an editor is for.

    Attributes:
        name: label of the question, for who cannot see it.
    """

    around: Surroundings
    address: str
    question: Question
    name: str = ""

    @property
    def form(self) -> Session:
        return self.around.desk.form

    @property
    def shown(self) -> str:
        return self.form.shown(self.address)

    @property
    def given(self) -> str:
        answer = self.form.given(self.address)
        return "" if answer is None else str(answer)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(self.form.choices(self.address))

    @property
    def appearance(self) -> frozenset[str]:
        return self.question.appearance

    def has(self, *names: str) -> bool:
        """One of the appearances is asked for."""
        return any(name in self.question.appearance for name in names)


class Editor(QWidget):
    """Base of the editors. Subclasses set `first`, the control that takes the keyboard.

    Attributes:
        typed: somebody is typing; the answer may be written after a pause.
        done: the answer is complete; it is to be written now.
        go_on: Enter was pressed; the keyboard goes on to the next question.
        failed: a file could not be kept or read; the error.
    """

    typed = Signal()
    done = Signal()
    go_on = Signal()
    failed = Signal(object)

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.first: QWidget = self

    def answer(self) -> Answer:
        """What is in the editor, to be written."""
        raise NotImplementedError

    def load(self) -> None:
        """Show what the form holds; emits nothing."""
        raise NotImplementedError

    def half_typed(self) -> bool:
        """It holds something else than the form."""
        return False

    def was_changed(self) -> bool:
        """When it says `done`: whether there is something to write."""
        return True

    def relabel(self, name: str) -> None:
        """Another language, or another text: `name` is the label now."""
        self.place = Place(self.place.around, self.place.address, self.place.question, name)
        self.name_controls()
        if not self.half_typed():
            self.load()

    def name_controls(self) -> None:
        """Give the controls their accessible names."""
        self.first.setAccessibleName(self.place.name)

    def say_wrong(self, sentence: str, *, error: bool) -> None:
        """Mark the control: `sentence` is what is wrong or missing, empty for nothing."""
        if self.first.property("wrong") == error and (
            self.first.accessibleDescription() == sentence
        ):
            return
        self.first.setAccessibleDescription(sentence)
        self.first.setProperty("wrong", error)
        style = self.first.style()
        style.unpolish(self.first)
        style.polish(self.first)

    def take_undo_keys(self, control: QWidget) -> None:
        """Ctrl+Z and Ctrl+Y in `control` undo and redo over the whole form, not letter by letter."""
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            around = self.place.around
            redo = event.matches(QKeySequence.StandardKey.Redo) or _is_control_y(event)
            if redo or event.matches(QKeySequence.StandardKey.Undo):
                if self.half_typed():
                    self.done.emit()
                (around.redo if redo else around.undo)()
                return True
        return super().eventFilter(watched, event)


def _is_control_y(event: QKeyEvent) -> bool:
    control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return control and event.key() == Qt.Key.Key_Y


class LineEditor(Editor):
    """One line: text, numbers, dates, times, places and codes, read by the form's own types."""

    def __init__(self, place: Place, width: int = 0, hint: str = "") -> None:
        """`width` in design pixels; 0 takes the whole column."""
        super().__init__(place)
        self.edit = QLineEdit()
        self.first = self.edit
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(theme.metrics.s)
        self.row.addWidget(self.edit)
        if width:
            self.edit.setFixedWidth(theme.metrics.px(width))
            self.row.addStretch(1)
        self.edit.setPlaceholderText(hint)
        self.setFocusProxy(self.edit)
        self.edit.textEdited.connect(lambda _text: self.typed.emit())
        self.edit.editingFinished.connect(self.done)
        self.edit.returnPressed.connect(self._enter)
        self.take_undo_keys(self.edit)
        self.name_controls()

    def answer(self) -> Answer:
        # What was only looked at is no edit, though a day is shown otherwise than it is kept.
        return self.edit.text().strip() if self.half_typed() else self.place.given

    def load(self) -> None:
        if self.edit.text() != self.place.shown:
            self.edit.setText(self.place.shown)

    def half_typed(self) -> bool:
        return self.edit.text().strip() != self.place.shown.strip()

    def was_changed(self) -> bool:
        return self.half_typed()

    def _enter(self) -> None:
        self.done.emit()
        self.go_on.emit()


class TextBox(QPlainTextEdit):
    """Several lines; Tab goes on. Grows with its text up to eight lines.

    Attributes:
        left: the keyboard went elsewhere.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._grow)
        self._grow()

    def _grow(self) -> None:
        lines = min(8, max(3, self.document().blockCount() + len(self.toPlainText()) // 90))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + theme.metrics.m)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.left.emit()


class AreaEditor(Editor):
    """Text of several lines; Ctrl+Enter goes on."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.edit = TextBox()
        self.first = self.edit
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.edit)
        self.setFocusProxy(self.edit)
        self._loading = False
        self.edit.textChanged.connect(lambda: None if self._loading else self.typed.emit())
        self.edit.left.connect(self.done)
        self.take_undo_keys(self.edit)
        self.name_controls()

    def answer(self) -> Answer:
        return self.edit.toPlainText().strip()

    def load(self) -> None:
        if self.edit.toPlainText() != self.place.shown:
            self._loading = True
            self.edit.setPlainText(self.place.shown)
            self._loading = False

    def half_typed(self) -> bool:
        return self.edit.toPlainText().strip() != self.place.shown.strip()

    def was_changed(self) -> bool:
        return self.half_typed()


@dataclass(slots=True)
class ShownChoices:
    """The choices an editor shows now, to know when they became others."""

    names: tuple[str, ...] = ()
    labels: tuple[str, ...] = field(default_factory=tuple)

    def renew(self, place: Place) -> bool:
        """Read them again; True when they are others."""
        language, choices = place.form.language, place.choices
        names = tuple(choice.name for choice in choices)
        labels = tuple(choice.label(language) for choice in choices)
        if (names, labels) == (self.names, self.labels):
            return False
        self.names, self.labels = names, labels
        return True
