"""Field workers on leave: another answers for their households meanwhile, and gives them back.

What a leave changes is done by `settle`, from what stands in the database: it may be cut off anywhere and
run again, or twice at once. First the leaves begin and end; then every household that does not lie where it
should goes there, some at a time, each with everything about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.absences import Absences, LeaveState, lock_absences
from juntos_campo.central.assignment_problems import (
    ALREADY_ON_LEAVE,
    LEAVE_DATES,
    NO_SUCH_LEAVE,
    OWN_REPLACEMENT,
    REPLACEMENT_AWAY,
)
from juntos_campo.central.assignments import Reason
from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.reassigning import Order, hand_over, lying_in, require_field_worker
from juntos_campo.central.tables import leave_households, leaves, partitions, records, users
from juntos_campo.central.trail import note
from juntos_campo.central.units import unit_of_partition
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import paper_date
from juntos_campo.domain.values import OFFICE, Role

AT_ONCE = 100
"""Households that move in one transaction: laptops of both field workers wait for it."""

_LONGEST_DAYS = 731
_MOST_IN_VAIN = 5
"""Households that are never there when their turn comes are left for the next time."""

_ALIVE = (LeaveState.PLANNED, LeaveState.RUNNING)


@dataclass(frozen=True, slots=True)
class Leave:
    """An absence; days as ISO text, both included.

    Attributes:
        away: how many households lie elsewhere because of it.
    """

    id: int
    worker: str
    replacement: str
    first_day: str
    last_day: str
    state: str
    ordered_by: str
    ordered_at: str
    began_at: str
    ended_at: str
    away: int = 0


@dataclass(slots=True)
class Settled:
    """What was done.

    Attributes:
        begun, ended: leaves.
        blocked: leaves that could not begin, since one of the two is no active field worker.
        gone, returned: households that went to a replacement, or back to whose they are.
    """

    begun: list[Leave] = field(default_factory=list)
    ended: list[Leave] = field(default_factory=list)
    blocked: list[Leave] = field(default_factory=list)
    gone: int = 0
    returned: int = 0


def order_leave(
    database: Database,
    worker: str,
    replacement: str,
    first: date,
    last: date,
    clock: Clock,
    *,
    by: str = OFFICE,
    unit: str | None = None,
) -> Leave:
    """Plan a leave; one whose first day is here begins. Households move with the next `settle`.

    Args:
        by: who orders it.
        unit: both must be of this territorial unit; None: of any.

    Raises:
        UserError: CEN-216 one is no field worker, CEN-280 to CEN-283.
    """
    if worker == replacement:
        raise user_error(OWN_REPLACEMENT, user=worker)
    _require_days(first, last, clock.today())
    values = {
        "worker": worker,
        "replacement": replacement,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "state": LeaveState.PLANNED.value,
        "ordered_by": by,
        "ordered_at": moment(clock.now()),
    }
    with database.writing() as connection:
        lock_absences(connection)
        for name in (worker, replacement):
            require_field_worker(connection, name, unit)
        for name, problem in ((worker, ALREADY_ON_LEAVE), (replacement, REPLACEMENT_AWAY)):
            other = _overlapping(connection, name, values["first_day"], values["last_day"])
            if other is not None:
                raise user_error(
                    problem,
                    user=name,
                    first=paper_date(date.fromisoformat(other.first_day)),
                    last=paper_date(date.fromisoformat(other.last_day)),
                    number=other.id,
                )
        made = connection.execute(sa.insert(leaves).values(values).returning(leaves.c.id))
        number = int(made.scalar_one())
        detail = f"{number}: {worker} -> {replacement}, {first} to {last}"
        note(connection, clock.now(), by, "", "leave.order", detail=detail)
        _begin_and_end(connection, clock, Settled())
        return find_leave(connection, number)


def _require_days(first: date, last: date, today: date) -> None:
    reasons = (
        (last < first, "termina antes de empezar"),
        (last < today, "ya pasó"),
        ((last - first).days > _LONGEST_DAYS, "dura más de dos años"),
        ((first - today).days > _LONGEST_DAYS, "empieza dentro de más de dos años"),
    )
    for wrong, reason in reasons:
        if wrong:
            said = {"first": paper_date(first), "last": paper_date(last)}
            raise user_error(LEAVE_DATES, **said, reason=reason)


def _overlapping(connection: sa.Connection, worker: str, first: str, last: str) -> Any:
    # One that should be over and is not yet, since nothing has settled it, ends by itself.
    sql = sa.select(leaves).where(
        leaves.c.worker == worker,
        leaves.c.state.in_(_ALIVE),
        leaves.c.first_day <= last,
        leaves.c.last_day >= first,
    )
    return connection.execute(sql.order_by(leaves.c.first_day).limit(1)).first()


def cancel_leave(
    database: Database,
    number: int,
    clock: Clock,
    *,
    by: str = OFFICE,
    unit: str | None = None,
) -> Leave:
    """Cancel a leave that is planned or runs; its households come back with the next `settle`.

    Raises:
        UserError: CEN-284 there is none of that number, in this unit.
    """
    with database.writing() as connection:
        lock_absences(connection)
        sql = sa.select(leaves.c.id).where(leaves.c.id == number, leaves.c.state.in_(_ALIVE))
        if unit is not None:
            sql = sql.where(_of_unit(unit))
        if connection.execute(sql).first() is None:
            raise user_error(NO_SUCH_LEAVE, number=number)
        _end(connection, number, LeaveState.CANCELLED, clock)
        note(connection, clock.now(), by, "", "leave.cancel", detail=str(number))
        return find_leave(connection, number)


def list_leaves(
    connection: sa.Connection,
    *,
    unit: str | None = None,
    zone: str | None = None,
    most: int = 1000,
) -> list[Leave]:
    """Leaves of the field workers of a unit or zone, or of all: those that run or come first."""
    alive = sa.case((leaves.c.state.in_(_ALIVE), 0), else_=1)
    sql = _leaves().order_by(alive, leaves.c.first_day.desc(), leaves.c.id.desc()).limit(most)
    if unit is not None:
        sql = sql.where(_of_unit(unit))
    if zone is not None:
        sql = sql.where(leaves.c.worker.in_(sa.select(users.c.name).where(users.c.zone == zone)))
    return [Leave(*row) for row in connection.execute(sql)]


def _of_unit(unit: str) -> sa.ColumnElement[bool]:
    return leaves.c.worker.in_(sa.select(users.c.name).where(users.c.unit == unit))


def _leaves() -> sa.Select[Any]:
    away = (
        sa.select(sa.func.count())
        .where(leave_households.c.leave == leaves.c.id)
        .correlate(leaves)
        .scalar_subquery()
    )
    return sa.select(leaves, away.label("away"))


def find_leave(connection: sa.Connection, number: int) -> Leave:
    """A leave that there is."""
    return Leave(*connection.execute(_leaves().where(leaves.c.id == number)).one())


def settle(
    database: Database,
    clock: Clock,
    *,
    at_once: int = AT_ONCE,
    stopped: Callable[[], bool] = lambda: False,
) -> Settled:
    """Have leaves begin and end that should, and households lie where they then should.

    Args:
        at_once: households in one transaction at most.
        stopped: asked between transactions whether to leave the rest for the next time.
    """
    done = Settled()
    with database.reading() as connection:
        if not _anything_to_do(connection):
            return done
    with database.writing() as connection:
        lock_absences(connection)
        _begin_and_end(connection, clock, done)
    in_vain = 0
    while not stopped() and in_vain < _MOST_IN_VAIN:
        with database.writing() as connection:
            lock_absences(connection)
            moved = _settle_some(connection, clock, at_once, done)
        if moved is None:
            break
        in_vain = 0 if moved else in_vain + 1
    return done


def _anything_to_do(connection: sa.Connection) -> bool:
    alive = sa.select(leaves.c.id).where(leaves.c.state.in_(_ALIVE)).limit(1)
    away = sa.select(leave_households.c.leave).limit(1)
    return any(connection.execute(sql).first() is not None for sql in (alive, away))


def _begin_and_end(connection: sa.Connection, clock: Clock, done: Settled) -> None:
    today = clock.today().isoformat()
    past = sa.select(leaves.c.id).where(leaves.c.state.in_(_ALIVE), leaves.c.last_day < today)
    for number in connection.execute(past.order_by(leaves.c.id)).scalars().all():
        _end(connection, number, LeaveState.OVER, clock)
        note(connection, clock.now(), OFFICE, "", "leave.end", detail=str(number))
        done.ended.append(find_leave(connection, number))
    due = _leaves().where(leaves.c.state == LeaveState.PLANNED, leaves.c.first_day <= today)
    for row in connection.execute(due.order_by(leaves.c.first_day, leaves.c.id)).all():
        leave = Leave(*row)
        if not _both_work(connection, leave):
            done.blocked.append(leave)
            continue
        values = {"state": LeaveState.RUNNING.value, "began_at": moment(clock.now())}
        connection.execute(sa.update(leaves).where(leaves.c.id == leave.id).values(values))
        note(connection, clock.now(), OFFICE, "", "leave.begin", detail=str(leave.id))
        done.begun.append(find_leave(connection, leave.id))


def _end(connection: sa.Connection, number: int, state: LeaveState, clock: Clock) -> None:
    values = {"state": state.value, "ended_at": moment(clock.now())}
    connection.execute(sa.update(leaves).where(leaves.c.id == number).values(values))


def _both_work(connection: sa.Connection, leave: Leave) -> bool:
    sql = sa.select(sa.func.count()).where(
        users.c.name.in_((leave.worker, leave.replacement)),
        users.c.role == Role.FIELD_WORKER.value,
        users.c.active,
    )
    return connection.execute(sql).scalar_one() == 2


@dataclass(frozen=True, slots=True)
class _Move:
    """Households of one owner to go from a partition to another."""

    leave: int
    ordered_by: str
    owner: str
    source: str
    target: str
    households: tuple[str, ...]


def _settle_some(
    connection: sa.Connection, clock: Clock, at_once: int, done: Settled
) -> int | None:
    """How many households one move took; None when everything lies where it should."""
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
    if reason is Reason.RETURN:
        done.returned += len(there)
    else:
        done.gone += len(there)
    return len(there)


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
        leaves.c.state.not_in(_ALIVE),
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
