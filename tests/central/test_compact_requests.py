"""The second version over HTTP: a page goes on where it was cut, and nothing that arrives breaks it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.loading import load
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Member
from juntos_campo.domain.values import DocumentKind, Relationship, Sex
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.compact import (
    decode_response,
    dictionary_of,
    encode_request,
    head_of,
)
from juntos_campo.wire.framing import AnswerReader
from juntos_campo.wire.messages import PROTOCOL, SyncRequest

from .conftest import PASSWORD
from .request_fuzz import fuzz

HOME = Household(id="h-1", code="00001", field_worker="ana", settlement_id="s-1")
PEOPLE = [
    Member(
        id=f"m-{number}",
        household_id="h-1",
        document_kind=DocumentKind.DNI,
        document_number=f"4{number:07d}",
        paternal="QUISPE",
        maternal="HUAMÁN",
        given=f"Ñusta {number * 7919}",
        sex=Sex.FEMALE,
        birth_date=date(2025, 3, 1 + number % 28),
        relationship=Relationship.CHILD,
    )
    for number in range(60)
]


class Door:
    """A signed-in device that talks to ``/v2/sync`` by hand."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.session = requests.Session()
        with HttpTransport(url) as transport:
            self.stamp = transport.login("ana", PASSWORD, "d-1", "laptop").stamp
            self.token = transport.token

    def post(self, data: bytes, **headers: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        return self.session.post(f"{self.url}/v2/sync", data=data, headers=headers, timeout=20)

    def ask(self, resume: str = "", **more: Any) -> AnswerReader:
        request = SyncRequest(protocol=PROTOCOL, device="d-1", stamp=self.stamp, **more)
        answer = self.post(encode_request(request), **({"X-Resume": resume} if resume else {}))
        assert answer.status_code == 200, answer.text
        reader = AnswerReader()
        reader.feed(answer.content)
        assert reader.head is not None
        return reader


@pytest.fixture
def door(
    accounts: Accounts, settings: ServerSettings, clock: FixedClock, tmp_path: Path
) -> Iterator[Door]:
    load(accounts.database, [HOME, *PEOPLE], clock)
    with ServerThread(create_app(settings, clock)) as server:
        made = Door(server.url, tmp_path)
        yield made
        made.session.close()


def test_the_same_page_is_made_again_and_only_its_rest_sent(door: Door) -> None:
    whole = door.ask()
    place = head_of(whole.head)
    assert place.total == len(whole.page) > 500
    for offset in (1, 300, place.total - 1, place.total):
        rest = door.ask(f"{place.tag}:{offset}")
        assert rest.offset == offset
        assert head_of(rest.head) == place
        assert bytes(rest.page) == bytes(whole.page)[offset:]
    answer = decode_response(whole.head, bytes(whole.page), 2**24)
    assert {one.id for one in answer.changes if one.kind == "member"} == {one.id for one in PEOPLE}


def test_a_page_asked_for_again_is_not_packed_again(
    door: Door, accounts: Accounts, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = [sha256(bytes([n % 256, n // 256])).hexdigest() for n in range(900)]
    load(accounts.database, [replace(PEOPLE[0], id=f"n-{n[:20]}", given=n) for n in noise], clock)
    whole = door.ask()
    place = head_of(whole.head)

    def again(*_: object) -> bytes:
        raise AssertionError("packed twice")

    monkeypatch.setattr("juntos_campo.central.page_cache.encode_page", again)
    rest = door.ask(f"{place.tag}:5000")
    assert head_of(rest.head) == place
    assert rest.page == whole.page[5000:]


@pytest.mark.parametrize(
    "said", ["0" * 16 + ":700", "tag:7", "{tag}:999999999", "{tag}:-1", "{tag}:", "{tag}:1e2", "ñ"]
)
def test_a_part_that_is_not_of_this_page_brings_all_of_it(door: Door, said: str) -> None:
    whole = door.ask()
    again = door.ask(said.replace("{tag}", head_of(whole.head).tag))
    assert (again.offset, again.page) == (0, whole.page)


def test_a_page_that_changed_meanwhile_is_sent_whole(
    door: Door, accounts: Accounts, clock: FixedClock
) -> None:
    tag = head_of(door.ask().head).tag
    load(accounts.database, [replace(HOME, id="h-2", code="00002")], clock)
    changed = door.ask(f"{tag}:700")
    assert changed.offset == 0
    ids = {one.id for one in decode_response(changed.head, bytes(changed.page), 2**24).changes}
    assert "h-2" in ids


def test_a_quiet_day_costs_less_than_600_bytes_with_all_headers(
    door: Door, settings: ServerSettings
) -> None:
    first = door.ask()
    answer = decode_response(first.head, bytes(first.page), 2**24)
    cursor = {**answer.cursor, **{name: one.until for name, one in answer.arriving.items()}}
    request = SyncRequest(
        protocol=PROTOCOL, device="0" * 32, stamp=answer.stamp, cursor=cursor, counter=1234
    )
    request = request.model_copy(update={"device": "d-1"})
    with HttpTransport(door.url, door.token) as transport:
        quiet = transport.exchange(request)
        assert (quiet.changes, quiet.more) == ((), False)
        assert transport.bytes_up + transport.bytes_down <= 600


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff" * 50, b"<html>", b"(\xb5/\xfd" + bytes(40)])
def test_what_is_no_compact_body_is_refused_with_a_code(door: Door, data: bytes) -> None:
    answer = door.post(data)
    assert answer.status_code == 422
    assert answer.json()["code"] == "CEN-006"


def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(
    door: Door, settings: ServerSettings
) -> None:
    host, _, port = door.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as link:
        link.sendall(
            f"POST /v2/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
            f"Content-Length: {settings.max_body + 1}\r\n\r\n".encode()
        )
        assert link.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_without_a_token_nothing_is_read(door: Door) -> None:
    for token in ("", "Bearer ", "Basic eA==", "Bearer " + "x" * 40):
        answer = requests.post(
            f"{door.url}/v2/sync", data=b"x", headers={"Authorization": token}, timeout=10
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "CEN-003")


def test_no_malformed_request_breaks_the_server_or_changes_the_register(tmp_path: Path) -> None:
    made = fuzz(tmp_path, 150, seed=7)
    assert made.faults == []
    answered = {key.rsplit(" ", 1)[0] for key, number in made.statuses.items() if number}
    assert answered == {
        "/v1/login", "/v1/sync", "/v2/login", "/v2/sync", "/v2/files", "/v2/bundle"
    }  # fmt: skip
    assert {key for key in made.statuses if "sync" in key} >= {"/v1/sync 200", "/v2/sync 200"}


def test_a_laptop_with_a_newer_dictionary_is_told_to_speak_the_first_version(door: Door) -> None:
    """Else an office that updates after its gestores would lock them out."""
    body = encode_request(SyncRequest(protocol=PROTOCOL, device="d-1", stamp=door.stamp))
    unknown = (65_000).to_bytes(2, "little")
    answer = door.post(body.replace(dictionary_of(body).to_bytes(2, "little"), unknown, 1))
    assert answer.status_code == 409
    assert answer.json()["code"] == "CEN-005"
    assert 1 in answer.json()["supported"]


def test_a_laptop_with_an_older_dictionary_is_answered_with_its_own(door: Door) -> None:
    request = SyncRequest(protocol=PROTOCOL, device="d-1", stamp=door.stamp)
    reader = AnswerReader()
    reader.feed(door.post(encode_request(request, dictionary=0)).content)
    assert reader.head is not None
    assert dictionary_of(reader.head) == 0
    assert dictionary_of(bytes(reader.page)) == 0
