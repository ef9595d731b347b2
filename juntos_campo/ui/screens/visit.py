"""A visit, in the order of a conversation. Everything is on disk as it is typed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import (
    QScrollArea,
    QStackedWidget,
)

from juntos_campo.app.session import NOTHING_CHANGED, Changed
from juntos_campo.app.visit import (
    VisitDraft,
    close_visit,
    discard_visit,
    drop_untouched,
    is_open,
    restore_visit,
)
from juntos_campo.app.visit_form import VisitForm, visit_form
from juntos_campo.app.visit_rules import blocking
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import moment, short_date
from juntos_campo.domain.visits import HOUSEHOLD
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.navigation import Place
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.visit_desk import Section, VisitDesk
from juntos_campo.ui.screens.visit_ending import ChangesSection, EndSection, SignSection
from juntos_campo.ui.screens.visit_member import MemberSection
from juntos_campo.ui.screens.visit_questions import HouseholdQuestions
from juntos_campo.ui.screens.visit_returned import ReturnedBanner
from juntos_campo.ui.screens.visit_sections import (
    NewSection,
    PastSection,
    TopicsSection,
    WhoSection,
)
from juntos_campo.ui.screens.visit_talk import Conversation
from juntos_campo.ui.widgets.labels import EmptyState, button

KEY = "visit"
"""Of this screen in the registry."""


class VisitScreen(Screen):
    """The visit to one household: progress at the left, the conversation in one column.

    Attributes:
        desk: answers and fields of the visit that is open; None before the first one.
        conversation: shows it.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("VisitScreen", "Visita"))
        self.desk: VisitDesk | None = None
        self._household_id = ""
        self._discarded: VisitDraft | None = None
        self.conversation = Conversation()
        self.discard_button = button(
            self.tr("Descartar"), "trash", on_click=self.discard,
            tooltip=self.tr("Descartar lo anotado; se puede recuperar"),
        )  # fmt: skip
        self.review_button = button(
            self.tr("Revisar y cerrar"), "check", on_click=self.to_end,
            tooltip=self.tr("Ir al resumen (Ctrl+R)"),
        )  # fmt: skip
        self.tools.addWidget(self.discard_button)
        self.tools.addWidget(self.review_button)
        self.gone = self._make_gone()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.conversation)
        self.pages.addWidget(self.gone)
        self.body.addWidget(self.pages, 1)
        talk = self.conversation
        context.navigation.went.connect(self._went)
        self.add_key("Ctrl+Down", self.tr("Siguiente parte de la visita"), talk.next_part)
        self.add_key("Ctrl+Up", self.tr("Parte anterior de la visita"), talk.previous_part)
        self.add_key("F8", self.tr("Siguiente dato por corregir"), self.next_finding)
        self.add_key("PgDown", self.tr("Bajar una página"), lambda: talk.page(1))
        self.add_key("PgUp", self.tr("Subir una página"), lambda: talk.page(-1))
        self.add_key("Ctrl+R", self.tr("Ir al resumen"), self.to_end)
        self.add_key("Ctrl+G", self.tr("Cerrar la visita"), self.close_now)

    # -- opening and leaving -------------------------------------------------------------------

    def open(self, params: dict[str, str]) -> None:
        """Open the visit to ``household_id``: the draft, a new one, or ``visit_id`` to correct."""
        wanted = params.get("visit_id", "")
        self.problems.hide()
        if self._is_open(params["household_id"], wanted) and not self.stale:
            return
        self.stale = False
        self._household_id = params["household_id"]
        self._discarded = None
        if self.desk is not None and not self.desk.flush():
            return
        self._drop_untouched()
        self._leave_desk()
        try:
            form = visit_form(self.context.session, self._household_id, wanted)
        except UserError as error:
            self.context.notify.fail(error)
            self._show_gone(self.tr("La visita no se abrió"), error.remedy, can_restore=False)
            return
        self._build(form)
        if not form.draft.resumed:
            self.context.changes.publish(
                Changed(frozenset({"visit"}), frozenset({self._household_id}))
            )
            self.stale = False

    def refresh(self, changed: Changed | None) -> None:
        """What is typed stays; a visit that is not open any more is not typed into."""
        del changed
        desk = self.desk
        if desk is not None and not is_open(self.context.session, desk.form.draft.id):
            self._leave_desk()
            advice = self.tr("Se cerró o se descartó desde otro lugar.")
            self._show_gone(self.tr("Esta visita ya no está abierta"), advice, can_restore=False)

    def may_leave(self) -> bool:
        return self.desk is None or self.desk.flush()

    def _went(self, place: Place) -> None:
        """Somebody who only looked leaves no visit begun behind him."""
        if place.key != KEY and not self.isVisible():
            self._drop_untouched()

    def _drop_untouched(self) -> None:
        if self.desk is None:
            return
        try:
            changed = drop_untouched(self.context.session, self.desk.form.draft.id)
        except UserError as error:
            self.context.notify.fail(error)
            return
        if changed != NOTHING_CHANGED:
            self._leave_desk()
            self.context.changes.publish(changed)

    def focus_first(self) -> None:
        if self.pages.currentWidget() is self.conversation:
            self.conversation.focus_first()
        else:
            self.gone.button.setFocus()

    @property
    def sections(self) -> list[Section]:
        """The parts of the visit, in the order of the conversation."""
        return self.conversation.sections

    @property
    def talk(self) -> QScrollArea:
        """The column that holds them."""
        return self.conversation.talk

    def go_to(self, number: int) -> None:
        """Bring a part to the top and give the keyboard to its first field."""
        self.conversation.go_to(number)

    def jump(self, path: str) -> None:
        """Give the keyboard to the field of a path."""
        self.conversation.jump(path)

    # -- moving --------------------------------------------------------------------------------

    def to_end(self) -> None:
        """Go to the summary; from now on everything that is missing is shown."""
        if self.desk is None:
            return
        self.desk.asked_to_close = True
        self.desk.flush()
        self.desk.check()
        self.conversation.show_states()
        self.go_to(len(self.sections) - 1)
        end = self.sections[-1]
        if isinstance(end, EndSection):
            end.show_state()
            end.close_button.setFocus()

    def next_finding(self) -> None:
        """Go to the next field that has to be mended."""
        if self.desk is None:
            return
        self.desk.asked_to_close = True
        self.desk.check()
        self.conversation.show_states()
        found = [one.path for one in blocking(self.desk.findings)] or [
            one.path for one in self.desk.findings
        ]
        if not found:
            self.context.notify.say(self.tr("No hay nada por corregir"))
            return
        here = next(
            (
                number
                for number, path in enumerate(found)
                if (field := self.desk.fields.get(path)) and field.control.hasFocus()
            ),
            -1,
        )
        self.jump(found[(here + 1) % len(found)])

    # -- ending --------------------------------------------------------------------------------

    def close_now(self) -> None:
        """Close the visit, or show what still keeps it open."""
        desk = self.desk
        if desk is None or not desk.flush():
            return
        desk.asked_to_close = True
        desk.check()
        try:
            visit, changed = close_visit(self.context.session, desk.form.draft.id)
        except UserError as error:
            self.context.notify.fail(error)
            self.conversation.show_states()
            wrong = blocking(desk.findings)
            if wrong:
                self.jump(wrong[0].path)
            return
        corrected = desk.form.correction is not None
        self._leave_desk()
        self.context.changes.publish(changed)
        time = f"{self.context.clock.now():%H:%M}"
        text = self.tr("Visita corregida {time}") if corrected else self.tr("Visita cerrada {time}")
        self.context.navigation.open_household(visit.household_id, tab="visits")
        self.context.notify.say(text.format(time=time))

    def discard(self) -> None:
        """Throw away what was noted; it can be brought back from here."""
        if self.desk is None or not self.desk.flush():
            return
        try:
            self._discarded, changed = discard_visit(self.context.session, self.desk.form.draft.id)
        except UserError as error:
            self.context.notify.fail(error)
            return
        self._leave_desk()
        advice = self.tr("Si fue sin querer, recupérela ahora: vuelve tal como estaba.")
        self._show_gone(self.tr("Visita descartada"), advice, can_restore=True)
        self.context.changes.publish(changed)

    def restore(self) -> None:
        """Bring the discarded visit back, or go back to the household."""
        if self._discarded is None:
            self.context.navigation.open_household(self._household_id)
            return
        draft = self._discarded
        try:
            changed = restore_visit(self.context.session, draft)
        except UserError as error:
            self.context.notify.fail(error)
            return
        self._discarded = None
        corrects = draft.id if draft.corrects else ""
        self._build(visit_form(self.context.session, draft.household_id, corrects))
        self.context.changes.publish(changed)

    # -- inside --------------------------------------------------------------------------------

    def _is_open(self, household_id: str, visit_id: str) -> bool:
        if self.desk is None or household_id != self._household_id:
            return False
        draft = self.desk.form.draft
        return not visit_id or visit_id == draft.id

    def _leave_desk(self) -> None:
        if self.desk is not None:
            self.desk.deleteLater()
            self.desk = None
        self.conversation.forget()

    def _build(self, form: VisitForm) -> None:
        self._discarded = None
        desk = self.desk = VisitDesk(self.context, form, self)
        self._show_title(form)
        banner = ReturnedBanner(desk) if form.correction is not None else None
        if banner is not None:
            banner.jumped.connect(self.jump)
        desk.check()
        self.conversation.set_sections(desk, self._make_sections(desk), banner)
        self.pages.setCurrentIndex(0)
        for tool in (self.discard_button, self.review_button):
            tool.setEnabled(True)
        # The column has no height before it is laid out.
        QTimer.singleShot(0, self, self.focus_first)

    def _make_sections(self, desk: VisitDesk) -> list[Section]:
        form = desk.form
        speaker = form.holder or next(iter(form.attendants), None)
        end = EndSection(desk, self.close_now)
        end.jumped.connect(self.jump)
        sections: list[Section] = [
            WhoSection(desk),
            *(MemberSection(desk, one) for one in form.members),
        ]
        if form.questions.asked(HOUSEHOLD):
            sections.append(HouseholdQuestions(desk))
        if form.commitments:
            sections.append(PastSection(desk))
        if speaker is not None:
            sections.append(TopicsSection(desk, speaker.id))
        return [*sections, NewSection(desk), ChangesSection(desk), SignSection(desk), end]

    def _show_title(self, form: VisitForm) -> None:
        context = form.context
        holder = form.holder.full_name if form.holder else self.tr("hogar sin titular")
        parts = [self.tr("hogar {code}").format(code=context.household.code)]
        if context.settlement is not None:
            parts.append(f"{context.settlement.name}, {context.settlement.district}")
        if form.correction is not None:
            day = short_date(context.on)
            title = self.tr("Corregir visita: {holder}").format(holder=holder)
            parts.append(self.tr("hecha el {day}").format(day=day))
        else:
            title = self.tr("Visita: {holder}").format(holder=holder)
            started = moment(form.draft.started_at)
            word = self.tr("continúa la del {when}") if form.draft.resumed else ""
            if word:
                parts.append(word.format(when=started))
        self.set_title(title, "  ·  ".join(parts))

    def _make_gone(self) -> EmptyState:
        return EmptyState("trash", "", "", self.tr("Recuperar visita"), self.restore)

    def _show_gone(self, title: str, advice: str, *, can_restore: bool) -> None:
        self.gone.set_text(title, advice)
        text = self.tr("Recuperar visita") if can_restore else self.tr("Volver al hogar")
        self.gone.button.setText(text)
        self.gone.button.setAccessibleName(text)
        self.pages.setCurrentWidget(self.gone)
        for tool in (self.discard_button, self.review_button):
            tool.setEnabled(False)
        self.gone.button.setFocus()
