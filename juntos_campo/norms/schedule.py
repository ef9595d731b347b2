"""The scheduling engine: one family of rows and one person's records -> states. Pure.

Records are taken in order of date. Each fulfils the first row that still waits, that accepts it and
whose window it falls in; one that comes too early for that row is not counted and stays not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.norms.book import Family, Row, Slot
from juntos_campo.norms.explain import Facts, Refusal, Refused, RowWhy
from juntos_campo.norms.model import SeriesKind, ServiceStatus, State

_ONE_DAY = timedelta(days=1)
_NOT_YET, _DUE, _OVERDUE, _LOST = State.NOT_YET, State.DUE, State.OVERDUE, State.LOST
_DONE, _DONE_LATE = State.DONE, State.DONE_LATE
"""Named once: Python 3.11 calls a function each time an enumeration's member is named."""


@dataclass(slots=True)
class Standing:
    """What earlier families found, by key; families are run after those they depend on.

    Attributes:
        done: day on which a key was received.
        open_until: last day (None: never closes) of keys that were not received.
        labels: the Spanish labels of those keys.
    """

    done: dict[str, date] = field(default_factory=dict)
    open_until: dict[str, date | None] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Cursor:
    """Where the walk over the records stands."""

    events: Sequence[ServiceEvent]
    position: int = 0
    last: date | None = None
    last_key: str = ""
    previous: Row | None = None


def gap_end(row: Row, base: date, anchor: date) -> date:
    """First day on which a record counts after one on `base` (its own day when there is no gap)."""
    for before, gap in row.gap_steps:
        day = gap.after(base)
        if day < before.after(anchor):
            return day
    if row.gap_steps:
        last_before, last_gap = row.gap_steps[-1]
        return max(last_gap.after(base), last_before.after(anchor))
    return row.min_gap.after(base) if row.min_gap else base + _ONE_DAY if base < date.max else base


def run_family(
    family: Family,
    slots: Sequence[Slot],
    events: Sequence[ServiceEvent],
    standing: Standing,
    *,
    anchor: date,
    today: date,
    remark: str = "",
    with_received: bool = True,
) -> list[ServiceStatus]:
    """Judge the rows of one family.

    Args:
        slots: the rows with their dates, in order.
        events: records the family accepts, not after `today`, sorted by date.
        anchor: the day ages are counted from, see `Anchor`.
        standing: is read for dependencies on other families and extended.
        remark: a Spanish sentence that belongs in every `why` of the family.
        with_received: report also rows that a record fulfilled.
    """
    cursor = _Cursor(events)
    chained = family.kind is SeriesKind.DOSES
    statuses: list[ServiceStatus] = []
    for slot in slots:
        facts = Facts(
            slot.row, anchor, today, slot.opens, slot.due, slot.closes, slot.earliest, remark
        )
        facts.chained, facts.counted = chained, family.anchor
        _judge(facts, cursor, standing, slot.silent)
        if not slot.silent and (with_received or facts.event is None):
            statuses.append(_status(slot.row, facts))
        cursor.previous = slot.row
    return statuses


def _judge(facts: Facts, cursor: _Cursor, standing: Standing, silent: bool) -> None:
    row, waits_for = facts.row, ""
    if facts.chained or row.after:
        waits_for = _base(facts, cursor, standing)
    else:
        facts.base, facts.base_key = cursor.last, cursor.last_key
    if not waits_for:
        if facts.base is None and row.after and not (row.earliest.months or row.earliest.days):
            # Due before any norm held here: without that record only its own age speaks for it.
            facts.earliest = facts.first_age = facts.opens
        if row.catch_up:
            _catch_up(facts, cursor, standing)
        if facts.base is not None:
            _space(facts)
        if cursor.position < len(cursor.events):
            _match(facts, cursor)
    else:
        facts.waits_for = standing.labels[waits_for]
        until = standing.open_until.get(waits_for)
        if until is not None and (facts.closes is None or until < facts.closes):
            facts.closes = until
        facts.opens = facts.due = facts.earliest = None
    facts.state = _state(facts)
    if facts.event is not None:
        standing.done[row.key] = facts.event.on
        cursor.last, cursor.last_key = facts.event.on, row.key
    elif not silent:
        closes = facts.closes
        if facts.impossible:
            closes = facts.anchor
        standing.open_until[row.key] = closes
        standing.labels[row.key] = row.label


def _base(facts: Facts, cursor: _Cursor, standing: Standing) -> str:
    """Set the date gaps are counted from. Returns the key that must come first, if it is missing."""
    key, chained = facts.row.after, facts.chained
    if not key and chained:
        key = cursor.previous.key if cursor.previous else ""
    if key:
        done = standing.done.get(key)
        if done is not None:
            facts.base, facts.base_key = done, key
        elif chained and key in standing.open_until:
            return key
        return ""
    facts.base, facts.base_key = cursor.last, cursor.last_key
    return ""


def _catch_up(facts: Facts, cursor: _Cursor, standing: Standing) -> None:
    """A row that makes up for a lost one opens the day after that one closed."""
    if cursor.previous is None:
        return
    closed = standing.open_until.get(cursor.previous.key)
    if closed is not None and closed < facts.today:
        facts.opens = facts.earliest = min(closed + _ONE_DAY, facts.opens or date.max)
        facts.first_age = facts.earliest
        facts.recovers = cursor.previous


def _space(facts: Facts) -> None:
    """Move the dates by the gaps from the last real record."""
    base, row = facts.base, facts.row
    if base is None or facts.opens is None or facts.earliest is None:
        return
    floor = gap_end(row, base, facts.anchor)
    opens, due, closes = facts.opens, facts.due, facts.closes
    # Compared in place: `max` and `min` take three times as long, for each row of each child.
    if floor > opens and (row.min_gap or row.gap_steps):
        opens = floor
    floor = floor if floor > facts.earliest else facts.earliest
    if row.usual_gap:
        opens = max(opens, row.usual_gap.after(base))
    if due is not None:
        if row.due_gap:
            due = max(due, row.due_gap.after(base))
        due = due if due > opens else opens
    if row.close_gap:
        end = row.close_gap.after(base)
        closes = facts.closes = end if closes is None else min(end, closes)
    if closes is not None:
        facts.impossible = floor > closes
        opens = opens if opens < closes else closes
        if due is not None and due > closes:
            due = closes
    facts.moved = opens != facts.opens or due != facts.due
    facts.opens, facts.due, facts.earliest, facts.floor = opens, due, floor, floor


def _match(facts: Facts, cursor: _Cursor) -> None:
    """Take the first record that fits; remember those that do not count and why."""
    row, closes = facts.row, facts.closes
    floor = facts.floor or facts.earliest
    refused: list[Refused] = []
    while cursor.position < len(cursor.events):
        event = cursor.events[cursor.position]
        if event.service not in row.accepts:
            refused.append(Refused(event.on, Refusal.OTHER))
        elif floor is not None and event.on < floor:
            refused.append(Refused(event.on, _refusal(event.on, facts)))
        elif closes is not None and event.on > closes:
            if facts.chained:
                refused.append(Refused(event.on, Refusal.LATE))
            break
        else:
            facts.event = event
            cursor.position += 1
            break
        cursor.position += 1
    facts.refused = tuple(refused)


def _refusal(on: date, facts: Facts) -> Refusal:
    if on < facts.anchor:
        return Refusal.BEFORE_START
    if facts.base is not None and on == facts.base:
        return Refusal.SAME_DAY
    first = facts.first_age or facts.earliest
    return Refusal.EARLY if first is not None and on < first else Refusal.GAP


def _state(facts: Facts) -> State:
    today, due, closes = facts.today, facts.due, facts.closes
    if facts.event is not None:
        return _DONE if due is None or facts.event.on <= due else _DONE_LATE
    if facts.impossible or (closes is not None and today > closes):
        return _LOST
    if facts.waits_for or (facts.opens is not None and today < facts.opens):
        return _NOT_YET
    return _DUE if due is None or today <= due else _OVERDUE


def _status(row: Row, facts: Facts) -> ServiceStatus:
    event = facts.event
    return ServiceStatus(
        row.key,
        row.service,
        row.label,
        facts.state,
        RowWhy(facts),
        facts.opens,
        facts.due,
        facts.closes,
        event.on if event is not None else None,
        event.id if event is not None else "",
        row.number,
        facts.earliest,
        facts.recovers.key if facts.recovers is not None and event is None else "",
    )
