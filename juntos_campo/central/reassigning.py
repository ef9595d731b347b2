"""The office gives households of one field worker to another."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from juntos_campo.central.absences import Absences, give_to, lock_absences, owned_elsewhere
from juntos_campo.central.assignment_problems import HIS_ALREADY
from juntos_campo.central.assignments import Reason
from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, body_text, moment
from juntos_campo.central.moving import move_households
from juntos_campo.central.problems import NOT_A_FIELD_WORKER, NOT_HIS_HOUSEHOLD, SAME_FIELD_WORKER
from juntos_campo.central.tables import record_versions, records, users
from juntos_campo.central.trail import note
from juntos_campo.central.units import unit_of_partition
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import OFFICE, Role

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class ReassignReport:
    """How many households went over, and how many records with them.

    Attributes:
        stands_in: who has them meanwhile, when their new field worker is on leave; else empty.
    """

    households: int
    records: int
    stands_in: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Who orders that households move, when, and why."""

    by: str
    at: datetime
    reason: Reason

    @property
    def now(self) -> str:
        return moment(self.at)


def reassign(
    database: Database,
    former: str,
    new: str,
    codes: Sequence[str],
    clock: Clock,
    *,
    by: str = OFFICE,
) -> ReassignReport:
    """Give households to another field worker: those of `codes`, or all of them when there is none.

    The former's are those that lie with him, and those that are his and lie with his replacement. When the
    new one is on leave they lie with his replacement until it ends.

    Raises:
        UserError: CEN-216 `new` is no field worker, CEN-217 a household is not the former's, CEN-218,
            CEN-287 it is the new one's already; nothing was changed.
    """
    if former == new:
        raise user_error(SAME_FIELD_WORKER)
    with database.writing() as connection:
        lock_absences(connection, shared=True)
        require_field_worker(connection, new)
        absences = Absences.now(connection)
        stands_in = absences.answers_for(new)
        target = partition_of(stands_in)
        sources = {partition_of(former), partition_of(absences.answers_for(former))}
        ledgers = Ledger.open_all(connection, {*sources, target})
        homes = homes_of(connection, absences, former)
        for code in codes:
            if code not in homes:
                raise user_error(NOT_HIS_HOUSEHOLD, code=code, user=former)
        new_ones = set(owned_elsewhere(connection, new))
        for code in codes:
            if homes[code].id in new_ones:
                raise user_error(HIS_ALREADY, code=code, user=new, replacement=stands_in)
        every = {homes[code] for code in codes} if codes else set(homes.values())
        wanted = [home for home in every if home.id not in new_ones]
        order = Order(by, clock.now(), Reason.REASSIGNED)
        moved = 0
        for source in sorted(sources):
            ids = [home.id for home in wanted if home.partition == source]
            moved += hand_over(ledgers, source, target, ids, order)
        give_to(connection, absences, new, [home.id for home in wanted])
        for ledger in ledgers.values():
            ledger.close()
    return ReassignReport(len(wanted), moved, stands_in if stands_in != new else "")


def hand_over(
    ledgers: Mapping[str, Ledger],
    source: str,
    target: str,
    households: Collection[str],
    order: Order,
) -> int:
    """Have households lie in another partition, under the name of its field worker.

    Both are locked by the caller, who made sure that the households lie in `source`.

    Returns:
        How many records moved.
    """
    if source == target or not households:
        return 0
    former, new = (one.removeprefix(partition_of("")) for one in (source, target))
    _assign(ledgers[source], households, new, order.now)
    moved = move_households(
        ledgers, source, target, households, order.now, reason=order.reason, by=order.by
    )
    for household in sorted(households):
        note(
            ledgers[source].connection,
            order.at,
            order.by,
            "",
            "household.reassigned",
            kind="household",
            record_id=household,
            detail=f"{former} -> {new}",
        )
    return moved


def require_field_worker(connection: sa.Connection, name: str, unit: str | None = None) -> None:
    """Raises UserError CEN-216 unless this is an active field worker, of `unit` if one is given."""
    row = connection.execute(sa.select(users).where(users.c.name == name)).first()
    known = row is not None and row.role == Role.FIELD_WORKER.value and row.active
    if not known or (unit is not None and row is not None and row.unit != unit):
        raise user_error(NOT_A_FIELD_WORKER, user=name)


@dataclass(frozen=True, slots=True)
class Home:
    """A household and where it lies."""

    id: str
    code: str
    partition: str


def homes_of(connection: sa.Connection, absences: Absences, worker: str) -> dict[str, Home]:
    """By code, what lies with a field worker, and what is his and lies with his replacement."""
    found = _lying_with(connection, worker)
    stands_in = absences.answers_for(worker)
    if stands_in != worker:
        his = set(owned_elsewhere(connection, worker))
        there = _lying_with(connection, stands_in)
        found.update((code, one) for code, one in there.items() if one.id in his)
    return found


def _lying_with(connection: sa.Connection, worker: str) -> dict[str, Home]:
    partition = partition_of(worker)
    sql = sa.select(records.c.id, records.c.body).where(
        records.c.unit == unit_of_partition(connection, partition),
        records.c.partition == partition,
        sa.text("kind = 'household'"),
    )
    codes = {row.id: json.loads(row.body)["code"] for row in connection.execute(sql)}
    return {code: Home(one, code, partition) for one, code in codes.items()}


def lying_in(ledger: Ledger, households: Collection[str]) -> list[str]:
    """Those of these households that lie in a locked partition."""
    sql = sa.select(records.c.id).where(
        records.c.unit == ledger.unit,
        records.c.partition == ledger.partition,
        sa.text("kind = 'household'"),
        records.c.id.in_(sorted(households)),
    )
    return sorted(ledger.connection.execute(sql).scalars())


def _assign(ledger: Ledger, households: Collection[str], worker: str, now: str) -> None:
    """A new version of each household, of the office, with its new field worker."""
    wanted = sorted(households)
    kept = [column.name for column in record_versions.columns]
    for start in range(0, len(wanted), _CHUNK):
        these = sa.and_(
            records.c.unit == ledger.unit,
            records.c.kind == "household",
            records.c.id.in_(wanted[start : start + _CHUNK]),
        )
        rows = ledger.connection.execute(sa.select(records.c.id, records.c.body).where(these)).all()
        if not rows:
            continue
        ledger.connection.execute(
            sa.insert(record_versions).from_select(
                kept, sa.select(*(records.c[name] for name in kept)).where(these)
            )
        )
        ledger.connection.execute(
            sa.update(records)
            .where(
                records.c.unit == ledger.unit,
                records.c.kind == "household",
                records.c.id == sa.bindparam("key"),
            )
            .values(
                version=records.c.version + 1,
                body=sa.bindparam("told"),
                paths='["field_worker"]',
                author=OFFICE,
                device="",
                changed_at=now,
            ),
            [
                {"key": row.id, "told": body_text({**json.loads(row.body), "field_worker": worker})}
                for row in rows
            ],
        )
