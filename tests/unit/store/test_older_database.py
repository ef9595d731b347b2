"""A laptop that was not updated for a while."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import SchoolYear, Settlement
from juntos_campo.store import connection, schema
from juntos_campo.store.migrations import MIGRATION_STEPS
from juntos_campo.store.store import Store

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=LIMA)
PLACE = Settlement(id="s1", name="Curanco", ubigeo="030701", district="Grau", province="Grau")
YEAR = SchoolYear(
    id="y1", household_id="h1", member_id="m1", year=2026, attendance={"2026-04": 92.0}
)


@pytest.mark.parametrize("steps", range(1, len(MIGRATION_STEPS)))
def test_a_database_of_an_older_program_opens_with_everything_in_it_and_takes_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    file = tmp_path / "campo.db"
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATION_STEPS", MIGRATION_STEPS[:steps])
        older.setattr(
            connection, "SCHEMA_NAMES", frozenset(name for name, _ in MIGRATION_STEPS[:steps])
        )
        store = Store(file, b"k" * 32)
        with store.transaction(actor="", at=NOW, action="test.load") as tx:
            tx.load(PLACE)
        store.close()
    store = Store(file, b"k" * 32)
    assert store.get(Settlement, "s1") == PLACE
    with store.transaction(actor="", at=NOW, action="test.load") as tx:
        tx.load(YEAR)
    assert store.find(SchoolYear, member_id="m1") == [YEAR]
    store.close()
