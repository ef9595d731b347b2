"""The return loop: a coordinator decides about synced records, the field worker hears of it.

Decisions are records of their own (`Review`), each about one server version. What a visit or form is
waiting for follows from the last decision, the version the server holds and what still waits to be
sent; nothing else is stored, so laptop and laptop cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from juntos_campo.app.people import worker_name
from juntos_campo.app.review_drafts import draft_id
from juntos_campo.app.review_problems import (
    ALREADY_SENT,
    CHANGED_MEANWHILE,
    NOT_ON_SERVER,
    NOT_YOUR_DECISION,
    NOTHING_SAID,
    ONLY_COORDINATOR,
    RECORD_NOT_HERE,
)
from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.entities import FormRecord, Review, Visit
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Decision, Role
from juntos_campo.store.drafts import discard_draft
from juntos_campo.store.review_rows import ever_returned, reviews_of, unsent, withdraw
from juntos_campo.store.sync_state import left_unfinished, past_syncs

VISIT, FORM = "visit", "form_record"
ENTITIES: dict[str, type[Visit] | type[FormRecord]] = {VISIT: Visit, FORM: FormRecord}


class Stage(StrEnum):
    """Where a record stands in the return loop.

    UNSENT: changes wait for the server. REFUSED: the server will not take them. CORRECTED: changed
    after a decision, waits for another one.
    """

    UNSENT = "unsent"
    REFUSED = "refused"
    WAITING = "waiting"
    RETURNED = "returned"
    APPROVED = "approved"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Where a record stands.

    Attributes:
        review: the last decision, about this or an earlier version; None while there was none.
        told: the server holds that decision.
    """

    stage: Stage
    review: Review | None = None
    told: bool = True


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """A record that came back to its field worker.

    Attributes:
        visit_id: id of the record; a visit unless `kind` says otherwise.
        comments: field path -> what is wrong with it.
        form_id, facility_id, bimester: which form it is; empty for a visit.
    """

    visit_id: str
    household_id: str
    comment: str
    comments: dict[str, str]
    reviewer: str
    at: datetime
    kind: str = VISIT
    form_id: str = ""
    facility_id: str = ""
    bimester: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A decision that was made: what changed, and the id to take it back with."""

    changed: Changed
    review_id: str


# -- where records stand -------------------------------------------------------------------------


def review_state(session: Session, record: Visit | FormRecord) -> ReviewState:
    """Where one record stands."""
    kind = VISIT if isinstance(record, Visit) else FORM
    stored = session.store.stored(type(record), record.id)
    version = stored.server_version if stored else 0
    return review_states(session, kind, {record.id: version})[record.id]


def review_states(
    session: Session, kind: str, versions: Mapping[str, int]
) -> dict[str, ReviewState]:
    """Where records stand.

    Args:
        versions: record id -> server version of it on this laptop.
    """
    waiting = unsent(session.store, kind)
    untold = unsent(session.store, "review")
    reviews = reviews_of(session.store, versions)
    states = {}
    for record_id, version in versions.items():
        last = reviews[record_id][-1] if record_id in reviews else None
        told = last is None or last.id not in untold
        states[record_id] = ReviewState(_stage(waiting.get(record_id), last, version), last, told)
    return states


def _stage(refused: bool | None, last: Review | None, version: int) -> Stage:
    if refused is not None:
        return Stage.REFUSED if refused else Stage.UNSENT
    if version == 0:
        return Stage.UNSENT
    if last is None:
        return Stage.WAITING
    if last.target_version < version:
        return Stage.CORRECTED
    return Stage.APPROVED if last.decision is Decision.APPROVED else Stage.RETURNED


def returned(session: Session) -> list[ReturnedItem]:
    """What the coordinator sent back and nobody has corrected yet, the oldest first."""
    targets = ever_returned(session.store)
    if not targets:
        return []
    latest = {one: reviews[-1] for one, reviews in reviews_of(session.store, targets).items()}
    candidates = {
        target: review for target, review in latest.items() if review.decision is Decision.RETURNED
    }
    items = []
    for kind, entity in ENTITIES.items():
        wanted = [target for target, review in candidates.items() if review.target_kind == kind]
        records = session.store.get_many(entity, wanted)
        versions = {
            target: stored.server_version
            for target in records
            if (stored := session.store.stored(entity, target)) is not None
        }
        states = review_states(session, kind, versions)
        for target, record in records.items():
            if states[target].stage is Stage.RETURNED:
                items.append(_returned(session, kind, record, candidates[target]))
    return sorted(items, key=lambda item: item.at)


def _returned(
    session: Session, kind: str, record: Visit | FormRecord, review: Review
) -> ReturnedItem:
    item = ReturnedItem(
        record.id,
        record.household_id if isinstance(record, Visit) else "",
        review.comment,
        dict(review.comments),
        worker_name(session, review.reviewer),
        review.reviewed_at,
        kind,
    )
    if isinstance(record, Visit):
        return item
    return replace(
        item,
        form_id=record.form_id,
        facility_id=record.place_id,
        bimester=record.bimester,
    )


# -- decisions -----------------------------------------------------------------------------------


def approve(session: Session, record_id: str, *, version: int, kind: str = VISIT) -> Reviewed:
    """Approve a record as it was looked at.

    Args:
        version: server version that was on the screen.

    Raises:
        UserError: REV-001 to REV-004; STO-008.
    """
    return _decide(session, kind, record_id, version, Decision.APPROVED, comments={})


def return_with_comments(
    session: Session,
    record_id: str,
    comment: str,
    comments: Mapping[str, str],
    *,
    version: int,
    kind: str = VISIT,
) -> Reviewed:
    """Send a record back to its field worker.

    Args:
        comment: about the whole record; may be empty when a field is commented.
        comments: field path -> what is wrong with it.
        version: server version that was on the screen.

    Raises:
        UserError: REV-001 to REV-005; STO-008.
    """
    told = {path: text.strip() for path, text in comments.items() if text.strip()}
    if not told and not comment.strip():
        raise user_error(NOTHING_SAID)
    return _decide(
        session, kind, record_id, version, Decision.RETURNED, comment=comment.strip(), comments=told
    )


def undo(session: Session, review_id: str) -> Changed:
    """Take back a decision that was not sent yet: it is as if it had never been made.

    Raises:
        UserError: REV-006 the server may have it, REV-007 somebody else's; STO-008.
    """
    review = session.store.get(Review, review_id)
    if review is None:
        raise user_error(ALREADY_SENT)
    if review.reviewer != session.user.name:
        raise user_error(NOT_YOUR_DECISION)
    # A cut synchronisation may have carried it up without bringing the answer back.
    for sync in past_syncs(session.store, limit=1):
        if not sync.complete and datetime.fromisoformat(sync.ended_at) >= review.reviewed_at:
            raise user_error(ALREADY_SENT)
    begun = left_unfinished(session.store)
    if begun is not None and begun >= review.reviewed_at:
        raise user_error(ALREADY_SENT)
    with session.work("review.undo") as work:
        if not withdraw(work.tx, review):
            raise user_error(ALREADY_SENT)
    target = session.store.get(ENTITIES[review.target_kind], review.target_id)
    return work.changed | _seen_in(review.target_kind, target)


def _decide(
    session: Session,
    kind: str,
    record_id: str,
    version: int,
    decision: Decision,
    *,
    comment: str = "",
    comments: dict[str, str],
) -> Reviewed:
    if session.user.role is not Role.ZONE_COORDINATOR:
        raise user_error(ONLY_COORDINATOR)
    stored = session.store.stored(ENTITIES[kind], record_id)
    if stored is None or stored.deleted:
        raise user_error(RECORD_NOT_HERE)
    if stored.server_version == 0:
        raise user_error(NOT_ON_SERVER)
    if stored.server_version != version:
        raise user_error(CHANGED_MEANWHILE)
    record: Visit | FormRecord = stored.entity
    review = Review(
        id=session.ids(),
        field_worker=record.field_worker,
        target_kind=kind,
        target_id=record_id,
        target_version=version,
        decision=decision,
        reviewer=session.user.name,
        reviewed_at=session.clock.now(),
        comment=comment,
        comments=comments,
    )
    with session.work(f"review.{decision.value}") as work:
        work.tx.save(review)
        discard_draft(work.tx, draft_id(session, record_id))
    return Reviewed(work.changed | _seen_in(kind, record), review.id)


def _seen_in(kind: str, record: Visit | FormRecord | None) -> Changed:
    """Screens that show the record must look again, although only a review was written."""
    household_id = record.household_id if isinstance(record, Visit) else ""
    return Changed(frozenset({kind}), frozenset({household_id} - {""}))
