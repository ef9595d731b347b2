"""A small world in one process for random days: laptops, their copies, the office, a bad link.

A day is a list of steps, each a tuple ``(what, who, which, number)`` of a name and three small
numbers that pick, modulo what there is, a laptop, a record and a variant. So any list is a day, and a
shorter list of one that fails is a day too. What must hold after it is `tests.sync.oracle`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from juntos_campo.central.accounts import Machine
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.loading import load
from juntos_campo.central.server_key import server_public_key
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import (
    Commitment,
    Entity,
    Household,
    Review,
    ServiceEvent,
    Settlement,
    Visit,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.store import device_keys, outbox, sync_state
from juntos_campo.sync.engine import Settings, synchronise
from juntos_campo.sync.report import SyncReport
from juntos_campo.wire.messages import SyncRequest, SyncResponse
from juntos_campo.wire.signing import public_key

from . import stick_steps
from .conftest import MORNING, PASSWORD, SETTLEMENT, household
from .conftest import member as member_of
from .day_steps import EARLY, Steps
from .faults import FragileStore, Fuse, Link
from .ground import KEY, Ground
from .shown import hidden

Step: TypeAlias = tuple[str, int, int, int]

TOKEN = re.compile(r"value-\d+")
"""Every typed value is one of its own, so that it is found again wherever it ended up."""

BROKEN_LINK = ("SYN-001", "SYN-002", "SYN-007")
EVENING_ROUNDS = 14


@dataclass
class Laptop:
    """One database of one person: an original, or a copy that went on by itself.

    Attributes:
        seen: values its screens have shown so far.
        copied: it was copied, is a copy, or was restored: the server may notice.
        typed: operations that were made in this database, also before it was copied.
        old: it speaks version 1 of the protocol, as a laptop nobody has renewed.
    """

    user: str
    path: Path
    store: FragileStore
    clock: FixedClock
    link: Link
    fuse: Fuse
    seen: set[str] = field(default_factory=set)
    old: bool = False
    copied: bool = False
    typed: set[str] = field(default_factory=set)
    backup: tuple[Path, set[str], set[str]] | None = None

    @property
    def name(self) -> str:
        return self.path.stem


@dataclass(frozen=True)
class Edit:
    """One operation as it was made: who, what, and which values its maker had seen by then."""

    op_id: str
    laptop: str
    user: str
    kind: str
    record_id: str
    household: str
    fields: dict[str, Any]
    deleted: bool
    seen: frozenset[str]


class Day(Steps):
    """One random day on a `Ground`.

    Attributes:
        edits: op_id -> what was done on a laptop, sent or not.
        acknowledged: ids of operations some laptop was told are with the server.
        sticks: files that were made for the office.
        complaints: what was found wrong while the day went on; the oracle adds its own.
        figures: counts of what happened, for the account of a campaign.
    """

    def __init__(self, ground: Ground) -> None:
        ground.clear()
        self.ground = ground
        self.database = ground.database
        self.clock = ground.clock
        self.numbers: Iterator[int] = count(1)
        self.exchange = Exchange(self.database, ground.settings, self.clock, self.new_id)
        self.laptops: list[Laptop] = []
        self.edits: dict[str, Edit] = {}
        self.acknowledged: set[str] = set()
        self.erased: set[tuple[str, str]] = set()
        self.complaints: list[str] = []
        self.figures: dict[str, int] = {}
        alone = replace(household("ana", 2), settlement_id="s-alone")
        self.homes = {h.id: h for h in (household("ana", 1), alone, household("beto"))}
        self.villages = {one: village(one) for one in ("s-1", "s-alone", *map(village_of, EARLY))}
        self.gone: set[str] = set()
        self.sticks: list[stick_steps.File] = []
        self.unloaded: dict[str, Household] = {}
        homes = self.homes.values()
        villages = (self.villages[one] for one in sorted({home.settlement_id for home in homes}))
        self._load(*villages, *homes, *map(member_of, homes))
        self._load(*(_service(home, n) for home in self.homes.values() for n in range(3)))
        for user in ("ana", "ana", "beto", "zoe"):
            self._new_laptop(user)

    def new_id(self) -> str:
        return f"{next(self.numbers):032x}"

    def value(self) -> str:
        return f"value-{next(self.numbers)}"

    def count(self, what: str) -> None:
        self.figures[what] = self.figures.get(what, 0) + 1

    def _new_laptop(self, user: str) -> Laptop:
        path = self.ground.folder / f"day-{len(self.laptops)}-{user}.db"
        shutil.copy(self.ground.empty, path)
        laptop = self._open(user, path)
        laptop.clock.advance(timedelta(minutes=len(self.laptops)))
        with laptop.store.transaction(actor=user, at=MORNING, action="set up") as tx:
            tx.set_meta("device.id", self.new_id())
        self.laptops.append(laptop)
        return laptop

    def _open(self, user: str, path: Path) -> Laptop:
        fuse = Fuse()
        store = FragileStore(path, KEY, self.new_id, fuse)
        link = Link(self._answer, self.ground.fuse)
        return Laptop(user, path, store, FixedClock(MORNING), link, fuse)

    def _reopen(self, laptop: Laptop) -> None:
        """After its power went: what is on the disk is all there is."""
        laptop.store.close()
        laptop.fuse = Fuse()
        laptop.store = FragileStore(laptop.path, KEY, self.new_id, laptop.fuse)

    def _answer(self, token: str, request: SyncRequest) -> SyncResponse:
        return self.exchange.run(self.ground.accounts.recognise(token), request)

    def play(self, steps: list[Step]) -> None:
        for step in steps:
            self.step(*step)

    def step(self, what: str, who: int, which: int, number: int) -> None:
        laptop = self.laptops[who % len(self.laptops)]
        self.count(what)
        self.clock.advance(timedelta(seconds=7))
        laptop.clock.advance(timedelta(seconds=7))
        getattr(self, f"do_{what}")(laptop, which, number)

    def save(self, laptop: Laptop, entity: Entity, *, delete: bool = False) -> None:
        """An edit by the laptop's user; remembered with what he had seen by then."""
        before = sync_state.counter(laptop.store)
        seen = frozenset(laptop.seen)
        with laptop.store.transaction(
            actor=laptop.user, at=laptop.clock.now(), action="edit"
        ) as tx:
            if delete:
                tx.delete(entity)
            else:
                tx.save(entity)
        target = laptop.store.get(Visit, entity.target_id) if isinstance(entity, Review) else entity
        home = getattr(target, "household_id", "")
        for one in outbox.waiting(laptop.store, after=before):
            laptop.typed.add(one.op_id)
            self.edits[one.op_id] = Edit(
                one.op_id,
                laptop.name,
                laptop.user,
                one.kind,
                one.record_id,
                home,
                one.fields,
                one.deleted,
                seen,
            )
        self.look(laptop)

    def look(self, laptop: Laptop) -> None:
        """The person looks at every screen: what is shown now has been seen."""
        for kind in (Visit, Commitment, Review, Household):
            for entity in laptop.store.find(kind):
                laptop.seen |= set(TOKEN.findall(str(entity)))

    def sync(
        self, laptop: Laptop, *, budget: int = 65536, fault: str = "", at: int = 1, depth: int = 0
    ) -> SyncReport | None:
        """One synchronisation, after signing in where the server asks for it."""
        if not sync_state.token(laptop.store) and not self.sign_in(laptop):
            return None
        before = {one.op_id for one in outbox.waiting(laptop.store)}
        laptop.link.begin(sync_state.token(laptop.store), fault, at, depth)
        report = synchronise(
            laptop.store,
            laptop.link,
            device=sync_state.device(laptop.store),
            actor=laptop.user,
            clock=laptop.clock,
            settings=Settings(budget=budget, most_operations=2),
        )
        self.account(laptop, report, before)
        self.look(laptop)
        return report

    def sign_in(self, laptop: Laptop) -> bool:
        """Enter the server; a database it knows for a copy becomes a device of its own."""
        for _ in range(2):
            store = laptop.store
            machine = Machine(
                sync_state.device(store),
                "laptop",
                "" if laptop.old else public_key(stick_steps.give_seed(self, laptop)),
                sync_state.counter(store) or None,
                stamped=not laptop.old,
                stamp=sync_state.stamp(store),
            )
            try:
                given = self.ground.accounts.enter(laptop.user, PASSWORD, machine)
            except UserError as error:
                self._become_another(laptop, error.problem.code)
                continue
            with store.transaction(actor=laptop.user, at=laptop.clock.now(), action="login") as tx:
                stamp = "" if laptop.old else given.stamp  # version 1 knows neither stamp nor key
                sync_state.remember_login(tx, "http://127.0.0.1", given.token, stamp)
                if not laptop.old:
                    key = server_public_key(self.database, self.clock)
                    device_keys.keep_server_key(tx, key)
            return True
        self.complaints.append(f"{laptop.name} could not sign in")
        return False

    def _become_another(self, laptop: Laptop, code: str) -> None:
        self.count("copies found")
        if not laptop.copied:
            self.complaints.append(f"false alarm: {laptop.name} was taken for a copy")
        if code not in ("CEN-010", "SYN-012"):
            self.complaints.append(f"{laptop.name} was turned away: {code}")
        with laptop.store.transaction(
            actor=laptop.user, at=laptop.clock.now(), action="device.copied"
        ) as tx:
            sync_state.become_another_device(tx, self.new_id())

    def account(
        self, laptop: Laptop, report: SyncReport, before: set[str], allowed: tuple[str, ...] = ()
    ) -> None:
        """Hold the report against the disk: what left the queue was acknowledged, and nothing else."""
        code = report.stopped.code if report.stopped else ""
        if code == "SYN-012":
            self._become_another(laptop, code)
        elif code == "SYN-004":
            with laptop.store.transaction(
                actor=laptop.user, at=laptop.clock.now(), action="signed out"
            ) as tx:
                tx.set_meta("sync.token", "")
        elif code and code not in (*BROKEN_LINK, *allowed):
            self.complaints.append(f"{laptop.name} stopped: {code} {report.stopped}")
        self.complaints += hidden(laptop)
        told = {one.op_id for one in report.acknowledged}
        self.acknowledged |= told
        waiting = {one.op_id for one in outbox.waiting(laptop.store)}
        refused = {one.op_id for one in outbox.refused(laptop.store)}
        for op_id in before - waiting - refused - told:
            edit = self.edits[op_id]
            if not self._is_erased(edit.kind, edit.record_id, edit.household):
                self.complaints.append(f"{laptop.name}: {edit} vanished without an answer")
        there = {one.op_id for one in outbox.waiting(laptop.store) if one.waits}
        if report.complete and waiting - there:
            self.complaints.append(f"{laptop.name}: complete, yet {waiting - there} waits")
        for one in report.refused:
            self.count(f"refused {one.code}")

    def _is_erased(self, kind: str, record_id: str, home: str) -> bool:
        return bool({(kind, record_id), ("household", home)} & self.erased)

    def _load(self, *entities: Entity) -> None:
        load(self.database, entities, self.clock)

    def _home(self, laptop: Laptop, which: int) -> Household | None:
        found = laptop.store.find(Household)
        return found[which % len(found)] if found else None

    def _some_home(self, which: int) -> Household:
        return self.homes[sorted(self.homes)[which % len(self.homes)]]

    def _owner(self, home: str) -> str:
        return self.homes[home].field_worker

    def evening(self) -> None:
        """The office loads what it owes; everybody synchronises until nothing moves any more."""
        while self.unloaded:
            self.do_found(self.laptops[0], 0, 0)
        for laptop in self.laptops:
            if laptop.old:  # there nothing waits: it was refused, and a person sends it again
                self._try_again(laptop)
        for _ in range(EVENING_ROUNDS):
            quiet = True
            for laptop in self.laptops:
                report = self.sync(laptop)
                quiet = quiet and report is not None and _is_quiet(report)
            if quiet:
                return
        self.complaints.append("the evening never ends: somebody always has something to send")

    def doubles(self, laptop: Laptop) -> list[Laptop]:
        """Laptops that go on as the same device: each makes the other sign in again."""
        name = sync_state.device(laptop.store)
        others = (one for one in self.laptops if one is not laptop)
        return [one for one in others if sync_state.device(one.store) == name]

    def _try_again(self, laptop: Laptop) -> None:
        refused = [one.op_id for one in outbox.refused(laptop.store)]
        with laptop.store.transaction(
            actor=laptop.user, at=laptop.clock.now(), action="again"
        ) as tx:
            sync_state.try_again(tx, refused)

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.store.close()


def village(settlement: str) -> Settlement:
    return replace(SETTLEMENT, id=settlement)


def village_of(number: int) -> str:
    """Where a household lies that is visited before the office has loaded it: nobody else does."""
    return f"s-{number}"


def _is_quiet(report: SyncReport) -> bool:
    came = report.received or report.conflicts
    went = report.acknowledged or report.left or report.erased or report.dropped
    return report.complete and not (came or went)


def _service(home: Household, number: int) -> ServiceEvent:
    return ServiceEvent(
        id=f"e-{home.id}-{number}",
        household_id=home.id,
        member_id=f"m-{home.id}-1",
        service="HB",
        on=MORNING.date(),
        value=10.0 + number,
    )
