"""Cambios cruzados: what two people changed, in two columns, and taking one's own value back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from juntos_campo.app.conflicts import (
    Action,
    Conflict,
    Settled,
    conflicts,
    leave,
    take_back,
    undo,
)
from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.conflict_detail import ConflictDetail
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.labels import EmptyState
from juntos_campo.ui.widgets.record_list import FieldItem, HeadItem, Item, Note, RecordList

_SIGNS = {
    Settled.OPEN: ("scales", "information"),
    Settled.READ: ("check", "soft"),
    Settled.TAKEN_BACK: ("arrow-counter-clockwise", "soft"),
}


class ConflictList(RecordList):
    """Enter goes to the buttons of the chosen conflict."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Right:
            self.open_current()
        else:
            super().keyPressEvent(event)


class ConflictsScreen(Screen):
    """L leaves it as it is, V puts the other value back, Ctrl+Z undoes what was decided."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("ConflictsScreen", "Cambios cruzados"))
        self.found: dict[str, Conflict] = {}
        self.list = ConflictList(self.tr("Datos que cambiaron dos personas"))
        self.list.delegate.narrow = True
        self.detail = ConflictDetail()
        self.empty = EmptyState(
            "scales",
            *self._nothing_yet(),
            self.tr("Ir a Sincronizar"),
            lambda: context.navigation.open("sync"),
        )
        self.pages = QStackedWidget()
        self._lay_out()
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _key: self.detail.focus_action())
        self.detail.left.connect(self.leave_it)
        self.detail.taken.connect(self.take_it)
        self.detail.undone.connect(self.undo_it)
        self.detail.household_wanted.connect(self.open_household)
        self.add_key("L", self.tr("Dejar como está el dato elegido"), self.leave_it)
        self.add_key("V", self.tr("Volver a poner el otro valor"), self.take_it)
        self.add_key("Ctrl+Z", self.tr("Deshacer lo decidido"), self.undo_it)
        self.add_key("H", self.tr("Abrir el hogar del dato elegido"), self.open_household)

    def open(self, params: dict[str, str]) -> None:
        """Choose ``conflict``, or the first one of ``household_id``."""
        self.stale = False
        self.problems.hide()
        self.refresh(None)
        household = params.get("household_id", "")
        of_it = [one.id for one in self.found.values() if one.household_id == household]
        wanted = params.get("conflict", of_it[0] if household and of_it else "")
        if wanted:
            self.list.select(wanted)

    def refresh(self, changed: Changed | None) -> None:
        """Read all of them again."""
        del changed
        found = conflicts(self.context.session)
        waiting = [one for one in found if one.state is Settled.OPEN]
        done = [one for one in found if one.state is not Settled.OPEN]
        self.found = {one.id: one for one in (*waiting, *done)}
        self.pages.setCurrentIndex(1 if found else 0)
        items: list[Item] = []
        if waiting:
            items.append(HeadItem(self.tr("Por revisar"), str(len(waiting))))
            items += [self._item(one) for one in waiting]
        if done:
            items.append(HeadItem(self.tr("Ya revisados"), str(len(done))))
            items += [self._item(one) for one in done]
        self.list.set_items(items)
        remark = count(len(waiting), self.tr("dato por revisar"), self.tr("datos por revisar"))
        self.set_title(self.tr("Cambios cruzados"), remark if waiting else "")
        self._chosen(self.list.current())

    def focus_first(self) -> None:
        target: QWidget = self.list if self.found else self.empty.button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave_it(self) -> None:
        """Leave the value that stands."""
        one = self._current()
        if one is not None and one.state is Settled.OPEN:
            self._do(leave, one, self.tr("Queda como está"))

    def take_it(self) -> None:
        """Put the other value back, or ask the office for it."""
        one = self._current()
        if one is None or one.state is not Settled.OPEN or one.action is Action.NONE:
            return
        said = self.tr("Puesto otra vez «{value}»; se enviará al sincronizar")
        if one.action is Action.ASK:
            said = self.tr("Se pedirá a la oficina «{value}» al sincronizar")
        self._do(take_back, one, said.format(value=one.lost.value))

    def undo_it(self) -> None:
        """Undo what was decided about the chosen one."""
        one = self._current()
        if one is not None and one.undo:
            self._do(undo, one, self.tr("Deshecho: vuelve a estar por revisar"))

    def open_household(self) -> None:
        """The household the chosen one is about."""
        one = self._current()
        if one is not None and one.household_id:
            self.context.navigation.open_household(one.household_id)

    def _do(self, deed: Callable[[Session, str], Changed], one: Conflict, said: str) -> None:
        self.problems.hide()
        try:
            changed = deed(self.context.session, one.id)
        except UserError as error:
            self.context.notify.fail(error)
            return
        self.context.notify.say(said)
        self.context.changes.publish(changed)
        self.list.select(one.id)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _current(self) -> Conflict | None:
        return self.found.get(self.list.current())

    def _chosen(self, key: str) -> None:
        one = self.found.get(key)
        self.detail.setVisible(one is not None)
        if one is not None:
            self.detail.show_conflict(one)

    def _item(self, one: Conflict) -> FieldItem:
        sign, tone = _SIGNS[one.state]
        value = f"{one.field[:1].upper()}{one.field[1:]}"
        return FieldItem(one.id, one.record, value, (Note(sign, one.line, tone),), strong=True)

    def _nothing_yet(self) -> tuple[str, str]:
        """Title and text of the empty page: a coordinator sees what crossed, the gestor decides it."""
        if self.context.session.user.role is Role.FIELD_WORKER:
            return self.tr("Nadie más cambió lo que usted registró"), self.tr(
                "Cuando dos personas cambien el mismo dato, aquí verá qué puso cada una, cuál vale "
                "y por qué, y podrá volver a poner el suyo."
            )
        return self.tr("En su zona nadie cambió lo mismo que otra persona"), self.tr(
            "Cuando pase, aquí verá qué puso cada una, cuál vale y por qué. Si hace falta otro "
            "valor, lo corrige el gestor en su computadora."
        )

    def _lay_out(self) -> None:
        m = theme.metrics
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(m.m)
        right = QWidget()
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.detail)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([m.px(400), m.px(600)])
        self.pages.addWidget(self.empty)
        self.pages.addWidget(split)
        self.body.addWidget(self.pages, 1)
