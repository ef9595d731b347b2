"""Tables for our other forms, the way of the official ones, the office's definitions and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

RECORD_TABLES: dict[str, tuple[str, ...]] = {
    "form_definition": ("form_id",),
    "form_handling": ("field_worker", "facility_id", "school_id", "bimester"),
    "field_record": ("household_id", "member_id", "form_id", "field_worker", "facility_id"),
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
    for column in ("school_id", "bimester"):
        db.execute(
            f"ALTER TABLE form_record ADD COLUMN {column} TEXT GENERATED ALWAYS AS "
            f"(json_extract(body, '$.{column}')) VIRTUAL"
        )
        db.execute(f"CREATE INDEX form_record_{column} ON form_record ({column})")
    for statement in _OTHER_TABLES:
        db.execute(statement)


_OTHER_TABLES = (
    # Photos, signatures and files. `id` is the SHA-256 of the bytes with the extension of the file.
    """CREATE TABLE attachment (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, media TEXT NOT NULL, size INTEGER NOT NULL,
        added_at TEXT NOT NULL, data BLOB NOT NULL)""",
    # Every definition a record was made with on this laptop, to read it by for ever.
    """CREATE TABLE form_text (
        form_id TEXT NOT NULL, version TEXT NOT NULL, file TEXT NOT NULL, text TEXT NOT NULL,
        tables TEXT NOT NULL, kept_at TEXT NOT NULL, PRIMARY KEY (form_id, version)) WITHOUT ROWID""",
)
