"""Whatever arrives over HTTP is answered politely, and nothing breaks or leaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.wire.framing import pack

from .conftest import PASSWORD


class Client:
    """Talks to the server as anybody could."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        answer = self.post("/v1/login", login())
        self.token = answer.json().get("token", "")

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.session.post(self.url + path, data=data, headers=headers, timeout=10)

    def sync(self, body: Any, **headers: str) -> requests.Response:
        return self.post("/v1/sync", body, Authorization=f"Bearer {self.token}", **headers)


def login(**other: object) -> dict[str, object]:
    base = {"protocol": 1, "user": "ana", "password": PASSWORD, "device": "d-1"}
    return {**base, **other}


def operation(**other: object) -> dict[str, object]:
    base = {
        "op_id": "op-00000001",
        "kind": "visit",
        "id": "v-1",
        "base_version": 0,
        "author": "ana",
        "counter": 1,
        "device_time": "2026-11-17T08:00:00-05:00",
        "fields": {},
    }
    return {**base, **other}


@pytest.fixture
def client(accounts: Accounts, settings: ServerSettings, clock: FixedClock) -> Iterator[Client]:
    with ServerThread(create_app(settings, clock)) as server:
        made = Client(server.url)
        yield made
        made.session.close()


def test_health_is_told_without_a_password(client: Client) -> None:
    answer = client.session.get(f"{client.url}/v1/health", timeout=10)
    assert answer.json() == {"status": "ok", "protocol": 2, "supported": [1, 2]}


def test_a_login_tells_who_the_person_is(client: Client) -> None:
    body = client.post("/v1/login", login()).json()
    assert body["full_name"] == "Ana Ccori"
    assert body["role"] == "field_worker"
    assert body["partitions"] == ["ref", "fw:ana"]


def test_a_newer_program_is_told_which_versions_the_server_speaks(client: Client) -> None:
    for answer in (
        client.post("/v1/login", login(protocol=99)),
        client.sync({"protocol": 99, "device": "d-1"}),
    ):
        assert answer.status_code == 409
        assert answer.json()["code"] == "CEN-005"
        assert answer.json()["supported"] == [1, 2]


def test_a_refusal_names_fields_but_repeats_no_value(client: Client) -> None:
    secret = "QUISPE HUAMÁN 45678901"
    for body in (
        {"protocol": 1, "device": "d-1", "operations": [operation(kind=secret)]},
        {"protocol": 1, "device": secret},
    ):
        answer = client.sync(body)
        assert answer.json().get("code") == ("CEN-006" if "operations" not in body else None)
        assert ("kind" if "operations" in body else "device") in answer.text
        assert "45678901" not in answer.text


def test_an_operation_of_no_sense_is_refused_alone_and_the_others_arrive(client: Client) -> None:
    good = {
        "household_id": "", "field_worker": "ana", "form_id": "p_actividad", "form_version": "1",
        "on": "2026-11-17", "title": "Actividad", "answers": {},
    }  # fmt: skip
    wanted = [
        operation(op_id="op-00000001", kind="Ñandú"),
        operation(op_id="op-00000002", kind="field_record", id="r-1", fields=good),
        operation(op_id="op-00000003", fields={"x" * 400: 1}),
        operation(op_id="op-00000004", fields={f"answers/{n}": n for n in range(20_001)}),
        operation(op_id="op-00000005", kind="field_record", id="r-2", fields=good),
    ]
    answer = client.sync({"protocol": 2, "device": "d-1", "operations": wanted}).json()
    assert [(ack["op_id"], ack.get("refused", {}).get("code", "")) for ack in answer["acks"]] == [
        ("op-00000001", "CEN-110"),
        ("op-00000002", ""),
        ("op-00000003", "CEN-110"),
        ("op-00000004", "CEN-111"),
        ("op-00000005", ""),
    ]


def test_an_incomplete_record_is_refused_alone(client: Client) -> None:
    answer = client.sync(
        {
            "protocol": 1,
            "device": "d-1",
            "operations": [operation(fields={"field_worker": "ana"}), operation(op_id="op-2" * 3)],
        }
    )
    assert answer.status_code == 200
    assert {ack["outcome"] for ack in answer.json()["acks"]} == {"refused"}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", ""),
        (b"{", ""),
        (b"\xff\xfe\x00", ""),
        (b"not zstandard", "zstd"),
        (pack(b'{"protocol": 1}' * 100)[0][:20], "zstd"),
        (b"{}", "gzip"),
        (b'{"protocol": NaN}', ""),
        (b'{"protocol": 1, "device": "\\ud800"}', ""),
        (b"[" * 100_000, ""),
    ],
)
def test_a_damaged_body_is_answered_not_suffered(
    client: Client, data: bytes, encoding: str
) -> None:
    answer = client.sync(data, **({"Content-Encoding": encoding} if encoding else {}))
    assert answer.status_code == 422
    assert answer.json()["code"] == "CEN-006"


def test_a_small_body_that_swells_up_is_refused(client: Client, settings: ServerSettings) -> None:
    bomb, encoding = pack(b" " * (settings.max_body + 1))
    assert len(bomb) < 10_000
    assert client.sync(bomb, **{"Content-Encoding": encoding}).status_code == 422


def test_an_unknown_address_is_told_in_spanish(client: Client) -> None:
    answer = client.session.get(f"{client.url}/admin", timeout=10)
    assert answer.status_code == 404
    assert answer.json()["code"] == "CEN-009"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
names = st.sampled_from(["answers/x", "answers", "state", "household_id", "field_worker", "a/b/c"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changed=st.dictionaries(
        st.sampled_from(["op_id", "kind", "id", "base_version", "author", "counter", "deleted"]),
        json_values,
        max_size=2,
    ),
    fields=st.dictionaries(names, json_values, max_size=4),
    removed=st.lists(names, max_size=2),
    cursor=json_values | st.dictionaries(st.sampled_from(["ref", "fw:ana", "fw:x"]), st.integers()),
)
def test_no_operation_whatever_it_holds_breaks_the_server(
    client: Client,
    changed: dict[str, Any],
    fields: dict[str, Any],
    removed: list[str],
    cursor: Any,
) -> None:
    one = operation(fields=fields, removed=removed)
    one.update(changed)
    body = {"protocol": 1, "device": "d-1", "operations": [one], "cursor": cursor}
    answer = client.sync(body)
    assert answer.status_code in (200, 422)
    assert answer.json()["acks" if answer.status_code == 200 else "code"]
