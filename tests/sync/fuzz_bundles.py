"""Thousands of spoilt bundle files against the real server and a real laptop.

Each is refused with a reason, or, where its maker signed nonsense, answered; nothing else happens, and
nothing that was not in an untouched file is stored. Run by itself:
``python -m tests.sync.fuzz_bundles --rounds 10000 --seed 1``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from juntos_campo.central.bundles import Bundles
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.files import Files
from juntos_campo.central.server_key import server_seed
from juntos_campo.domain.errors import UserError
from juntos_campo.store import device_keys, sync_state
from juntos_campo.sync import bundle
from juntos_campo.wire.bundle import open_content, read, seal
from juntos_campo.wire.bundle_messages import BundleAnswer, BundleRequest
from juntos_campo.wire.messages import Message
from juntos_campo.wire.signing import public_key

from .ground import Ground
from .model import Day, Laptop
from .oracle import read_server
from .stick_steps import hand_in

STRANGER = "77" * 32
FAMILIES = ("JCB-", "CEN-", "USB-", "SYN-014")


def desk_of(day: Day) -> Bundles:
    """The office."""
    exchange = Exchange(day.database, day.ground.settings, day.clock, day.new_id)
    files = Files(day.database, day.ground.settings, day.clock)
    return Bundles(day.database, day.ground.accounts, exchange, files, day.clock, day.new_id)


class Raw(Message):
    """Stands where a message should, with whatever text."""

    text: str = ""
    files: tuple[int, ...] = ()

    def to_json(self) -> bytes:
        return self.text.encode("utf-8", "replace")


class Fuzz:
    """One laptop with a change that waits, its file, the answer to it, and ways to spoil both."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.dice = random.Random(seed)
        self.day = Day(ground)
        self.laptop: Laptop = self.day.laptops[0]
        self.day.sync(self.laptop)
        for which in range(3):
            self.day.do_visit(self.laptop, which, which)
        self.day.do_stick(self.laptop, 0, 0)
        self.request = self.day.sticks[0].data
        hand_in(self.day, self.day.sticks[0], again=False)
        self.answer = self.day.sticks[0].answers[0]
        self.desk = desk_of(self.day)
        self.seed = device_keys.device_seed(self.laptop.store)
        self.server = server_seed(self.day.database, self.day.clock)
        self.figures: Counter[str] = Counter()

    def run(self, rounds: int) -> None:
        """Raises AssertionError when a spoilt file did anything."""
        standing = self.state()
        for _ in range(rounds):
            for data, use in ((self.request, self._take), (self.answer, self._apply)):
                spoilt = self.dice.choice(self.ways())(data)
                if spoilt != data:
                    self._refused(use, spoilt)
        if self.state() != standing:
            raise AssertionError("a spoilt file changed something")

    def run_signed(self, rounds: int) -> None:
        """Files whose maker signed what no program of ours would write: no crash, whatever is in them."""
        content, _ = open_content(read(self.request), BundleRequest, self.server)
        for number in range(rounds):
            changed = self._bent(json.loads(content.to_json()), number)
            header = read(self.request).header.model_copy(update={"id": f"signed-{number:06d}"})
            raw = Raw(text=json.dumps(changed))
            data = seal(header, raw, seed=self.seed, to_key=public_key(self.server))  # type: ignore[arg-type]
            try:
                self.desk.take(data)
                self.figures["signed nonsense answered"] += 1
            except UserError as error:
                self._count(error)

    def state(self) -> object:
        """All that must stay as it is."""
        store = self.laptop.store
        return (
            repr(read_server(self.day)),
            sync_state.waiting_count(store),
            sync_state.cursor(store),
            store.rows("SELECT id, state FROM bundle"),
        )

    def ways(self) -> list[Callable[[bytes], bytes]]:
        return [self._flip, self._cut, self._insert, self._swap, self._header, self._resealed]

    # -- ways to spoil -------------------------------------------------------------------------

    def _flip(self, data: bytes) -> bytes:
        altered = bytearray(data)
        for _ in range(self.dice.choice((1, 1, 1, 2, 9))):
            altered[self.dice.randrange(len(data))] ^= self.dice.randrange(1, 256)
        return bytes(altered)

    def _cut(self, data: bytes) -> bytes:
        return data[: self.dice.randrange(len(data))]

    def _insert(self, data: bytes) -> bytes:
        at = self.dice.randrange(len(data) + 1)
        return data[:at] + self.dice.randbytes(self.dice.randrange(1, 20)) + data[at:]

    def _swap(self, data: bytes) -> bytes:
        one, two = sorted(self.dice.randrange(len(data)) for _ in range(2))
        return data[:one] + data[two:] + data[one:two]

    def _header(self, data: bytes) -> bytes:
        """Another header over the same content and signature."""
        bundle_read = read(data)
        change = self.dice.choice(
            (
                {"id": "another-bundle"},
                {"device": self.day.laptops[1].name},
                {"server": "0123456789abcdef"},
                {"answers": "another-bundle"},
                {"made_at": "2020-01-01T00:00:00Z"},
                {"size": bundle_read.header.size + self.dice.choice((-1, 1, 5000))},
            )
        )
        head = json.loads(bundle_read.header.to_json()) | change
        text = json.dumps(head).encode()
        old = len(bundle_read.signed) - len(bundle_read.sealed)
        return data[:9] + len(text).to_bytes(2, "big") + text + data[old:]

    def _resealed(self, data: bytes) -> bytes:
        """The right form, for the right reader, by a stranger."""
        header = read(data).header
        request = header.kind.value == "request"
        kind, reader, key = (
            (BundleRequest, self.server, public_key(self.server))
            if request
            else (BundleAnswer, self.seed, public_key(self.seed))
        )
        content, files = open_content(read(data), kind, reader)  # type: ignore[type-var]
        return seal(header, content, files, seed=STRANGER, to_key=key)  # type: ignore[arg-type]

    def _bent(self, message: object, number: int) -> object:
        """The message with one value somewhere replaced."""
        odd: tuple[object, ...] = (
            None,
            -1,
            2**63,
            "",
            "x" * 400,
            [],
            {},
            "\x00",
            1.5,
            True,
            "fw:beto",
            [[]],
            number,
        )
        spot, key = message, None
        while isinstance(spot, dict | list) and spot:
            keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
            key = self.dice.choice(keys)
            inner = spot[key]
            if not isinstance(inner, dict | list) or not inner or self.dice.random() < 0.2:
                spot[key] = self.dice.choice(odd)
                break
            spot = inner
        return message

    # -- using them ----------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        self.desk.take(data)

    def _apply(self, data: bytes) -> None:
        bundle.apply_answer(
            self.laptop.store,
            data,
            device=sync_state.device(self.laptop.store),
            actor=self.laptop.user,
            clock=self.laptop.clock,
        )

    def _refused(self, use: Callable[[bytes], None], data: bytes) -> None:
        try:
            use(data)
        except UserError as error:
            self._count(error)
            return
        raise AssertionError(f"a spoilt file was taken: {data.hex()}")

    def _count(self, error: UserError) -> None:
        code = error.problem.code
        if not code.startswith(FAMILIES) or not str(error).strip():
            raise AssertionError(f"refused with {code}: {error}")
        self.figures[code] += 1


def main() -> int:
    """Many of them."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        fuzz = Fuzz(ground, given.seed)
        fuzz.run(given.rounds // 2)
        fuzz.run_signed(given.rounds // 10)
        figures = dict(sorted(fuzz.figures.items()))
        fuzz.day.close()
        ground.close()
    sys.stdout.write(f"{given.rounds} spoilt files, none taken: {figures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
