"""Who is on leave now, and who answers for their households meanwhile.

The office gives a household to a field worker; while he is on leave it lies with his replacement, and while
that one is on leave too, with the replacement's. `leave_households` holds what lies elsewhere because of a
leave: whose it is follows from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa

from juntos_campo.central.tables import leave_households, leaves
from juntos_campo.domain.entities import Entity, Household

_CHUNK = 400
_LOCK = 7_201_106
"""PostgreSQL's advisory lock of whatever begins, ends or moves because of a leave."""


class LeaveState(StrEnum):
    """Of a leave."""

    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


ALIVE = (LeaveState.PLANNED, LeaveState.RUNNING)
"""What has not ended."""


@dataclass(frozen=True, slots=True)
class Running:
    """A leave that has begun and not ended; `last_day` as ISO text."""

    id: int
    worker: str
    replacement: str
    last_day: str


@dataclass(frozen=True, slots=True)
class Absences:
    """The leaves that run.

    Attributes:
        of: field worker -> his leave.
    """

    of: dict[str, Running]

    @classmethod
    def now(cls, connection: sa.Connection) -> Absences:
        """As the database says."""
        sql = sa.select(
            leaves.c.id, leaves.c.worker, leaves.c.replacement, leaves.c.last_day
        ).where(leaves.c.state == LeaveState.RUNNING)
        return cls({row.worker: Running(*row) for row in connection.execute(sql)})

    def answers_for(self, worker: str) -> str:
        """Where the households of a field worker lie: with himself, unless he is on leave."""
        passed = set()
        while worker in self.of and worker not in passed:
            passed.add(worker)
            worker = self.of[worker].replacement
        return worker


def lock_absences(connection: sa.Connection, *, shared: bool = False) -> None:
    """Until this transaction ends no leave begins or ends; before any lock of a partition.

    Args:
        shared: others that only look at leaves go on meanwhile. On SQLite a writer is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        connection.execute(sa.text(f"SELECT {function}(:key)"), {"key": _LOCK})


def owners_of(connection: sa.Connection, households: Collection[str]) -> dict[str, str]:
    """Household -> whose it is, of those that lie elsewhere because of a leave."""
    found: dict[str, str] = {}
    wanted = sorted(households)
    for start in range(0, len(wanted), _CHUNK):
        sql = (
            sa.select(leave_households.c.household, leaves.c.worker)
            .join(leaves, leaves.c.id == leave_households.c.leave)
            .where(leave_households.c.household.in_(wanted[start : start + _CHUNK]))
        )
        found.update((row.household, row.worker) for row in connection.execute(sql))
    return found


def owned_elsewhere(connection: sa.Connection, worker: str) -> list[str]:
    """Households of a field worker that lie elsewhere because of his leave."""
    sql = (
        sa.select(leave_households.c.household)
        .join(leaves, leaves.c.id == leave_households.c.leave)
        .where(leaves.c.worker == worker)
        .order_by(leave_households.c.household)
    )
    return list(connection.execute(sql).scalars())


def give_to(
    connection: sa.Connection, absences: Absences, owner: str, households: Iterable[str]
) -> None:
    """Note that these are `owner`'s now, wherever they lie."""
    wanted = sorted(set(households))
    for start in range(0, len(wanted), _CHUNK):
        some = leave_households.c.household.in_(wanted[start : start + _CHUNK])
        connection.execute(sa.delete(leave_households).where(some))
    if owner in absences.of and wanted:
        leave = absences.of[owner].id
        rows = [{"leave": leave, "household": one} for one in wanted]
        connection.execute(sa.insert(leave_households), rows)


def with_stand_ins(
    absences: Absences, entities: Iterable[Entity]
) -> tuple[list[Entity], dict[str, str]]:
    """What the office loads, each household with who answers for it now instead of who is on leave.

    Returns:
        The entities, and household -> whose it is, for `keep_owners`.
    """
    result: list[Entity] = []
    owners: dict[str, str] = {}
    for one in entities:
        if isinstance(one, Household):
            owners[one.id] = one.field_worker
            stands_in = absences.answers_for(one.field_worker)
            if stands_in != one.field_worker:
                result.append(replace(one, field_worker=stands_in))
                continue
        result.append(one)
    return result, owners


def keep_owners(
    connection: sa.Connection, owners: Mapping[str, str], content: Iterable[Entity]
) -> None:
    """Note whose the loaded households are now, as the office's file says."""
    homes = [one.id for one in content if isinstance(one, Household)]
    absences = Absences.now(connection)
    away = sa.select(leave_households.c.household).limit(1)
    if not absences.of and connection.execute(away).first() is None:
        return
    named: dict[str, list[str]] = {}
    for home in homes:
        named.setdefault(owners[home], []).append(home)
    for owner, some in sorted(named.items()):
        give_to(connection, absences, owner, some)
