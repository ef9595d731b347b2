"""One value two people changed: both sides beside each other, which stands, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from juntos_campo.app.conflicts import Action, Conflict, Settled, Voice, shortened
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_role, set_tone, theme
from juntos_campo.ui.widgets.labels import IconButton, Label, button
from juntos_campo.ui.widgets.scroll_column import ScrollColumn


class VoiceCard(QFrame):
    """What one of the two wrote; the one that stands has an edge, a sign and the word."""

    def __init__(self) -> None:
        super().__init__()
        m = theme.metrics
        self._icon, self._tone = "circle-dashed", "soft"
        self.setProperty("role", "card")
        self.setProperty("tone", "")
        self.who = Label("", TextRole.STRONG, wrap=True)
        self.when = Label("", TextRole.SMALL, wrap=True)
        self.value = Label("", TextRole.SECTION, wrap=True)
        self.sign = QLabel()
        self.sign.setFixedWidth(m.px(18))
        self.verdict = Label("", TextRole.BODY, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(m.px(12), m.px(12), m.px(12), m.px(12))
        column.setSpacing(m.xs)
        for one in (self.who, self.when, self.value):
            column.addWidget(one)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.verdict, 1)
        column.addLayout(row)
        theme.changed.connect(self._redraw)

    def show_voice(self, voice: Voice, verdict: str, *, stands: bool) -> None:
        """Show one side; `verdict` says what became of its value."""
        self.who.setText(f"{voice.who[:1].upper()}{voice.who[1:]}")
        self.when.setText(voice.when)
        self.when.setVisible(bool(voice.when))
        self.value.setText(f"«{voice.value}»")
        self.verdict.setText(verdict)
        self._icon, self._tone = ("check-circle", "low") if stands else ("circle-dashed", "soft")
        set_role(self, "bar" if stands else "card")
        set_tone(self, "low" if stands else "")
        set_tone(self.verdict, "low" if stands else "")
        self.setAccessibleName(f"{self.who.text()}: {voice.value}. {verdict}")
        self._redraw()

    def _redraw(self) -> None:
        self.sign.setPixmap(icon_pixmap(self._icon, self._tone, theme.metrics.px(18)))


class ConflictDetail(QWidget):
    """The chosen conflict.

    Attributes:
        left, taken, undone, household_wanted: what the person wants done with it.
    """

    left = Signal()
    taken = Signal()
    undone = Signal()
    household_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.record = Label("", TextRole.SECTION, wrap=True)
        self.field = Label("", TextRole.STRONG, wrap=True)
        self.before = Label("", TextRole.SOFT, wrap=True)
        self.first, self.second = VoiceCard(), VoiceCard()
        self.rule = Label("", TextRole.BODY, wrap=True)
        self.present = Label("", TextRole.STRONG, wrap=True)
        self.cannot = Label("", TextRole.SOFT, wrap=True)
        self.decided = Label("", TextRole.STRONG, wrap=True)
        self.leave_button = button(
            self.tr("Dejar como está"), "check", on_click=self.left.emit,
            tooltip=self.tr("Lo leyó y queda el valor que vale (L)"),
        )  # fmt: skip
        self.take_button = button(
            self.tr("Volver a poner mi valor"), "arrow-counter-clockwise", "primary",
            self.taken.emit, tooltip=self.tr("Ponerlo en el registro tal como está ahora (V)"),
        )  # fmt: skip
        self.undo_button = button(
            self.tr("Deshacer"), "arrow-bend-up-left", on_click=self.undone.emit,
            tooltip=self.tr("Deshacer lo decidido (Ctrl+Z)"),
        )  # fmt: skip
        self.household_button = button(
            self.tr("Abrir el hogar"), "house", "quiet", self.household_wanted.emit,
            tooltip=self.tr("Abrir la ficha del hogar (H)"),
        )  # fmt: skip
        self._lay_out()

    def show_conflict(self, one: Conflict) -> None:
        """Show one conflict and what can be done about it."""
        self.record.setText(one.record)
        self.field.setText(self.tr("Dato: {field}").format(field=one.field))
        self.before.setText(self.tr("Antes decía: «{value}»").format(value=one.before))
        for card, voice in zip((self.first, self.second), one.voices, strict=True):
            card.show_voice(voice, self._verdict(one, voice), stands=one.stands(voice))
        self.rule.setText(one.rule)
        now = self.tr("Hoy el registro dice «{value}».").format(value=one.present)
        self._say(self.present, now if one.present else "")
        still_open = one.state is Settled.OPEN
        self._say(self.cannot, (one.cannot or self._after(one)) if still_open else "")
        self._say(self.decided, self._decision(one))
        self.leave_button.setVisible(still_open)
        may_act = one.action is not Action.NONE
        self.take_button.setVisible(still_open and may_act)
        _name(self.take_button, self._take_text(one))
        _name(self.leave_button, self.tr("Dejar como está") if may_act else self.tr("Ya lo leí"))
        self.undo_button.setVisible(one.undo)
        self.household_button.setVisible(bool(one.household_id))

    def focus_action(self) -> None:
        """The first button that can be pressed."""
        for one in (self.take_button, self.leave_button, self.undo_button):
            if one.isVisibleTo(self):
                one.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _verdict(self, one: Conflict, voice: Voice) -> str:
        if one.both:
            return self.tr("Está en el registro")
        if one.stands(voice):
            return self.tr("Vale este valor")
        if voice.stands:
            return self.tr("Ya no vale, pero sigue guardado")
        return self.tr("No vale, pero sigue guardado")

    def _take_text(self, one: Conflict) -> str:
        if one.action is Action.ASK:
            return self.tr("Pedir el cambio a la oficina")
        if one.lost.mine and not one.kept.mine:
            return self.tr("Volver a poner mi valor")
        return self.tr("Poner «{value}»").format(value=shortened(one.lost.value, 24))

    def _after(self, one: Conflict) -> str:
        """What happens if the other value is put back."""
        if one.action is Action.ASK:
            return self.tr(
                "Los datos del padrón los cambia la oficina. Si pide el cambio, al sincronizar le "
                "llega una solicitud de actualización con su valor."
            )
        if one.action is Action.PUT_BACK:
            return self.tr(
                "Si lo vuelve a poner, se guarda como un cambio nuevo y se envía al sincronizar. "
                "Puede deshacerlo aquí mismo."
            )
        return ""

    def _decision(self, one: Conflict) -> str:
        if one.state is Settled.OPEN:
            return ""
        if one.state is Settled.READ:
            return self.tr("Lo dejó como está, {when}.").format(when=one.settled_on)
        if one.kind in ("household", "member", "pregnancy", "school_year"):
            return self.tr("Pidió el cambio a la oficina, {when}.").format(when=one.settled_on)
        return self.tr("Volvió a poner «{value}», {when}.").format(
            value=one.lost.value, when=one.settled_on
        )

    @staticmethod
    def _say(label: Label, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _lay_out(self) -> None:
        m = theme.metrics
        area = ScrollColumn()
        column = area.column
        for one in (self.record, self.field, self.before):
            column.addWidget(one)
        sides = QHBoxLayout()
        sides.setSpacing(m.px(12))
        sides.addWidget(self.first, 1)
        sides.addWidget(self.second, 1)
        column.addLayout(sides)
        for one in (self.rule, self.present, self.cannot, self.decided):
            column.addWidget(one)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(m.s)
        whole.addWidget(area, 1)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        for action in (self.take_button, self.leave_button, self.undo_button):
            row.addWidget(action)
        row.addStretch(1)
        row.addWidget(self.household_button)
        whole.addLayout(row)


def _name(one: IconButton, text: str) -> None:
    one.setText(text)
    one.setAccessibleName(text)
