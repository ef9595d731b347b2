"""Rows of a territorial unit lie apart from those of the others, and nothing is lost between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.backup import make_backup
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.restore import restore
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import BY_UNIT, assignments, partitions, records
from juntos_campo.central.units import PARTS, add_unit, lay_partition_in
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

PASSWORD = "papa nativa 2026"
HOMES = [
    Household(id=f"h-{number}", code=f"{number:05d}", field_worker=worker, settlement_id="s-1")
    for number, worker in ((1, "ana"), (2, "ana"), (3, "beto"))
]


@pytest.fixture
def nation(lend: Lender, clock: FixedClock) -> Database:
    """ana works in Puno, beto in Cusco."""
    made = lend.opened()
    add_unit(made, "PUNO", "Unidad Territorial Puno", clock)
    add_unit(made, "CUSCO", "Unidad Territorial Cusco", clock)
    settings = ServerSettings(argon2_memory_kib=64, argon2_passes=1)
    accounts = Accounts(made, settings, clock)
    for name, unit in (("ana", "PUNO"), ("beto", "CUSCO")):
        accounts.enrol(Account(name, name, Role.FIELD_WORKER, "Z1", unit), PASSWORD)
    load(made, HOMES, clock)
    return made


def lying(database: Database) -> dict[str, tuple[str, str]]:
    """Household -> unit and partition."""
    sql = sa.select(records.c.id, records.c.unit, records.c.partition).where(
        records.c.kind == "household"
    )
    with database.reading() as connection:
        return {row.id: (row.unit, row.partition) for row in connection.execute(sql)}


def parts(database: Database) -> dict[str, int]:
    """PostgreSQL's tables of units -> rows in them; none on SQLite."""
    with database.reading() as connection:
        if connection.dialect.name != "postgresql":
            return {}
        names = sa.inspect(connection).get_table_names(schema=PARTS)
        assert names, "no unit has a table of its own"
        return {
            name: connection.execute(
                sa.select(sa.func.count()).select_from(sa.table(name, schema=PARTS))
            ).scalar_one()
            for name in names
        }


def on_postgresql(database: Database, table: str) -> int | None:
    """Rows of one of them, which is there; None on SQLite."""
    found = parts(database)
    return found[table] if found else None


def test_each_unit_has_tables_of_its_own_and_its_rows_lie_there(nation: Database) -> None:
    assert lying(nation)["h-1"] == ("PUNO", "fw:ana")
    assert lying(nation)["h-3"] == ("CUSCO", "fw:beto")
    found = parts(nation)
    if found:
        names = {f"{one.name}_{end}" for one in BY_UNIT for end in ("puno", "cusco", "rest")}
        assert set(found) == names
        assert (found["records_puno"], found["records_cusco"], found["records_rest"]) == (2, 1, 0)


def test_a_household_goes_to_another_unit_with_all_its_versions(
    nation: Database, clock: FixedClock
) -> None:
    assert reassign(nation, "ana", "beto", ["00001"], clock).households == 1
    assert lying(nation)["h-1"] == ("CUSCO", "fw:beto")
    assert lying(nation)["h-2"] == ("PUNO", "fw:ana")
    assert reassign(nation, "beto", "ana", ["00001"], clock).households == 1
    assert lying(nation)["h-1"] == ("PUNO", "fw:ana")
    assert verify(nation).findings == []


def test_a_row_in_another_unit_than_its_territory_is_found(nation: Database) -> None:
    assert verify(nation).findings == []
    with nation.writing() as connection:
        connection.execute(sa.update(records).where(records.c.id == "h-1").values(unit="CUSCO"))
    assert "unit.records" in {one.check for one in verify(nation).findings}


def test_rows_there_before_their_unit_had_tables_go_into_them(
    nation: Database, clock: FixedClock
) -> None:
    with nation.writing() as connection:
        connection.execute(
            sa.update(partitions).where(partitions.c.name == "fw:ana").values(unit="TACNA")
        )
        for table in (records, assignments):
            connection.execute(sa.update(table).where(table.c.unit == "PUNO").values(unit="TACNA"))
    assert on_postgresql(nation, "records_rest") in (2, None)
    add_unit(nation, "TACNA", "Unidad Territorial Tacna", clock)
    assert lying(nation)["h-1"] == ("TACNA", "fw:ana")
    assert on_postgresql(nation, "records_tacna") in (2, None)
    assert verify(nation).findings == []


def test_a_restored_server_keeps_its_units_apart(
    nation: Database, engine: Callable[[], Database], clock: FixedClock, tmp_path: Path
) -> None:
    make_backup(nation, tmp_path / "nation.jcr", clock.now())
    again = engine()
    restore(again, tmp_path / "nation.jcr", clock)
    assert lying(again) == lying(nation)
    assert parts(again) == parts(nation)


def test_a_persons_unit_changes_only_while_nothing_of_his_lies_there(nation: Database) -> None:
    with nation.writing() as connection:
        assert not lay_partition_in(connection, "fw:ana", "CUSCO")
        assert lay_partition_in(connection, "fw:ana", "PUNO")
    assert lying(nation)["h-1"] == ("PUNO", "fw:ana")


def test_whoever_gave_all_households_away_may_change_units_and_is_still_told_what_left(
    nation: Database, clock: FixedClock
) -> None:
    reassign(nation, "ana", "beto", (), clock)
    with nation.writing() as connection:
        assert lay_partition_in(connection, "fw:ana", "CUSCO")
    assert verify(nation).findings == []
    with nation.reading() as connection:
        told = connection.execute(sa.text("SELECT unit, id FROM removals ORDER BY id")).all()
    assert [tuple(row) for row in told] == [("CUSCO", "h-1"), ("CUSCO", "h-2")]


@pytest.mark.parametrize("code", ["", "puno", "1A", "A B", "A'; DROP TABLE records; --", "Ñ"])
def test_a_code_that_no_table_could_be_named_after_is_refused(
    database: Database, clock: FixedClock, code: str
) -> None:
    with pytest.raises(UserError, match="código"):
        add_unit(database, code, "Unidad", clock)


def test_nobody_is_enrolled_in_a_unit_that_does_not_exist(accounts: Accounts) -> None:
    with pytest.raises(UserError, match="CUZCO"):
        accounts.enrol(Account("eva", "Eva", Role.FIELD_WORKER, "Z1", "CUZCO"), PASSWORD)


def test_who_answers_for_a_household_is_written_without_joining_a_unit_with_itself(
    nation: Database, clock: FixedClock
) -> None:
    """PostgreSQL does not know in the middle of a load how much a unit holds, and such a join took seconds
    for each field worker of the nation's 2,000."""
    heard: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(statement)

    sa.event.listen(nation.engine, "before_cursor_execute", hear)
    more = Household(id="h-9", code="00009", field_worker="ana", settlement_id="s-1")
    load(nation, [*HOMES, more], clock)
    told = [one for one in heard if "assignments" in one]
    assert any(one.startswith("INSERT") for one in told)
    assert any(one.startswith("UPDATE") for one in told)
    assert [one for one in told if "records" in one] == []
