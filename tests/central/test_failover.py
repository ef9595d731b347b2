"""A server and a PostgreSQL that are killed, and a standby promoted, lose nothing a laptop was told is there.

Many rounds: ``python -m tests.central.failover``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from sqlalchemy import make_url

from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings, without_secrets
from juntos_campo.domain.clock import SystemClock
from juntos_campo.sync.http_transport import HttpTransport

from .conftest import ANA, PASSWORD
from .failover_clusters import Cluster, address, clusters
from .load_clients import home_of
from .server_process import prepared

ROOT = Path(__file__).parents[2]
PATIENCE = 1.5


def test_a_server_killed_under_load_and_a_promoted_standby_keep_what_laptops_were_told() -> None:
    command = [sys.executable, "-m", "tests.central.failover", "--json", "--laptops", "4"]
    command += ["--workers", "1", "--working", "0.3", "--pause", "0.2", "--rounds", "3"]
    command += ["--only", "server", "database", "standby"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(run.stdout)["figures"]
    assert [figures[f"kills: {one}"] for one in ("server", "database", "standby")] == [1, 1, 1]
    assert figures["changes acknowledged"] >= 4


class OldLaptop:
    """Speaks version 1 or 2, and always shows the same counter."""

    def __init__(self, url: str, protocol: int) -> None:
        self.protocol = protocol
        with HttpTransport(url, tries=1) as transport:
            transport.protocol = protocol
            self.device = f"d-{protocol}"
            self.stamp = transport.login("ana", PASSWORD, self.device, "laptop").stamp
            self.headers = {"Authorization": f"Bearer {transport.token}"}
        self.url = f"{url}/v1/sync"

    def send(self, *operations: dict[str, Any]) -> requests.Response:
        message = {
            "protocol": self.protocol, "device": self.device, "stamp": self.stamp, "cursor": {},
            "counter": 5, "operations": list(operations),
        }  # fmt: skip
        with requests.Session() as session:
            return session.post(self.url, json=message, headers=self.headers, timeout=PATIENCE)

    def outcome(self, *operations: dict[str, Any]) -> str:
        answer = self.send(*operations).json()
        self.stamp = answer.get("stamp") or self.stamp
        return answer["acks"][0].get("outcome", "applied") if operations else ""

    def insist(self, operation: dict[str, Any]) -> None:
        """Send it until there is an answer; the first may only tell that connections were of before."""
        while self.send(operation).status_code == requests.codes.unavailable:
            continue

    def visit(self) -> dict[str, Any]:
        return {
            "op_id": f"op-{self.device}-00000001", "kind": "field_record", "id": f"r-{self.device}",
            "base_version": 0, "author": "ana", "counter": 5,
            "device_time": "2026-11-17T08:00:00-05:00",
            "fields": {
                "household_id": "", "field_worker": "ana", "form_id": "p_actividad",
                "form_version": "1", "on": "2026-11-17", "title": "Actividad", "answers": {},
            },
        }  # fmt: skip


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with clusters() as make:
        made = make("norte")
        made.make()
        yield made


@pytest.mark.logs_warnings
def test_what_no_standby_has_is_told_to_nobody_even_when_asked_again_after_a_crash(
    cluster: Cluster,
) -> None:
    settings = prepared(address(cluster), ANA, password=PASSWORD)
    with closing(Database(settings.database_url)) as database:
        load(database, [home_of("ana")], SystemClock())
    with ServerThread(create_app(settings)) as server:
        laptops = [OldLaptop(server.url, protocol) for protocol in (1, 2)]
        for one in laptops:
            one.outcome()
        cluster.demand("nobody")
        for waiting, one in enumerate(laptops, 1):
            with pytest.raises(requests.Timeout):
                one.send(one.visit())
            cluster.wait_until_unconfirmed(waiting)
        cluster.kill()
        cluster.start()
        for one in laptops:
            with pytest.raises(requests.Timeout):
                one.insist(one.visit())
        cluster.demand("")
        # Who gave up waiting is still being answered, and may be the first or the second.
        assert {one.outcome(one.visit()) for one in laptops} <= {"applied", "duplicate"}
        there = cluster.run("SELECT version FROM records WHERE kind = 'field_record'")
        assert there == [(1,), (1,)], "each once"


@pytest.mark.logs_warnings
def test_a_database_that_takes_no_changes_is_no_fault_of_what_the_laptop_sends(
    new_postgresql: Callable[[], str],
) -> None:
    settings = prepared(new_postgresql(), ANA, password=PASSWORD)
    with closing(Database(settings.database_url)) as database:
        load(database, [home_of("ana")], SystemClock())

    def read_only(how: str) -> None:
        name = make_url(settings.database_url).database
        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {how}")

    laptops = []
    for protocol in (1, 2):
        with ServerThread(create_app(settings)) as server:
            laptops.append(OldLaptop(server.url, protocol))
            laptops[-1].outcome()
    read_only("on")
    with ServerThread(create_app(settings)) as server:
        for one in laptops:
            one.url = f"{server.url}/v1/sync"
            assert one.send(one.visit()).status_code == requests.codes.unavailable
    read_only("off")
    with ServerThread(create_app(settings)) as server:
        for one in laptops:
            one.url = f"{server.url}/v1/sync"
            assert one.outcome(one.visit()) == "applied"


def test_an_address_of_several_databases_is_taken_and_shown_without_its_password() -> None:
    url = (
        "postgresql://juntos:secreta@/juntos?host=norte:5432&host=sur:5432"
        "&target_session_attrs=read-write"
    )
    settings = ServerSettings(database_url=url)
    assert settings.on_postgresql
    assert "secreta" not in without_secrets(url)
    database = Database(url)
    _, given = database.engine.dialect.create_connect_args(database.engine.url)
    assert given["host"].split(",") == ["norte", "sur"]
    assert given["port"].split(",") == ["5432", "5432"]
    assert given["target_session_attrs"] == "read-write"
    database.close()
