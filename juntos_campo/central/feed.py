"""Reading what is new: a page of the change feed of some partitions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.tables import conflicts, partitions, records
from juntos_campo.wire.messages import Change, ConflictNote

_CHUNK = 500
_OVERHEAD = 160
"""Bytes a change takes beside its body, about."""


@dataclass(slots=True)
class Page:
    """One page; `cursor` is where the reader stands after it."""

    cursor: dict[str, int]
    changes: list[Change] = field(default_factory=list)
    conflicts: list[ConflictNote] = field(default_factory=list)
    more: bool = False
    room: int = 0


def read_page(
    connection: sa.Connection,
    readable: Sequence[str],
    cursor: Mapping[str, int],
    budget: int,
    known: frozenset[tuple[str, str, int]],
) -> Page:
    """Changes after `cursor`, partition by partition, up to about `budget` bytes.

    The end of each partition is read first. Whatever commits afterwards has a higher number and
    comes with the next page, so nothing is skipped, at any isolation level.

    Args:
        known: (kind, id, version) the reader made itself in this very exchange; not sent back.
    """
    ends = {
        row.name: row.last_seq
        for row in connection.execute(sa.select(partitions).where(partitions.c.name.in_(readable)))
    }
    page = Page(dict.fromkeys(readable, 0), room=budget)
    page.cursor.update({name: min(cursor.get(name, 0), ends.get(name, 0)) for name in readable})
    for name in readable:
        end = ends.get(name, 0)
        for seq, size, item in _items(connection, name, page.cursor[name], end):
            if isinstance(item, Change) and (item.kind, item.id, item.version) in known:
                page.cursor[name] = seq
                continue
            if page.room <= 0 or (size > page.room and (page.changes or page.conflicts)):
                page.more = True
                return page
            page.room -= size
            if isinstance(item, Change):
                page.changes.append(item)
            else:
                page.conflicts.append(item)
            page.cursor[name] = seq
        page.cursor[name] = max(end, page.cursor[name])
    return page


def _items(
    connection: sa.Connection, partition: str, start: int, end: int
) -> Iterator[tuple[int, int, Change | ConflictNote]]:
    """(seq, bytes, item) of a partition with start < seq <= end, in order of seq."""
    while start < end:
        rows = connection.execute(
            sa.select(records)
            .where(records.c.partition == partition, records.c.seq > start, records.c.seq <= end)
            .order_by(records.c.seq)
            .limit(_CHUNK)
        ).all()
        reach = rows[-1].seq if len(rows) == _CHUNK else end
        told = connection.execute(
            sa.select(conflicts).where(
                conflicts.c.partition == partition,
                conflicts.c.seq > start,
                conflicts.c.seq <= reach,
            )
        ).all()
        items = [(row.seq, len(row.body) + _OVERHEAD, row, True) for row in rows]
        items += [(row.seq, len(row.body) + _OVERHEAD, row, False) for row in told]
        for seq, size, row, is_record in sorted(items, key=lambda item: item[0]):
            yield seq, size, _change(row) if is_record else _note(row)
        start = reach


def _change(row: Any) -> Change:
    return Change.model_construct(
        kind=row.kind,
        id=row.id,
        version=row.version,
        seq=row.seq,
        partition=row.partition,
        fields=json.loads(row.body),
        author=row.author,
        changed_at=row.changed_at,
        deleted=row.deleted,
    )


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
