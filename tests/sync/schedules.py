"""Random days, and the shortest part of one that still goes wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection

from .model import Step

LONGEST = 30

WEIGHTS = {
    "sync": 10,
    "fault": 8,
    "pages": 3,
    "killed": 4,
    "visit": 4,
    "edit": 16,
    "delete": 2,
    "commit": 4,
    "review": 2,
    "early": 1,
    "found": 1,
    "office": 2,
    "village": 1,
    "reassign": 3,
    "erase": 1,
    "stick": 3,
    "desk": 3,
    "receipt": 3,
    "clock": 2,
    "register": 1,
    "new": 1,
    "old": 1,
    "copy": 1,
    "backup": 2,
    "restore": 2,
}
"""What may happen, and how often next to the others."""


MORNING_ROUND: list[Step] = [
    ("sync", 0, 0, 0),
    ("visit", 0, 0, 0),
    ("visit", 0, 1, 0),
    *(("sync", who, 0, 0) for who in range(4)),
]
"""Two visits that every laptop of the territory holds; else most days would have nothing to disagree on."""


def random_day(seed: int, length: int = LONGEST, without: Collection[str] = ()) -> list[Step]:
    """The day of this seed: the same every time; `without` leaves out kinds of steps."""
    dice = random.Random(seed)
    begin = MORNING_ROUND if dice.random() < 0.8 else []
    names = dice.choices(list(WEIGHTS), WEIGHTS.values(), k=dice.randint(4, length))
    rest = [(name, dice.randrange(8), dice.randrange(12), dice.randrange(40)) for name in names]
    return begin + [one for one in rest if one[0] not in without]


def shortest(day: list[Step], fails: Callable[[list[Step]], bool]) -> list[Step]:
    """A part of `day` that still fails, from which no single step can be left out."""
    size = max(1, len(day) // 2)
    while True:
        at, cut = 0, False
        while at < len(day):
            less = day[:at] + day[at + size :]
            if less and fails(less):
                day, cut = less, True
            else:
                at += size
        if size == 1 and not cut:
            return day
        size = max(1, size // 2) if not cut or size > 1 else 1
