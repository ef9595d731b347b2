"""Random days on every promise of the protocol: `model` plays them, `oracle` knows what must hold.

Some dozens here; ten thousand with ``python -m tests.sync.campaign days``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .campaign import play
from .ground import Ground
from .model import Step
from .schedules import MORNING_ROUND, WEIGHTS, random_day, shortest

steps = st.tuples(
    st.sampled_from([name for name, often in WEIGHTS.items() for _ in range(often)]),
    st.integers(0, 7),
    st.integers(0, 11),
    st.integers(0, 39),
)
schedules = st.lists(steps, min_size=4, max_size=20)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("days"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def real_ground(
    tmp_path_factory: pytest.TempPathFactory, new_postgresql: Callable[[], str]
) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("days"), new_postgresql())
    yield made
    made.close()


@pytest.fixture(scope="module")
def two_units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("days"), units=True)
    yield made
    made.close()


@settings(max_examples=10, deadline=None, suppress_health_check=QUIET)
@given(schedules)
def test_after_any_day_nothing_is_lost_doubled_overwritten_unseen_or_left_with_a_stranger(
    ground: Ground, schedule: list[Step]
) -> None:
    assert play(ground, MORNING_ROUND + schedule)[0] == []


@settings(max_examples=2, deadline=None, suppress_health_check=QUIET)
@given(schedules)
def test_the_same_holds_on_postgresql(real_ground: Ground, schedule: list[Step]) -> None:
    assert play(real_ground, MORNING_ROUND + schedule)[0] == []


@settings(max_examples=3, deadline=None, suppress_health_check=QUIET)
@given(schedules)
def test_the_same_holds_when_households_go_from_one_territorial_unit_to_another(
    two_units: Ground, schedule: list[Step]
) -> None:
    assert play(two_units, MORNING_ROUND + schedule)[0] == []


def test_the_days_of_a_campaign_hold_what_they_are_to_show(ground: Ground) -> None:
    """A campaign without conflicts, lost answers or kills would pass on nothing."""
    happened: dict[str, int] = {}
    for seed in range(5):
        found, figures = play(ground, random_day(seed))
        assert found == []
        for name, number in figures.items():
            happened[name] = happened.get(name, 0) + number
    for name in ("conflicts", "died", "outcome merged_with_conflict", "acknowledged"):
        assert happened[name] > 0, name


BETWEEN: list[Step] = [
    *MORNING_ROUND,
    ("edit", 1, 0, 0),
    ("sync", 1, 0, 0),
    *(("edit", 0, 0, question) for question in (1, 2, 1, 2)),
    ("fault", 0, 2, 1),  # the second exchange, with the page, never happens
    ("edit", 0, 0, 0),
]
"""Edits acknowledged as parallel, the other's value not yet received, and then the same field edited."""

JUDGED_AND_DELETED: list[Step] = [
    *MORNING_ROUND,
    ("review", 3, 0, 0),
    ("sync", 3, 0, 0),
    ("sync", 0, 0, 0),
    ("delete", 0, 0, 0),
    ("sync", 0, 0, 0),
    ("new", 0, 0, 0),
    ("sync", 4, 0, 0),
]
"""A new laptop holds a review of a visit that was deleted before it came."""

ONCE_WRONG: dict[str, list[Step]] = {
    "a review that comes before what it judges, whose household then leaves": [
        ("sync", 0, 0, 0),
        ("visit", 0, 1, 0),
        ("sync", 0, 0, 0),
        ("sync", 3, 0, 0),
        ("reassign", 1, 6, 37),
        ("review", 7, 11, 34),
        ("fault", 3, 9, 0),
        ("new", 5, 8, 20),
        ("killed", 4, 6, 25),
        ("reassign", 2, 1, 3),
    ],
    "a review of a deleted visit on a new laptop, whose household then leaves": [
        *JUDGED_AND_DELETED,
        ("reassign", 0, 0, 0),
        ("reassign", 0, 1, 0),
    ],
    "the same with a family that has its data removed": [
        *JUDGED_AND_DELETED,
        ("erase", 0, 0, 0),
        ("erase", 0, 0, 0),
    ],
    "a visit deleted on the one copy, before either ever synchronised": [
        ("early", 2, 11, 25),
        ("copy", 2, 3, 26),
        ("delete", 7, 4, 27),
    ],
    "a request that comes behind the next one, which asks something else": [
        ("early", 5, 8, 35),
        ("fault", 5, 10, 37),
    ],
    "a visit to a household that never came here, for it went to somebody else": [
        ("early", 2, 9, 2),
        ("found", 7, 6, 17),
        ("reassign", 2, 7, 13),
    ],
    "copies that each sign in again and so are given a stamp": [
        ("copy", 4, 8, 36),
        ("fault", 5, 7, 35),
        ("commit", 5, 2, 27),
        ("pages", 4, 0, 1),
        ("commit", 4, 6, 4),
    ],
    "copies that begin with the same unsent edit and end with different ones": [
        ("sync", 0, 0, 0),
        ("visit", 0, 1, 0),
        ("sync", 0, 0, 0),
        ("sync", 1, 0, 0),
        ("edit", 1, 0, 11),
        ("copy", 1, 11, 26),
        ("visit", 4, 6, 10),
        ("commit", 6, 4, 24),
    ],
    "a request that comes behind the next one": [("fault", 6, 10, 25)],
    "a household that moves between two territories, in pages": [
        ("sync", 3, 0, 0),
        ("reassign", 4, 9, 6),
        ("pages", 3, 10, 4),
    ],
    "the same with a link cut between the pages": [
        ("fault", 3, 6, 13),
        ("reassign", 6, 11, 33),
        ("pages", 3, 5, 31),
    ],
    "a household that moves and changes once more, in pages": [
        ("sync", 3, 0, 0),
        ("reassign", 3, 7, 10),
        ("office", 0, 7, 24),
        ("pages", 3, 1, 38),
    ],
    "a review of a visit whose household moved meanwhile": [
        *MORNING_ROUND,
        ("reassign", 4, 0, 5),
        ("review", 3, 6, 10),
    ],
    "a review of a visit whose household was erased meanwhile": [
        *MORNING_ROUND,
        ("erase", 4, 0, 5),
        ("review", 3, 6, 10),
    ],
    "what was typed on a copy is about a household erased meanwhile": [
        ("sync", 2, 0, 0),
        ("sync", 3, 0, 0),
        ("copy", 2, 7, 35),
        ("sync", 0, 0, 17),
        ("register", 4, 5, 1),
        ("sync", 6, 11, 2),
        ("erase", 1, 5, 20),
    ],
}


@pytest.mark.parametrize("name", ONCE_WRONG)
def test_a_day_that_once_went_wrong_goes_well(ground: Ground, name: str) -> None:
    assert play(ground, ONCE_WRONG[name])[0] == []


def test_whoever_was_answered_but_not_sent_the_others_value_does_not_overwrite_it_unseen(
    ground: Ground,
) -> None:
    broken, figures = play(ground, BETWEEN)
    assert broken == []
    assert figures["conflicts"] == 1


def test_what_the_law_had_removed_is_in_no_row_of_any_database(ground: Ground) -> None:
    edits: list[Step] = [("edit", 0, 0, 0), ("edit", 0, 1, 0), ("sync", 0, 0, 0), ("edit", 0, 0, 1)]
    for home in (0, 1):
        broken, figures = play(ground, [*MORNING_ROUND, *edits, ("erase", 0, home, 0)])
        assert broken == []
        assert figures["erase"] == 1


def test_a_broken_day_is_made_short(ground: Ground) -> None:
    day: list[Step] = [("edit", n, 0, 0) for n in range(9)]
    less = shortest(day, lambda part: ("edit", 3, 0, 0) in part and ("edit", 7, 0, 0) in part)
    assert less == [("edit", 3, 0, 0), ("edit", 7, 0, 0)]
