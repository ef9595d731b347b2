"""Putting one value onto the present record, through the checks the record has when it is typed.

A visit, an official form and a record of ours are corrected as their screens correct them, so that what
follows from them (services, commitments, requests) follows here too. What cannot be closed with the value
stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from juntos_campo.app.conflict_problems import (
    ALREADY_DECIDED,
    BEING_CORRECTED,
    DOES_NOT_FIT,
    RECORD_GONE,
)
from juntos_campo.app.conflict_scope import ANSWERED
from juntos_campo.app.field_records import close_record, correct_record
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import open_form
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.visit import DRAFT_KIND as VISIT_DRAFT
from juntos_campo.app.visit import close_visit, reopen_visit, save_many
from juntos_campo.app.visit_records import CHANGEABLE
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import (
    ChangeRequest,
    Entity,
    FieldRecord,
    FormRecord,
    Household,
    Member,
    Visit,
)
from juntos_campo.domain.errors import ProgrammingError, UserError, user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import ChangeRequestKind
from juntos_campo.store.drafts import discard_draft, find_draft
from juntos_campo.wire.codec import decode, encode
from juntos_campo.wire.merge import Changes, apply, flatten

REGISTER = frozenset({"household", "member", "pregnancy", "school_year"})
"""Kinds the office writes: a field worker asks it for a change."""

_REQUESTED = {
    "phone": ChangeRequestKind.PHONE,
    "address": ChangeRequestKind.MOVED,
    "reference": ChangeRequestKind.MOVED,
    "settlement_id": ChangeRequestKind.MOVED,
    "facility_id": ChangeRequestKind.HEALTH_FACILITY,
    "school_id": ChangeRequestKind.SCHOOL,
    "left_on": ChangeRequestKind.LEFT_HOUSEHOLD,
}


def value_in(record: Entity, path: str) -> Any:
    """What stands at a path of a record; None for nothing."""
    return flatten(encode(record)).get(path)


def put_values(session: Session, kind: str, record_id: str, values: Mapping[str, Any]) -> Changed:
    """Edit values of a record, path -> value, as its screen would: all of them or none.

    Raises:
        UserError: CNF-001 to CNF-004, CNF-006; what the record's own screen would say; STO-008.
    """
    record = session.store.get(KINDS[kind].entity, record_id)
    if record is None:
        raise user_error(RECORD_GONE)
    place = ANSWERED.get(kind, "")
    cells = {path.removeprefix(f"{place}/"): value for path, value in values.items()}
    if not place or not all(path.startswith(f"{place}/") for path in values):
        return _into_record(session, kind, record, values)
    if isinstance(record, Visit):
        return _into_visit(session, record, cells)
    if isinstance(record, FormRecord):
        return _into_form(session, record, cells)
    if isinstance(record, FieldRecord):
        return _into_own_record(session, record, cells)
    raise ProgrammingError(f"no answers in a {kind}")


def ask_office(session: Session, conflict_id: str, record: Entity, path: str, text: str) -> Changed:
    """Ask the office for a value of the register that gave way to its own.

    Args:
        text: what is asked for, ``teléfono: 983 999 888``.
    """
    member = record.id if isinstance(record, Member) else getattr(record, "member_id", "")
    household = record.id if isinstance(record, Household) else getattr(record, "household_id", "")
    request = ChangeRequest(
        id=request_id(conflict_id),
        household_id=household,
        member_id=member,
        visit_id="",
        kind=_REQUESTED.get(path.partition("/")[0], ChangeRequestKind.PERSONAL_DATA),
        detail=text,
        requested_on=session.today,
    )
    with session.work("conflict.ask") as work:
        work.tx.save(request)
    return work.changed


def withdraw_request(session: Session, conflict_id: str) -> Changed:
    """Take back what `ask_office` asked.

    Raises:
        UserError: CNF-006 the office has acted on it; STO-008.
    """
    request = session.store.get(ChangeRequest, request_id(conflict_id))
    if request is None:
        return Changed()
    if request.state not in CHANGEABLE:
        raise user_error(ALREADY_DECIDED)
    with session.work("conflict.withdraw") as work:
        work.tx.delete(request)
    return work.changed


def request_id(conflict_id: str) -> str:
    """Id of the request a conflict led to."""
    return derived_id("change_request", conflict_id, "conflict")


def _into_visit(session: Session, visit: Visit, cells: dict[str, Any]) -> Changed:
    if find_draft(session.store, VISIT_DRAFT, visit.household_id) is not None:
        raise user_error(BEING_CORRECTED)
    draft = reopen_visit(session, visit.id)
    try:
        save_many(session, draft.id, cells)
        return close_visit(session, draft.id)[1]
    except UserError as error:
        _forget(session, draft.id)
        raise _unfit(cells, error) from None


def _into_form(session: Session, record: FormRecord, cells: dict[str, Any]) -> Changed:
    bimester = Bimester.parse(record.bimester)
    opened = open_form(session, record.form_id, record.place_id, bimester)
    if opened.draft_id:
        raise user_error(BEING_CORRECTED)
    try:
        edit_cells(session, opened, {key: "" if one is None else one for key, one in cells.items()})
        return complete_form(session, opened)
    except UserError as error:
        _forget(session, record.id)
        raise _unfit(cells, error) from None


def _into_own_record(session: Session, record: FieldRecord, cells: dict[str, Any]) -> Changed:
    opened = correct_record(session, record.id)
    if opened.begun is not None:
        raise user_error(BEING_CORRECTED)
    try:
        opened.write(cells)
        return close_record(session, opened)[1]
    except UserError as error:
        _forget(session, record.id)
        raise _unfit(cells, error) from None


def _into_record(session: Session, kind: str, record: Entity, values: Mapping[str, Any]) -> Changed:
    if isinstance(record, ChangeRequest) and record.state not in CHANGEABLE:
        raise user_error(ALREADY_DECIDED)
    gone = tuple(path for path, value in values.items() if value is None and "/" in path)
    kept = {path: value for path, value in values.items() if path not in gone}
    try:
        edited, _ = decode(kind, record.id, apply(encode(record), Changes(kept, gone)))
    except UserError as error:
        raise _unfit(values, error) from None
    with session.work("conflict.put_back") as work:
        work.tx.save(edited)
    return work.changed


def _forget(session: Session, draft_id: str) -> None:
    """The correction that could not be closed: the record stays as it was."""
    with session.work("conflict.left") as work:
        discard_draft(work.tx, draft_id)


def _unfit(values: Mapping[str, Any], error: UserError) -> UserError:
    if error.problem.code.startswith("STO"):  # the disk, not the value
        return error
    shown = ", ".join("nada" if one in (None, "") else str(one) for one in values.values())
    return user_error(DOES_NOT_FIT, value=shown, reason=error.what)
