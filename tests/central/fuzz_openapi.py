"""schemathesis over every address of the server: `python -m tests.central.fuzz_openapi --requests 10000`.

Requests are made from the server's own OpenAPI, as it says and as it forbids, in the name of every role
and of nobody, on SQLite and on PostgreSQL; half of them name records, people and places that are there.
Every answer must be as the document says, below 500, and hold nothing of a household, an account or a file
that whoever asked may not see. `request_fuzz` has what a document cannot tell: damaged, nested and
compressed bodies.

Prints how many of which status came, and exits with 1 when one did not hold.
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.wire.compact import encode_request
from juntos_campo.wire.messages import SyncRequest
from tests.sync.databases import postgresql

from .fuzz_ground import COUNTER, MARKS, REAL, Asker, prepare

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_BATCH = 25


@dataclass
class Tried:
    """What came of the requests.

    Attributes:
        statuses: address and status -> how often.
        faults: what must not have happened, in words.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return self.statuses.total()


@dataclass
class Fuzz:
    """One server, everybody who asks, and the account of it."""

    url: str
    askers: list[Asker]
    dice: random.Random
    session: requests.Session
    tried: Tried = field(default_factory=Tried)

    def run(self, schema: Any, wanted: int, seconds: float) -> None:
        """In batches over all operations, until there were so many requests."""
        operations = [one.ok() for one in schema.get_all_operations()]
        self.dice.shuffle(operations)
        last = time.monotonic() + seconds
        batches = (
            (number, one, mode)
            for number in count()
            for one in operations
            for mode in GenerationMode
        )
        for number, operation, mode in batches:
            if self.tried.requests >= wanted or time.monotonic() > last:
                return
            self._batch(operation, mode, number)

    def _batch(self, operation: Any, mode: GenerationMode, number: int) -> None:
        if mode is GenerationMode.NEGATIVE and not (
            operation.query or operation.path_parameters or operation.headers or operation.body
        ):
            return  # whatever is asked there, nothing of it can be wrong

        @seed(self.dice.getrandbits(32) + number)
        @settings(
            max_examples=_BATCH,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def try_out(case: Any) -> None:
            self._one(case)

        try_out()

    def _one(self, case: Any) -> None:
        who = self.dice.choices(self.askers, [3 if one.works else 1 for one in self.askers])[0]
        if self.dice.random() < 0.5:
            self._make_real(case, who)
        headers = {"Authorization": f"Bearer {who.token}"} if who.token else {}
        where = f"{case.operation.method.upper()} {case.operation.path}"
        try:
            answer = case.call(base_url=self.url, session=self.session, headers=headers, timeout=60)
        except requests.exceptions.InvalidHeader:
            return  # nothing that HTTP could carry
        self.tried.statuses[f"{where} {answer.status_code}"] += 1
        # Bytes without a type are octets (RFC 9110, 8.3); it is left out to keep a quiet day small.
        untyped = case.operation.path == "/v2/sync" and answer.status_code == 200
        checks = [one for one in CHECKS if not (untyped and one is content_type_conformance)]
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as group:
            for one in group.exceptions:
                self._fault(where, who, f"{one.title}: {one.message}", case)
        content = who.read(where, answer)
        if "/login" in where and answer.status_code == 200:
            return  # whoever has the password is that person, whatever he called himself
        for mark, allowed in MARKS.items():
            if mark.encode() in content and who.name not in allowed:
                self._fault(where, who, f"is told {mark}", case)

    def _fault(self, where: str, who: Asker, text: str, case: Any) -> None:
        asked = f"{case.path_parameters} {case.query} {case.body!r}"[:300]
        self.tried.faults.append(f"{where} as {who.name}: {text} | {asked}")

    def _make_real(self, case: Any, who: Asker) -> None:
        """Put names of what is there in the place of invented ones."""
        for given_ in (case.path_parameters, case.query):
            for name in list(given_ or ()):
                if name in REAL:
                    given_[name] = self.dice.choice(REAL[name])
        if case.operation.path == "/v2/sync":
            request = SyncRequest.model_validate(self._exchange(who, {}))
            case.body = encode_request(request)
            case.media_type = "application/octet-stream"
        elif case.operation.path == "/v1/sync" and isinstance(case.body, dict):
            case.body = self._exchange(who, case.body)
        elif isinstance(case.body, dict):
            for name in case.body.keys() & REAL.keys():
                case.body[name] = self.dice.choice(REAL[name])
            if (
                "replacement" in case.body
                and case.body.get("worker") == "beto"
                and who.name == "sede"
            ):
                # The central office may give his households to Caro, and then she is told of them.
                case.body["worker"] = "ana"

    def _exchange(self, who: Asker, body: dict[str, Any]) -> dict[str, Any]:
        """An exchange of this device itself, about whatever partitions."""
        places = REAL["partition"]
        some = self.dice.sample(places, self.dice.randint(0, len(places)))
        others = [one for one in places if one not in some]
        told = {
            "protocol": 2, "device": who.device, "stamp": who.stamp, "counter": COUNTER,
            "cursor": {one: self.dice.choice([0, 1, 10**6]) for one in some},
            "arriving": {
                one: {"until": self.dice.choice([0, 5, 10**6]), "at": self.dice.choice([0, 3])}
                for one in others
            },
            "want": {one: self.dice.sample(REAL["household"], 2) for one in others},
            "pending": self.dice.random() < 0.2,
            "operations": [self._operation(who) for _ in range(self.dice.randint(0, 2))],
        }  # fmt: skip
        return {**body, **told}

    def _operation(self, who: Asker) -> dict[str, Any]:
        """About a record of anybody's."""
        kind, id_ = self.dice.choice(REAL["record"])
        return {
            "op_id": f"op-{self.dice.getrandbits(48):012x}", "kind": kind, "id": id_,
            "base_version": self.dice.choice([0, 1]), "author": who.name, "counter": 1,
            "device_time": "2026-11-17T08:00:00-05:00",
            "fields": {"household_id": self.dice.choice(["h-ana", "h-beto", "h-nadie"])},
        }  # fmt: skip


def fuzz(folder: Path, wanted: int, seed_: int, url: str = "", seconds: float = 1e9) -> Tried:
    """Start a server on `url` (SQLite in `folder` unless given), and ask it `wanted` things."""
    given_ = ServerSettings(
        database_url=url or f"sqlite:///{folder / 'fuzz.db'}",
        argon2_memory_kib=64,
        argon2_passes=1,
        longest_wait=1,
        logins_a_minute=0,
        exchanges_a_minute=0,
    )
    with closing(Database(given_.database_url)) as database:
        askers = prepare(database, given_)
    app = create_app(given_)
    schema = schemathesis.openapi.from_dict(app.openapi())
    with ServerThread(app) as server, requests.Session() as session:
        made = Fuzz(server.url, askers, random.Random(seed_), session)
        made.run(schema, wanted, seconds)
        made.tried.faults += still_let_in(server.url, askers)
    return made.tried


def still_let_in(url: str, askers: list[Asker]) -> Iterator[str]:
    """Whoever was shut out on the way was not heard afterwards: then little was tried."""
    for one in askers:
        if one.works:
            answer = requests.get(
                f"{url}/v1/accounts", headers={"Authorization": f"Bearer {one.token}"}, timeout=20
            )
            if answer.status_code not in (200, 403):
                yield f"{one.name} is not let in any more: {answer.text[:99]}"


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=10_000, help="on both databases together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="")
    parser.add_argument("--seconds", type=float, default=1e9, help="no further batch afterwards")
    wanted = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    engines = [wanted.only] if wanted.only else ["sqlite", "postgresql"]
    tried = Tried()
    for number, engine in enumerate(engines):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = stack.enter_context(postgresql())() if engine == "postgresql" else ""
            share = wanted.requests // len(engines), wanted.seconds / len(engines)
            found = fuzz(folder, share[0], wanted.seed + number, url, share[1])
        tried.statuses.update({f"{engine} {key}": n for key, n in found.statuses.items()})
        tried.faults += [f"{engine} {one}" for one in found.faults]
    for key, number in sorted(tried.statuses.items()):
        sys.stdout.write(f"{key}: {number}\n")
    for fault, times in Counter(tried.faults).most_common(60):
        sys.stdout.write(f"FAULT ({times}) {fault}\n")
    sys.stdout.write(f"{tried.requests} requests, {len(tried.faults)} faults\n")
    return 1 if tried.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
