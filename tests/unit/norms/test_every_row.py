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
from juntos_campo.domain.values import Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Raw:
    """A row as the file has it, with its series and pack."""

    pack: dict[str, Any]
    series: dict[str, Any]
    row: dict[str, Any]
    before: tuple[dict[str, Any], ...]

    def get(self, name: str) -> Any:
        return self.row.get(name, self.series.get(name))

    @property
    def pregnancy(self) -> bool:
        return bool(self.series.get("anchor") == "pregnancy")

    def __str__(self) -> str:
        return f"{self.pack['id']}/{self.series.get('profile', 'any')}/{self.row['key']}"


def raw_rows() -> list[Raw]:
    found = []
    for file in sorted((paths.resources() / "norms").glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for series in data.get("series", ()):
            rows = series["rows"]
            for index, row in enumerate(rows):
                found.append(Raw(data["pack"], series, row, tuple(rows[:index])))
    return found


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
    if raw.pregnancy:
        person = member(date(1996, 5, 5))
        pregnancy = Pregnancy(
            id="pregnancy", household_id="household", member_id="member", last_period=start
        )
    else:
        small = raw.series.get("profile") == "small"
        sex = Sex(raw.row["sex"]) if "sex" in raw.row else Sex.FEMALE
        person = member(start, birth_weight_g=1900 if small else 3200, sex=sex)
        pregnancy = None
    found = [
        status
        for status in services_of(person, pregnancy, events, book, today)
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
FREE = [
    raw
    for raw in ROWS
    if not (raw.series["kind"] == "doses" and (raw.before or raw.row.get("after")))
    and not raw.row.get("catch_up")
]
CHAINED = [raw for raw in ROWS if raw.series["kind"] == "doses" and raw.before]


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


@pytest.mark.parametrize("raw", CHAINED, ids=str)
def test_a_dose_waits_for_the_one_before_and_its_interval(
    raw: Raw, book: RuleBook, member: Any, event: Any
) -> None:
    start = start_day(raw, 2)
    service = raw.series["service"]
    events: list[ServiceEvent] = []
    if "after" in raw.before[0]:
        events += [event("PENTA", reach(start, age)) for age in ("100d", "140d", "180d")]
    for row in raw.before:
        on = reach(start, row["opens"])
        if events and events[-1].service == service:
            on = max(on, events[-1].on + timedelta(days=29))
        events.append(event(service, on, row["number"]))
    previous = events[-1].on
    valid = max(gap_before(raw, previous, start), reach(start, raw.row.get("earliest", "0d")))
    listed = max(previous - DAY, reach(start, raw.row["opens"]) - timedelta(days=300))
    without = ask(raw, start, listed, events[:-1], book, member)
    assert (without.state, without.opens) == (State.NOT_YET, None)
    early = ask(raw, start, valid - DAY, [*events, event(service, valid - DAY, 9)], book, member)
    assert early.state is not State.DONE
    taken = ask(raw, start, valid, [*events, event(service, valid, 9)], book, member)
    assert (taken.state, taken.done_on) == (State.DONE, valid)
    opens = max(valid, reach(start, raw.row["opens"]))
    if "usual_gap" in raw.row:
        opens = max(opens, reach(previous, raw.row["usual_gap"]))
    assert ask(raw, start, opens - DAY, events, book, member).state is State.NOT_YET
    waiting = ask(raw, start, opens, events, book, member)
    assert (waiting.state, waiting.opens) == (State.DUE, opens)
    if "due" in raw.row:
        due = reach(start, raw.row["due"])
        if "due_gap" in raw.row:
            due = max(due, reach(previous, raw.row["due_gap"]))
        assert ask(raw, start, due, events, book, member).state is State.DUE
        assert ask(raw, start, due + DAY, events, book, member).state in (
            State.OVERDUE,
            State.LOST,
        )


def test_no_row_of_a_pack_escapes_these_tables() -> None:
    covered = {str(raw) for raw in FREE} | {str(raw) for raw in CHAINED}
    rest = {str(raw) for raw in ROWS} - covered
    assert {name.split("/")[-1] for name in rest} == {"HB:9m", "APO:R2", "DPT:R1"}
