"""What is due to one person on one day: rule book and records in, states out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome
from juntos_campo.norms.ages import Ages
from juntos_campo.norms.book import AHEAD_DAYS, Family, RuleBook, slots_of
from juntos_campo.norms.explain import Facts, RowWhy
from juntos_campo.norms.model import Anchor, Profile, ServiceStatus, State, Why
from juntos_campo.norms.pregnancy import LONGEST_DAYS, last_day, pregnancy_start
from juntos_campo.norms.schedule import Standing, run_family

LOW_BIRTH_WEIGHT_G = 2500
TERM_WEEKS = 37
CHILD_DAYS = 6 * 366
"""Up to this age a DNI already held is worth listing among the services."""

_FUTURE_BIRTH = "La fecha de nacimiento es posterior a hoy: corríjala con una solicitud."
_UNKNOWN_WEIGHT = "No se conoce el peso al nacer: se usa el esquema de nacido a término."
_FUTURE_PREGNANCY = "El inicio de la gestación es posterior a hoy: revise la fecha de última regla."
_TOO_LONG = "La gestación pasa de 43 semanas: registre el parto o corrija la fecha de última regla."
_UNDATED = "Sin fecha de última regla ni ecografía: pregúntela para conocer los plazos."

EventsByService = dict[str, list[ServiceEvent]]


def services_of(
    member: Member,
    pregnancy: Pregnancy | None,
    events: Iterable[ServiceEvent],
    book: RuleBook,
    today: date,
) -> tuple[ServiceStatus, ...]:
    """Every service that some norm expects of this member now, in its recent past or within a year.

    Args:
        pregnancy: the one to be judged, running or ended; None for everybody else.
        events: the member's records in any order; those after `today` are not seen.

    Returns:
        One status per key, in a fixed order; empty for somebody who left the household.
    """
    if member.left_on is not None and member.left_on <= today:
        return ()
    own = [event for event in events if event.on <= today and event.member_id == member.id]
    own.sort(key=_event_order)
    statuses: list[ServiceStatus] = []
    if (today - member.birth_date).days <= _oldest(book):
        statuses += _of_birth(member, own, book, today)
    if pregnancy is not None:
        statuses += _of_pregnancy(member, pregnancy, own, book, today)
    return tuple(statuses)


def profile_of(member: Member) -> Profile:
    """TERM or SMALL (under 2500 g or 37 weeks); an unknown birth weight counts as term."""
    weight, weeks = member.birth_weight_g, member.gestation_weeks
    small = (weight is not None and weight < LOW_BIRTH_WEIGHT_G) or (
        weeks is not None and weeks < TERM_WEEKS
    )
    return Profile.SMALL if small else Profile.TERM


def _event_order(event: ServiceEvent) -> tuple[date, str, int, str]:
    return event.on, event.service, event.number, event.id


def _oldest(book: RuleBook) -> int:
    return max(
        (family.shown_days for family in book.families if family.anchor is Anchor.BIRTH), default=0
    )


def _grouped(events: Iterable[ServiceEvent]) -> EventsByService:
    grouped: EventsByService = defaultdict(list)
    for event in events:
        grouped[event.service].append(event)
    return grouped


def _accepted(family: Family, grouped: EventsByService) -> list[ServiceEvent]:
    lists = [grouped[service] for service in family.accepts if service in grouped]
    if len(lists) == 1:
        return lists[0]
    return sorted((event for found in lists for event in found), key=_event_order)


def _of_birth(
    member: Member, events: list[ServiceEvent], book: RuleBook, today: date
) -> list[ServiceStatus]:
    birth, profile = member.birth_date, profile_of(member)
    age_days = (today - birth).days
    unknown = member.birth_weight_g is None and member.gestation_weeks is None
    grouped = _grouped(event for event in events if not event.pregnancy_id)
    standing, ages = Standing(), Ages(birth)
    statuses: list[ServiceStatus] = []
    for family in book.families:
        if (
            family.anchor is not Anchor.BIRTH
            or family.profile not in (Profile.ANY, profile)
            or age_days > family.shown_days
            or family.opens_days > age_days + AHEAD_DAYS
        ):
            continue
        slots = slots_of(family, ages, today, member.sex)
        if not slots:
            continue
        remark = _FUTURE_BIRTH if birth > today else ""
        if unknown and not remark and family.profile is Profile.TERM and age_days < 366:
            remark = _UNKNOWN_WEIGHT
        found = run_family(
            family,
            slots,
            _accepted(family, grouped),
            standing,
            anchor=birth,
            today=today,
            remark=remark,
        )
        statuses += _identity(found, member, age_days) if family.service == "DNI" else found
    return statuses


def _identity(found: list[ServiceStatus], member: Member, age_days: int) -> list[ServiceStatus]:
    """A DNI in the register counts as received, on a day nobody recorded."""
    if member.document_kind is not DocumentKind.DNI:
        return found
    if age_days > CHILD_DAYS:
        return []
    return [
        status
        if status.state.is_received
        else replace(
            status,
            state=State.DONE,
            why=Why("Ya tiene DNI, según el padrón.", status.why.norm, status.why.trust),
        )
        for status in found
    ]


def _of_pregnancy(
    member: Member,
    pregnancy: Pregnancy,
    events: list[ServiceEvent],
    book: RuleBook,
    today: date,
) -> list[ServiceStatus]:
    start, end = pregnancy_start(pregnancy), last_day(pregnancy)
    lost = pregnancy.outcome is PregnancyOutcome.LOSS
    families = [family for family in book.families if family.anchor is Anchor.PREGNANCY]
    grouped = _grouped(
        event
        for event in events
        if event.pregnancy_id == pregnancy.id
        or (
            not event.pregnancy_id
            and start is not None
            and end is not None
            and start <= event.on <= end
        )
    )
    if start is None:
        return [
            status
            for family in families
            for status in _undated(family, _accepted(family, grouped), pregnancy, today)
        ]
    remark = ""
    if pregnancy.ended_on is None:
        days = (today - start).days
        remark = _FUTURE_PREGNANCY if days < 0 else _TOO_LONG if days >= LONGEST_DAYS else ""
    standing, ages = Standing(), Ages(start)
    statuses: list[ServiceStatus] = []
    for family in families:
        slots = slots_of(family, ages, today, member.sex, end)
        found = run_family(
            family,
            slots,
            _accepted(family, grouped),
            standing,
            anchor=start,
            today=today,
            remark=remark,
        )
        statuses += [_ended(status) for status in found] if lost else found
    return statuses


def _ended(status: ServiceStatus) -> ServiceStatus:
    if status.state.is_received:
        return status
    why = Why("La gestación terminó: ya no corresponde.", status.why.norm, status.why.trust)
    return replace(status, state=State.NOT_APPLICABLE, why=why, opens=None, due=None)


def _undated(
    family: Family, events: list[ServiceEvent], pregnancy: Pregnancy, today: date
) -> list[ServiceStatus]:
    """Without dates only the order is known: records fulfil rows one by one, the next one is due."""
    statuses = []
    for index, expected in enumerate(family.expected):
        row = expected.versions[-1]
        event = events[index] if index < len(events) else None
        facts = Facts(row, today, today, None, None, None, None, _UNDATED)
        if event is not None:
            state = State.DONE
        elif pregnancy.ended_on is not None and pregnancy.ended_on <= today:
            state = State.LOST
        else:
            state = State.DUE if index == len(events) else State.NOT_YET
        facts.state, facts.event = state, event
        statuses.append(
            ServiceStatus(
                row.key,
                row.service,
                row.label,
                state,
                RowWhy(facts),
                done_on=event.on if event else None,
                event_id=event.id if event else "",
                number=row.number,
            )
        )
    return statuses
