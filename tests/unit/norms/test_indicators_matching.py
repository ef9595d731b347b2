"""The assignment of records to items: nothing better exists, and no dates break it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_properties import any_date, make_events, make_member

from juntos_campo import paths
from juntos_campo.domain.entities import Pregnancy
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.ages import Age
from juntos_campo.norms.indicators.judge import judge_indicator
from juntos_campo.norms.indicators.rules import (
    Choice,
    Denominator,
    Indicator,
    Item,
    ItemSeries,
    Path,
)
from juntos_campo.norms.model import Anchor, Trust
from juntos_campo.norms.packs import load_rule_book

BOOK = load_rule_book(paths.resources() / "norms")
BIRTH = date(2025, 2, 1)
DAY = timedelta(days=1)


def age(number: int | None) -> Age | None:
    return None if number is None else Age(0, number, f"{number}d")


def make_item(
    key: str,
    window: tuple[int, int],
    gaps: tuple[int | None, int | None] = (None, None),
    after: str = "",
    service: str = "IRON",
) -> Item:
    return Item(
        key=key, label=key, opens=Age(0, window[0], f"{window[0]}d"), closes=age(window[1]),
        after=after, min_gap=age(gaps[0]), max_gap=age(gaps[1]) if after else None, gap_steps=(),
        required_from=None, decides=True, cannot="", untold="", accepts=frozenset((service,)),
        norm="n", trust=Trust.CONFIRMED, required_trust=Trust.CONFIRMED, note="",
    )  # fmt: skip


windows = st.tuples(st.integers(0, 20), st.integers(0, 12)).map(lambda w: (w[0], w[0] + w[1]))
gaps = st.tuples(st.none() | st.integers(1, 8), st.none() | st.integers(2, 14))


@st.composite
def indicators(draw: Any) -> Indicator:
    """Two series (the second may hang on the first) and a choice of one or two paths."""
    first = [make_item("IRON:0", draw(windows), draw(gaps))]
    for number in range(1, draw(st.integers(1, 3))):
        after = draw(st.sampled_from(["", *[one.key for one in first]]))
        first.append(make_item(f"IRON:{number}", draw(windows), draw(gaps), after))
    choice = None
    if draw(st.booleans()):
        paths_ = tuple(
            Path(f"p{p}", tuple(
                make_item(f"IRON:p{p}{n}", draw(windows), draw(gaps)) for n in range(draw(st.integers(1, 2)))
            ), "")
            for p in range(draw(st.integers(1, 2)))
        )  # fmt: skip
        choice = Choice("IRON:choice", "choice", paths_, "", "n", Trust.CONFIRMED, "")
    after = draw(st.sampled_from(["", *[one.key for one in first]]))
    second = make_item("HB:0", draw(windows), draw(gaps), after, "HB")
    nobody = Denominator(None, None, None, None, None, None, None, None, "n", Trust.SEED, "")
    series = (ItemSeries("IRON", tuple(first), choice), ItemSeries("HB", (second,)))
    return Indicator("t", "t", Anchor.BIRTH, nobody, series, "n", Trust.CONFIRMED)


def possible(items: list[Item], taken: tuple[int | None, ...]) -> bool:
    """Whether each item may have the record of that day (counted from birth), looked at one by one."""
    day_of = {item.key: day for item, day in zip(items, taken, strict=True)}
    last: dict[str, int] = {}
    for item, day in zip(items, taken, strict=True):
        if day is None:
            continue
        (service,) = item.accepts
        previous = last.get(service)
        assert item.closes is not None
        if not item.opens.days <= day <= item.closes.days:
            return False
        if previous is not None and day <= previous:
            return False
        base = day_of[item.after] if item.after else previous
        if item.after and (base is None or day < base):
            return False
        if base is not None:
            if item.min_gap is not None and day - base < item.min_gap.days:
                return False
            if item.max_gap is not None and day - base > item.max_gap.days:
                return False
        last[service] = day
    return True


def worths(
    indicator: Indicator, records: list[tuple[str, int]], on: int
) -> Iterator[tuple[int, int]]:
    """(items that decide and are met, rows filled) of every possible assignment."""
    series, alone = indicator.series
    paths_ = series.choice.paths if series.choice is not None else (None,)
    asked = all(
        any(on > row.closes.days for row in path.items if row.closes is not None)
        for path in paths_
        if path is not None
    )
    for path in paths_:
        of_path = list(path.items) if path is not None else []
        items = [*series.items, *of_path, *alone.items]
        candidates = [
            [None, *sorted({day for code, day in records if code in item.accepts and day <= on})]
            for item in items
        ]
        for taken in product(*candidates):
            if not possible(items, taken):
                continue
            met = 0
            for item, day in zip(items, taken, strict=True):
                closed = item.closes is not None and on > item.closes.days
                met += item not in of_path and closed and day is not None
            kept = all(
                day is not None
                for item, day in zip(items, taken, strict=True)
                if item in of_path and item.closes is not None and on > item.closes.days
            )
            yield met + (path is not None and asked and kept), sum(day is not None for day in taken)


@given(
    indicator=indicators(),
    records=st.lists(
        st.tuples(st.sampled_from(["IRON", "IRON", "HB"]), st.integers(0, 34)), max_size=6
    ),
    on=st.integers(0, 40),
)
@settings(max_examples=400, deadline=None)
def test_no_assignment_of_records_meets_more_than_the_one_taken(
    indicator: Indicator, records: list[tuple[str, int]], on: int
) -> None:
    events = make_events([(code, BIRTH + day * DAY, 0) for code, day in records])
    result = judge_indicator(indicator, make_member(BIRTH), None, events, BIRTH + on * DAY)
    met = sum(bool(one.met) for one in result.items if one.required)
    best = max(worths(indicator, records, on))[0]
    assert met == best
    required = sum(one.required for one in result.items)
    assert result.met is (best == required)


def test_a_path_that_decides_goes_before_items_that_are_only_watched() -> None:
    watched = [
        replace(make_item("IRON:0", (0, 10)), decides=False),
        replace(make_item("IRON:1", (0, 30), (5, None), "IRON:0"), decides=False),
    ]
    path = Path("p", (make_item("IRON:p", (0, 10)),), "")
    choice = Choice("IRON:choice", "choice", (path,), "", "n", Trust.CONFIRMED, "")
    nobody = Denominator(None, None, None, None, None, None, None, None, "n", Trust.SEED, "")
    series = (ItemSeries("IRON", tuple(watched), choice),)
    indicator = Indicator("t", "t", Anchor.BIRTH, nobody, series, "n", Trust.CONFIRMED)
    events = make_events([("IRON", BIRTH + 5 * DAY, 0), ("IRON", BIRTH + 12 * DAY, 0)])
    assert judge_indicator(indicator, make_member(BIRTH), None, events, BIRTH + 40 * DAY).met


@given(
    records=st.lists(
        st.tuples(st.sampled_from(["PENTA", "HEXA"]), st.integers(40, 300)), max_size=7
    ),
    on=st.integers(0, 364),
)
@settings(max_examples=150, deadline=None)
@example(records=[("PENTA", 60), ("PENTA", 70), ("PENTA", 140)], on=200)
def test_each_record_is_counted_once_and_in_order(records: list[tuple[str, int]], on: int) -> None:
    (indicator,) = [one for one in BOOK.indicators if one.id == "fed-mc02"]
    events = make_events([(code, BIRTH + day * DAY, 0) for code, day in records])
    result = judge_indicator(indicator, make_member(BIRTH), None, events, BIRTH + on * DAY)
    days = [one.done_on for one in result.items if one.key.startswith("PENTA") and one.done_on]
    assert days == sorted(set(days))
    assert set(days) <= {event.on for event in events if event.on <= BIRTH + on * DAY}


@given(
    birth=any_date,
    on=any_date,
    found=st.lists(
        st.tuples(
            st.sampled_from(sorted(SERVICES)),
            any_date,
            st.just(0),
            st.none() | st.floats(allow_nan=True),
        ),
        max_size=12,
    ),
    start=st.none() | any_date,
    end=st.none() | any_date,
    weight=st.sampled_from([None, 300, 1500, 2500]),
)
@settings(max_examples=150, deadline=None)
def test_no_dates_and_values_break_a_definition(
    birth: date,
    on: date,
    found: list[Any],
    start: date | None,
    end: date | None,
    weight: int | None,
) -> None:
    member = make_member(birth, weight)
    events = make_events(found)
    pregnancy = Pregnancy(
        id="p", household_id="household", member_id="member", last_period=start, ended_on=end,
        outcome=PregnancyOutcome.BIRTH if end else None,
    )  # fmt: skip
    for indicator in BOOK.indicators:
        result = judge_indicator(
            indicator, member, pregnancy, events, on, book=BOOK, altitude_m=3000
        )
        assert result.why.text
        assert all(one.why.text and one.why.norm for one in result.items)
        assert result.applies == (result.met is not None)
        if result.applies:
            assert result.met is all(one.met for one in result.items if one.required)


@given(
    seed=st.randoms(use_true_random=False),
    found=st.lists(
        st.tuples(
            st.sampled_from(["CRED", "IRON", "HB", "IPV", "APO", "HEXA"]), st.integers(-5, 380)
        ),
        max_size=20,
    ),
)
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_records_come_changes_no_verdict(seed: Any, found: list[Any]) -> None:
    events = make_events([(code, BIRTH + day * DAY, 0) for code, day in found])
    shuffled = list(events)
    seed.shuffle(shuffled)
    for indicator in BOOK.indicators:
        whole = replace(
            indicator, denominator=replace(indicator.denominator, in_g=None, in_weeks=None)
        )
        one, other = (
            judge_indicator(
                whole, make_member(BIRTH), None, records, BIRTH + 364 * DAY, book=BOOK, altitude_m=0
            )
            for records in (events, shuffled)
        )
        assert one == other
