"""Third stage: an answer goes to disk, in one transaction.

Acknowledged operations leave the outbox, what left goes, received records are written with the
operations that still wait laid over them, conflicts are added, cursors move, the stamp is kept. There is no
moment at which a kill could leave half of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from juntos_campo.domain.errors import UserError
from juntos_campo.domain.kinds import KINDS
from juntos_campo.store import departures, outbox, sync_state
from juntos_campo.store import held as held_records
from juntos_campo.store.received import Received, Record, readable, write_received
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.sync import leaving
from juntos_campo.sync.arriving import advance, expect
from juntos_campo.sync.report import (
    Acknowledged,
    Flagged,
    RefusedChange,
    SyncReport,
    WaitingThere,
)
from juntos_campo.wire.merge import overlay
from juntos_campo.wire.messages import Ack, Change, Outcome, SyncRequest, SyncResponse

AT_ONCE = 800
"""Records of a first download written in the first transaction, and in the last."""

LOCK_SECONDS = 0.1
"""How long a transaction of a first download may keep the database's lock, about."""

_FEWEST, _MOST = 400, 4000

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Written:
    """What became of received records: kind -> how many came; those this program cannot read."""

    came: dict[str, int] = field(default_factory=dict)
    held: list[Change] = field(default_factory=list)


def store_answer(
    store: Store,
    request: SyncRequest,
    response: SyncResponse,
    *,
    actor: str,
    at: datetime,
    report: SyncReport,
) -> None:
    """Store the answer to a request, whichever way it came and whatever was stored since it was asked.

    What the laptop has received already is passed over; an acknowledgement of an operation that is
    not waiting any more changes nothing; cursors never go back. The report speaks of it only once it
    is on disk.

    Raises:
        UserError: STO-008, nothing of it is stored.
    """
    changes = _store_ahead(store, response, actor=actor, at=at, report=report)
    ready, unread = _read(changes)
    with store.transaction(actor=actor, at=at, action="sync.page") as tx:
        waiting = outbox.with_ids(store, [ack.op_id for ack in response.acks])
        asked = {one.op_id for one in request.operations}
        results = [
            (waiting[ack.op_id], ack)
            for ack in response.acks
            if ack.op_id in waiting and ack.op_id in asked
        ]
        for operation, ack in results:
            _settle(tx, operation, ack)
        cursor = sync_state.cursor(store)
        new = [one for one in changes if one.seq > cursor.get(one.partition, 0)]
        written = _write(tx, store, new, ready, unread)
        # Last, for a coordinator: a household that left one of his territories for another stays, and
        # with it what he sent about it in this very exchange, which does not come back.
        leaves = [one for one in response.removals if one.seq > cursor.get(one.partition, 0)]
        gone = leaving.remove(tx, store, leaves, response.changes)
        told = [one for one in response.conflicts if one.seq > cursor.get(one.partition, 0)]
        for conflict in told:
            sync_state.record_conflict(tx, conflict)
        sync_state.learn_names(tx, response.people)
        notes = leaving.let_go(tx, store, request, response)
        advance(tx, store, request, response)
        if response.stamp:
            sync_state.set_stamp(tx, response.stamp)
        sync_state.keep_page_part(tx, None)
        touched, households = set(tx.touched), set(tx.households)
    _account(report, results, written)
    report.conflicts += told
    report.notes += leaving.people_lines(gone.people) + notes
    report.left += gone.left
    report.erased += gone.erased
    report.dropped += gone.dropped
    report.kinds |= touched
    report.households |= households


def _store_ahead(
    store: Store, response: SyncResponse, *, actor: str, at: datetime, report: SyncReport
) -> list[Change]:
    """Write the greater part of a large page of a first download, a part at a time; return the rest.

    Whoever types meanwhile must not wait for the whole page. It is harmless, since nobody judges these
    households and the page counts as received only with its last part.
    """
    ahead = [one for one in response.changes if one.partition in response.arriving]
    if len(ahead) <= AT_ONCE:
        return list(response.changes)
    last = len(ahead) - AT_ONCE
    start, size = 0, AT_ONCE
    while start < last:
        part = ahead[start : min(start + size, last)]
        start += len(part)
        ready, unread = _read(part)
        began = time.monotonic()
        with store.transaction(actor=actor, at=at, action="sync.page") as tx:
            cursor = sync_state.cursor(store)
            new = [one for one in part if one.partition not in cursor]
            for name in response.arriving.keys() - cursor.keys():
                expect(tx, name, -1, new)
            written = _write(tx, store, new, ready, unread)
            touched, households = set(tx.touched), set(tx.households)
        size = next_size(len(part), time.monotonic() - began)
        _account(report, [], written)
        report.kinds |= touched
        report.households |= households
    others = [one for one in response.changes if one.partition not in response.arriving]
    return others + ahead[last:]


def next_size(written: int, seconds: float) -> int:
    """How many records to write at once when the last `written` of them kept the lock for `seconds`.

    Many at once are less work in all, few let whoever types in between; a slow disk writes fewer.
    """
    fitting = int(written * LOCK_SECONDS / max(seconds, 1e-6))
    return min(max(fitting, _FEWEST), 2 * written, _MOST)


def write_changes(tx: Transaction, store: Store, changes: Iterable[Change]) -> Written:
    """Write received records, this laptop's own waiting changes on top of them."""
    listed = list(changes)
    return _write(tx, store, listed, *_read(listed))


def _read(changes: Iterable[Change]) -> tuple[dict[Record, Received], set[Record]]:
    """Check every record and make its text; before the lock is taken, since it needs no database.

    Returns:
        Those that can be written, and those this version of the program cannot read.
    """
    ready: dict[Record, Received] = {}
    unread: set[Record] = set()
    for change in changes:
        found = _readable(change, change.fields, deleted=change.deleted)
        if found is None:
            unread.add((change.kind, change.id))
        else:
            ready[change.kind, change.id] = found
    return ready, unread


def _readable(change: Change, fields: dict[str, object], *, deleted: bool) -> Received | None:
    if change.kind not in KINDS:
        return None
    try:
        return readable(
            change.kind,
            change.id,
            fields,
            version=change.version,
            deleted=deleted,
            author=change.author,
            flags=change.flags,
        )
    except UserError as error:
        log.info("%s held: %s", change.kind, error.problem.code)
        return None


def _write(
    tx: Transaction,
    store: Store,
    changes: Iterable[Change],
    ready: dict[Record, Received],
    unread: set[Record],
) -> Written:
    """Write those of `changes` that are ready; what waits in the outbox is laid over them first.

    What this version of the program cannot read is held for the one that can.
    """
    mine = sync_state.unacknowledged(store)
    records: list[Received] = []
    result = Written()
    for change in changes:
        key = (change.kind, change.id)
        found = None if key in unread else ready[key]
        if key in mine and change.kind in KINDS:
            pending = outbox.waiting_for(store, *key)
            fields = overlay(change.fields, (one.changes for one in pending))
            found = _readable(change, fields, deleted=pending[-1].deleted)
        if found is None:
            result.held.append(change)
        else:
            records.append(found)
    result.came = write_received(tx, records, unsettled=mine)
    for change in result.held:
        held_records.hold_change(tx, change)
    departures.came_back(tx, (one.id for one in records if one.kind == "household"))
    return result


def _settle(tx: Transaction, operation: outbox.Operation, ack: Ack) -> None:
    """Take an answered operation out of the queue, or put what the server said beside it."""
    if ack.outcome is Outcome.WAITING:
        outbox.wait(tx, operation, ack.refused.text if ack.refused else "")
        return
    if ack.refused:
        outbox.refuse(tx, operation, ack.refused.text)
        return
    outbox.acknowledge(tx, operation, ack.version, unmixed=ack.outcome is Outcome.APPLIED)
    if ack.flags:
        sync_state.set_flags(tx, operation.kind, operation.record_id, ack.flags)


def _account(
    report: SyncReport, results: list[tuple[outbox.Operation, Ack]], written: Written
) -> None:
    for one, ack in results:
        what = (one.op_id, one.kind, one.record_id)
        if ack.outcome is Outcome.WAITING:
            report.waiting_there.append(
                WaitingThere(*what, ack.refused.text if ack.refused else "")
            )
        elif ack.refused:
            report.refused.append(RefusedChange(*what, ack.refused.code, ack.refused.text))
        else:
            report.acknowledged.append(Acknowledged(*what, ack.version, ack.outcome))
            if ack.flags:
                report.flags.append(Flagged(one.kind, one.record_id, ack.flags))
    for kind, count in written.came.items():
        report.received[kind] = report.received.get(kind, 0) + count
    report.held += len(written.held)
