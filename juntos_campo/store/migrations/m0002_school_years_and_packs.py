"""Tables for the years at school and for the rule packs the office sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

RECORD_TABLES: dict[str, tuple[str, ...]] = {
    "school_year": ("household_id", "member_id", "school_id"),
    "rule_pack": ("pack_id",),
}


def apply(db: Database) -> None:
    for table, columns in RECORD_TABLES.items():
        generated = "".join(
            f", {column} TEXT GENERATED ALWAYS AS (json_extract(body, '$.{column}')) VIRTUAL"
            for column in columns
        )
        db.execute(
            f"CREATE TABLE {table} (id TEXT PRIMARY KEY, server_version INTEGER NOT NULL DEFAULT 0, "
            f"deleted INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL{generated})"
        )
        for column in columns:
            db.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
