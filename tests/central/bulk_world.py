"""Registers loaded by the small way and in bulk: what both leave behind."""

from __future__ import annotations

from collections import Counter
from time import monotonic
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.bulk.load import BulkLoad, Files
from juntos_campo.central.bulk.report import BulkReport
from juntos_campo.central.bulk.tables import staging
from juntos_campo.central.database import Database
from juntos_campo.central.loading import LoadReport, load
from juntos_campo.central.office_files import read_office_files
from juntos_campo.central.tables import (
    assignments,
    leave_households,
    place_readers,
    record_versions,
    records,
    removals,
)
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.ids import random_id


def small(database: Database, files: Files, clock: FixedClock) -> LoadReport:
    """The way of small files, which is the oracle."""
    entities = read_office_files(
        database,
        files.register,
        files.history,
        clock.today(),
        files.accept_good,
        schooling=files.schooling,
    )
    return load(database, entities, clock)


def bulk(database: Database, files: Files, clock: FixedClock, **more: Any) -> BulkReport:
    return BulkLoad(database, clock, random_id, monotonic).run(files, **more)


def told(database: Database) -> dict[str, list[Any]]:
    """What laptops would be told, but for the order, and what the office can look up."""
    same = records.c
    with database.reading() as connection:
        found = {
            "records": connection.execute(
                sa.select(
                    same.unit, same.partition, same.kind, same.id, same.version, same.deleted,
                    same.body, same.paths, same.author, same.household, same.changed_at,
                )
            ).all(),
            "versions": connection.execute(sa.select(record_versions)).all(),
            "removals": connection.execute(
                sa.select(
                    removals.c.unit, removals.c.partition, removals.c.reason, removals.c.kind,
                    removals.c.id,
                )
            ).all(),
            "away": connection.execute(sa.select(leave_households)).all(),
            "assignments": connection.execute(sa.select(assignments)).all(),
            "places": connection.execute(sa.select(place_readers)).all(),
        }  # fmt: skip
    return {name: sorted(map(tuple, rows)) for name, rows in found.items()}


def differing(one: Database, two: Database) -> list[str]:
    """What one of two servers has and the other has not, shortly."""
    first, second = told(one), told(two)
    return [
        f"{sign} {name} {row}"
        for name in first
        for sign, some, others in (("-", first, second), ("+", second, first))
        for row in sorted(map(repr, (Counter(some[name]) - Counter(others[name])).elements()))
    ]


def leftovers(database: Database) -> list[str]:
    """Staging tables that are still there."""
    with database.reading() as connection:
        there = sa.inspect(connection).get_table_names()
    return sorted(set(there) & set(staging.tables))
