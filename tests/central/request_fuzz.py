"""Malformed requests by the thousand: `python -m tests.central.request_fuzz --bodies 10000 --seed 1`
(with `--postgresql` on a real one).

Every one must be answered with a status below 500 and, when it is no success, with a code and a text; the
register must stand as it was afterwards. Prints how many of which status came, and exits with 1 when one
did not hold.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
import zstandard

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import records
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.values import Role
from juntos_campo.wire.column_reader import read_columns
from juntos_campo.wire.column_writer import write_columns
from juntos_campo.wire.dictionaries import compress, expand
from juntos_campo.wire.framing import AnswerReader, pack

PASSWORD = "papa nativa 2026"
HOME = Household(id="h-1", code="00001", field_worker="ana", settlement_id="s-1")
ADDRESSES = (
    "/v1/login",
    "/v1/sync",
    "/v2/login",
    "/v2/sync",
    "/v2/sync",
    "/v2/files",
    "/v2/bundle",
)
_CODE = re.compile(r"[A-Z]{3}-[0-9]{3}")


@dataclass
class Fuzz:
    """Makes bodies and keeps account of the answers.

    Attributes:
        statuses: address and status -> how often.
        faults: what must not have happened, in words.
    """

    url: str
    token: str
    dice: random.Random
    stamp: str = ""
    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def run(self, bodies: int) -> None:
        with requests.Session() as session:
            for _ in range(bodies):
                self._one(session)

    def _one(self, session: requests.Session) -> None:
        path = self.dice.choice(ADDRESSES)
        method = "POST"
        if path == "/v2/files" and self.dice.random() < 0.7:
            path = f"/v2/files/{self._file_id()}?at={self._number()}&size={self._number()}"
            method = self.dice.choice(["PUT", "GET"])
        data, headers = self._body(path)
        if self.dice.random() < 0.9:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.dice.random() < 0.2:
            tag = f"{self.dice.getrandbits(64):016x}"
            headers["X-Resume"] = self.dice.choice([f"{tag}:5", f"{tag}:-1", ":", "x:9999999999"])
        answer = session.request(method, self.url + path, data=data, headers=headers, timeout=60)
        where = path.partition("?")[0].rsplit("/", 1)[0] if "?" in path else path
        self.statuses[f"{where} {answer.status_code}"] += 1
        self._judge(f"{method} {path}", data, answer)

    def _judge(self, where: str, data: bytes, answer: requests.Response) -> None:
        if answer.status_code >= 500:
            self.faults.append(f"{where}: {answer.status_code} to {data[:300]!r}")
        elif answer.status_code >= 400:
            try:
                told = answer.json()
            except ValueError:
                told = {}
            if not (_CODE.fullmatch(told.get("code", "")) and told.get("text")):
                self.faults.append(
                    f"{where}: {answer.status_code} without code: {answer.text[:99]}"
                )
        elif "/v2/sync" in where:
            self._remember_stamp(answer.content)

    def _remember_stamp(self, content: bytes) -> None:
        reader = AnswerReader()
        reader.feed(content)
        assert reader.head is not None
        self.stamp = read_columns(expand(reader.head, 2**22), 2**22).get("stamp", self.stamp)

    def _body(self, path: str) -> tuple[bytes, dict[str, str]]:
        message: dict[str, Any] = self._login() if "login" in path else self._sync()
        for _ in range(self.dice.choice([0, 0, 1, 1, 2])):
            self._spoil(message)
        if path == "/v2/sync":
            data, headers = compress(write_columns(message)), {}
        else:
            data, headers = json.dumps(message).encode("utf-8", "surrogatepass"), {}
            if self.dice.random() < 0.3:
                data, encoding = pack(data)
                headers = {"Content-Encoding": encoding} if encoding else {}
        damage: list[Callable[[bytes], bytes]] = [
            *[lambda one: one] * 20,
            self._cut,
            self._flip,
            self._random,
            self._nested,
            lambda one: zstandard.compress(b" " * 20_000_000),
            zstandard.compress,
            lambda one: b"",
            lambda one: one + one,
        ]
        if self.dice.random() < 0.05:
            headers["Content-Encoding"] = self.dice.choice(
                ["gzip", "zstd", "br", "zstd, zstd", "ñ"]
            )
            headers = {name: value.encode() for name, value in headers.items()}  # type: ignore[misc]
        return self.dice.choice(damage)(data), headers

    def _login(self) -> dict[str, Any]:
        return {
            "protocol": self.dice.choice([1, 2]),
            "user": self.dice.choice(["ana", "nobody"]),
            "password": "x" * 9,
            "device": "d-1",
        }

    def _sync(self) -> dict[str, Any]:
        return {
            "protocol": self.dice.choice([1, 2, 2]),
            "device": "d-1",
            "stamp": self.stamp,
            "cursor": {"ref": self._place(), "fw:ana": self._place()},
            "counter": 2**40,
            "arriving": {
                self.dice.choice(["fw:ana", "ref", "fw:beto"]): {
                    "until": self._place(),
                    "at": self._place(),
                }
            },
            "want": {"fw:ana": [self.dice.choice(["h-1a", "h-1.", "0123"])]},
            "pending": self.dice.random() < 0.1,
            "operations": [self._operation() for _ in range(self.dice.randint(0, 3))],
        }

    def _operation(self) -> dict[str, Any]:
        return {
            "op_id": f"op-{self.dice.getrandbits(40):010x}",
            "kind": self.dice.choice(["visit", "commitment", "field_record", "household", "x"]),
            "id": self.dice.choice(["v-1", "h-1", "x-9"]),
            "base_version": self.dice.choice([0, 0, 1, 5]),
            "author": "ana",
            "counter": self.dice.randint(0, 99),
            "device_time": "2026-11-17T08:00:00-05:00",
            "fields": {
                self.dice.choice(
                    ["household_id", "answers/a", "answers", "on", "field_worker", "files", "a/b/c"]
                ): self._value(2)
                for _ in range(self.dice.randint(0, 4))
            },
            "removed": self.dice.choice([[], ["answers/a"], ["answers"], ["household_id"]]),
            "prev": self.dice.choice(["", "op-00000001"]),
            "clock_offset": self.dice.choice([None, 0, -(2**39)]),
        }

    def _spoil(self, value: Any) -> None:
        """Put something else at a random place of a message."""
        while True:
            keys = list(value) if isinstance(value, dict) else list(range(len(value)))
            if not keys:
                return
            key = self.dice.choice(keys)
            if isinstance(value[key], dict | list) and value[key] and self.dice.random() < 0.7:
                value = value[key]
                continue
            value[key] = self._value(3)
            return

    def _value(self, depth: int) -> Any:
        pick = self.dice.randint(0, 11 if depth else 8)
        if pick > 9:
            return [self._value(depth - 1) for _ in range(self.dice.randint(0, 3))]
        if pick == 9:
            return {self._text(): self._value(depth - 1) for _ in range(self.dice.randint(0, 3))}
        return [
            None, True, -1, 2**53, 2**63, 1e308, "", self._text(), "2026-02-30",
        ][pick]  # fmt: skip

    def _text(self) -> str:
        return self.dice.choice(
            [
                "\0",
                "'; DROP TABLE records; --",
                "ñandú",
                "\u202e",
                "x" * 400,
                "h-1",
                "ref",
                "😀",
                "%",
            ]
        )

    def _place(self) -> int:
        return self.dice.choice([0, 1, 2, 5, 10**6])

    def _number(self) -> int:
        return self.dice.choice([0, 1, 5, 10**6, -1, 2**31, 2**53, 2**63, 2**64])

    def _file_id(self) -> str:
        return self.dice.choice(["a" * 64, "A" * 64, "..", "%00", "x", "%2e%2e%2fetc", "ab" * 40])

    def _cut(self, data: bytes) -> bytes:
        return data[: self.dice.randint(0, len(data))]

    def _flip(self, data: bytes) -> bytes:
        spoiled = bytearray(data)
        for _ in range(self.dice.randint(1, 4)):
            spoiled[self.dice.randrange(len(spoiled))] ^= 1 << self.dice.randrange(8)
        return bytes(spoiled)

    def _random(self, _data: bytes) -> bytes:
        return self.dice.randbytes(self.dice.randint(0, 2000))

    def _nested(self, _data: bytes) -> bytes:
        return self.dice.choice([b"[", b'{"a":', b'{"operations":[']) * 50_000


def fuzz(folder: Path, bodies: int, seed: int, url: str = "") -> Fuzz:
    """Start a server on `url` (SQLite in `folder` unless given), and send it `bodies` requests."""
    settings = ServerSettings(
        database_url=url or f"sqlite:///{folder / 'fuzz.db'}",
        argon2_memory_kib=64,
        argon2_passes=1,
        longest_wait=1,
        logins_a_minute=0,
        exchanges_a_minute=0,
    )
    database = Database(settings.database_url)
    database.migrate()
    clock = SystemClock()
    accounts = Accounts(database, settings, clock)
    accounts.enrol(Account("ana", "Ana Ccori", Role.FIELD_WORKER, "Z1"), PASSWORD)
    load(database, [HOME], clock)
    before = _register(database)
    _account, token = accounts.login("ana", PASSWORD, "d-1", "laptop")
    with ServerThread(create_app(settings, clock)) as server:
        made = Fuzz(server.url, token, random.Random(seed))
        made.run(bodies)
        health = requests.get(f"{server.url}/v1/health", timeout=10)
    if health.status_code != 200:
        made.faults.append(f"health: {health.status_code}")
    if _register(database) != before:
        made.faults.append("the register was changed")
    database.close()
    return made


def _register(database: Database) -> list[Any]:
    """What the office wrote; a laptop's change of it becomes a request, and a version of the same."""
    one = records.c
    sql = sa.select(one.id, one.partition, one.deleted, one.body).where(one.kind == "household")
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(sql)]


def main() -> int:
    """The command. The database of the other tests is there only when started from the project's folder."""
    from tests.sync.databases import postgresql

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    wanted = parser.parse_args()
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        url = closing.enter_context(postgresql())() if wanted.postgresql else ""
        made = fuzz(folder, wanted.bodies, wanted.seed, url)
    for key, number in sorted(made.statuses.items()):
        sys.stdout.write(f"{key}: {number}\n")
    for fault in made.faults[:20]:
        sys.stdout.write(f"FAULT {fault}\n")
    sys.stdout.write(f"{sum(made.statuses.values())} requests, {len(made.faults)} faults\n")
    return 1 if made.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
