"""What is due to one person on one day: rule book and records in, states out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind
from juntos_campo.norms.ages import Ages
from juntos_campo.norms.book import AHEAD_DAYS, RuleBook, slots_of
from juntos_campo.norms.episodes import HB, latest_episode
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.maternal import after_birth, of_pregnancy
from juntos_campo.norms.model import Anchor, Profile, ServiceStatus, State, Why
from juntos_campo.norms.records import accepted, by_service, event_order
from juntos_campo.norms.schedule import Standing, run_family

LOW_BIRTH_WEIGHT_G = 2500
TERM_WEEKS = 37
DNI = "DNI"
CHILD_DAYS = 6 * 366
"""Up to this age a DNI already held is worth listing among the services."""

_FUTURE_BIRTH = "La fecha de nacimiento es posterior a hoy: corríjala con una solicitud."
_UNKNOWN_WEIGHT = "No se conoce el peso al nacer: se usa el esquema de nacido a término."


def services_of(
    member: Member,
    pregnancy: Pregnancy | None,
    events: Iterable[ServiceEvent],
    book: RuleBook,
    today: date,
    *,
    altitude_m: int | None = None,
    household_births: Collection[date] = (),
    with_received: bool = True,
) -> tuple[ServiceStatus, ...]:
    """Every service that some norm expects of this member now, in its recent past or within a year.

    Args:
        pregnancy: the one to be judged, running or ended; None for everybody else. After a birth what
            is due to her and the newborn is listed too.
        events: the member's records in any order; those after `today` are not seen.
        altitude_m: of the place of residence; without it haemoglobin is judged as measured.
        household_births: births of the children of her household, to see whether the newborn is among
            them.
        with_received: False leaves out what was received, for who only asks what is missing: most of
            what a child is expected to receive is.

    Returns:
        One status per key, in a fixed order; empty for somebody who left the household.
    """
    if member.left_on is not None and member.left_on <= today:
        return ()
    own = [event for event in events if event.on <= today and event.member_id == member.id]
    own.sort(key=event_order)
    statuses: list[ServiceStatus] = []
    if (today - member.birth_date).days <= book.oldest_days:
        statuses += _of_birth(member, own, book, today, with_received)
    if any(event.service == HB for event in own):
        statuses += _of_anaemia(member, own, book, today, altitude_m)
    if pregnancy is not None:
        statuses += of_pregnancy(member, pregnancy, own, book, today)
        statuses += after_birth(member, pregnancy, own, book, today, household_births)
    if not with_received:
        statuses = [one for one in statuses if not one.state.is_received]
    return tuple(statuses)


def profile_of(member: Member) -> Profile:
    """TERM or SMALL (under 2500 g or 37 weeks); an unknown birth weight counts as term."""
    weight, weeks = member.birth_weight_g, member.gestation_weeks
    small = (weight is not None and weight < LOW_BIRTH_WEIGHT_G) or (
        weeks is not None and weeks < TERM_WEEKS
    )
    return Profile.SMALL if small else Profile.TERM


def _of_birth(
    member: Member,
    events: Sequence[ServiceEvent],
    book: RuleBook,
    today: date,
    with_received: bool,
) -> list[ServiceStatus]:
    birth, profile = member.birth_date, profile_of(member)
    age_days = (today - birth).days
    unknown = member.birth_weight_g is None and member.gestation_weeks is None
    grouped = by_service(event for event in events if not event.pregnancy_id)
    has_dni = member.document_kind is DocumentKind.DNI and bool(member.document_number.strip())
    standing, ages = Standing(), Ages(birth)
    statuses: list[ServiceStatus] = []
    for family in book.of_birth[profile]:
        if age_days > family.shown_days or family.opens_days > age_days + AHEAD_DAYS:
            continue
        if family.service == DNI and age_days > CHILD_DAYS and has_dni:
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
            accepted(family, grouped),
            standing,
            anchor=birth,
            today=today,
            remark=remark,
            with_received=with_received,
        )
        statuses += _identity(found) if family.service == DNI and has_dni else found
    return statuses


def _of_anaemia(
    member: Member,
    events: Sequence[ServiceEvent],
    book: RuleBook,
    today: date,
    altitude_m: int | None,
) -> list[ServiceStatus]:
    """The treatment of the last episode of anaemia; what is missing when it ended is not asked for."""
    families = book.counted_from[Anchor.ANAEMIA]
    own = [event for event in events if not event.pregnancy_id]
    episode = latest_episode(
        member,
        own,
        families,
        book,
        today=today,
        altitude_m=altitude_m,
        preterm=profile_of(member) is Profile.SMALL,
    )
    if episode is None:
        return []
    opened, closed = episode.opened, episode.closed
    last = closed.on if closed is not None else today
    grouped = by_service(
        event for event in own if opened.on <= event.on <= last and event.id != opened.id
    )
    standing, ages = Standing(), Ages(opened.on)
    statuses: list[ServiceStatus] = []
    for family in families:
        statuses += run_family(
            family,
            slots_of(family, ages, today, member.sex),
            accepted(family, grouped),
            standing,
            anchor=opened.on,
            today=today,
            remark=" ".join(
                text for text in (episode.assessment.why.text, episode.assessment.note) if text
            ),
        )
    return [_cured(status, closed.on) for status in statuses] if closed is not None else statuses


def _cured(status: ServiceStatus, on: date) -> ServiceStatus:
    if status.state.is_received:
        return status
    why = Why(
        f"El dosaje del {day_text(on)} salió sin anemia: ya no corresponde.",
        status.why.norm,
        status.why.trust,
    )
    return status._replace(state=State.NOT_APPLICABLE, why=why, opens=None, due=None, closes=None)


def _identity(found: list[ServiceStatus]) -> list[ServiceStatus]:
    """A DNI in the register counts as received, on a day nobody recorded; one without number is none."""
    return [
        status
        if status.state.is_received
        else status._replace(
            state=State.DONE,
            why=Why("Ya tiene DNI, según el padrón.", status.why.norm, status.why.trust),
        )
        for status in found
    ]
