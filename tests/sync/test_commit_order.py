"""Transactions that commit out of order: no laptop ever misses a change (PostgreSQL and SQLite)."""

from __future__ import annotations

import threading

import pytest

from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.feed import read_page
from juntos_campo.central.ledger import Ledger, Version
from juntos_campo.wire.messages import Change

from .conftest import World

HOME = partition_of("ana")
BUDGET = 64 * 1024 * 1024


def write_one(ledger: Ledger, record_id: str) -> None:
    paths = frozenset({"note"})
    version = Version(1, {"note": record_id}, False, paths, "ana", "d", "2026-11-17")
    ledger.write("visit", record_id, version, None)


def new_since(world: World, seq: int) -> tuple[list[str], int]:
    """Ids a laptop that stands at `seq` is given, and where it stands then."""
    with world.database.reading() as connection:
        page = read_page(connection, (HOME,), {HOME: seq}, BUDGET, frozenset())
    return [one.id for one in page.changes if isinstance(one, Change)], page.cursor[HOME]


def test_a_change_that_commits_late_is_not_skipped(postgresql_world: World) -> None:
    world = postgresql_world
    _, start = new_since(world, 0)
    done = threading.Event()

    def second_writer() -> None:
        with world.database.writing() as connection:
            ledger = Ledger.open(connection, HOME)  # waits for the first writer
            write_one(ledger, "second")
            ledger.close()
        done.set()

    thread = threading.Thread(target=second_writer)
    with world.database.writing() as connection:
        ledger = Ledger.open(connection, HOME)
        write_one(ledger, "first")
        thread.start()
        assert not done.wait(0.3)
        ledger.close()
        # The first has its number but is not committed: a reader now must not go past it.
        found, reached = new_since(world, start)
        assert (found, reached) == ([], start)
    thread.join()
    found, reached = new_since(world, start)
    assert found == ["first", "second"]
    assert new_since(world, reached) == ([], reached)


def test_a_writer_that_rolls_back_leaves_no_gap(postgresql_world: World) -> None:
    world = postgresql_world
    _, start = new_since(world, 0)

    def fail_after_writing() -> None:
        with world.database.writing() as connection:
            ledger = Ledger.open(connection, HOME)
            write_one(ledger, "lost")
            ledger.close()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    with world.database.writing() as connection:
        ledger = Ledger.open(connection, HOME)
        write_one(ledger, "kept")
        ledger.close()
    assert new_since(world, start) == (["kept"], start + 1)


def test_writers_of_other_territories_do_not_wait_for_each_other(postgresql_world: World) -> None:
    world = postgresql_world
    done = threading.Event()

    def other_territory() -> None:
        with world.database.writing() as connection:
            Ledger.open(connection, partition_of("beto")).close()
        done.set()

    thread = threading.Thread(target=other_territory)
    with world.database.writing() as connection:
        Ledger.open(connection, HOME)
        thread.start()
        assert done.wait(5)
    thread.join()


def test_a_reader_among_many_writers_receives_every_change_once(world: World) -> None:
    _, reached = new_since(world, 0)
    writers, each = 4, 12
    finished = threading.Event()

    def writer(number: int) -> None:
        for turn in range(each):
            with world.database.writing() as connection:
                ledger = Ledger.open(connection, HOME)
                write_one(ledger, f"v-{number}-{turn}")
                ledger.close()

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(writers)]
    received: list[str] = []
    for thread in threads:
        thread.start()

    def wait_for_all() -> None:
        for thread in threads:
            thread.join()
        finished.set()

    waiting = threading.Thread(target=wait_for_all)
    waiting.start()
    while not finished.is_set():
        found, reached = new_since(world, reached)
        received += found
    waiting.join()
    found, reached = new_since(world, reached)
    received += found
    assert len(received) == writers * each
    assert len(set(received)) == writers * each
