"""A nation takes more than an hour to load: a measurement must neither spoil nor forget a loaded one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import psycopg

from juntos_campo.central.database import Database
from juntos_campo.demo.bench.central_ground import ground
from juntos_campo.demo.bench.central_seed import Seeded

_FACTS = Seeded(8_000, 20, 3, 0, 400, load_seconds=2.5, load_mb=140.0)
_COUNT = "SELECT count(*) FROM zones"


def _fill(_database: Database, address: str, _households: int, _today: date) -> Seeded:
    with psycopg.connect(address) as connection:
        connection.execute("INSERT INTO zones (name, unit) VALUES ('Pomacocha', '')")
    return _FACTS


def _fill_no_more(*_given: object) -> Seeded:
    raise AssertionError("filled twice")


def test_what_one_measurement_writes_is_not_there_for_the_next_one(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    (kept / "data").mkdir(parents=True)
    (kept / "data" / "PG_VERSION").write_text("of one whose filling broke off")
    with ground(tmp_path, 1, _fill, kept=kept) as first:
        assert first.seeded == _FACTS
        with psycopg.connect(first.address, autocommit=True) as connection:
            connection.execute("INSERT INTO zones (name, unit) VALUES ('Umari', '')")
            assert connection.execute(_COUNT).fetchone() == (2,)
    with ground(tmp_path, 1, _fill_no_more, kept=kept) as second:
        assert (second.seeded, second.seconds) == (_FACTS, first.seconds)
        with psycopg.connect(second.address) as connection:
            assert connection.execute(_COUNT).fetchone() == (1,)
