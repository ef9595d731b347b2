"""Official forms: which are due, filling one in, completing it.

A form is prefilled from the register and from recorded services. What is typed is laid over that, and
each typed cell is a durable draft answer before `edit_cells` returns. Completing makes the draft a
`FormRecord` and the services typed into it `ServiceEvent`s, in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from juntos_campo import paths
from juntos_campo.app.form_events import events_of_form
from juntos_campo.app.form_problems import (
    FACILITY_NOT_HERE,
    FORM_APPROVED,
    FORM_HAS_ERRORS,
    FORM_INCOMPLETE,
    NOTHING_CORRECTED,
    READ_ONLY_CELL,
)
from juntos_campo.app.form_roster import (
    CHILDREN,
    Known,
    children_of,
    children_of_record,
    known_head,
    known_rows,
    recorded_register,
)
from juntos_campo.app.open_form import OpenForm, Progress, ReturnedForm
from juntos_campo.app.reviews import ReviewState, Stage, review_state
from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session
from juntos_campo.domain import form_ids
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, FormRecord, HealthFacility, Member, ServiceEvent
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.loader import load_form
from juntos_campo.form_engine.session import Session as FormSession
from juntos_campo.store.drafts import (
    Draft,
    discard_draft,
    find_draft,
    save_answers,
    start_draft,
)

SALUD02 = form_ids.SALUD02
DRAFT_KIND = "form_record"
_FORM_ID = re.compile(r"[a-z0-9_-]+")
NO_OFFICIAL_COLUMNS = (
    "Diseño propio: columnas sin fuente oficial. El texto de la Directiva 083-MINSA/DGSP-V02 no se "
    "pudo leer; las columnas se corrigen en la definición del formato."
)


@dataclass(frozen=True, slots=True)
class FormDue:
    """One form of one facility and bimester in the list of forms.

    Attributes:
        progress: None while nobody began it.
        returned: the coordinator sent it back and it was not corrected yet.
    """

    form_id: str
    title: str
    facility: HealthFacility
    bimester: Bimester
    children: int
    state: FormState | None
    progress: Progress | None
    returned: bool = False

    @property
    def missing(self) -> int:
        """Children still to be filled in."""
        return self.children - (self.progress.complete if self.progress else 0)


@lru_cache(maxsize=8)
def form_definition(form_id: str) -> Definition:
    """The installed definition of an official form.

    Raises:
        UserError: FRM-001 and others, there is none or it is damaged.
    """
    # A form id comes with records of others: only a bare name may become part of a path.
    name = form_id if _FORM_ID.fullmatch(form_id) else "_"
    return load_form(paths.forms() / f"{name}.md")


def forms_due(session: Session, bimester: Bimester) -> list[FormDue]:
    """The forms of a bimester, one per facility with children under 6, most still missing first."""
    definition = form_definition(SALUD02)
    counts: dict[str, int] = {}
    for child in children_of(session, bimester):
        facility_id = child.member.facility_id
        if facility_id:
            counts[facility_id] = counts.get(facility_id, 0) + 1
    facilities = session.store.get_many(HealthFacility, counts)
    found = []
    for facility_id, facility in facilities.items():
        record = _saved_record(session, facility_id, bimester)
        begun = record is not None or find_draft(
            session.store, DRAFT_KIND, _subject(facility_id, bimester)
        )
        opened = open_form(session, facility_id, bimester) if begun else None
        found.append(
            FormDue(
                SALUD02,
                definition.title,
                facility,
                bimester,
                counts[facility_id],
                opened.state if opened else None,
                opened.progress() if opened else None,
                opened is not None and opened.returned is not None,
            )
        )
    return sorted(found, key=lambda due: (-due.missing, due.facility.name))


def open_form(session: Session, facility_id: str, bimester: Bimester) -> OpenForm:
    """Formato Salud 02 of a facility and bimester, prefilled, with what was typed so far.

    A closed form shows the children and register data it was closed with, so that it prints the same
    for ever; with its first correction it follows the register again.

    Raises:
        UserError: FOR-001, the facility is not on this laptop.
    """
    facility = session.store.get(HealthFacility, facility_id)
    if facility is None:
        raise user_error(FACILITY_NOT_HERE)
    definition = form_definition(SALUD02)
    record = _saved_record(session, facility_id, bimester)
    draft = find_draft(session.store, DRAFT_KIND, _subject(facility_id, bimester))
    record_id = record.id if record else draft.id if draft else session.ids()
    closed = record if record and not draft and record.state is FormState.COMPLETE else None
    if closed:
        children = children_of_record(session, closed.cells)
    else:
        children = children_of(session, bimester, facility_id)
    known = known_head(session, definition, facility, bimester)
    known.update(known_rows(session, definition, children, bimester, record_id))
    if closed:
        known.update(recorded_register(definition, closed.cells))
    typed = _typed(definition, draft, record, known, {child.member.id for child in children})
    answers = {address: one.answer for address, one in known.items()} | typed
    rows = {CHILDREN: [child.member.id for child in children]}
    form = FormSession(definition, session.clock.now(), rows, answers)
    state = record.state if record and not draft else FormState.FILLING
    reviewed = review_state(session, record) if record else None
    return OpenForm(
        record_id,
        definition,
        facility,
        bimester,
        tuple(children),
        form,
        known,
        typed,
        state,
        draft.id if draft else "",
        _returned(record, reviewed) if record and reviewed else None,
        reviewed is not None and reviewed.stage is Stage.APPROVED,
    )


def _returned(record: FormRecord, state: ReviewState) -> ReturnedForm | None:
    """The coordinator's return of the saved record, while nothing newer was saved."""
    review = state.review
    if state.stage is not Stage.RETURNED or review is None:
        return None
    return ReturnedForm(review.reviewer, review.comment, dict(review.comments), record.cells)


def _typed(
    definition: Definition,
    draft: Draft | None,
    record: FormRecord | None,
    known: Mapping[str, Known],
    listed: set[str],
) -> dict[str, Answer]:
    """What was typed, of the questions that are still asked and the children still listed."""
    saved = draft.answers if draft else record.cells if record else {}
    questions = {one.key: one for one in definition.questions}
    typed: dict[str, Answer] = {}
    for address, answer in saved.items():
        row, _, key = address.rpartition("/")
        question = questions.get(key)
        if question is None or question.calculate or question.readonly:
            continue
        if bool(question.repeat) != bool(row) or (row and row not in listed):
            continue
        if address in known and known[address].answer == answer:
            continue
        typed[address] = answer
    return typed


def edit_cells(session: Session, opened: OpenForm, changes: Mapping[str, Answer]) -> frozenset[str]:
    """Type into cells. On disk when it returns.

    Args:
        changes: address -> typed text; "" empties the cell, None gives it back to what is known.

    Returns:
        Addresses that must be painted anew.

    Raises:
        UserError: FOR-004 a cell comes from the register, FOR-009 the form was approved; STO-008 the
            disk refuses (nothing changed).
    """
    if opened.approved and not opened.draft_id:
        raise user_error(FORM_APPROVED)
    for address in changes:
        if opened.form.readonly(address):
            raise user_error(READ_ONLY_CELL)
    before = {address: opened.form.given(address) for address in changes}
    effective = {
        address: _known_answer(opened, address) if text is None else text
        for address, text in changes.items()
    }
    touched = opened.form.set_many(effective)
    saved: dict[str, Answer] = {}
    for address, text in changes.items():
        given = opened.form.given(address)
        saved[address] = None if text is None else "" if given is None else given
    try:
        _save(session, opened, saved)
    except Exception:
        opened.form.set_many(before)
        raise
    for address, answer in saved.items():
        if answer is None:
            opened.typed.pop(address, None)
        else:
            opened.typed[address] = answer
    opened.forget_rows(touched)
    return touched


def _known_answer(opened: OpenForm, address: str) -> Answer:
    known = opened.known.get(address)
    return known.answer if known else None


def _save(session: Session, opened: OpenForm, answers: Mapping[str, Answer]) -> None:
    now = session.clock.now()
    if not opened.draft_id:
        draft = start_draft(
            session.store,
            draft_id=opened.record_id,
            kind=DRAFT_KIND,
            subject=_subject(opened.facility.id, opened.bimester),
            author=session.user.name,
            now=now,
            answers=opened.typed,
        )
        opened.draft_id = draft.id
        opened.state = FormState.FILLING
    save_answers(session.store, opened.draft_id, answers, now)


def complete_form(session: Session, opened: OpenForm) -> Changed:
    """Save the form as complete: record, the services typed into it, outbox, audit; the draft ends.

    A form that is complete already stays the version it is.

    Raises:
        UserError: FOR-002 there are errors, FOR-003 something is missing, FOR-008 it came back and
            nothing was corrected; the draft stays.
    """
    if opened.state is FormState.COMPLETE and not opened.draft_id:
        if opened.returned is not None:
            raise user_error(NOTHING_CORRECTED)
        return NOTHING_CHANGED
    progress = opened.progress()
    if progress.with_errors:
        raise user_error(FORM_HAS_ERRORS, number=progress.with_errors)
    if not progress.is_complete:
        raise user_error(FORM_INCOMPLETE, number=progress.rows - progress.complete)
    return _store_record(session, opened, FormState.COMPLETE)


def _store_record(session: Session, opened: OpenForm, state: FormState) -> Changed:
    now = session.clock.now()
    record = FormRecord(
        id=opened.record_id,
        field_worker=session.user.name,
        form_id=opened.definition.form_id,
        form_version=opened.definition.version,
        facility_id=opened.facility.id,
        bimester=str(opened.bimester),
        state=state,
        cells=opened.form.answers(),
        completed_at=now if state is FormState.COMPLETE else None,
    )
    members: dict[str, Member] = {child.member.id: child.member for child in opened.children}
    events = {
        one.id: one
        for one in events_of_form(opened.form, members, opened.known, record, opened.facility.id)
    }
    with session.work("form.complete") as work:
        work.tx.save(record)
        for old in session.store.find(ServiceEvent, form_id=record.id):
            if old.id not in events:
                work.tx.delete(old)
        for event in events.values():
            work.tx.save(event)
        discard_draft(work.tx, opened.draft_id or record.id)
    opened.state = state
    opened.draft_id = ""
    opened.returned = None
    return work.changed


def _saved_record(session: Session, facility_id: str, bimester: Bimester) -> FormRecord | None:
    for record in session.store.find(FormRecord, facility_id=facility_id):
        if record.form_id == SALUD02 and record.bimester == str(bimester):
            return record
    return None


def _subject(facility_id: str, bimester: Bimester) -> str:
    return f"{SALUD02}|{facility_id}|{bimester}"
