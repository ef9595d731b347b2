"""What is due to a pregnant woman, and to her and her newborn after the birth. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms import records
from juntos_campo.norms.ages import Ages
from juntos_campo.norms.book import Family, RuleBook, slots_of
from juntos_campo.norms.episodes import in_age
from juntos_campo.norms.explain import Facts, RowWhy, day_text
from juntos_campo.norms.model import Anchor, ServiceStatus, State, Why
from juntos_campo.norms.pregnancy import LONGEST_DAYS, last_day, pregnancy_start
from juntos_campo.norms.records import accepted, by_service
from juntos_campo.norms.schedule import Standing, run_family

BIRTH, NEWBORN = "BIRTH", "NEWBORN"
FAR_APART_DAYS = 35
"""Last period and ultrasound further apart than this are told; a check of dates, not a norm."""
NEWBORN_DAYS = 7
"""A child of the household born this close to the recorded birth is taken for the newborn."""

_FUTURE_PREGNANCY = "El inicio de la gestación es posterior a hoy: revise la fecha de última regla."
_TOO_LONG = "La gestación pasa de 43 semanas: registre el parto o corrija la fecha de última regla."
_UNDATED = "Sin fecha de última regla ni ecografía: pregúntela para conocer los plazos."
_ENDED_BEFORE = "La fecha de término es anterior al inicio de la gestación: corrija una de las dos."


def of_pregnancy(
    member: Member,
    pregnancy: Pregnancy,
    events: Sequence[ServiceEvent],
    book: RuleBook,
    today: date,
) -> list[ServiceStatus]:
    """The prenatal services and the birth; `events` are the woman's own, in order."""
    start, end = pregnancy_start(pregnancy), last_day(pregnancy)
    families = book.counted_from[Anchor.PREGNANCY]
    grouped = by_service(records.of_pregnancy(events, pregnancy, start, end))
    ended = (
        pregnancy.ended_on if pregnancy.ended_on is None or pregnancy.ended_on <= today else None
    )
    not_reached: set[str] = set()
    remark = _remark(pregnancy, start, today) if start is not None else ""
    if start is None:
        found = [
            status
            for family in families
            for status in _undated(family, accepted(family, grouped), pregnancy, today)
        ]
    else:
        found = []
        standing, ages = Standing(), Ages(start)
        for family in families:
            slots = slots_of(
                family, ages, today, member.sex, None if family.service == BIRTH else end
            )
            if ended is not None:
                not_reached.update(slot.row.key for slot in slots if slot.opens > ended)
            found += run_family(
                family,
                slots,
                accepted(family, grouped),
                standing,
                anchor=start,
                today=today,
                remark=remark,
            )
    if ended is None:
        return found
    lost = pregnancy.outcome is PregnancyOutcome.LOSS
    return [_at_the_end(status, ended, lost, status.key in not_reached, remark) for status in found]


def after_birth(
    member: Member,
    pregnancy: Pregnancy,
    events: Sequence[ServiceEvent],
    book: RuleBook,
    today: date,
    household_births: Collection[date] = (),
) -> list[ServiceStatus]:
    """The services counted from a birth; nothing after a loss, and nothing before the birth."""
    birth = pregnancy.ended_on
    if birth is None or birth > today or pregnancy.outcome is not PregnancyOutcome.BIRTH:
        return []
    grouped = by_service(
        event for event in events if event.on >= birth and event.pregnancy_id in ("", pregnancy.id)
    )
    standing, ages = Standing(), Ages(birth)
    registered = any(abs((one - birth).days) <= NEWBORN_DAYS for one in household_births)
    statuses: list[ServiceStatus] = []
    for family in book.counted_from[Anchor.POSTPARTUM]:
        if not in_age(family, member.birth_date, birth):
            continue
        found = run_family(
            family,
            slots_of(family, ages, today, member.sex),
            accepted(family, grouped),
            standing,
            anchor=birth,
            today=today,
        )
        known = registered and family.service == NEWBORN
        statuses += [_registered(status) for status in found] if known else found
    return statuses


def _remark(pregnancy: Pregnancy, start: date, today: date) -> str:
    """What is not plausible about the dates, in Spanish."""
    parts = []
    ended, period = pregnancy.ended_on, pregnancy.last_period
    days = (today - start).days
    if ended is not None and ended < start:
        parts.append(_ENDED_BEFORE)
    elif days < 0:
        parts.append(_FUTURE_PREGNANCY)
    elif ended is None and days >= LONGEST_DAYS:
        parts.append(_TOO_LONG)
    elif ended is not None and (ended - start).days >= LONGEST_DAYS:
        parts.append(
            f"Del inicio de la gestación al {day_text(ended)} pasan más de 43 semanas: "
            "revise las dos fechas."
        )
    if pregnancy.due_date_ultrasound is not None and period is not None:
        apart = abs((period - start).days)
        if apart > FAR_APART_DAYS:
            parts.append(
                f"La ecografía y la última regla difieren en {apart} días: "
                "se usa la ecografía; verifique las dos fechas."
            )
    return " ".join(parts)


def _at_the_end(
    status: ServiceStatus, ended: date, lost: bool, not_reached: bool, remark: str
) -> ServiceStatus:
    """What the end of a pregnancy makes of a service that was not received.

    `not_reached`: it would have been expected only later, as after a birth before its time.
    """
    if status.state.is_received:
        return status
    norm, trust = status.why.norm, status.why.trust
    if status.service == BIRTH and not lost:
        text = f"El parto está registrado: {day_text(ended)}."
        why = Why(f"{text} {remark}".rstrip(), norm, trust)
        return status._replace(state=State.DONE, why=why, done_on=ended)
    if not (lost or not_reached):
        return status
    end = ": ya no corresponde." if lost else ", antes de que correspondiera."
    text = f"La gestación terminó el {day_text(ended)}{end}"
    why = Why(f"{text} {remark}".rstrip(), norm, trust)
    return status._replace(state=State.NOT_APPLICABLE, why=why, opens=None, due=None, closes=None)


def _registered(status: ServiceStatus) -> ServiceStatus:
    """A child in the register counts as registered, on a day nobody recorded."""
    if status.state.is_received:
        return status
    why = Why("El recién nacido ya está en el padrón.", status.why.norm, status.why.trust)
    return status._replace(state=State.DONE, why=why)


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
            state = State.DUE if index == len(events) and row.service != BIRTH else State.NOT_YET
        facts.state, facts.event, facts.counted = state, event, Anchor.PREGNANCY
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
