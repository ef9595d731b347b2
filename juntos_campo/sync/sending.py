"""Second stage: what goes into the next request.

What waits goes up first, in batches that are answered with acknowledgements alone; the last batch's
answer brings the first page of what is new.
"""

from __future__ import annotations

import json
from datetime import datetime

from juntos_campo.store import arrivals, outbox, sync_state
from juntos_campo.sync import arriving
from juntos_campo.sync.abilities import protocol_of, speed_of
from juntos_campo.sync.run import Run
from juntos_campo.wire.messages import DEFAULT_BUDGET, Arrival, Operation, SyncRequest

SMALLEST_PAGE, LARGEST_PAGE = 16 * 1024, 768 * 1024
"""Bounds of a page. A page is held in memory, and all but first downloads are stored in one piece: the
person goes on typing."""

LARGEST_FIRST_PAGE = 2 * 1024 * 1024
"""Of a first download: it is stored in parts, and fewer pages save a third of its time on a quick link."""

AT_ONCE = 8 * 1024
"""Bytes received by which a slow link would have shown its speed."""

PAGE_SECONDS = 20
"""A page should take about so long to come."""

PACKS = 7
"""A page is about so many times smaller on the wire than uncompressed."""


def next_request(run: Run) -> tuple[SyncRequest, list[outbox.Operation]]:
    """The next request and the operations in it."""
    batch = _next_batch(run)
    store, plain = run.store, protocol_of(run.transport) < 2
    pending = (
        bool(batch) and not plain and bool(outbox.waiting(store, after=batch[-1].counter, limit=1))
    )
    under_way = {} if plain else arrivals.state(store)
    cursor, budget = sync_state.cursor(store), page_budget(run)
    want = {} if pending or plain else arriving.wanted(run, under_way, budget)
    request = SyncRequest(
        protocol=protocol_of(run.transport),
        device=run.device,
        cursor=cursor,
        operations=tuple(_message(one, plain=plain) for one in batch),
        counter=sync_state.counter(store),
        budget=budget,
        stamp="" if plain else sync_state.stamp(store),
        pending=pending,
        arriving={name: Arrival(until=until, at=at) for name, (until, at) in under_way.items()},
        want=want,
        # Once everything has come, what leaves is told to everybody.
        loaded=not plain and (not cursor or bool(under_way)) and arrivals.holds_loaded(store),
    )
    return request, batch


def page_budget(run: Run) -> int:
    """Uncompressed bytes of the page to ask for: what comes in `PAGE_SECONDS` on this link."""
    if run.settings.budget is not None:
        return run.settings.budget
    down = speed_of(run.transport)[0] or sync_state.speeds(run.store)[0]
    largest = LARGEST_FIRST_PAGE if arrivals.state(run.store) else LARGEST_PAGE
    if down is None:
        came_at_once = run.transport.bytes_down - run.bytes_before[1] >= AT_ONCE
        return largest if came_at_once and protocol_of(run.transport) > 1 else DEFAULT_BUDGET
    return int(min(max(down * PAGE_SECONDS * PACKS, SMALLEST_PAGE), largest))


def _next_batch(run: Run) -> list[outbox.Operation]:
    """What waits, in order, up to the request's budget; at least one."""
    settings = run.settings
    found = outbox.waiting(run.store, after=run.sent_up_to, limit=settings.most_operations)
    batch: list[outbox.Operation] = []
    room = settings.up_budget
    for one in found:
        room -= len(json.dumps(one.fields)) + 200
        if batch and room < 0:
            break
        batch.append(one)
    return batch


def _message(one: outbox.Operation, *, plain: bool) -> Operation:
    """`plain`: for a server of version 1, which knows no more than that."""
    return Operation(
        op_id=one.op_id,
        kind=one.kind,
        id=one.record_id,
        base_version=one.base_version,
        author=one.author,
        counter=one.counter,
        device_time=datetime.fromisoformat(one.device_time),
        fields=one.fields,
        removed=one.removed,
        deleted=one.deleted,
        prev="" if plain else one.prev,
        clock_offset=None if plain else one.clock_offset,
    )
