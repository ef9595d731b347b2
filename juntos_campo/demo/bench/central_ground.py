"""What a measurement of the server stands on: a PostgreSQL that holds a nation's households.

To fill one takes minutes, of a whole nation more than an hour: a filled one may be kept. Then each
measurement takes a copy of it, since measuring changes it.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from juntos_campo.central.database import Database
from juntos_campo.demo.bench.central_postgres import copied, kept_postgresql, postgresql
from juntos_campo.demo.bench.central_seed import Seeded
from juntos_campo.domain.clock import SystemClock

Filled: TypeAlias = Callable[[Database, str, int, date], Seeded]

_FACTS = "lleno.json"


@dataclass(frozen=True, slots=True)
class Ground:
    """An address, what lies there, and how many seconds it took to fill it."""

    address: str
    seeded: Seeded
    seconds: float


@contextmanager
def ground(
    folder: Path, households: int, filled: Filled, *, kept: Path | None = None
) -> Iterator[Ground]:
    """A filled server's database, while the block runs.

    Args:
        folder: where everything goes that is not kept.
        kept: where a filled database lies or shall lie.
    """
    if kept is None:
        with postgresql(folder) as address:
            yield _fill(address, households, filled)
        return
    facts = kept / _FACTS
    if not facts.exists():
        shutil.rmtree(kept, ignore_errors=True)  # not filled to the end
    with kept_postgresql(kept) as address:
        if facts.exists():
            _migrate(address)  # it may have been filled by an older program
        else:
            made = _fill(address, households, filled)
            known = {**asdict(made.seeded), "seconds": made.seconds}
            facts.write_text(json.dumps(known, indent=2), encoding="utf-8")
        known = json.loads(facts.read_text(encoding="utf-8"))
        seconds = known.pop("seconds")
        with copied(address) as copy:
            yield Ground(copy, Seeded(**known), seconds)


def _migrate(address: str) -> None:
    database = Database(address, 2)
    try:
        database.migrate()
    finally:
        database.close()


def _fill(address: str, households: int, filled: Filled) -> Ground:
    database = Database(address, 2)
    began = time.perf_counter()
    try:
        database.migrate()
        seeded = filled(database, address, households, SystemClock().today())
    finally:
        database.close()
    return Ground(address, seeded, time.perf_counter() - began)
