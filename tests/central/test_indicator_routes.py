"""``/v1/indicators``: everybody reads the figures of his own territory, and of no small place outside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from openpyxl import load_workbook
from server_databases import Lender

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import ensure_partition
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import indicators as kept
from juntos_campo.central.tables import zones
from juntos_campo.central.units import add_unit
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.values import Role

from .conftest import PASSWORD, first_morning

CHEAP = {"argon2_memory_kib": 64, "argon2_passes": 1}
CODE, PERIOD = "anemia_6_a_12m", "2026-M10"
PLACES = {"ana": ("Z1", "PUNO"), "beto": ("Z2", "PUNO"), "caro": ("Z3", "CUSCO")}
COUNTS = [  # worker, district, numerator, denominator
    ("ana", "210101", 4, 20),
    ("ana", "210102", 1, 2),
    ("beto", "210101", 3, 10),
    ("beto", "210103", 2, 6),
    ("caro", "080101", 5, 30),
]
PEOPLE = {
    "coordinator": (Role.ZONE_COORDINATOR, "Z1", "PUNO"),
    "puno": (Role.TERRITORIAL_UNIT, "", "PUNO"),
    "cusco": (Role.TERRITORIAL_UNIT, "", "CUSCO"),
    "sede": (Role.CENTRAL_OFFICE, "", ""),
}


@pytest.fixture
def settings(lend: Lender) -> ServerSettings:
    return ServerSettings(database_url=lend("figures of two units", begin), **CHEAP)


@pytest.fixture
def tokens(database: Database, settings: ServerSettings, clock: FixedClock) -> dict[str, str]:
    accounts = Accounts(database, settings, clock)
    return {name: accounts.login(name, PASSWORD, f"device-{name}", "")[1] for name in PEOPLE}


def begin(database: Database) -> None:
    clock = first_morning()
    accounts = Accounts(database, ServerSettings(**CHEAP), clock)
    for unit in ("PUNO", "CUSCO"):
        add_unit(database, unit, f"Unidad Territorial {unit.title()}", clock)
    with database.writing() as connection:
        for zone, unit in PLACES.values():
            connection.execute(sa.insert(zones).values(name=zone, unit=unit))
    for name, (zone, unit) in PLACES.items():
        accounts.enrol(Account(name, name.title(), Role.FIELD_WORKER, zone, unit), PASSWORD)
    with database.writing() as connection:
        for name in PLACES:
            ensure_partition(connection, f"fw:{name}")
        for name, district, numerator, denominator in COUNTS:
            values = {"indicator": CODE, "period": PERIOD, "partition": f"fw:{name}", "unknown": 0}
            counts = {"numerator": numerator, "denominator": denominator, "facility": ""}
            connection.execute(sa.insert(kept.values).values(**values, **counts, district=district))
    for name, (role, zone, unit) in PEOPLE.items():
        accounts.enrol(Account(name, name.title(), role, zone, unit), PASSWORD)


@pytest.fixture
def server(
    settings: ServerSettings, clock: FixedClock, tokens: dict[str, str]
) -> Iterator[ServerThread]:
    with ServerThread(create_app(settings, clock)) as running:
        yield running


def ask(server: ServerThread, token: str, query: str) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    return requests.get(f"{server.url}/v1/indicators?{query}", headers=headers, timeout=20)


def figures(answer: Any, level: str) -> dict[str, tuple[int | None, int | None]]:
    """Numerator and denominator by territory."""
    assert answer.status_code == 200, answer.text
    rows = answer.json().get("rows", [])
    return {
        one.get("territory", ""): (one.get("numerator"), one.get("denominator"))
        for one in rows
        if one["level"] == level
    }


def test_everybody_is_told_of_his_own_territory_alone(
    server: ServerThread, tokens: dict[str, str]
) -> None:
    answers = {who: ask(server, token, "period=2026-10") for who, token in tokens.items()}
    assert figures(answers["coordinator"], "zona") == {"Z1": (5, 22)}
    assert figures(answers["coordinator"], "gestor") == {"ana": (5, 22)}
    assert figures(answers["puno"], "unidad") == {"PUNO": (10, 38)}
    assert figures(answers["puno"], "zona") == {"Z1": (5, 22), "Z2": (5, 16)}
    assert figures(answers["cusco"], "gestor") == {"caro": (5, 30)}
    assert figures(answers["sede"], "nacional") == {"PE": (15, 68)}
    assert figures(answers["sede"], "unidad") == {"PUNO": (10, 38), "CUSCO": (5, 30)}
    for who in ("coordinator", "puno", "cusco"):
        assert figures(answers[who], "nacional") == {}, "a part is not told as the whole country"
    for who, level in (("coordinator", "unit"), ("puno", "nation"), ("cusco", "department")):
        assert ask(server, tokens[who], f"by={level}").json()["code"] == "CEN-343"


def test_two_children_of_a_district_are_hidden_from_the_offices_and_not_from_their_coordinator(
    server: ServerThread, tokens: dict[str, str]
) -> None:
    query = "period=2026-10&by=district"
    assert figures(ask(server, tokens["coordinator"], query), "distrito") == {
        "210101": (4, 20),
        "210102": (1, 2),
    }
    for who in ("puno", "sede"):
        seen = figures(ask(server, tokens[who], query), "distrito")
        assert seen["210101"] == (7, 30)
        assert seen["210102"] == (None, None)
        assert seen["210103"] == (None, None), "else the two are the total less the others"
    for form in ("csv", "xlsx"):
        body = ask(server, tokens["puno"], f"{query}&format={form}").content
        assert "210102" in table(body, form)
        assert table(body, form)["210102"] in (("", ""), (None, None))


def table(body: bytes, form: str) -> dict[str, tuple[Any, Any]]:
    """The same of a file."""
    if form == "csv":
        rows = csv.DictReader(StringIO(body.decode("utf-8-sig")), delimiter=";")
        return {one["codigo"]: (one["numerador"], one["denominador"]) for one in rows}
    _, *found = load_workbook(BytesIO(body))["Indicadores"].iter_rows(values_only=True)
    return {str(one[5]): (one[7], one[8]) for one in found}


def test_a_district_that_is_not_wholly_ones_own_says_so(
    server: ServerThread, tokens: dict[str, str]
) -> None:
    rows = ask(server, tokens["coordinator"], "period=2026-10&by=district").json()["rows"]
    assert {one["territory"] for one in rows} == {"210101", "210102"}
    assert all("Solo los hogares de su zona" in one["note"] for one in rows)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("period=octubre", "CEN-347"),
        ("period=2026-13", "CEN-347"),
        ("indicator=nada", "CEN-340"),
        ("indicator=anemia_6_a_12m&period=2026", "CEN-342"),
        ("by=casa", "CEN-343"),
        ("format=pdf", "CEN-344"),
        ("indicator=%00", "CEN-340"),
    ],
)
def test_a_senseless_question_is_answered_in_spanish_with_what_can_be_asked(
    server: ServerThread, tokens: dict[str, str], query: str, code: str
) -> None:
    answer = ask(server, tokens["sede"], query)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
