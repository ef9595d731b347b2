"""Coordinación: the queue, the record, the evidence; approve or send back by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QElapsedTimer, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from juntos_campo.app.evidence import checks, evidence
from juntos_campo.app.record_reader import read_record
from juntos_campo.app.review_drafts import ReviewDraft, review_draft, write_comment
from juntos_campo.app.review_queue import QueueItem, queue
from juntos_campo.app.reviews import Reviewed, approve, return_with_comments, undo
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import UserError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.coordination_queue import QueuePanel
from juntos_campo.ui.screens.coordination_record import GENERAL, EvidencePanel, RecordPanel
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, button


class CoordinationScreen(Screen):
    """A approves, D comments the chosen field, → and ← go through the queue, Ctrl+Z takes back."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("CoordinationScreen", "Coordinación"))
        self._last: tuple[str, str] = ("", "")
        self._wanted = ""
        self._since = QElapsedTimer()
        self.queue = QueuePanel(context)
        self.record = RecordPanel(context)
        self.evidence = EvidencePanel(context)
        self.done = Label("", TextRole.SOFT)
        self.undo_button = button(
            self.tr("Deshacer"), "arrow-counter-clockwise", "quiet", self.undo,
            tooltip=self.tr("Deshacer la última decisión (Ctrl+Z)"),
        )  # fmt: skip
        self.sync_button = button(
            self.tr("Sincronizar"), "arrows-clockwise",
            on_click=lambda: context.navigation.open("sync"),
            tooltip=self.tr("Ir a Sincronizar"),
        )  # fmt: skip
        self.empty = EmptyState(
            "checks",
            self.tr("Todo revisado"),
            self.tr("Sincronice para enviar sus decisiones y recibir lo nuevo de sus gestores."),
            self.tr("Ir a Sincronizar"),
            lambda: context.navigation.open("sync"),
        )
        self.pages = QStackedWidget()
        self._lay_out()
        self.queue.chosen.connect(self._show)
        self.queue.entered.connect(self.record.list.setFocus)
        self.record.field_chosen.connect(self._field_chosen)
        self.record.written.connect(self._write)
        self.record.approve_wanted.connect(self.approve)
        self.record.return_wanted.connect(self.send_back)
        self.evidence.visit_wanted.connect(
            lambda record_id: context.navigation.open(
                "visit_reader", kind="visit", record_id=record_id
            )
        )
        self._bind_keys()

    def open(self, params: dict[str, str]) -> None:
        """Show the queue; choose ``record_id`` when it is in it."""
        self._wanted = params.get("record_id", "")
        self.stale = False
        self.refresh(None)

    def refresh(self, changed: Changed | None) -> None:
        """Read the queue and the record again."""
        del changed
        items = queue(self.context.session)
        self.nav_figure = len(items)
        wanted = self._wanted or self.queue.list.current()
        self.queue.blockSignals(True)
        self.queue.show_items(items)
        if wanted:
            self.queue.select(wanted)
        self.queue.blockSignals(False)
        self._wanted = ""
        self.pages.setCurrentIndex(0 if items else 1)
        self._show(self.queue.current())

    def may_leave(self) -> bool:
        """The comment being typed is put on disk; False when the disk refused."""
        self.record.save_line()
        return not self.record.line.isModified()

    def focus_first(self) -> None:
        if self.pages.currentWidget() is self.empty:
            self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        target = self.record.list if self.queue.current() is not None else self.queue.workers
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- decisions -------------------------------------------------------------------------------

    def approve(self) -> None:
        """Approve what is on the screen."""
        record = self.record.record
        if record is None:
            return
        if self.record.draft:
            self.context.notify.tell(
                self.tr("Tiene comentarios sin enviar sobre este registro."),
                self.tr("Devuélvalo con Ctrl+Enter, o borre los comentarios para aprobarlo."),
            )
            return
        session = self.context.session
        self._decide(
            lambda: approve(session, record.id, version=record.version, kind=record.kind),
            self.tr("Aprobado: {title}"),
        )

    def send_back(self) -> None:
        """Return what is on the screen with the comments that were written."""
        record, draft = self.record.record, self.record.draft
        if record is None:
            return
        if not draft:
            self.record.comment()
        session = self.context.session
        self._decide(
            lambda: return_with_comments(
                session,
                record.id,
                draft.comment,
                draft.fields,
                version=record.version,
                kind=record.kind,
            ),
            self.tr("Devuelto: {title}"),
        )

    def undo(self) -> None:
        """Take the last decision back while the server does not have it."""
        review_id, record_id = self._last
        if not review_id:
            return
        try:
            changed = undo(self.context.session, review_id)
        except UserError as error:
            self.context.notify.fail(error)
            return
        self._set_last("", "", "")
        self._wanted = record_id
        self.context.notify.say(self.tr("Decisión deshecha"))
        self.context.changes.publish(changed)

    def _decide(self, decision: Callable[[], Reviewed], told: str) -> None:
        record = self.record.record
        assert record is not None  # noqa: S101 - the callers looked
        # The second half of a double click would decide about a record nobody has looked at.
        if self._since.isValid() and self._since.elapsed() < QApplication.doubleClickInterval():
            return
        try:
            reviewed = decision()
        except UserError as error:
            self.context.notify.fail(error)
            return
        self.problems.hide()
        self._wanted = following = self.queue.after(record.id)
        self._set_last(reviewed.review_id, record.id, told.format(title=record.title))
        self.context.notify.saved()
        self.context.changes.publish(reviewed.changed)
        self.focus_first()
        if following:  # from when it is shown: what stands before takes its time on a slow laptop
            self._since.start()

    def _set_last(self, review_id: str, record_id: str, text: str) -> None:
        self._last = (review_id, record_id)
        self.done.setText(text)
        self.done.setVisible(bool(text))
        self.undo_button.setVisible(bool(text))

    # -- showing -----------------------------------------------------------------------------------

    def _show(self, item: QueueItem | None) -> None:
        session = self.context.session
        if item is None:
            self.record.show_record(None, ReviewDraft(), {})
            self.evidence.show_evidence(None)
            return
        self.record.save_line()  # its comments are read again below
        try:
            found = read_record(session, item.kind, item.id)
        except UserError as error:
            self.context.notify.fail(error)
            return
        self.evidence.show_evidence(evidence(session, found), household=bool(found.household_id))
        self.record.show_record(found, review_draft(session, item.id), checks(session, found))

    def _field_chosen(self, path: str) -> None:
        record = self.record.record
        fields = record.fields if record is not None else ()
        member_id = next((one.member_id for one in fields if one.path == path), "")
        self.evidence.show_member(member_id)

    def _write(self, path: str, text: str) -> None:
        record = self.record.record
        if record is None:
            return
        try:
            write_comment(self.context.session, record.id, "" if path == GENERAL else path, text)
        except UserError as error:
            self.record.line.setModified(True)
            self.context.notify.fail(error)
            return
        self.context.notify.saved()
        self.record.take_draft(review_draft(self.context.session, record.id))

    # -- keys and places -----------------------------------------------------------------------------

    def _bind_keys(self) -> None:
        for keys, does, action in (
            ("A", self.tr("Aprobar el registro"), self.approve),
            ("D", self.tr("Comentar el campo elegido para devolver"), self.record.comment),
            ("Right", self.tr("Siguiente de la cola"), lambda: self.queue.step(1)),
            ("Left", self.tr("Anterior de la cola"), lambda: self.queue.step(-1)),
        ):
            shortcut = self.add_key(keys, does, self._unless_typing(action))
            # Held down, a key that decides must not go through the whole queue.
            shortcut.setAutoRepeat(keys not in ("A", "D"))
        sent = self.tr("Devolver con los comentarios")
        self.add_key("Ctrl+Return", sent, self.record.send_back).setAutoRepeat(False)
        self.add_key("Ctrl+Z", self.tr("Deshacer la última decisión"), self.undo)

    def _unless_typing(self, action: Callable[[], object]) -> Callable[[], None]:
        """A plain letter must not decide while somebody writes or chooses a filter."""

        def run() -> None:
            if not isinstance(QApplication.focusWidget(), QLineEdit | QComboBox):
                action()

        return run

    def _lay_out(self) -> None:
        m = theme.metrics
        self.tools.addWidget(self.done)
        self.tools.addWidget(self.undo_button)
        self.tools.addWidget(self.sync_button)
        self._set_last("", "", "")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for panel, least in ((self.queue, 190), (self.record, 300), (self.evidence, 200)):
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0 if panel is self.queue else m.s, 0, m.s, 0)
            row.addWidget(panel)
            holder.setMinimumWidth(m.px(least))
            split.addWidget(holder)
        for number, share in enumerate((25, 47, 28)):
            split.setStretchFactor(number, share)
        split.setSizes([m.px(260), m.px(500), m.px(300)])
        self.pages.addWidget(split)
        self.pages.addWidget(self.empty)
        self.body.addWidget(self.pages, 1)
