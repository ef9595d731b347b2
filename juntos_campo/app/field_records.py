"""Our own forms from the first keystroke to the closed record, its correction and its end.

While it is typed a record is a draft, durable write by write. Closing makes the draft a `FieldRecord`,
keeps the definition it was made with, and tells the office of a change where the form says so, in one
transaction. A closed record may be corrected by who made it; every version stays readable.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from juntos_campo.app.form_changes import bring_up_to_date
from juntos_campo.app.form_known import known_answers, known_name, known_values
from juntos_campo.app.form_library import keep_form_of
from juntos_campo.app.open_record import DRAFT_KIND, OpenRecord
from juntos_campo.app.people import worker_name
from juntos_campo.app.record_drafts import CORRECTION, draft_place
from juntos_campo.app.record_effects import request_id, requested_changes
from juntos_campo.app.record_forms import (
    about_of,
    is_confidential,
    made_with,
    present_form,
    readable,
)
from juntos_campo.app.record_problems import (
    NO_REASON,
    NOT_YOUR_RECORD,
    READ_ONLY_ROLE,
    RECORD_CONFIDENTIAL,
    RECORD_HAS_PROBLEMS,
    RECORD_NOT_HERE,
    RECORD_NOT_OPEN,
)
from juntos_campo.app.record_subject import (
    NOBODY,
    About,
    Subject,
    about_of_record,
    find_subject,
)
from juntos_campo.app.register_tables import tables_of_form
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.visit_records import CHANGEABLE
from juntos_campo.domain.entities import Answer, ChangeRequest, FieldRecord
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Role
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.session import Session as FormSession
from juntos_campo.form_engine.sources import Person
from juntos_campo.store.attachments import drop_unnamed, kept_since, named_in
from juntos_campo.store.drafts import Draft, discard_draft, find_draft, get_draft


class DeleteReason(StrEnum):
    """Why a closed record is deleted. No free text: the audit trail holds nothing about people."""

    DUPLICATE = "duplicate"
    WRONG_SUBJECT = "wrong_subject"
    TRIAL = "trial"
    BY_MISTAKE = "by_mistake"


# -- opening ---------------------------------------------------------------------------------------


def open_record(
    session: Session, form_id: str, subject_id: str = "", record_id: str = ""
) -> OpenRecord:
    """A form about a household, person, facility, school or settlement: a new one, or the one begun.

    Nothing is on disk before the first write, so that who only looks leaves nothing behind. A form
    about nobody is always new; those begun are opened by `resume_record`.

    Args:
        subject_id: id of what it is about, of the kind the form's ``jc:subject`` names.
        record_id: id a new record gets; a fresh one unless it is given.

    Raises:
        UserError: RCD-001, RCD-002, RCD-016; FRM-..., the form cannot be used.
    """
    _only_field_workers(session)
    definition = present_form(session, form_id).definition
    about = about_of(definition)
    subject = find_subject(session, about, subject_id)
    record_id = record_id or session.ids()
    place = f"{form_id}|{subject.key or f'{About.NONE}|{record_id}'}"
    draft = find_draft(session.store, DRAFT_KIND, place)
    if draft is not None:
        return _resumed(session, draft, definition, subject)
    known = known_answers(definition, known_values(session, subject))
    form = _session_of(session, definition, subject, record_id, None)
    form.set_many(known)
    return OpenRecord(session, record_id, place, definition, subject, form, known)


def resume_record(session: Session, draft_id: str) -> OpenRecord:
    """Go on with a draft.

    Raises:
        UserError: RCD-003 it is not open any more, RCD-001, RCD-016.
    """
    _only_field_workers(session)
    draft = get_draft(session.store, draft_id)
    if draft is None or draft.kind != DRAFT_KIND:
        raise user_error(RECORD_NOT_OPEN)
    place = draft_place(draft)
    if place.record_id:
        return correct_record(session, place.record_id)
    definition = present_form(session, place.form_id).definition
    return _resumed(
        session, draft, definition, find_subject(session, place.about, place.subject_id)
    )


def correct_record(session: Session, record_id: str) -> OpenRecord:
    """Correct a closed record of one's own, with the version of the form it was made with.

    Where this laptop has that version nowhere any more, with the one in force.

    Raises:
        UserError: RCD-005 to RCD-007, RCD-001, RCD-009, RCD-016.
    """
    _only_field_workers(session)
    record = read_field_record(session, record_id)
    _only_own(session, record)
    definition, current = readable(session, record)
    subject = subject_of(session, record)
    place = f"{record.form_id}|{CORRECTION}|{record.id}"
    draft = find_draft(session.store, DRAFT_KIND, place)
    if draft is not None:
        return _resumed(session, draft, definition, subject, record)
    known = known_answers(definition, known_values(session, subject))
    form = _session_of(session, definition, subject, record.id, current.answers, record=record)
    return OpenRecord(
        session,
        record.id,
        place,
        definition,
        subject,
        form,
        known,
        corrects=record,
        news=current.news,
    )


def _resumed(
    session: Session,
    draft: Draft,
    definition: Definition,
    subject: Subject,
    corrects: FieldRecord | None = None,
) -> OpenRecord:
    values = known_values(session, subject)
    current = bring_up_to_date(session, draft, definition)
    fixed = {} if corrects else known_answers(definition, values, fixed_only=True)
    form = _session_of(
        session, definition, subject, draft.id, current.answers | fixed, record=corrects
    )
    opened = OpenRecord(
        session,
        draft.id,
        draft.subject,
        definition,
        subject,
        form,
        known_answers(definition, values),
        begun=draft.started_at,
        corrects=corrects,
        news=current.news,
    )
    opened.remember(current.answers)
    return opened


def _session_of(
    session: Session,
    definition: Definition,
    subject: Subject,
    record_id: str,
    answers: dict[str, Answer] | None,
    *,
    record: FieldRecord | None = None,
    now: datetime | None = None,
) -> FormSession:
    """The engine's session; of a closed `record` with the register as it was on its day."""
    household = subject.household.id if subject.household else ""
    user = session.user
    return FormSession(
        definition,
        now or session.clock.now(),
        answers=answers,
        tables=tables_of_form(session, definition, household, record),
        seed=int(record_id[-8:], 16) if _is_hex(record_id[-8:]) else 0,
        person=Person(
            username=user.name, full_name=user.full_name, device_id=session.store.meta("device.id")
        ),
    )


def _is_hex(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdef" for letter in text)


# -- reading ---------------------------------------------------------------------------------------


def read_field_record(session: Session, record_id: str) -> FieldRecord:
    """A closed record, when this person may open it.

    Raises:
        UserError: RCD-005 it is not here, RCD-007 it is somebody else's and confidential.
    """
    record = session.store.get(FieldRecord, record_id)
    if record is None:
        raise user_error(RECORD_NOT_HERE)
    if record.confidential and record.field_worker != session.user.name:
        raise user_error(RECORD_CONFIDENTIAL, worker=worker_name(session, record.field_worker))
    return record


def subject_of(session: Session, record: FieldRecord) -> Subject:
    """What a record is about; as much of it as is still on this laptop."""
    about, record_id = about_of_record(record)
    try:
        return find_subject(session, about, record_id)
    except UserError:
        if about is About.MEMBER and record.household_id:
            return find_subject(session, About.HOUSEHOLD, record.household_id)
        raise


def form_of_record(session: Session, record: FieldRecord) -> FormSession:
    """A closed record in the form it was made with, to be printed or exported.

    Raises:
        UserError: RCD-009 this laptop has not got that version of the form.
    """
    definition = made_with(session, record.form_id, record.form_version)
    return _closed(session, record, definition, dict(record.answers))


def read_form(session: Session, record: FieldRecord) -> tuple[FormSession, tuple[str, ...]]:
    """A closed record to be read on the screen, and what the reader has to know of its form.

    Raises:
        UserError: RCD-009 this laptop has not got any version of the form.
    """
    definition, current = readable(session, record)
    return _closed(session, record, definition, current.answers), current.news


def _closed(
    session: Session, record: FieldRecord, definition: Definition, answers: dict[str, Answer]
) -> FormSession:
    try:
        subject = subject_of(session, record)
    except UserError:  # what it was about left this laptop; the record stays readable
        subject = NOBODY
    # As of the day it was closed: what it says of that day stays what it said then.
    return _session_of(
        session, definition, subject, record.id, answers, record=record, now=record.closed_at
    )


# -- ending ----------------------------------------------------------------------------------------


def close_record(session: Session, opened: OpenRecord) -> tuple[FieldRecord, Changed]:
    """Make the draft a record with everything that follows from it, in one transaction.

    Raises:
        UserError: RCD-004 something is missing or wrong (the draft stays), RCD-003, RCD-015; STO-008.
    """
    store = session.store
    if opened.begun is not None and get_draft(store, opened.id) is None:
        raise user_error(RECORD_NOT_OPEN)
    now = session.clock.now()
    opened.form.finish(now)
    wrong = opened.form.findings()
    if wrong:
        raise user_error(RECORD_HAS_PROBLEMS, things=count(len(wrong), "dato"))
    record = _record(session, opened, now)
    request = store.get(ChangeRequest, request_id(record.id))
    requests = requested_changes(opened.form, record, request)
    with session.work("record.correct" if opened.corrects else "record.close") as work:
        work.tx.save(record)
        for one in requests:
            work.tx.save(one)
        if request is not None and not requests and request.state in CHANGEABLE:
            work.tx.delete(request)
        keep_form_of(session, work.tx, opened.definition)
        discard_draft(work.tx, opened.id)
        # Photos that were taken anew, or of questions that no longer apply.
        drop_unnamed(work.tx, kept_since(store, (opened.begun or now).date()))
    return record, work.changed


def discard_record(session: Session, draft_id: str) -> Changed:
    """Throw a draft away for good with its photos; a closed record it corrects stays as it was.

    Raises:
        UserError: RCD-003; STO-008.
    """
    draft = get_draft(session.store, draft_id)
    if draft is None:
        raise user_error(RECORD_NOT_OPEN)
    with session.work("record.discard") as work:
        discard_draft(work.tx, draft_id)
        files = kept_since(session.store, draft.started_at.date())
        drop_unnamed(work.tx, files | named_in(draft.answers))
        work.tx.audit(DRAFT_KIND, draft_id, {"discarded": True, "answers": len(draft.answers)})
    return Changed(frozenset({DRAFT_KIND}))


def delete_record(session: Session, record_id: str, reason: DeleteReason | None) -> Changed:
    """Delete a closed record of one's own with its photos.

    The change it asked for goes too, while nobody acted on it.

    Raises:
        UserError: RCD-005 to RCD-007, RCD-013 no reason, RCD-016; STO-008.
    """
    _only_field_workers(session)
    record = read_field_record(session, record_id)
    _only_own(session, record)
    if reason is None:
        raise user_error(NO_REASON)
    request = session.store.get(ChangeRequest, request_id(record_id))
    files = _files_of(session, record)
    with session.work("record.delete") as work:
        work.tx.delete(record)
        work.tx.audit(DRAFT_KIND, record_id, {"reason": reason.value})
        if request is not None and request.state in CHANGEABLE:
            work.tx.delete(request)
        discard_draft(work.tx, record_id)
        drop_unnamed(work.tx, files)
    return work.changed


def _files_of(session: Session, record: FieldRecord) -> frozenset[str]:
    """Photos and files of a record, of its earlier versions and of its correction begun."""
    draft = get_draft(session.store, record.id)
    versions = [one for one, *_ in session.store.history(FieldRecord, record.id)]
    answers = [one.answers for one in (record, *versions)]
    answers += [draft.answers] if draft else []
    return frozenset().union(*map(named_in, answers))


def _record(session: Session, opened: OpenRecord, now: datetime) -> FieldRecord:
    definition, subject, before = opened.definition, opened.subject, opened.corrects
    return FieldRecord(
        id=opened.id,
        field_worker=session.user.name,
        form_id=definition.form_id,
        form_version=definition.version,
        on=_day(opened.form) or (before.on if before else session.today),
        title=record_title(definition, subject),
        household_id=subject.household.id if subject.household else "",
        member_id=subject.member.id if subject.member else "",
        facility_id=subject.facility.id if subject.facility else "",
        school_id=subject.school.id if subject.school else "",
        settlement_id=subject.id if subject.about is About.SETTLEMENT else "",
        confidential=is_confidential(definition),
        answers=opened.form.record_answers(),
        started_at=before.started_at if before else opened.begun or now,
        closed_at=now,
    )


def record_title(definition: Definition, subject: Subject) -> str:
    """``Captación temprana · hogar 0307-004417``: no name of anybody in it."""
    return " · ".join(part for part in (definition.title, subject.plain) if part)


def _day(form: FormSession) -> date | None:
    """The day a record tells of: its first date that is filled in with today unless changed."""
    for question in form.definition.columns(""):
        if question.type.name == "date" and known_name(question) == "today":
            answer = form.answer(question.key)
            return date.fromisoformat(str(answer)) if answer else None
    return None


def _only_field_workers(session: Session) -> None:
    if session.user.role is not Role.FIELD_WORKER:
        raise user_error(READ_ONLY_ROLE)


def _only_own(session: Session, record: FieldRecord) -> None:
    if record.field_worker != session.user.name:
        raise user_error(NOT_YOUR_RECORD, worker=worker_name(session, record.field_worker))
