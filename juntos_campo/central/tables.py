"""The tables, as SQLAlchemy Core sees them. The migrations create them.

Moments are ISO 8601 text in Peru's time (offset -05:00, no summer time), so that they sort and both
databases keep the same. Bodies are JSON text; nobody searches inside them here.

Tables that grow with the programme carry `unit`, the territorial unit: PostgreSQL keeps the rows of each
in tables of their own (`central.units`), and every query of an exchange names the units it is about.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from juntos_campo.central.imports.tables import import_tables
from juntos_campo.central.indicators.tables import indicator_tables

metadata = MetaData()
RowNumber = BigInteger().with_variant(Integer, "sqlite")

users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", String(40), nullable=False),
    Column("unit", String(16), nullable=False, server_default=""),
)
"""`role` is a `domain.values.Role`; `locked_until` is empty or a moment; `unit` a code of `units`."""

units = Table(
    "units",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("name", Text, nullable=False),
)
"""Territorial units of the programme. Elsewhere an empty code means none, as in a small pilot."""

zones = Table(
    "zones",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("unit", String(16), nullable=False, server_default=""),
)
"""Coordination zones; each lies in one unit, or in none."""

throttles = Table(
    "throttles",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("level", BigInteger, nullable=False),
    Column("at", String(40), nullable=False),
)
"""How much of its allowance an account or an address has used up (thousandths), and at which moment."""

devices = Table(
    "devices",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_name", String(64), ForeignKey("users.name"), nullable=False),
    Column("name", Text, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", String(40), nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("sign_key", String(64), nullable=False, server_default=""),
    Column("stamp", String(64), nullable=False, server_default=""),
    Column("stamp_before", String(64), nullable=False, server_default=""),
    Column("asked", String(100), nullable=False, server_default=""),
    Column("aside", Text, nullable=False, server_default="[]"),
    Column("seen_at", String(40), nullable=False, server_default=""),
    Column("token_at", String(40), nullable=False, server_default=""),
    Column("token_before", String(64), nullable=False, server_default=""),
)
"""One laptop's database. `counter` is the highest operation counter it ever showed, `sign_key` its
Ed25519 public key, `stamp` what the last answer gave it, `stamp_before` what it showed then, `asked` what
it asked then, `aside` a JSON list of other [asked, stamp] given for the same (`central.stamps`);
`token_at`: when its token was given, `token_before`: the digest of the one before, good until the new one
is shown."""

erase_orders = Table(
    "erase_orders",
    metadata,
    Column("device", String(64), ForeignKey("devices.id"), primary_key=True),
    Column("ordered_at", String(40), nullable=False),
    Column("blocked_before", Boolean, nullable=False),
    Column("done_at", String(40), nullable=False, server_default=""),
)
"""Laptops the office wants erased. `blocked_before`: it was shut out already, and stays so when the order is
cancelled; `done_at`: when the laptop said that it is erased."""

partitions = Table(
    "partitions",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("unit", String(16), nullable=False, server_default=""),
)
"""`last_seq` is raised inside the writing transaction; its row lock makes `seq` the commit order. `unit` is
that of its field worker; it changes only while nothing lies there."""

records = Table(
    "records",
    metadata,
    Column("unit", String(16), primary_key=True, server_default=""),
    Column("kind", String(40), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("partition", String(80), ForeignKey("partitions.name"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("paths", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("device", String(64), nullable=False),
    Column("changed_at", String(40), nullable=False),
    Column("household", String(64), nullable=False, server_default=""),
    Column("flags", Text, nullable=False, server_default="[]"),
    Index("records_feed", "unit", "partition", "seq", unique=True),
    Index("records_household", "unit", "partition", "household"),
    Index(
        "records_homes",
        "unit",
        "partition",
        "id",
        sqlite_where=text("kind = 'household'"),
        postgresql_where=text("kind = 'household'"),
    ),
)
"""The standing version. `paths`: JSON list of what this version changed (``@deleted`` included);
`household`: the household it is or is about, empty for none; `flags`: JSON list (`wire.messages`)."""

record_versions = Table(
    "record_versions",
    metadata,
    Column("unit", String(16), primary_key=True, server_default=""),
    Column("kind", String(40), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("deleted", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("paths", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("device", String(64), nullable=False),
    Column("changed_at", String(40), nullable=False),
)
"""Every version that was replaced."""

operations = Table(
    "operations",
    metadata,
    Column("unit", String(16), primary_key=True, server_default=""),
    Column("op_id", String(64), primary_key=True),
    Column("device", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("id", String(64), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("author", String(64), nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("device_time", String(40), nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("prev", String(64), nullable=False, server_default=""),
    Column("clock_offset", BigInteger, nullable=True),
    Column("flags", Text, nullable=False, server_default="[]"),
    Column("made", Boolean, nullable=False, server_default=false()),
    Index("operations_record", "kind", "id"),
    Index("operations_device", "device", "counter"),
)
"""What was done with each operation, written in the transaction that did it. `made`: it is the one that
made its `version`; else that version already held what it wanted."""

conflicts = Table(
    "conflicts",
    metadata,
    Column("unit", String(16), primary_key=True, server_default=""),
    Column("partition", String(80), ForeignKey("partitions.name"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("conflict_id", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("id", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("conflicts_record", "kind", "id"),
    Index("conflicts_id", "unit", "conflict_id", unique=True),
)
"""Losing values; `body` holds base, kept, lost and rule as `wire.messages.ConflictNote`."""

audit = Table(
    "audit",
    metadata,
    Column("sequence", RowNumber, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("device", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("id", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("position", BigInteger, nullable=False, server_default="0"),
    Column("hash", String(64), nullable=False, server_default=""),
    Index("audit_chain", "actor", "position", unique=True),
)
"""Who did what; `detail` holds codes and paths, never values of people. The rows of one actor are a chain:
`position` counts 1, 2, 3 ... in it, `hash` stands for this row and all before it (`central.audit_chain`)."""

audit_chains = Table(
    "audit_chains",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
"""The end of each actor's chain: how many rows, the hash of the last, and a seal over both."""

removals = Table(
    "removals",
    metadata,
    Column("unit", String(16), primary_key=True, server_default=""),
    Column("partition", String(80), ForeignKey("partitions.name"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("id", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Index("removals_record", "kind", "id"),
)
"""What left a partition: `reason` is ``reassigned`` or ``erased`` (`wire.messages.Removal`)."""

erased = Table(
    "erased",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("at", String(40), nullable=False),
)
"""Records the law had removed: they never come back. Nothing of them is kept but this."""

keys = Table(
    "keys",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("created_at", String(40), nullable=False),
)
"""The server's own keys, in hexadecimal: the seed of its Ed25519 key under ``server``, the key of the
audit chains under ``audit``."""

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("added_at", String(40), nullable=False),
    Index("attachments_user", "user_name", "added_at"),
)
"""Photos, signatures and files; `id` is their SHA-256 with the extension."""

attachment_chunks = Table(
    "attachment_chunks",
    metadata,
    Column("attachment", String(80), ForeignKey("attachments.id"), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""Their bytes, from `start` on, as they came."""

attachment_names = Table(
    "attachment_names",
    metadata,
    Column("attachment", String(80), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("id", String(64), primary_key=True),
    Index("attachment_names_record", "kind", "id"),
)
"""Which records name a file: whoever may read one of them may read the file."""

bundles = Table(
    "bundles",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("device", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("carrier", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Index("bundles_number", "device", "number", unique=True),
)
"""Sealed files that were taken, with the sealed answer; `carrier` is the account that brought it, empty
for the office itself; `number` is the laptop's own count of its files."""

assignments = Table(
    "assignments",
    metadata,
    Column("unit", String(16), primary_key=True),
    Column("household", String(64), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("worker", String(64), nullable=False, server_default=""),
    Column("since", String(40), nullable=False, server_default=""),
    Column("until", String(40), nullable=False, server_default=""),
    Column("reason", String(16), nullable=False, server_default=""),
    Column("ordered_by", String(64), nullable=False, server_default=""),
    Index("assignments_worker", "unit", "worker", "until"),
)
"""Who answered for a household from when to when: `number` 1, 2, 3 ...; `until` is empty for who does now,
`since` where nobody wrote it down."""

leaves = Table(
    "leaves",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("worker", String(64), nullable=False, server_default=""),
    Column("replacement", String(64), nullable=False, server_default=""),
    Column("first_day", String(10), nullable=False, server_default=""),
    Column("last_day", String(10), nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default=""),
    Column("ordered_by", String(64), nullable=False, server_default=""),
    Column("ordered_at", String(40), nullable=False, server_default=""),
    Column("began_at", String(40), nullable=False, server_default=""),
    Column("ended_at", String(40), nullable=False, server_default=""),
    Index("leaves_state", "state", "first_day"),
)
"""Absences of field workers: `replacement` answers for their households meanwhile."""

leave_households = Table(
    "leave_households",
    metadata,
    Column("leave", RowNumber, ForeignKey("leaves.id"), primary_key=True),
    Column("household", String(64), primary_key=True),
)
"""What went to the replacement, so that it and nothing else comes back."""

place_readers = Table(
    "place_readers",
    metadata,
    Column("unit", String(16), primary_key=True),
    Column("partition", String(80), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("id", String(64), primary_key=True),
    Index("place_readers_place", "unit", "kind", "id"),
)
"""Which partitions' readers receive a settlement, facility or school of a unit (`central.place_readers`)."""

BY_UNIT = (records, record_versions, operations, conflicts, removals)
"""Tables whose rows lie apart by territorial unit."""

indicators = indicator_tables(metadata)
"""What is kept of indicators between two computations."""

lookup_keys, imports, external_matches, external_records, findings = import_tables(metadata)
"""What is kept of other systems' files, and the keys that people are found by."""
