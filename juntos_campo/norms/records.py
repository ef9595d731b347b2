"""Records sorted the way every part of the engine takes them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.norms.book import Family

EventsByService = dict[str, list[ServiceEvent]]


def event_order(event: ServiceEvent) -> tuple[date, str, int, str]:
    """Key of one order of records, whatever order they came in."""
    return event.on, event.service, event.number, event.id


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
