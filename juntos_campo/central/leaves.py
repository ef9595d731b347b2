"""Field workers on leave: another answers for their households meanwhile, and gives them back.

What a leave changes is done by `settle`, from what stands in the database: it may be cut off anywhere and
run again, or twice at once. First the leaves begin and end; then every household that does not lie where it
should goes there, some at a time, each with everything about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.absences import ALIVE, LeaveState, lock_absences
from juntos_campo.central.assignment_problems import (
    ALREADY_ON_LEAVE,
    LEAVE_DATES,
    NO_SUCH_LEAVE,
    OWN_REPLACEMENT,
    REPLACEMENT_AWAY,
)
from juntos_campo.central.database import Database
from juntos_campo.central.leave_moves import move_some
from juntos_campo.central.ledger import moment
from juntos_campo.central.reassigning import require_field_worker
from juntos_campo.central.tables import leave_households, leaves, users
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import paper_date
from juntos_campo.domain.values import OFFICE, Role

AT_ONCE = 100
"""Households that move in one transaction: laptops of both field workers wait for it."""

_LONGEST_DAYS = 731
_MOST_IN_VAIN = 5
"""Households that are never there when their turn comes are left for the next time."""


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
        _require_free(connection, worker, replacement, values["first_day"], values["last_day"])
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


def _require_free(
    connection: sa.Connection, worker: str, replacement: str, first: str, last: str
) -> None:
    """Neither is on another leave on these days."""
    for name, problem in ((worker, ALREADY_ON_LEAVE), (replacement, REPLACEMENT_AWAY)):
        other = _overlapping(connection, name, first, last)
        if other is not None:
            raise user_error(
                problem,
                user=name,
                first=paper_date(date.fromisoformat(other.first_day)),
                last=paper_date(date.fromisoformat(other.last_day)),
                number=other.id,
            )


def _overlapping(connection: sa.Connection, worker: str, first: str, last: str) -> Any:
    # One that should be over and is not yet, since nothing has settled it, ends by itself.
    sql = sa.select(leaves).where(
        leaves.c.worker == worker,
        leaves.c.state.in_(ALIVE),
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
        _require_alive(connection, number, unit)
        _end(connection, number, LeaveState.CANCELLED, clock)
        note(connection, clock.now(), by, "", "leave.cancel", detail=str(number))
        return find_leave(connection, number)


def change_leave(
    database: Database,
    number: int,
    last: date,
    clock: Clock,
    *,
    by: str = OFFICE,
    unit: str | None = None,
) -> Leave:
    """Give a leave that is planned or runs another last day; who comes back sooner or later settles by it.

    Of a leave made longer the added days are looked at as those of a new one: that the replacement, or who is
    away, has another leave on the days it had already is how a chain of replacements comes about.

    Raises:
        UserError: CEN-216 one of the two works no longer, CEN-281 to CEN-284.
    """
    with database.writing() as connection:
        lock_absences(connection)
        _begin_and_end(connection, clock, Settled())  # one that is past is not woken up
        former = _require_alive(connection, number, unit)
        was = date.fromisoformat(former.last_day)
        if last == was:
            return former
        _require_days(date.fromisoformat(former.first_day), last, clock.today())
        if last > was:
            for name in (former.worker, former.replacement):
                require_field_worker(connection, name, unit)
            added = (was + timedelta(days=1)).isoformat(), last.isoformat()
            _require_free(connection, former.worker, former.replacement, *added)
        values = {"last_day": last.isoformat()}
        connection.execute(sa.update(leaves).where(leaves.c.id == number).values(values))
        detail = f"{number}: last day {was} -> {last}"
        note(connection, clock.now(), by, "", "leave.change", detail=detail)
        return find_leave(connection, number)


def _require_alive(connection: sa.Connection, number: int, unit: str | None) -> Leave:
    sql = sa.select(leaves.c.id).where(leaves.c.id == number, leaves.c.state.in_(ALIVE))
    if unit is not None:
        sql = sql.where(_of_unit(unit))
    if connection.execute(sql).first() is None:
        raise user_error(NO_SUCH_LEAVE, number=number)
    return find_leave(connection, number)


def list_leaves(
    connection: sa.Connection,
    *,
    unit: str | None = None,
    zone: str | None = None,
    most: int = 1000,
) -> list[Leave]:
    """Leaves of the field workers of a unit or zone, or of all: those that run or come first."""
    alive = sa.case((leaves.c.state.in_(ALIVE), 0), else_=1)
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
            moved = move_some(connection, clock, at_once)
        if moved is None:
            break
        if moved.back:
            done.returned += moved.households
        else:
            done.gone += moved.households
        in_vain = 0 if moved.households else in_vain + 1
    return done


def _anything_to_do(connection: sa.Connection) -> bool:
    alive = sa.select(leaves.c.id).where(leaves.c.state.in_(ALIVE)).limit(1)
    away = sa.select(leave_households.c.leave).limit(1)
    return any(connection.execute(sql).first() is not None for sql in (alive, away))


def _begin_and_end(connection: sa.Connection, clock: Clock, done: Settled) -> None:
    today = clock.today().isoformat()
    past = sa.select(leaves.c.id).where(leaves.c.state.in_(ALIVE), leaves.c.last_day < today)
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
