"""One of our forms being filled in. Everything is on disk as it is typed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from juntos_campo.app.field_records import (
    close_record,
    correct_record,
    discard_record,
    open_record,
    resume_record,
)
from juntos_campo.app.open_record import DRAFT_KIND, OpenRecord
from juntos_campo.app.session import Changed
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.errors import JuntosError, UserError
from juntos_campo.domain.spanish import short_date
from juntos_campo.store.drafts import has_draft
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.form_view import FormView
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.record_panels import DiscardPanel
from juntos_campo.ui.widgets.labels import EmptyState, button


class RecordScreen(Screen):
    """Parameters of `open`: ``form_id``, ``subject_id`` and ``draft_id`` for a new record (the draft
    id becomes the record's), ``draft_id`` to go on with one, ``record_id`` to correct a closed one.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("RecordScreen", "Registro"))
        self.opened: OpenRecord | None = None
        self.view: FormView | None = None
        self._params: dict[str, str] = {}
        self._discarded: set[str] = set()
        self._told: set[str] = set()
        self._ready_record = ""
        self._told_missing = False
        self.place = QWidget()
        self.place_column = QVBoxLayout(self.place)
        self.place_column.setContentsMargins(0, 0, 0, 0)
        self.gone = EmptyState("note-pencil", "", "", self.tr("Ver registros"), self._leave)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.place)
        self.pages.addWidget(self.gone)
        self.body.addWidget(self.pages, 1)
        self._make_tools()

    # -- opening and leaving -------------------------------------------------------------------

    def open(self, params: dict[str, str]) -> None:
        """Open a new record, a draft, or a closed record to be corrected."""
        self.problems.hide()
        if params == self._params and self.opened is not None and not self.stale:
            return
        if not self.may_leave():
            return
        self._params = dict(params)
        self.stale = False
        self._forget()
        closed = self.context.session.store.get(FieldRecord, params.get("draft_id", ""))
        if closed is not None and not has_draft(self.context.session.store, closed.id):
            self._show_gone(
                self.tr("Este registro ya está cerrado"),
                self.tr("Puede leerlo, imprimirlo o corregirlo."),
                closed.id,
            )
            return
        if params.get("draft_id", "") in self._discarded:
            self._show_gone(
                self.tr("Este borrador se descartó"), self.tr("Comience otro en «Registros».")
            )
            return
        try:
            self.opened = self._open(params)
        except JuntosError as error:
            self.context.notify.fail(error)
            advice = error.remedy if isinstance(error, UserError) else ""
            self._show_gone(self.tr("El formulario no se abrió"), advice)
            return
        self._show_form(self.opened)

    def refresh(self, changed: Changed | None) -> None:
        """What is typed stays; a draft that is not open any more is not typed into."""
        del changed
        opened = self.opened
        if opened is None or opened.begun is None:
            return
        if not has_draft(self.context.session.store, opened.id):
            self._forget()
            self._show_gone(
                self.tr("Este borrador ya no está abierto"),
                self.tr("Se cerró o se descartó desde otro lugar."),
            )

    def may_leave(self) -> bool:
        """What is being typed is put on disk; the draft stays in Registros."""
        if self.view is None or self.opened is None:
            return True
        if not self.view.finish_editing():
            return False
        if self.opened.begun is not None:
            self.context.notify.say(self.tr("El borrador queda guardado en Registros"))
        return True

    def focus_first(self) -> None:
        if self.pages.currentWidget() is self.gone:
            self.gone.button.setFocus()
        elif self.view is not None:
            self.view.focus_first()
            first = QApplication.focusWidget()
            if isinstance(first, QLineEdit):
                first.selectAll()  # what is filled in already gives way to what is typed

    def _open(self, params: dict[str, str]) -> OpenRecord:
        session = self.context.session
        if params.get("record_id"):
            return correct_record(session, params["record_id"])
        draft_id = params.get("draft_id", "")
        if not params.get("form_id") or has_draft(session.store, draft_id):
            return resume_record(session, draft_id)
        return open_record(session, params["form_id"], params.get("subject_id", ""), draft_id)

    # -- actions -------------------------------------------------------------------------------

    def close_now(self) -> None:
        """Close the record, or go to the first thing that keeps it open."""
        opened, view = self.opened, self.view
        if opened is None or view is None or not view.finish_editing():
            return
        corrected = opened.corrects is not None
        try:
            record, changed = close_record(self.context.session, opened)
        except JuntosError as error:
            self.context.notify.fail(error)
            findings = opened.form.findings()
            if findings:
                self._told_missing = True
                view.show_missing()
                view.go_to(findings[0].address)
            return
        self._forget()
        self.context.changes.publish(changed)
        self.context.navigation.read_record(record.id)
        time = f"{self.context.clock.now():%H:%M}"
        text = self.tr("Registro corregido {time}" if corrected else "Registro cerrado {time}")
        self.context.notify.say(text.format(time=time))

    def ask_discard(self) -> None:
        """Discard the draft, after a question: it cannot be brought back."""
        opened, view = self.opened, self.view
        if opened is None or view is None:
            return
        if opened.begun is None and not view.half_typed:
            self._leave()
            return
        panel = DiscardPanel(self.window(), correction=opened.corrects is not None)
        panel.agreed.connect(self.discard)
        panel.ask_beside(self.discard_button)

    def discard(self) -> None:
        """Throw the draft away."""
        opened = self.opened
        if opened is None:
            return
        changed = Changed(frozenset({DRAFT_KIND}))
        try:
            if opened.begun is not None:
                changed = discard_record(self.context.session, opened.id)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        if opened.corrects is None:
            self._discarded.add(opened.id)
        self._forget()
        self.context.changes.publish(changed)
        self.context.navigation.open("records")
        self.context.notify.say(self.tr("Borrador descartado"))

    # -- inside --------------------------------------------------------------------------------

    def _make_tools(self) -> None:
        self.discard_button = button(
            self.tr("Descartar"), "trash", on_click=self.ask_discard,
            tooltip=self.tr("Descartar este borrador; no se puede recuperar"),
        )  # fmt: skip
        self.close_button = button(
            self.tr("Cerrar registro"), "check", "primary", self.close_now,
            tooltip=self.tr("Cerrar el registro (Ctrl+G)"),
        )  # fmt: skip
        for one in (self.discard_button, self.close_button):
            self.tools.addWidget(one)
        self.add_key("Ctrl+G", self.tr("Cerrar el registro"), self.close_now)
        self._own_keys = list(self.keys)

    def _show_form(self, opened: OpenRecord) -> None:
        title = opened.title
        parts = [opened.subject.text]
        if opened.corrects is not None:
            title = self.tr("Corregir: {title}").format(title=opened.title)
            parts.append(self.tr("del {day}").format(day=short_date(opened.corrects.on)))
        self.set_title(title, "  ·  ".join(part for part in parts if part))
        if opened.news:
            self.problems.show_notice(opened.news[0], "\n".join(opened.news[1:]))
        self.view = FormView(opened, tasks=self.context.tasks)
        self.keys = [*self._own_keys, *self.view.keys]
        self.view.edited.connect(self._edited)
        self.view.failed.connect(self.context.notify.fail)
        self.place_column.addWidget(self.view)
        self.pages.setCurrentWidget(self.place)
        for tool in (self.discard_button, self.close_button):
            tool.setEnabled(True)
        # The column has no height before it is laid out.
        QTimer.singleShot(0, self, self.focus_first)

    def _edited(self, _addresses: object) -> None:
        opened = self.opened
        self.context.notify.saved()
        if self._told_missing and opened is not None and not opened.form.findings():
            self._told_missing = False
            self.problems.dismiss()
        if opened is not None and opened.id not in self._told:
            # The figure beside Registros counts a draft from its first write on.
            self._told.add(opened.id)
            self.context.changes.publish(Changed(frozenset({DRAFT_KIND})))

    def _forget(self) -> None:
        self.opened = None
        if self.view is not None:
            self.place_column.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
            self.view = None

    def _show_gone(self, title: str, advice: str, record_id: str = "") -> None:
        self._ready_record = record_id
        self.set_title(self.tr("Registro"))
        self.gone.set_text(title, advice)
        text = self.tr("Ver el registro") if record_id else self.tr("Ver registros")
        self.gone.button.setText(text)
        self.gone.button.setAccessibleName(text)
        self.pages.setCurrentWidget(self.gone)
        for tool in (self.discard_button, self.close_button):
            tool.setEnabled(False)
        self.gone.button.setFocus()

    def _leave(self) -> None:
        if self._ready_record:
            self.context.navigation.read_record(self._ready_record)
        else:
            self.context.navigation.open("records")
