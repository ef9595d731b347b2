"""Writing into an official form: cells, rows, and closing it.

Each typed cell is a durable draft answer before `edit_cells` returns. Completing makes the draft a
`FormRecord` and the services typed into it `ServiceEvent`s, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

from juntos_campo.app.form_changes import VERSION
from juntos_campo.app.form_events import events_of_form
from juntos_campo.app.form_library import keep_form_of
from juntos_campo.app.form_problems import (
    FORM_APPROVED,
    FORM_HAS_ERRORS,
    FORM_INCOMPLETE,
    NOTHING_CORRECTED,
    READ_ONLY_CELL,
    ROW_STAYS,
)
from juntos_campo.app.official_catalogue import PlaceKind
from juntos_campo.app.official_forms import (
    DRAFT_KIND,
    PROGRESS,
    form_session,
    form_subject,
    note_of,
    rows_path,
)
from juntos_campo.app.official_known import known_rows
from juntos_campo.app.official_representatives import listed_rows, next_key
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session
from juntos_campo.domain.entities import Answer, FormRecord, ServiceEvent
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import FormState
from juntos_campo.store.drafts import discard_draft, save_answers, start_draft


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
    _may_write(opened)
    for address in changes:
        if opened.form.readonly(address):
            raise user_error(READ_ONLY_CELL)
    before = {address: opened.form.given(address) for address in changes}
    typed_before = dict(opened.typed)
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
        _lay(opened, saved)
        touched |= opened.forget_rows(touched)
        _save(session, opened, saved, typed_before)
    except Exception:
        opened.typed = typed_before
        opened.form.set_many(before)
        opened.forget_rows(touched)
        raise
    return touched


def add_row(session: Session, opened: OpenForm) -> str:
    """Append an empty row. On disk when it returns; the key of the row.

    Raises:
        UserError: FOR-011 the rows of this form come from the register, FOR-009, STO-008.
    """
    key = next_key(opened.rows)
    _set_rows(session, opened, [*opened.rows, key], {})
    return key


def remove_row(session: Session, opened: OpenForm, row: str) -> dict[str, Answer]:
    """Take a row away with its answers. On disk when it returns; what it held, for `restore_row`.

    Raises:
        UserError: as `add_row`.
    """
    held = {key: one for key, one in opened.typed.items() if key.rpartition("/")[0] == row}
    gone: dict[str, Answer] = dict.fromkeys(held)
    _set_rows(session, opened, [one for one in opened.rows if one != row], gone)
    return held


def restore_row(
    session: Session, opened: OpenForm, row: str, at: int, held: Mapping[str, Answer]
) -> None:
    """Put a row back where it was, with what it held.

    Raises:
        UserError: as `add_row`.
    """
    rows = list(opened.rows)
    rows.insert(at, row)
    _set_rows(session, opened, rows, held)


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
    progress = opened.progress(looked_over=False)
    if progress.with_errors:
        raise user_error(FORM_HAS_ERRORS, rows=count(progress.with_errors, "fila"))
    if not progress.is_complete:
        raise user_error(FORM_INCOMPLETE, rows=count(progress.rows - progress.complete, "fila"))
    return _store_record(session, opened, FormState.COMPLETE)


def _may_write(opened: OpenForm) -> None:
    if opened.approved and not opened.draft_id:
        raise user_error(FORM_APPROVED)


def _lay(opened: OpenForm, saved: Mapping[str, Answer]) -> None:
    for address, answer in saved.items():
        if answer is None:
            opened.typed.pop(address, None)
        else:
            opened.typed[address] = answer


def _known_answer(opened: OpenForm, address: str) -> Answer:
    known = opened.known.get(address)
    return known.answer if known else None


def _set_rows(
    session: Session, opened: OpenForm, rows: list[str], changes: Mapping[str, Answer]
) -> None:
    """Other rows, and with them the form anew; such forms have few rows."""
    official = opened.official
    if not official.adds_rows:
        raise user_error(ROW_STAYS)
    _may_write(opened)
    was = opened.typed, opened.listed, opened.known, opened.form
    typed_before = dict(opened.typed)
    listed = listed_rows(rows, opened.place.id)
    head = {key: one for key, one in opened.known.items() if "/" not in key}
    try:
        opened.typed = dict(typed_before)
        _lay(opened, changes)
        opened.listed = tuple(listed)
        opened.known = head | known_rows(
            session,
            official,
            opened.definition,
            listed,
            opened.bimester,
            place_id=opened.place.id,
            form_record_id=opened.record_id,
        )
        opened.form = form_session(
            session, official, opened.definition, rows, opened.known, opened.typed
        )
        opened.forget_rows(frozenset(f"{row}/" for row in {*rows, *(one.key for one in was[1])}))
        _save(session, opened, {rows_path(official): " ".join(rows), **changes}, typed_before)
    except Exception:
        opened.typed, opened.listed, opened.known, opened.form = was
        raise


def _save(
    session: Session,
    opened: OpenForm,
    answers: Mapping[str, Answer],
    typed_before: Mapping[str, Answer],
) -> None:
    now = session.clock.now()
    if not opened.draft_id:
        draft = start_draft(
            session.store,
            draft_id=opened.record_id,
            kind=DRAFT_KIND,
            subject=form_subject(opened.official.form_id, opened.place.id, opened.bimester),
            author=session.user.name,
            now=now,
            answers={**typed_before, VERSION: opened.definition.version},
        )
        opened.draft_id = draft.id
        opened.state = FormState.FILLING
    noted = note_of(session, opened.progress(looked_over=False))
    save_answers(session.store, opened.draft_id, {**answers, PROGRESS: noted}, now)


def _store_record(session: Session, opened: OpenForm, state: FormState) -> Changed:
    now = session.clock.now()
    in_school = opened.official.place is PlaceKind.SCHOOL
    record = FormRecord(
        id=opened.record_id,
        field_worker=session.user.name,
        form_id=opened.definition.form_id,
        form_version=opened.definition.version,
        facility_id="" if in_school else opened.place.id,
        school_id=opened.place.id if in_school else "",
        bimester=str(opened.bimester),
        state=state,
        cells=opened.form.answers(),
        completed_at=now if state is FormState.COMPLETE else None,
    )
    events = {one.id: one for one in events_of_form(opened)}
    with session.work("form.complete") as work:
        work.tx.save(record)
        keep_form_of(session, work.tx, opened.definition)
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
