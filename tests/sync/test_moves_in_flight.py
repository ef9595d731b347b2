"""Households that move while others write and laptops read: every laptop ends with what is its own (R4)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.database import Database
from juntos_campo.central.first_download import read_first_download
from juntos_campo.central.ledger import Ledger, Version
from juntos_campo.central.moving import move_households
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.tables import records
from juntos_campo.domain.entities import Household
from juntos_campo.wire.codec import encode
from juntos_campo.wire.messages import Arrival, SyncRequest

from .conftest import World, household, member

HOMES = [household("ana", number) for number in range(11, 17)]
ANA, BETO = partition_of("ana"), partition_of("beto")
AT = "2026-11-17T08:00:00-05:00"


@pytest.fixture
def postgresql_world(postgresql_world: World) -> World:
    postgresql_world.load(*HOMES, *(member(home) for home in HOMES))
    return postgresql_world


def write_visit(database: Database, home: Household, visit_id: str) -> None:
    """A visit goes to wherever its household is, as an operation does: look, lock, look again."""
    while True:
        with database.writing() as connection:
            lies = _partition(connection, home)
            ledger = Ledger.open(connection, lies)
            if _partition(connection, home) != lies:
                continue
            fields = {"household_id": home.id, "note": visit_id}
            old = ledger.present("visit", visit_id)
            number = old.version.number + 1 if old else 1
            new = Version(number, fields, False, frozenset({"note"}), "ana", "d", AT)
            ledger.write("visit", visit_id, new, old.version if old else None)
            ledger.close()
            return


def _partition(connection: sa.Connection, home: Household) -> str:
    sql = sa.select(records.c.partition).where(
        records.c.kind == "household", records.c.id == home.id
    )
    return str(connection.execute(sql).scalar_one())


def guarded(
    faults: list[BaseException], work: Callable[[Any], None], given: Any
) -> Callable[[], None]:
    """What a thread does; its fault is kept for the test."""

    def run() -> None:
        try:
            work(given)
        except BaseException as fault:
            faults.append(fault)

    return run


def run_beside(
    working: list[threading.Thread], following: list[threading.Thread], stop: threading.Event
) -> None:
    """Start all; once the first have done their work, the others are told to stop."""
    for thread in (*working, *following):
        thread.start()
    for thread in working:
        thread.join(120)
    stop.set()
    for thread in following:
        thread.join(120)


@dataclass
class Reader:
    """A laptop as the protocol describes it, reduced to what it holds: (kind, id) -> version, household."""

    database: Database
    partitions: tuple[str, ...]
    budget: int
    held: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    cursor: dict[str, int] = field(default_factory=dict)
    arriving: dict[str, Arrival] = field(default_factory=dict)
    wanted: dict[str, list[str]] = field(default_factory=dict)
    lying: dict[str, str] = field(default_factory=dict)

    def once(self) -> bool:
        """One exchange; whether there is more to ask for."""
        want = {name: tuple(ids[:3]) for name, ids in self.wanted.items() if ids}
        request = SyncRequest(
            protocol=2, device="d", cursor=self.cursor, arriving=self.arriving, want=want
        )
        with self.database.reading() as connection:
            page = read_first_download(
                connection, self.partitions, request, self.budget, frozenset()
            )
        for one in page.removals:
            # What is in another of the reader's partitions by now stays.
            if self.lying.get(one.id) == one.partition:
                self.lying.pop(one.id)
                self.held = {k: v for k, v in self.held.items() if v[1] != one.id}
        for change in page.changes:
            home = change.id if change.kind == "household" else change.fields["household_id"]
            known = self.held.get((change.kind, change.id), (0, ""))
            self.held[change.kind, change.id] = max(known, (change.version, home))
            self.lying[home] = change.partition
        self.cursor.update(page.cursor)
        self.arriving = dict(page.arriving)
        for name, number in page.served.items():
            self.wanted[name] = self.wanted[name][number:]
        for name, stage in page.arriving.items():
            if name not in self.wanted and stage.at == stage.until:
                lying = [home for home, where in self.lying.items() if where == name]
                self.wanted[name] = lying
            if not self.wanted.get(name, [""]):
                self.cursor[name] = stage.until
                del self.arriving[name]
        return page.more or bool(self.arriving) or any(self.wanted.values())

    def until_done(self) -> None:
        while self.once():
            pass


def lying_in(world: World, *partitions: str) -> dict[tuple[str, str], tuple[int, str]]:
    with world.database.reading() as connection:
        rows = connection.execute(
            sa.select(records).where(records.c.partition.in_(partitions))
        ).all()
    return {(row.kind, row.id): (row.version, row.household) for row in rows}


def test_a_move_that_is_not_committed_is_seen_by_nobody_and_afterwards_by_both(
    postgresql_world: World,
) -> None:
    world, home = postgresql_world, HOMES[0]
    ana, beto = (Reader(world.database, (name,), 10**6) for name in (ANA, BETO))
    for reader in (ana, beto):
        reader.until_done()
    before = dict(ana.held), dict(beto.held)
    with world.database.writing() as connection:
        ledgers = Ledger.open_all(connection, (ANA, BETO))
        move_households(ledgers, ANA, BETO, [home.id], AT)
        for ledger in ledgers.values():
            ledger.close()
        for reader in (ana, beto):
            reader.until_done()
        assert (ana.held, beto.held) == before
    for reader in (ana, beto):
        reader.until_done()
    assert ana.held == lying_in(world, ANA)
    assert beto.held == lying_in(world, BETO)
    assert ("household", home.id) in beto.held


def test_a_household_that_changed_during_its_roster_comes_with_its_whole_history(
    postgresql_world: World,
) -> None:
    world = postgresql_world
    for number, home in enumerate(HOMES):
        write_visit(world.database, home, f"v-{number}")
    reader = Reader(world.database, (ANA,), 1)
    reader.once()  # one record; the roster has begun
    with world.database.writing() as connection:
        ledger = Ledger.open(connection, ANA)
        old = ledger.present("household", HOMES[-1].id)
        assert old is not None
        fields = {**encode(HOMES[-1]), "phone": "983111222"}
        new = Version(2, fields, False, frozenset({"phone"}), "oficina", "", AT)
        ledger.write("household", HOMES[-1].id, new, old.version)
        ledger.close()
    reader.until_done()
    assert reader.held == lying_in(world, ANA)


@pytest.mark.parametrize("late", [False, True])
def test_laptops_that_read_while_households_move_and_are_visited_miss_nothing(
    postgresql_world: World, late: bool
) -> None:
    """Real threads on a real PostgreSQL: two writers, two officials, and laptops that follow or begin."""
    world = postgresql_world
    readers = [
        Reader(world.database, (ANA,), 900),
        Reader(world.database, (BETO,), 2000),
        Reader(world.database, (ANA, BETO), 700),  # a coordinator
        Reader(world.database, (BETO, ANA), 3000),
    ]
    if not late:
        for reader in readers:
            reader.until_done()
    faults: list[BaseException] = []
    stop = threading.Event()

    def visits(first: int) -> None:
        for turn in range(24):
            home = HOMES[(turn + first) % len(HOMES)]
            write_visit(world.database, home, f"v-{first}-{turn % 12}")

    def officials(code: str) -> None:
        for _ in range(4):
            reassign(world.database, "ana", "beto", (code,), world.clock)
            reassign(world.database, "beto", "ana", (code,), world.clock)
        reassign(world.database, "ana", "beto", (code,), world.clock)

    def reading(reader: Reader) -> None:
        while not stop.is_set():
            reader.once()

    working = [threading.Thread(target=guarded(faults, visits, first)) for first in (0, 3)]
    working += [
        threading.Thread(target=guarded(faults, officials, home.code)) for home in HOMES[:2]
    ]
    following = [threading.Thread(target=guarded(faults, reading, one)) for one in readers]
    run_beside(working, following, stop)
    assert not faults
    for reader in readers:
        reader.until_done()
        wanted = lying_in(world, *reader.partitions)
        assert sorted(wanted.items() - reader.held.items()) == []
        assert sorted(reader.held.items() - wanted.items()) == []
    assert {row[1] for row in lying_in(world, BETO).values()} >= {one.id for one in HOMES[:2]}
