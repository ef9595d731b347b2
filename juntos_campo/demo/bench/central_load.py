"""A server filled as an office fills it: the files of a nation, and `juntos-central load`."""

from __future__ import annotations

import os
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
from juntos_campo.demo.bench.processors import most_memory_mb
from juntos_campo.demo.world import DemoError, environment
from juntos_campo.domain.clock import SystemClock

_LOOK_EVERY = 0.5
"""Seconds between two looks at the memory, of which the system itself keeps the most."""


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
        files = nation.write_nation(Path(name), households, SEED, today, processes=os.cpu_count())
        began = time.perf_counter()
        most_mb = _load(address, files)
        took = time.perf_counter() - began
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        counted = "SELECT count(*), count(*) FILTER (WHERE partition = 'ref') FROM records"
        rows, reference = connection.execute(counted).fetchone() or (0, 0)
    workers = sum(1 for _ in nation.workers(households))
    return Seeded(households, workers, rows - reference, reference, devices, took, most_mb)


def _load(address: str, files: tuple[Path, Path, Path]) -> float:
    """The most memory, in MB, that the load took."""
    register, history, schooling = map(str, files)
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "juntos_campo.central.cli", "load", "--bulk"),
                *("--register", register, "--history", history, "--schooling", schooling),
                *("--database", address),
            ],
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment(),
        )
        most_mb = 0.0
        while process.poll() is None:
            most_mb = max(most_mb, most_memory_mb(process.pid))
            time.sleep(_LOOK_EVERY)
        said.seek(0)
        if process.returncode != 0:
            raise DemoError(f"juntos-central load: {said.read().strip()}")
    return most_mb
