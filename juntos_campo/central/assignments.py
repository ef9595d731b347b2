"""Who answers for a household, and who did before: the history of assignments.

It is written in the transaction that gives a household to somebody, whatever the occasion, so that every
household has exactly one open row, that of the field worker in whose partition it lies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.findings import Finding
from juntos_campo.central.ledger import FIELD_WORKERS, Ledger
from juntos_campo.central.tables import assignments, leave_households, records, units
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.ids import derived_id
from juntos_campo.register.layout import household_key

_CHUNK = 400


class Reason(StrEnum):
    """Why a household went to a field worker."""

    LOAD = "load"
    REASSIGNED = "reassigned"
    LEAVE = "leave"
    RETURN = "return"
    FOUND = "found"
    """It was his when the server began to write this down."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One stretch of a household's history; moments as `ledger.moment` writes them.

    Attributes:
        number: 1, 2, 3 ... of the household.
        since: empty where nobody wrote it down.
        until: empty for who answers for it now.
        ordered_by: the office, or the account of who ordered it; empty where nobody knows.
    """

    unit: str
    household: str
    number: int
    worker: str
    since: str
    until: str
    reason: str
    ordered_by: str


def keep_history(
    ledger: Ledger,
    now: str,
    reason: str,
    by: str,
    households: Collection[str] | None = None,
) -> None:
    """Have the history say what is so: who works in a partition answers for the households there.

    Whatever it says already stays.

    Args:
        ledger: of the partition, which it holds locked.
        now: as `ledger.moment` writes it.
        households: those that may have come; None for all that lie there.
    """
    if not ledger.partition.startswith(FIELD_WORKERS):
        return
    every = [None] if households is None else _in_parts(sorted(households))
    for some in every:
        for ids in _in_parts(_lying(ledger, some)):
            _keep(ledger, now, reason, by, ids)


def _in_parts(ids: list[str]) -> list[list[str]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _lying(ledger: Ledger, some: list[str] | None) -> list[str]:
    """Ids of the households of a partition, or of those of `some` that lie there."""
    here = sa.select(records.c.id).where(
        records.c.unit == ledger.unit,
        records.c.partition == ledger.partition,
        sa.text("records.kind = 'household'"),
    )
    if some is not None:
        here = here.where(records.c.id.in_(some))
    return list(ledger.connection.execute(here.order_by(records.c.id)).scalars())


def _keep(ledger: Ledger, now: str, reason: str, by: str, ids: list[str]) -> None:
    """As `keep_history`, of households that lie there.

    By their ids, never by joining with the records: in the middle of a load PostgreSQL does not know yet how
    much a unit holds, and then joins all its households with each other, seconds for every field worker.
    """
    connection, worker = ledger.connection, ledger.partition.removeprefix(FIELD_WORKERS)
    mine = sa.and_(assignments.c.unit == ledger.unit, assignments.c.household.in_(ids))
    is_open = assignments.c.until == ""
    # A clock that was set back must not let one end before it began.
    ended = sa.case((assignments.c.since > now, assignments.c.since), else_=now)
    connection.execute(
        sa.update(assignments)
        .where(mine, is_open, assignments.c.worker != worker)
        .values(until=ended)
    )
    known = sa.select(
        assignments.c.household,
        sa.func.max(assignments.c.number).label("number"),
        sa.func.max(assignments.c.until).label("until"),
        sa.func.min(assignments.c.until).label("least"),
    )
    found = {
        row.household: row
        for row in connection.execute(known.where(mine).group_by(assignments.c.household))
    }
    new = []
    for one in ids:
        row = found.get(one)
        if row is not None and row.least == "":
            continue  # it goes on as it is
        new.append(
            {
                "unit": ledger.unit,
                "household": one,
                "number": 1 if row is None else row.number + 1,
                "worker": worker,
                "since": now if row is None else max(now, row.until),
                "until": "",
                "reason": str(reason),
                "ordered_by": by,
            }
        )
    if new:
        connection.execute(sa.insert(assignments), new)


def carry_history(
    connection: sa.Connection, households: Collection[str], source: str, target: str
) -> None:
    """Take the history of households from one territorial unit to another."""
    if source == target or not households:
        return
    theirs = sa.and_(assignments.c.unit == source, assignments.c.household.in_(sorted(households)))
    others = [one for one in assignments.columns if one.name != "unit"]
    copied = sa.select(sa.literal(target), *others).where(theirs)
    names = ["unit", *(one.name for one in others)]
    connection.execute(sa.insert(assignments).from_select(names, copied))
    connection.execute(sa.delete(assignments).where(theirs))


def forget_history(connection: sa.Connection, household: str) -> None:
    """The law had a household erased: who answered for it, and on whose leave it was away, goes too."""
    connection.execute(sa.delete(assignments).where(assignments.c.household == household))
    connection.execute(sa.delete(leave_households).where(leave_households.c.household == household))


def history_of(connection: sa.Connection, household: str) -> list[Assignment]:
    """The history of a household by its id, the oldest first."""
    sql = (
        sa.select(assignments)
        .where(
            assignments.c.unit.in_(_every_unit(connection)),
            assignments.c.household == household,
        )
        .order_by(assignments.c.number)
    )
    return _read(connection.execute(sql))


def households_of(
    connection: sa.Connection, worker: str, most: int, after: str = ""
) -> list[Assignment]:
    """For which households somebody answers or answered, in whatever unit they lie now.

    Args:
        after: the household after whose id to go on.
    """
    sql = (
        sa.select(assignments)
        .where(
            assignments.c.unit.in_(_every_unit(connection)),
            assignments.c.worker == worker,
            assignments.c.household > after,
        )
        .order_by(assignments.c.household, assignments.c.number)
        .limit(most)
    )
    return _read(connection.execute(sql))


def _every_unit(connection: sa.Connection) -> tuple[str, ...]:
    return (NO_UNIT, *connection.execute(sa.select(units.c.code)).scalars())


def household_id(code: str) -> str:
    """The id of a household of the register by its code."""
    return derived_id("household", *household_key(code))


def _read(rows: Iterable[Any]) -> list[Assignment]:
    return [Assignment(*row) for row in rows]


_CHECKS = {
    "assignment.open": "Hogares cuyo historial no dice quién los tiene hoy a su cargo.",
    "assignment.twice": "Hogares que según su historial tienen a la vez varios gestores.",
    "assignment.orphan": "Historiales de asignación de hogares que no existen.",
    "assignment.gap": "Historiales de asignación con un hueco, o con dos gestores a la vez.",
}


def check_assignments(connection: sa.Connection) -> list[Finding]:
    """Whether the history agrees with where each household lies, and has no gap."""
    one, next_one = assignments, assignments.alias("next_one")
    is_open = one.c.until == ""
    homes = sa.text("records.kind = 'household'")
    same = sa.and_(one.c.unit == records.c.unit, one.c.household == records.c.id)
    is_his = sa.literal(FIELD_WORKERS) + one.c.worker == records.c.partition
    unsaid = (
        sa.select(records.c.id)
        .outerjoin(one, sa.and_(same, is_open, is_his))
        .where(homes, records.c.partition.startswith(FIELD_WORKERS), one.c.household.is_(None))
    )
    twice = (
        sa.select(one.c.household)
        .where(is_open)
        .group_by(one.c.household)
        .having(sa.func.count() > 1)
    )
    orphans = (
        sa.select(one.c.household)
        .outerjoin(records, sa.and_(same, homes))
        .where(records.c.id.is_(None))
        .distinct()
    )
    follows = sa.and_(
        next_one.c.unit == one.c.unit,
        next_one.c.household == one.c.household,
        next_one.c.number == one.c.number + 1,
    )
    gaps = (
        sa.select(one.c.household, one.c.number)
        .outerjoin(next_one, follows)
        .where(sa.func.coalesce(next_one.c.since, "") != one.c.until)
    )
    found = []
    for (check, text), sql in zip(_CHECKS.items(), (unsaid, twice, orphans, gaps), strict=True):
        rows = connection.execute(sql).all()
        if rows:
            example = " ".join(str(part) for part in rows[0])
            found.append(Finding(check, text, len(rows), example))
    return found
