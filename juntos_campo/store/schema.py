"""Bringing the schema of a database up to date, with sqlite-utils."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from juntos_campo.store.migrations import MIGRATION_SET, MIGRATION_STEPS


def bring_up_to_date(connection: Any) -> None:
    """Apply the steps that are missing, each whole or not at all."""
    migrations = Migrations(MIGRATION_SET)
    for name, apply in MIGRATION_STEPS:
        migrations(name=name)(apply)
    migrations.apply(Database(connection))
