"""A page holds what its budget allows, and says so when there is more."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from juntos_campo.central.feed import OVERHEAD, REMOVAL_SIZE, Page
from juntos_campo.wire.messages import Removal

SIZES = st.lists(st.integers(2, 900), max_size=12)
NAMES = [
    "kind",
    "id",
    "version",
    "seq",
    "partition",
    "body",
    "author",
    "changed_at",
    "deleted",
    "flags",
]


def rows_of(sizes: list[int]) -> list[sa.Row[Any]]:
    """Rows as the database gives them, with bodies of so many bytes."""
    found: list[Any] = []
    with sa.create_engine("sqlite://").connect() as connection:
        for seq, size in enumerate(sizes, start=1):
            body = '"' + "x" * (size - 2) + '"'
            values = ("visit", f"v-{seq}", 1, seq, "fw:ana", body, "ana", "", False, "[]")
            named = [sa.literal(one).label(name) for name, one in zip(NAMES, values, strict=True)]
            found.extend(connection.execute(sa.select(*named)).all())
    return found


def that_fit(sizes: list[int], budget: int, there: int) -> int:
    """How many may go in: the first thing of a page always, others while there is room for all of them."""
    room, number = budget, 0
    for size in sizes:
        if (there or number) and not (room > 0 and size <= room):
            break
        room, number = room - size, number + 1
    return number


@settings(max_examples=60, deadline=None)
@given(SIZES, st.integers(0, 6000), st.booleans(), st.booleans())
def test_a_slow_link_is_never_given_more_than_it_asked_for(
    sizes: list[int], budget: int, begun: bool, one_by_one: bool
) -> None:
    page, rows = Page({}, room=budget), rows_of(sizes)
    there = 0
    if begun:
        there = page.put(rows_of([5]), ())[0]
        budget -= 5 + OVERHEAD
    known = frozenset({("visit", "another", 1)}) if one_by_one else frozenset()
    expected = that_fit([size + OVERHEAD for size in sizes], budget, there)
    assert page.put(rows, (), known) == (expected, expected == len(sizes))
    assert [one.seq for one in page.changes][there:] == [*range(1, expected + 1)]
    assert page.more is (expected < len(sizes))
    assert page.room == budget - sum(size + OVERHEAD for size in sizes[:expected])


def test_what_left_lies_where_it_left_among_what_changed() -> None:
    rows = rows_of([10, 10, 10])
    gone = Removal(partition="fw:ana", seq=2, reason="erased", kind="visit", id="v-2")
    others = [(2, REMOVAL_SIZE, gone)]
    page = Page({}, room=2 * (10 + OVERHEAD))
    assert page.put([rows[0], rows[2]], others) == (1, False)
    assert page.removals == []
    page = Page({}, room=10_000)
    assert page.put([rows[0], rows[2]], others, frozenset({("visit", "v-1", 1)})) == (3, True)
    assert [one.id for one in page.changes] == ["v-3"]
    assert page.removals == [gone]
