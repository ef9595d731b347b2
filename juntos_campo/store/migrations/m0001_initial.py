"""First schema.

One table a kind of record. A record is its JSON body; the columns that are searched by are generated
from it, so that body and columns cannot disagree and a new field needs no migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

RECORD_TABLES: dict[str, tuple[str, ...]] = {
    "settlement": (),
    "health_facility": ("code",),
    "school": ("code",),
    "household": ("code", "field_worker", "settlement_id"),
    "member": ("household_id", "document_number", "facility_id", "birth_date"),
    "pregnancy": ("household_id", "member_id", "facility_id"),
    "service_event": ("household_id", "member_id", "visit_id", "form_id"),
    "visit": ("household_id", "field_worker"),
    "commitment": ("household_id", "visit_id"),
    "change_request": ("household_id", "visit_id"),
    "form_record": ("field_worker", "facility_id"),
    "review": ("target_id", "field_worker"),
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
    for statement in _OTHER_TABLES:
        db.execute(statement)


_OTHER_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # What waits for the server. `counter` never repeats, even after rows are gone.
    """CREATE TABLE outbox (
        counter INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
        record_id TEXT NOT NULL, base_version INTEGER NOT NULL, fields TEXT NOT NULL,
        removed TEXT NOT NULL DEFAULT '[]', deleted INTEGER NOT NULL DEFAULT 0,
        author TEXT NOT NULL, device_time TEXT NOT NULL,
        refusal TEXT)""",
    "CREATE INDEX outbox_record ON outbox (kind, record_id)",
    # What is being typed; one row a field, so that saving a field rewrites nothing else.
    """CREATE TABLE draft (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, author TEXT NOT NULL,
        started_at TEXT NOT NULL, updated_at TEXT NOT NULL, UNIQUE (kind, subject))""",
    """CREATE TABLE draft_answer (
        draft_id TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE, path TEXT NOT NULL,
        value TEXT NOT NULL, saved_at TEXT NOT NULL, PRIMARY KEY (draft_id, path)) WITHOUT ROWID""",
    """CREATE TABLE audit (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL,
        action TEXT NOT NULL, kind TEXT NOT NULL, record_id TEXT NOT NULL, detail TEXT NOT NULL)""",
    "CREATE INDEX audit_record ON audit (kind, record_id)",
    # Earlier versions of records somebody reviewed or corrected, readable side by side.
    """CREATE TABLE history (
        kind TEXT NOT NULL, record_id TEXT NOT NULL, sequence INTEGER NOT NULL, body TEXT NOT NULL,
        server_version INTEGER NOT NULL, replaced_at TEXT NOT NULL, replaced_by TEXT NOT NULL,
        PRIMARY KEY (kind, record_id, sequence)) WITHOUT ROWID""",
    # Both sides changed the same field: what stands (`kept`) and what gave way (`lost`), JSON each.
    # `conflict_id` is the server's, so that being told twice is one row.
    """CREATE TABLE conflict (
        id INTEGER PRIMARY KEY AUTOINCREMENT, conflict_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
        record_id TEXT NOT NULL, path TEXT NOT NULL, base TEXT NOT NULL, kept TEXT NOT NULL,
        lost TEXT NOT NULL, kept_author TEXT NOT NULL, kept_at TEXT NOT NULL,
        lost_author TEXT NOT NULL, lost_at TEXT NOT NULL, rule TEXT NOT NULL,
        version INTEGER NOT NULL, at TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0)""",
    # Records the server sent that this version of the program cannot read; kept for the next one.
    """CREATE TABLE held_change (
        kind TEXT NOT NULL, record_id TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (kind, record_id)) WITHOUT ROWID""",
    # One row a synchronisation: what it reported, for the history of syncs.
    """CREATE TABLE sync_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT, started_at TEXT NOT NULL, ended_at TEXT NOT NULL,
        complete INTEGER NOT NULL, report TEXT NOT NULL)""",
    # What a household needs today, computed once a day or after a change; never a source of truth.
    """CREATE TABLE attention (
        household_id TEXT PRIMARY KEY, computed_for TEXT NOT NULL, level TEXT NOT NULL,
        points INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE plan (
        household_id TEXT PRIMARY KEY, day TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID""",
    # ñ and accents fold away, so that QUISPE HUAMAN finds QUISPE HUAMÁN.
    """CREATE VIRTUAL TABLE person_search USING fts5 (
        household_id UNINDEXED, member_id UNINDEXED, names, document, code, place,
        tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3')""",
)
