"""Real processes killed with SIGKILL at random moments: a laptop that types, saves and sends, and its server.

The laptop's process writes into a journal, byte by byte on the disk, what the person was told: this
answer is kept, this visit is closed, this operation is with the server. After each kill the database
is opened and held against the journal. `campaign.py kills` runs a thousand rounds, the suite a few.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
import uvicorn

from juntos_campo import paths
from juntos_campo.app.session import Session, User, create_session, open_session
from juntos_campo.app.synchronise import sign_in, sync_now
from juntos_campo.app.visit import close_visit, is_open, open_draft, save_answer, start_visit
from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.serving import configuration
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import operations, record_versions, records
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Commitment, Visit
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.paths import DataPlace
from juntos_campo.store import outbox, sync_state
from juntos_campo.store.drafts import open_drafts
from juntos_campo.store.keys import KdfCost
from juntos_campo.sync.http_transport import HttpTransport

from .conftest import CHEAP, PASSWORD, SETTLEMENT, household, member

WEAK = KdfCost(passes=1, memory_kib=64, lanes=1)
USER = User("ana", "Ana Ccori", Role.FIELD_WORKER)
HOME = household("ana")
LONGEST_SECONDS = 0.25
"""A killed laptop lives so long at most after its database was opened."""


_DOING = {"closing": "closing", "closed": "sending"}
"""What the laptop was at after the last line of its journal."""


@dataclass
class Promise:
    """What the person was told so far, read from the journal."""

    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    typing: tuple[str, str, str] | None = None
    last: str = ""
    closing: str = ""
    begun: set[str] = field(default_factory=set)
    closed: dict[str, dict[str, str]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)


def read_promises(journal: Path) -> Promise:
    told = Promise()
    for line in journal.read_text(encoding="utf-8").splitlines():
        what, *rest = json.loads(line)
        told.last = what
        if what == "typing":
            told.typing = (rest[0], rest[1], rest[2])
        elif what == "typed":
            told.typed.setdefault(rest[0], {})[rest[1]] = rest[2]
            told.typing = None
        elif what == "closing":
            told.closing = rest[0]
            told.begun.add(rest[0])
        elif what == "closed":
            told.closed[rest[0]] = told.typed.pop(rest[0])
            told.closing = ""
        else:
            told.acknowledged |= set(rest[0])
    return told


# -- the two processes -------------------------------------------------------------------------


def live(place: DataPlace, book: RuleBook, journal: Path, url: str, ready: int) -> None:
    """The laptop's process: type, close, send, for ever."""
    out = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def tell(*what: Any) -> None:
        os.write(out, (json.dumps(what) + "\n").encode())

    session = open_session(place, password=PASSWORD, clock=SystemClock(), book=book)
    transport = HttpTransport(url, sync_state.token(session.store), tries=1)
    os.write(ready, b"x")
    for number in count(1):
        draft = start_visit(session, HOME.id)
        for path, value in _answers(f"{draft.id[:8]}-{number}").items():
            tell("typing", draft.id, path, value)
            save_answer(session, draft.id, path, value)
            tell("typed", draft.id, path, value)
        tell("closing", draft.id)
        close_visit(session, draft.id)
        tell("closed", draft.id)
        report, _ = sync_now(session, transport=transport)
        tell("acknowledged", [one.op_id for one in report.acknowledged])


def _answers(mark: str) -> dict[str, str]:
    return {
        "attended_by": f"m-{HOME.id}-1",
        "modality": "home",
        "new_commitment/household/1": f"Avisar los cambios {mark}",
        "note": f"nota {mark}",
        "mark": "fingerprint",
        "next_visit_on": (SystemClock().today() + timedelta(days=14)).isoformat(),
    }


def serve(settings: ServerSettings, port: int) -> None:
    """The server's process."""
    uvicorn.Server(configuration(create_app(settings), "127.0.0.1", port)).run()


def fork(work: Callable[[], None]) -> int:
    """A process of its own; its id."""
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        if not os.environ.get("KILLS_LOUD"):
            os.dup2(quiet, 2)
        work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        return int(one.getsockname()[1])


# -- the rounds --------------------------------------------------------------------------------


class Rounds:
    """A laptop and a server whose processes are killed again and again.

    Attributes:
        complaints: promises that were broken.
        figures: what happened.
    """

    def __init__(self, folder: Path, seed: int, database_url: str = "") -> None:
        self.folder = folder
        self.dice = random.Random(seed)
        self.settings = ServerSettings(
            database_url=database_url or f"sqlite:///{folder / 'central.db'}", **CHEAP
        )
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.journal = folder / "journal"
        self.journal.touch()
        self.place = DataPlace(folder / "laptop")
        self.book = load_rule_book(paths.resources() / "norms")
        self.complaints: list[str] = []
        self.figures: dict[str, int] = {}
        self._server = 0
        self._set_up()

    def _set_up(self) -> None:
        with closing(Database(self.settings.database_url)) as database:
            database.migrate()
            accounts = Accounts(database, self.settings, SystemClock())
            accounts.enrol(Account("ana", USER.full_name, USER.role, "Z1"), PASSWORD)
            load(database, [SETTLEMENT, HOME, member(HOME)], SystemClock())
        self.start_server()
        made = create_session(
            self.place,
            password=PASSWORD,
            user=USER,
            clock=SystemClock(),
            book=self.book,
            ids=random_id,
            cost=WEAK,
        )
        with closing(made):
            sign_in(made, PASSWORD, self.url)
            assert sync_now(made)[0].complete

    def start_server(self) -> None:
        self._server = fork(lambda: serve(self.settings, self.port))
        for _ in range(1000):
            try:
                requests.get(f"{self.url}/v1/health", timeout=5).close()
            except requests.RequestException:
                time.sleep(0.01)
            else:
                return
        raise TimeoutError("the server did not start")

    def close(self) -> None:
        kill(self._server)

    def one(self) -> None:
        """Start the laptop, kill it, now and then the server before it; look at what is left."""
        before, after = os.pipe()
        child = fork(lambda: live(self.place, self.book, self.journal, self.url, after))
        os.close(after)
        os.read(before, 1)
        os.close(before)
        self.count("kills of the laptop")
        if self.dice.random() < 0.3:
            time.sleep(self.dice.random() * LONGEST_SECONDS)
            kill(self._server)
            self.count("kills of the server")
            time.sleep(self.dice.random() * 0.02)
            self.start_server()
        time.sleep(self.dice.random() * LONGEST_SECONDS)
        kill(child)
        self.look()

    def count(self, what: str, by: int = 1) -> None:
        self.figures[what] = self.figures.get(what, 0) + by

    @contextmanager
    def opened(self) -> Iterator[Session]:
        session = open_session(self.place, password=PASSWORD, clock=SystemClock(), book=self.book)
        with closing(session):
            yield session

    def look(self) -> None:
        """Hold the laptop's database against what its person was told before the power went."""
        told = read_promises(self.journal)
        self.count(f"killed while {_DOING.get(told.last, 'typing')}")
        with self.opened() as session:
            store = session.store
            (damage,) = store.rows("PRAGMA quick_check")
            if damage[0] != "ok":
                self.complaints.append(f"torn database: {damage}")
            visits = {one.id: one for one in store.find(Visit)}
            drafts = {one.id for one in open_drafts(store, "visit")}
            for one in told.closed:
                if one not in visits:
                    self.complaints.append(f"lost: closed visit {one}")
            if told.closing and (told.closing in visits) == (told.closing in drafts):
                self.complaints.append(f"torn: {told.closing} is a visit and a draft, or neither")
            for one, answers in told.typed.items():
                if one in told.begun and one in visits:  # killed before its person was told
                    continue
                if not is_open(session, one):
                    self.complaints.append(f"lost: draft {one}")
                    continue
                self._compare(one, answers, open_draft(session, one).answers, told)
            promised = {one.visit_id for one in store.find(Commitment)}
            for one in visits.keys() - promised:
                self.complaints.append(f"torn: visit {one} without what follows from it")
            kept = {one.op_id for one in outbox.waiting(store)}
            if kept & told.acknowledged:
                self.complaints.append("acknowledged operations still wait")
        with closing(Database(self.settings.database_url)) as database:
            with database.reading() as connection:
                done = set(connection.execute(sa.select(operations.c.op_id)).scalars())
            if told.acknowledged - done:
                self.complaints.append(f"lost: {told.acknowledged - done} on the server")

    def _compare(
        self, draft: str, told: dict[str, str], there: dict[str, Any], promise: Promise
    ) -> None:
        for path, value in told.items():
            found = there.get(path)
            half_typed = promise.typing and promise.typing[:2] == (draft, path)
            if found != value and not (half_typed and found == promise.typing[2]):  # type: ignore[index]
                self.complaints.append(f"lost: {draft} {path}: {found!r} for {value!r}")

    def end(self) -> None:
        """The last synchronisation: both sides hold the same, everything once."""
        with self.opened() as session, ExitStack() as stack:
            report, _ = sync_now(session)
            if not report.complete or outbox.waiting(session.store) or report.refused:
                self.complaints.append(f"the last synchronisation: {report.as_json()}")
            database = stack.enter_context(closing(Database(self.settings.database_url)))
            connection = stack.enter_context(database.reading())
            rows = {
                row.id: row
                for row in connection.execute(sa.select(records).where(records.c.kind == "visit"))
            }
            twice = connection.execute(
                sa.select(sa.func.count())
                .select_from(record_versions)
                .where(record_versions.c.kind == "visit")
            ).scalar_one()
            visits = {one.id: one for one in session.store.find(Visit)}
            if set(rows) != set(visits):
                self.complaints.append(f"not on both sides: {set(rows) ^ set(visits)}")
            if twice:
                self.complaints.append(f"{twice} visits were taken twice")
            for key in visits.keys() & rows.keys():
                if json.loads(rows[key].body)["answers"] != visits[key].answers:
                    self.complaints.append(f"differs: visit {key}")
            self.count("visits closed", len(visits))
            self.count(
                "operations",
                connection.execute(sa.select(sa.func.count()).select_from(operations)).scalar_one(),
            )


def kills(
    folder: Path, rounds: int, seed: int, new_database: Callable[[], str] = lambda: ""
) -> tuple[list[str], dict[str, int]]:
    """What was broken in `rounds` kills, and what happened; a new laptop and server every hundred."""
    figures: dict[str, int] = {}
    for start in range(0, rounds, 100):
        place = folder / f"from-{start}"
        place.mkdir()
        made = Rounds(place, seed + start, new_database())
        try:
            for _ in range(min(100, rounds - start)):
                made.one()
                if made.complaints:
                    break
            made.end()
        finally:
            made.close()
        for name, number in made.figures.items():
            figures[name] = figures.get(name, 0) + number
        if made.complaints:
            return made.complaints, figures
        shutil.rmtree(place)
    return [], figures
