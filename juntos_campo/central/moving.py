"""A household goes to another field worker, with everything recorded about it.

Its records lie in the new partition under new numbers, so that the new field worker receives all of it; the
former partition tells its readers that the household left. Both happen in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from juntos_campo.central.ledger import Ledger
from juntos_campo.central.tables import conflicts, records, removals
from juntos_campo.central.territory import REASSIGNED
from juntos_campo.central.units import carry
from juntos_campo.domain.kinds import KINDS

_CHUNK = 400
_ORDER = {name: place for place, name in enumerate(KINDS)}


def move_households(
    ledgers: Mapping[str, Ledger], source: str, target: str, households: Collection[str], now: str
) -> int:
    """Take households from one partition to another; both are locked by the caller.

    Args:
        now: as `ledger.moment` writes it.

    Returns:
        How many records moved, those about the households among them.
    """
    former, new = ledgers[source], ledgers[target]
    wanted, moved = sorted(households), 0
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        moved += _move(former, new, some)
        here = [one for one in some if _lies_in(new, one)]
        _forget_that_they_left(new, here)
        for household in here:
            former.remove(REASSIGNED, "household", household, now)
        for review in _reviews_of_deleted(new, here):
            former.remove(REASSIGNED, "review", review, now)
    return moved


def _move(former: Ledger, new: Ledger, households: list[str]) -> int:
    rows = list(
        former.connection.execute(
            sa.select(records.c.kind, records.c.id, records.c.seq).where(
                _of(former, records), records.c.household.in_(households)
            )
        ).all()
    )
    carry(former.connection, [(row.kind, row.id) for row in rows], former.unit, new.unit)
    # What others point to comes first, as in a first download.
    rows.sort(key=lambda row: (_ORDER.get(row.kind, len(_ORDER)), row.seq))
    told = _conflicts(former, new.unit, households)
    if rows:
        new.connection.execute(
            sa.update(records)
            .where(
                records.c.unit == new.unit,
                records.c.kind == sa.bindparam("of"),
                records.c.id == sa.bindparam("key"),
            )
            .values(partition=new.partition, seq=sa.bindparam("place")),
            [{"of": row.kind, "key": row.id, "place": new.take()} for row in rows],
        )
    if told:
        # Whoever answers for a record now is told of the values that gave way in it.
        new.connection.execute(
            sa.update(conflicts)
            .where(
                conflicts.c.unit == new.unit,
                conflicts.c.partition == former.partition,
                conflicts.c.seq == sa.bindparam("former_place"),
            )
            .values(partition=new.partition, seq=sa.bindparam("place")),
            [{"former_place": seq, "place": new.take()} for seq in told],
        )
    return len(rows)


def _of(ledger: Ledger, table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.unit == ledger.unit, table.c.partition == ledger.partition)


def _conflicts(former: Ledger, unit: str, households: list[str]) -> list[int]:
    """Numbers of the conflicts in a partition's records about households, which lie in `unit` by now."""
    same = sa.and_(
        records.c.unit == conflicts.c.unit,
        records.c.kind == conflicts.c.kind,
        records.c.id == conflicts.c.id,
    )
    sql = sa.select(conflicts.c.seq).join(records, same)
    found = former.connection.execute(
        sql.where(
            conflicts.c.unit == unit,
            conflicts.c.partition == former.partition,
            records.c.partition == former.partition,
            records.c.household.in_(households),
        ).order_by(conflicts.c.seq)
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
    return [
        review
        for review, body in sorted(judged.items())
        if (target := ledger.present(body["target_kind"], body["target_id"])) is None
        or target.version.deleted
    ]


def _lies_in(ledger: Ledger, household: str) -> bool:
    sql = sa.select(records.c.partition).where(
        records.c.unit == ledger.unit,
        records.c.kind == "household",
        records.c.id == household,
    )
    return bool(ledger.connection.execute(sql).scalar_one_or_none() == ledger.partition)


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
