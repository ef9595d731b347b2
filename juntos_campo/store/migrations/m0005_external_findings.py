"""A table for what other systems say of the households."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_COLUMNS = ("household_id", "member_id", "to_look_at")


def apply(db: Database) -> None:
    generated = "".join(
        f", {column} TEXT GENERATED ALWAYS AS (json_extract(body, '$.{column}')) VIRTUAL"
        for column in _COLUMNS
    )
    db.execute(
        "CREATE TABLE external_finding (id TEXT PRIMARY KEY, server_version INTEGER NOT NULL DEFAULT 0, "
        f"deleted INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL{generated})"
    )
    for column in _COLUMNS:
        db.execute(f"CREATE INDEX external_finding_{column} ON external_finding ({column})")
