"""What a laptop receives of a partition for the first time: the people, then household by household.

First comes the roster: everything but the history of households, so that the laptop can open any
household and rank them. Then the laptop asks for the history of households in the order that it chose. What
changes meanwhile has a higher number than the end noted at the beginning and comes by the feed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.feed import (
    TOLD,
    Chunk,
    End,
    Page,
    empty_page,
    follow,
    last_numbers,
    others_between,
    rows_for,
    size_of,
)
from juntos_campo.central.tables import records
from juntos_campo.wire.messages import HISTORY_KINDS, Arrival, SyncRequest

_HOUSEHOLD = 10_000
"""Bytes of a household's history, usually."""

_MOST_HOUSEHOLDS = 100
"""Whose history is read at once."""


@dataclass(frozen=True, slots=True)
class History:
    """The history of a partition's households as it stood at one end of it.

    Attributes:
        end: None of a partition that does not exist.
        homes: ids of its households, also of those without history.
        rows: household -> rows of `TOLD`, oldest first.
        size: bytes that they take in pages, about.
    """

    partition: str
    end: End | None
    homes: Sequence[str]
    rows: Mapping[str, Sequence[sa.Row[Any]]]
    size: int

    def holds(self, page: Page, partition: str) -> bool:
        """Whether it is what a page of this partition would read now."""
        return self.partition == partition and self.end == page.ends.get(partition)


def read_first_download(
    connection: sa.Connection,
    readable: Sequence[str],
    request: SyncRequest,
    budget: int,
    known: frozenset[tuple[str, str, int]],
    *,
    kept: History | None = None,
) -> Page:
    """A page for a laptop of version 2: the feed of what it follows, and first downloads.

    The ends of all partitions are read before anything else (see `feed.read_page`).

    Args:
        kept: what `read_history` gave before; used if nothing was committed there since.
    """
    page = empty_page(connection, readable, request.cursor, budget)
    for name in readable:
        end = page.end(name)
        if name in request.cursor:
            page.cursor[name] = min(request.cursor[name], end)
            if not page.more:
                follow(connection, page, name, known, with_removals=True)
            continue
        begun = request.arriving.get(name, Arrival(until=end))
        begun = Arrival(until=min(begun.until, end), at=min(begun.at, begun.until, end))
        page.arriving[name] = (
            begun if page.more else _roster(connection, page, request, name, begun)
        )
    for name in readable:
        if name in request.want and not page.more:
            page.served[name] = _history(connection, page, name, request.want[name], kept)
    return page


def put_deleted(connection: sa.Connection, page: Page, request: SyncRequest) -> None:
    """Tell who sent something about a record that is deleted by now, while its partition still arrives.

    Histories leave out what is deleted, for nobody new has it; a copy of a laptop may.
    """
    ids: dict[str, set[str]] = {}
    for one in request.operations if page.arriving else ():
        ids.setdefault(one.kind, set()).add(one.id)
    for kind, wanted in ids.items():
        sql = TOLD.where(
            records.c.unit.in_(page.units),
            records.c.kind == kind,
            records.c.id.in_(sorted(wanted)),
            records.c.partition.in_([one for one in page.arriving if one in page.ends]),
            records.c.deleted,
        )
        page.changes.put(connection.execute(sql).all())


def _roster(
    connection: sa.Connection, page: Page, request: SyncRequest, partition: str, begun: Arrival
) -> Arrival:
    """Put the next part of a partition's roster into `page`; how far it is then."""
    at = begun.at
    if at == begun.until:
        return begun
    chunks = _roster_chunks(connection, page, partition, begun, with_removals=request.loaded)
    for rows, others in chunks:
        last, whole = page.put(rows, others)
        at = last or at
        if not whole:
            return Arrival(until=begun.until, at=at)
    # A household that changed since the beginning has a higher number: the laptop must know of it now,
    # else it would never ask for its history, of which a part may be older.
    changed = connection.execute(
        TOLD.where(
            page.of(records, partition),
            records.c.kind == "household",
            records.c.seq > begun.until,
        )
    ).all()
    page.changes.put(changed)
    page.room -= size_of(changed)
    return Arrival(until=begun.until, at=begun.until)


def _roster_chunks(
    connection: sa.Connection, page: Page, partition: str, begun: Arrival, *, with_removals: bool
) -> Iterator[Chunk]:
    start, end = begun.at, begun.until
    of_history = sa.and_(records.c.kind.in_(sorted(HISTORY_KINDS)), records.c.household != "")
    while start < end:
        chunk = rows_for(page.room)
        sql = TOLD.where(
            page.of(records, partition),
            records.c.seq > start,
            records.c.seq <= end,
            ~of_history,
        )
        rows = connection.execute(sql.order_by(records.c.seq).limit(chunk)).all()
        reach = rows[-1].seq if len(rows) == chunk else end
        yield rows, others_between(connection, page, partition, start, reach, with_removals)
        start = reach


def read_history(connection: sa.Connection, partition: str) -> History:
    """All households of a partition with their history; of none that exists, nothing."""
    # Its end first, so that whatever commits meanwhile makes it useless.
    ends = last_numbers(connection, (partition,))
    page = Page({}, ends=ends)
    rows = _rows_of(connection, page, partition, None)
    homes = tuple(_homes(connection, page, partition))
    size = sum(map(size_of, rows.values()))
    return History(partition, ends.get(partition), homes, rows, size)


def _history(
    connection: sa.Connection,
    page: Page,
    partition: str,
    wanted: Sequence[str],
    kept: History | None,
) -> int:
    """Put the history of households into `page`, whole ones, in order; how many of `wanted` are in.

    A household that is not there any more has no history: it counts as served.
    """
    if kept is not None and not kept.holds(page, partition):
        kept = None
    homes = _beginning(kept.homes if kept else _homes(connection, page, partition), wanted)
    served, first = 0, True
    while served < len(wanted):
        number = min(_MOST_HOUSEHOLDS, 1 + max(page.room, 0) // _HOUSEHOLD)
        ids = [homes.get(prefix, []) for prefix in wanted[served : served + number]]
        asked = [one for some in ids for one in some]
        found = kept.rows if kept else _rows_of(connection, page, partition, asked)
        for some in ids:
            rows = [row for household in some for row in found.get(household, ())]
            size = size_of(rows)
            if rows and not first and not page.fits(size):
                return served
            if first and rows:
                page.room -= size  # at least one, or the laptop would ask for ever
                first = False
            page.changes.put(rows)
            served += 1
    return served


def _homes(connection: sa.Connection, page: Page, partition: str) -> Sequence[str]:
    """Ids of the households of the partition."""
    sql = sa.select(records.c.id).where(page.of(records, partition), sa.text("kind = 'household'"))
    return connection.execute(sql).scalars().all()


def _beginning(homes: Sequence[str], wanted: Sequence[str]) -> dict[str, list[str]]:
    """Beginning of an id -> the households whose ids begin so."""
    found: dict[str, list[str]] = {prefix: [] for prefix in wanted}
    lengths = sorted({len(prefix) for prefix in wanted})
    for household in homes:
        for length in lengths:
            if household[:length] in found and len(household) >= length:
                found[household[:length]].append(household)
    return found


def _rows_of(
    connection: sa.Connection, page: Page, partition: str, households: Sequence[str] | None
) -> dict[str, list[sa.Row[Any]]]:
    """Household -> its history, oldest first. None: of all households."""
    theirs = (
        records.c.household != "" if households is None else records.c.household.in_(households)
    )
    sql = TOLD.add_columns(records.c.household).where(
        page.of(records, partition),
        theirs,
        records.c.kind.in_(sorted(HISTORY_KINDS)),
        ~records.c.deleted,
    )
    # By `seq` alone, SQLite would go through the whole partition in its order.
    found = connection.execute(sql.order_by(records.c.household, records.c.seq)).all()
    return {home: list(rows) for home, rows in groupby(found, key=itemgetter(-1))}
