"""Files and exchanges over the net in any order, late, twice, spoilt: the same end as without."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from .fuzz_bundles import Fuzz
from .ground import Ground
from .model import Day, Step
from .oracle import complaints

DAYS = 4
STEPS = {"stick": 5, "desk": 6, "receipt": 6, "sync": 6, "edit": 12, "visit": 3, "office": 2}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("ground"))
    yield made
    made.close()


def day_of_sticks(seed: int) -> list[Step]:
    """A day on which little goes over the net, and files lie about and come back in any order."""
    dice = random.Random(seed)
    names = dice.choices(list(STEPS), list(STEPS.values()), k=40)
    begin: list[Step] = [("sync", who, 0, 0) for who in range(4)]
    return begin + [
        (name, dice.randrange(8), dice.randrange(12), dice.randrange(40)) for name in names
    ]


@pytest.mark.parametrize("seed", range(DAYS))
def test_a_day_of_sticks_loses_nothing_and_ends_alike_everywhere(ground: Ground, seed: int) -> None:
    day = Day(ground)
    day.play(day_of_sticks(seed))
    answers = [one for file in day.sticks for one in file.answers]
    assert answers
    day.evening()
    wrong = complaints(day)
    day.close()
    assert wrong == []


def test_hundreds_of_spoilt_files_are_refused_with_a_reason_and_change_nothing(
    tmp_path: Path,
) -> None:
    ground = Ground(tmp_path)
    fuzz = Fuzz(ground, 3)
    fuzz.run(90)
    fuzz.run_signed(30)
    assert sum(fuzz.figures.values()) > 180
    fuzz.day.close()
    ground.close()
