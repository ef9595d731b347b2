"""A server filled as an office fills it: the files of a nation, and `juntos-central load`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import psycopg

from juntos_campo.central.database import Database
from juntos_campo.central.units import add_unit
from juntos_campo.demo.bench import nation
from juntos_campo.demo.bench.central_seed import SEED, Seeded, make_people
from juntos_campo.demo.world import DemoError, environment
from juntos_campo.domain.clock import SystemClock

if sys.platform != "win32":
    import resource


def load_files(database: Database, address: str, households: int, today: date) -> Seeded:
    """Fill an empty, prepared server from files.

    Raises:
        DemoError: the load failed.
    """
    for code, name, _ in nation.UNITS:
        add_unit(database, code, name, SystemClock())
    with psycopg.connect(address) as connection:
        devices = make_people(connection, households, {})
    with tempfile.TemporaryDirectory(prefix="padron") as name:
        files = nation.write_nation(Path(name), households, SEED, today)
        began = time.perf_counter()
        _load(address, files)
        took = time.perf_counter() - began
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        counted = "SELECT count(*), count(*) FILTER (WHERE partition = 'ref') FROM records"
        rows, reference = connection.execute(counted).fetchone() or (0, 0)
    workers = sum(1 for _ in nation.workers(households))
    return Seeded(
        households, workers, rows - reference, reference, devices, took, _most_memory_mb()
    )


def _load(address: str, files: tuple[Path, Path, Path]) -> None:
    register, history, schooling = map(str, files)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "juntos_campo.central.cli", "load", "--bulk"),
            *("--register", register, "--history", history, "--schooling", schooling),
            *("--database", address),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=environment(),
    )
    if done.returncode != 0:
        raise DemoError(f"juntos-central load: {done.stderr.strip() or done.stdout.strip()}")


def _most_memory_mb() -> float:
    """Of the largest process this one started and waited for, which is the load."""
    if sys.platform == "win32":
        return 0.0
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
