"""The controls of a visit: each puts its answer on the desk as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.app.visit_context import figure, iso_date
from juntos_campo.domain.errors import UserError
from juntos_campo.ui.screens.visit_desk import Field, FieldNotes, VisitDesk
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.date_box import DateBox
from juntos_campo.ui.widgets.date_text import parse_date
from juntos_campo.ui.widgets.flow import Flow
from juntos_campo.ui.widgets.labels import Label


def date_field(
    desk: VisitDesk,
    path: str,
    name: str,
    notes: FieldNotes,
    *,
    future: bool = False,
    earliest: date | None = None,
) -> DateBox:
    """A date: ``14/11`` and Enter puts it on disk and goes on to the next field."""
    box = DateBox(name, desk.context.clock.today, future=future, earliest=earliest)
    stored = iso_date(desk.get(path))
    if stored is not None:
        box.set_value(stored)
    elif desk.text(path):
        box.set_text(desk.text(path))

    def changed(value: date | None) -> None:
        desk.put(path, value.isoformat() if value else _read(box, desk, future))

    box.edit.textEdited.connect(lambda text: desk.type(path, text.strip()))
    box.date_changed.connect(changed)
    # A date typed, stored half and typed back again is no change to the box, but one to the disk.
    box.edit.editingFinished.connect(lambda: changed(box.value()))
    box.committed.connect(lambda: go_on(box.edit))
    desk.add(Field(path, box.edit, notes, box.is_wrong))
    return box


def _read(box: DateBox, desk: VisitDesk, future: bool) -> str:
    """What a box holds that takes no date from it: a date that cannot stand here, or half a one."""
    text = box.edit.text().strip()
    try:
        return parse_date(text, desk.context.clock.today(), future=future).isoformat()
    except UserError:
        return text


def number_field(
    desk: VisitDesk, path: str, name: str, notes: FieldNotes, unit: str
) -> QHBoxLayout:
    """A figure with its unit; point or comma."""
    edit = QLineEdit(desk.text(path))
    edit.setAccessibleName(name)
    edit.setFixedWidth(theme.metrics.px(72))

    def finished() -> None:
        text = edit.text().strip()
        value = figure(text)
        desk.put(path, text if value is None else value)

    edit.textEdited.connect(lambda text: desk.type(path, text.strip()))
    edit.editingFinished.connect(finished)
    edit.returnPressed.connect(lambda: go_on(edit))
    desk.add(Field(path, edit, notes))
    row = QHBoxLayout()
    row.setSpacing(theme.metrics.xs)
    row.addWidget(edit)
    row.addWidget(Label(unit, TextRole.SOFT))
    return row


def line_field(
    desk: VisitDesk, path: str, name: str, notes: FieldNotes, hint: str = ""
) -> QLineEdit:
    """One line of text."""
    edit = QLineEdit(desk.text(path))
    edit.setAccessibleName(name)
    edit.setPlaceholderText(hint)
    edit.textEdited.connect(lambda text: desk.type(path, text))
    edit.editingFinished.connect(lambda: desk.put(path, edit.text().strip()))
    edit.returnPressed.connect(lambda: go_on(edit))
    desk.add(Field(path, edit, notes))
    return edit


class TextArea(QPlainTextEdit):
    """A few lines of text; Tab goes on to the next field."""

    def __init__(self, desk: VisitDesk, path: str, name: str, notes: FieldNotes, hint: str) -> None:
        super().__init__(desk.text(path))
        self._desk, self._path = desk, path
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme.metrics.px(64))
        self.textChanged.connect(lambda: desk.type(path, self.toPlainText()))
        desk.add(Field(path, self, notes))

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self._desk.put(self._path, self.toPlainText().strip())


class ChoiceField(Flow):
    """One of a few: radio buttons; the arrow keys or Space choose.

    Attributes:
        buttons: answer -> button.
    """

    def __init__(
        self,
        desk: VisitDesk,
        path: str,
        name: str,
        choices: Mapping[str, str],
        notes: FieldNotes,
        columns: int = 4,
    ) -> None:
        super().__init__(columns)
        self._desk, self._path = desk, path
        self.buttons: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        for answer, text in choices.items():
            option = QRadioButton(text)
            option.setAccessibleName(f"{name}: {text}")
            option.setChecked(desk.get(path) == answer)
            option.toggled.connect(lambda on, chosen=answer: self._toggled(chosen, on))
            self._group.addButton(option)
            self.buttons[answer] = option
        self.set_items(list(self.buttons.values()))
        first = self._group.checkedButton() or next(iter(self.buttons.values()))
        self._field = desk.add(Field(path, first, notes))

    def value(self) -> str:
        return self._desk.text(self._path)

    def _toggled(self, answer: str, on: bool) -> None:
        if on:
            # The keyboard comes back to what was chosen, as with Tab.
            self._field.control = self.buttons[answer]
            self._desk.put(self._path, answer)


def tick(text: str, name: str, on: bool, changed: Callable[[bool], None]) -> QCheckBox:
    """A box to tick."""
    box = QCheckBox(text)
    box.setAccessibleName(name)
    box.setChecked(on)
    box.toggled.connect(changed)
    return box


def labelled(text: str, control: QWidget, notes: FieldNotes) -> QVBoxLayout:
    """A control under its label, with its notes below."""
    column = QVBoxLayout()
    column.setSpacing(theme.metrics.px(2))
    label = Label(text, TextRole.SOFT, wrap=True)
    label.setBuddy(control)
    column.addWidget(label)
    column.addWidget(control)
    column.addLayout(notes)
    return column


def go_on(control: QWidget) -> None:
    """The keyboard goes on to the next field, as with Tab."""
    control.focusNextChild()


def is_inside(control: QObject | None, part: QWidget) -> bool:
    """Whether `control` is `part` or within it."""
    return isinstance(control, QWidget) and (control is part or part.isAncestorOf(control))
