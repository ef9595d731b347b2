"""A server without a socket, on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from office_commands import run

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.settings import ServerSettings, sqlite_url
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.values import Role

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
