"""A closed record of ours to be read: in the form it was made with, beside the version before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from juntos_campo.app.field_records import (
    form_of_record,
    read_field_record,
    read_form,
    subject_of,
)
from juntos_campo.app.missing_files import ask_for_missing
from juntos_campo.app.record_problems import CELL_FROM_REGISTER
from juntos_campo.app.record_subject import NOBODY, Subject
from juntos_campo.app.record_versions import differences, texts_before, versions_of
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer, FieldRecord
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.values import Role
from juntos_campo.form_engine.answering import ROWS
from juntos_campo.form_engine.session import Session as FormSession
from juntos_campo.store.attachments import get_attachment
from juntos_campo.store.review_rows import unsent
from juntos_campo.store.sync_state import flags_of
from juntos_campo.sync.sentences import flag_text
from juntos_campo.wire.file_messages import files_named


@dataclass(frozen=True, slots=True)
class EarlierRecord:
    """The version before the present one: when it gave way (None if nobody noted it), and to whom."""

    replaced_at: datetime | None
    replaced_by: str


@dataclass(slots=True)
class ReadFieldRecord:
    """A record on the reading desk; a `form_desk.FormDesk` that takes nothing.

    Attributes:
        differences: address -> what the version before showed there, "" where it showed nothing;
            ``#repeat`` -> the row keys before, where rows came or went.
        earlier: None for a record that was never corrected.
        sent: the server has this version.
        own: the reader may correct and delete it.
        news: what the reader has to know: a date that cannot be, the form it is shown in where that
            is not its own version.
    """

    session: Session
    record: FieldRecord
    subject: Subject
    form: FormSession
    differences: dict[str, str]
    earlier: EarlierRecord | None
    sent: bool
    own: bool
    news: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """How many cells are not as they were."""
        return sum(not is_rows(path) for path in self.differences)

    def write(self, changes: Mapping[str, Answer]) -> frozenset[str]:
        """Nothing is typed into a closed record.

        Raises:
            UserError: RCD-008.
        """
        del changes
        raise user_error(CELL_FROM_REGISTER)

    def add_row(
        self, repeat: str, within: str = "", *, before: str = ""
    ) -> tuple[str, frozenset[str]]:
        """As `write`."""
        del repeat, within, before
        raise user_error(CELL_FROM_REGISTER)

    def remove_row(self, repeat: str, row: str) -> frozenset[str]:
        """As `write`."""
        del repeat, row
        raise user_error(CELL_FROM_REGISTER)

    def remark(self, address: str) -> str:
        """A closed record is not judged any more."""
        del address
        return ""

    def keep_file(self, name: str, data: bytes) -> str:
        """As `write`."""
        del name, data
        raise user_error(CELL_FROM_REGISTER)

    def file(self, answer: str) -> bytes | None:
        """A photo or file; None when it has not come to this laptop yet."""
        found = get_attachment(self.session.store, answer)
        return found.data if found else None


def open_reading(session: Session, record_id: str) -> ReadFieldRecord:
    """Open a closed record for reading. Its photos that are not here come first next time.

    Raises:
        UserError: RCD-005, RCD-007, RCD-009.
    """
    record = read_field_record(session, record_id)
    form, news = read_form(session, record)
    changed, earlier = _compared(session, record)
    ask_for_missing(session, files_named(record.answers))
    try:
        subject = subject_of(session, record)
    except UserError:  # what it was about left this laptop
        subject = NOBODY
    own = session.user.role is Role.FIELD_WORKER and record.field_worker == session.user.name
    return ReadFieldRecord(
        session,
        record,
        subject,
        form,
        changed,
        earlier,
        record.id not in unsent(session.store, "field_record"),
        own,
        (*map(flag_text, flags_of(session.store, "field_record", record.id)), *news),
    )


def _compared(session: Session, record: FieldRecord) -> tuple[dict[str, str], EarlierRecord | None]:
    """What the version before said where the present one says something else."""
    versions = versions_of(session, record)
    if len(versions) == 1:
        return {}, None
    before, present = versions[-2:]
    texts = texts_before(differences(session, record, before, present))
    rows = {
        path: str(answer or "")
        for path, answer in before.answers.items()
        if is_rows(path) and answer != present.answers.get(path)
    }
    earlier = EarlierRecord(present.saved_at, before.replaced_by)
    old = replace(record, form_version=before.form_version, answers=dict(before.answers))
    try:
        form = form_of_record(session, old)
    except UserError:  # that version of the form never came to this laptop
        return texts | rows, earlier
    answered = form.answers()
    # The session knows the names of people and places chosen from the register.
    shown = {path: form.shown(path) if path in answered else text for path, text in texts.items()}
    return shown | rows, earlier


def is_rows(path: str) -> bool:
    """Whether an answer names the rows of a repeat, ``#ninos`` or ``k1/#hijos``."""
    return path.rpartition("/")[2].startswith(ROWS)
