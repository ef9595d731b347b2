"""A list put in order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout

from juntos_campo.domain.entities import Answer
from juntos_campo.ui.form_view.editors.base import Editor, Place, ShownChoices
from juntos_campo.ui.form_view.editors.several import NAME
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label, button

_MOVES = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
_ENTER = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))


class RankEditor(Editor):
    """Alt+Up and Alt+Down move an entry. Until something was moved or agreed to, there is no answer."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.list = QListWidget()
        self.first = self.list
        self.setFocusProxy(self.list)
        self._shown = ShownChoices()
        self.up = button(self.tr("Subir"), "arrow-up", on_click=lambda: self.move_entry(-1))
        self.up.setToolTip(self.tr("Subir (Alt+Flecha arriba)"))
        self.down = button(self.tr("Bajar"), "arrow-down", on_click=lambda: self.move_entry(1))
        self.down.setToolTip(self.tr("Bajar (Alt+Flecha abajo)"))
        self.keep = button(self.tr("Dejar este orden"), "check", "quiet", on_click=self.done.emit)
        for one in (self.up, self.down, self.keep):
            # Alt+arrows and Enter do the same: by keyboard there is one stop, not four.
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.state = Label("", TextRole.SMALL, wrap=True)
        buttons = QVBoxLayout()
        buttons.setSpacing(theme.metrics.xs)
        for one in (self.up, self.down, self.keep):
            buttons.addWidget(one)
        buttons.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.list, 1)
        row.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        column.addLayout(row)
        column.addWidget(self.state)
        self.setMaximumWidth(theme.metrics.px(520))
        self.take_undo_keys(self.list)
        self.name_controls()
        self.load()

    def answer(self) -> Answer:
        return " ".join(str(self.list.item(n).data(NAME)) for n in range(self.list.count()))

    def load(self) -> None:
        self._shown.renew(self.place)
        labels = dict(zip(self._shown.names, self._shown.labels, strict=True))
        given = [name for name in self.place.given.split() if name in labels]
        order = given + [name for name in self._shown.names if name not in given]
        at = max(0, self.list.currentRow())
        self.list.clear()
        for name in order:
            item = QListWidgetItem(labels[name], self.list)
            item.setData(NAME, name)
            item.setSizeHint(QSize(0, theme.metrics.row))
        self._show(min(at, self.list.count() - 1), answered=bool(given))

    def move_entry(self, step: int) -> None:
        """Move the entry one place."""
        at = self.list.currentRow()
        to = at + step
        if at < 0 or not 0 <= to < self.list.count():
            return
        item = self.list.takeItem(at)
        self.list.insertItem(to, item)
        self._show(to, answered=True)
        self.done.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _MOVES.get(event.key())
            if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.move_entry(step)
                return True
            if event.key() in _ENTER:
                self.done.emit()
                self.go_on.emit()
                return True
        return super().eventFilter(watched, event)

    def _show(self, current: int, *, answered: bool) -> None:
        labels = dict(zip(self._shown.names, self._shown.labels, strict=True))
        for number in range(self.list.count()):
            item = self.list.item(number)
            item.setText(f"{number + 1}.  {labels[str(item.data(NAME))]}")
        self.list.setCurrentRow(current)
        self.list.setFixedHeight(
            min(8, max(2, self.list.count())) * theme.metrics.row + theme.metrics.s
        )
        self.keep.setVisible(not answered) if self.keep.parent() else None
        self.state.setText(
            self.tr("El primero es el más importante.")
            if answered
            else self.tr("Todavía sin ordenar: mueva las opciones o deje este orden.")
        )
