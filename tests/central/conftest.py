"""A server without a socket, on either engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import count
from pathlib import Path
from shutil import copy

import pytest
from office_commands import run
from server_databases import Lender, address_of

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.values import Role

from .filled_server import fill

PASSWORD = "papa nativa 2026"
ANA = Account("ana", "Ana Ccori", Role.FIELD_WORKER, "Z1")


def first_morning() -> FixedClock:
    """What `clock` says when a test begins, for what its database begins with."""
    return FixedClock(datetime(2026, 11, 17, 8, 0, tzinfo=LIMA))


@pytest.fixture
def clock() -> FixedClock:
    return first_morning()


@pytest.fixture
def settings(lend: Lender) -> ServerSettings:
    """On each engine; the address is that of `database`."""
    return ServerSettings(
        database_url=lend(), argon2_memory_kib=64, argon2_passes=1, free_attempts=3
    )


@pytest.fixture
def database(settings: ServerSettings) -> Iterator[Database]:
    with closing(Database(settings.database_url)) as made:
        yield made


@pytest.fixture
def accounts(database: Database, settings: ServerSettings, clock: FixedClock) -> Accounts:
    made = Accounts(database, settings, clock)
    made.enrol(ANA, PASSWORD)
    return made


@pytest.fixture
def place(lend_sqlite: Lender, tmp_path: Path) -> Path:
    """Where a server was just set up by its command, on SQLite."""
    folder = tmp_path / "server"
    folder.mkdir()
    copy(lend_sqlite("set_up", set_up).removeprefix("sqlite:///"), folder / "central.db")
    return folder


@pytest.fixture
def address(lend: Lender) -> str:
    """Address of a database that was just set up by the command, on each engine."""
    return lend("set_up", set_up)


def set_up(database: Database) -> None:
    assert run("init", "--database", address_of(database))[0] == 0


@pytest.fixture
def engine(
    lend: Lender, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Database]]:
    """Opens new empty databases of one engine, closed after the test; without the program's schema."""
    numbers = count(1)
    with ExitStack() as ending:

        def make() -> Database:
            url = f"sqlite:///{tmp_path / f'engine{next(numbers)}.db'}"
            if lend.engine == "postgresql":
                url = request.getfixturevalue("new_postgresql")()
            return ending.enter_context(closing(Database(url)))

        yield make


@pytest.fixture
def filled(lend: Lender) -> Database:
    """A server with a bit of everything in it, on each engine, to do with as one likes."""
    return lend.opened("filled", fill_as_always)


@pytest.fixture
def filled_sqlite(lend_sqlite: Lender) -> Database:
    """The same for what has to do with SQLite alone."""
    return lend_sqlite.opened("filled", fill_as_always)


def fill_as_always(database: Database) -> None:
    fill(database, first_morning())


@pytest.fixture
def filled_file(lend_sqlite: Lender, tmp_path: Path) -> Path:
    """The SQLite file of such a server; to be copied."""
    copied = tmp_path / "filled_file.db"
    copy(lend_sqlite("filled", fill_as_always).removeprefix("sqlite:///"), copied)
    return copied
