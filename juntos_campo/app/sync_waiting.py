"""Sincronizar before it begins: what would be sent, how long that takes, what needs the person."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime

from juntos_campo.app.conflict_scope import unsettled
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.sync_words import describe
from juntos_campo.domain.spanish import count
from juntos_campo.store import arrivals, outbox, sync_state
from juntos_campo.store.held import held_changes
from juntos_campo.store.outbox import Operation
from juntos_campo.sync.sentences import arriving_text, clock_text
from juntos_campo.sync.wording import bytes_text, kinds_text
from juntos_campo.wire.framing import pack

_OVERHEAD_BYTES = 600
"""Headers and the empty answer of one exchange, about."""

_ROUND_TRIP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record with changes the server does not have.

    Attributes:
        op_ids: its changes, the oldest first.
        reason: why the server refused it, or what it still lacks to take it; "" when it only waits.
    """

    op_ids: tuple[str, ...]
    kind: str
    record_id: str
    what: str
    reason: str = ""

    @property
    def changes(self) -> str:
        """``2 cambios``"""
        return count(len(self.op_ids), "cambio")


@dataclass(frozen=True, slots=True)
class WaitingSummary:
    """What would be sent now.

    Attributes:
        text: ``4 visitas, 2 formatos``; empty when nothing waits.
        changes: operations; a record changed twice counts twice.
        lines: the records, in the order in which they are sent.
        size_bytes: about, on the wire.
        seconds: about, at the speed of the link as it was last; None when none is known.
        refused: what the server will not take; `held_back`: what it cannot take yet.
        conflicts: values two people changed, which nobody has looked at.
        unreadable: records of a newer program, kept for it.
        clock, arriving: sentences; empty when there is nothing to say.
        server: its address; empty when this laptop was never connected.
        last_complete: when everything last went through.
    """

    text: str
    changes: int
    lines: tuple[RecordLine, ...]
    size_bytes: int
    seconds: int | None
    refused: tuple[RecordLine, ...]
    held_back: tuple[RecordLine, ...]
    conflicts: int
    unreadable: int
    clock: str
    arriving: str
    server: str
    last_complete: datetime | None

    @property
    def size_text(self) -> str:
        """``18 KB``"""
        return bytes_text(self.size_bytes)

    @property
    def attention(self) -> int:
        """What the person must look at."""
        return len(self.refused) + self.conflicts


MOST_LINES = 200
"""Records named one by one; the rest is counted."""


def waiting_summary(session: Session) -> WaitingSummary:
    """What waits to be sent, and what needs the person's attention."""
    store = session.store
    waiting = outbox.waiting(store)
    size = 0
    if waiting:
        raw = [
            {"op_id": one.op_id, "kind": one.kind, "id": one.record_id, "fields": one.fields}
            for one in waiting
        ]
        size = len(pack(json.dumps(raw, ensure_ascii=False).encode())[0]) + _OVERHEAD_BYTES
    return WaitingSummary(
        text=kinds_text(outbox.counts(store)),
        changes=sync_state.waiting_count(store),
        lines=_lines(session, waiting),
        size_bytes=size,
        seconds=_estimate(session, size),
        refused=refused_lines(session),
        held_back=_lines(session, outbox.waiting_there(store)),
        conflicts=unsettled(session),
        unreadable=len(held_changes(store)),
        clock=clock_text(sync_state.clock_offset(store)),
        arriving=arriving_text(*arrivals.progress(store)),
        server=sync_state.server(store),
        last_complete=sync_state.last_sync_at(store),
    )


def refused_lines(session: Session) -> tuple[RecordLine, ...]:
    """What the server refused, one line a record."""
    return _lines(session, outbox.refused(session.store))


def send_again(session: Session, line: RecordLine) -> Changed:
    """Let the next synchronisation try a refused change once more."""
    with session.work("sync.try_again") as work:
        sync_state.try_again(work.tx, line.op_ids)
    return Changed(frozenset({line.kind, "outbox"}))


def _lines(session: Session, operations: list[Operation]) -> tuple[RecordLine, ...]:
    """One line a record; of very many records those named first."""
    by_record: dict[tuple[str, str], list[Operation]] = {}
    for one in operations:
        by_record.setdefault((one.kind, one.record_id), []).append(one)
    return tuple(
        RecordLine(
            tuple(one.op_id for one in own),
            kind,
            record_id,
            describe(session, kind, record_id),
            next((text for one in reversed(own) if (text := one.refusal or one.waits)), ""),
        )
        for (kind, record_id), own in list(by_record.items())[:MOST_LINES]
    )


def _estimate(session: Session, size: int) -> int | None:
    """Seconds for `size` bytes on the link as it was last."""
    if not size:
        return None
    _, up = sync_state.speeds(session.store)
    if up:
        return max(1, math.ceil(_ROUND_TRIP_SECONDS + size / up))
    for one in sync_state.past_syncs(session.store, 10):
        travelled = one.report.get("bytes_up", 0) + one.report.get("bytes_down", 0)
        started = datetime.fromisoformat(one.started_at)
        seconds = (datetime.fromisoformat(one.ended_at) - started).total_seconds()
        if one.complete and travelled:
            return max(1, math.ceil(size * max(seconds, 1.0) / float(travelled)))
    return None
