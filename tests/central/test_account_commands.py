"""Units, zones and people as an operator enrols, lists and shuts them out."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from office_commands import run
from server_databases import Lender, address_of

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import users, zones
from juntos_campo.central.units import add_unit
from juntos_campo.central.zones import add_zone
from juntos_campo.domain.clock import FixedClock, SystemClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

from .conftest import PASSWORD, set_up

SECRET = ("--password", PASSWORD)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUNTOS_CENTRAL_ARGON2_MEMORY_KIB", "64")
    monkeypatch.setenv("JUNTOS_CENTRAL_ARGON2_PASSES", "1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def office(lend_sqlite: Lender) -> tuple[str, str]:
    """Where a server with two units was set up, as options."""
    return ("--database", lend_sqlite("two units by commands", set_up_units))


def set_up_units(database: Database) -> None:
    set_up(database)
    where = ("--database", address_of(database))
    for code in ("PUNO", "CUSCO"):
        assert run("unit", code, "--name", f"Unidad Territorial {code.title()}", *where)[0] == 0
    assert run("zone", "Melgar", "--unit", "PUNO", *where)[0] == 0


def enrol(where: tuple[str, str], user: str, role: str, *more: str) -> tuple[int, str]:
    return run(
        "enrol", "--user", user, "--name", f"Nombre {user}", "--role", role, *more, *SECRET, *where
    )


def stored(where: tuple[str, str]) -> dict[str, tuple[str, str, str, bool]]:
    database = Database(where[1])
    with database.reading() as connection:
        rows = connection.execute(sa.select(users)).all()
    database.close()
    return {row.name: (row.role, row.unit, row.zone, row.active) for row in rows}


def test_people_of_every_role_are_enrolled_where_they_belong(office: tuple[str, str]) -> None:
    assert enrol(office, "ana", "gestor", "--zone", "Melgar")[0] == 0
    assert enrol(office, "zoe", "coordinador", "--zone", "Melgar", "--unit", "PUNO")[0] == 0
    assert enrol(office, "ut", "unidad", "--unit", "CUSCO")[0] == 0
    assert enrol(office, "lima", "sede")[0] == 0
    assert enrol(office, "audi", "auditor")[0] == 0
    assert stored(office) == {
        "ana": ("field_worker", "PUNO", "Melgar", True),
        "zoe": ("zone_coordinator", "PUNO", "Melgar", True),
        "ut": ("territorial_unit", "CUSCO", "", True),
        "lima": ("central_office", "", "", True),
        "audi": ("auditor", "", "", True),
    }


@pytest.mark.parametrize(
    ("role", "place", "code"),
    [
        ("gestor", (), "CEN-270"),
        ("coordinador", ("--unit", "PUNO"), "CEN-270"),
        ("gestor", ("--zone", "Melgar", "--unit", "CUSCO"), "CEN-271"),
        ("gestor", ("--zone", "Melgar", "--unit", "LIMA"), "CEN-262"),
        ("unidad", (), "CEN-270"),
        ("unidad", ("--unit", "PUNO", "--zone", "Melgar"), "CEN-270"),
        ("sede", ("--unit", "PUNO"), "CEN-270"),
        ("auditor", ("--zone", "Melgar"), "CEN-270"),
    ],
)
def test_who_is_enrolled_where_his_role_does_not_belong_is_told_and_nobody_is_made(
    office: tuple[str, str], role: str, place: tuple[str, ...], code: str
) -> None:
    status, text = enrol(office, "ana", role, *place)
    assert status == 1
    assert code in text
    assert stored(office) == {}


def test_a_zone_does_not_go_to_another_unit_without_its_people(office: tuple[str, str]) -> None:
    assert enrol(office, "ana", "gestor", "--zone", "Melgar")[0] == 0
    status, text = run("zone", "Melgar", "--unit", "CUSCO", *office)
    assert status == 1
    assert "CEN-272" in text
    assert "ana" in text
    assert run("zone", "Melgar", "--unit", "PUNO", *office)[0] == 0
    assert "CEN-273" in run("zone", "a/b", "--unit", "PUNO", *office)[1]
    assert "CEN-262" in run("zone", "Nueva", "--unit", "LIMA", *office)[1]


def test_a_server_without_units_goes_on_as_it_was(tmp_path: Path) -> None:
    where = ("--database", f"sqlite:///{tmp_path / 'central.db'}")
    assert run("init", *where)[0] == 0
    assert enrol(where, "ana", "gestor", "--zone", "Grau")[0] == 0
    assert stored(where)["ana"] == ("field_worker", "", "Grau", True)


def test_the_operator_sees_who_is_there_who_is_shut_out_and_which_laptop_was_heard_when(
    office: tuple[str, str],
) -> None:
    enrol(office, "ana", "gestor", "--zone", "Melgar")
    enrol(office, "lima", "sede")
    database = Database(office[1])
    settings = ServerSettings(database_url=office[1], argon2_memory_kib=64, argon2_passes=1)
    accounts = Accounts(database, settings, SystemClock())
    accounts.login("ana", PASSWORD, "0123456789abcdef", "LAPTOP-7")
    for _ in range(settings.free_attempts):
        with pytest.raises(UserError):
            accounts.login("lima", "mala clave", "d-2", "")
    database.close()
    status, text = run("accounts", *office)
    assert status == 0
    (ana,) = (line for line in text.splitlines() if " ana " in line)
    today = f"{SystemClock().today():%d/%m/%Y}"
    for shown in ("gestor", "PUNO", "Melgar", "abierto", f"01234567 LAPTOP-7: {today}"):
        assert shown in ana
    assert "espera hasta" in text
    assert "2 personas" in text
    assert run("block", "--user", "ana", *office)[0] == 0
    assert run("deactivate", "--user", "ana", *office)[0] == 0
    status, text = run("accounts", "--unit", "PUNO", *office)
    assert "cerrado" in text
    assert "bloqueada" in text
    assert "lima" not in text
    assert "1 persona." in text


def test_who_left_gets_in_no_more_and_who_comes_back_does(office: tuple[str, str]) -> None:
    enrol(office, "ana", "gestor", "--zone", "Melgar")
    status, text = run("deactivate", "--user", "ana", *office)
    assert (status, text.strip()) == (0, "ana ya no puede entrar.")
    assert "ya estaba" in run("deactivate", "--user", "ana", *office)[1]
    assert not stored(office)["ana"][3]
    assert run("activate", "--user", "ana", *office)[0] == 0
    assert stored(office)["ana"][3]
    assert "CEN-207" in run("deactivate", "--user", "nadie", *office)[1]


def test_people_with_brackets_in_their_names_are_shown_as_they_are_written(
    office: tuple[str, str],
) -> None:
    more = ("--role", "sede", *SECRET, *office)
    assert run("enrol", "--user", "x", "--name", "Ana [bold]Ccori[/bold]", *more)[0] == 0
    assert "[bold]Ccori[/bold]" in run("accounts", *office)[1]


def test_a_whole_zone_of_another_unit_is_named_in_few_words(
    accounts: Accounts, database: Database, clock: FixedClock
) -> None:
    for number in range(8):
        accounts.enrol(Account(f"g{number}", "G", Role.FIELD_WORKER, "Z7"), PASSWORD)
    add_unit(database, "PUNO", "Puno", clock)
    with pytest.raises(UserError, match="g0, g1, g2, g3, g4 y 3 más"):
        add_zone(database, "Z7", "PUNO", clock)


def test_a_zone_from_before_there_were_units_keeps_nobody_out_of_one(
    accounts: Accounts, database: Database, clock: FixedClock
) -> None:
    with database.writing() as connection:  # as migration 0005 writes them
        connection.execute(sa.insert(zones).values(name="Grau", unit=""))
    add_unit(database, "PUNO", "Puno", clock)
    accounts.enrol(Account("ana", "Ana", Role.FIELD_WORKER, "Grau", "PUNO"), PASSWORD)
    found = accounts.account("ana")
    assert found is not None
    assert (found.unit, found.zone) == ("PUNO", "Grau")
