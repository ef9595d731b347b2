"""A restored server is the one that was backed up, on either engine, or nothing happened."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from office_commands import run
from server_databases import Lender

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.audit_chain import check_chains
from juntos_campo.central.backup import make_backup
from juntos_campo.central.backup_file import BackupSink, Cost
from juntos_campo.central.database import Database, alembic_config
from juntos_campo.central.imports.importing import import_file
from juntos_campo.central.loading import load
from juntos_campo.central.restore import restore
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import metadata, partitions, records
from juntos_campo.central.units import add_unit
from juntos_campo.central.verifying import verify
from juntos_campo.central.zones import add_zone
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Settlement
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

from .conftest import fill_as_always
from .filled_server import content, home, send

CHEAPEST = Cost(passes=1, memory_kib=8)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'empty.db'}")) as made:
        yield made


@pytest.fixture
def backup(filled: Database, tmp_path: Path, clock: FixedClock) -> Path:
    return make_backup(filled, tmp_path / "a.jcr", clock.now()).path


def tables_of(database: Database) -> list[str]:
    with database.reading() as connection:
        return sa.inspect(connection).get_table_names()


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(UserError) as refused:
        action()
    return refused.value.problem.code


@pytest.mark.parametrize("way", ["sqlite-postgresql", "postgresql-sqlite", "postgresql-postgresql"])
def test_everything_comes_back_on_either_engine_and_work_goes_on(
    way: str,
    tmp_path: Path,
    clock: FixedClock,
    new_postgresql: Callable[[], str],
    lend_sqlite: Lender,
    lend_postgresql: Lender,
) -> None:
    source, target = way.split("-")
    place = {"sqlite": lambda: f"sqlite:///{tmp_path / 'to.db'}", "postgresql": new_postgresql}
    lend = {"sqlite": lend_sqlite, "postgresql": lend_postgresql}[source]
    made, to = lend.opened("filled", fill_as_always), Database(place[target]())
    path = make_backup(made, tmp_path / "a.jcr", clock.now(), passphrase=b"x", cost=CHEAPEST).path
    try:
        done = restore(to, path, clock, passphrase=b"x")
        assert content(to, without_restoring=True) == content(made, without_restoring=True)
        assert sum(done.rows.values()) == sum(map(len, content(made).values()))
        assert verify(to, all_files=True).findings == []
        send(to, clock, "ana", "f" * 32)
        assert verify(to).findings == []
    finally:
        to.close()


def test_a_backup_of_an_older_program_is_brought_up_to_date(
    filled: Database, empty: Database, tmp_path: Path, clock: FixedClock
) -> None:
    with filled.writing() as connection:
        command.downgrade(alembic_config(connection), "0002")
    path = make_backup(filled, tmp_path / "old.jcr", clock.now()).path
    assert restore(empty, path, clock).migrated
    empty.require_ready()
    assert verify(empty).findings == []
    same = ("records", "record_versions", "operations", "conflicts", "attachment_chunks")
    filled.migrate()
    before, after = content(filled), content(empty)
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    empty.close()


@pytest.mark.parametrize("revision", ["head", "0006"])
def test_units_and_what_other_systems_said_come_back_whatever_the_schema_of_the_backup(
    revision: str,
    filled: Database,
    tmp_path: Path,
    clock: FixedClock,
    new_postgresql: Callable[[], str],
    settings: ServerSettings,
) -> None:
    accounts = Accounts(filled, settings, clock)
    for unit, zone, name in (("PUNO", "ZP", "pia"), ("CUSCO", "ZC", "ciro")):
        add_unit(filled, unit, unit, clock)
        add_zone(filled, zone, unit, clock)
        accounts.enrol(Account(name, name, Role.FIELD_WORKER, zone), "papa nativa 2026")
    place = Settlement(id="s-9", name="Nueve", ubigeo="030101", district="A", province="A")
    homes = [
        replace(home(name, 90 + n), settlement_id="s-9") for n, name in enumerate(("pia", "ciro"))
    ]
    load(filled, [place, *homes], clock)
    file = tmp_path / "pagos.csv"
    file.write_text("codigo_hogar;transferencia;mes;estado\n00090;TB;202609;SI\n", encoding="utf-8")
    import_file(filled, "pagos", file, clock, lambda: "i-1")
    if revision != "head":
        with filled.writing() as connection:
            command.downgrade(alembic_config(connection), revision)
    path = make_backup(filled, tmp_path / "a.jcr", clock.now()).path
    there = filled.engine.dialect.name
    url = new_postgresql() if there == "sqlite" else f"sqlite:///{tmp_path / 'to.db'}"
    with closing(Database(url)) as to:
        restore(to, path, clock)
        filled.migrate()
        assert verify(to, all_files=True).findings == []
        before, after = (content(one, without_restoring=True) for one in (filled, to))
        assert after == before
        add_unit(to, "LIMA", "Lima", clock)
        send(to, clock, "pia", "f" * 32)
        assert verify(to).findings == []


def test_a_backup_of_a_newer_program_is_refused_before_anything_is_touched(
    empty: Database, tmp_path: Path, clock: FixedClock
) -> None:
    path = tmp_path / "new.jcr"
    header = (
        b'{"format":1,"program":"9.0","revision":"0999","made_at":"2030-01-01","engine":"sqlite"}'
    )
    rest = b'{"manifest":{"tables":{},"heads":{}}}'
    with path.open("wb") as file:
        sink = BackupSink(file, None, CHEAPEST)
        for part in (header, rest):
            sink.write(len(part).to_bytes(4, "big") + part)
        sink.finish()
    assert code_of(lambda: restore(empty, path, clock)) == "CEN-305"
    assert tables_of(empty) == []


def test_a_server_with_data_is_never_restored_over(
    filled: Database, backup: Path, clock: FixedClock, tmp_path: Path
) -> None:
    before = content(filled)
    assert code_of(lambda: restore(filled, backup, clock)) == "CEN-310"
    assert content(filled) == before
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with other.writing() as connection:
        connection.execute(sa.text("CREATE TABLE planillas (id integer)"))
    assert code_of(lambda: restore(other, backup, clock)) == "CEN-310"
    assert tables_of(other) == ["planillas"]
    other.close()


def test_a_database_that_was_only_prepared_counts_as_empty(
    filled: Database, empty: Database, backup: Path, clock: FixedClock
) -> None:
    empty.migrate()
    restore(empty, backup, clock)
    with filled.reading() as one, empty.reading() as other:
        keys = sa.select(metadata.tables["keys"])
        assert sorted(one.execute(keys).all()) == sorted(other.execute(keys).all())
    empty.close()


def test_of_a_damaged_backup_nothing_is_restored(
    empty: Database, backup: Path, clock: FixedClock, tmp_path: Path
) -> None:
    whole, dice = backup.read_bytes(), random.Random(3)
    path = tmp_path / "damaged.jcr"
    for _try in range(20):
        at = dice.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        code_of(lambda: restore(empty, path, clock))
        assert tables_of(empty) == []
    empty.close()


def test_what_the_database_refuses_half_way_leaves_it_empty(
    filled: Database, engine: Callable[[], Database], tmp_path: Path, clock: FixedClock
) -> None:
    """A record of a territory that does not exist: the file is whole, its content is not."""
    with filled.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if filled.engine.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=OFF")
        else:
            driver.execute("SET session_replication_role = replica")
        driver.execute("DELETE FROM partitions")
        driver.commit()
        connection.invalidate()
    path = make_backup(filled, tmp_path / "odd.jcr", clock.now()).path
    to = engine()
    assert code_of(lambda: restore(to, path, clock)) == "CEN-311"
    assert tables_of(to) == []


def test_numbers_go_on_far_above_those_that_laptops_may_have_seen(
    filled: Database, empty: Database, backup: Path, clock: FixedClock
) -> None:
    """After the backup the server gave more numbers; none of them may be given again."""
    send(filled, clock, "ana", "e" * 32)
    numbers = sa.select(partitions.c.last_seq).where(partitions.c.name == "fw:ana")
    with filled.reading() as connection:
        seen = connection.execute(numbers).scalar_one()
    restore(empty, backup, clock)
    send(empty, clock, "ana", "f" * 32)
    fresh = sa.select(sa.func.min(records.c.seq)).where(records.c.id.like("f" * 32 + "%"))
    with empty.reading() as connection:
        assert connection.execute(fresh).scalar_one() > seen
        assert check_chains(connection) == []
    empty.close()


def test_the_command_restores_checks_and_says_what_to_do_next(
    filled: Database, backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "new"
    status, text = run("restore", backup, "--data", target)
    assert status == 0, text
    assert "Todo está en orden" in text
    assert "pedirán entrar otra vez" in text
    status, text = run("restore", backup, "--data", target)
    assert (status, "CEN-310" in text) == (1, True)
