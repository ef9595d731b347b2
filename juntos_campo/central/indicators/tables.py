"""What is kept of indicators, so that only what changed is computed again.

The tables are made on the `MetaData` of whoever keeps them; the columns hold no personal data but the
ids of members in `standings`, which erasing a member must remove.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class IndicatorTables:
    """The tables of the indicators.

    Attributes:
        values: numerator, denominator and `unknown` (cases about which the data does not say) by
            partition, district (UBIGEO) and facility (record id), both empty when they are not known.
        runs: up to where the values of a partition, indicator and period were computed: `last_seq` of
            the partition, `basis` (what they depend on besides), `cut` (the day judged on).
        standings: what the norms say of one member on one day; `outcome` NULL: nobody can say.
        standing_runs: up to where the standings of a partition and day were computed.
    """

    values: sa.Table
    runs: sa.Table
    standings: sa.Table
    standing_runs: sa.Table


def indicator_tables(metadata: sa.MetaData) -> IndicatorTables:
    """Describe the tables on `metadata`; called once for each."""
    values = sa.Table(
        "indicator_values",
        metadata,
        sa.Column("partition", sa.String(80), primary_key=True),
        sa.Column("indicator", sa.String(64), primary_key=True),
        sa.Column("period", sa.String(10), primary_key=True),
        sa.Column("district", sa.String(6), primary_key=True),
        sa.Column("facility", sa.String(64), primary_key=True),
        sa.Column("numerator", sa.BigInteger, nullable=False),
        sa.Column("denominator", sa.BigInteger, nullable=False),
        sa.Column("unknown", sa.BigInteger, nullable=False),
        sa.Index("indicator_values_period", "period", "indicator"),
    )
    runs = sa.Table(
        "indicator_runs",
        metadata,
        sa.Column("partition", sa.String(80), primary_key=True),
        sa.Column("indicator", sa.String(64), primary_key=True),
        sa.Column("period", sa.String(10), primary_key=True),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.String(120), nullable=False),
        sa.Column("cut", sa.String(10), nullable=False),
        sa.Column("computed_at", sa.String(40), nullable=False),
    )
    standings = sa.Table(
        "indicator_standings",
        metadata,
        sa.Column("partition", sa.String(80), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("member", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(24), primary_key=True),
        sa.Column("household", sa.String(64), nullable=False),
        sa.Column("outcome", sa.Integer, nullable=True),
        sa.Index("indicator_standings_household", "partition", "day", "household"),
    )
    standing_runs = sa.Table(
        "indicator_standing_runs",
        metadata,
        sa.Column("partition", sa.String(80), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.String(120), nullable=False),
    )
    return IndicatorTables(values, runs, standings, standing_runs)
