"""A page made again comes from memory, never another one's, and memory has a bound."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from juntos_campo.central.page_cache import LEAST_BYTES, PageCache
from juntos_campo.wire.compact import encode_response
from juntos_campo.wire.messages import PROTOCOL, Change, ConflictNote, Removal, Side, SyncResponse

NOW = datetime(2026, 11, 17, 13, 0, tzinfo=UTC)
CHANGE = Change(kind="visit", id="v-1", version=1, seq=5, partition="fw:ana")
NOTE = ConflictNote(
    conflict_id="c-1",
    kind="visit",
    id="v-1",
    path="state",
    version=2,
    seq=6,
    partition="fw:ana",
    kept=Side(),
    lost=Side(),
    rule="last_arrival",
)
GONE = Removal(partition="fw:ana", seq=7, reason="erased", kind="visit", id="v-1")


def answer(**more: object) -> SyncResponse:
    found = {"changes": (CHANGE,), "conflicts": (NOTE,), "removals": (GONE,), **more}
    return SyncResponse(protocol=PROTOCOL, server_time=NOW, **found)


def test_the_same_page_is_found_whatever_its_head_says() -> None:
    cache, page = PageCache(), bytes(LEAST_BYTES)
    cache.keep(answer(stamp="a", cursor={"fw:ana": 7}), 1, page)
    assert cache.find(answer(stamp="b", more=True), 1) is page


@pytest.mark.parametrize(
    "other",
    [
        {"changes": ()},
        {"changes": (CHANGE, CHANGE)},
        {"changes": (CHANGE.model_copy(update={"version": 2}),)},
        {"changes": (CHANGE.model_copy(update={"seq": 6}),)},
        {"changes": (CHANGE.model_copy(update={"partition": "fw:beto"}),)},
        {"conflicts": ()},
        {"removals": (GONE.model_copy(update={"id": "v-2"}),)},
    ],
)
def test_another_page_is_never_taken_for_this_one(other: dict[str, object]) -> None:
    cache = PageCache()
    cache.keep(answer(), 1, bytes(LEAST_BYTES))
    assert cache.find(answer(**other), 1) is None
    assert cache.find(answer(), 2) is None


def test_the_oldest_pages_are_forgotten_when_memory_runs_out() -> None:
    cache, page = PageCache(3 * LEAST_BYTES), bytes(LEAST_BYTES)
    answers = [answer(changes=(CHANGE.model_copy(update={"seq": n}),)) for n in range(5)]
    for one in answers:
        cache.keep(one, 1, page)
        cache.keep(one, 1, page)
    assert [cache.find(one, 1) is not None for one in answers] == [False, False, True, True, True]


def test_an_answer_with_a_known_page_is_the_one_packed_anew() -> None:
    head, page = encode_response(answer())
    assert encode_response(answer(), page=page) == (head, page)
