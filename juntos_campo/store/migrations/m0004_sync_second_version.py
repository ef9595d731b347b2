"""What the second version of the protocol needs: see `juntos_campo/sync/PROTOCOL.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def apply(db: Database) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    # The operation before on the same record since its base, and what the server's clock was ahead.
    "ALTER TABLE outbox ADD COLUMN prev TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outbox ADD COLUMN clock_offset INTEGER",
    # Why the server cannot take it yet; it is sent again by itself.
    "ALTER TABLE outbox ADD COLUMN waits TEXT",
    # The operation made last on a record since the base it stands on: the next one's `prev`.
    """CREATE TABLE last_operation (
        kind TEXT NOT NULL, record_id TEXT NOT NULL, op_id TEXT NOT NULL,
        PRIMARY KEY (kind, record_id)) WITHOUT ROWID""",
    # What waits already knows what was typed before it on this laptop.
    """UPDATE outbox SET prev = coalesce((SELECT earlier.op_id FROM outbox AS earlier
        WHERE earlier.kind = outbox.kind AND earlier.record_id = outbox.record_id
        AND earlier.refusal IS NULL AND earlier.counter < outbox.counter
        ORDER BY earlier.counter DESC LIMIT 1), '')""",
    """INSERT INTO last_operation SELECT kind, record_id, op_id FROM outbox AS last
        WHERE counter = (SELECT max(counter) FROM outbox AS one WHERE one.kind = last.kind
        AND one.record_id = last.record_id AND one.refusal IS NULL)""",
    # First download: households whose history has not come yet, in the order in which it is asked for.
    """CREATE TABLE arriving (
        household_id TEXT PRIMARY KEY, partition TEXT NOT NULL, rank INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX arriving_order ON arriving (partition, rank)",
    # Households that went to another gestor but hold something unfinished here; gone once it is settled.
    """CREATE TABLE departed (
        household_id TEXT PRIMARY KEY, reason TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID""",
    # What the server found impossible about a record (its clock, its date).
    """CREATE TABLE record_flag (
        kind TEXT NOT NULL, record_id TEXT NOT NULL, flag TEXT NOT NULL,
        PRIMARY KEY (kind, record_id, flag)) WITHOUT ROWID""",
    # '' still to be looked at, 'read', 'taken_back'.
    "ALTER TABLE conflict ADD COLUMN settled TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conflict ADD COLUMN settled_at TEXT NOT NULL DEFAULT ''",
    "UPDATE conflict SET settled = 'read' WHERE seen",
    # Full names of colleagues, as the server said them last.
    "CREATE TABLE colleague (user TEXT PRIMARY KEY, full_name TEXT NOT NULL) WITHOUT ROWID",
    # A page of an answer that was cut off: what came of it, to go on from there.
    """CREATE TABLE page_part (
        only INTEGER PRIMARY KEY CHECK (only = 1), tag TEXT NOT NULL, total INTEGER NOT NULL,
        data BLOB NOT NULL)""",
    # When the server had the whole file; '' while it waits. Bytes that came of one that is fetched.
    "ALTER TABLE attachment ADD COLUMN sent_at TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE attachment_part (
        id TEXT NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (id, start))""",
    # Orientation cards and commitments the office sent.
    """CREATE TABLE message_pack (
        id TEXT PRIMARY KEY, server_version INTEGER NOT NULL DEFAULT 0,
        deleted INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL,
        pack_id TEXT GENERATED ALWAYS AS (json_extract(body, '$.pack_id')) VIRTUAL)""",
    "CREATE INDEX message_pack_pack_id ON message_pack (pack_id)",
    # Sealed files: made here, applied here, or carried for somebody else.
    """CREATE TABLE bundle (
        id TEXT PRIMARY KEY, direction TEXT NOT NULL, peer TEXT NOT NULL, state TEXT NOT NULL,
        at TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '', data BLOB) WITHOUT ROWID""",
)
