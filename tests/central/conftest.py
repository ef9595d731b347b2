"""A server without a socket, on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from pathlib import Path
from shutil import copy

import pytest
from office_commands import run
from sync.databases import postgresql

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.settings import ServerSettings, sqlite_url
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.values import Role

from .filled_server import fill

PASSWORD = "papa nativa 2026"
ANA = Account("ana", "Ana Ccori", Role.FIELD_WORKER, "Z1")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 17, 8, 0, tzinfo=LIMA))


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(
        database_url=sqlite_url(tmp_path), argon2_memory_kib=64, argon2_passes=1, free_attempts=3
    )


@pytest.fixture
def database(settings: ServerSettings) -> Iterator[Database]:
    made = Database(settings.database_url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def accounts(database: Database, settings: ServerSettings, clock: FixedClock) -> Accounts:
    made = Accounts(database, settings, clock)
    made.enrol(ANA, PASSWORD)
    return made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a server was just set up by its command."""
    assert run("init", "--data", tmp_path / "server")[0] == 0
    return tmp_path / "server"


@pytest.fixture(scope="session")
def new_postgresql() -> Iterator[Callable[[], str]]:
    """Makes an empty database in a real PostgreSQL that lives as long as the tests; its address."""
    with postgresql() as make:
        yield make


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgresql: Callable[[], str]
) -> Iterator[Callable[[], Database]]:
    """Opens new empty databases of one engine, closed after the test."""
    numbers = count(1)
    with ExitStack() as closing:

        def make() -> Database:
            url = f"sqlite:///{tmp_path / f'engine{next(numbers)}.db'}"
            made = Database(new_postgresql() if request.param == "postgresql" else url)
            closing.callback(made.close)
            return made

        yield make


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of a server with a bit of everything in it; to be copied."""
    path = tmp_path_factory.mktemp("filled") / "central.db"
    made = Database(f"sqlite:///{path}")
    made.migrate()
    fill(made, FixedClock(datetime(2026, 11, 17, 8, 0, tzinfo=LIMA)))
    made.close()
    return path


@pytest.fixture
def filled(filled_file: Path, tmp_path: Path) -> Iterator[Database]:
    """Such a server, to do with as one likes."""
    copy(filled_file, tmp_path / "filled.db")
    made = Database(f"sqlite:///{tmp_path / 'filled.db'}")
    yield made
    made.close()
