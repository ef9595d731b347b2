"""Questions with the same choices as a table: one row a question, one column a choice."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QRadioButton,
    QWidget,
)

from juntos_campo.form_engine.definition import Group, Node, Question
from juntos_campo.form_engine.session import Session
from juntos_campo.ui.form_view.stage import Stage, address_of, label_text
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label

_LISTS = ("select_one", "select_multiple")
_ASKED = ("label", "list-nolabel", "list_nolabel")
_CLEARING = (int(Qt.Key.Key_Delete), int(Qt.Key.Key_Backspace))
_ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
MOST_COLUMNS = 7
LABEL_COLUMN = 3
"""Parts of the width the question takes, where a choice takes one."""


def matrix_run(form: Session, nodes: tuple[Node, ...], row: str) -> list[Question]:
    """The questions at the beginning of `nodes` that make one table; none or one: no table.

    Asked for by ``list-nolabel`` at the questions, or ``table-list`` at their group.
    """
    first = nodes[0]
    if not isinstance(first, Question):
        return []
    within = form.definition.nodes[first.parent]
    whole = isinstance(within, Group) and "table-list" in within.appearance
    run: list[Question] = []
    names: tuple[str, ...] = ()
    for node in nodes:
        if not isinstance(node, Question) or node.type.name not in _LISTS:
            break
        if not (whole or any(word in node.appearance for word in _ASKED)):
            break
        own = tuple(choice.name for choice in form.choices(address_of(node, row)))
        if run and (own != names or node.type.name != run[0].type.name):
            break
        names = own
        run.append(node)
    return run if len(names) <= MOST_COLUMNS else []


class MatrixRow(QObject):
    """One question of the table; a `stage.Box`."""

    def __init__(self, matrix: Matrix, question: Question, row: str, line: int) -> None:
        super().__init__(matrix)
        self.matrix, self.question, self.row = matrix, question, row
        self.stage = matrix.stage
        self.address = address_of(question, row)
        self.shown = True
        self.label = Label("", TextRole.BODY, wrap=True)
        self.said = Label("", TextRole.SMALL, wrap=True)
        self._several = question.type.name == "select_multiple"
        self.buttons: dict[str, QAbstractButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(not self._several)
        grid = matrix.grid
        grid.addWidget(self.label, 2 * line, 0)
        for column, choice in enumerate(self.stage.form.choices(self.address), start=1):
            one: QAbstractButton = QCheckBox() if self._several else QRadioButton()
            one.toggled.connect(self._toggled)
            one.installEventFilter(self)
            self._group.addButton(one)
            self.buttons[choice.name] = one
            grid.addWidget(one, 2 * line, column, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(self.said, 2 * line + 1, 0, 1, len(self.buttons) + 1)
        self.stage.add(self.address, self)
        self.retext()
        self.refresh((self.address,))

    def settle(self) -> bool:
        self.shown = self.stage.form.relevant(self.address)
        for one in (self.label, *self.buttons.values()):
            one.setVisible(self.shown)
        if not self.shown:
            self.said.hide()
        return self.shown

    def refresh(self, addresses: Iterable[str]) -> None:
        del addresses
        given = str(self.stage.form.given(self.address) or "").split()
        self._group.setExclusive(False)
        for name, one in self.buttons.items():
            one.blockSignals(True)
            one.setChecked(name in given)
            one.setEnabled(not self.stage.form.readonly(self.address))
            one.blockSignals(False)
        self._group.setExclusive(not self._several)
        found = self.stage.told(self.address)
        text = found.message if found else self.stage.writer.desk.remark(self.address)
        tone = ("very_high" if found.is_error else "high") if found else "medium"
        self.said.setText(text)
        self.said.setVisible(bool(text) and self.shown)
        set_tone(self.said, tone)
        self.label.setAccessibleDescription(text)
        for one in self.buttons.values():
            one.setAccessibleDescription(text)

    def retext(self) -> None:
        form = self.stage.form
        text = label_text(form, self.question, self.row)
        self.label.setText(f"{text} *" if form.required(self.address) else text)
        for choice in form.choices(self.address):
            if choice.name in self.buttons:
                said = f"{text}: {choice.label(form.language)}"
                self.buttons[choice.name].setAccessibleName(said)

    def commit(self) -> bool:
        self.refresh((self.address,))
        return True

    def half_typed(self) -> bool:
        return False

    def focus(self, address: str) -> bool:
        del address
        buttons = list(self.buttons.values())
        wanted = next((one for one in buttons if one.isChecked()), buttons[0] if buttons else None)
        if wanted is None or not self.shown or not wanted.isEnabled():
            return False
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def holds(self, widget: QObject) -> bool:
        return widget in self.buttons.values()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            around = self.stage.around
            if event.matches(QKeySequence.StandardKey.Undo):
                around.undo()
                return True
            if event.key() in _CLEARING:
                self.stage.writer.write({self.address: ""}, self._step())
                return True
            if event.key() in _ENTER and isinstance(watched, QWidget):
                last = list(self.buttons.values())[-1]
                self.stage.go_on(watched if self._several else last)
                return True
            if event.text().isdigit() and 1 <= int(event.text()) <= len(self.buttons):
                one = list(self.buttons.values())[int(event.text()) - 1]
                one.setFocus()
                one.setChecked(True)
                return True
        return super().eventFilter(watched, event)

    def _toggled(self, on: bool) -> None:
        if not on and not self._several:
            return
        chosen = [name for name, one in self.buttons.items() if one.isChecked()]
        self.stage.writer.write({self.address: " ".join(chosen)}, self._step())

    def _step(self) -> str:
        return self.matrix.tr("elegir")


class Matrix(QWidget):
    """A run of questions with one heading of choices; a `stage.Part`."""

    def __init__(self, stage: Stage, run: list[Question], row: str) -> None:
        super().__init__()
        self.stage = stage
        self.shown = True
        self._first = address_of(run[0], row)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(theme.metrics.s)
        self.grid.setVerticalSpacing(theme.metrics.px(2))
        self.titles: list[Label] = []
        self.rows: list[MatrixRow] = []
        for column, choice in enumerate(stage.form.choices(self._first), start=1):
            title = Label(choice.label(stage.form.language), TextRole.SMALL, wrap=True)
            title.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            self.titles.append(title)
            self.grid.addWidget(title, 0, column)
            self.grid.setColumnStretch(column, 1)
        self.grid.setColumnStretch(0, LABEL_COLUMN)
        self.grid.setColumnMinimumWidth(0, theme.metrics.px(160))
        self.setMaximumWidth(theme.metrics.px(760))
        for question in run:
            if "label" not in question.appearance:
                self.rows.append(MatrixRow(self, question, row, len(self.rows) + 1))

    def settle(self) -> bool:
        self.shown = sum(one.settle() for one in self.rows) > 0
        if self.parentWidget() is not None and self.isHidden() == self.shown:
            self.setVisible(self.shown)
        return self.shown

    def retext(self) -> None:
        form = self.stage.form
        for title, choice in zip(self.titles, form.choices(self._first), strict=False):
            title.setText(choice.label(form.language))
