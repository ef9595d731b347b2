"""A visit, in the order of a conversation. Everything is on disk as it is typed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.app.session import Changed
from juntos_campo.app.visit import VisitDraft, close_visit, discard_visit, is_open, restore_visit
from juntos_campo.app.visit_form import VisitForm, visit_form
from juntos_campo.app.visit_rules import blocking
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import ABSENT, moment, short_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.visit_desk import Section, VisitDesk
from juntos_campo.ui.screens.visit_ending import ChangesSection, EndSection, SignSection
from juntos_campo.ui.screens.visit_fields import is_inside
from juntos_campo.ui.screens.visit_member import MemberSection
from juntos_campo.ui.screens.visit_returned import ReturnedBanner
from juntos_campo.ui.screens.visit_sections import (
    NewSection,
    PastSection,
    TopicsSection,
    WhoSection,
)
from juntos_campo.ui.screens.visit_steps import Steps, StepState
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.labels import EmptyState, button


class VisitScreen(Screen):
    """The visit to one household: progress at the left, the conversation in one column.

    Attributes:
        desk: answers and fields of the visit that is open; None before the first one.
        sections: in the order of the conversation.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("VisitScreen", "Visita"))
        self.desk: VisitDesk | None = None
        self.sections: list[Section] = []
        self._household_id = ""
        self._discarded: VisitDraft | None = None
        self.steps = Steps()
        self.talk = QScrollArea()
        self.talk.setWidgetResizable(True)
        self.talk.setFrameShape(QFrame.Shape.NoFrame)
        self.talk.setFocusPolicy(Qt.FocusPolicy.NoFocus)
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
        talk = QWidget()
        row = QHBoxLayout(talk)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.steps)
        row.addWidget(self.talk, 1)
        self.pages.addWidget(talk)
        self.pages.addWidget(self.gone)
        self.body.addWidget(self.pages, 1)
        self.steps.chosen.connect(self.go_to)
        self.talk.verticalScrollBar().valueChanged.connect(lambda _value: self._mark_current())
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)
        self.add_key("Ctrl+Down", self.tr("Siguiente parte de la visita"), self.next_part)
        self.add_key("Ctrl+Up", self.tr("Parte anterior de la visita"), self.previous_part)
        self.add_key("F8", self.tr("Siguiente dato por corregir"), self.next_finding)
        self.add_key("PgDown", self.tr("Bajar una página"), lambda: self._page(1))
        self.add_key("PgUp", self.tr("Subir una página"), lambda: self._page(-1))
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
        if self.desk is not None and not self.desk.flush():
            return
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

    def focus_first(self) -> None:
        if self.desk is not None and self.sections:
            self._focus_section(0)

    # -- moving --------------------------------------------------------------------------------

    def next_part(self) -> None:
        """Go to the next part."""
        self.go_to(min(self._part_in_front() + 1, len(self.sections) - 1))

    def previous_part(self) -> None:
        """Go to the part before."""
        self.go_to(max(self._part_in_front() - 1, 0))

    def go_to(self, number: int) -> None:
        """Bring a part to the top and give the keyboard to its first field."""
        if 0 <= number < len(self.sections):
            self._focus_section(number)
            self.steps.set_current(number)
            section = self.sections[number]
            self._settle(section)
            # Sentences that came or went change the heights only once they are laid out.
            QTimer.singleShot(0, self, lambda: self._settle(section))

    def to_end(self) -> None:
        """Go to the summary; from now on everything that is missing is shown."""
        if self.desk is None:
            return
        self.desk.asked_to_close = True
        self.desk.flush()
        self.desk.check()
        self._show_steps()
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
        self._show_steps()
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

    def jump(self, path: str) -> None:
        """Give the keyboard to the field of a path."""
        if self.desk is None:
            return
        for section in self.sections:
            if section.show_path(path):
                break
        field = self.desk.fields.get(path)
        if field is not None:
            field.focus()
            self._make_visible(field.control)

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
            self._show_steps()
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
        self.sections = []

    def _build(self, form: VisitForm) -> None:
        self._discarded = None
        desk = self.desk = VisitDesk(self.context, form, self)
        self._show_title(form)
        self.sections = self._make_sections(desk)
        column = QWidget()
        lay = QVBoxLayout(column)
        lay.setContentsMargins(0, 0, theme.metrics.s, 0)
        lay.setSpacing(theme.metrics.s)
        if form.correction is not None:
            banner = ReturnedBanner(desk)
            banner.jumped.connect(self.jump)
            lay.addWidget(banner)
        for section in self.sections:
            lay.addWidget(section)
        lay.addStretch(1)
        self.talk.setWidget(column)
        self.steps.set_titles([section.title for section in self.sections])
        self.steps.set_current(0)
        desk.saved.connect(self._show_steps)
        desk.check()
        self._show_steps()
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
        if form.commitments:
            sections.append(PastSection(desk))
        if speaker is not None:
            sections.append(TopicsSection(desk, speaker.id))
        return [*sections, NewSection(desk), ChangesSection(desk), SignSection(desk), end]

    def _show_title(self, form: VisitForm) -> None:
        context = form.context
        holder = form.holder.full_name if form.holder else ABSENT
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

    def _show_steps(self) -> None:
        if self.desk is None:
            return
        shown = blocking(self.desk.shown_findings())
        comments = self.desk.open_comments()
        states = []
        for section in self.sections:
            if any(section.owns(one.path) for one in shown):
                states.append(StepState.WRONG)
            elif any(section.owns(path) for path in comments):
                states.append(StepState.COMMENTED)
            else:
                states.append(StepState.DONE if section.is_answered() else StepState.OPEN)
        self.steps.set_states(states)

    def _part_in_front(self) -> int:
        focus = QApplication.focusWidget()
        for number, section in enumerate(self.sections):
            if is_inside(focus, section):
                return number
        return self.steps.current()

    def _focus_section(self, number: int) -> None:
        section = self.sections[number]
        if isinstance(section, EndSection):
            section.close_button.setFocus()
            return
        if self.desk is None:
            return
        for field in self.desk.fields.values():
            if is_inside(field.control, section):
                field.focus()
                return
        for child in section.findChildren(QWidget):
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
                child.setFocus()
                return

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or self.desk is None or not self.isVisible():
            return
        inside = self.talk.widget()
        if inside is not None and is_inside(new, inside):
            self._make_visible(new)
            self.steps.set_current(self._part_in_front())

    def _page(self, direction: int) -> None:
        bar = self.talk.verticalScrollBar()
        bar.setValue(bar.value() + direction * (bar.pageStep() - theme.metrics.xl))

    def _settle(self, section: Section) -> None:
        """The part at the top, as far as its field with the keyboard stays in sight."""
        if section not in self.sections:
            return
        self.talk.verticalScrollBar().setValue(section.y())
        focus = QApplication.focusWidget()
        if focus is not None and is_inside(focus, section):
            self._make_visible(focus)

    def _make_visible(self, control: QWidget) -> None:
        self.talk.ensureWidgetVisible(control, 0, theme.metrics.px(56))

    def _mark_current(self) -> None:
        inside = self.talk.widget()
        if inside is not None and is_inside(QApplication.focusWidget(), inside):
            return
        top = self.talk.verticalScrollBar().value() + theme.metrics.xl
        passed = [number for number, one in enumerate(self.sections) if one.y() <= top]
        if passed:
            self.steps.set_current(passed[-1])
