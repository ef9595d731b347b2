"""Several of a list: boxes to tick, in a list that can be searched where there are many."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import fold
from juntos_campo.ui.form_view.editors.base import Editor, Place, ShownChoices
from juntos_campo.ui.form_view.editors.choice import FewEditor
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.inputs import FilterBox

_ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
NAME = int(Qt.ItemDataRole.UserRole) + 1


class TicksEditor(FewEditor):
    """One box a choice. Space ticks, arrows and Tab move, Enter goes on."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, 2, "horizontal", "horizontal-compact")
        self.boxes: dict[str, QCheckBox] = {}
        self.load()

    def controls(self) -> list[QAbstractButton]:
        return list(self.boxes.values())

    def answer(self) -> Answer:
        return " ".join(name for name, box in self.boxes.items() if box.isChecked())

    def load(self) -> None:
        if self._shown.renew(self.place):
            self._build()
        given = self.place.given.split()
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in given)
            box.blockSignals(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}
            boxes = list(self.boxes.values())
            if event.key() in steps and watched in boxes:
                at = boxes.index(watched) + steps[event.key()]
                if 0 <= at < len(boxes):
                    boxes[at].setFocus()
                return True
            if event.key() in _ENTER:
                boxes[-1].setFocus()
                self.go_on.emit()
                return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.boxes = {}
        for name, text in zip(self._shown.names, self._shown.labels, strict=True):
            box = QCheckBox(text.replace("&", "&&"))
            box.toggled.connect(lambda _on: self.done.emit())
            self.take_undo_keys(box)
            self.boxes[name] = box
        self._show_controls()
        self.first = next(iter(self.boxes.values()), self)
        if self.boxes:
            self.setFocusProxy(self.first)
        self.name_controls()


class TickListEditor(Editor):
    """Many choices: a list of boxes with a search box above; what is ticked comes first."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.search = FilterBox(place.name, self.tr("Buscar en la lista"))
        self.list = QListWidget()
        self._shown = ShownChoices()
        self.first = self.search
        self.setFocusProxy(self.search)
        self.search.searched.connect(self._filter)
        self.search.left_down.connect(self._to_list)
        self.search.entered.connect(self.go_on)
        self.list.itemChanged.connect(lambda _item: self.done.emit())
        self.take_undo_keys(self.search)
        self.take_undo_keys(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.setMaximumWidth(theme.metrics.px(480))
        self.name_controls()
        self.load()

    def answer(self) -> Answer:
        ticked = [one for one in self._items() if one.checkState() is Qt.CheckState.Checked]
        chosen = {str(one.data(NAME)) for one in ticked}
        return " ".join(name for name in self._shown.names if name in chosen)

    def load(self) -> None:
        self.list.blockSignals(True)
        given = self.place.given.split()
        if self._shown.renew(self.place):
            self.list.clear()
            rows = list(zip(self._shown.names, self._shown.labels, strict=True))
            for name, text in sorted(rows, key=lambda row: row[0] not in given):
                item = QListWidgetItem(text, self.list)
                item.setData(NAME, name)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setSizeHint(QSize(0, theme.metrics.row))
            self._fit()
        for item in self._items():
            on = item.data(NAME) in given
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)

    def name_controls(self) -> None:
        self.search.setAccessibleName(self.place.name)
        self.list.setAccessibleName(self.tr("{name}: lista").format(name=self.place.name))

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(number) for number in range(self.list.count())]

    def _filter(self, text: str) -> None:
        for item in self._items():
            item.setHidden(fold(text) not in fold(item.text()))
        self._fit()

    def _fit(self) -> None:
        """As high as what is found, up to seven lines."""
        found = sum(not item.isHidden() for item in self._items())
        self.list.setFixedHeight(min(7, max(1, found)) * theme.metrics.row + theme.metrics.s)

    def _to_list(self) -> None:
        self.list.setFocus()
        shown = next((one for one in self._items() if not one.isHidden()), None)
        if shown is not None:
            self.list.setCurrentItem(shown)
