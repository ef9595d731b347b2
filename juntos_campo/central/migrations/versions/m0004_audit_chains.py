"""The audit trail becomes a hash chain of each actor; the rows there are become its beginning."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CHUNK = 2000


def upgrade() -> None:
    op.add_column("audit", sa.Column("position", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("audit", sa.Column("hash", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "audit_chains",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    _chain(_new_key())
    op.create_index("audit_chain", "audit", ["actor", "position"], unique=True)


def _new_key() -> str:
    keys = sa.table("keys", sa.column("name"), sa.column("secret"), sa.column("created_at"))
    secret = secrets.token_hex(32)
    now = datetime.now(UTC).isoformat()
    op.get_bind().execute(
        sa.insert(keys).values({"name": "audit", "secret": secret, "created_at": now})
    )
    return secret


def _chain(key: str) -> None:
    """What `central.audit_chain` does with new rows, as it was when this migration was written."""
    connection = op.get_bind()
    said = ("at", "actor", "device", "action", "kind", "id", "detail")
    audit = sa.table("audit", *map(sa.column, ("sequence", *said, "position", "hash")))
    place = (
        sa.update(audit)
        .where(audit.c.sequence == sa.bindparam("row"))
        .values(position=sa.bindparam("place"), hash=sa.bindparam("digest"))
    )
    ends: dict[str, tuple[int, str]] = {}
    last = None
    while True:
        some = sa.select(audit).order_by(audit.c.sequence).limit(_CHUNK)
        if last is not None:
            some = some.where(audit.c.sequence > last)
        rows = connection.execute(some).all()
        if not rows:
            break
        changes = []
        for row in rows:
            length, head = ends.get(row.actor, (0, ""))
            parts = [getattr(row, name) for name in said]
            digest = _mac(key, ["row", head, length + 1, *parts])
            ends[row.actor] = (length + 1, digest)
            changes.append({"row": row.sequence, "place": length + 1, "digest": digest})
        connection.execute(place, changes)
        last = rows[-1].sequence
    chains = sa.table("audit_chains", *map(sa.column, ("name", "length", "head", "seal")))
    for name, (length, head) in sorted(ends.items()):
        seal = _mac(key, ["head", name, length, head])
        values = {"name": name, "length": length, "head": head, "seal": seal}
        connection.execute(sa.insert(chains).values(values))


def _mac(key: str, parts: list[str | int]) -> str:
    text = json.dumps(parts, separators=(",", ":")).encode()
    return hmac.new(bytes.fromhex(key), text, hashlib.sha256).hexdigest()


def downgrade() -> None:
    op.drop_index("audit_chain", "audit")
    op.drop_table("audit_chains")
    keys = sa.table("keys", sa.column("name"))
    op.get_bind().execute(sa.delete(keys).where(keys.c.name == "audit"))
    with op.batch_alter_table("audit") as batch:
        batch.drop_column("hash")
        batch.drop_column("position")
