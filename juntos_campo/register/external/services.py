"""Services the health system reports against those the field workers noted, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import decimal_text
from juntos_campo.domain.values import ServiceSource
from juntos_campo.register.external.assignment import best_pairs
from juntos_campo.register.external.findings import (
    Difference,
    Finding,
    Outcome,
    day_text,
    told,
)
from juntos_campo.register.external.records import HealthService, content_of, key_of
from juntos_campo.register.external.tolerances import ServiceTolerance, Tolerances

HIS = "el HIS"

_CONFIRMED = 10**15
_CONTRADICTORY = 10**9
_DATE_FIRST = 10**3
"""Weights of a pair: no number of lesser ones outweighs a greater one, whatever a member's records."""


@dataclass(frozen=True, slots=True)
class TheirService:
    """A service of their file and the member a certain match (or a person) gave it to."""

    member_id: str
    record: HealthService


def reconcile_services(
    theirs: Iterable[TheirService], ours: Iterable[ServiceEvent], allowed: Tolerances
) -> tuple[Finding, ...]:
    """Every service of both sides in exactly one finding, sorted; the order of rows does not matter.

    Our records that came from the health system itself are not ours to confirm and are left aside, and
    a row that repeats another of theirs counts once. Pairs are chosen for the most confirmed services,
    then the most pairs, then the fewest days between them.
    """
    groups: dict[tuple[str, str], tuple[dict[str, HealthService], dict[str, ServiceEvent]]] = {}
    for one in theirs:
        group = groups.setdefault((one.member_id, one.record.service), ({}, {}))
        group[0].setdefault(content_of(one.record), one.record)
    for event in ours:
        if event.source is not ServiceSource.HEALTH_SYSTEM:
            groups.setdefault((event.member_id, event.service), ({}, {}))[1][event.id] = event
    found: list[Finding] = []
    for (member_id, service), (there, here) in groups.items():
        found += _group(
            member_id,
            service,
            [there[key] for key in sorted(there, key=lambda key: (there[key].on, key))],
            [here[key] for key in sorted(here, key=lambda key: (here[key].on, key))],
            allowed.of(service),
        )
    return tuple(sorted(found, key=lambda one: one.order))


def _group(
    member_id: str,
    service: str,
    there: Sequence[HealthService],
    here: Sequence[ServiceEvent],
    allowed: ServiceTolerance,
) -> list[Finding]:
    weights = [[weight(their, our, allowed) for our in here] for their in there]
    pairs = best_pairs(weights) if there and here else []
    found = [
        _finding(member_id, service, there[row], here[column], allowed) for row, column in pairs
    ]
    paired_rows, paired_columns = {row for row, _ in pairs}, {column for _, column in pairs}
    found += [
        _finding(member_id, service, one, None, allowed)
        for row, one in enumerate(there)
        if row not in paired_rows
    ]
    found += [
        _finding(member_id, service, None, one, allowed)
        for column, one in enumerate(here)
        if column not in paired_columns
    ]
    return found


def weight(their: HealthService, our: ServiceEvent, allowed: ServiceTolerance) -> int:
    """How gladly two records of one member and service are taken for the same one; 0: they are two."""
    apart = abs((their.on - our.on).days)
    same_number = bool(their.number) and their.number == our.number
    reach = max(allowed.near_days, allowed.days, allowed.numbered_days if same_number else 0)
    if apart > reach:
        return 0
    outcome = _CONTRADICTORY if _differences(their, our, allowed) else _CONFIRMED
    return outcome - apart * _DATE_FIRST - (not same_number)


def _differences(
    their: HealthService, our: ServiceEvent, allowed: ServiceTolerance
) -> tuple[Difference, ...]:
    found: list[Difference] = []
    if abs((their.on - our.on).days) > allowed.days:
        found.append(Difference("la fecha", day_text(our.on), day_text(their.on)))
    if their.number and our.number and their.number != our.number:
        found.append(Difference("el número", str(our.number), str(their.number)))
    if (
        their.value is not None
        and our.value is not None
        and round(abs(their.value - our.value), 6) > allowed.value
    ):
        found.append(Difference("el resultado", decimal_text(our.value), decimal_text(their.value)))
    return tuple(found)


def _finding(
    member_id: str,
    service: str,
    their: HealthService | None,
    our: ServiceEvent | None,
    allowed: ServiceTolerance,
) -> Finding:
    differences: tuple[Difference, ...] = ()
    if their is None:
        outcome = Outcome.ONLY_HERE
    elif our is None:
        outcome = Outcome.ONLY_THERE
    else:
        differences = _differences(their, our, allowed)
        outcome = Outcome.CONTRADICTORY if differences else Outcome.CONFIRMED
    here_text, there_text = _text(our), _text(their)
    name = SERVICES[service].name
    topic = f"{name[0].upper()}{name[1:]}"
    return Finding(
        subject=member_id,
        topic=service,
        outcome=outcome,
        here=our.id if our else "",
        there=key_of(their) if their else "",
        here_text=here_text,
        there_text=there_text,
        differences=differences,
        sentence=told(HIS, topic, outcome, here_text, there_text, differences),
    )


def _text(one: HealthService | ServiceEvent | None) -> str:
    """``20/07/2026, n.º 2, 10.8 g/dL``"""
    if one is None:
        return ""
    parts = [day_text(one.on)]
    if one.number:
        parts.append(f"n.º {one.number}")
    if one.value is not None:
        parts.append(f"{decimal_text(one.value)} g/dL")
    return ", ".join(parts)
