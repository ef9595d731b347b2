"""Verdicts about people go when their time is over, and when the law has somebody removed."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from juntos_campo.central.tables import indicators


def overwrite_deleted(connection: sa.Connection) -> None:
    """SQLite overwrites what it deletes only when it is told to; these rows say who lacks what."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def forget_verdicts(
    connection: sa.Connection, ids: Collection[str], partitions: Collection[str]
) -> None:
    """Remove the verdicts about people and households of these ids, wherever they were given.

    Args:
        partitions: where the people lie: what is said of others there may have depended on them, and the
            next refresh judges all of it again.
    """
    kept, runs = indicators.standings, indicators.standing_runs
    about = sa.or_(kept.c.member.in_(ids), kept.c.household.in_(ids))
    connection.execute(sa.delete(kept).where(about))
    connection.execute(sa.delete(runs).where(runs.c.partition.in_(partitions)))
