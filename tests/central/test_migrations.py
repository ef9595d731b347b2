"""The schema goes up and down, and is the one the program uses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from juntos_campo.central.database import Database, alembic_config
from juntos_campo.central.tables import metadata


def test_the_migrated_schema_is_the_one_the_program_uses(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, metadata)
    assert [one for one in differences if one[0] not in ("add_index", "remove_index")] == []


def test_the_schema_can_be_taken_down_and_put_up_again(database: Database) -> None:
    with database.writing() as connection:
        command.downgrade(alembic_config(connection), "base")
    with database.reading() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    database.migrate()
    database.require_ready()


def test_preparing_twice_changes_nothing(database: Database) -> None:
    database.migrate()
    database.require_ready()
