"""Where households of field workers on leave should lie, and the moves that bring them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from juntos_campo.central.absences import ALIVE, Absences
from juntos_campo.central.assignments import Reason
from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.ledger import Ledger
from juntos_campo.central.reassigning import Order, hand_over, lying_in
from juntos_campo.central.tables import leave_households, leaves, partitions, records
from juntos_campo.central.units import unit_of_partition
from juntos_campo.domain.clock import Clock


@dataclass(frozen=True, slots=True)
class Moved:
    """What one move took: how many households, and whether they went back to whose they are."""

    households: int
    back: bool


@dataclass(frozen=True, slots=True)
class _Move:
    """Households of one owner to go from a partition to another."""

    leave: int
    ordered_by: str
    owner: str
    source: str
    target: str
    households: tuple[str, ...]


def move_some(connection: sa.Connection, clock: Clock, at_once: int) -> Moved | None:
    """Move some households of one owner at most; None when everything lies where it should."""
    absences = Absences.now(connection)
    for worker in sorted(absences.of):
        _note_whose_they_are(connection, absences, worker)
    _forget_what_came_back(connection, absences)
    move = next(_moves(connection, absences), None)
    if move is None:
        return None
    ledgers = Ledger.open_all(connection, (move.source, move.target))
    there = lying_in(ledgers[move.source], move.households[:at_once])
    reason = Reason.RETURN if move.target == partition_of(move.owner) else Reason.LEAVE
    order = Order(move.ordered_by, clock.now(), reason)
    hand_over(ledgers, move.source, move.target, there, order)
    for ledger in ledgers.values():
        ledger.close()
    return Moved(len(there), reason is Reason.RETURN)


def _lies(household: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.and_(
        records.c.unit.in_(sa.select(partitions.c.unit).distinct()),
        sa.text("records.kind = 'household'"),
        records.c.id == household,
    )


def _note_whose_they_are(connection: sa.Connection, absences: Absences, worker: str) -> None:
    """What lies with somebody on leave and is nobody else's is his."""
    partition = partition_of(worker)
    listed = sa.select(leave_households.c.household).where(
        leave_households.c.household == records.c.id
    )
    his = sa.select(sa.literal(absences.of[worker].id), records.c.id).where(
        records.c.unit == unit_of_partition(connection, partition),
        records.c.partition == partition,
        sa.text("records.kind = 'household'"),
        ~listed.correlate(records).exists(),
    )
    names = ["leave", "household"]
    connection.execute(sa.insert(leave_households).from_select(names, his))


def _forget_what_came_back(connection: sa.Connection, absences: Absences) -> None:
    """Leaves that ended: what lies with its owner is no longer away; a next leave of his takes the rest."""
    ended = sa.select(leaves.c.id, leaves.c.worker).where(
        leaves.c.state.not_in(ALIVE),
        leaves.c.id.in_(sa.select(leave_households.c.leave)),
    )
    for row in connection.execute(ended).all():
        of_leave = leave_households.c.leave == row.id
        if row.worker in absences.of:
            next_one = absences.of[row.worker].id
            connection.execute(sa.update(leave_households).where(of_leave).values(leave=next_one))
            continue
        elsewhere = sa.select(records.c.id).where(
            _lies(leave_households.c.household), records.c.partition != partition_of(row.worker)
        )
        came_back = ~elsewhere.correlate(leave_households).exists()
        connection.execute(sa.delete(leave_households).where(of_leave, came_back))


def _moves(connection: sa.Connection, absences: Absences) -> Iterator[_Move]:
    """What does not lie where it should, by where it lies and whose it is."""
    sql = (
        sa.select(
            leave_households.c.household,
            leaves.c.id,
            leaves.c.worker,
            leaves.c.ordered_by,
            records.c.partition,
        )
        .join(leaves, leaves.c.id == leave_households.c.leave)
        .join(records, _lies(leave_households.c.household))
        .order_by(leaves.c.id, records.c.partition, leave_households.c.household)
    )
    rows = connection.execute(sql).all()
    for (number, source), group in groupby(rows, lambda row: (row.id, row.partition)):
        some = list(group)
        target = partition_of(absences.answers_for(some[0].worker))
        if target != source:
            households = tuple(row.household for row in some)
            yield _Move(number, some[0].ordered_by, some[0].worker, source, target, households)
