"""One of a list: radio buttons for a few, a box to search in for many."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
)

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import fold
from juntos_campo.ui.form_view.editors.base import Editor, Place, ShownChoices
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.flow import Flow
from juntos_campo.ui.widgets.grid_choices import Search
from juntos_campo.ui.widgets.labels import Label

MOST_RADIOS, MOST_FILTERED = 8, 24
"""More choices than this go into a box to search in; of a list that answers narrow, more of it whole."""
FEW = 4
"""Choices that stand beside each other where they fit, without being asked to."""
_CLEARING = (int(Qt.Key.Key_Delete), int(Qt.Key.Key_Backspace))
_ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))


class FewEditor(Editor):
    """All choices in sight; subclasses make a control of each. A filtered list may be empty so far."""

    def __init__(self, place: Place, columns: int, *asking: str) -> None:
        """`columns` at most, unless the choices are few or an appearance in `asking` wants them wide."""
        super().__init__(place)
        wide = place.has(*asking) or any(one.startswith("columns") for one in place.appearance)
        few = len(place.choices) <= FEW
        self.flow = Flow(MOST_RADIOS if wide else FEW if few else columns)
        self._shown = ShownChoices()
        text = QCoreApplication.translate(
            "Editors", "Todavía no hay opciones: depende de lo de arriba."
        )
        self.nothing = Label(text, TextRole.SOFT, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.flow)
        row.addWidget(self.nothing)

    def controls(self) -> list[QAbstractButton]:
        """A control for each choice, in order."""
        raise NotImplementedError

    def name_controls(self) -> None:
        for control, text in zip(self.controls(), self._shown.labels, strict=True):
            control.setAccessibleName(f"{self.place.name}: {text}")

    def _show_controls(self) -> None:
        controls = self.controls()
        self.flow.set_items(controls)
        self.nothing.setVisible(not controls)


class RadioEditor(FewEditor):
    """One of a few. Arrows or Space choose, a figure chooses by number, Delete takes back."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, 1, "horizontal", "likert", "horizontal-compact", "quick")
        self.buttons: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.load()

    def controls(self) -> list[QAbstractButton]:
        return list(self.buttons.values())

    def answer(self) -> Answer:
        found = (name for name, button in self.buttons.items() if button.isChecked())
        return next(found, "")

    def load(self) -> None:
        if self._shown.renew(self.place):
            self._build()
        given = self.place.given
        self._group.setExclusive(False)
        for name, button in self.buttons.items():
            button.blockSignals(True)
            button.setChecked(name == given)
            button.blockSignals(False)
        self._group.setExclusive(True)
        self._settle_first()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _CLEARING:
                self._clear()
                return True
            if event.key() in _ENTER:
                self.go_on.emit()
                return True
            if event.text().isdigit() and 1 <= int(event.text()) <= len(self.buttons):
                button = list(self.buttons.values())[int(event.text()) - 1]
                button.setFocus()
                button.setChecked(True)
                return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        for old in self.buttons.values():
            self._group.removeButton(old)
        self.buttons = {}
        for name, text in zip(self._shown.names, self._shown.labels, strict=True):
            button = QRadioButton(text.replace("&", "&&"))
            button.toggled.connect(self._toggled)
            self.take_undo_keys(button)
            self._group.addButton(button)
            self.buttons[name] = button
        self._show_controls()
        self._settle_first()
        self.name_controls()
        if had_focus:
            self.first.setFocus()

    def _settle_first(self) -> None:
        """The keyboard comes to what is chosen, as with Tab."""
        first = self._group.checkedButton() or next(iter(self.buttons.values()), None)
        self.first = first if first is not None else self
        if first is not None:
            self.setFocusProxy(first)

    def _clear(self) -> None:
        self._group.setExclusive(False)
        for button in self.buttons.values():
            button.blockSignals(True)
            button.setChecked(False)
            button.blockSignals(False)
        self._group.setExclusive(True)
        self.done.emit()

    def _toggled(self, on: bool) -> None:
        if on:
            self._settle_first()
            self.done.emit()


class Combo(QComboBox):
    """A box that is typed into; the wheel scrolls the form, not the choice."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ComboEditor(Editor):
    """One of many: typing a part of it is enough; Alt+Down shows the list."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.combo = Combo()
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.setMaximumWidth(theme.metrics.px(480))
        self.combo.setMinimumContentsLength(12)
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._search = Search((), self)
        self.combo.setModel(self._search.choices)
        self._line = QLineEdit()
        self.combo.setLineEdit(self._line)
        self._line.setPlaceholderText(self.tr("Escriba o elija"))
        self._shown = ShownChoices()
        self._search.activated.connect(lambda _text: self.done.emit())
        self.combo.setCompleter(self._search)
        self.first = self.combo
        self.setFocusProxy(self.combo)
        self.combo.activated.connect(lambda _n: self.done.emit())
        self._line.editingFinished.connect(self.done)
        self._line.returnPressed.connect(self._enter)
        self.take_undo_keys(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.combo, 1)
        row.addStretch(0)
        self.name_controls()
        self.load()

    def answer(self) -> Answer:
        text = self._line.text().strip()
        plain = fold(text)
        folded = [fold(label) for label in self._shown.labels]
        for name, label in zip(self._shown.names, folded, strict=True):
            if plain == label:
                return name
        holding = [n for n, label in zip(self._shown.names, folded, strict=True) if plain in label]
        return holding[0] if text and len(holding) == 1 else text

    def load(self) -> None:
        if self._shown.renew(self.place):
            self._search.set_texts(self._shown.labels)
        given = self.place.given
        names = self._shown.names
        self.combo.setCurrentIndex(names.index(given) if given in names else -1)
        if self._line.text() != self.place.shown:
            self._line.setText(self.place.shown)

    def half_typed(self) -> bool:
        return self._line.text().strip() != self.place.shown.strip()

    def was_changed(self) -> bool:
        return self.half_typed()

    def name_controls(self) -> None:
        self.combo.setAccessibleName(self.place.name)
        self._line.setAccessibleName(self.place.name)

    def _enter(self) -> None:
        self.done.emit()
        if self._search.list.isVisible():
            # Qt closes the list only after this, and takes the keyboard back to the box as it does.
            QTimer.singleShot(0, self, self.go_on.emit)
        else:
            self.go_on.emit()
