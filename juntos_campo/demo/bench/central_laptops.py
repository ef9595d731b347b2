"""Laptops for measuring the server: what they send and keep, without a store and a window.

A process of its own runs several at once: ``python -m juntos_campo.demo.bench.central_laptops`` reads a
`Task` as JSON, says ``ready``, waits for a line and writes how long every exchange took.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from urllib.parse import urlsplit

import psycopg

from juntos_campo import paths
from juntos_campo.app.orientation import load_messages
from juntos_campo.central.authorisation import REFERENCE, partition_of
from juntos_campo.demo.bench import central_straight
from juntos_campo.demo.bench.central_quiet_laptop import QuietLaptop
from juntos_campo.demo.bench.central_seed import FIRST_STAMP, device_id, token_of
from juntos_campo.demo.bench.sync_world import VOICES
from juntos_campo.demo.data_visits import make_visit
from juntos_campo.demo.world import DemoError
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Household, Member
from juntos_campo.sync.arriving import HOUSEHOLD_BYTES
from juntos_campo.wire.codec import decode, encode
from juntos_campo.wire.compact import asked_of, decode_response, encode_request
from juntos_campo.wire.framing import AnswerReader
from juntos_campo.wire.merge import flatten
from juntos_campo.wire.messages import Arrival, Operation, SyncRequest, SyncResponse

VISITS_A_DAY = 40
PAGE = 1024 * 1024
LIMIT = 256 * 1024 * 1024
PREFIX = 12
"""Of a household's id, in asking for its history."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one process of laptops does.

    Attributes:
        what: ``quiet``, ``day`` or ``straight-…`` for the same in psycopg.
        target: the server's address, or the database's.
        laptops: (number of the device, its field worker, end of his partition, end of the reference data).
        seconds: how long, for what is done again and again; 0: once.
    """

    what: str
    target: str
    laptops: tuple[tuple[int, str, int, int], ...]
    seconds: float = 0.0
    database: str = ""


@dataclass(slots=True)
class Laptop:
    """One laptop that knows everything and has nothing new, until it records visits.

    Attributes:
        received: bytes of bodies.
        waited: seconds from the first byte of its requests to the last of their answers.
    """

    device: int
    worker: str
    cursor: dict[str, int]
    stamp: str = FIRST_STAMP
    counter: int = 0
    link: http.client.HTTPConnection | None = None
    received: int = 0
    waited: float = 0.0
    made: int = field(default=0)

    def connect(self, address: str) -> None:
        parts = urlsplit(address)
        self.link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self.link.connect()

    def exchange(self, operations: Sequence[Operation] = (), **more: Any) -> SyncResponse:
        """One exchange over the real address.

        Raises:
            DemoError: the server refused it, or an operation of it.
        """
        body, request = self.prepare(operations, **more)
        return self.send(body, request)

    def prepare(
        self, operations: Sequence[Operation] = (), **more: Any
    ) -> tuple[bytes, SyncRequest]:
        """A request and its bytes."""
        request = SyncRequest(
            protocol=2,
            device=device_id(self.device),
            cursor=more.pop("cursor", self.cursor),
            operations=tuple(operations),
            counter=self.counter,
            stamp=self.stamp,
            budget=PAGE,
            **more,
        )
        return encode_request(request), request

    def send(self, body: bytes, request: SyncRequest) -> SyncResponse:
        """Bytes prepared before; the answer."""
        if self.link is None:
            raise DemoError("laptop without a link")
        headers = {"Authorization": f"Bearer {token_of(self.device)}"}
        began = time.perf_counter()
        self.link.request("POST", "/v2/sync", body, headers)
        answer = self.link.getresponse()
        data = answer.read()
        self.waited += time.perf_counter() - began
        if answer.status != 200:
            raise DemoError(f"{answer.status}: {data[:300]!r}")
        self.received += len(data)
        reader = AnswerReader()
        reader.feed(data)
        response = decode_response(
            reader.head or b"", bytes(reader.page), LIMIT, asked=asked_of(request)
        )
        refused = next((one.refused for one in response.acks if one.refused), None)
        if refused:
            raise DemoError(f"{refused.code}: {refused.text}")
        self.stamp = response.stamp
        return response

    def download(self) -> list[dict[str, Any]]:
        """A first download, as the program asks for it (`sync.arriving`); the records."""
        cursor: dict[str, int] = {}
        arriving: dict[str, Arrival] = {}
        want: dict[str, tuple[str, ...]] = {}
        found: list[dict[str, Any]] = []
        asked_for_history = False
        while True:
            answer = self.exchange(cursor=cursor, arriving=arriving, want=want)
            found += [one.__dict__ for one in answer.changes]
            arriving = dict(answer.arriving)
            cursor = {k: v for k, v in {**cursor, **answer.cursor}.items() if k not in arriving}
            whole = [name for name, one in arriving.items() if one.at >= one.until]
            if len(whole) < len(arriving):
                continue
            own = partition_of(self.worker)
            if not asked_for_history:
                homes = [one["id"][:PREFIX] for one in found if one["kind"] == "household"]
                asked_for_history, left, number = True, homes, PAGE // HOUSEHOLD_BYTES
            else:
                came = answer.served.get(own, 0)
                left, number = left[came:], came * 2 + came // 4
            cursor |= {name: arriving[name].until for name in whole if name == REFERENCE}
            arriving = {name: one for name, one in arriving.items() if name not in cursor}
            if not left:
                self.cursor = {**cursor, **{name: one.until for name, one in arriving.items()}}
                return found
            want = {own: tuple(left[:number])}

    def days_work(
        self, homes: Sequence[tuple[Household, list[Member]]], now: datetime
    ) -> list[Operation]:
        """Forty visits of the weeks before `now`, as the program would send them then."""
        rng = Random(f"{self.device} {self.made}")
        messages = load_messages(paths.resources() / "messages")
        found: list[Operation] = []
        for number in range(VISITS_A_DAY):
            home, members = rng.choice(homes)
            visit = make_visit(
                rng,
                home,
                members,
                now.date() - timedelta(days=rng.randint(0, 25)),
                visit_id=f"{rng.getrandbits(128):032x}",
                worker=self.worker,
                messages=messages,
                voices=VOICES,
            )
            self.counter += 1
            found.append(
                Operation(
                    op_id=f"op{self.device:06d}{self.made:04d}{number:04d}{'0' * 8}",
                    kind="visit",
                    id=visit.id,
                    base_version=0,
                    author=self.worker,
                    counter=self.counter,
                    device_time=now,
                    fields=flatten(encode(visit)),
                )
            )
        self.made += 1
        return found


def homes_of(database: str, worker: str) -> list[tuple[Household, list[Member]]]:
    """Households of a field worker with a family, read from the tables."""
    rows = (
        "SELECT kind, id, body FROM records WHERE unit = %s AND partition = %s AND kind = ANY(%s)"
    )
    with psycopg.connect(database) as connection:
        unit = "SELECT unit FROM partitions WHERE name = %s"
        lies_in = connection.execute(unit, (partition_of(worker),)).fetchone()
        found = connection.execute(
            rows, (*(lies_in or ("",)), partition_of(worker), ["household", "member"])
        ).fetchall()
    entities = [decode(kind, record_id, json.loads(body))[0] for kind, record_id, body in found]
    members: dict[str, list[Member]] = {}
    for one in entities:
        if isinstance(one, Member):
            members.setdefault(one.household_id, []).append(one)
    return [
        (one, members[one.id])
        for one in entities
        if isinstance(one, Household) and len(members.get(one.id, ())) >= 4
    ]


def _laptops(task: Task) -> list[Laptop]:
    return [
        Laptop(device, worker, {REFERENCE: reference, partition_of(worker): end})
        for device, worker, end, reference in task.laptops
    ]


def _steps(task: Task) -> list[Callable[[], object]]:
    """What each laptop does again and again; everything else is prepared here."""
    if task.what.startswith("straight"):
        make = {
            "straight-quiet": central_straight.quiet,
            "straight-day": central_straight.day,
        }[task.what]
        visits: list[list[tuple[str, str]]] = [[] for _ in task.laptops]
        if task.what == "straight-day":
            visits = [_bodies(task.database, one) for one in _laptops(task)]
        return [
            make(task.database, device_id(device), token_of(device), worker, bodies)
            for (device, worker, _, _), bodies in zip(task.laptops, visits, strict=True)
        ]
    laptops = _laptops(task)
    steps: list[Callable[[], object]] = []
    for one in laptops:
        one.connect(task.target)
        if task.what == "quiet":
            steps.append(_quiet(task.target, one).exchange)
        else:
            work = one.days_work(homes_of(task.database, one.worker), SystemClock().now())
            body, request = one.prepare(work)
            steps.append(partial(one.send, body, request))
    return steps


def _quiet(address: str, laptop: Laptop) -> QuietLaptop:
    laptop.exchange()  # a seeded one's first stamp is shorter than those a server gives
    body, _ = laptop.prepare()
    return QuietLaptop(address, token_of(laptop.device), body, laptop.stamp)


def _bodies(database: str, laptop: Laptop) -> list[tuple[str, str]]:
    """(id, body) of a day's visits."""
    work = laptop.days_work(homes_of(database, laptop.worker), SystemClock().now())
    return [(one.id, json.dumps(one.fields, ensure_ascii=False)) for one in work]


def _run(step: Callable[[], object], seconds: float, times: list[float]) -> None:
    end = time.perf_counter() + seconds
    while True:
        began = time.perf_counter()
        step()
        ended = time.perf_counter()
        times.append(ended - began)
        if ended >= end:
            return


@dataclass(frozen=True, slots=True)
class Ran:
    """Seconds: of every exchange, of all together, and of the processors that asked."""

    times: list[float]
    took: float
    processor: float


def run_together(tasks: Sequence[Task]) -> Ran:
    """Run a process for each task, all at once.

    Raises:
        DemoError: one of them failed.
    """
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "juntos_campo.demo.bench.central_laptops"],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in tasks
    ]
    try:
        for process, task in zip(running, tasks, strict=True):
            print(json.dumps(asdict(task)), file=process.stdin, flush=True)
        for process in running:
            _line(process)
        began = time.perf_counter()
        for process in running:
            print("go", file=process.stdin, flush=True)
        told = [json.loads(_line(process)) for process in running]
        took = time.perf_counter() - began
    finally:
        for process in running:
            process.terminate()
            process.communicate()
    times = [time for one in told for time in one["times"]]
    return Ran(times, took, sum(one["processor"] for one in told))


def _line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise DemoError("una computadora de la medición falló; lo dice arriba")
    return line


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """One process of laptops."""
    given = json.loads(sys.stdin.readline())
    laptops = tuple((int(a), str(b), int(c), int(d)) for a, b, c, d in given.pop("laptops"))
    task = Task(laptops=laptops, **given)
    steps = _steps(task)
    _say("ready")
    sys.stdin.readline()
    before = time.process_time()
    times: list[list[float]] = [[] for _ in steps]
    with ThreadPoolExecutor(len(steps)) as pool:
        running = [
            pool.submit(_run, step, task.seconds, took)
            for step, took in zip(steps, times, strict=True)
        ]
    for one in running:
        one.result()
    used = time.process_time() - before
    _say(json.dumps({"times": [one for took in times for one in took], "processor": used}))


if __name__ == "__main__":
    main()
