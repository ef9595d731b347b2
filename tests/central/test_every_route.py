"""Every address of the server against everybody who may ask: who is let in, and who is not.

What each role may is written down here once more, as the programme wants it, and not taken from the
server's table. An address that is not in `FOR` fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import audit, devices
from juntos_campo.central.units import add_unit
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.values import Role

from .conftest import PASSWORD

GESTOR, COORDINADOR, UNIDAD, SEDE, AUDITOR = "gestor", "coordinador", "unidad", "sede", "auditor"
ROLES = {
    GESTOR: Role.FIELD_WORKER,
    COORDINADOR: Role.ZONE_COORDINATOR,
    UNIDAD: Role.TERRITORIAL_UNIT,
    SEDE: Role.CENTRAL_OFFICE,
    AUDITOR: Role.AUDITOR,
}
SHUT_OUT = ("nobody", "a stranger's token", "a blocked laptop", "a deactivated person", "expired")

EVERYBODY = frozenset({*ROLES, *SHUT_OUT})
LAPTOPS = frozenset({GESTOR, COORDINADOR})
OFFICES = frozenset({UNIDAD, SEDE})

FOR: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/v1/health"): EVERYBODY,
    ("GET", "/v1/live"): EVERYBODY,
    ("GET", "/v1/ready"): EVERYBODY,
    ("POST", "/v1/login"): EVERYBODY,
    ("POST", "/v2/login"): EVERYBODY,
    ("POST", "/v2/token"): EVERYBODY,
    ("POST", "/v2/standing"): EVERYBODY,
    ("POST", "/v1/sync"): LAPTOPS,
    ("POST", "/v2/sync"): LAPTOPS,
    ("POST", "/v2/files"): LAPTOPS,
    ("PUT", "/v2/files/{key}"): LAPTOPS,
    ("GET", "/v2/files/{key}"): LAPTOPS,
    ("POST", "/v2/bundle"): LAPTOPS,
    ("GET", "/v1/accounts"): OFFICES | {AUDITOR},
    ("GET", "/v1/audit"): frozenset({AUDITOR}),
    ("GET", "/v1/assignments"): OFFICES | {COORDINADOR},
    ("POST", "/v1/assignments"): OFFICES,
    ("GET", "/v1/leaves"): OFFICES | {COORDINADOR},
    ("POST", "/v1/leaves"): OFFICES,
    ("PATCH", "/v1/leaves/{number}"): OFFICES,
    ("DELETE", "/v1/leaves/{number}"): OFFICES,
    ("GET", "/v1/indicators"): OFFICES | {AUDITOR, COORDINADOR},
}
"""Who gets past the door. What lies behind it may still be refused, as bytes that mean nothing are."""

KEY = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.jpg"
AT_THE_DOOR = {"CEN-003", "CEN-115", "CEN-116"}


@pytest.fixture
def app(settings: ServerSettings, clock: FixedClock, accounts: Accounts) -> Iterator[FastAPI]:
    made = create_app(settings, clock)
    with closing(made.state.database):
        yield made


@pytest.fixture
def server(app: FastAPI) -> Iterator[ServerThread]:
    with ServerThread(app) as running:
        yield running


@pytest.fixture
def tokens(accounts: Accounts, database: Database, clock: FixedClock) -> dict[str, str]:
    """A token for everybody who may ask; "" is none."""
    add_unit(database, "PUNO", "Unidad Territorial Puno", clock)
    found = {"nobody": "", "a stranger's token": "x" * 32}
    people = [*ROLES.items(), *((name, Role.FIELD_WORKER) for name in SHUT_OUT[2:])]
    for number, (name, role) in enumerate(people):
        zone = "Z1" if role in (Role.FIELD_WORKER, Role.ZONE_COORDINATOR) else ""
        unit = "PUNO" if role is Role.TERRITORIAL_UNIT else ""
        user = f"u{number}"
        accounts.enrol(Account(user, name, role, zone, unit), PASSWORD)
        if name == "expired":
            clock.advance(timedelta(days=-365))
        found[name] = accounts.login(user, PASSWORD, f"device-{number}", "")[1]
        if name == "expired":
            clock.advance(timedelta(days=365))
        if name == "a blocked laptop":
            accounts.block_devices(user)
        if name == "a deactivated person":
            accounts.set_active(user, active=False)
    return found


def routes(app: FastAPI) -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }


def ask(server: ServerThread, method: str, path: str, token: str, body: bytes = b"{}") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = server.url + path.replace("{key}", KEY).replace("{number}", "1")
    return requests.request(method, address, data=body, headers=headers, timeout=20)


def code_of(answer: Any) -> str:
    try:
        return str(answer.json().get("code", ""))
    except (ValueError, AttributeError):
        return ""


def test_every_address_was_thought_about_and_none_is_only_on_paper(app: FastAPI) -> None:
    assert routes(app) == set(FOR)


def test_every_address_lets_in_whom_the_programme_wants_and_nobody_else(
    app: FastAPI, server: ServerThread, tokens: dict[str, str]
) -> None:
    wrong: list[str] = []
    for method, path in sorted(routes(app)):
        expected = code_of(ask(server, method, path, ""))
        for who, token in tokens.items():
            answer = ask(server, method, path, token)
            refused = code_of(answer) in AT_THE_DOOR
            if FOR[method, path] == EVERYBODY:
                # Whoever asks is answered the same.
                right = code_of(answer) == expected
            else:
                right = refused == (who not in FOR[method, path])
                if refused:
                    right &= answer.status_code == (401 if who in SHUT_OUT else 403)
            if not right:
                wrong.append(f"{method} {path} for {who}: {answer.status_code} {answer.text[:80]}")
    assert wrong == []


def test_a_refusal_says_nothing_of_what_lies_behind_the_door(
    server: ServerThread, tokens: dict[str, str]
) -> None:
    """An auditor asks for the file of a household: there or not, he is told the same."""
    told = {
        ask(server, "GET", path, tokens[AUDITOR]).text
        for path in (
            f"/v2/files/{KEY}?at=0&most=9",
            f"/v2/files/{'0' * 64}.jpg?at=x",
            "/v2/files/%20",
        )
    }
    assert len(told) == 1


def test_whoever_is_refused_stands_in_the_audit_trail_once_a_minute_without_what_he_asked_for(
    server: ServerThread, tokens: dict[str, str], database: Database, clock: FixedClock
) -> None:
    for who in (AUDITOR, "a blocked laptop", "nobody", "a stranger's token"):
        for _ in range(3):
            ask(server, "GET", "/v2/files/{key}", tokens[who])
    with database.reading() as connection:
        sql = sa.select(audit.c.device, audit.c.detail).where(audit.c.action == "request.refused")
        rows = [tuple(row) for row in connection.execute(sql)]
        known = set(connection.execute(sa.select(devices.c.id)).scalars())
    assert sorted(detail for _, detail in rows) == [
        "CEN-003 GET /v2/files/{key}",
        "CEN-116 GET /v2/files/{key}",
    ]
    assert {device for device, _ in rows} <= known
    clock.advance(timedelta(minutes=2))
    ask(server, "GET", "/v2/files/{key}", tokens[AUDITOR])
    with database.reading() as connection:
        assert len(connection.execute(sql).all()) == 3


def test_a_units_office_sees_its_own_people_and_the_auditor_all(
    server: ServerThread, tokens: dict[str, str]
) -> None:
    def seen(who: str, query: str = "") -> list[str]:
        answer = ask(server, "GET", f"/v1/accounts{query}", tokens[who])
        assert answer.status_code == 200
        return [one["user"] for one in answer.json().get("accounts", [])]

    assert seen(UNIDAD) == ["u2"]
    everybody = seen(AUDITOR)
    assert everybody == ["ana", *(f"u{number}" for number in range(8))]
    assert seen(SEDE) == everybody
    pages, after = [], ""
    while part := seen(AUDITOR, f"?limit=4&after={after}"):
        pages += part
        after = part[-1]
    assert pages == everybody


def test_the_auditor_reads_the_whole_trail_in_pages_and_no_secret_is_in_it(
    server: ServerThread, tokens: dict[str, str], database: Database
) -> None:
    with database.reading() as connection:
        written = connection.execute(sa.select(sa.func.count()).select_from(audit)).scalar_one()
    rows: list[dict[str, Any]] = []
    more = True
    while more:
        after = rows[-1]["sequence"] if rows else 0
        answer = ask(server, "GET", f"/v1/audit?after={after}&limit=7", tokens[AUDITOR])
        page = answer.json()
        rows += page["entries"]
        more = page.get("more", False)
        assert PASSWORD not in answer.text
        assert not any(token and token in answer.text for token in tokens.values())
    assert len(rows) == written
    assert {"user.enrol", "login", "device.block", "user.deactivate"} <= {
        one["action"] for one in rows
    }


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=1001", "after=x", "limit=1e3"])
def test_a_senseless_page_of_the_trail_is_told_in_spanish(
    server: ServerThread, tokens: dict[str, str], query: str
) -> None:
    answer = ask(server, "GET", f"/v1/audit?{query}", tokens[AUDITOR])
    assert (answer.status_code, code_of(answer)) == (422, "CEN-006")
