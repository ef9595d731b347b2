"""The server's log tells what happened, and of nobody."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
import requests
from server_databases import Lender

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.logs import JsonLines, TextLines
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.values import Role

from .conftest import PASSWORD
from .server_process import Served, prepared, serving

PEOPLE = ("mamani", "quispe", "huillca", "41234567", "r.ccori", "ccori")
ROSA = Account("r.ccori", "Rosa Ccori Huillca", Role.FIELD_WORKER, "Z1")


def told(served: Served) -> list[dict[str, object]]:
    lines = served.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_a_stolen_log_names_no_household_no_person_and_no_way_in(
    tmp_path: Path, lend: Lender
) -> None:
    address = lend()
    prepared(address, ROSA, password=PASSWORD)
    device = "laptop-de-mamani"
    login = {"protocol": 2, "user": "r.ccori", "password": PASSWORD, "device": device}
    with serving(tmp_path, address, "--log-format", "json") as served:
        token = served.post("/v1/login", login).json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        served.post("/v1/login", {**login, "password": "Quispe41234567"})
        served.post("/v1/login", {"protocol": 2, "user": "JUAN QUISPE"})
        operation = {
            "op_id": "op-00000001",
            "kind": "field_record",
            "id": "41234567",
            "base_version": 0,
            "author": "r.ccori",
            "counter": 1,
            "device_time": "2026-11-17T08:00:00-05:00",
            "fields": {"answers/nombre": "MAMANI QUISPE, Juana", "answers/dni": "41234567"},
        }
        body = {"protocol": 1, "device": device, "operations": [operation]}
        assert served.post("/v1/sync", body, **bearer).status_code == 200
        served.post("/v1/sync", {**body, "device": "MAMANI 41234567"}, **bearer)
        served.get("/v1/health?dni=41234567&nombre=Mamani")
        served.get("/quispe/41234567?usuario=r.ccori")
        served.post("/v1/sync", body, **bearer, **{"X-Request-Id": "proxy-77"})
        served.post("/v1/sync", body, **bearer, **{"X-Request-Id": "DNI 41234567"})
        requests.request("PROPFIND", served.url + "/v1/sync", timeout=10).close()
        # No method that HTTP knows: refused before anything of ours sees it.
        assert requests.request("QUISPE", served.url + "/v1/sync", timeout=10).status_code == 400
        served.told_to_end()
        assert served.ended() == 0
    text = served.log.read_text(encoding="utf-8")
    for secret in (*PEOPLE, token, PASSWORD, device, "laptop-de"):
        assert secret.lower() not in text.lower()
    requests_told = [one for one in told(served) if one["event"] == "request"]
    assert [(one["route"], one["status"], one["code"]) for one in requests_told] == [
        ("/v1/login", 200, ""),
        ("/v1/login", 401, "CEN-001"),
        ("/v1/login", 422, "CEN-006"),
        ("/v1/sync", 200, ""),
        ("/v1/sync", 422, "CEN-006"),
        ("-", 404, "CEN-009"),
        ("/v1/sync", 200, ""),
        ("/v1/sync", 200, ""),
        ("/v1/sync", 405, "CEN-009"),
    ]
    exchanges = [one for one in requests_told if one["route"] == "/v1/sync" and one["who"]]
    assert len({str(one["who"]) for one in exchanges}) == 1
    assert [one["request"] == "proxy-77" for one in exchanges] == [False, False, True, False]
    assert all(one["up"] and one["down"] and float(str(one["ms"])) > 0 for one in exchanges)


@pytest.mark.logs_warnings
def test_an_error_nobody_foresaw_is_told_without_its_words_and_answered_with_a_number(
    accounts: Accounts,
    settings: ServerSettings,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def falls(*_what: object, **_more: object) -> None:
        try:
            raise KeyError("MAMANI QUISPE 41234567")
        except KeyError as error:
            raise ValueError("41234567") from error

    monkeypatch.setattr(Exchange, "run", falls)
    caplog.set_level(logging.INFO)
    token = accounts.login("ana", PASSWORD, "d-1", "")[1]
    with ServerThread(create_app(settings, clock)) as server:
        answer = requests.post(
            f"{server.url}/v1/sync",
            b'{"protocol": 1, "device": "d-1"}',
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
    assert answer.status_code == 500
    assert answer.json()["code"] == "CEN-248"
    assert answer.headers["x-request-id"] in answer.json()["text"]
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
    for form in (JsonLines(), TextLines()):
        lines = "\n".join(form.format(one) for one in caplog.records)
        assert "ValueError (" in lines
        assert "KeyError (" in lines
        assert answer.headers["x-request-id"] in lines
        assert "41234567" not in lines


@pytest.mark.logs_warnings
def test_a_library_that_logs_an_error_with_its_words_is_cut_short_too() -> None:
    try:
        raise RuntimeError("MAMANI 41234567")
    except RuntimeError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "failed\nagain", (), info)
    assert "41234567" not in TextLines().format(record) + JsonLines().format(record)
    assert len(TextLines().format(record).splitlines()) == 1


def test_whoever_pays_for_every_byte_is_not_sent_a_number_he_did_not_ask_for(
    accounts: Accounts, settings: ServerSettings, clock: FixedClock, database: Database
) -> None:
    assert database is not None
    with ServerThread(create_app(settings, clock)) as server, requests.Session() as session:
        plain = session.get(f"{server.url}/v1/health", timeout=10)
        asked = session.get(f"{server.url}/v1/health", headers={"X-Request-Id": "a.1"}, timeout=10)
        unfit = session.get(f"{server.url}/v1/health", headers={"X-Request-Id": "a b"}, timeout=10)
    assert "x-request-id" not in plain.headers
    assert asked.headers["x-request-id"] == "a.1"
    assert "x-request-id" not in unfit.headers
