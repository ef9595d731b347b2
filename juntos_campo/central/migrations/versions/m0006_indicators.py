"""What is kept of indicators between two computations (`central.indicators.tables`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator_values",
        _key("partition", 80),
        _key("indicator", 64),
        _key("period", 10),
        _key("district", 6),
        _key("facility", 64),
        sa.Column("numerator", sa.BigInteger, nullable=False),
        sa.Column("denominator", sa.BigInteger, nullable=False),
        sa.Column("unknown", sa.BigInteger, nullable=False),
    )
    op.create_index("indicator_values_period", "indicator_values", ["period", "indicator"])
    op.create_table(
        "indicator_runs",
        _key("partition", 80),
        _key("indicator", 64),
        _key("period", 10),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.String(120), nullable=False),
        sa.Column("cut", sa.String(10), nullable=False),
        sa.Column("computed_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "indicator_standings",
        _key("partition", 80),
        _key("day", 10),
        _key("member", 64),
        _key("code", 24),
        sa.Column("household", sa.String(64), nullable=False),
        sa.Column("outcome", sa.Integer, nullable=True),
    )
    op.create_index(
        "indicator_standings_household", "indicator_standings", ["partition", "day", "household"]
    )
    op.create_table(
        "indicator_standing_runs",
        _key("partition", 80),
        _key("day", 10),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.String(120), nullable=False),
    )


def _key(name: str, size: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), primary_key=True)


def downgrade() -> None:
    for name in ("standing_runs", "standings", "runs", "values"):
        op.drop_table(f"indicator_{name}")
