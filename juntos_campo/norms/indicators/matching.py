"""Which record fulfils which item: the assignment that fulfils most. Pure.

Several records could often fill several windows. Taking the first that fits is wrong: a second dose may be
left without a record that another first dose would have left it. So every assignment is weighed (dynamic
programming over items in order): each record counts once in a series, records of a series follow the order
of its items, and of all that is possible that one is taken which fulfils most of the items that decide
today, then most items, then the earlier items, with the earlier records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.norms.ages import Age, Ages
from juntos_campo.norms.indicators.rules import Item, ItemSeries, Path
from juntos_campo.norms.records import event_order

Filled = dict[str, ServiceEvent]
"""Key of an item -> the record that fulfils it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The days that ages are for one person.

    Attributes:
        end: last day on which anything can be received (the end of a pregnancy); None: never ends.
        ended: that day is known, not reckoned.
        on: the day of the measurement.
    """

    ages: Ages
    on: date
    end: date | None = None
    ended: bool = False

    def window(self, item: Item) -> tuple[date, date | None]:
        """First and last day on which a record counts, by age alone."""
        last = self.ages.day(item.closes) if item.closes is not None else self.end
        if last is not None and self.end is not None:
            last = min(last, self.end)
        return self.ages.day(item.opens), last

    def requires(self, item: Item) -> bool:
        """Whether the item decides today: its own day came, or its window closed."""
        if item.required_from is not None:
            return self.on >= self.ages.day(item.required_from)
        last = self.window(item)[1]
        if last is None:
            return False
        # The day of the birth closes what the pregnancy was given for.
        return self.on > last or (self.ended and last == self.end and self.on == last)

    def keeps_gap(self, item: Item, base: date, on: date) -> bool:
        """Whether a record keeps its distance from the one before."""
        gap = item.min_gap
        for before, wanted in item.gap_steps:
            if on < self.ages.day(before):
                gap = wanted
                break
        return gap is None or gap.after(base) <= on


class Step(NamedTuple):
    """One item to be filled. `pool`: series whose records it shares; `path`: it belongs to a choice."""

    item: Item
    pool: str
    days: tuple[ServiceEvent, ...]
    required: bool
    path: bool


class _State(NamedTuple):
    """What later items can still see of the earlier ones."""

    pool: str
    last: date | None
    seen: tuple[tuple[str, date | None], ...]
    failed: bool


class _Best(NamedTuple):
    """Items that decide, items, then the choice of days (earlier first); `filled` by step."""

    required: int
    number: int
    order: tuple[int, ...]
    filled: tuple[ServiceEvent | None, ...]

    @property
    def rank(self) -> tuple[int, int, tuple[int, ...]]:
        return self.required, self.number, self.order


def steps_of(
    series: Iterable[ItemSeries],
    paths: Mapping[str, Path],
    records: Callable[[Item], Sequence[ServiceEvent]],
    clock: Clock,
) -> list[Step]:
    """Items of these series in order, with the paths taken (by id of the series)."""
    found = []
    for one in series:
        path = paths.get(one.id)
        rows = [(item, False) for item in one.items]
        rows += [(item, True) for item in (path.items if path is not None else ())]
        for item, of_path in rows:
            if item.cannot:
                continue
            first, last = clock.window(item)
            days: dict[date, ServiceEvent] = {}
            for event in sorted(records(item), key=event_order):
                if first <= event.on and (last is None or event.on <= last):
                    days.setdefault(event.on, event)
            required = clock.requires(item) and (item.decides or of_path)
            found.append(Step(item, one.id, tuple(days.values()), required, of_path))
    return found


def fill(steps: Sequence[Step], clock: Clock) -> tuple[int, int, Filled]:
    """The best assignment: items that decide today and are met (a whole path is one), items met, records."""
    start = _State("", None, (), False)
    best: dict[_State, _Best] = {start: _Best(0, 0, (), ())}
    for index, step in enumerate(steps):
        later = frozenset(one.item.after for one in steps[index + 1 :] if one.item.after)
        following: dict[_State, _Best] = {}
        for state, value in best.items():
            for event in (None, *step.days):
                if event is not None and not _fits(step, state, event.on, clock):
                    continue
                reached = _reach(state, step, event, later)
                found = _worth(value, step, event)
                known = following.get(reached)
                if known is None or found.rank > known.rank:
                    following[reached] = found
        best = following
    whole = any(step.path and step.required for step in steps)

    def final(entry: tuple[_State, _Best]) -> tuple[int, int, tuple[int, ...]]:
        required, count, order = entry[1].rank
        return required + (whole and not entry[0].failed), count, order

    winner = max(best.items(), key=final)
    filled = {
        step.item.key: event
        for step, event in zip(steps, winner[1].filled, strict=True)
        if event is not None
    }
    required, count, _ = final(winner)
    return required, count, filled


def _fits(step: Step, state: _State, on: date, clock: Clock) -> bool:
    item = step.item
    last = state.last if state.pool == step.pool else None
    if last is not None and on <= last:
        return False
    if item.after:
        base = dict(state.seen).get(item.after)
        if base is None or (item.max_gap is not None and on > item.max_gap.after(base)):
            return False
        return on >= base and clock.keeps_gap(item, base, on)
    return last is None or clock.keeps_gap(item, last, on)


def _reach(state: _State, step: Step, event: ServiceEvent | None, later: frozenset[str]) -> _State:
    last = state.last if state.pool == step.pool else None
    seen = tuple((key, day) for key, day in state.seen if key in later)
    if step.item.key in later:
        seen += ((step.item.key, event.on if event is not None else None),)
    failed = state.failed or (step.path and step.required and event is None)
    return _State(step.pool, event.on if event is not None else last, seen, failed)


def _worth(value: _Best, step: Step, event: ServiceEvent | None) -> _Best:
    met = event is not None
    return _Best(
        value.required + (met and step.required and not step.path),
        value.number + met,
        (*value.order, -event.on.toordinal() if event is not None else -date.max.toordinal() - 1),
        (*value.filled, event),
    )


def components(series: Sequence[ItemSeries]) -> list[list[ItemSeries]]:
    """Series that hang together because an item of one is counted from an item of another."""
    groups: list[list[ItemSeries]] = []
    for one in series:
        wanted = {item.after for item in _all(one)}
        joined = [group for group in groups if any(i.key in wanted for s in group for i in _all(s))]
        groups = [group for group in groups if group not in joined]
        groups.append([*(s for group in joined for s in group), one])
    return groups


def _all(series: ItemSeries) -> Iterable[Item]:
    yield from series.items
    for path in series.choice.paths if series.choice is not None else ():
        yield from path.items


def last_by_gap(gap: Age | None, base: date | None) -> date | None:
    """Last day that a gap counted from `base` leaves; None when it leaves any."""
    return gap.after(base) if gap is not None and base is not None else None
