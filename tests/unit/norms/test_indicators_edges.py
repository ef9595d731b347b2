"""Every item of every indicator at the day before, on and after each edge.

The edges are read from the TOML files here; the ages are plain days, counted by this file alone.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from test_properties import make_events, make_member

from juntos_campo import paths
from juntos_campo.domain.entities import Pregnancy
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.indicators.judge import IndicatorResult, ItemResult, judge_indicator
from juntos_campo.norms.packs import load_rule_book

NORMS = paths.resources() / "norms"
BOOK = load_rule_book(NORMS)
FED = {one.id: one for one in BOOK.indicators}
BIRTH = date(2024, 11, 30)
ANAEMIA_AGE = 200
BIRTH_OF_CHILD = 275
FAR = 10_000


def days(text: str) -> int:
    """``14w-1d`` as days. No month: the definitions count in days and weeks."""
    total = 0
    for sign, number, unit in re.findall(r"([+-]?)(\d+)([dw])", text):
        total += (-1 if sign == "-" else 1) * int(number) * {"d": 1, "w": 7}[unit]
    return total


@dataclass(frozen=True)
class Raw:
    """One row of a file that our records can answer."""

    pack: str
    anchor: str
    series: dict[str, Any]
    row: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.pack}/{self.row['key']}"

    @property
    def accepts(self) -> list[str]:
        return list(self.row.get("accepts") or self.series["accepts"])

    @property
    def opens(self) -> int:
        return days(self.row["opens"])

    @property
    def closes(self) -> int | None:
        if "closes" in self.row:
            return days(self.row["closes"])
        return BIRTH_OF_CHILD if self.anchor == "pregnancy" else None

    @property
    def required_from(self) -> int:
        if "required_from" in self.row:
            return days(self.row["required_from"])
        closes = self.closes
        assert closes is not None, self
        # What only the birth closes is asked for on that day.
        return closes if "closes" not in self.row else closes + 1

    @property
    def min_gap(self) -> int:
        return days(self.row.get("min_gap") or self.series.get("min_gap") or "0d")


def raw_rows() -> list[Raw]:
    found = []
    for file in sorted(NORMS.glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        if data["pack"]["kind"] != "indicator":
            continue
        for series in data["series"]:
            found += [
                Raw(data["pack"]["id"], data["denominator"]["anchor"], series, row)
                for row in series.get("rows", ())
                if "cannot" not in row
            ]
    return found


ROWS = raw_rows()
FIRST = [raw for raw in ROWS if "after" not in raw.row and "RN" not in raw.row["key"][5:6]]
CHAINED = [raw for raw in ROWS if "after" in raw.row]


def judge(raw: Raw, records: list[tuple[str, int]], day: int) -> IndicatorResult:
    """`records` and `day` in days from the anchor of the indicator."""
    member, start, pregnancy = make_member(BIRTH), BIRTH, None
    found: list[tuple[Any, ...]] = []
    if raw.pack == "fed-si0201":
        member = make_member(BIRTH, 2000)
    if raw.anchor == "anaemia":
        start = BIRTH + timedelta(days=ANAEMIA_AGE)
        found.append(("HB", start, 0, 8.0))
    if raw.anchor == "pregnancy":
        member = make_member(date(1996, 2, 29))
        pregnancy = Pregnancy(
            id="p", household_id="household", member_id="member", last_period=start,
            ended_on=start + timedelta(days=BIRTH_OF_CHILD), outcome=PregnancyOutcome.BIRTH,
        )  # fmt: skip
    found += [(code, start + timedelta(days=on), 0) for code, on in records]
    # The age of the person has its own test: here only the item is looked at.
    who = replace(FED[raw.pack].denominator, from_age=None, until_age=None)
    indicator = replace(FED[raw.pack], denominator=who)
    return judge_indicator(
        indicator, member, pregnancy, make_events(found), start + timedelta(days=day),
        book=BOOK, altitude_m=100,
    )  # fmt: skip


def item(raw: Raw, records: list[tuple[str, int]], day: int) -> ItemResult:
    result = judge(raw, records, day)
    assert result.applies, result.why.text
    return next(one for one in result.items if one.key == raw.row["key"])


def alone(raw: Raw) -> bool:
    """No other row of its series could take its record."""
    others = [row for row in raw.series["rows"] if row["key"] != raw.row["key"]]
    spans = [(days(row["opens"]), days(row.get("closes", f"{FAR}d"))) for row in others]
    closes = raw.closes if raw.closes is not None else FAR
    return all(last < raw.opens - 1 or first > closes + 1 for first, last in spans)


@pytest.mark.parametrize("raw", ROWS, ids=str)
def test_an_item_decides_from_its_day_and_not_before(raw: Raw) -> None:
    first = raw.required_from
    assert item(raw, [], first - 1).required is False
    decides = raw.row.get("decides", True)
    for day in (first, first + 1):
        found = item(raw, [], day)
        assert (found.required, found.met) == (decides, False)
        assert judge(raw, [], day).met is False or not decides


@pytest.mark.parametrize("raw", [raw for raw in FIRST if alone(raw)], ids=str)
def test_a_record_counts_from_the_first_to_the_last_day(raw: Raw) -> None:
    opens, closes = raw.opens, raw.closes
    assert closes is not None
    for code in raw.accepts:
        for day in {opens - 1, opens, opens + 1, closes - 1, closes, closes + 1}:
            inside = opens <= day <= closes
            found = item(raw, [(code, day)], FAR if raw.anchor != "pregnancy" else BIRTH_OF_CHILD)
            assert found.met is inside, day
            assert (found.done_on is not None) is inside
    for code in SERVICES:
        if code not in raw.accepts:
            assert not item(raw, [(code, opens)], FAR).met


@pytest.mark.parametrize("raw", CHAINED, ids=str)
def test_a_later_dose_counts_within_its_gap_and_never_without_the_one_before(raw: Raw) -> None:
    chain = [raw.row]
    rows = {one.row["key"]: one for one in ROWS if one.pack == raw.pack}
    while "after" in chain[0]:
        chain.insert(0, rows[chain[0]["after"]].row)
    before: list[tuple[str, int]] = []
    base = 0
    for row in chain[:-1]:
        one = rows[row["key"]]
        base = one.opens if "after" not in row else base + days(row["min_gap"])
        before.append((one.accepts[0], base))
    low, high = raw.min_gap, days(raw.row.get("max_gap", f"{FAR}d"))
    closes = raw.closes if raw.closes is not None else FAR
    for gap in {low - 1, low, low + 1, high - 1, high, high + 1, closes - base, closes - base + 1}:
        day = base + gap
        if gap <= 0 or day > FAR:
            continue
        inside = low <= gap <= high and raw.opens <= day <= closes
        for code in raw.accepts:
            found = item(raw, [*before, (code, day)], FAR)
            assert found.met is inside, (gap, day)
    # Alone, too late to be the dose before it.
    lonely = item(raw, [(raw.accepts[0], max(raw.opens, closes if closes < FAR else 200))], FAR)
    assert lonely.met is False
    assert "no tiene un registro que valga" in lonely.why.text


@pytest.mark.parametrize(
    ("pack", "series"), [("fed-mc02", "CRED_RN"), ("fed-mc02", "CRED"), ("fed-mc0301", "CRED")]
)
def test_controls_keep_their_distance(pack: str, series: str) -> None:
    rows = [raw for raw in ROWS if raw.pack == pack and raw.series["id"] == series]
    for before, after in pairwise(rows):
        gap = after.min_gap
        # The later control on its first day; the earlier one so many days before.
        later = max(after.opens, before.opens + gap)
        for distance in (gap - 1, gap, gap + 1):
            earlier = later - distance
            if not before.opens <= earlier <= (before.closes or 0):
                continue
            records = [("CRED", earlier), ("CRED", later)]
            result = judge(before, records, FAR)
            met = {one.key for one in result.items if one.met and one.done_on}
            both = {before.row["key"], after.row["key"]} <= met or (
                series == "CRED_RN" and len([key for key in met if key.startswith("CRED:RN")]) == 2
            )
            wanted = distance >= (days(rows[1].row["min_gap"]) if series == "CRED_RN" else gap)
            assert both is wanted, (before, earlier, later)


@pytest.mark.parametrize(
    ("first", "second", "counted"),
    [
        # 28 days up to week 32, 13 in weeks 33 to 36, 7 from week 37.
        (200, 227, 1), (200, 228, 2), (218, 230, 1), (218, 231, 2), (218, 232, 2),
        (246, 258, 1), (246, 259, 2), (252, 258, 1), (253, 259, 1), (253, 260, 2), (262, 269, 2),
        (262, 268, 1), (203, 230, 1), (202, 230, 2),
    ],
)  # fmt: skip
def test_prenatal_controls_keep_the_distance_of_their_week(
    first: int, second: int, counted: int
) -> None:
    raw = next(one for one in ROWS if one.row["key"] == "APN:4")
    result = judge(raw, [("APN", first), ("APN", second)], BIRTH_OF_CHILD)
    assert sum(bool(one.met) for one in result.items) == counted


def test_a_prenatal_control_counts_in_its_own_trimester_only() -> None:
    raw = next(one for one in ROWS if one.row["key"] == "APN:1")
    for day, expected in ((97, "APN:1"), (98, "APN:2"), (195, "APN:2"), (196, "APN:4")):
        result = judge(raw, [("APN", day)], BIRTH_OF_CHILD)
        assert [one.key for one in result.items if one.met] == [expected]


@pytest.mark.parametrize(
    ("iron", "day", "expected"),
    [
        ([], 269, (False, None)), ([], 270, (True, False)), ([169], 270, (True, False)),
        ([120, 170], 270, (True, True)), ([269], 270, (True, True)), ([270], 270, (True, False)),
        ([180], 363, (True, True)), ([180], 364, (True, False)), ([180, 269], 364, (True, False)),
        ([180, 270], 364, (True, True)), ([180, 364], 364, (True, True)),
        ([180, 270], 269, (False, None)), ([175, 280], 280, (True, False)),
    ],
)  # fmt: skip
def test_iron_after_six_months_by_any_path(
    iron: list[int], day: int, expected: tuple[bool, bool | None]
) -> None:
    """The last case: one record of day 175 is either the four-month bottle or the first after it."""
    raw = next(one for one in ROWS if one.row["key"] == "IRON:4m")
    result = judge(raw, [("IRON", on) for on in iron], day)
    found = {one.key: one for one in result.items}["IRON:6m"]
    assert (found.required, found.met) == expected


@pytest.mark.parametrize(
    ("pack", "day", "applies"),
    [
        ("fed-mc02", 0, True), ("fed-mc02", 364, True), ("fed-mc02", 365, False),
        ("fed-mc0301", 28, False), ("fed-mc0301", 29, True), ("fed-mc0301", 59, True),
        ("fed-mc0301", 60, False),
    ],
)  # fmt: skip
def test_the_denominator_begins_and_ends_on_its_days(pack: str, day: int, applies: bool) -> None:
    on = BIRTH + timedelta(days=day)
    assert judge_indicator(FED[pack], make_member(BIRTH), None, [], on).applies is applies


def test_every_definition_and_row_is_looked_at() -> None:
    assert {raw.pack for raw in ROWS} == set(FED) == {
        "fed-mc01", "fed-mc02", "fed-mc0301", "fed-si0201", "fed-si0203",
    }  # fmt: skip
    assert len(ROWS) == 15 + 29 + 5 + 5 + 4
