"""The desk of one visit: answers in memory and on disk, and the fields they are typed into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from juntos_campo.app.visit import save_many
from juntos_campo.app.visit_form import VisitForm
from juntos_campo.app.visit_labels import VisitLabels, service_labels
from juntos_campo.app.visit_questions import QuestionWords
from juntos_campo.app.visit_rules import Finding, check_visit
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import UserError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label

TYPING_MS = 400
"""Typing that pauses this long is put on disk, although the field was not left."""


class FieldNotes(QVBoxLayout):
    """What stands under a field: what is wrong with it, and what the coordinator said about it."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)
        self.finding: Label | None = None
        self.remark: Label | None = None

    def show_finding(self, found: Finding | None) -> None:
        """Show or take away a sentence about the field."""
        if found is None:
            if self.finding is not None:
                self.finding.hide()
            return
        if self.finding is None:
            self.finding = Label("", TextRole.SMALL, wrap=True)
            self.addWidget(self.finding)
        self.finding.setText(found.text)
        set_tone(self.finding, "very_high" if found.blocks else "medium")
        _show(self.finding, True)

    def show_remark(self, text: str) -> None:
        """Show what the coordinator said, and what stood here before."""
        if self.remark is None:
            if not text:
                return
            self.remark = Label("", TextRole.SMALL, wrap=True)
            set_tone(self.remark, "information")
            self.insertWidget(0, self.remark)
        self.remark.setText(text)
        _show(self.remark, bool(text))


def _show(label: Label, wanted: bool) -> None:
    """As `setVisible`; a label whose layout has no widget yet appears with it, not as a window."""
    if not wanted or label.parentWidget() is not None:
        label.setVisible(wanted)


@dataclass(slots=True)
class Field:
    """One field on the screen.

    Attributes:
        control: takes the keyboard.
        tells_itself: the control shows an error of its own now, which need not be said twice.
    """

    path: str
    control: QWidget
    notes: FieldNotes
    tells_itself: Callable[[], bool] = field(default=lambda: False)

    def focus(self) -> None:
        self.control.setFocus()


class VisitDesk(QObject):
    """Takes answers from fields, puts them on disk, and shows at the fields what is wrong.

    Attributes:
        saved: paths were put on disk.
        answers: as shown, newest.
        unsaved: what the disk refused so far; tried again with the next answer.
        asked_to_close: from now on missing answers are shown as well, not only wrong ones.
    """

    saved = Signal()

    def __init__(self, context: UiContext, form: VisitForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context, self.form = context, form
        self.answers: dict[str, Answer] = dict(form.draft.answers)
        self.fields: dict[str, Field] = {}
        self.unsaved: dict[str, Answer] = {}
        self.asked_to_close = False
        self.findings: tuple[Finding, ...] = ()
        visit = form.context
        self.labels = VisitLabels(
            {key: one.given for key, one in visit.members.items()},
            service_labels(context.session.book),
            {key: one.text for key, one in visit.commitments.items()},
            topics={card.id: card.title for card in form.messages.cards},
            questions=QuestionWords(context.session),
        )
        self._typing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self._paused)

    def add(self, added: Field) -> Field:
        """Take a field onto the desk; what is known about it is shown."""
        self.fields[added.path] = added
        self._show_remark(added)
        return added

    def drop(self, path: str) -> None:
        """Forget a field that is no longer on the screen."""
        self.fields.pop(path, None)

    def get(self, path: str) -> Answer:
        return self.answers.get(path)

    def text(self, path: str) -> str:
        """The answer as it is typed; "" for none."""
        answer = self.answers.get(path)
        return "" if answer is None else str(answer)

    def put(self, path: str, value: Answer) -> None:
        """An answer that is complete: on disk when this returns (or the problem is shown)."""
        if self._note(path, value):
            self.flush()
        else:
            self.check()

    def type(self, path: str, value: Answer) -> None:
        """An answer somebody is typing: on disk as soon as he pauses."""
        if self._note(path, value):
            self._timer.start()

    def flush(self) -> bool:
        """Put on disk what waits. False when the disk refused; the problem is shown."""
        self._timer.stop()
        if not self.unsaved:
            return True
        waiting = dict(self.unsaved)
        try:
            save_many(self.context.session, self.form.draft.id, waiting)
        except UserError as error:
            self.context.notify.fail(error)
            return False
        self.unsaved.clear()
        self.context.notify.saved()
        self.check()
        self.saved.emit()
        return True

    def _paused(self) -> None:
        self._typing = True
        self.flush()
        self._typing = False

    def check(self) -> None:
        """Look at all answers again and show at each field what is wrong with it."""
        before = {one.path for one in self.findings}
        questions = self.form.questions
        questions.follow(self.answers)
        self.findings = (
            *check_visit(self.answers, self.form.context),
            *questions.findings(),
        )
        by_path = {one.path: one for one in self.shown_findings()}
        for path in before | by_path.keys():
            shown = self.fields.get(path)
            # Nobody is told that a date is wrong while he is still typing it.
            if shown is not None and not (self._typing and shown.control.hasFocus()):
                self._show_finding(shown, by_path.get(path))
        if self.form.correction is not None:
            for shown in self.fields.values():
                self._show_remark(shown)

    def shown_findings(self) -> tuple[Finding, ...]:
        """What is told now: what is missing only once somebody wants to close the visit."""
        if self.asked_to_close:
            return self.findings
        return tuple(one for one in self.findings if self.answers.get(one.path))

    def open_comments(self) -> list[str]:
        """Paths the coordinator commented whose answer is still what it was."""
        correction = self.form.correction
        if correction is None:
            return []
        return [
            path
            for path in correction.comments
            if correction.previous.get(path) == self.answers.get(path)
        ]

    def place(self, path: str) -> str:
        """``Yeison: fecha de CRED 6 meses``"""
        return self.labels.label(path)

    def _note(self, path: str, value: Answer) -> bool:
        value = None if value == "" else value
        if self.answers.get(path) == value and path not in self.unsaved:
            return False
        if value is None:
            self.answers.pop(path, None)
        else:
            self.answers[path] = value
        self.unsaved[path] = value
        return True

    def _show_finding(self, shown: Field, found: Finding | None) -> None:
        own = shown.tells_itself()
        shown.notes.show_finding(None if own else found)
        if not own:
            control = shown.control
            control.setAccessibleDescription(found.text if found else "")
            control.setProperty("wrong", found is not None and found.blocks)
            style = control.style()
            style.unpolish(control)
            style.polish(control)

    def _show_remark(self, shown: Field) -> None:
        correction = self.form.correction
        if correction is None:
            return
        comment = correction.comments.get(shown.path, "")
        parts = [self.tr("Su coordinador: {comment}").format(comment=comment)] if comment else []
        previous = correction.previous.get(shown.path)
        if previous != self.answers.get(shown.path):
            said = self.labels.text(shown.path, previous) or self.tr("sin dato")
            parts.append(self.tr("Antes: {value}").format(value=said))
        shown.notes.show_remark(" · ".join(parts))


class Section(QWidget):
    """One part of the conversation.

    Attributes:
        title: as in the progress at the left.
        prefixes: beginnings of the paths that belong to it.
    """

    def __init__(self, desk: VisitDesk, title: str, prefixes: tuple[str, ...]) -> None:
        super().__init__()
        self.desk, self.title, self.prefixes = desk, title, prefixes
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, theme.metrics.s)
        self.column.setSpacing(theme.metrics.s)
        self.setAccessibleName(title)

    def owns(self, path: str) -> bool:
        return any(path == one or path.startswith(one + "/") for one in self.prefixes)

    def is_answered(self) -> bool:
        """Something of it was answered."""
        return any(self.owns(path) for path in self.desk.answers)

    def show_path(self, path: str) -> bool:
        """Make the field of `path` visible when it is folded away; False when there is none."""
        return path in self.desk.fields
