"""Random days of an office: whoever is on leave, households lie where they should, and history says so."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.assignment_file import apply_assignments, plan_assignments
from juntos_campo.central.database import Database
from juntos_campo.central.leaves import cancel_leave, change_leave, order_leave, settle
from juntos_campo.central.loading import load
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import assignments, leave_households, records
from juntos_campo.central.units import add_unit
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

WORKERS = ("ana", "beto", "carla", "dana")
UNITS = {"ana": "PUNO", "beto": "PUNO", "carla": "CUSCO", "dana": "CUSCO"}
START = datetime(2026, 11, 2, 8, 0, tzinfo=LIMA)
STEPS = 40
STEP_KINDS = (
    "load", "reassign", "assign", "assign", "leave", "leave", "change", "cancel", "days", "days",
)  # fmt: skip
EVERYTHING = {*STEP_KINDS, "chain", "longer", "refused"}


@dataclass
class Absence:
    """A leave as the oracle knows it; state: planned, running or done."""

    number: int
    worker: str
    replacement: str
    first: date
    last: date
    state: str = "planned"


@dataclass
class Office:
    """What should be so, in plain dictionaries."""

    owner: dict[str, str] = field(default_factory=dict)
    absences: list[Absence] = field(default_factory=list)
    seen: dict[str, list[str]] = field(default_factory=dict)

    def place(self, household: str) -> str:
        worker = self.owner[household]
        for _ in range(len(WORKERS)):
            running = [x for x in self.absences if x.worker == worker and x.state == "running"]
            if not running:
                return worker
            (one,) = running
            worker = one.replacement
        raise AssertionError("a circle of leaves")

    def look(self) -> None:
        """Remember who answers for each household after a step."""
        for household in self.owner:
            past = self.seen.setdefault(household, [])
            if not past or past[-1] != self.place(household):
                past.append(self.place(household))

    def day(self, today: date) -> None:
        for one in self.absences:
            if one.state != "done" and one.last < today:
                one.state = "done"
        for one in self.absences:
            if one.state == "planned" and one.first <= today:
                one.state = "running"

    def busy(self, worker: str, first: date, last: date) -> bool:
        return any(
            x.worker == worker and x.state != "done" and x.first <= last and first <= x.last
            for x in self.absences
        )

    def may_last(self, one: Absence, last: date, today: date) -> bool:
        """Each day that a leave would gain: nobody of the two is away then by another leave."""
        gained = [one.last + timedelta(days=n) for n in range(1, (last - one.last).days + 1)]
        free = not any(
            self.busy(x, day, day) for x in (one.worker, one.replacement) for day in gained
        )
        return free and last >= today and last >= one.first


@dataclass
class Walk:
    """One run: the same things done to the server and to the oracle."""

    database: Database
    folder: Path
    dice: random.Random
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    office: Office = field(default_factory=Office)
    did: dict[str, int] = field(default_factory=dict)

    def home(self, code: str, worker: str) -> Household:
        return Household(id=f"h-{code}", code=code, field_worker=worker, settlement_id="s-1")

    def code(self, household: str) -> str:
        return household.removeprefix("h-")

    def some(self, most: int) -> list[str]:
        known = sorted(self.office.owner)
        return self.dice.sample(known, min(len(known), self.dice.randint(1, most)))

    @contextmanager
    def refused(self) -> Iterator[None]:
        with pytest.raises(UserError):
            yield
        self.did["refused"] = self.did.get("refused", 0) + 1

    def load(self) -> None:
        codes = {f"{self.dice.randint(1, 14):05d}" for _ in range(self.dice.randint(1, 6))}
        named = {code: self.dice.choice(WORKERS) for code in sorted(codes)}
        load(self.database, [self.home(*one) for one in named.items()], self.clock)
        self.office.owner.update({f"h-{code}": worker for code, worker in named.items()})

    def reassign(self) -> None:
        former, new = self.dice.choice(WORKERS), self.dice.choice(WORKERS)
        chosen = self.some(4) if self.dice.random() < 0.8 else []
        owner, place = self.office.owner, self.office.place
        # What lies with him, and what is his.
        his = {one for one in owner if former in {place(one), owner[one]}}
        news = {one for one in owner if owner[one] == new}
        wrong = former == new or any(one not in his or one in news for one in chosen)
        codes = [self.code(one) for one in chosen]
        if wrong:
            with self.refused():
                reassign(self.database, former, new, codes, self.clock)
            return
        reassign(self.database, former, new, codes, self.clock)
        self.office.owner.update(dict.fromkeys(chosen or his, new))

    def assign(self) -> bool:
        """False when there was nothing to assign."""
        chosen, owner = self.some(6), self.office.owner
        former = {one: self.dice.choice((owner[one], self.office.place(one))) for one in chosen}
        wanted = {one: self.dice.choice(WORKERS) for one in chosen}
        if self.dice.random() < 0.7:  # mostly a file without faults
            wanted = {one: new for one, new in wanted.items() if new != former[one]}
        if not wanted:
            return False
        lines = [f"{self.code(one)};{former[one]};{new}" for one, new in wanted.items()]
        file = self.folder / "asignaciones.csv"
        file.write_text("codigo_hogar;de;a\n" + "\n".join(lines), encoding="utf-8")
        plan = plan_assignments(self.database, file)
        wrong = {one for one, new in wanted.items() if new == former[one]}
        assert {fault.household for fault in plan.errors} == {self.code(one) for one in wrong}
        if wrong:
            with self.refused():
                apply_assignments(self.database, plan, self.clock)
            return True
        done = apply_assignments(self.database, plan, self.clock, at_once=2)
        already = [one for one, new in wanted.items() if owner[one] == new]
        assert plan.already == len(already)
        assert (done.households, done.left_alone) == (len(wanted) - len(already), [])
        owner.update(wanted)
        return True

    def leave(self) -> None:
        worker, replacement = self.dice.choice(WORKERS), self.dice.choice(WORKERS)
        running = [one for one in self.office.absences if one.state == "running"]
        if running and self.dice.random() < 0.6:
            worker = self.dice.choice(running).replacement  # who replaces somebody goes away too
            self.did["chain"] = self.did.get("chain", 0) + 1
        today = self.clock.today()
        first = today + timedelta(days=self.dice.randint(-3, 5))
        last = first + timedelta(days=self.dice.randint(0, 9))
        wrong = (
            worker == replacement
            or last < today
            or self.office.busy(worker, first, last)
            or self.office.busy(replacement, first, last)
        )
        if wrong:
            with self.refused():
                order_leave(self.database, worker, replacement, first, last, self.clock)
            return
        made = order_leave(self.database, worker, replacement, first, last, self.clock)
        self.office.absences.append(Absence(made.id, worker, replacement, first, last))
        self.settle()

    def change(self) -> bool:
        """False when there was no leave to change."""
        alive = [one for one in self.office.absences if one.state != "done"]
        if not alive:
            return False
        one, today = self.dice.choice(alive), self.clock.today()
        last = one.last + timedelta(days=self.dice.randint(-6, 9))
        if last != one.last and not self.office.may_last(one, last, today):
            with self.refused():
                change_leave(self.database, one.number, last, self.clock)
            return False
        if last > one.last:
            self.did["longer"] = self.did.get("longer", 0) + 1
        change_leave(self.database, one.number, last, self.clock)
        one.last = last
        self.settle()
        return True

    def cancel(self) -> bool:
        """False when there was no leave to cancel."""
        alive = [one for one in self.office.absences if one.state != "done"]
        if not alive:
            return False
        one = self.dice.choice(alive)
        cancel_leave(self.database, one.number, self.clock)
        one.state = "done"
        self.settle()
        return True

    def days(self) -> None:
        self.clock.advance(timedelta(days=self.dice.randint(1, 4)))
        self.settle()

    def settle(self) -> None:
        settle(self.database, self.clock, at_once=self.dice.randint(1, 4))
        self.office.day(self.clock.today())

    def step(self) -> None:
        self.clock.advance(timedelta(minutes=self.dice.randint(0, 90)))
        self.office.day(self.clock.today())
        settle(self.database, self.clock)  # the day may have changed
        self.office.look()
        name = self.dice.choice(STEP_KINDS)
        if not self.office.owner:
            name = "load"
        if getattr(self, name)() is not False:
            self.did[name] = self.did.get(name, 0) + 1
        self.office.look()

    def check(self) -> None:
        with self.database.reading() as connection:
            lies = {
                row.id: (row.unit, row.partition, row.body)
                for row in connection.execute(
                    sa.select(records).where(records.c.kind == "household")
                )
            }
            history = connection.execute(
                sa.select(assignments).order_by(assignments.c.household, assignments.c.number)
            ).all()
        places = {one: self.office.place(one) for one in self.office.owner}
        assert {one: row[1] for one, row in lies.items()} == {
            one: f"fw:{worker}" for one, worker in places.items()
        }
        for household, worker in places.items():
            assert lies[household][0] == UNITS[worker]
            assert f'"field_worker":"{worker}"' in lies[household][2]
            rows = [row for row in history if row.household == household]
            assert [row.number for row in rows] == list(range(1, len(rows) + 1))
            assert [row.worker for row in rows] == self.office.seen[household]
            assert {row.unit for row in rows} == {UNITS[worker]}
            assert [row.until for row in rows] == [*(row.since for row in rows[1:]), ""]
            assert all(row.since and row.since <= (row.until or "9") for row in rows)

    def everybody_comes_back(self) -> None:
        self.clock.advance(timedelta(days=40))
        self.settle()
        self.office.look()
        self.check()
        assert {one: self.office.place(one) for one in self.office.owner} == self.office.owner
        with self.database.reading() as connection:
            assert connection.execute(sa.select(leave_households)).all() == []


def begin(database: Database) -> None:
    clock = FixedClock(START)
    for unit in sorted(set(UNITS.values())):
        add_unit(database, unit, unit, clock)
    accounts = Accounts(database, ServerSettings(argon2_memory_kib=64, argon2_passes=1), clock)
    for name, unit in UNITS.items():
        accounts.enrol(Account(name, name, Role.FIELD_WORKER, "Z", unit), "papa nativa 2026")


@pytest.mark.parametrize("seed", [103, 104])
def test_after_any_loads_moves_and_leaves_each_household_lies_where_the_office_last_put_it(
    lend: Lender, tmp_path: Path, seed: int
) -> None:
    database = lend.opened("office of two units", begin)
    walk = Walk(database, tmp_path, random.Random(seed))
    for _ in range(STEPS):
        walk.step()
        walk.check()
    walk.everybody_comes_back()
    assert verify(database).findings == []
    # A walk that did nothing of a kind shows nothing.
    assert walk.did.keys() >= EVERYTHING
