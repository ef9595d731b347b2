"""One person against one indicator of the incentive fund. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.indicators import explain
from juntos_campo.norms.indicators.denominator import measured
from juntos_campo.norms.indicators.matching import (
    Clock,
    Filled,
    components,
    fill,
    last_by_gap,
    steps_of,
)
from juntos_campo.norms.indicators.rules import Choice, Indicator, Item, ItemSeries, Path
from juntos_campo.norms.model import Trust, Why
from juntos_campo.norms.records import by_service, event_order

DNI = "DNI"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item of the definition.

    Attributes:
        required: it decides on this day.
        met: None while it can still be received and is not required, or when our records cannot tell.
        done_on: day of the record; None also where only the result is known (a DNI of the register).
    """

    key: str
    label: str
    required: bool
    met: bool | None
    done_on: date | None
    why: Why


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One person on one day.

    Attributes:
        applies: the person is in the denominator; otherwise `why` says what leaves her out.
        met: in the numerator: every item required on this day is met; None when it does not apply.
    """

    indicator_id: str
    applies: bool
    met: bool | None
    items: tuple[ItemResult, ...]
    why: Why


def judge_indicator(
    indicator: Indicator,
    member: Member,
    pregnancy: Pregnancy | None,
    events: Iterable[ServiceEvent],
    on: date,
    *,
    book: RuleBook | None = None,
    altitude_m: int | None = None,
) -> IndicatorResult:
    """Judge one person on the day of the measurement (the last day of a month).

    Args:
        pregnancy: the one to be measured, for an indicator of pregnant women; others do not look at it.
        events: the person's records in any order; those after `on` are not seen.
        book, altitude_m: tell an anaemia where the person lives, for an indicator of anaemic children;
            without the book nobody is in its denominator.
    """
    own = sorted(
        (event for event in events if event.on <= on and event.member_id == member.id),
        key=event_order,
    )
    person = measured(indicator, member, pregnancy, own, on, book=book, altitude_m=altitude_m)
    who = indicator.denominator
    if person.clock is None:
        why = Why(" ".join((person.text, who.note)).strip(), who.norm, who.trust)
        return IndicatorResult(indicator.id, False, None, (), why)
    judging = _Judging(indicator, member, person.clock, person.events)
    items = judging.items()
    met = all(item.met for item in items if item.required)
    missing = [item.label for item in items if item.required and not item.met]
    text = explain.whole_text(
        on,
        sum(bool(item.met) for item in items if item.required),
        missing,
        judging.unjudged,
        person.text,
    )
    decisive = [who.trust, *(item.why.trust for item in items if item.required)]
    trust = next((one for one in decisive if not one.is_official), indicator.trust)
    return IndicatorResult(indicator.id, True, met, items, Why(text, indicator.norm, trust))


class _Judging:
    """Fills the items of one indicator for one person of its denominator."""

    def __init__(
        self, indicator: Indicator, member: Member, clock: Clock, events: Sequence[ServiceEvent]
    ) -> None:
        self.indicator = indicator
        self.member = member
        self.clock = clock
        self.grouped = by_service(events)
        self.filled: Filled = {}
        self.paths: dict[str, Path] = {}
        self.unjudged: list[str] = []
        self.labels = {item.key: item.label for series in indicator.series for item in series.items}

    def items(self) -> tuple[ItemResult, ...]:
        """Every item in the order of the definition."""
        for group in components(self.indicator.series):
            self._fill(group)
        found: list[ItemResult] = []
        for series in self.indicator.series:
            used = self._used(series)
            found += [self._item(item, used) for item in series.items]
            if series.choice is not None:
                found.append(self._choice(series, series.choice))
        return tuple(found)

    def _records(self, item: Item) -> list[ServiceEvent]:
        found = [event for code in item.accepts for event in self.grouped.get(code, ())]
        return sorted(found, key=event_order)

    def _fill(self, group: list[ItemSeries]) -> None:
        """The best assignment over every combination of paths that can be judged."""
        chosen = [one for one in group if one.choice is not None]
        ways: list[list[Path | None]] = [
            [path for path in one.choice.paths if not path.cannot] or [None]
            for one in chosen
            if one.choice is not None
        ]
        best: tuple[int, int, Filled] | None = None
        for combination in product(*ways):
            paths = {
                one.id: path
                for one, path in zip(chosen, combination, strict=True)
                if path is not None
            }
            found = fill(steps_of(group, paths, self._records, self.clock), self.clock)
            if best is None or found[:2] > best[:2]:
                best = found
                self.paths.update(paths)
        if best is not None:
            self.filled.update(best[2])

    def _used(self, series: ItemSeries) -> set[str]:
        """Ids of the records that fulfil something of a series."""
        path = self.paths.get(series.id)
        rows = (*series.items, *(path.items if path is not None else ()))
        return {self.filled[item.key].id for item in rows if item.key in self.filled}

    def _item(self, item: Item, used: set[str]) -> ItemResult:
        event, clock = self.filled.get(item.key), self.clock
        why_norm = (item.norm, item.trust)
        if item.cannot:
            self.unjudged.append(item.label)
            required, met = False, None
        else:
            required = item.decides and clock.requires(item)
            met = True if event is not None else False if required or self._closed(item) else None
        records = [] if item.cannot else self._records(item)
        if met is not True and not records and DNI in item.accepts and self._has_dni():
            text = " ".join((explain.dni_text(item.label), item.note)).strip()
            why = Why(text, item.norm, Trust.NOT_FOUND)
            return ItemResult(item.key, item.label, required, True, None, why)
        base = self.filled.get(item.after)
        found = explain.Found(
            item,
            event,
            base,
            self.labels[item.after] if item.after and base is None else "",
            [one for one in records if one.id not in used],
            required,
            self._closed(item),
        )
        why = Why(explain.item_text(found, clock, self.indicator.anchor), *why_norm)
        done_on = event.on if event is not None else None
        return ItemResult(item.key, item.label, required, met, done_on, why)

    def _closed(self, item: Item) -> bool:
        """Nothing received from now on could count."""
        last = self.clock.window(item)[1]
        if last is not None and self.clock.on > last:
            return True
        if not item.after:
            return False
        base = self.filled.get(item.after)
        by_gap = last_by_gap(item.max_gap, base.on if base is not None else None)
        return by_gap is not None and self.clock.on > by_gap

    def _choice(self, series: ItemSeries, choice: Choice) -> ItemResult:
        path = self.paths.get(series.id)
        done: list[ServiceEvent] = []
        required, met = False, None
        if path is None:
            self.unjudged.append(choice.label)
        else:
            rows = [item for item in path.items if not item.cannot]
            needed = [item for item in rows if self.clock.requires(item)]
            done = [self.filled[item.key] for item in rows if item.key in self.filled]
            # While some path asks for nothing yet, nobody fails by the others.
            required = all(
                any(self.clock.requires(item) for item in one.items) for one in choice.paths
            )
            whole = len(done) == len(rows)
            kept = all(item.key in self.filled for item in needed)
            met = kept if required else True if whole else None
        why = Why(explain.choice_text(choice, path, done), choice.norm, choice.trust)
        last = done[-1].on if met and done else None
        return ItemResult(choice.key, choice.label, required, met, last, why)

    def _has_dni(self) -> bool:
        kind, number = self.member.document_kind, self.member.document_number
        return kind is DocumentKind.DNI and bool(number.strip())
