"""What the visit's forms ask, in the look of the visit: labels above, choices beside each other.

Questions appear and go as the answers before them ask for them; what stays keeps its control, and so
the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QVBoxLayout, QWidget

from juntos_campo.app.visit_questions import Asked
from juntos_campo.domain.visits import HOUSEHOLD
from juntos_campo.ui.screens.visit_desk import Field, FieldNotes, Section, VisitDesk
from juntos_campo.ui.screens.visit_fields import (
    ChoiceField,
    TextArea,
    date_field,
    go_on,
    is_inside,
    labelled,
    tick,
)
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Card, Label, SectionHeader

UNSOURCED = "sin fuente oficial"
NARROW = 220
"""Room of an answer of one line, in design pixels."""


class QuestionList(QWidget):
    """The questions of one person, of the household, or of the call.

    Args:
        asked: what is asked now; looked at again after every answer.
        who: for accessible names: ``Yeison``.
    """

    def __init__(
        self, desk: VisitDesk, who: str, asked: Callable[[], Sequence[Asked]], columns: int = 4
    ) -> None:
        super().__init__()
        self._desk, self._who, self._asked, self._columns = desk, who, asked, columns
        self._shown: dict[str, tuple[Asked, QWidget]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.metrics.px(6))
        text = QCoreApplication.translate(
            "QuestionList", "Hay preguntas propias, sin fuente oficial: orientan la conversación."
        )
        self._unsourced = Label(text, TextRole.SMALL, wrap=True)
        self._column.addWidget(self._unsourced)
        desk.saved.connect(self.look_again)
        self.look_again()

    def look_again(self) -> None:
        """Show what is asked now; what is not asked any more goes."""
        asked = {one.path: one for one in self._asked()}
        for path in [path for path in self._shown if asked.get(path) != self._shown[path][0]]:
            self._drop(path)
        for place, one in enumerate(asked.values()):
            if one.path not in self._shown:
                holder = self._make(one)
                self._column.insertWidget(place, holder)
                self._shown[one.path] = (one, holder)
                holder.setVisible(True)
        self._unsourced.setVisible(any(UNSOURCED in one.source for one in asked.values()))
        # Without a parent yet it would open as a window; in one it appears with it.
        if not asked or self.parentWidget() is not None:
            self.setVisible(bool(asked))

    def paths(self) -> list[str]:
        """Paths of what is asked now."""
        return list(self._shown)

    def _drop(self, path: str) -> None:
        _, holder = self._shown.pop(path)
        if is_inside(QApplication.focusWidget(), holder):
            self._desk.drop(path)
            holder.focusPreviousChild()
        self._desk.drop(path)
        holder.hide()
        self._column.removeWidget(holder)
        holder.deleteLater()

    def _make(self, one: Asked) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        if one.is_note:
            note = Label(one.label, wrap=True)
            set_tone(note, "high" if one.is_advice else "information")
            column.addWidget(note)
            return holder
        notes = FieldNotes()
        control = self._control(one, notes)
        column.addLayout(labelled(one.label, control, notes))
        if one.hint:
            notes.insertWidget(0, Label(one.hint, TextRole.SMALL, wrap=True))
        return holder

    def _control(self, one: Asked, notes: FieldNotes) -> QWidget:
        name = f"{self._who}: {one.label}"
        kind, desk = one.question.type.name, self._desk
        choices = {choice.name: choice.label("default") for choice in one.choices}
        if kind == "select_one":
            return ChoiceField(desk, one.path, name, choices, notes, columns=self._columns)
        if kind == "select_multiple":
            return TickField(desk, one.path, name, choices, notes)
        if kind == "acknowledge":
            return TickField(desk, one.path, name, {"OK": one.label}, notes)
        if kind == "date":
            return date_field(desk, one.path, name, notes, future=True)
        if "multiline" in one.question.appearance:
            return TextArea(desk, one.path, name, notes, "")
        wide = kind == "text" and "numbers" not in one.question.appearance
        return answer_line(desk, one.path, name, notes, wide=wide)


class TickField(QWidget):
    """Several of a few; the answer is their names in the order of the list, joined by a blank."""

    def __init__(
        self, desk: VisitDesk, path: str, name: str, choices: dict[str, str], notes: FieldNotes
    ) -> None:
        super().__init__()
        self._desk, self._path = desk, path
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        chosen = desk.text(path).split()
        for answer, text in choices.items():
            box = tick(text, f"{name}: {text}", answer in chosen, partial(self._ticked, answer))
            self.boxes[answer] = box
            column.addWidget(box)
        desk.add(Field(path, next(iter(self.boxes.values())), notes))

    def _ticked(self, answer: str, on: bool) -> None:
        chosen = set(self._desk.text(self._path).split()) - {answer}
        if on:
            chosen.add(answer)
        self._desk.put(self._path, " ".join(one for one in self.boxes if one in chosen))


def answer_line(
    desk: VisitDesk, path: str, name: str, notes: FieldNotes, *, wide: bool
) -> QLineEdit:
    """One line; Enter goes on to the next field."""
    edit = QLineEdit(desk.text(path))
    edit.setAccessibleName(name)
    if not wide:
        edit.setMaximumWidth(theme.metrics.px(NARROW))
    edit.textEdited.connect(lambda text: desk.type(path, text))
    edit.editingFinished.connect(lambda: desk.put(path, edit.text().strip()))
    edit.returnPressed.connect(lambda: go_on(edit))
    desk.add(Field(path, edit, notes))
    return edit


class PhoneReminder(Label):
    """Stands over the services of a member while the visit is a call."""

    def __init__(self, desk: VisitDesk) -> None:
        text = QCoreApplication.translate(
            "PhoneReminder",
            "Por teléfono: pida que le lean las fechas del carné. Quedan como dichas por la familia.",
        )
        super().__init__(text, TextRole.SMALL, wrap=True)
        set_tone(self, "information")
        self._desk = desk
        desk.saved.connect(self.follow)

    def follow(self) -> None:
        """Show or hide, as the visit is made; call it once it stands in its layout."""
        self.setVisible(self._desk.form.questions.by_phone)


class HouseholdQuestions(Section):
    """What is asked of the whole household."""

    def __init__(self, desk: VisitDesk) -> None:
        title = QCoreApplication.translate("HouseholdQuestions", "Todo el hogar")
        super().__init__(desk, title, ())
        self.column.addWidget(SectionHeader(title))
        box = Card()
        self.questions = QuestionList(desk, title, partial(desk.form.questions.asked, HOUSEHOLD))
        box.body.addWidget(self.questions)
        self.column.addWidget(box)

    def owns(self, path: str) -> bool:
        """The call stands with who attends."""
        return path in self.questions.paths()


class CallQuestions(QWidget):
    """What is asked about the call, when the visit is made by phone."""

    def __init__(self, desk: VisitDesk) -> None:
        super().__init__()
        self._desk = desk
        who = self.tr("Llamada")
        self.questions = QuestionList(desk, who, desk.form.questions.asked_by_phone)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.questions)
        self._by_phone = bool(self.questions.paths())
        desk.saved.connect(self._follow)
        if not self._by_phone:
            self.hide()

    def _follow(self) -> None:
        """Once a visit turns out to be a call, what is known of it is filled in."""
        by_phone = bool(self.questions.paths())
        if by_phone == self._by_phone:
            return
        self._by_phone = by_phone
        self.setVisible(by_phone)
        if by_phone:
            for path, value in self._desk.form.questions.prefilled(self._desk.answers).items():
                self._desk.put(path, value)
                field = self._desk.fields.get(path)
                if field is not None and isinstance(field.control, QLineEdit):
                    field.control.setText(str(value))
