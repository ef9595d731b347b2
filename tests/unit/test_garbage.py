"""Looking for garbage when it suits does what Python would have done by itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from juntos_campo.garbage import collect_due, due_generation

FEW = (500, 2, 1_000)


@pytest.fixture
def generations() -> Iterator[list[int]]:
    """The generations that are looked through while the limits are small."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    before, was_on = gc.get_threshold(), gc.isenabled()
    gc.disable()
    gc.collect()
    gc.callbacks.append(note)
    gc.set_threshold(*FEW)
    yield seen
    gc.callbacks.remove(note)
    gc.set_threshold(*before)
    (gc.enable if was_on else gc.disable)()


def _cycles(many: int) -> None:
    for _ in range(many):
        one: list[object] = []
        one.append(one)


def test_garbage_is_looked_for_as_seldom_and_as_deep_as_python_itself_would(
    generations: list[int],
) -> None:
    gc.enable()
    _cycles(12 * FEW[0])
    gc.disable()
    by_itself = generations[:7]
    gc.collect()
    generations.clear()
    for _ in range(12):
        for _ in range(FEW[0] // 10 + 1):
            _cycles(10)
            collect_due()
    assert {0, 1} <= set(by_itself)
    assert generations[:7] == by_itself


def test_a_job_that_makes_garbage_does_not_fill_the_memory(generations: list[int]) -> None:
    _cycles(10 * FEW[0])
    assert not generations
    assert collect_due() == 0
    assert gc.get_count()[0] < FEW[0]
    assert collect_due() is None


def test_with_python_3_14_the_old_garbage_is_found_in_steps_not_all_at_once_each_time() -> None:
    assert due_generation((50_001, 3, 7), (50_000, 20, 0)) == 1
    assert due_generation((50_000, 3, 7), (50_000, 20, 0)) is None


def test_whoever_switched_garbage_off_by_its_limit_keeps_it_off() -> None:
    assert due_generation((900_000, 30, 60), (0, 20, 50)) is None


def test_everything_is_looked_through_when_even_the_oldest_is_due() -> None:
    assert due_generation((50_001, 21, 51), (50_000, 20, 50)) == 2
    assert due_generation((50_001, 20, 51), (50_000, 20, 50)) == 2
    assert due_generation((50_001, 21, 50), (50_000, 20, 50)) == 1
