"""Steps of a random day on which a file goes over on a memory stick, days late and in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from juntos_campo.central.bundles import Bundles
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.files import Files
from juntos_campo.domain.errors import UserError
from juntos_campo.store import device_keys, outbox, sync_state
from juntos_campo.sync import bundle

if TYPE_CHECKING:
    from .model import Day, Laptop

REFUSED_TO_COPIES = {"CEN-601", "CEN-604", "JCB-004", "JCB-007", "USB-003", "CEN-010"}
"""What a laptop that was copied or restored meets with its files, or those of its other self."""

REFUSED_TO_ALL = {"CEN-603", "USB-002", "USB-001"}
"""Taken or applied before; never met a server."""


@dataclass
class File:
    """A sealed file on a stick, and its answer once the office gave one."""

    laptop: Laptop
    device: str
    data: bytes
    answers: list[bytes] = field(default_factory=list)


def make(day: Day, laptop: Laptop) -> None:
    """Seal what waits."""
    try:
        made = bundle.make_request(
            laptop.store,
            device=sync_state.device(laptop.store),
            actor=laptop.user,
            clock=laptop.clock,
            ids=day.new_id,
        )
    except UserError as error:
        _refused(day, laptop, error)
        return
    day.sticks.append(File(laptop, sync_state.device(laptop.store), made.data))


def hand_in(day: Day, file: File, *, again: bool) -> None:
    """The office takes a file, perhaps one it had before."""
    exchange = Exchange(day.database, day.ground.settings, day.clock, day.new_id)
    files = Files(day.database, day.ground.settings, day.clock)
    desk = Bundles(day.database, day.ground.accounts, exchange, files, day.clock, day.new_id)
    try:
        file.answers.append(desk.take(file.data, again=again))
    except UserError as error:
        _refused(day, file.laptop, error)
    else:
        day.count("files taken")


def apply(day: Day, file: File, laptop: Laptop, which: int) -> None:
    """An answer comes home, perhaps to a copy of the laptop that asked."""
    answer = file.answers[which % len(file.answers)]
    before = {one.op_id for one in outbox.waiting(laptop.store)}
    try:
        report = bundle.apply_answer(
            laptop.store,
            answer,
            device=sync_state.device(laptop.store),
            actor=laptop.user,
            clock=laptop.clock,
        )
    except UserError as error:
        if laptop is file.laptop or error.problem.code != "JCB-007":
            _refused(day, laptop, error)
    else:
        day.count("answers applied")
        day.account(laptop, report, before, allowed=("USB-005", "USB-006"))
    day.look(laptop)


def give_seed(day: Day, laptop: Laptop) -> str:
    """The secret of this database: its files are signed with it."""
    seed = device_keys.device_seed(laptop.store)
    if not seed:
        seed = f"{next(day.numbers):064x}"
        with laptop.store.transaction(
            actor=laptop.user, at=laptop.clock.now(), action="device.key"
        ) as tx:
            device_keys.keep_device_seed(tx, seed)
    return seed


def _refused(day: Day, laptop: Laptop, error: UserError) -> None:
    code = error.problem.code
    day.count(f"file refused {code}")
    allowed = REFUSED_TO_ALL | (REFUSED_TO_COPIES if laptop.copied else set())
    if code not in allowed:
        day.complaints.append(f"{laptop.name}: a file was refused: {error}")
