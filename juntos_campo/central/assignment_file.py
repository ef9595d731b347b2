"""Many households given to other field workers at once, as a table says: CSV or Excel.

All of it is checked first and nothing is done when a row is wrong. Then households go over some at a time,
each with everything about it; a run that was cut off is simply run again, since what is done already is no
fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.absences import Absences, give_to, lock_absences, owners_of
from juntos_campo.central.assignment_problems import ASSIGNMENTS_REFUSED, TWICE_IN_FILE
from juntos_campo.central.assignments import Reason
from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import FIELD_WORKERS, Ledger
from juntos_campo.central.problems import NOT_A_FIELD_WORKER, NOT_HIS_HOUSEHOLD, SAME_FIELD_WORKER
from juntos_campo.central.reassigning import Home, Order, hand_over, homes_of, lying_in
from juntos_campo.central.tables import users
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import OFFICE, Role
from juntos_campo.register import cells, problems
from juntos_campo.register.faults import Fault
from juntos_campo.register.layout import Column
from juntos_campo.register.reader import file_fault
from juntos_campo.register.table import Table, open_table

CODE, FORMER, NEW = "codigo_hogar", "de", "a"

ASSIGNMENT_COLUMNS: tuple[Column, ...] = (
    Column(CODE, "Código del hogar en el programa", required=True),
    Column(FORMER, "Usuario del gestor que lo tiene a su cargo", required=True),
    Column(NEW, "Usuario del gestor que lo tendrá", required=True),
)
"""The documented layout: one row a household."""

AT_ONCE = 200
"""Households that go over in one transaction."""


@dataclass(frozen=True, slots=True)
class Move:
    """Households that go from the partition where they lie to a field worker."""

    source: str
    new: str
    households: tuple[Home, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do.

    Attributes:
        already: rows whose household is the new field worker's already, with him or his replacement.
        faults: what is wrong, by row; with any, nothing is done.
    """

    moves: tuple[Move, ...] = ()
    already: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if not fault.is_warning)

    @property
    def households(self) -> int:
        return sum(len(one.households) for one in self.moves)


@dataclass(slots=True)
class Assigned:
    """What was done; `left_alone`: codes of households that went elsewhere meanwhile."""

    households: int
    records: int
    left_alone: list[str]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    code: str
    former: str
    new: str


def plan_assignments(database: Database, path: Path, *, unit: str | None = None) -> Plan:
    """Check a file and say what it would do. Whatever is wrong is a fault; nothing is raised.

    Args:
        unit: only households and field workers of this territorial unit; None: of any.
    """
    try:
        table = open_table(path, ASSIGNMENT_COLUMNS)
    except UserError as error:
        return Plan(faults=(file_fault(error),))
    faults = list(table.notes)
    rows = _rows(table, faults)
    with database.reading() as connection:
        return _Planner(connection, unit, faults).plan(rows)


def apply_assignments(
    database: Database,
    plan: Plan,
    clock: Clock,
    *,
    by: str = OFFICE,
    at_once: int = AT_ONCE,
    progress: Callable[[int], None] = lambda _done: None,
) -> Assigned:
    """Do what a plan without faults says.

    Args:
        by: who orders it.
        progress: is given the number of households done so far.

    Raises:
        UserError: CEN-285 the plan has faults; nothing was done.
    """
    require_clean(plan, "El archivo")
    done, seen = Assigned(0, 0, []), 0
    for move in plan.moves:
        for start in range(0, len(move.households), at_once):
            some = move.households[start : start + at_once]
            _apply(database, move, some, Order(by, clock.now(), Reason.REASSIGNED), done)
            seen += len(some)
            progress(seen)
    return done


def require_clean(plan: Plan, name: str) -> None:
    """Raises UserError CEN-285, which tells the first fault, unless a plan has none."""
    if not plan.errors:
        return
    first = plan.errors[0]
    place = f"fila {first.row}, {first.column}: " if first.row else ""
    number = len({one.row for one in plan.errors})
    raise user_error(
        ASSIGNMENTS_REFUSED,
        file=name,
        count=count(number, "fila con errores", "filas con errores")
        if first.row
        else "un problema",
        first=f"{place}{first.reason} {first.remedy}",
    )


def _apply(
    database: Database, move: Move, some: Sequence[Home], order: Order, done: Assigned
) -> None:
    with database.writing() as connection:
        lock_absences(connection, shared=True)
        absences = Absences.now(connection)
        target = partition_of(absences.answers_for(move.new))
        ledgers = Ledger.open_all(connection, (move.source, target))
        there = lying_in(ledgers[move.source], [one.id for one in some])
        done.records += hand_over(ledgers, move.source, target, there, order)
        give_to(connection, absences, move.new, there)
        for ledger in ledgers.values():
            ledger.close()
    done.households += len(there)
    done.left_alone += [one.code for one in some if one.id not in there]


def _rows(table: Table, faults: list[Fault]) -> list[_Row]:
    """Rows all of whose cells can be read."""
    found = []
    for number, texts in table.rows:
        if len(texts) > table.width:
            details = {"cells": str(len(texts)), "columns": str(table.width)}
            faults.append(Fault(problems.TOO_MANY_CELLS, number, details=details))
            continue
        said: dict[str, str] = {}
        for name, position in table.positions.items():
            cell = texts[position] if position < len(texts) else ""
            try:
                said[name] = cells.text(cell)
            except cells.CellError as error:
                faults.append(Fault(error.problem, number, name, cell[:80], details=error.details))
                continue
            if not said[name]:
                faults.append(Fault(problems.EMPTY_CELL, number, name))
        if all(said.get(column.name) for column in ASSIGNMENT_COLUMNS):
            found.append(_Row(number, said[CODE].upper(), said[FORMER], said[NEW]))
    return found


class _Planner:
    """Checks rows against what the database says; the homes of each field worker are read once."""

    def __init__(self, connection: sa.Connection, unit: str | None, faults: list[Fault]) -> None:
        self._connection = connection
        self._absences = Absences.now(connection)
        self._faults = faults
        sql = sa.select(users.c.name).where(users.c.role == Role.FIELD_WORKER.value, users.c.active)
        of_unit = sql if unit is None else sql.where(users.c.unit == unit)
        self._workers = frozenset(connection.execute(of_unit).scalars())
        self._unit = unit
        self._homes: dict[str, dict[str, Home]] = {}
        self._owners: dict[str, str] = {}

    def plan(self, rows: Sequence[_Row]) -> Plan:
        seen: dict[str, int] = {}
        moves: dict[tuple[str, str], list[Home]] = {}
        already = 0
        for row in rows:
            other = seen.setdefault(row.code, row.number)
            if other != row.number:
                self._fault(row, TWICE_IN_FILE, CODE, row.code, code=row.code, other=str(other))
                continue
            home = self._checked(row)
            if home is None:
                continue
            if self._owner(home) == row.new:
                already += 1
                continue
            moves.setdefault((home.partition, row.new), []).append(home)
        self._faults.sort(key=lambda fault: fault.row)
        ordered = [
            Move(source, new, tuple(homes)) for (source, new), homes in sorted(moves.items())
        ]
        return Plan(tuple(ordered), already, tuple(self._faults))

    def _checked(self, row: _Row) -> Home | None:
        """The household of a row without a fault."""
        if row.former == row.new:
            self._fault(row, SAME_FIELD_WORKER, NEW, row.new)
            return None
        if row.new not in self._workers:
            self._fault(row, NOT_A_FIELD_WORKER, NEW, row.new, user=row.new)
            return None
        home = self._of(row.former).get(row.code)
        done = self._of(row.new).get(row.code)
        if done is not None and self._owner(done) == row.new:
            return done
        if home is None:
            self._fault(row, NOT_HIS_HOUSEHOLD, CODE, row.code, code=row.code, user=row.former)
        return home

    def _of(self, worker: str) -> dict[str, Home]:
        """What lies with a field worker, or is his; nothing of one of another unit."""
        if self._unit is not None and worker not in self._workers:
            return {}
        if worker not in self._homes:
            found = homes_of(self._connection, self._absences, worker)
            self._homes[worker] = {code.upper(): home for code, home in found.items()}
            ids = [home.id for home in found.values()]
            self._owners.update(owners_of(self._connection, ids))
        return self._homes[worker]

    def _owner(self, home: Home) -> str:
        return self._owners.get(home.id, home.partition.removeprefix(FIELD_WORKERS))

    def _fault(self, row: _Row, problem: Problem, column: str, value: str, **details: str) -> None:
        self._faults.append(Fault(problem, row.number, column, value, row.code, details))
