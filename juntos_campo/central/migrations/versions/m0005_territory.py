"""Territorial units, who answered for which household and when, absences, and what tokens and tries need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, size: int, *, key: bool = False) -> sa.Column[str]:
    default = None if key else ""
    return sa.Column(name, sa.String(size), primary_key=key, nullable=False, server_default=default)


def upgrade() -> None:
    _units()
    op.add_column("users", _text("unit", 16))
    op.add_column("partitions", _text("unit", 16))
    op.add_column("devices", _text("token_at", 40))
    op.add_column("devices", _text("token_before", 64))
    op.create_table(
        "throttles",
        _text("name", 100, key=True),
        sa.Column("level", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    _assignments()
    _leaves()


def _units() -> None:
    op.create_table(
        "units", _text("code", 16, key=True), sa.Column("name", sa.Text, nullable=False)
    )
    op.create_table("zones", _text("name", 64, key=True), _text("unit", 16))
    op.execute(
        sa.text(
            "INSERT INTO zones (name, unit) SELECT DISTINCT zone, '' FROM users WHERE zone <> ''"
        )
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        _text("unit", 16, key=True),
        _text("household", 64, key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        _text("worker", 64),
        _text("since", 40),
        _text("until", 40),
        _text("reason", 16),
        _text("ordered_by", 64),
    )
    op.create_index("assignments_worker", "assignments", ["unit", "worker", "until"])
    # What is known of before: since when nobody wrote down.
    op.execute(
        sa.text(
            "INSERT INTO assignments (unit, household, number, worker, since, until, reason, ordered_by) "
            "SELECT '', id, 1, substr(partition, 4), '', '', 'found', '' FROM records "
            "WHERE kind = 'household' AND partition LIKE 'fw:%'"
        )
    )


def _leaves() -> None:
    op.create_table(
        "leaves",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        _text("worker", 64),
        _text("replacement", 64),
        _text("first_day", 10),
        _text("last_day", 10),
        _text("state", 12),
        _text("ordered_by", 64),
        _text("ordered_at", 40),
        _text("began_at", 40),
        _text("ended_at", 40),
    )
    op.create_index("leaves_state", "leaves", ["state", "first_day"])
    op.create_table(
        "leave_households",
        sa.Column("leave", _NUMBER, sa.ForeignKey("leaves.id"), primary_key=True),
        _text("household", 64, key=True),
    )


def downgrade() -> None:
    for table in ("leave_households", "leaves", "assignments", "throttles", "zones", "units"):
        op.drop_table(table)
    # Not by a copy of the table, as Alembic does it for SQLite: others point to these.
    for table, column in (
        ("devices", "token_before"),
        ("devices", "token_at"),
        ("partitions", "unit"),
        ("users", "unit"),
    ):
        op.drop_column(table, column)
