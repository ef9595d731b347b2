"""What a synchronisation left for the person: refused, crossed, held back, and households that went."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from juntos_campo.app.left_households import LeftHousehold, left_households
from juntos_campo.app.session import Session
from juntos_campo.app.sync_waiting import RecordLine, WaitingSummary, send_again
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.record_opening import open_record_of
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.labels import SectionHeader, button
from juntos_campo.ui.widgets.record_list import FieldItem, Item, Note, RecordList

_CONFLICTS = "conflicts/"
MOST_PIXELS = 260


class AttentionPart(QWidget):
    """Enter, or the button, does what the chosen line asks for."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._refused: dict[str, RecordLine] = {}
        self._held: dict[str, RecordLine] = {}
        self._left: dict[str, LeftHousehold] = {}
        name = self.tr("Requieren su atención")
        self.head = SectionHeader(name)
        self.list = RecordList(name)
        self.button = button(self.tr("Ver"), on_click=self.act)
        self.head.add_action(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.s)
        column.addWidget(self.head)
        column.addWidget(self.list)
        self.list.chosen.connect(lambda _key: self._name_button())
        self.list.opened.connect(lambda _key: self.act())

    def show_waiting(self, summary: WaitingSummary) -> None:
        """Show what needs the person; hidden when nothing does."""
        self._refused = {f"refused/{one.op_ids[0]}": one for one in summary.refused}
        self._held = {f"held/{one.op_ids[0]}": one for one in summary.held_back}
        self._left = {f"left/{one.household_id}": one for one in left_households(self._session)}
        items: list[Item] = []
        if summary.conflicts:
            items.append(self._crossed(summary.conflicts))
        kept = self.tr("El servidor no lo aceptó; sigue guardado aquí.")
        items += [
            FieldItem(key, one.what, kept, (Note("prohibit", one.reason, "high"),), strong=True)
            for key, one in self._refused.items()
        ]
        later = self.tr("El servidor todavía no puede recibirlo; se enviará otra vez por sí solo.")
        items += [
            FieldItem(
                key, one.what, later, (Note("hourglass", one.reason, "information"),), strong=True
            )
            for key, one in self._held.items()
        ]
        items += [self._gone(key, one) for key, one in self._left.items()]
        self.setVisible(bool(items))
        self.list.set_items(items)
        self.fit()
        self._name_button()

    def act(self) -> None:
        """Do what the chosen line asks for."""
        key = self.list.current()
        if key == _CONFLICTS:
            self.context.navigation.open("conflicts")
        elif key in self._refused:
            changed = send_again(self._session, self._refused[key])
            self.context.notify.say(self.tr("Se enviará otra vez al sincronizar"))
            self.context.changes.publish(changed)
        elif key in self._held:
            one = self._held[key]
            open_record_of(self.context, one.kind, one.record_id)
        elif key in self._left:
            self.context.navigation.open_household(self._left[key].household_id)

    def fit(self) -> None:
        """Give the list as much height as it needs, up to a limit."""
        height = min(self.list.content_height(), theme.metrics.px(MOST_PIXELS))
        self.list.setFixedHeight(max(height, theme.metrics.row_tall))

    @property
    def _session(self) -> Session:
        return self.context.session

    def _crossed(self, number: int) -> FieldItem:
        what = count(
            number,
            self.tr("dato que cambió también otra persona"),
            self.tr("datos que cambiaron también otras personas"),
        )
        said = self.tr("Vea qué puso cada una y cuál vale.")
        if self._session.user.role is Role.FIELD_WORKER:
            said = self.tr("Vea qué puso cada una y cuál vale; puede volver a poner el suyo.")
        return FieldItem(_CONFLICTS, what, said, strong=True)

    def _gone(self, key: str, one: LeftHousehold) -> FieldItem:
        said = self.tr(
            "Este hogar pasó a otro gestor. Sigue aquí por lo que falta enviar o cerrar."
        )
        note = Note("arrow-right", one.why, "information")
        return FieldItem(key, one.what, said, (note,), strong=True)

    def _name_button(self) -> None:
        key = self.list.current()
        text = self.tr("Abrir")
        if key == _CONFLICTS:
            text = self.tr("Ver los cambios")
        elif key in self._refused:
            text = self.tr("Enviar otra vez")
        self.button.setText(text)
        self.button.setAccessibleName(text)
