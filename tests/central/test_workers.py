"""Several processes on one PostgreSQL answer as one server would."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.domain.clock import SystemClock
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.compact import decode_response, encode_request, head_of
from juntos_campo.wire.framing import AnswerReader
from juntos_campo.wire.messages import PROTOCOL, Arrival, SyncRequest

from .conftest import ANA, PASSWORD
from .server_process import Served, free_port, prepared, serving
from .test_compact_requests import HOME, PEOPLE

DEVICES, FEWEST_ROUNDS = 4, 6


class Device:
    """A laptop that opens a new connection for every exchange, so that any process may get it."""

    def __init__(self, served: Served, name: str) -> None:
        self.url, self.name, self.counter = served.url, name, 0
        with HttpTransport(served.url) as transport:
            self.stamp = transport.login("ana", PASSWORD, name, "laptop").stamp
            self.token = transport.token

    def operation(self, number: int) -> dict[str, Any]:
        return {
            "op_id": f"{self.name}-{number:08d}", "kind": "field_record",
            "id": f"r-{self.name}-{number}", "base_version": 0, "author": "ana",
            "counter": number, "device_time": "2026-11-17T08:00:00-05:00",
            "fields": {
                "household_id": "", "field_worker": "ana", "form_id": "p_actividad",
                "form_version": "1", "on": "2026-11-17", "title": "Actividad", "answers": {},
            },
        }  # fmt: skip

    def exchange(self, resume: str = "", **more: Any) -> AnswerReader:
        asked = {"protocol": PROTOCOL, "device": self.name, "stamp": self.stamp, **more}
        asked["counter"] = self.counter
        request = SyncRequest.model_validate(asked)
        headers = {"Authorization": f"Bearer {self.token}"}
        headers |= {"X-Resume": resume} if resume else {}
        with requests.Session() as session:
            answer = session.post(
                f"{self.url}/v2/sync", encode_request(request), headers=headers, timeout=60
            )
        assert answer.status_code == 200, answer.text
        reader = AnswerReader()
        reader.feed(answer.content)
        return reader

    def sent_twice(self, number: int) -> list[str]:
        """What the server says of an operation, and of the same again after its answer was lost."""
        return [self._sent(number), self._sent(number)]

    def _sent(self, number: int) -> str:
        self.counter = number
        got = self.exchange(operations=[self.operation(number)], pending=True)
        assert got.head is not None
        asked = (self.operation(number)["op_id"],)
        response = decode_response(got.head, b"", 10**6, asked=asked)
        self.stamp = response.stamp
        return response.acks[0].outcome.value


def exchanges_by_process(served: Served) -> dict[int, int]:
    """How many each process answered, as its log says."""
    found: dict[int, int] = {}
    for line in served.log.read_text(encoding="utf-8").splitlines():
        one = json.loads(line) if line.startswith("{") else {}
        if one.get("route") == "/v2/sync":
            found[one["process"]] = found.get(one["process"], 0) + 1
    return found


def counted(port: int) -> float:
    with requests.Session() as session:
        text = session.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    lines = [one for one in text.splitlines() if one.startswith("juntos_central_exchanges_total")]
    return sum(float(one.rsplit(" ", 1)[1]) for one in lines)


def test_two_processes_keep_every_change_once_go_on_with_each_others_pages_and_outlive_one(
    tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    url, metrics = new_postgresql(), free_port()
    prepared(url, ANA, password=PASSWORD)
    with closing(Database(url)) as database:
        load(database, [HOME, *PEOPLE], SystemClock())
    options = ("--workers", "2", "--log-format", "json", "--metrics-port", str(metrics))
    with serving(tmp_path, url, *options) as served:
        while served.log.read_text(encoding="utf-8").count("Application startup complete") < 2:
            time.sleep(0.05)
        laptops = [Device(served, f"d-{number}") for number in range(DEVICES)]

        def work(laptop: Device) -> list[str]:
            return laptop.sent_twice(rounds)

        rounds = 0
        with ThreadPoolExecutor(DEVICES) as pool:
            # The system gives a connection to whoever wakes first; sooner or later that is the other.
            while rounds < FEWEST_ROUNDS or len(exchanges_by_process(served)) < 2:
                rounds += 1
                assert rounds < 200
                assert list(pool.map(work, laptops)) == [["applied", "duplicate"]] * DEVICES
        # The line of an exchange is written after its answer has gone.
        until = time.monotonic() + 10
        while (logged := sum(exchanges_by_process(served).values())) < 2 * DEVICES * rounds:
            assert time.monotonic() < until, logged
            time.sleep(0.05)
        assert counted(metrics) == logged == 2 * DEVICES * rounds

        reader = laptops[0]
        whole = reader.exchange(arriving={"ref": Arrival(until=0)}, cursor={"fw:ana": 0})
        assert whole.head is not None
        response = decode_response(whole.head, bytes(whole.page), 10**7)
        reader.stamp = response.stamp
        records = [one.id for one in response.changes if one.kind == "field_record"]
        wanted = {f"r-{one.name}-{n}" for one in laptops for n in range(1, rounds + 1)}
        assert sorted(records) == sorted(wanted)
        numbers = [one.seq for one in response.changes if one.partition == "fw:ana"]
        assert len(set(numbers)) == len(numbers)

        half = len(whole.page) // 2
        before, tries = exchanges_by_process(served), 0
        while True:
            rest = reader.exchange(
                f"{head_of(whole.head).tag}:{half}",
                arriving={"ref": Arrival(until=0)},
                cursor={"fw:ana": 0},
            )
            assert bytes(rest.page) == bytes(whole.page[half:])
            assert rest.head is not None
            reader.stamp = decode_response(rest.head, bytes(whole.page), 10**7).stamp
            now = exchanges_by_process(served)
            tries += 1
            if all(now[one] > before[one] for one in before):
                break
            assert tries < 200

        victim = min(exchanges_by_process(served))
        os.kill(victim, signal.SIGKILL)
        last = time.monotonic() + 60
        number = rounds
        while len(set(exchanges_by_process(served)) - {victim}) < 2:
            assert time.monotonic() < last
            number += 1
            time.sleep(0.1)  # it takes seconds to start
            assert reader.sent_twice(number) == ["applied", "duplicate"]
        served.told_to_end()
        assert served.ended() == 0
