"""Addresses for the offices: ``/v1/assignments`` and ``/v1/leaves``.

Whoever asks about what is beyond his permission is told what he would be told if it did not exist.
"""

from __future__ import annotations

import re
import tempfile
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from juntos_campo.central.accounts import Account
from juntos_campo.central.assignment_file import apply_assignments, plan_assignments
from juntos_campo.central.assignment_messages import (
    AssignmentInfo,
    AssignmentList,
    AssignmentReport,
    LeaveChange,
    LeaveInfo,
    LeaveList,
    LeaveOrder,
    RowFault,
)
from juntos_campo.central.assignments import (
    Assignment,
    history_of,
    household_id,
    households_of,
)
from juntos_campo.central.callers import Caller
from juntos_campo.central.door import Door
from juntos_campo.central.http_bodies import json_answer, read_body, read_message
from juntos_campo.central.leaves import (
    Leave,
    cancel_leave,
    change_leave,
    find_leave,
    list_leaves,
    order_leave,
    settle,
)
from juntos_campo.central.permissions import Action, Scope
from juntos_campo.central.problems import MESSAGE_UNREADABLE
from juntos_campo.central.tables import users
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Role

MOST_ROWS = 1000
_MOST_FAULTS = 500
_ORDER_BYTES = 4096
_NO_ONES_UNIT = "-"
_KEY = re.compile(r"[^\x00-\x1f]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


def add_assignments(app: FastAPI, door: Door, max_body: int) -> None:
    """Serve them. `max_body`: bytes of a file at most."""
    work = _Work(door)

    @app.get("/v1/assignments")
    async def look(request: Request) -> Response:
        caller = await door.admit(request, Action.SEE_ASSIGNMENTS)
        asked = request.query_params
        named = [name for name in ("household", "worker") if name in asked]
        after = asked.get("after", "")
        if len(named) != 1 or not _KEY.fullmatch(asked[named[0]]) or len(after) > 64:
            raise user_error(MESSAGE_UNREADABLE, detail="household o worker")
        found = await run_in_threadpool(
            work.assignments, caller.account, named[0], asked[named[0]], after
        )
        return json_answer(request, found)

    @app.post("/v1/assignments")
    async def assign(request: Request) -> Response:
        caller = await door.admit(request, Action.ASSIGN)
        dry_run = request.query_params.get("dry_run", "0")
        if dry_run not in {"0", "1"}:
            raise user_error(MESSAGE_UNREADABLE, detail="dry_run")
        data = await read_body(request, max_body)
        done = await run_in_threadpool(work.assign, caller, data, dry_run == "1")
        return json_answer(request, done)

    @app.get("/v1/leaves")
    async def see_leaves(request: Request) -> Response:
        caller = await door.admit(request, Action.SEE_ASSIGNMENTS)
        return json_answer(request, await run_in_threadpool(work.leaves, caller.account))

    @app.post("/v1/leaves")
    async def order(request: Request) -> Response:
        caller = await door.admit(request, Action.ASSIGN)
        message = await read_message(request, LeaveOrder, _ORDER_BYTES)
        return json_answer(request, await run_in_threadpool(work.order, caller, message))

    @app.patch("/v1/leaves/{number}")
    async def change(request: Request, number: str) -> Response:
        caller = await door.admit(request, Action.ASSIGN)
        message = await read_message(request, LeaveChange, _ORDER_BYTES)
        done = await run_in_threadpool(work.change, caller, _leave_number(number), message)
        return json_answer(request, done)

    @app.delete("/v1/leaves/{number}")
    async def cancel(request: Request, number: str) -> Response:
        caller = await door.admit(request, Action.ASSIGN)
        done = await run_in_threadpool(work.cancel, caller, _leave_number(number))
        return json_answer(request, done)


class _Work:
    """What the routes do, in threads of their own."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.database = door.accounts.database
        self.clock = door.accounts.clock

    def assignments(self, account: Account, by: str, name: str, after: str) -> AssignmentList:
        with self.database.reading() as connection:
            if by == "household":
                rows = history_of(connection, household_id(name)) or history_of(connection, name)
                seen = bool(rows) and self._may_see(connection, account, rows[-1].worker)
                return AssignmentList(assignments=_told(rows) if seen else ())
            if not self._may_see(connection, account, name):
                return AssignmentList()
            rows = households_of(connection, name, MOST_ROWS + 1, after)
        if len(rows) <= MOST_ROWS:
            return AssignmentList(assignments=_told(rows))
        # Whole households: the last of them may go on in the next answer.
        whole = [row for row in rows if row.household != rows[-1].household]
        return AssignmentList(assignments=_told(whole), more=True)

    def _may_see(self, connection: sa.Connection, account: Account, worker: str) -> bool:
        scope = self._scope(account, Action.SEE_ASSIGNMENTS)
        row = connection.execute(
            sa.select(users).where(users.c.name == worker, users.c.role == Role.FIELD_WORKER.value)
        ).first()
        if row is None:
            return False
        if scope is Scope.NATION:
            return True
        if scope is Scope.UNIT:
            return bool(account.unit and row.unit == account.unit)
        return scope is Scope.ZONE and bool(account.zone and row.zone == account.zone)

    def _scope(self, account: Account, action: Action) -> Scope:
        return self._door.scope(Caller(account, "", 0), action)

    def _unit(self, account: Account) -> str | None:
        """Within which unit somebody may order; None: within any."""
        if self._scope(account, Action.ASSIGN) is Scope.NATION:
            return None
        return account.unit or _NO_ONES_UNIT

    def assign(self, caller: Caller, data: bytes, dry_run: bool) -> AssignmentReport:
        with tempfile.TemporaryDirectory(prefix="assignments") as folder:
            file = Path(folder) / "asignaciones"
            file.write_bytes(data)
            plan = plan_assignments(self.database, file, unit=self._unit(caller.account))
        faults = tuple(
            RowFault(
                row=one.row,
                column=one.column,
                code=one.code,
                what=one.reason,
                remedy=one.remedy,
            )
            for one in plan.faults[:_MOST_FAULTS]
        )
        if plan.errors or dry_run:
            return AssignmentReport(
                dry_run=dry_run,
                accepted=not plan.errors,
                households=0 if plan.errors else plan.households,
                already=plan.already,
                faults=faults,
            )
        done = apply_assignments(self.database, plan, self.clock, by=caller.account.name)
        return AssignmentReport(
            accepted=True,
            households=done.households,
            already=plan.already,
            left_alone=tuple(done.left_alone),
            faults=faults,
        )

    def leaves(self, account: Account) -> LeaveList:
        scope = self._scope(account, Action.SEE_ASSIGNMENTS)
        unit = account.unit if scope is Scope.UNIT else None
        zone = account.zone if scope is Scope.ZONE else None
        if "" in {unit, zone}:
            return LeaveList()
        with self.database.reading() as connection:
            rows = list_leaves(connection, unit=unit, zone=zone)
        return LeaveList(leaves=tuple(_leave(one) for one in rows))

    def order(self, caller: Caller, order: LeaveOrder) -> LeaveInfo:
        made = order_leave(
            self.database,
            order.worker,
            order.replacement,
            order.first_day,
            order.last_day,
            self.clock,
            by=caller.account.name,
            unit=self._unit(caller.account),
        )
        return self._settled(made)

    def change(self, caller: Caller, number: int, change: LeaveChange) -> LeaveInfo:
        made = change_leave(
            self.database,
            number,
            change.last_day,
            self.clock,
            by=caller.account.name,
            unit=self._unit(caller.account),
        )
        return self._settled(made)

    def cancel(self, caller: Caller, number: int) -> LeaveInfo:
        unit = self._unit(caller.account)
        made = cancel_leave(self.database, number, self.clock, by=caller.account.name, unit=unit)
        return self._settled(made)

    def _settled(self, made: Leave) -> LeaveInfo:
        """The leave after its households moved. Should that be cut off, the hourly look goes on with it."""
        settle(self.database, self.clock)
        with self.database.reading() as connection:
            return _leave(find_leave(connection, made.id))


def _leave_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise user_error(MESSAGE_UNREADABLE, detail="number")
    return int(text)


def _told(rows: list[Assignment]) -> tuple[AssignmentInfo, ...]:
    return tuple(
        AssignmentInfo(
            unit=row.unit,
            household=row.household,
            number=row.number,
            worker=row.worker,
            since=_moment(row.since),
            ended_at=_moment(row.until),
            reason=row.reason,
            ordered_by=row.ordered_by,
        )
        for row in rows
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _leave(one: Leave) -> LeaveInfo:
    return LeaveInfo.model_validate(
        {
            "number": one.id,
            "worker": one.worker,
            "replacement": one.replacement,
            "first_day": one.first_day,
            "last_day": one.last_day,
            "state": one.state,
            "ordered_by": one.ordered_by,
            "away": one.away,
        }
    )
