"""A server of few words: it answers as PROTOCOL.md says, out of lists, without HTTP or a database.

It knows nothing of merging: what is sent is taken as it is (`outcome` scripts anything else). What it is for
is the laptop's side: pages, first downloads, removals, stamps, answers that come late or twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Entity
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kinds import kind_of
from juntos_campo.store.store import Store
from juntos_campo.sync.engine import Settings, synchronise
from juntos_campo.sync.problems import DATABASE_COPIED, TOO_SLOW
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.transport import Transport
from juntos_campo.wire.codec import encode
from juntos_campo.wire.merge import Changes, apply
from juntos_campo.wire.messages import (
    HISTORY_KINDS,
    Ack,
    Arrival,
    Change,
    ConflictNote,
    Operation,
    Outcome,
    Removal,
    SyncRequest,
    SyncResponse,
)

SERVER_TIME = datetime(2026, 11, 17, 8, 0, tzinfo=LIMA)

Item = Change | Removal | ConflictNote


@dataclass
class Scripted:
    """A transport and the server behind it.

    Attributes:
        requests, answers: everything that was said.
        outcome: what becomes of an operation; None: it is taken.
        lost: number of the exchange (from 1) -> its answer never arrives.
        protocol: 1: it answers as a server of version 1 does.
    """

    partitions: tuple[str, ...] = ("ref", "fw:ana")
    outcome: Callable[[Operation], Ack | None] = lambda _operation: None
    lost: Callable[[int], bool] = lambda _number: False
    protocol: int = 2
    ahead: timedelta = timedelta(0)
    checks_stamps: bool = True
    bytes_up: int = 0
    bytes_down: int = 0
    requests: list[SyncRequest] = field(default_factory=list)
    answers: list[SyncResponse] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.last = dict.fromkeys(self.partitions, 0)
        self.standing: dict[tuple[str, str], Change] = {}
        self.others: list[Removal | ConflictNote] = []
        self.done: dict[str, int] = {}
        self.stamps: set[str] = set()

    # -- what the office and others do ---------------------------------------------------------

    def put(self, partition: str, *entities: Entity, author: str = "", **more: Any) -> None:
        """New versions of records."""
        for one in entities:
            self.write(partition, kind_of(one), one.id, encode(one), author=author, **more)

    def write(
        self, partition: str, kind: str, record_id: str, fields: dict[str, Any], **more: Any
    ) -> int:
        """A new version of one record; its number."""
        old = self.standing.get((kind, record_id))
        version = old.version + 1 if old else 1
        self.standing[kind, record_id] = Change(
            kind=kind,
            id=record_id,
            version=version,
            seq=self._next(partition),
            partition=partition,
            fields=fields,
            **more,
        )
        return version

    def tell(self, partition: str, **conflict: Any) -> None:
        """A conflict."""
        told = ConflictNote(partition=partition, seq=self._next(partition), **conflict)
        self.others.append(told)

    def remove(self, partition: str, reason: str, kind: str, record_id: str) -> None:
        """A removal; the records themselves are gone from the partition already, or go now."""
        seq = self._next(partition)
        for key, one in list(self.standing.items()):
            about = key == (kind, record_id) or one.fields.get("household_id") == record_id
            if about and one.partition == partition:
                del self.standing[key]
        self.others.append(
            Removal(partition=partition, seq=seq, reason=reason, kind=kind, id=record_id)
        )

    def _next(self, partition: str) -> int:
        self.last[partition] += 1
        return self.last[partition]

    # -- the exchange --------------------------------------------------------------------------

    def exchange(self, request: SyncRequest) -> SyncResponse:
        request = SyncRequest.model_validate_json(request.to_json())
        self.requests.append(request)
        answer = self.answer(request)
        self.answers.append(answer)
        if self.lost(len(self.requests)):
            raise user_error(TOO_SLOW)
        return SyncResponse.model_validate_json(answer.to_json())

    def answer(self, request: SyncRequest) -> SyncResponse:
        """What the server says; `exchange` without the link."""
        plain = self.protocol == 1 or request.protocol == 1
        checks = self.checks_stamps and not plain
        if checks and self.stamps and request.stamp not in self.stamps:
            raise user_error(DATABASE_COPIED)
        acks = tuple(map(self._take, request.operations))
        page = _Page(request.budget)
        if not (request.pending and not plain):
            self._fill(page, request, plain=plain)
        stamp = "" if plain else f"stamp-{len(self.requests)}"
        if checks:
            self.stamps = {request.stamp, stamp}
        return SyncResponse(
            protocol=1 if plain else 2,
            server_time=SERVER_TIME + self.ahead,
            cursor=page.cursor or request.cursor,
            acks=acks,
            changes=tuple(one for one in page.items if isinstance(one, Change)),
            conflicts=tuple(one for one in page.items if isinstance(one, ConflictNote)),
            removals=tuple(one for one in page.items if isinstance(one, Removal)),
            more=page.full or request.pending,
            stamp=stamp,
            arriving=page.arriving,
            served=page.served,
        )

    def _take(self, operation: Operation) -> Ack:
        if operation.op_id in self.done:
            version = self.done[operation.op_id]
            return Ack(op_id=operation.op_id, version=version, outcome=Outcome.DUPLICATE)
        scripted = self.outcome(operation)
        if scripted is not None and scripted.outcome in (Outcome.REFUSED, Outcome.WAITING):
            return scripted
        key = (operation.kind, operation.id)
        old = self.standing.get(key)
        fields = apply(
            old.fields if old else {}, Changes(dict(operation.fields), operation.removed)
        )
        version = self.write(
            "fw:ana",
            *key,
            fields,
            author=operation.author,
            deleted=operation.deleted,
            flags=scripted.flags if scripted else (),
        )
        self.done[operation.op_id] = version
        return scripted or Ack(op_id=operation.op_id, version=version)

    def _fill(self, page: _Page, request: SyncRequest, *, plain: bool) -> None:
        for name in self.partitions:
            if plain or name in request.cursor:
                self._feed(page, name, request.cursor.get(name, 0))
            else:
                self._arrive(page, name, request)

    def _feed(self, page: _Page, name: str, start: int) -> None:
        page.cursor[name] = start
        for one in self._items(name, start, self.last[name]):
            if not page.add(one):
                return
            page.cursor[name] = one.seq
        page.cursor[name] = self.last[name]

    def _arrive(self, page: _Page, name: str, request: SyncRequest) -> None:
        begun = request.arriving.get(name, Arrival(until=self.last[name]))
        at = begun.at
        for one in self._items(name, at, begun.until):
            if isinstance(one, Removal) or (isinstance(one, Change) and _is_history(one)):
                continue
            if not page.add(one):
                break
            at = one.seq
        else:
            at = begun.until
        page.arriving[name] = Arrival(until=begun.until, at=at)
        served = 0
        for beginning in request.want.get(name, ()):
            mine = [
                one
                for one in self.standing.values()
                if one.partition == name
                and _is_history(one)
                and str(one.fields["household_id"]).startswith(beginning)
                and not one.deleted
            ]
            if served and sum(map(_size, mine)) > page.room:
                page.full = True
                break
            page.room -= sum(map(_size, mine))
            page.items += mine
            served += 1
        if name in request.want:
            page.served[name] = served

    def _items(self, name: str, start: int, end: int) -> list[Item]:
        found: list[Item] = [*self.standing.values(), *self.others]
        inside = [one for one in found if one.partition == name and start < one.seq <= end]
        return sorted(inside, key=lambda one: one.seq)


LARGE_PAGES = Settings(budget=65536)


def sync(
    store: Store, transport: Transport, settings: Settings = LARGE_PAGES, **more: Any
) -> SyncReport:
    """One synchronisation of ana's laptop; `more` is what `synchronise` takes besides."""
    return synchronise(
        store,
        transport,
        device="d-1",
        actor="ana",
        clock=FixedClock(SERVER_TIME),
        settings=settings,
        **more,
    )


@dataclass
class _Page:
    room: int
    items: list[Item] = field(default_factory=list)
    cursor: dict[str, int] = field(default_factory=dict)
    arriving: dict[str, Arrival] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    full: bool = False

    def add(self, one: Item) -> bool:
        size = _size(one)
        if self.items and size > self.room:
            self.full = True
            return False
        self.room -= size
        self.items.append(one)
        return True


def _size(one: Item) -> int:
    return len(one.to_json())


def _is_history(one: Change) -> bool:
    return one.kind in HISTORY_KINDS and bool(one.fields.get("household_id"))
