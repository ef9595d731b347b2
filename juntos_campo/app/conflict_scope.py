"""Which conflicts a person is asked about: not what the program notes by itself, nor what follows.

Read after every change, so nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from juntos_campo.app.record_places import household_of
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Commitment, ServiceEvent
from juntos_campo.domain.kinds import KINDS
from juntos_campo.store.conflict_rows import ConflictHead, Settled, heads
from juntos_campo.store.sync_state import StoredConflict
from juntos_campo.store.sync_state import conflicts as stored_conflicts

ANSWERED = {"visit": "answers", "form_record": "cells", "field_record": "answers"}
"""Kinds a form is behind, and the field that holds its answers."""

_BOOKKEEPING = {
    "visit": frozenset({"started_at", "closed_at", "modality"}),
    "form_record": frozenset({"completed_at", "state", "form_version"}),
    "field_record": frozenset({"started_at", "closed_at", "form_version", "title"}),
}
"""Fields the program writes by itself with every correction; `modality` repeats an answer."""

_COMPANIONS = {("commitment", "checked_on"): "state"}
"""A field that only says something beside another one, and goes the way of that one."""

_FOLLOWS = ("service_event", "commitment", "change_request")
"""Kinds that closing a visit or form writes: they follow from its answers."""


def unsettled(session: Session) -> int:
    """How many conflicts wait for the person; cheap enough to ask after every change."""
    found = heads(session.store)
    if all(one.state for one in found):
        return 0
    return sum(one.state is Settled.OPEN for one in told(session, found))


def open_in_household(session: Session, household_id: str) -> int:
    """How many of those that wait are about a household or what was recorded about it."""
    found = heads(session.store)
    if all(one.state for one in found):
        return 0
    waiting = [one for one in told(session, found) if one.state is Settled.OPEN]
    return sum(household_of(session, one.kind, one.record_id) == household_id for one in waiting)


def told_of(session: Session, conflict_ids: Iterable[str]) -> int:
    """How many of these a person has to know of: what follows from another value is not counted."""
    wanted = set(conflict_ids)
    return sum(one.conflict_id in wanted for one in told(session, heads(session.store)))


def told(session: Session, every: Sequence[ConflictHead]) -> list[ConflictHead]:
    """Those a person decides about; the others follow from one of them or mean nothing to anybody."""
    places = {(one.kind, one.record_id, one.path, one.version) for one in every}
    answered = {(one.kind, one.record_id) for one in every if one.kind in ANSWERED}
    judged = {one.path for one in every if one.kind == "visit"}
    found = []
    for one in every:
        if one.path in _BOOKKEEPING.get(one.kind, ()):
            continue
        leader = _COMPANIONS.get((one.kind, one.path))
        if leader and (one.kind, one.record_id, leader, one.version) in places:
            continue
        if one.kind in _FOLLOWS and answered and _follows(session, one, answered, judged):
            continue
        found.append(one)
    return found


def _follows(
    session: Session, one: ConflictHead, answered: set[tuple[str, str]], judged: set[str]
) -> bool:
    """It was written by closing a record that is in conflict itself."""
    record = session.store.get(KINDS[one.kind].entity, one.record_id)
    if isinstance(record, Commitment) and f"answers/commitment/{one.record_id}" in judged:
        return True
    if isinstance(record, ServiceEvent) and ("form_record", record.form_id) in answered:
        return True
    if isinstance(record, Commitment) and one.path in ("state", "checked_on"):
        return False
    made_by = getattr(record, "visit_id", "")
    return bool(made_by) and ("visit", made_by) in answered


def with_companions(session: Session, one: StoredConflict) -> list[StoredConflict]:
    """The conflict with those that go its way."""
    wanted = {path for (kind, path), leader in _COMPANIONS.items()
              if kind == one.kind and leader == one.path}  # fmt: skip
    others = [
        each
        for each in stored_conflicts(session.store)
        if each.path in wanted
        and (each.kind, each.record_id, each.version) == (one.kind, one.record_id, one.version)
    ]
    return [one, *others]
