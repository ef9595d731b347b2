"""Every row of every pack at the day before, on and after each of its edges.

The expected states come from an oracle that reads the TOML files by itself and counts days and months
its own way; it shares nothing with the engine.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo import paths
from juntos_campo.domain.entities import Pregnancy, ServiceEvent
from juntos_campo.domain.values import PregnancyOutcome, Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State
from juntos_campo.norms.packs import load_rule_book

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Raw:
    """A row as the file has it, with its series and the pack that judges by it."""

    pack: dict[str, Any]
    series: dict[str, Any]
    row: dict[str, Any]
    before: tuple[dict[str, Any], ...]

    def get(self, name: str) -> Any:
        return self.row.get(name, self.series.get(name))

    @property
    def anchor(self) -> str:
        return str(self.series.get("anchor", "birth"))

    @property
    def profile(self) -> str:
        return str(self.series.get("profile", "any"))

    def __str__(self) -> str:
        return f"{self.pack['id']}/{self.profile}/{self.row['key']}"


def raw_rows() -> list[Raw]:
    """Rows of every file; those of a pack that another continues stand under both."""
    packs = []
    for file in sorted((paths.resources() / "norms").glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        if data["pack"]["kind"] == "services":
            packs.append(data)
    found = []
    for data in packs:
        rows = written(data)
        names = {(raw.series["id"], raw.anchor, raw.profile, raw.row["key"]) for raw in rows}
        base = data["pack"].get("extends")
        while base:
            older = next(one for one in packs if one["pack"]["id"] == base)
            for raw in written(older):
                name = (raw.series["id"], raw.anchor, raw.profile, raw.row["key"])
                if name not in names:
                    names.add(name)
                    rows.append(Raw(data["pack"], raw.series, raw.row, raw.before))
            base = older["pack"].get("extends")
        found += rows
    ends = {
        data["pack"]["extends"]: data["pack"]["start"] - DAY
        for data in packs
        if "extends" in data["pack"]
    }
    for raw in found:
        if raw.pack["id"] in ends:
            raw.pack["until"] = ends[raw.pack["id"]]
    return found


def written(data: dict[str, Any]) -> list[Raw]:
    return [
        Raw(data["pack"], series, row, tuple(series["rows"][:index]))
        for series in data.get("series", ())
        for index, row in enumerate(series["rows"])
    ]


def reach(start: date, age: str) -> date:
    """Count month by month and day by day, as one would on a wall calendar."""
    year, month, extra = start.year, start.month, 0
    for sign, digits, unit in re.findall(r"([+-]?)(\d+)([dwmy])", age):
        number = int(digits) * (-1 if sign == "-" else 1)
        if unit in "my":
            for _ in range(number * (12 if unit == "y" else 1)):
                month += 1
                if month == 13:
                    year, month = year + 1, 1
        else:
            extra += number * (7 if unit == "w" else 1)
    day = start.day
    while True:
        try:
            reached = date(year, month, day)
            break
        except ValueError:
            day -= 1
    return reached + timedelta(days=extra)


def start_day(raw: Raw, last_digit: int) -> date:
    """A birth (or last period) whose row falls due while the pack is in force."""
    pack = raw.pack
    first = max(raw.get("start") or pack["start"], date(2023, 3, 31))
    target = min(pack.get("until") or date(2026, 9, 30), date(2026, 9, 30))
    target = max(first + timedelta(days=3), target - timedelta(days=20 + last_digit))
    day = target
    while reach(day, raw.row.get("due", raw.row["opens"])) > target:
        day -= DAY
    return day


def ask(
    raw: Raw, start: date, today: date, events: list[ServiceEvent], book: RuleBook, member: Any
) -> ServiceStatus:
    """What the engine says of one row to somebody whose ages count from `start`."""
    pregnancy, own = None, list(events)
    if raw.anchor in ("pregnancy", "postpartum"):
        person = member(date(1996, 5, 5))
        values: dict[str, Any] = {"last_period": start}
        if raw.anchor == "postpartum":
            values = {
                "last_period": start - timedelta(days=275),
                "ended_on": start,
                "outcome": PregnancyOutcome.BIRTH,
            }
        pregnancy = Pregnancy(
            id="pregnancy", household_id="household", member_id="member", **values
        )
    elif raw.anchor == "anaemia":
        person = member(start - timedelta(days=400))
        own.append(
            ServiceEvent(
                id="found",
                household_id="household",
                member_id="member",
                service="HB",
                on=start,
                value=8.1,
            )
        )
    else:
        small = raw.profile == "small"
        sex = Sex(raw.row["sex"]) if "sex" in raw.row else Sex.FEMALE
        person = member(start, birth_weight_g=1900 if small else 3200, sex=sex)
    found = [
        status
        for status in services_of(person, pregnancy, own, book, today)
        if status.key == raw.row["key"]
    ]
    assert len(found) == 1, f"{raw} is listed {len(found)} times on {today}"
    return found[0]


def expected_state(raw: Raw, start: date, today: date) -> State:
    """State of a row that nothing was recorded for."""
    row = raw.row
    if today < reach(start, row["opens"]):
        return State.NOT_YET
    if "closes" in row and today > reach(start, row["closes"]):
        return State.LOST
    if "due" in row and today > reach(start, row["due"]):
        return State.OVERDUE
    return State.DUE


ROWS = raw_rows()
CHAINED = [
    raw for raw in ROWS if raw.series["kind"] == "doses" and (raw.before or raw.row.get("after"))
]
CATCH_UP = [raw for raw in ROWS if raw.row.get("catch_up")]
FREE = [raw for raw in ROWS if raw not in CHAINED and raw not in CATCH_UP]
SPACED = [
    raw
    for raw in ROWS
    if raw.series["kind"] == "slots"
    and (raw.before or raw.row.get("after"))
    and (raw.get("min_gap") or raw.row.get("usual_gap") or raw.row.get("due_gap"))
]


@pytest.mark.parametrize("offset", [0, 11])
@pytest.mark.parametrize("raw", FREE, ids=str)
def test_a_service_changes_state_exactly_on_the_days_of_its_row(
    raw: Raw, offset: int, book: RuleBook, member: Any
) -> None:
    start = start_day(raw, offset)
    for edge in ("opens", "due", "closes"):
        if edge not in raw.row:
            continue
        on = reach(start, raw.row[edge])
        for today in (on - DAY, on, on + DAY):
            if today < start:
                continue
            status = ask(raw, start, today, [], book, member)
            assert status.state is expected_state(raw, start, today), (edge, today, start)


@pytest.mark.parametrize("raw", FREE, ids=str)
def test_a_record_counts_from_the_first_day_and_is_late_after_the_last(
    raw: Raw, book: RuleBook, member: Any, event: Any
) -> None:
    start = start_day(raw, 4)
    service = raw.series["service"]
    first = reach(start, raw.row.get("earliest", raw.row["opens"]))
    due = reach(start, raw.row["due"]) if "due" in raw.row else None
    closes = reach(start, raw.row["closes"]) if "closes" in raw.row else None

    # Where windows overlap, the earlier row takes the first record.
    taken = [
        event(service, reach(start, row["opens"]))
        for row in raw.before
        if "closes" in row and reach(start, row["closes"]) >= first
    ]

    def received(on: date) -> State:
        today = max(on, closes or on) + DAY
        return ask(raw, start, today, [*taken, event(service, on)], book, member).state

    assert received(first) is State.DONE
    if first > start:
        assert not received(first - DAY).is_received
    if due is not None:
        assert received(due) is State.DONE
        if closes is None or closes > due:
            assert received(due + DAY) is State.DONE_LATE
    if closes is not None:
        assert received(closes).is_received
        assert received(closes + DAY) is State.LOST


def gap_before(raw: Raw, previous: date, start: date) -> date:
    """First day on which the next dose is valid."""
    for step in raw.series.get("gap_steps", ()):
        day = reach(previous, step["gap"])
        if day < reach(start, step["before"]):
            return day
    return reach(previous, raw.get("min_gap")) if raw.get("min_gap") else previous + DAY


def base_of(raw: Raw) -> Raw:
    """The row whose record the gaps of this one are counted from."""
    key = raw.row.get("after") or raw.before[-1]["key"]
    return next(
        one
        for one in ROWS
        if one.row["key"] == key
        and one.pack is raw.pack
        and one.profile in ("any", raw.profile)
        and one.anchor == raw.anchor
    )


def history_before(raw: Raw, start: date, event: Any) -> list[ServiceEvent]:
    """A record for every row that must come first, each on the first day it is expected."""
    if not (raw.before or raw.row.get("after")):
        return []
    base = base_of(raw)
    events = history_before(base, start, event)
    on = reach(start, base.row["opens"])
    if events:
        on = max(on, gap_before(base, events[-1].on, start))
        if "usual_gap" in base.row:
            on = max(on, reach(events[-1].on, base.row["usual_gap"]))
    return [*events, event(base.series["service"], on, base.row.get("number", 0))]


@pytest.mark.parametrize("raw", CHAINED, ids=str)
def test_a_dose_waits_for_the_one_before_and_its_interval(
    raw: Raw, book: RuleBook, member: Any, event: Any
) -> None:
    start = start_day(raw, 2)
    service = raw.series["service"]
    events = history_before(raw, start, event)
    previous = events[-1].on
    valid = max(gap_before(raw, previous, start), reach(start, raw.row.get("earliest", "0d")))
    listed = max(previous - DAY, reach(start, raw.row["opens"]) - timedelta(days=300), start)
    without = ask(raw, start, listed, events[:-1], book, member)
    assert (without.state, without.opens) == (State.NOT_YET, None)
    early = ask(raw, start, valid - DAY, [*events, event(service, valid - DAY, 9)], book, member)
    assert early.state is not State.DONE
    taken = ask(raw, start, valid, [*events, event(service, valid, 9)], book, member)
    assert (taken.state, taken.done_on) == (State.DONE, valid)
    opens = max(valid, reach(start, raw.row["opens"]))
    if "usual_gap" in raw.row:
        opens = max(opens, reach(previous, raw.row["usual_gap"]))
    due = reach(start, raw.row["due"])
    if "due_gap" in raw.row:
        due = max(due, reach(previous, raw.row["due_gap"]))
    closes = [reach(start, raw.row["closes"])] if "closes" in raw.row else []
    closes += [reach(previous, raw.row["close_gap"])] if "close_gap" in raw.row else []
    check_edges(raw, start, events, (opens, due, min(closes, default=None)), book, member)


def check_edges(
    raw: Raw,
    start: date,
    events: list[ServiceEvent],
    window: tuple[date, date, date | None],
    book: RuleBook,
    member: Any,
) -> None:
    """State on the day before, on and after each of the three days of a window."""
    opens, due, closes = window
    for edge in window:
        for today in (edge - DAY, edge, edge + DAY) if edge is not None else ():
            if today < max([start, *(one.on for one in events)]):
                continue
            state = State.DUE if today <= due else State.OVERDUE
            if today < opens:
                state = State.NOT_YET
            elif closes is not None and today > closes:
                state = State.LOST
            assert ask(raw, start, today, events, book, member).state is state, (today, window)


@pytest.mark.parametrize("raw", SPACED, ids=str)
def test_a_late_record_moves_the_window_of_the_next_one(
    raw: Raw, book: RuleBook, member: Any, event: Any
) -> None:
    start, base = start_day(raw, 3), base_of(raw)
    while "until" not in raw.pack and reach(start, base.row["due"]) < raw.pack["start"]:
        start += DAY  # Only what this pack judged counts as the record before.
    last = reach(start, base.row.get("closes", base.row["due"]))
    # Where windows overlap, the earlier row takes the first record.
    events = [
        event(base.series["service"], reach(start, row["opens"]), 1)
        for row in base.before
        if reach(start, row["closes"]) >= last - timedelta(days=40)
    ]
    events.append(event(base.series["service"], last, 2))
    opens, due = reach(start, raw.row["opens"]), reach(start, raw.row["due"])
    closes = reach(start, raw.row["closes"]) if "closes" in raw.row else date.max
    if raw.get("min_gap"):
        opens = max(opens, reach(last, raw.get("min_gap")))
    if opens > closes:
        today = last + DAY
        assert ask(raw, start, today, events, book, member).state is State.LOST
        return
    if "usual_gap" in raw.row:
        opens = min(closes, max(opens, reach(last, raw.row["usual_gap"])))
    if "due_gap" in raw.row:
        due = max(due, reach(last, raw.row["due_gap"]))
    due = min(closes, max(due, opens))
    check_edges(raw, start, events, (opens, due, closes), book, member)


@pytest.mark.parametrize("raw", CATCH_UP, ids=str)
def test_a_row_that_makes_up_for_a_lost_one_opens_the_day_after_it_closed(
    raw: Raw, book: RuleBook, member: Any, event: Any
) -> None:
    start = start_day(raw, 5)
    closed = reach(start, raw.before[-1]["closes"])
    due, closes = reach(start, raw.row["due"]), reach(start, raw.row["closes"])
    check_edges(raw, start, [], (closed + DAY, due, closes), book, member)
    service = raw.series["service"]
    for on in (closed + DAY, due, closes):
        taken = ask(raw, start, closes, [event(service, on)], book, member)
        assert taken.state is (State.DONE if on <= due else State.DONE_LATE)
    kept = [event(service, closed)]
    opens = max(reach(start, raw.row["opens"]), reach(closed, raw.row["usual_gap"]))
    moved = min(closes, max(due, reach(closed, raw.row["due_gap"])))
    check_edges(raw, start, kept, (opens, moved, closes), book, member)


def test_no_row_of_a_pack_escapes_these_tables() -> None:
    assert len(ROWS) > 200
    covered = {str(raw) for raw in (*FREE, *CHAINED, *CATCH_UP)}
    assert {str(raw) for raw in ROWS} == covered
    judged = {
        (row.pack_id, row.profile, row.key)
        for family in load_rule_book(paths.resources() / "norms").families
        for expected in family.expected
        for row in expected.versions
    }
    assert judged == {(raw.pack["id"], raw.profile, raw.row["key"]) for raw in ROWS}
