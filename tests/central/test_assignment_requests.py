"""Offices see and order assignments and leaves over the network, each within its reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.units import add_unit
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.values import Role

from .conftest import PASSWORD

PEOPLE = (
    Account("anita", "Anita", Role.FIELD_WORKER, "Z1", "PUNO"),
    Account("beto", "Beto", Role.FIELD_WORKER, "Z2", "PUNO"),
    Account("carla", "Carla", Role.FIELD_WORKER, "Z3", "CUSCO"),
    Account("zoe", "Zoe", Role.ZONE_COORDINATOR, "Z1", "PUNO"),
    Account("puno", "Unidad Puno", Role.TERRITORIAL_UNIT, "", "PUNO"),
    Account("sede", "Sede", Role.CENTRAL_OFFICE, ""),
)
LEAVE = {
    "worker": "anita", "replacement": "beto", "first_day": "2026-11-17", "last_day": "2026-11-20",
}  # fmt: skip

LATER = {"last_day": "2026-12-05"}


class Office:
    """Asks the server as somebody."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        self.url, self.tokens = url, tokens

    def ask(self, user: str, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tokens[user]}", "Accept-Encoding": "identity"}
        return requests.request(method, self.url + path, headers=headers, timeout=20, **more)

    def see(self, user: str, asked: str) -> list[tuple[str, str, str]]:
        answer = self.ask(user, "GET", f"/v1/assignments?{asked}")
        assert answer.status_code == 200, answer.text
        found = answer.json().get("assignments", [])
        return [(one["household"], one["worker"], one["reason"]) for one in found]

    def assign(self, user: str, *rows: str, dry_run: bool = False) -> dict[str, Any]:
        body = "\n".join(("codigo_hogar;de;a", *rows)).encode()
        path = f"/v1/assignments?dry_run={int(dry_run)}"
        found: dict[str, Any] = self.ask(user, "POST", path, data=body).json()
        return found


@pytest.fixture
def office(
    database: Database, accounts: Accounts, settings: ServerSettings, clock: FixedClock
) -> Iterator[Office]:
    for unit in ("PUNO", "CUSCO"):
        add_unit(database, unit, unit, clock)
    for one in PEOPLE:
        accounts.enrol(one, PASSWORD)
    homes = enumerate(("anita", "anita", "beto", "carla"), start=1)
    load(database, [home(number, worker) for number, worker in homes], clock)
    tokens = {
        one.name: accounts.login(one.name, PASSWORD, f"d-{one.name}", "")[1] for one in PEOPLE
    }
    with ServerThread(create_app(settings, clock)) as server:
        yield Office(server.url, tokens)


def home(number: int, worker: str) -> Household:
    return Household(
        id=f"h-{number}", code=f"{number:05d}", field_worker=worker, settlement_id="s-1"
    )


def test_each_sees_the_history_of_his_territory_and_learns_nothing_of_others(
    office: Office,
) -> None:
    assert office.see("zoe", "household=h-1") == [("h-1", "anita", "load")]
    assert office.see("puno", "worker=beto") == [("h-3", "beto", "load")]
    assert len(office.see("sede", "worker=anita")) == 2
    beyond = [
        ("zoe", "household=h-3"),
        ("zoe", "worker=beto"),
        ("puno", "household=h-4"),
        ("puno", "worker=carla"),
        ("sede", "worker=nadie"),
        ("sede", "household=h-99"),
    ]
    assert [office.see(*one) for one in beyond] == [[]] * len(beyond)
    for asked in ("", "?household=h-1&worker=anita", "?household=", f"?worker={'x' * 65}"):
        assert office.ask("sede", "GET", f"/v1/assignments{asked}").json()["code"] == "CEN-006"


def test_a_table_moves_households_after_it_was_tried_and_faults_are_told_by_row(
    office: Office,
) -> None:
    tried = office.assign("puno", "00001;anita;beto", dry_run=True)
    assert (tried["accepted"], tried["dry_run"], tried["households"]) == (True, True, 1)
    assert office.see("sede", "worker=beto") == [("h-3", "beto", "load")]
    wrong = office.assign("puno", "00001;anita;beto", "00004;carla;beto")
    assert (wrong["accepted"], wrong.get("households", 0)) == (False, 0)
    assert [(one["row"], one["code"]) for one in wrong["faults"]] == [(3, "CEN-217")]
    assert office.assign("puno", "00001;anita;beto")["households"] == 1
    assert office.see("zoe", "household=h-1") == []  # it went to another zone
    assert office.see("puno", "household=h-1")[1] == ("h-1", "beto", "reassigned")
    assert office.assign("sede", "00001;beto;carla")["households"] == 1


def test_a_leave_ordered_over_the_network_moves_households_and_its_cancelling_brings_them_back(
    office: Office,
) -> None:
    made = office.ask("puno", "POST", "/v1/leaves", json=LEAVE).json()
    assert (made["state"], made["ordered_by"], made["away"]) == ("running", "puno", 2)
    assert [one[1] for one in office.see("puno", "household=h-1")] == ["anita", "beto"]
    for user in ("puno", "sede", "zoe"):
        (told,) = office.ask(user, "GET", "/v1/leaves").json()["leaves"]
        assert (told["worker"], told["away"]) == ("anita", 2)
    address = f"/v1/leaves/{made['number']}"
    assert office.ask("sede", "DELETE", address).json()["state"] == "cancelled"
    history = office.see("puno", "household=h-1")
    assert [one[2] for one in history] == ["load", "leave", "return"]
    assert office.ask("sede", "DELETE", address).json()["code"] == "CEN-284"


def test_a_last_day_is_changed_over_the_network(office: Office) -> None:
    made = office.ask("puno", "POST", "/v1/leaves", json=LEAVE).json()
    address = f"/v1/leaves/{made['number']}"
    later = office.ask("puno", "PATCH", address, json=LATER).json()
    assert later == {**made, **LATER}
    (told,) = office.ask("zoe", "GET", "/v1/leaves").json()["leaves"]
    assert told["last_day"] == LATER["last_day"]
    sooner = office.ask("sede", "PATCH", address, json={"last_day": "2026-11-17"}).json()
    assert (sooner["last_day"], sooner["state"]) == ("2026-11-17", "running")
    past = office.ask("sede", "PATCH", address, json={"last_day": "2026-11-16"}).json()
    assert past["code"] == "CEN-281"
    for wrong in ({}, {"last_day": "mañana"}, {"last_day": 3}):
        assert office.ask("sede", "PATCH", address, json=wrong).json()["code"] == "CEN-006"
    assert office.ask("sede", "PATCH", "/v1/leaves/uno", json=LATER).json()["code"] == "CEN-006"


def test_a_unit_changes_no_leave_of_another_unit(office: Office) -> None:
    order = {**LEAVE, "worker": "carla", "replacement": "beto"}
    made = office.ask("sede", "POST", "/v1/leaves", json=order).json()
    address = f"/v1/leaves/{made['number']}"
    assert office.ask("puno", "PATCH", address, json=LATER).json()["code"] == "CEN-284"
    assert office.ask("sede", "PATCH", address, json=LATER).json()["last_day"] == LATER["last_day"]


def test_a_unit_orders_no_leave_of_another_unit_and_cancels_none(office: Office) -> None:
    abroad = {**LEAVE, "replacement": "carla"}
    assert office.ask("puno", "POST", "/v1/leaves", json=abroad).json()["code"] == "CEN-216"
    made = office.ask("sede", "POST", "/v1/leaves", json={**abroad, "worker": "carla",
                                                          "replacement": "beto"}).json()  # fmt: skip
    address = f"/v1/leaves/{made['number']}"
    assert office.ask("puno", "DELETE", address).json()["code"] == "CEN-284"
    assert office.ask("puno", "GET", "/v1/leaves").json().get("leaves", []) == []
    wrong = office.ask("puno", "POST", "/v1/leaves", json={**LEAVE, "first_day": "mañana"})
    assert wrong.json()["code"] == "CEN-006"
