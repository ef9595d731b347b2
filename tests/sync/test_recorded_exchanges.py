"""Laptops and servers of earlier versions still in the field, from what was recorded of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import requests

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Entity
from juntos_campo.domain.values import Role
from juntos_campo.wire.codec import decode
from juntos_campo.wire.framing import pack, unpack

from .conftest import CHEAP, MORNING, PASSWORD
from .loopback import Loopback, QuietHandler
from .record_exchange import Recorded, play

RECORDED = Path(__file__).parent / "recorded"
VERSION_1_OUTCOMES = {"applied", "parallel", "merged_with_conflict", "duplicate", "refused"}
VERSION_1_KEYS = {"protocol", "server_time", "cursor", "acks", "changes", "conflicts", "more"}
LIMIT = 1024 * 1024


@cache
def recorded(name: str) -> Any:
    return json.loads((RECORDED / "v1" / f"{name}.json").read_text(encoding="utf-8"))


def body_of(side: dict[str, Any]) -> dict[str, Any]:
    """What a recorded request or answer says."""
    headers = {name.lower(): value for name, value in side["headers"].items()}
    data = base64.b64decode(side["body"])
    said: dict[str, Any] = json.loads(unpack(data, headers.get("content-encoding", ""), LIMIT))
    return said


# -- a laptop of version 1 against today's server ----------------------------------------------


@dataclass
class OldLaptops:
    """Sends what the recorded laptops sent, with the tokens and cursors of the server of today.

    Attributes:
        said: (laptop, step) -> the answers of today's server, in order.
    """

    url: str
    tokens: dict[str, str] = field(default_factory=dict)
    cursors: dict[str, dict[str, int]] = field(default_factory=dict)
    said: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)

    def step(self, heard: list[dict[str, Any]]) -> None:
        """All the requests of one step; then on to the last page, as that laptop goes on."""
        who, step = heard[0]["who"], heard[0]["step"]
        answers = self.said.setdefault((who, step), [])
        for one in heard:
            answers.append(self._send(who, one["request"]))
        if heard[0]["request"]["path"] == "/v1/sync":
            empty = {"protocol": 1, "device": f"device-{who}"}
            while answers[-1][1].get("more"):
                answers.append(self._post(who, "/v1/sync", json.dumps(empty).encode(), {}))

    def _send(self, who: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        body, headers = base64.b64decode(request["body"]), dict(request["headers"])
        said = body_of(request)
        mine = self.cursors.get(who, {})
        if request["path"] == "/v1/sync" and said.get("cursor", {}) != mine:
            body, encoding = pack(json.dumps({**said, "cursor": mine}).encode())
            headers.pop("Content-Encoding", None)
            headers |= {"Content-Encoding": encoding} if encoding else {}
        return self._post(who, request["path"], body, headers)

    def _post(
        self, who: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        headers = {k: v for k, v in headers.items() if k.lower() not in _MADE_ANEW}
        headers |= {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        with requests.post(
            self.url + path, data=body, headers=headers, timeout=10, stream=True
        ) as answer:
            packed = answer.raw.read(decode_content=False)
            data = unpack(packed, answer.headers.get("content-encoding", ""), LIMIT)
            said: dict[str, Any] = json.loads(data)
        if answer.status_code == 200 and path == "/v1/login":
            self.tokens[who] = said["token"]
        elif answer.status_code == 200:
            self.cursors[who] = said["cursor"]
        return answer.status_code, said


_MADE_ANEW = frozenset({"authorization", "content-length", "accept-encoding", "connection"})


@pytest.fixture
def today(tmp_path: Path) -> Iterator[OldLaptops]:
    """Today's server after it was told, step by step, all that the old laptops had said."""
    settings = ServerSettings(database_url=f"sqlite:///{tmp_path / 'central.db'}", **CHEAP)
    clock = FixedClock(MORNING)
    with ExitStack() as closing:
        database = Database(settings.database_url)
        closing.callback(database.close)
        database.migrate()
        server = closing.enter_context(ServerThread(create_app(settings, clock)))
        accounts = Accounts(database, settings, clock)
        laptops = OldLaptops(server.url)
        office = list(recorded("office")["office"])
        heard = list(enumerate(recorded("exchanges")["exchanges"]))
        for _, group in groupby(heard, lambda one: (one[1]["who"], one[1]["step"])):
            numbered = list(group)
            while office and office[0]["before"] <= numbered[0][0]:
                _office(office.pop(0), database, accounts, clock)
            clock.moment = datetime.fromisoformat(numbered[0][1]["at"])
            laptops.step([one for _, one in numbered])
        yield laptops


def _office(
    done: dict[str, Any], database: Database, accounts: Accounts, clock: FixedClock
) -> None:
    if "enrol" in done:
        name, role = done["enrol"]
        accounts.enrol(Account(name, f"Nombre de {name}", Role(role), "Z1"), PASSWORD)
        return
    clock.moment = datetime.fromisoformat(done["at"])
    load(database, [_entity(one) for one in done["load"]], clock)


def _entity(one: dict[str, Any]) -> Entity:
    entity: Entity = decode(one["kind"], one["id"], one["fields"])[0]
    return entity


def steps() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(laptop, step) -> what was recorded of it, in order."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in recorded("exchanges")["exchanges"]:
        found.setdefault((one["who"], one["step"]), []).append(one)
    return found


def meaning(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """What one synchronisation of an old laptop learns, however it was cut into pages."""
    acks = [one for answer in answers for one in answer.get("acks", [])]
    told = [one for answer in answers for one in answer.get("conflicts", [])]
    return {
        "acks": [
            (
                one["op_id"],
                one.get("version", 0),
                one.get("outcome", "applied"),
                (one.get("refused") or {}).get("code", ""),
            )
            for one in acks
        ],
        "conflicts": sorted(
            [one[name] for name in ("kind", "id", "path", "version", "rule")]
            + [json.dumps(one.get(side), sort_keys=True) for side in ("base", "kept", "lost")]
            for one in told
        ),
        "partitions": sorted(answers[-1]["cursor"]),
        "more": answers[-1].get("more", False),
    }


def records_of(answers: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """(kind, id) -> the last change of it that the answers bring."""
    return {(one["kind"], one["id"]): one for said in answers for one in said.get("changes", [])}


def test_a_laptop_of_version_1_is_answered_as_ever_by_the_server_of_today(
    today: OldLaptops,
) -> None:
    for key, heard in steps().items():
        then = [body_of(one["response"]) for one in heard]
        statuses = [one["response"]["status"] for one in heard]
        now = [said for _, said in today.said[key]]
        assert [status for status, _ in today.said[key]][: len(statuses)] == statuses, key
        if statuses != [200] * len(statuses):
            assert [one["code"] for one in now] == [one["code"] for one in then], key
            continue
        assert {one["protocol"] for one in now} == {1}, key
        if heard[0]["request"]["path"] == "/v1/login":
            for name in ("user", "full_name", "role", "zone", "partitions"):
                assert now[0].get(name) == then[0].get(name), key
            continue
        assert meaning(now) == meaning(then), key


def test_a_laptop_of_version_1_receives_every_record_it_received_then(today: OldLaptops) -> None:
    compared = 0
    for key, heard in steps().items():
        if heard[0]["request"]["path"] != "/v1/sync" or heard[-1]["response"]["status"] != 200:
            continue
        then = records_of([body_of(one["response"]) for one in heard])
        now = records_of([said for _, said in today.said[key]])
        assert set(now) == set(then), key
        for name, one in then.items():
            fields = now[name]["fields"]
            assert {path: fields[path] for path in one["fields"]} == one["fields"], (key, name)
            for part in ("version", "author", "deleted"):
                assert now[name].get(part) == one.get(part), (key, name)
            compared += 1
    assert compared > 60


def test_a_laptop_of_version_1_is_told_nothing_that_it_does_not_know(today: OldLaptops) -> None:
    answers = [said for told in today.said.values() for status, said in told if status == 200]
    for said in answers:
        if "token" in said:
            continue
        assert set(said) <= VERSION_1_KEYS
        assert {one.get("outcome", "applied") for one in said.get("acks", [])} <= VERSION_1_OUTCOMES
    assert len(answers) > 20


# -- today's laptop against a server of version 1 ----------------------------------------------


class OldServer(Loopback):
    """Gives the recorded answers of a server of version 1, step by step, to laptops of today.

    Attributes:
        step, who: set by the laptop that speaks next.
        asked: addresses that were asked for.
        differences: what a laptop of today said otherwise than the one of then.
    """

    def __init__(self) -> None:
        self.step = self.who = ""
        self.asked: list[str] = []
        self.differences: list[str] = []
        self.heard: list[object] = []
        self._left = {key: list(heard) for key, heard in steps().items()}
        outer = self

        class Handler(QuietHandler):
            def reply(self) -> None:
                body = self.read_body()
                outer.asked.append(self.path)
                status, said = outer.answer(
                    self.path, body, self.headers.get("content-encoding", "")
                )
                data = json.dumps(said).encode()
                self.send_response_only(status)
                self.send_header("content-length", str(len(data)))
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(data)

        super().__init__(Handler)

    def answer(self, path: str, body: bytes, encoding: str) -> tuple[int, dict[str, Any]]:
        if not path.startswith("/v1/"):
            return 404, {"code": "CEN-009", "text": "No hay nada en esa dirección."}
        said = json.loads(unpack(body, encoding, LIMIT))
        if said["protocol"] != 1:
            text = "El servidor no habla la versión pedida; habla 1."
            return 409, {"code": "CEN-005", "text": text, "supported": [1]}
        left = self._left.get((self.who, self.step), [])
        if not left:
            self.differences.append(f"{self.who}, {self.step}: asked once more")
            return 503, {"code": "CEN-008", "text": "nada más"}
        one = left.pop(0)
        answer = body_of(one["response"])
        if path == "/v1/sync":
            self._compare(said, body_of(one["request"]), answer)
        return one["response"]["status"], answer

    def _compare(self, now: dict[str, Any], then: dict[str, Any], answer: dict[str, Any]) -> None:
        """The laptop must have said the same; acknowledgements get the names it gave."""
        ours, theirs = now.get("operations", []), then.get("operations", [])
        if [_said(one) for one in ours] != [_said(one) for one in theirs]:
            self.differences.append(f"{self.who}, {self.step}: other operations")
            return
        if now.get("cursor", {}) != then.get("cursor", {}):
            self.differences.append(f"{self.who}, {self.step}: {now.get('cursor')}")
        names = {old["op_id"]: new["op_id"] for old, new in zip(theirs, ours, strict=True)}
        for ack in answer.get("acks", []):
            ack["op_id"] = names[ack["op_id"]]


def _said(operation: dict[str, Any]) -> dict[str, Any]:
    names = ("kind", "id", "base_version", "author", "fields", "removed", "deleted", "device_time")
    return {name: operation.get(name) for name in names}


@dataclass
class OldStage:
    """A `Stage` on which the server is a recording: what the office did is in it already."""

    folder: Path
    closing: ExitStack
    listener: OldServer
    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))

    def enrol(self, *_: object) -> None: ...

    def load(self, *_: object) -> None: ...

    def wait(self) -> None: ...

    def laptop(self, name: str, user: str) -> Recorded:
        return Recorded.on(self, name, user, "new")


def test_a_laptop_of_today_works_with_a_server_of_version_1(tmp_path: Path) -> None:
    with ExitStack() as closing:
        server = OldServer()
        closing.callback(server.close)
        stage: Any = OldStage(tmp_path, closing, server)
        ends = {name: laptop.holds() for name, laptop in play(stage).items()}
    assert server.differences == []
    for name, then in recorded("ends").items():
        now = ends[name]
        assert set(now["records"]) == set(then["records"]), name
        for key, one in then["records"].items():
            assert now["records"][key]["version"] == one["version"], (name, key)
            assert now["records"][key]["fields"].items() >= one["fields"].items(), (name, key)
        for part in ("waiting", "refused", "conflicts"):
            assert now[part] == then[part], (name, part)


def test_what_is_replayed_is_the_whole_recorded_day() -> None:
    """Else a step that was left out could never fail."""
    names = {step for _, step in steps()}
    assert {"first download in pages", "conflict", "refusal", "a copy is refused"} <= names
    assert len(recorded("exchanges")["exchanges"]) == 28
