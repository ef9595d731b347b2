"""The figures by which an operator sees that laptops cannot get in, or wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import requests
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.metrics import REGISTRY, Facts, show_metrics
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices
from juntos_campo.domain.clock import FixedClock

from .conftest import PASSWORD

LABELS = {"method", "route", "status", "le", "direction", "version", "outcome", "code", "result"}
LABELS |= {"within", "protocol"}


class Figures:
    """What Prometheus would read."""

    def __init__(self, url: str) -> None:
        self.url = url

    def read(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        with requests.Session() as session:
            text = session.get(f"{self.url}/metrics", timeout=10).text
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def of(self, name: str, **labels: str) -> float:
        return self.read().get((f"juntos_central_{name}", tuple(sorted(labels.items()))), 0.0)


@pytest.fixture
def figures(database: Database, clock: FixedClock) -> Iterator[Figures]:
    port, end = show_metrics("127.0.0.1", 0, Facts(database, clock))
    yield Figures(f"http://127.0.0.1:{port}")
    end()


@pytest.fixture
def url(accounts: Accounts, settings: ServerSettings, clock: FixedClock) -> Iterator[str]:
    assert accounts
    with ServerThread(create_app(settings, clock)) as server:
        yield server.url


def post(url: str, path: str, body: dict[str, object], token: str = "") -> requests.Response:
    with requests.Session() as session:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return session.post(url + path, json=body, headers=headers, timeout=10)


def test_logins_exchanges_operations_and_bytes_are_counted_as_they_ended(
    url: str, figures: Figures
) -> None:
    login: dict[str, object] = {"protocol": 1, "user": "ana", "password": PASSWORD, "device": "d-1"}
    operation = {
        "op_id": "op-00000001", "kind": "visit", "id": "v-1", "base_version": 0, "author": "ana",
        "counter": 1, "device_time": "2026-11-17T08:00:00-05:00",
    }  # fmt: skip
    sync = {"protocol": 1, "device": "d-1", "operations": [operation]}
    wanted = [
        ("logins_refused_total", {"code": "CEN-001"}, 2),
        ("exchanges_total", {"version": "1", "outcome": "ok"}, 1),
        ("exchanges_total", {"version": "1", "outcome": "CEN-003"}, 1),
        ("operations_total", {"outcome": "refused"}, 1),
        ("requests_total", {"method": "POST", "route": "/v1/login", "status": "401"}, 2),
        ("request_seconds_count", {"route": "/v1/sync"}, 2),
        ("requests_total", {"method": "GET", "route": "-", "status": "404"}, 3),
    ]
    before = [figures.of(name, **labels) for name, labels, _ in wanted]
    came = figures.of("body_bytes_total", direction="in")
    went = figures.of("body_bytes_total", direction="out")
    for _ in range(2):
        post(url, "/v1/login", {**login, "password": "otra cosa"})
    token = post(url, "/v1/login", login).json()["token"]
    sent = post(url, "/v1/sync", sync, token)
    post(url, "/v1/sync", sync, "nadie")
    with requests.Session() as session:
        for number in range(3):
            session.get(f"{url}/quispe/{number}", timeout=10)
    after = [figures.of(name, **labels) for name, labels, _ in wanted]
    assert [new - old for new, old in zip(after, before, strict=True)] == [
        number for _, _, number in wanted
    ]
    assert sent.request.body is not None
    assert figures.of("body_bytes_total", direction="in") - came > len(sent.request.body)
    assert figures.of("body_bytes_total", direction="out") > went


def test_no_label_tells_of_a_person_a_laptop_or_a_household(url: str, figures: Figures) -> None:
    post(url, "/v1/login", {"protocol": 1, "user": "ana", "password": PASSWORD, "device": "d-9"})
    found = {(name, value) for _, labels in figures.read() for name, value in labels}
    assert {name for name, _ in found} <= LABELS
    assert not {"ana", "d-9", "fw:ana"} & {value for _, value in found}


def test_who_watches_sees_connections_in_use_the_program_and_the_laptops_of_late(
    url: str, accounts: Accounts, figures: Figures, database: Database, clock: FixedClock
) -> None:
    for number, age in enumerate((timedelta(minutes=5), timedelta(hours=5), timedelta(days=3))):
        accounts.login("ana", PASSWORD, f"d-{number}", "")
        with database.writing() as connection:
            connection.execute(
                sa.update(devices)
                .where(devices.c.id == f"d-{number}")
                .values(seen_at=(clock.now() - age).isoformat())
            )
    assert [figures.of("devices_seen", within=one) for one in ("1h", "1d", "7d")] == [1, 2, 3]
    assert figures.of("database_up") == 1
    assert any(name == "juntos_central_build" for name, _ in figures.read())
    used = figures.of("pool_connections_used")
    app = create_app(accounts.settings, clock)
    with closing(app.state.database):
        with app.state.database.reading():
            assert figures.of("pool_connections_used") == used + 1
        assert figures.of("pool_connections_used") == used


def test_the_figures_still_come_when_the_database_does_not(clock: FixedClock) -> None:
    gone = Database("sqlite:////nowhere/at/all.db")
    port, end = show_metrics("127.0.0.1", 0, Facts(gone, clock))
    try:
        found = Figures(f"http://127.0.0.1:{port}")
        assert found.of("database_up") == 0
        assert len(found.read()) > len(list(REGISTRY.collect()))
    finally:
        end()
        gone.close()
