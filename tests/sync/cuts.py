"""The link cut at sampled byte offsets of an exchange, in both directions, over a real connection."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from juntos_campo.domain.entities import Member, Visit
from juntos_campo.domain.kinds import KINDS
from juntos_campo.store import outbox
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.codec import encode

from .conftest import Laptop, World, household, member, visit
from .links import CuttingProxy

HOME = household("ana")
UP, DOWN = 6, 40
"""Visits that go up and people of the register that come down in each exchange."""

MANY = 150
"""Visits of a first download."""


class Cuts:
    """One laptop whose every first try is cut.

    Attributes:
        complaints: what did not end as it should.
        figures: what happened; ``bytes`` of all tries, ``whole`` what uncut exchanges would take.
    """

    def __init__(self, world: World, proxy: CuttingProxy, seed: int) -> None:
        self.world, self.proxy = world, proxy
        self.dice = random.Random(seed)
        self.laptop = world.laptop("ana")
        self.laptop.sync()
        self.complaints: list[str] = []
        self.figures = dict.fromkeys(("cut", "went through", "bytes", "whole"), 0)
        self.number = 0
        self.whole = 0
        self._whole_exchange()

    def _whole_exchange(self) -> None:
        """One that is not cut, to learn how many bytes there are to cut at."""
        self._new_content()
        self._through(None)
        self.whole = self.proxy.passed

    def _new_content(self) -> None:
        self.number += 1
        noise = [f"{self.dice.randrange(10**9)} {self.number}" for _ in range(UP)]
        self.laptop.save(
            *(visit(HOME, f"v-{n}", note=text, mark=self.number) for n, text in enumerate(noise))
        )
        people = (member(HOME, n) for n in range(1, DOWN))
        self.world.load(
            *(replace(one, given=f"Ñusta {self.dice.randrange(10**9)}") for one in people)
        )

    def _through(self, limit: int | None) -> bool:
        self.proxy.reset(limit)
        link = HttpTransport(self.proxy.url, self.laptop.transport.token, tries=1)
        try:
            return self.laptop.sync(link).complete
        finally:
            link.close()

    def one(self, share: float) -> None:
        """An exchange cut at `share` of its bytes, then as many tries as it takes."""
        self._new_content()
        through = self._through(int(share * self.whole))
        self.figures["went through" if through else "cut"] += 1
        passed = self.proxy.passed
        for _ in range(3):
            if through:
                break
            through = self._through(None)
            passed += self.proxy.passed
        self.figures["bytes"] += passed
        self.figures["whole"] += self.whole
        if not through:
            self.complaints.append(f"never ended after a cut at {share:.3f}")
        self.complaints += [
            f"cut at {share:.3f}: {one}" for one in differences(self.world, self.laptop)
        ]
        for n in range(UP):
            version = self.world.record("visit", f"v-{n}").version
            if version != self.number:
                self.complaints.append(f"cut at {share:.3f}: v-{n} has version {version}")

    def first_download(self, every: int) -> int:
        """A new laptop whose link is cut every `every` bytes until all has come; tries it took."""
        for number in range(MANY):  # nothing that compression could make small
            noise = self.dice.randbytes(60).hex()
            self.laptop.save(visit(HOME, f"long-{number}", note=noise))
        self.laptop.sync()
        laptop = self.world.laptop("ana")
        for tries in range(1, 400):
            self.proxy.reset(every)
            link = HttpTransport(self.proxy.url, laptop.transport.token, tries=1)
            done = laptop.sync(link).complete
            link.close()
            if done:
                self.complaints += differences(self.world, laptop)
                return tries
        self.complaints.append(f"a first download cut every {every} bytes never ends")
        return 0


def differences(world: World, laptop: Laptop) -> list[str]:
    """Where the laptop and its territory on the server are not the same."""
    found = [f"{one.kind} {one.record_id} waits" for one in outbox.waiting(laptop.store)]
    here: dict[tuple[str, str], Any] = {}
    for name, kind in KINDS.items():
        for entity in laptop.store.find(kind.entity):
            here[name, entity.id] = encode(entity)
    for number in range(UP):
        here.setdefault(("visit", f"v-{number}"), None)
    for (name, record_id), fields in here.items():
        row = world.record(name, record_id)
        if row is None or json.loads(row.body) != fields:
            found.append(f"{name} {record_id} differs")
    visits = world.count("visit")
    if laptop.store.count(Visit) != visits:
        found.append(f"{laptop.store.count(Visit)} visits instead of {visits}")
    if laptop.store.count(Member) != DOWN:
        found.append(f"{laptop.store.count(Member)} people instead of {DOWN}")
    return found


def cuts(world: World, proxy: CuttingProxy, rounds: int, seed: int) -> Cuts:
    """`rounds` exchanges, cut at offsets spread over all of their bytes."""
    made = Cuts(world, proxy, seed)
    for number in range(rounds):
        made.one((number + made.dice.random()) / rounds)
        if made.complaints:
            break
    return made
