"""What is staged against what the server has, in SQL: new, changed, the same, lying elsewhere.

A load looks for each record wherever it lies, in one pass over the territory's records: a household may come
from another unit. Equal texts are equal records; where the texts differ, the merge rules of a small load
decide, row by row (an unknown field of a newer program makes no difference).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.bulk.copying import BATCH, Streams
from juntos_campo.central.bulk.reading import Progress
from juntos_campo.central.bulk.tables import analyse, found, parts, staged
from juntos_campo.central.database import Database
from juntos_campo.central.tables import records
from juntos_campo.wire.codec import unknown_fields
from juntos_campo.wire.merge import diff


@dataclass(slots=True)
class Difference:
    """By kind; `elsewhere` counts households that lie with another field worker, `same` all kinds."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: int = 0
    elsewhere: int = 0


def compare(database: Database, progress: Progress, title: str) -> None:
    """Fill `found` for everything that is not yet applied."""
    progress(title, 0, 0)
    waiting = sa.and_(
        staged.c.o >= parts.c.first_o, staged.c.o <= parts.c.last_o, parts.c.done == sa.false()
    )
    same = sa.and_(
        records.c.kind == staged.c.kind,
        records.c.id == staged.c.id,
        # Of the same place each unit has its own.
        sa.or_(staged.c.partition != REFERENCE, records.c.unit == staged.c.unit),
    )
    sql = sa.select(
        staged.c.o,
        records.c.partition != staged.c.partition,
        sa.or_(records.c.deleted, records.c.body != staged.c.body),
        records.c.unit,
        records.c.partition,
    ).join(records, same)
    with database.writing() as connection:
        connection.execute(sa.delete(found))
        done = sa.select(parts.c.number).where(parts.c.done).limit(1)
        if connection.execute(done).first() is not None:
            sql = sql.join(parts, waiting)
        names = ["o", "elsewhere", "differs", "unit", "partition"]
        connection.execute(sa.insert(found).from_select(names, sql))
        analyse(connection, found)
    _look_closer(database)


def count(connection: sa.Connection) -> Difference:
    """The figures of what `compare` found."""
    result = Difference()
    every = connection.execute(sa.select(staged.c.kind, sa.func.count()).group_by(staged.c.kind))
    totals = {row[0]: row[1] for row in every}
    known = connection.execute(
        sa.select(staged.c.kind, found.c.differs, found.c.elsewhere, sa.func.count())
        .join(found, found.c.o == staged.c.o)
        .group_by(staged.c.kind, found.c.differs, found.c.elsewhere)
    )
    for kind, differs, elsewhere, number in known:
        totals[kind] -= number
        if differs:
            result.changed[kind] = result.changed.get(kind, 0) + number
        else:
            result.same += number
        if elsewhere and kind == "household":
            result.elsewhere += number
    result.added = {kind: number for kind, number in sorted(totals.items()) if number}
    return result


def _look_closer(database: Database) -> None:
    """Of records whose texts differ, those that say the same are no difference."""
    same = sa.and_(
        records.c.unit == found.c.unit, records.c.kind == staged.c.kind, records.c.id == staged.c.id
    )
    sql = (
        sa.select(staged.c.o, staged.c.kind, staged.c.body, records.c.body)
        .join(found, found.c.o == staged.c.o)
        .join(records, same)
        .where(found.c.differs, ~records.c.deleted)
    )
    alike: list[int] = []
    with Streams(database) as streams:
        for order, kind, wanted, stands in streams.rows(sql):
            old = json.loads(stands)
            if not diff(old, {**unknown_fields(kind, old), **json.loads(wanted)}).paths():
                alike.append(order)
            if len(alike) >= BATCH:
                _mark(database, alike)
                alike = []
    _mark(database, alike)


def _mark(database: Database, alike: list[int]) -> None:
    if alike:
        with database.writing() as connection:
            connection.execute(
                sa.update(found).where(found.c.o == sa.bindparam("one")).values(differs=False),
                [{"one": order} for order in alike],
            )
