"""What the second version of the protocol needs; every record learns which household it is about."""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHUNK = 2000
_FILE_ID = re.compile(r"[0-9a-f]{64}(?:\.[a-z0-9]{1,8})?")


def upgrade() -> None:
    _columns()
    _tables()
    _fill_households()
    _fill_file_names()
    op.create_index("records_household", "records", ["partition", "household"])
    only = sa.text("kind = 'household'")
    op.create_index(
        "records_homes", "records", ["partition", "id"], sqlite_where=only, postgresql_where=only
    )
    op.create_index("operations_record", "operations", ["kind", "id"])
    op.create_index("conflicts_record", "conflicts", ["kind", "id"])


def _text(name: str, size: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(size), nullable=False, server_default="")


def _flags() -> sa.Column[object]:
    return sa.Column("flags", sa.Text, nullable=False, server_default="[]")


def _columns() -> None:
    for column in (
        _text("sign_key", 64),
        _text("stamp", 64),
        _text("stamp_before", 64),
        _text("asked", 100),
    ):
        op.add_column("devices", column)
    op.add_column("devices", _text("seen_at", 40))
    op.add_column("records", _text("household", 64))
    op.add_column("records", _flags())
    op.add_column("operations", _text("prev", 64))
    op.add_column("operations", sa.Column("clock_offset", sa.BigInteger, nullable=True))
    op.add_column("operations", _flags())
    op.add_column(
        "operations", sa.Column("made", sa.Boolean, nullable=False, server_default=sa.false())
    )


def _tables() -> None:
    op.create_table(
        "removals",
        sa.Column("partition", sa.String(80), sa.ForeignKey("partitions.name"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("removals_record", "removals", ["kind", "id"])
    op.create_table(
        "erased",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("added_at", sa.String(40), nullable=False),
    )
    op.create_index("attachments_user", "attachments", ["user_name", "added_at"])
    op.create_table(
        "attachment_chunks",
        sa.Column("attachment", sa.String(80), sa.ForeignKey("attachments.id"), primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "attachment_names",
        sa.Column("attachment", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
    )
    op.create_index("attachment_names_record", "attachment_names", ["kind", "id"])
    op.create_table(
        "bundles",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.String(40), nullable=False),
        sa.Column("carrier", sa.String(64), nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
    )
    op.create_index("operations_device", "operations", ["device", "counter"])
    op.create_index("bundles_number", "bundles", ["device", "number"], unique=True)


def _fill_households() -> None:
    connection = op.get_bind()
    records = sa.table(
        "records", sa.column("kind"), sa.column("id"), sa.column("body"), sa.column("household")
    )
    households = sa.update(records).where(records.c.kind == "household")
    connection.execute(households.values(household=records.c.id))
    rows = connection.execute(
        sa.select(records.c.kind, records.c.id, records.c.body).where(records.c.kind != "household")
    ).all()
    bodies = {(row.kind, row.id): json.loads(row.body) for row in rows}
    homes = {key: body.get("household_id") for key, body in bodies.items()}
    # A review is about the household of the record that it judges.
    homes |= {
        key: homes.get((body.get("target_kind"), body.get("target_id")))
        for key, body in bodies.items()
        if key[0] == "review"
    }
    found = [
        {"the_kind": kind, "the_id": record_id, "value": household}
        for (kind, record_id), household in homes.items()
        if household
    ]
    change = (
        sa.update(records)
        .where(records.c.kind == sa.bindparam("the_kind"), records.c.id == sa.bindparam("the_id"))
        .values(household=sa.bindparam("value"))
    )
    for start in range(0, len(found), _CHUNK):
        connection.execute(change, found[start : start + _CHUNK])


def _fill_file_names() -> None:
    """What records, of any version, name as photos and files: they may be sent from now on."""
    connection = op.get_bind()
    found: set[tuple[str, str]] = set()
    for table in ("records", "record_versions"):
        rows = sa.table(table, sa.column("kind"), sa.column("id"), sa.column("body"))
        for record_id, body in connection.execute(
            sa.select(rows.c.id, rows.c.body).where(rows.c.kind == "field_record")
        ):
            answers = json.loads(body).get("answers") or {}
            texts = (one for one in answers.values() if isinstance(one, str))
            found.update((one, record_id) for one in texts if _FILE_ID.fullmatch(one))
    names = sa.table(
        "attachment_names", sa.column("attachment"), sa.column("kind"), sa.column("id")
    )
    values = [
        {"attachment": key, "kind": "field_record", "id": record_id}
        for key, record_id in sorted(found)
    ]
    for start in range(0, len(values), _CHUNK):
        connection.execute(sa.insert(names), values[start : start + _CHUNK])


def downgrade() -> None:
    op.drop_index("conflicts_record", "conflicts")
    op.drop_index("operations_record", "operations")
    op.drop_index("operations_device", "operations")
    op.drop_index("records_homes", "records")
    op.drop_index("records_household", "records")
    for table in (
        "bundles",
        "attachment_names",
        "attachment_chunks",
        "attachments",
        "keys",
        "erased",
        "removals",
    ):
        op.drop_table(table)
    for name in ("prev", "clock_offset", "flags", "made"):
        op.drop_column("operations", name)
    for name in ("household", "flags"):
        op.drop_column("records", name)
    for name in ("sign_key", "stamp", "stamp_before", "asked", "seen_at"):
        op.drop_column("devices", name)
