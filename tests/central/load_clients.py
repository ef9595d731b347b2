"""Laptops that type, save and synchronise as fast as they can, and remember what they were told.

Each is the laptop's own program without its window: an encrypted store, the ordinary synchronisation over
HTTP, in a thread of its own. Several are of the same gestor and edit the same visit, each its own answers,
so that whatever the server lets fall is missing somewhere; the second of each speaks version 1.
"""

from __future__ import annotations

import random
import threading
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from juntos_campo.central.problems import LOCKED
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Commitment, Household, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import Modality
from juntos_campo.store import outbox
from juntos_campo.store.store import Store
from juntos_campo.sync.engine import Settings, synchronise
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.problems import (
    ANSWER_DAMAGED,
    CONNECTION_REFUSED,
    NO_CONNECTION,
    SERVER_BUSY,
    TOO_SLOW,
)
from juntos_campo.sync.report import Acknowledged, SyncReport

PASSWORD = "papa nativa 2026"
LOST_LINK = frozenset(
    one.code for one in (ANSWER_DAMAGED, CONNECTION_REFUSED, NO_CONNECTION, SERVER_BUSY, TOO_SLOW)
)
"""What a laptop may be told while its server is being killed; it tries again."""

_ANSWER_SECONDS = 6.0
LONGEST_PAUSE = 0.05
_AWAY_SECONDS = 0.2
_MOST_SENT = 25


@dataclass
class Told:
    """What one laptop sent and heard.

    Attributes:
        sent: operation id -> what was to be kept, of everything it ever put into a request.
        acknowledged: operation id -> what the server said of it; the person's screen says "sincronizado".
        stops: code of the error -> how many synchronisations ended with it.
        faults: what must not have happened, in words.
        holds: at the end, visit -> (version, answers) on this laptop.
    """

    sent: dict[str, outbox.Operation] = field(default_factory=dict)
    acknowledged: dict[str, Acknowledged] = field(default_factory=dict)
    stops: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    holds: dict[str, tuple[int, dict[str, object]]] = field(default_factory=dict)


class LoadClient(threading.Thread):
    """One laptop of `user`, until `settle` of its `Load` is called."""

    def __init__(self, load: Load, user: str, number: int) -> None:
        super().__init__(name=f"laptop-{user}-{number}", daemon=True)
        self.load, self.user, self.number = load, user, number
        self.device = random_id()
        self.told = Told()
        self._dice = random.Random(f"{load.seed} {user} {number}")
        self._clock = SystemClock()
        self._made: list[str] = []

    def run(self) -> None:
        try:
            with HttpTransport(
                self.load.url, tries=1, timeouts=(2.0, _ANSWER_SECONDS), pause=self.load.pause
            ) as transport:
                store = Store(self.load.folder / f"{self.device}.db", bytes(32))
                if self.number == 1:
                    transport.protocol = 1  # as an older program
                try:
                    self._live(store, transport)
                finally:
                    store.close()
        except Exception:
            self.told.faults.append(traceback.format_exc())
            self.load.given_up.set()
            self.load.barrier.abort()

    def _live(self, store: Store, transport: HttpTransport) -> None:
        while not transport.token:
            try:
                transport.login(self.user, PASSWORD, self.device, self.name)
            except UserError as error:
                if LOCKED.code not in str(
                    error
                ):  # laptops of one gestor that enter at the same time
                    self._stopped(error.problem.code, str(error))
                if self.told.faults or self.load.given_up.is_set():
                    raise
                self.load.pause(0.3)
        self._until_quiet(store, transport)
        self.load.barrier.wait()
        while not self.load.ending.is_set() and not self.told.faults:
            self._type(store)
            report = self._sync(store, transport)
            # Who hammers a server that is away takes from it the processor it needs to come back.
            rest = _AWAY_SECONDS if report.stopped else self.load.longest_pause
            self.load.pause(self._dice.random() * rest)
        self._until_quiet(store, transport)
        self.load.barrier.wait()  # now everybody has sent everything
        self._until_quiet(store, transport)
        versions = store.server_versions(Visit)
        self.told.holds = {
            one.id: (versions[one.id], dict(one.answers)) for one in store.find(Visit)
        }

    def _type(self, store: Store) -> None:
        """A new visit with a commitment, or one more answer in an old one."""
        now, mark = self._clock.now(), random_id()
        common = store.get(Visit, f"common-{self.user}")
        roll = self._dice.random()
        with store.transaction(actor=self.user, at=now, action="test") as tx:
            if self.number == 0 and common is None:
                tx.save(self._visit(f"common-{self.user}", mark))
            elif common is not None and roll < 0.3:
                tx.save(replace(common, answers={**common.answers, f"note/{mark}": mark}))
            elif self._made and roll < 0.5:
                mine = store.get(Visit, self._dice.choice(self._made))
                assert mine is not None
                tx.save(replace(mine, answers={**mine.answers, f"note/{mark}": mark}))
            else:
                made = self._visit(mark, mark)
                tx.save(made)
                tx.save(
                    Commitment(
                        id=random_id(), household_id=made.household_id, member_id="",
                        visit_id=made.id, text=f"Llevar a la niña al control {mark}",
                        agreed_on=made.on,
                    )
                )  # fmt: skip
                self._made.append(made.id)

    def _visit(self, visit_id: str, mark: str) -> Visit:
        now = self._clock.now()
        return Visit(
            id=visit_id, household_id=home_of(self.user).id, field_worker=self.user, on=now.date(),
            modality=Modality.HOME, started_at=now - timedelta(hours=1), closed_at=now,
            answers={f"note/{mark}": mark},
        )  # fmt: skip

    def _sync(self, store: Store, transport: HttpTransport) -> SyncReport:
        before = {one.op_id: one for one in outbox.waiting(store)}
        self.told.sent |= before
        report = synchronise(
            store,
            transport,
            device=self.device,
            actor=self.user,
            clock=self._clock,
            settings=Settings(most_operations=_MOST_SENT),
        )
        for one in report.acknowledged:
            if self.told.acknowledged.setdefault(one.op_id, one) != one:
                self.told.faults.append(f"acknowledged twice, differently: {one}")
        left = {one.op_id for one in outbox.waiting(store)}
        for gone in before.keys() - left - self.told.acknowledged.keys():
            self.told.faults.append(f"no longer waits, and nobody acknowledged it: {gone}")
        self.told.faults += [f"refused: {one}" for one in report.refused]
        if report.stopped:
            self._stopped(report.stopped.code, report.stopped.text)
        return report

    def _stopped(self, code: str, text: str) -> None:
        self.told.stops[code] += 1
        if code not in LOST_LINK:
            self.told.faults.append(f"{code}: {text}")

    def _until_quiet(self, store: Store, transport: HttpTransport) -> None:
        """Synchronise until nothing is left to send or to receive."""
        while True:
            report = self._sync(store, transport)
            if report.complete and not outbox.waiting(store):
                return
            if self.told.faults or self.load.given_up.is_set():
                self.told.faults.append(f"{self.name} never came to rest: {report.as_json()}")
                raise TimeoutError(self.name)
            self.load.given_up.wait(0.3)


@dataclass
class Load:
    """All the laptops of one run.

    Attributes:
        folder: for their databases.
        url: the server.
        laptops: gestor -> how many laptops are his.
        longest_pause: seconds a laptop rests at most before it synchronises again.
    """

    folder: Path
    url: str
    laptops: dict[str, int]
    seed: int = 1
    longest_pause: float = LONGEST_PAUSE
    ending: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)
    clients: list[LoadClient] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clients = [
            LoadClient(self, user, number)
            for user, laptops in self.laptops.items()
            for number in range(laptops)
        ]
        self.barrier = threading.Barrier(len(self.clients) + 1)

    def pause(self, seconds: float) -> None:
        """Wait, less when the end has come."""
        self.ending.wait(seconds)

    def start(self, within: float = 120.0) -> None:
        """Every laptop has signed in and holds what is its own; then they begin to type.

        Raises:
            RuntimeError: one could not.
        """
        for one in self.clients:
            one.start()
        try:
            self.barrier.wait(within)
        except threading.BrokenBarrierError:
            raise RuntimeError(self.faults()) from None

    def faults(self) -> list[str]:
        """What went wrong on any laptop so far."""
        return [fault for one in self.clients for fault in one.told.faults]

    def acknowledged(self) -> int:
        """How many changes the people were told are with the server, so far."""
        return sum(len(one.told.acknowledged) for one in self.clients)

    def settle(self, within: float = 120.0) -> Sequence[Told]:
        """No more typing; whatever waits is sent, and everybody receives what the others sent."""
        self.ending.set()
        timer = threading.Timer(within, self.given_up.set)
        timer.start()
        try:
            self.barrier.wait(within + 30)
        except threading.BrokenBarrierError:
            self.given_up.set()
        for one in self.clients:
            one.join(within + 30)
        timer.cancel()
        return [one.told for one in self.clients]

    def abandon(self) -> None:
        """End the threads whatever they are at."""
        self.ending.set()
        self.given_up.set()
        self.barrier.abort()
        for one in self.clients:
            if one.ident is not None:
                one.join(30)


def home_of(user: str) -> Household:
    """The household about which the laptops of a gestor record."""
    return Household(id=f"h-{user}", code=f"h-{user}", field_worker=user, settlement_id="s-1")
