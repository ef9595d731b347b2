"""A laptop that was not updated for a while."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import SchoolYear, Settlement
from juntos_campo.store import connection, schema
from juntos_campo.store.migrations import MIGRATION_STEPS
from juntos_campo.store.outbox import waiting
from juntos_campo.store.store import Store

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=LIMA)
PLACE = Settlement(id="s1", name="Curanco", ubigeo="030701", district="Grau", province="Grau")
YEAR = SchoolYear(
    id="y1", household_id="h1", member_id="m1", year=2026, attendance={"2026-04": 92.0}
)


def of_steps(file: Path, monkeypatch: pytest.MonkeyPatch, steps: int) -> Store:
    """A database as the program with so many steps of the schema made it."""
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATION_STEPS", MIGRATION_STEPS[:steps])
        older.setattr(
            connection, "SCHEMA_NAMES", frozenset(name for name, _ in MIGRATION_STEPS[:steps])
        )
        return Store(file, b"k" * 32)


@pytest.mark.parametrize("steps", range(1, len(MIGRATION_STEPS)))
def test_a_database_of_an_older_program_opens_with_everything_in_it_and_takes_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    file = tmp_path / "campo.db"
    store = of_steps(file, monkeypatch, steps)
    with store.transaction(actor="", at=NOW, action="test.load") as tx:
        tx.load(PLACE)
    store.close()
    store = Store(file, b"k" * 32)
    assert store.get(Settlement, "s1") == PLACE
    with store.transaction(actor="", at=NOW, action="test.load") as tx:
        tx.load(YEAR)
    assert store.find(SchoolYear, member_id="m1") == [YEAR]
    store.close()


def test_edits_that_wait_when_the_program_is_renewed_do_not_conflict_with_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "campo.db"
    store = of_steps(file, monkeypatch, 3)
    with store.transaction(actor="", at=NOW, action="test.old") as tx:
        for number, (record, refusal) in enumerate(
            [("v-1", None), ("v-2", None), ("v-1", "No."), ("v-1", None)]
        ):
            tx.execute(
                "INSERT INTO outbox (op_id, kind, record_id, base_version, fields, author, "
                "device_time, refusal) VALUES (?, 'visit', ?, 0, '{}', 'ana', ?, ?)",
                (f"op-{number}", record, NOW.isoformat(), refusal),
            )
    store.close()
    store = Store(file, b"k" * 32)
    assert {one.op_id: one.prev for one in waiting(store)} == {
        "op-0": "",
        "op-1": "",
        "op-3": "op-0",
    }
    assert store.rows("SELECT record_id, op_id FROM last_operation ORDER BY record_id") == [
        ("v-1", "op-3"),
        ("v-2", "op-1"),
    ]
    store.close()
