"""A record of ours as a PDF, in the version of the form it was made with.

A form whose settings name groups under ``jc:agreement`` gets them once more on a page of its own: the
text that was agreed on, to be signed and left with the family.
"""

from __future__ import annotations

from collections.abc import Iterator

from juntos_campo.app.day_print import CONFIDENTIAL
from juntos_campo.app.field_records import form_of_record, subject_of
from juntos_campo.app.record_subject import NOBODY, Subject
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import long_date, moment
from juntos_campo.form_engine.definition import Group, Question
from juntos_campo.form_engine.session import Session as FormSession
from juntos_campo.pdf.document import PrintInfo
from juntos_campo.pdf.record_sheet import (
    UNSOURCED,
    Agreement,
    RecordSheetModel,
    SheetLine,
    SheetNote,
    SheetPart,
    SheetSection,
    SheetSignature,
    SheetTable,
    build_record_sheet,
)
from juntos_campo.store.attachments import get_attachment

OWN_DESIGN = "Formulario de diseño propio, sin fuente oficial."
FOR_FEW = "Confidencial: solo para quien lo registró y quien debe atenderlo."
NOT_HERE = "Todavía no llegó a esta computadora."
WORKER = "Gestor local"
SIGNER = "Firma o huella de quien informa"
HOLDER = "Firma o huella de la titular"
MOST_COLUMNS = 9
"""A repeat with more printed columns is printed row by row."""

_SILENT = frozenset({"hidden", "start", "end", "today", "deviceid", "username", "phonenumber"})
_PICTURES = frozenset({"image"})
_FILES = frozenset({"file", "audio"})


def print_record(session: Session, record: FieldRecord) -> bytes:
    """The PDF of a closed record, with the agreement to sign if the form has one.

    Raises:
        UserError: RCD-009 the version of the form it was made with is not here.
    """
    return build_record_sheet(_Sheet(session, record).model())


class _Sheet:
    """One record on its way to paper."""

    def __init__(self, session: Session, record: FieldRecord) -> None:
        self.session, self.record = session, record
        self.form: FormSession = form_of_record(session, record)
        self.definition = self.form.definition
        try:
            self.subject: Subject = subject_of(session, record)
        except UserError:  # what it was about left this laptop; the record stays readable
            self.subject = NOBODY
        self._signed = b""
        self._agreed = self.definition.settings.get("jc:agreement", "").split()

    def model(self) -> RecordSheetModel:
        sections = tuple(self._sections(self.definition.root, "", 0))
        agreement = self.agreement()
        record, definition = self.record, self.definition
        return RecordSheetModel(
            info=self.info(f"{definition.form_id}/{definition.version}", definition.title),
            facts=self._facts(),
            sections=sections,
            signatures=self._signatures() if agreement is None else (),
            agreement=agreement,
            remark=f"{OWN_DESIGN} Versión {record.form_version}.",
        )

    def info(self, kind: str, title: str) -> PrintInfo:
        """Head and foot of the pages."""
        session = self.session
        return PrintInfo(
            kind=kind,
            subject=self.record.id,
            title=title,
            subtitle=f"Programa JUNTOS · {long_date(self.record.on)}",
            printed_at=session.clock.now(),
            printed_by=session.user.full_name,
            notice=FOR_FEW if self.record.confidential else CONFIDENTIAL,
        )

    def _facts(self) -> tuple[tuple[str, str], ...]:
        closed = self.record.closed_at
        facts = [
            ("Sobre", self.subject.text),
            ("Registrado por", self._worker()),
            ("Cerrado", moment(closed) if closed else ""),
        ]
        return tuple((label, value) for label, value in facts if value)

    def _worker(self) -> str:
        user = self.session.user
        return user.full_name if self.record.field_worker == user.name else self.record.field_worker

    # -- sections ------------------------------------------------------------------------------

    def _sections(self, path: str, row: str, level: int) -> Iterator[SheetSection]:
        """What lies in a group: its own answers, then each group and repeat below it."""
        node = self.definition.nodes.get(path)
        own: list[SheetPart] = []
        below: list[SheetSection] = []
        for child in self.definition.children(path):
            if isinstance(child, Question):
                own += self._parts(child, row)
            elif child.name not in self._agreed and self.form.group_relevant(child.path, row):
                deeper = self._repeat if child.is_repeat else self._sections_of
                below += deeper(child, row, level + (path != self.definition.root))
        if own:
            in_group = isinstance(node, Group) and path != self.definition.root
            title = self.form.label_of(node, row) if in_group and node is not None else ""
            yield SheetSection(title, tuple(own), level)
        yield from below

    def _sections_of(self, group: Group, row: str, level: int) -> Iterator[SheetSection]:
        return self._sections(group.path, row, level)

    def _repeat(self, repeat: Group, within: str, level: int) -> Iterator[SheetSection]:
        title = repeat.label.plain(self.form.language)
        rows = self.form.rows(repeat.name, within or None)
        questions = [one for one in self._below(repeat.path) if self._is_printed(one)]
        nested = any(
            isinstance(one, Group) and one.is_repeat
            for one in self.definition.children(repeat.path)
        )
        simple = not any(one.type.name in _PICTURES | _FILES for one in questions)
        if not nested and simple and len(questions) <= MOST_COLUMNS:
            columns = tuple(one.label.plain(self.form.language) for one in questions)
            cells = tuple(
                tuple(self.form.shown(f"{row}/{one.key}") for one in questions) for row in rows
            )
            yield SheetSection(title, (SheetTable(columns, cells),), level)
            return
        if not rows:
            yield SheetSection(title, (SheetTable((), ()),), level)
        for number, row in enumerate(rows, start=1):
            name = self.form.row_label(repeat.name, row)
            parts = [part for one in questions for part in self._parts(one, row)]
            heading = f"{title} {number}" if name in ("", title) else f"{number}. {name}"
            yield SheetSection(heading, tuple(parts), level + 1)
            for child in self.definition.children(repeat.path):
                if isinstance(child, Group) and child.is_repeat:
                    yield from self._repeat(child, row, level + 1)

    def _below(self, path: str) -> Iterator[Question]:
        """Questions of a group and of the plain groups in it."""
        for child in self.definition.children(path):
            if isinstance(child, Question):
                yield child
            elif not child.is_repeat:
                yield from self._below(child.path)

    def _is_printed(self, question: Question) -> bool:
        if question.type.name in _SILENT or question.type.name == "note":
            return False
        return bool(question.label) and question.extra.get("width", "") != "0"

    def _parts(self, question: Question, row: str) -> Iterator[SheetPart]:
        address = f"{row}/{question.key}" if row else question.key
        if not self.form.relevant(address):
            return
        label = self.form.label_of(question, row)
        if question.type.name == "note":
            yield SheetNote(label)
        elif self._is_printed(question):
            unsourced = UNSOURCED in question.extra.get("source", "")
            yield self._line(question, address, label, unsourced=unsourced)

    def _line(self, question: Question, address: str, label: str, *, unsourced: bool) -> SheetLine:
        answer = str(self.form.answer(address) or "")
        if question.type.name in _PICTURES | _FILES and answer:
            kept = get_attachment(self.session.store, answer)
            if kept is None:
                return SheetLine(label, NOT_HERE)
            if question.type.name in _FILES or not kept.media.startswith("image/"):
                return SheetLine(label, f"Adjunto: {kept.name}")
            if "signature" in question.appearance:
                self._signed = kept.data
            return SheetLine(label, "", kept.data)
        return SheetLine(label, self.form.shown(address), unsourced=unsourced)

    # -- signing -------------------------------------------------------------------------------

    def _signatures(self) -> tuple[SheetSignature, ...]:
        worker = SheetSignature(WORKER, self._worker())
        signer = self.definition.settings.get("jc:signer", "")
        if not signer:
            return (worker,)
        name = self.form.shown(signer)
        return (SheetSignature(SIGNER, name, self._signed), worker)

    def agreement(self) -> Agreement | None:
        """The page to be signed; None for a form without one."""
        if not self._agreed:
            return None
        parts: list[SheetPart] = []
        heading = ""
        for group in self.definition.groups:
            if group.name in self._agreed and self.form.group_relevant(group.path):
                heading = heading or self.form.label_of(group)
                parts += [part for one in self._below(group.path) for part in self._parts(one, "")]
        signer = self.definition.settings.get("jc:signer", "")
        who = self.form.shown(signer) if signer else ""
        plain = tuple(part for part in parts if not (isinstance(part, SheetLine) and part.picture))
        return Agreement(
            title=heading or self.definition.title,
            facts=self._parties(signer, who),
            parts=plain,
            signatures=(
                SheetSignature(HOLDER, who, self._signed),
                SheetSignature(WORKER, self._worker()),
            ),
        )

    def _parties(self, signer: str, who: str) -> tuple[tuple[str, str], ...]:
        """Who agrees: the signer with what is asked of her beside her name, and the programme."""
        facts = [("Titular", who)]
        for question in self.definition.columns(""):
            if question.key.startswith(f"{signer}_") and (shown := self.form.shown(question.key)):
                facts.append((question.label.plain(self.form.language), shown))
        facts.append(("Con", f"Programa JUNTOS, por {self._worker()}"))
        return tuple((label, value) for label, value in facts if value)
