"""Reading what is new: a page of the change feed of some partitions."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE, reference_read_with, with_reach_of_now
from juntos_campo.central.tables import conflicts, partitions, records, removals
from juntos_campo.wire.messages import Arrival, ConflictNote, Removal
from juntos_campo.wire.told import Told

CHUNK = 2000
"""Rows read at once, at most."""

_USUAL = 500
"""Bytes of a change, usually. What is read and does not go in any more is read for nothing."""

OVERHEAD = 160
"""Bytes a change takes beside its body, about."""

REMOVAL_SIZE = 200
"""Bytes of a removal, about."""

_FEWEST = 20

_ENDS = sa.select(partitions).where(partitions.c.name.in_(sa.bindparam("names", expanding=True)))
"""Made once: every exchange asks it."""

TOLD = sa.select(
    *(records.c[name] for name in ("kind", "id", "version", "seq", "partition", "body", "author")),
    *(records.c[name] for name in ("changed_at", "deleted", "flags")),
)
"""What a laptop is told of a record, as `Told` takes it; the rest of the row is not read."""

_BODY = itemgetter(5)

Item: TypeAlias = tuple[int, int, Any]
"""`seq`, bytes, and a message or a row of `TOLD`."""

Chunk: TypeAlias = tuple[Sequence[sa.Row[Any]], Sequence[Item]]
"""Rows of `TOLD` in order of `seq`, and what else lies among them."""


class End(NamedTuple):
    """The end of a partition, and the unit in which it lies."""

    number: int
    unit: str


@dataclass(slots=True)
class Page:
    """One page; `cursor` is where the reader stands after it. Fields as in `SyncResponse`.

    Attributes:
        room: bytes it may still take.
        readable: partitions the reader receives: what went from one of them to another stays with him.
        ends: their ends when the page was begun, and where they lie.
    """

    cursor: dict[str, int]
    changes: Told = field(default_factory=Told)
    conflicts: list[ConflictNote] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    arriving: dict[str, Arrival] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    more: bool = False
    room: int = 0
    readable: Sequence[str] = ()
    ends: Mapping[str, End] = field(default_factory=dict)

    def end(self, partition: str) -> int:
        """The last number of a partition; 0 of one that does not exist yet."""
        return self.ends[partition].number if partition in self.ends else 0

    def of(self, table: sa.Table, partition: str) -> sa.ColumnElement[bool]:
        """What of a table lies in a partition; of the reference data, what its reader receives."""
        if partition == REFERENCE:
            return reference_read_with(self.readable, table)
        unit = self.ends[partition].unit if partition in self.ends else ""
        return sa.and_(table.c.unit == unit, table.c.partition == partition)

    @property
    def units(self) -> frozenset[str]:
        """Units in which the reader's partitions lie."""
        return frozenset(one.unit for one in self.ends.values())

    def fits(self, size: int) -> bool:
        """Whether something of `size` bytes goes in; the first always does. Else there is `more`."""
        empty = not (self.changes or self.conflicts or self.removals)
        if empty or (self.room > 0 and size <= self.room):
            self.room -= size
            return True
        self.more = True
        return False

    def take(self, rows: Sequence[sa.Row[Any]]) -> int:
        """Put in those rows of `TOLD` that fit, one after the other; how many that are."""
        ends = list(accumulate(_sizes(rows)))
        number = bisect_right(ends, self.room)
        if rows and not number and self.fits(ends[0]):
            number = 1
        elif number:
            self.room -= ends[number - 1]
        if number < len(rows):
            self.more = True
        self.changes.put(rows[:number])
        return number

    def put(
        self,
        rows: Sequence[sa.Row[Any]],
        others: Sequence[Item],
        known: frozenset[tuple[str, str, int]] = frozenset(),
    ) -> tuple[int, bool]:
        """Put in what fits of rows of `TOLD` and other messages, in order of seq.

        Returns:
            The last `seq` that is in, 0 without any; whether everything is.
        """
        if not others and not known:
            number = self.take(rows)
            return rows[number - 1].seq if number else 0, number == len(rows)
        last = 0
        items = [(row.seq, size, row) for row, size in zip(rows, _sizes(rows), strict=True)]
        for seq, size, item in sorted([*items, *others], key=itemgetter(0)):
            is_row = isinstance(item, sa.Row)
            if not is_row or (item.kind, item.id, item.version) not in known:
                if not self.fits(size):
                    return last, False
                if is_row:
                    self.changes.put((item,))
                elif isinstance(item, ConflictNote):
                    self.conflicts.append(item)
                else:
                    self.removals.append(item)
            last = seq
        return last, True


def size_of(rows: Sequence[sa.Row[Any]]) -> int:
    """Bytes that rows of `TOLD` take, about."""
    return sum(_sizes(rows))


def _sizes(rows: Sequence[sa.Row[Any]]) -> list[int]:
    return [len(body) + OVERHEAD for body in map(_BODY, rows)]


def read_page(
    connection: sa.Connection,
    readable: Sequence[str],
    cursor: Mapping[str, int],
    budget: int,
    known: frozenset[tuple[str, str, int]],
    *,
    with_removals: bool = False,
) -> Page:
    """Changes after `cursor`, partition by partition, up to about `budget` bytes.

    The end of each partition is read first. Whatever commits afterwards has a higher number and
    comes with the next page, so nothing is skipped, at any isolation level.

    Args:
        known: (kind, id, version) the reader made itself in this very exchange; not sent back.
        with_removals: also what left the partitions; a laptop of version 1 knows no such thing.
    """
    page = empty_page(connection, readable, cursor, budget)
    page.cursor = {name: min(cursor.get(name, 0), page.end(name)) for name in readable}
    for name in readable:
        if not follow(connection, page, name, known, with_removals=with_removals):
            break
    return page


def empty_page(
    connection: sa.Connection, readable: Sequence[str], cursor: Mapping[str, int], budget: int
) -> Page:
    """A page to be filled, which knows the ends of its partitions."""
    ends = last_numbers(connection, readable)
    if REFERENCE in ends and cursor.get(REFERENCE, 0) < ends[REFERENCE].number:
        readable = with_reach_of_now(connection, readable)
    return Page({}, room=budget, readable=readable, ends=ends)


def last_numbers(connection: sa.Connection, names: Sequence[str]) -> dict[str, End]:
    """The end of each partition that exists."""
    found = connection.execute(_ENDS, {"names": list(names)})
    return {row.name: End(row.last_seq, row.unit) for row in found}


def follow(
    connection: sa.Connection,
    page: Page,
    partition: str,
    known: frozenset[tuple[str, str, int]],
    *,
    with_removals: bool,
) -> bool:
    """Put a partition's changes between its cursor and its end into `page`; False when it is full."""
    page_end = max(page.end(partition), page.cursor[partition])
    for rows, others in _chunks(connection, page, partition, with_removals):
        last, whole = page.put(rows, others, known)
        page.cursor[partition] = last or page.cursor[partition]
        if not whole:
            return False
    page.cursor[partition] = page_end
    return True


def rows_for(room: int) -> int:
    """How many rows to read at once for a page that still takes `room` bytes."""
    return max(_FEWEST, min(CHUNK, room // _USUAL))


def _chunks(
    connection: sa.Connection, page: Page, partition: str, with_removals: bool
) -> Iterator[Chunk]:
    """What a partition holds between its cursor in `page` and its end, in order of seq."""
    start, end = page.cursor[partition], page.end(partition)
    while start < end:
        chunk = rows_for(page.room)
        of_records = TOLD.where(
            page.of(records, partition), records.c.seq > start, records.c.seq <= end
        )
        rows = connection.execute(of_records.order_by(records.c.seq).limit(chunk)).all()
        reach = rows[-1].seq if len(rows) == chunk else end
        yield rows, others_between(connection, page, partition, start, reach, with_removals)
        start = reach


def others_between(
    connection: sa.Connection, page: Page, partition: str, start: int, end: int, with_removals: bool
) -> list[Item]:
    """Conflicts of a partition with start < seq <= end; and if asked for, what left it for good."""
    found = _notes_between(connection, page, partition, start, end)
    if with_removals:
        found += _removals_between(connection, page, partition, start, end)
    return found


def _notes_between(
    connection: sa.Connection, page: Page, partition: str, start: int, end: int
) -> list[Item]:
    sql = sa.select(conflicts).where(
        page.of(conflicts, partition), conflicts.c.seq > start, conflicts.c.seq <= end
    )
    found = connection.execute(sql.order_by(conflicts.c.seq))
    return [(row.seq, len(row.body) + OVERHEAD, _note(row)) for row in found]


def _removals_between(
    connection: sa.Connection, page: Page, partition: str, start: int, end: int
) -> list[Item]:
    """What left a partition for good; not what lies in another one of the reader's now.

    That comes by the other one, in pages of its own: nothing that came already may be taken away.
    """
    still_his = (
        sa.select(records.c.id)
        .where(
            records.c.unit.in_(page.units),
            records.c.kind == removals.c.kind,
            records.c.id == removals.c.id,
            records.c.partition.in_([name for name in page.readable if name != partition]),
        )
        .exists()
    )
    sql = sa.select(removals).where(
        page.of(removals, partition),
        removals.c.seq > start,
        removals.c.seq <= end,
        ~still_his,
    )
    found = connection.execute(sql.order_by(removals.c.seq))
    return [(row.seq, REMOVAL_SIZE, _removal(row)) for row in found]


def _note(row: Any) -> ConflictNote:
    return ConflictNote(
        conflict_id=row.conflict_id,
        kind=row.kind,
        id=row.id,
        path=row.path,
        version=row.version,
        seq=row.seq,
        partition=row.partition,
        **json.loads(row.body),
    )


def _removal(row: Any) -> Removal:
    return Removal(
        partition=row.partition,
        seq=row.seq,
        reason=row.reason,
        kind=row.kind,
        id=row.id,
        at=row.at,
    )
