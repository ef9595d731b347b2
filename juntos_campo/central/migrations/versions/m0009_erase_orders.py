"""Stolen laptops: the office's order to erase one, until the laptop says that it is done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erase_orders",
        sa.Column("device", sa.String(64), sa.ForeignKey("devices.id"), primary_key=True),
        sa.Column("ordered_at", sa.String(40), nullable=False),
        sa.Column("blocked_before", sa.Boolean, nullable=False),
        sa.Column("done_at", sa.String(40), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_table("erase_orders")
