"""A household goes to another field worker, with everything recorded about it.

Its records lie in the new partition under new numbers, so that the new field worker receives all of it; the
former partition tells its readers that the household left. Both happen in one transaction, by a few
statements however many households there are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from juntos_campo.central.assignments import Reason, carry_history, keep_history
from juntos_campo.central.ledger import Ledger
from juntos_campo.central.place_readers import tell_places
from juntos_campo.central.tables import (
    conflicts,
    operations,
    record_versions,
    records,
    removals,
)
from juntos_campo.central.territory import REASSIGNED
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import OFFICE

_CHUNK = 400
_ORDER = {name: place for place, name in enumerate(KINDS)}
_OF_A_RECORD = (record_versions, operations, conflicts)
"""What goes to another unit with a record, besides itself."""


def move_households(
    ledgers: Mapping[str, Ledger],
    source: str,
    target: str,
    households: Collection[str],
    now: str,
    *,
    reason: Reason = Reason.LOAD,
    by: str = OFFICE,
) -> int:
    """Take households from one partition to another; both are locked by the caller.

    The history of assignments tells it. Whose they are while somebody is on leave is for the caller to note
    (`central.absences.give_to`).

    Args:
        now: as `ledger.moment` writes it.
        by: who ordered it, for the history.

    Returns:
        How many records moved, those about the households among them.
    """
    former, new = ledgers[source], ledgers[target]
    wanted, moved = sorted(households), 0
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        moved += _move(former, new, some)
        here = _lying_in(new, some)
        carry_history(new.connection, here, former.unit, new.unit)
        keep_history(new, now, reason, by, here)
        _forget_that_they_left(new, here)
        _tell_that_it_left(former, "household", here, now)
        _tell_that_it_left(former, "review", _reviews_of_deleted(new, here), now)
    tell_places(new)
    return moved


def _move(former: Ledger, new: Ledger, households: list[str]) -> int:
    about = sa.and_(_of(former, records), records.c.household.in_(households))
    connection = former.connection
    number = connection.execute(sa.select(sa.func.count()).where(about)).scalar_one()
    if not number:
        return 0
    told = _conflicts(former, households)
    if former.unit != new.unit:
        _carry(former, new, about)
        about = sa.and_(
            records.c.unit == new.unit,
            records.c.partition == former.partition,
            records.c.household.in_(households),
        )
    # What others point to comes first, as in a first download.
    kind = sa.case(_ORDER, value=records.c.kind, else_=len(_ORDER))
    place = sa.func.row_number().over(order_by=(kind, records.c.seq))
    numbered = sa.select(records.c.kind, records.c.id, place.label("place")).where(about).subquery()
    first = _take(new, number)
    connection.execute(
        sa.update(records)
        .where(
            records.c.unit == new.unit,
            records.c.kind == numbered.c.kind,
            records.c.id == numbered.c.id,
        )
        .values(partition=new.partition, seq=numbered.c.place + (first - 1))
    )
    if told:
        # Whoever answers for a record now is told of the values that gave way in it.
        connection.execute(
            sa.update(conflicts)
            .where(
                conflicts.c.unit == new.unit,
                conflicts.c.partition == former.partition,
                conflicts.c.seq == sa.bindparam("former_place"),
            )
            .values(partition=new.partition, seq=sa.bindparam("place")),
            [{"former_place": seq, "place": new.take()} for seq in told],
        )
    return number


def _take(ledger: Ledger, number: int) -> int:
    """The first of so many numbers of a partition."""
    first = ledger.take()
    for _ in range(1, number):
        ledger.take()
    return first


def _carry(former: Ledger, new: Ledger, about: sa.ColumnElement[bool]) -> None:
    """Take records with all that belongs to them to the unit of `new`; they keep partition and numbers."""
    connection = former.connection
    theirs = sa.select(records.c.kind, records.c.id).where(about)
    # By copying, since not every layout lets a row change the column by which it is spread.
    for table in (*_OF_A_RECORD, records):
        this = sa.and_(table.c.unit == former.unit, sa.tuple_(table.c.kind, table.c.id).in_(theirs))
        if table is records:
            this = about
        others = [column for column in table.columns if column.name != "unit"]
        copied = sa.select(sa.literal(new.unit), *others).where(this)
        names = ["unit", *(column.name for column in others)]
        connection.execute(sa.insert(table).from_select(names, copied))
        connection.execute(sa.delete(table).where(this))


def _of(ledger: Ledger, table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.unit == ledger.unit, table.c.partition == ledger.partition)


def _conflicts(former: Ledger, households: list[str]) -> list[int]:
    """Numbers of the conflicts in a partition's records about households."""
    same = sa.and_(
        records.c.unit == conflicts.c.unit,
        records.c.kind == conflicts.c.kind,
        records.c.id == conflicts.c.id,
    )
    found = former.connection.execute(
        sa.select(conflicts.c.seq)
        .join(records, same)
        .where(
            _of(former, conflicts),
            records.c.partition == former.partition,
            records.c.household.in_(households),
        )
        .order_by(conflicts.c.seq)
    )
    return list(found.scalars())


def _reviews_of_deleted(ledger: Ledger, households: list[str]) -> list[str]:
    """Reviews that a laptop cannot see are about these: a new one never had what they judge."""
    sql = sa.select(records.c.id, records.c.body).where(
        _of(ledger, records),
        records.c.household.in_(households),
        records.c.kind == "review",
        ~records.c.deleted,
    )
    judged = {row.id: json.loads(row.body) for row in ledger.connection.execute(sql)}
    targets = sorted({(one["target_kind"], one["target_id"]) for one in judged.values()})
    there: set[tuple[str, str]] = set()
    for start in range(0, len(targets), _CHUNK):
        standing = sa.select(records.c.kind, records.c.id).where(
            records.c.unit == ledger.unit,
            sa.tuple_(records.c.kind, records.c.id).in_(targets[start : start + _CHUNK]),
            ~records.c.deleted,
        )
        there.update((row.kind, row.id) for row in ledger.connection.execute(standing))
    return [
        review
        for review, body in sorted(judged.items())
        if (body["target_kind"], body["target_id"]) not in there
    ]


def _lying_in(ledger: Ledger, households: list[str]) -> list[str]:
    sql = sa.select(records.c.id).where(
        _of(ledger, records),
        sa.text("kind = 'household'"),
        records.c.id.in_(households),
    )
    return sorted(ledger.connection.execute(sql).scalars())


def _forget_that_they_left(ledger: Ledger, households: list[str]) -> None:
    """Households that come back: a laptop that never heard of their leaving need not drop them."""
    ledger.connection.execute(
        sa.delete(removals).where(
            _of(ledger, removals),
            removals.c.kind == "household",
            removals.c.id.in_(households),
            removals.c.reason == REASSIGNED,
        )
    )


def _tell_that_it_left(ledger: Ledger, kind: str, ids: list[str], now: str) -> None:
    if not ids:
        return
    told = {
        "unit": ledger.unit,
        "partition": ledger.partition,
        "reason": REASSIGNED,
        "kind": kind,
        "at": now,
    }
    ledger.connection.execute(
        sa.insert(removals), [{**told, "id": one, "seq": ledger.take()} for one in ids]
    )
