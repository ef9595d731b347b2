"""The schema goes up and down, and is the one the program uses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database, alembic_config
from juntos_campo.central.loading import load
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import metadata, records
from juntos_campo.central.units import add_unit
from juntos_campo.central.verifying import verify
from juntos_campo.central.zones import add_zone
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Settlement
from juntos_campo.domain.values import Role


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


def test_rows_of_several_units_go_down_and_up_every_step_and_keep_their_unit_and_versions(
    filled: Database, settings: ServerSettings, clock: FixedClock
) -> None:
    """A place that two units have is one row below the step that knows units."""
    accounts = Accounts(filled, settings, clock)
    for unit, zone, name in (("PUNO", "ZP", "pia"), ("CUSCO", "ZC", "ciro")):
        add_unit(filled, unit, unit, clock)
        add_zone(filled, zone, unit, clock)
        accounts.enrol(Account(name, name, Role.FIELD_WORKER, zone), "papa nativa 2026")
    place = Settlement(id="s-9", name="Nueve", ubigeo="030101", district="A", province="A")
    homes = [
        Household(id=f"h-{name}", code=f"0-{name}", field_worker=name, settlement_id="s-9")
        for name in ("pia", "ciro")
    ]
    load(filled, [place, *homes], clock)
    load(filled, [replace(place, name="Nueve Alto"), *homes], clock)
    before, places = _rows(filled)
    assert places == {("CUSCO", "Nueve Alto"), ("PUNO", "Nueve Alto")}
    _walk(filled, command.downgrade, ["0008", "0007", "0006"])
    _walk(filled, command.upgrade, ["0007", "0008", "head"])
    after, places = _rows(filled)
    assert after == before
    assert [name for _unit, name in places] == ["Nueve Alto"]
    assert verify(filled).findings == []
    _walk(filled, command.downgrade, [f"{number:04d}" for number in range(9, 0, -1)])
    _walk(filled, command.upgrade, [f"{number:04d}" for number in range(2, 11)])
    assert {row[1:] for row in _rows(filled)[0]} == {row[1:] for row in before}
    assert verify(filled).findings == []


def _walk(database: Database, step: Callable[[Config, str], None], revisions: list[str]) -> None:
    for one in revisions:
        with database.writing() as connection:
            step(alembic_config(connection), one)


def _rows(database: Database) -> tuple[set[tuple[str, ...]], set[tuple[str, str]]]:
    """Unit, kind, id, version and content of each record but the place of two units; that place."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(records)).all()
    others = {
        tuple(map(str, (row.unit, row.kind, row.id, row.version, row.body)))
        for row in rows
        if row.id != "s-9"
    }
    return others, {(row.unit, json.loads(row.body)["name"]) for row in rows if row.id == "s-9"}
