"""A load in bulk leaves behind what the small way would: loaded once, again, changed, faulty, cut off."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.absences import LeaveState
from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.bulk.load import BulkLoad, Files
from juntos_campo.central.database import Database
from juntos_campo.central.erasure import Target, erase
from juntos_campo.central.loading import load
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import leaves, partitions, records
from juntos_campo.central.units import add_unit
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.register.history import read_history
from juntos_campo.register.reader import read_register

from .bulk_files import CHANGES, DAY, FAULTS, Office
from .bulk_world import bulk, differing, leftovers, small, told
from .conftest import first_morning

WORKERS = ("ana", "beto", "carla")


def server(lend: Lender) -> Database:
    """ana works in Puno, beto in Cusco; carla is not enrolled yet."""
    return lend.opened("server for loads in bulk", begin)


def begin(database: Database) -> None:
    clock = first_morning()
    for code in ("PUNO", "CUSCO"):
        add_unit(database, code, f"Unidad {code}", clock)
    accounts = Accounts(database, ServerSettings(argon2_memory_kib=64, argon2_passes=1), clock)
    for name, unit in (("ana", "PUNO"), ("beto", "CUSCO")):
        accounts.enrol(Account(name, name, Role.FIELD_WORKER, "Z1", unit), "papa nativa 2026")


def live_on(database: Database, clock: FixedClock, rng: Random) -> None:
    """What happens on a server between two loads; the same on two that hold the same."""
    with database.reading() as connection:
        homes = connection.execute(
            sa.select(records).where(records.c.kind == "household").order_by(records.c.id)
        ).all()
        people = connection.execute(
            sa.select(records).where(records.c.kind == "member").order_by(records.c.id)
        ).all()
    visited, deleted, newer = rng.sample(homes, 3)
    gone, left = rng.sample(people, 2)
    seen = ServiceEvent(
        id=f"v-{visited.id[:8]}", household_id=visited.id, member_id="", service="CRED", on=DAY
    )
    load(database, [seen], clock)
    with database.writing() as connection:
        for row, values in (
            (deleted, {"deleted": True}),
            (newer, {"body": json.dumps({**json.loads(newer.body), "de_mañana": [1]})}),
            (left, {"body": json.dumps({**json.loads(left.body), "left_on": "2026-10-01"})}),
        ):
            connection.execute(sa.update(records).where(records.c.id == row.id).values(values))
    erase(database, Target("member", gone.id, (gone.id,)), clock)
    other = rng.choice(homes)
    if other.id not in (visited.id, deleted.id, newer.id):
        erase(database, Target("household", other.id, (other.id,)), clock)


def go_on_leave(database: Database, worker: str, replacement: str) -> None:
    """A leave runs from now on; nothing has moved yet."""
    with database.writing() as connection:
        connection.execute(
            sa.insert(leaves).values(
                id=1,
                worker=worker,
                replacement=replacement,
                first_day="2026-11-01",
                last_day="2026-12-31",
                state=LeaveState.RUNNING.value,
            )
        )


@pytest.mark.parametrize("seed", range(2))
def test_what_laptops_receive_does_not_depend_on_the_size_of_the_file(
    lend: Lender, clock: FixedClock, tmp_path: Path, seed: int
) -> None:
    one, two = server(lend), server(lend)
    office = Office.new(seed, 9, WORKERS)
    rng = Random(seed)
    for step in range(3):
        files = office.write(tmp_path / f"{seed}-{step}", accept_good=True)
        report, done = small(one, files, clock), bulk(two, files, clock)
        assert differing(one, two) == []
        assert (done.added, done.changed) == (
            {kind: report.added[kind] for kind in sorted(report.added)},
            report.changed,
        )
        assert (done.same, done.moved, done.erased) == (report.same, report.moved, report.erased)
        assert leftovers(two) == []
        assert numbers_are_sound(two)
        for database in (one, two):
            live_on(database, clock, Random(1000 * seed + step))
            if step == seed:
                go_on_leave(database, "ana", "beto")
        for change in rng.choices(CHANGES, k=9):
            change(office)
        for fault in FAULTS[: step + 3]:
            fault(office)
    assert {one.check for one in verify(two).findings} <= {"record.body"}


def numbers_are_sound(database: Database) -> bool:
    """No number is beyond the last of its partition, so that no laptop misses what comes next."""
    beyond = sa.select(records.c.id).join(partitions, partitions.c.name == records.c.partition)
    with database.reading() as connection:
        found = connection.execute(beyond.where(records.c.seq > partitions.c.last_seq).limit(1))
        return found.first() is None


def test_the_same_files_again_change_nothing(
    lend: Lender, clock: FixedClock, tmp_path: Path
) -> None:
    database = server(lend)
    files = Office.new(5, 8, WORKERS).write(tmp_path / "files")
    first = bulk(database, files, clock)
    with database.reading() as connection:
        before = connection.execute(sa.select(records).order_by(records.c.id)).all()
    again = bulk(database, files, clock)
    assert again.nothing_changed
    assert again.same == sum(first.added.values())
    with database.reading() as connection:
        assert connection.execute(sa.select(records).order_by(records.c.id)).all() == before


def test_a_dry_run_tells_what_would_change_and_changes_nothing(
    lend: Lender, clock: FixedClock, tmp_path: Path
) -> None:
    database = server(lend)
    office = Office.new(5, 8, WORKERS)
    bulk(database, office.write(tmp_path / "first"), clock)
    before = told(database)
    office.new_telephone()
    next_files = office.write(tmp_path / "next")
    dry = bulk(database, next_files, clock, dry_run=True)
    assert (dry.changed, dry.applied) == ({"household": 1}, False)
    assert told(database) == before
    assert leftovers(database) == []
    assert bulk(database, next_files, clock).changed == {"household": 1}


def test_every_fault_of_a_small_load_is_told_in_bulk_with_its_row(
    lend: Lender, clock: FixedClock, tmp_path: Path
) -> None:
    database = server(lend)
    for seed in range(4):
        office = Office.new(seed, 10, WORKERS)
        for fault in Random(seed).choices(FAULTS, k=8):
            fault(office)
        if seed % 2:
            office.scatter()
        files = office.write(tmp_path / f"faults{seed}", accept_good=True)
        out = tmp_path / f"faults{seed}.csv"
        bulk(database, files, clock, dry_run=True, faults_to=out)
        assert files.register is not None
        assert files.history is not None
        expected = read_register(files.register, DAY)
        services = read_history(
            files.history, expected.members, DAY, expected.pregnancies, expected.left_out
        )
        with out.open(encoding="utf-8-sig", newline="") as file:
            found = list(csv.DictReader(file, delimiter=";"))
        for name, reading in (("padrón", expected), ("historial", services)):
            mine = Counter(
                (one["fila"], one["columna"], one["codigo"], one["hogar"])
                for one in found
                if one["archivo"] == name
            )
            assert mine == Counter(
                (str(one.row or ""), one.column, one.code, one.household) for one in reading.faults
            )


def test_a_faulty_file_is_refused_whole_and_leaves_nothing_behind(
    lend: Lender, clock: FixedClock, tmp_path: Path
) -> None:
    database = server(lend)
    office = Office.new(5, 8, WORKERS)
    office.register[3]["sexo"] = "X"
    before = told(database)
    with pytest.raises(UserError, match="fila 5, sexo"):
        bulk(database, office.write(tmp_path / "files"), clock)
    assert told(database) == before
    assert leftovers(database) == []


class Killed(BaseException):
    """The load is cut off."""


@pytest.mark.parametrize("seed", range(2))
def test_a_load_killed_while_it_is_applied_ends_as_if_it_had_not_been(
    lend: Lender, clock: FixedClock, tmp_path: Path, seed: int
) -> None:
    whole, cut = server(lend), server(lend)
    office, rng = Office.new(seed, 8, WORKERS), Random(seed)
    for step in range(2):
        files = office.write(tmp_path / f"{seed}-{step}", accept_good=True)
        bulk(whole, files, clock)
        for _ in range(3):
            kill_after(cut, files, clock, rng.randint(1, 30))
        bulk(cut, files, clock)
        assert differing(whole, cut) == []
        assert leftovers(cut) == []
        assert numbers_are_sound(cut)
        for change in rng.choices(CHANGES, k=5):
            change(office)
    assert verify(cut).findings == []


def kill_after(database: Database, files: Files, clock: FixedClock, statements: int) -> None:
    """Cut a load off after so many statements of applying, or let it end before."""
    left = statements
    applying = False

    def count(*_of: object) -> None:
        nonlocal left
        left -= applying
        if left == -1:  # once: what is undone afterwards are statements too
            raise Killed

    def progress(what: str, _done: int, _total: int) -> None:
        nonlocal applying
        applying = applying or what.startswith("Comparando")

    sa.event.listen(database.engine, "before_cursor_execute", count)
    try:
        BulkLoad(database, clock, lambda: "load", lambda: 0.0, progress).run(files)
    except Killed:
        pass
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", count)


def test_a_load_that_was_cut_off_is_finished_or_dropped_before_another_begins(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    office = Office.new(5, 8, WORKERS)
    files = office.write(tmp_path / "first")
    office.new_telephone()
    others = office.write(tmp_path / "others")
    work = BulkLoad(database, clock, lambda: "load", lambda: 0.0)
    with pytest.raises(UserError, match="No hay ninguna carga"):
        work.resume()
    kill_after(database, files, clock, 12)
    with pytest.raises(UserError, match="--resume"):
        work.run(others)
    assert work.resume().applied
    assert work.run(others).changed == {"household": 1}
