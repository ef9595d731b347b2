"""Middle and right of Coordinación: the record with comments, and the evidence beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from juntos_campo.app.evidence import Check, Evidence
from juntos_campo.app.record_reader import ReadRecord
from juntos_campo.app.review_drafts import ReviewDraft
from juntos_campo.app.reviews import Stage
from juntos_campo.app.visit_labels import COMMITMENT_STATES
from juntos_campo.domain.spanish import count, moment, near_date, short_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.review_words import (
    STAGE,
    comment_note,
    flag_items,
    record_items,
    review_items,
    stage_text,
)
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.record_list import FieldItem, HeadItem, Item, Note, RecordList

GENERAL = "@general"
SERVICES_SHOWN = 40


class CommentLine(QLineEdit):
    """One comment: Enter keeps it, Escape leaves it as it was."""

    kept = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.kept.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class RecordPanel(QWidget):
    """The record under review and the line to comment its fields.

    Attributes:
        field_chosen: path of the chosen field, `GENERAL` for the whole record.
        written: (path, comment) was typed; to be put on disk.
        approve_wanted, return_wanted: the coordinator decided.
    """

    field_chosen = Signal(str)
    written = Signal(str, str)
    approve_wanted = Signal()
    return_wanted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self.record: ReadRecord | None = None
        self.draft = ReviewDraft()
        self._checks: Mapping[str, Check] = {}
        self._path = GENERAL
        self.title = Label("", TextRole.SECTION, wrap=True)
        self.about = Label("", TextRole.SOFT, wrap=True)
        self.sign = QLabel()
        self.state = Label("", TextRole.BODY, wrap=True)
        self.list = RecordList(self.tr("Lo registrado por el gestor"))
        self.asked = Label("", TextRole.SMALL, wrap=True)
        self.line = CommentLine()
        self.line.setPlaceholderText(self.tr("Qué está mal y cómo corregirlo"))
        self.return_button = button(
            self.tr("Devolver"), "arrow-bend-up-left", on_click=self.send_back,
            tooltip=self.tr("Devolver con los comentarios (Ctrl+Enter)"),
        )  # fmt: skip
        self.approve_button = button(
            self.tr("Aprobar"), "check", "primary", self.approve_wanted.emit,
            tooltip=self.tr("Aprobar tal como está (A)"),
        )  # fmt: skip
        self.hint = Label(
            self.tr("D comenta · Enter lo guarda · Ctrl+Enter devuelve"), TextRole.SMALL
        )
        self._lay_out()
        self.list.chosen.connect(self._field_chosen)
        self.list.opened.connect(lambda _key: self.comment())
        self.line.kept.connect(self._keep)
        self.line.left.connect(self._leave)
        self.line.editingFinished.connect(self.save_line)

    def show_record(
        self, record: ReadRecord | None, draft: ReviewDraft, checks: Mapping[str, Check]
    ) -> None:
        """Show another record, or the same one read again."""
        self.save_line()
        same = record is not None and self.record is not None and record.id == self.record.id
        self.record, self.draft, self._checks = record, draft, checks
        for one in (self.line, self.return_button, self.approve_button):
            one.setEnabled(record is not None)
        if not same:
            self.list.set_items([])
        self._fill()
        if record is not None and not same and record.state.stage is Stage.CORRECTED:
            changed = next((one.path for one in record.differences), GENERAL)
            self.list.select(changed)

    def comment(self) -> None:
        """Begin the comment on the chosen field."""
        if self.record is not None:
            self._field_chosen(self.list.current())
            self.line.setFocus()
            self.line.selectAll()

    def take_draft(self, draft: ReviewDraft) -> None:
        """The comments on disk changed."""
        self.draft = draft
        self._fill()

    def current_path(self) -> str:
        """Path of the chosen field; `GENERAL` for the whole record."""
        key = self.list.current()
        return GENERAL if not key or key.startswith(("review/", "flag/")) else key

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.setVisible(self.width() > theme.metrics.px(490))

    def _lay_out(self) -> None:
        m = theme.metrics
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(m.xs)
        column.addWidget(self.title)
        column.addWidget(self.about)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.state, 1)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.asked)
        column.addWidget(self.line)
        decide = QHBoxLayout()
        decide.setSpacing(m.s)
        decide.addWidget(self.hint)
        decide.addStretch(1)
        decide.addWidget(self.return_button)
        decide.addWidget(self.approve_button)
        column.addLayout(decide)

    def _fill(self) -> None:
        record = self.record
        if record is None:
            self.title.setText("")
            self.about.setText(self.tr("Elija un registro de la cola."))
            self.state.setText("")
            self.sign.clear()
            self.list.set_items([])
            self.asked.setText("")
            self.return_button.setText(self.tr("Devolver"))
            return
        self.title.setText(record.title)
        self.about.setText(f"{record.subtitle} · {short_date(record.on)} · {record.field_worker}")
        mark = STAGE[record.state.stage]
        self.sign.setPixmap(icon_pixmap(mark.icon, mark.tone, theme.metrics.px(16)))
        self.state.setText(self._state_text(record))
        set_tone(self.state, "" if mark.tone == "soft" else mark.tone)
        whole = (comment_note(self.draft.comment, unsent=True),) if self.draft.comment else ()
        items: list[Item] = [
            FieldItem(GENERAL, self.tr("Todo el registro"), self._summary(record), whole)
        ]
        items += flag_items(record)
        items += record_items(record, checks=self._checks, unsent=self.draft.fields)
        items += review_items(record.reviews, record.reviewers)
        self.list.set_items(items)
        self._field_chosen(self.list.current())
        number = len(self.draft.fields) + bool(self.draft.comment)
        text = self.tr("Devolver ({n})").format(n=number) if number else self.tr("Devolver")
        self.return_button.setText(text)

    def _state_text(self, record: ReadRecord) -> str:
        text = stage_text(record.state)
        text = text[:1].upper() + text[1:]
        if record.earlier is None:
            return text
        when = moment(record.earlier.replaced_at)
        return self.tr("{state} · comparado con la versión {n}, reemplazada el {when}").format(
            state=text, n=record.earlier.version, when=when
        )

    def _summary(self, record: ReadRecord) -> str:
        parts = [count(len(record.fields), self.tr("respuesta"))]
        if record.earlier is not None:
            parts.append(count(len(record.differences), self.tr("cambio")))
        contradicted = sum(one.agreement == "different" for one in self._checks.values())
        if contradicted:
            parts.append(
                self.tr("{n} no coincide con el sistema de salud")
                if contradicted == 1
                else self.tr("{n} no coinciden con el sistema de salud")
            )
        return " · ".join(parts).format(n=contradicted)

    def _field_chosen(self, _key: str) -> None:
        self.save_line()
        path = self._path = self.current_path()
        label = self.tr("todo el registro")
        if self.record is not None and path != GENERAL:
            label = next((one.label for one in self.record.fields if one.path == path), path)
        text = self.tr("Comentario sobre: {field}").format(field=label)
        self.asked.setText(text)
        self.line.setAccessibleName(text)
        written = self.draft.comment if path == GENERAL else self.draft.fields.get(path, "")
        self.line.setText(written)
        self.line.setModified(False)
        self.field_chosen.emit(path)

    def save_line(self) -> None:
        """Put the comment that is being typed on disk."""
        if self.line.isModified() and self.record is not None:
            self.line.setModified(False)
            self.written.emit(self._path, self.line.text())

    def _keep(self) -> None:
        self.save_line()
        self.list.setFocus()

    def _leave(self) -> None:
        self.line.setModified(False)
        self._field_chosen(self.list.current())
        self.list.setFocus()

    def send_back(self) -> None:
        """Put what is being typed on disk, then ask for the return."""
        self.save_line()
        self.return_wanted.emit()


class EvidencePanel(QWidget):
    """Services, earlier visits and commitments of the household.

    Attributes:
        visit_wanted: id of an earlier visit to be read.
    """

    visit_wanted = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._evidence: Evidence | None = None
        self._member_id = ""
        self._household = False
        self.list = RecordList(self.tr("Evidencia: historia del hogar"))
        self.list.delegate.label_pixels = 62
        self.list.opened.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)

    def show_evidence(self, evidence: Evidence | None, *, household: bool = False) -> None:
        """Show what is known; earlier visits when the record is about a `household`."""
        self._evidence, self._household, self._member_id = evidence, household, ""
        self._fill()

    def show_member(self, member_id: str) -> None:
        """Narrow the services to one member; "" shows all."""
        if member_id != self._member_id:
            self._member_id = member_id
            self._fill()

    def _fill(self) -> None:
        found = self._evidence
        if found is None:
            self.list.set_items([])
            return
        today = self.context.clock.today()
        lines = [
            one for one in found.services if not self._member_id or one.member_id == self._member_id
        ]
        who = lines[0].who if lines and self._member_id else self.tr("todas las personas")
        items: list[Item] = [HeadItem(self.tr("Servicios"), who)]
        for number, one in enumerate(lines[:SERVICES_SHOWN]):
            text = one.text if self._member_id else f"{one.who}: {one.text}"
            sign = "first-aid-kit" if one.official else "identification-card"
            note = Note(sign, one.source, "soft")
            items.append(FieldItem(f"service/{number}", near_date(one.on, today), text, (note,)))
        if not lines:
            nothing = self.tr("Ningún servicio registrado")
            items.append(FieldItem("none/services", self.tr("Sin datos"), nothing))
        if self._household:
            items.append(HeadItem(self.tr("Visitas anteriores")))
        for visit in found.visits:
            mark = STAGE[visit.state.stage]
            note = Note(mark.icon, stage_text(visit.state), mark.tone)
            day = near_date(visit.on, today)
            items.append(FieldItem(f"visit/{visit.id}", day, visit.text, (note,)))
        if self._household and not found.visits:
            items.append(
                FieldItem("none/visits", self.tr("Ninguna"), self.tr("Es la primera visita"))
            )
        if found.commitments:
            items.append(HeadItem(self.tr("Compromisos")))
        for commitment in found.commitments:
            state = COMMITMENT_STATES[commitment.state]
            items.append(
                FieldItem(
                    f"commitment/{commitment.id}",
                    near_date(commitment.agreed_on, today),
                    commitment.text,
                    (Note("handshake", state),),
                )
            )
        self.list.set_items(items)

    def _open(self, key: str) -> None:
        kind, _, record_id = key.partition("/")
        if kind == "visit":
            self.visit_wanted.emit(record_id)
