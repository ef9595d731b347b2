"""Records sorted the way every part of the engine takes them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import attrgetter

from juntos_campo.domain.entities import Pregnancy, ServiceEvent
from juntos_campo.norms.book import Family

EventsByService = dict[str, list[ServiceEvent]]


event_order: Callable[[ServiceEvent], tuple[date, str, int, str]] = attrgetter(
    "on", "service", "number", "id"
)
"""Key of one order of records, whatever order they came in."""


def by_service(events: Iterable[ServiceEvent]) -> EventsByService:
    """Records by the code of their service, in the order given."""
    grouped: EventsByService = defaultdict(list)
    for event in events:
        grouped[event.service].append(event)
    return grouped


def accepted(family: Family, grouped: EventsByService) -> list[ServiceEvent]:
    """What a family accepts, in order; `grouped` in order."""
    lists = [grouped[service] for service in family.accepts if service in grouped]
    if not lists:
        return []
    if len(lists) == 1:
        return lists[0]
    return sorted((event for found in lists for event in found), key=event_order)


def of_pregnancy(
    events: Iterable[ServiceEvent], pregnancy: Pregnancy, start: date | None, end: date | None
) -> Iterator[ServiceEvent]:
    """A woman's records that belong to one pregnancy: that name it, or name none and lie within it."""
    for event in events:
        if event.pregnancy_id:
            if event.pregnancy_id == pregnancy.id:
                yield event
        elif start is not None and end is not None and start <= event.on <= end:
            yield event
