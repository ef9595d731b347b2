"""Records what a laptop and a server of today say to each other, as bytes, for later versions.

    python -m tests.sync.record_exchange --version 2 --out tests/sync/recorded/v2

runs this checkout's client against this checkout's server through a proxy that writes everything
down, with fixed clocks, ids and tokens: the same run twice gives the same bytes. How and when:
`tests/sync/recorded/README.md`. It says nothing about whether they agree; the tests that read it do.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Entity, ServiceEvent, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.kinds import KINDS, kind_of
from juntos_campo.domain.values import Role
from juntos_campo.store import outbox, sync_state
from juntos_campo.store.store import Store
from juntos_campo.sync.engine import Settings, synchronise
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.codec import encode

from .conftest import (
    CHEAP,
    MORNING,
    PASSWORD,
    SETTLEMENT,
    Typist,
    commitment,
    household,
    member,
    review,
    visit,
)
from .loopback import Loopback, QuietHandler


class Listener(Loopback):
    """A proxy that writes down every request and answer under the name of the present step.

    Attributes:
        heard: the recording, in order.
        step, who: put beside what is heard next.
        at: the server's clock at that moment.
    """

    def __init__(self, target: str, clock: FixedClock) -> None:
        host, _, port = target.removeprefix("http://").partition(":")
        self.heard: list[dict[str, Any]] = []
        self.step = self.who = ""
        outer = self

        class Handler(QuietHandler):
            def reply(self) -> None:
                body = self.read_body()
                given = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                link = http.client.HTTPConnection(host, int(port), timeout=30)
                link.request(self.command, self.path, body, given)
                answer = link.getresponse()
                data = answer.read()
                link.close()
                outer.heard.append(
                    {
                        "step": outer.step,
                        "who": outer.who,
                        "at": clock.now().isoformat(),
                        "request": {
                            "method": self.command,
                            "path": self.path,
                            "headers": given,
                            "body": base64.b64encode(body).decode(),
                        },
                        "response": {
                            "status": answer.status,
                            "headers": dict(answer.getheaders()),
                            "body": base64.b64encode(data).decode(),
                        },
                    }
                )
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        super().__init__(Handler)


@dataclass
class Recorded(Typist):
    """A laptop whose words are written down."""

    name: str
    user: str
    store: Store
    listener: Listener
    transport: HttpTransport
    clock: FixedClock

    @classmethod
    def on(cls, stage: Any, name: str, user: str, operations: str) -> Recorded:
        """A laptop of `stage` with an empty store; `operations` begins the ids it gives."""
        numbers = count(1)
        store = Store(
            stage.folder / f"{name}.db",
            bytes(32),
            lambda: f"{operations}-{name}-{next(numbers):08d}",
        )
        stage.closing.callback(store.close)
        transport = HttpTransport(stage.listener.url, pause=lambda _seconds: None)
        stage.closing.callback(transport.close)
        return cls(name, user, store, stage.listener, transport, FixedClock(MORNING))

    @property
    def device(self) -> str:
        return f"device-{self.name}"

    def login(self, step: str, password: str = PASSWORD) -> None:
        self._say(step)
        try:
            answer = self.transport.login(self.user, password, self.device, "laptop")
        except UserError:
            return
        with self.store.transaction(actor=self.user, at=self.clock.now(), action="sign_in") as tx:
            remember(tx, self.transport, answer)

    def sync(self, step: str, budget: int = 64 * 1024) -> None:
        self._say(step)
        synchronise(
            self.store,
            self.transport,
            device=self.device,
            actor=self.user,
            clock=self.clock,
            settings=Settings(budget=budget),
        )

    def _say(self, step: str) -> None:
        self.listener.step, self.listener.who = step, self.name

    def holds(self) -> dict[str, Any]:
        """What stands on this laptop at the end, for whoever replays it."""
        records = {}
        for name, kind in KINDS.items():
            versions = self.store.server_versions(kind.entity)
            for entity in self.store.find(kind.entity):
                found = {"version": versions[entity.id], "fields": encode(entity)}
                records[f"{name}/{entity.id}"] = found
        return {
            "records": records,
            "waiting": len(outbox.waiting(self.store)),
            "refused": [one.record_id for one in outbox.refused(self.store)],
            "conflicts": sorted(
                [one.kind, one.record_id, one.path, one.rule, one.kept, one.lost]
                for one in sync_state.conflicts(self.store)
            ),
        }


def remember(tx: Any, transport: HttpTransport, answer: Any) -> None:
    """Keep a login as this version of the store does it; what it does not take is left out."""
    more = {"stamp": answer.stamp} if hasattr(answer, "stamp") else {}
    try:
        sync_state.remember_login(tx, transport.url, transport.token, **more)
    except TypeError:
        sync_state.remember_login(tx, transport.url, transport.token)


@dataclass
class Stage:
    """The server, the office and the laptops of the recording."""

    folder: Path
    closing: ExitStack
    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))
    office: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers, asked = count(1), count(1)
        settings = ServerSettings(database_url=f"sqlite:///{self.folder / 'central.db'}", **CHEAP)
        self.database = Database(settings.database_url)
        self.closing.callback(self.database.close)
        self.database.migrate()
        app = create_app(
            settings,
            self.clock,
            lambda: f"server-{next(numbers):08d}",
            request_ids=lambda: f"request-{next(asked):08d}",
        )
        server = self.closing.enter_context(ServerThread(app))
        self.accounts = Accounts(self.database, settings, self.clock)
        self.listener = Listener(server.url, self.clock)
        self.closing.callback(self.listener.close)

    def enrol(self, user: str, role: Role) -> None:
        self.accounts.enrol(Account(user, f"Nombre de {user}", role, "Z1"), PASSWORD)
        self.office.append({"before": len(self.listener.heard), "enrol": [user, role.value]})

    def load(self, *entities: Entity) -> None:
        self.clock.advance(timedelta(minutes=1))
        load(self.database, entities, self.clock)
        told = [{"kind": kind_of(one), "id": one.id, "fields": encode(one)} for one in entities]
        self.office.append(
            {"before": len(self.listener.heard), "at": self.clock.now().isoformat(), "load": told}
        )

    def laptop(self, name: str, user: str) -> Recorded:
        return Recorded.on(self, name, user, "op")

    def wait(self) -> None:
        self.clock.advance(timedelta(minutes=1))


def register(worker: str, number: int) -> Iterator[Entity]:
    """A household, its child, and what the health post recorded about her."""
    home = household(worker, number)
    yield home
    yield replace(member(home, number), id=f"m-{home.id}")
    yield ServiceEvent(
        id=f"e-{home.id}",
        household_id=home.id,
        member_id=f"m-{home.id}",
        service="HB",
        on=date(2026, 9, 4),
        value=10.8,
    )


def play(stage: Stage) -> dict[str, Recorded]:
    """The day that is recorded: everything a laptop of any version can meet."""
    stage.enrol("ana", Role.FIELD_WORKER)
    stage.enrol("beto", Role.FIELD_WORKER)
    stage.enrol("zoe", Role.ZONE_COORDINATOR)
    stage.load(SETTLEMENT, *(one for n in range(1, 7) for one in register("ana", n)))
    stage.load(*register("beto", 1))
    first, second = stage.laptop("ana-1", "ana"), stage.laptop("ana-2", "ana")
    zoe = stage.laptop("zoe-1", "zoe")
    home, other = household("ana", 1), household("ana", 2)
    first.login("wrong password", "equivocada")
    first.login("login")
    first.sync("first download in pages", budget=2048)
    second.login("login of the second laptop")
    second.sync("first download of the second laptop")
    made = visit(home, "v-1", **{"note": "Casa cerrada", "member/m-h-ana-1/hb": 10.8, "mark": 1})
    agreed = replace(commitment(home, "c-1", "v-1"), member_id=f"m-{home.id}")
    first.save(made, agreed, visit(other, "v-2", note="Sin novedad"))
    first.save(replace(made, answers={**made.answers, "mark": 2}))
    stage.wait()
    first.sync("delta")
    stage.wait()
    second.sync("delta comes down")
    second.save(replace(made, answers={**made.answers, "mark": 3}))
    first.save(replace(made, answers={**made.answers, "mark": 2, "member/m-h-ana-1/hb": 11.2}))
    stage.wait()
    second.sync("applied")
    stage.wait()
    first.sync("parallel")
    stage.wait()
    second.sync("parallel comes down")
    now = second.store.get(Visit, "v-1")
    assert now is not None
    second.save(replace(now, answers={**now.answers, "mark": 40}))
    first.save(replace(now, answers={**now.answers, "mark": 41}))
    stage.wait()
    first.sync("the first of two values")
    stage.wait()
    second.sync("conflict")
    stage.wait()
    first.sync("conflict comes down")
    first.save(replace(visit(household("beto", 1), "v-3", note="ajeno"), field_worker="ana"))
    stage.wait()
    first.sync("refusal")
    gone = second.store.get(Visit, "v-2")
    assert gone is not None
    second.delete(gone)
    stage.wait()
    second.sync("deletion")
    stage.load(replace(home, phone="999888777"))
    first.sync("register and deletion come down")
    zoe.login("login of the coordinator")
    zoe.sync("first download of the coordinator")
    standing = zoe.store.stored(Visit, "v-1")
    assert standing is not None
    zoe.save(review(standing.entity, standing.server_version, "zoe", "r-1"))
    stage.wait()
    zoe.sync("review")
    stage.wait()
    first.sync("review comes down")
    stage.load(replace(household("ana", 6), field_worker="beto"))
    first.sync("after a household went to another gestor")
    first.sync("idle")
    return {one.name: one for one in (first, second, zoe)}


def record(version: int, out: Path) -> None:
    """Play and write. The database of ana-2 is copied at last, to hear how a copy is refused."""
    tokens = count(1)
    secrets.token_urlsafe = lambda _size=0: f"token-{next(tokens):04d}"
    if find_spec("juntos_campo.central.server_key"):  # version 1 had no keys
        import_module("juntos_campo.central.server_key").new_seed = lambda: "5e" * 32
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        stage = Stage(folder, closing)
        laptops = play(stage)
        ends = {name: one.holds() for name, one in laptops.items()}
        _copied(stage, laptops["ana-2"])
        out.mkdir(parents=True, exist_ok=True)
        _write(out / "exchanges.json", {"version": version, "exchanges": stage.listener.heard})
        _write(out / "office.json", {"password": PASSWORD, "office": stage.office})
        _write(out / "ends.json", ends)


def _copied(stage: Stage, laptop: Recorded) -> None:
    """An older copy of a database that has gone on meanwhile."""
    laptop.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old = stage.folder / "copy.db"
    shutil.copy(laptop.store.path, old)
    laptop.save(visit(household("ana", 3), "v-9", note="después de la copia"))
    laptop.sync("the original goes on")
    store = Store(old, bytes(32))
    stage.closing.callback(store.close)
    replace(laptop, store=store).sync("a copy is refused")


def _write(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str], say: Callable[[str], Any] = sys.stdout.write) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", type=int, required=True, help="of the protocol")
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args(arguments)
    record(wanted.version, wanted.out)
    say(f"{wanted.out}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
