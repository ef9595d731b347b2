"""A server that is told to end finishes what it does; what was acknowledged is there."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.database import Database
from juntos_campo.central.tables import records

from .conftest import ANA, PASSWORD
from .server_process import Served, prepared, serving

BODY = json.dumps(
    {
        "protocol": 1,
        "device": "d-1",
        "operations": [
            {
                "op_id": "op-00000001",
                "kind": "field_record",
                "id": "r-1",
                "base_version": 0,
                "author": "ana",
                "counter": 1,
                "device_time": "2026-11-17T08:00:00-05:00",
                "fields": {
                    "household_id": "", "field_worker": "ana", "form_id": "p_actividad",
                    "form_version": "1", "on": "2026-11-17", "title": "Actividad", "answers": {},
                },
            }
        ],
    }
).encode()  # fmt: skip


def enter(served: Served, device: str = "d-1") -> str:
    login = {"protocol": 2, "user": "ana", "password": PASSWORD, "device": device}
    return str(served.post("/v2/login", login).json()["token"])


def half_sent(served: Served) -> socket.socket:
    """An exchange of which half has arrived: at 2G that lasts."""
    link = socket.create_connection(("127.0.0.1", served.port), timeout=30)
    head = f"POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n"
    head += f"Accept-Encoding: identity\r\nAuthorization: Bearer {enter(served)}\r\n\r\n"
    link.sendall(head.encode() + BODY[:100])
    time.sleep(0.3)
    return link


def wait_until(true: Callable[[], bool]) -> None:
    last = time.monotonic() + 20
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


def refuses(served: Served) -> bool:
    try:
        socket.create_connection(("127.0.0.1", served.port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.fixture
def place(lend: Lender) -> str:
    address = lend()
    prepared(address, ANA, password=PASSWORD)
    return address


def test_an_exchange_under_way_is_answered_whole_and_kept_while_nobody_new_gets_in(
    tmp_path: Path, place: str
) -> None:
    with serving(tmp_path, place) as served, closing(half_sent(served)) as link:
        served.told_to_end()
        wait_until(lambda: refuses(served))
        assert served.process.poll() is None
        link.sendall(BODY[100:])
        answer = b""
        while part := link.recv(65536):
            answer += part
        assert served.ended() == 0
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)["acks"] == [{"op_id": "op-00000001", "version": 1}]
    with closing(Database(place)) as database, database.reading() as connection:
        found = connection.execute(sa.select(records.c.id, records.c.version)).all()
    assert [tuple(row) for row in found] == [("r-1", 1)]


@pytest.mark.parametrize("lend", ["sqlite"], indirect=True)  # the process alone is looked at
def test_a_balancer_is_told_before_and_who_is_in_a_hurry_ends_it_at_once(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUNTOS_CENTRAL_DRAIN_SECONDS", "300")
    with serving(tmp_path, place) as served:
        served.told_to_end()
        wait_until(lambda: served.get("/v1/ready").status_code == 503)
        answer = served.get("/v1/ready")
        assert answer.json()["code"] == "CEN-247"
        assert answer.headers["retry-after"]
        assert served.get("/v1/live").status_code == 200
        began = time.monotonic()
        served.told_to_end()
        assert served.ended() == 1
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("lend", ["sqlite"], indirect=True)  # the process alone is looked at
def test_a_laptop_that_never_finishes_does_not_keep_the_server_from_ending(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUNTOS_CENTRAL_STOP_SECONDS", "1")
    with serving(tmp_path, place) as served, closing(half_sent(served)):
        served.told_to_end()
        assert served.ended(20) == 0
