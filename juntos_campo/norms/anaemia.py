"""What the recorded haemoglobin of one member says: the last measurement, judged where she lives. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import profile_of
from juntos_campo.norms.haemoglobin import HbAssessment, assess, is_possible
from juntos_campo.norms.model import Profile
from juntos_campo.norms.pregnancy import gestational_days, last_day, trimester_of
from juntos_campo.norms.residence import Residence

PUERPERIUM_DAYS = 42
"""Six weeks after a birth, as generally known (no text was read); its cut-offs are those of any woman."""
_IRON = frozenset(("IRON", "IRON_FOLIC"))


@dataclass(frozen=True, slots=True)
class HbFinding:
    """One recorded haemoglobin and what it means.

    Attributes:
        treated_on: first day on or after the measurement with a record of iron; None when there is none.
        adjusted: the altitude of the residence is known.
    """

    event: ServiceEvent
    assessment: HbAssessment
    treated_on: date | None
    adjusted: bool


def assess_value(
    value: float,
    on: date,
    member: Member,
    pregnancy: Pregnancy | None,
    *,
    residence: Residence,
    book: RuleBook,
) -> HbAssessment:
    """Judge one figure of one member on one day; `pregnancy`: the one it may belong to, running or ended.

    Raises:
        UserError: NRM-020, NRM-021.
    """
    trimester, puerpera = _condition(pregnancy, on)
    return assess(
        value,
        birth=member.birth_date,
        sex=member.sex,
        on=on,
        altitude_m=residence.altitude_m,
        trimester=trimester,
        puerpera=puerpera,
        preterm=profile_of(member) is Profile.SMALL,
        book=book,
        place=residence.text,
    )


def _condition(pregnancy: Pregnancy | None, on: date) -> tuple[int | None, bool]:
    """(trimester, puerpera) of a woman on a day; (None, False) when neither."""
    if pregnancy is None:
        return None, False
    ended = pregnancy.ended_on
    if ended is not None and on > ended:
        born = pregnancy.outcome is not PregnancyOutcome.LOSS
        return None, born and (on - ended).days <= PUERPERIUM_DAYS
    days, end = gestational_days(pregnancy, on), last_day(pregnancy)
    if days is None or days < 0 or (end is not None and on > end):
        return None, False
    return trimester_of(days), False


def pregnancy_on(pregnancies: Iterable[Pregnancy], on: date) -> Pregnancy | None:
    """The one that makes her pregnant or puerpera on a day; None when none does."""
    return next((one for one in pregnancies if _condition(one, on) != (None, False)), None)


def last_measurement(events: Iterable[ServiceEvent], today: date) -> ServiceEvent | None:
    """The latest haemoglobin with a possible figure; of two on one day the lower, which needs more care."""
    last: ServiceEvent | None = None
    for event in events:
        if event.service != "HB" or event.on > today or not is_possible(event.value):
            continue
        if last is None or (event.on, -(event.value or 0.0)) > (last.on, -(last.value or 0.0)):
            last = event
    return last


def last_finding(
    member: Member,
    pregnancy: Pregnancy | None,
    events: Iterable[ServiceEvent],
    *,
    residence: Residence,
    book: RuleBook,
    today: date,
    within_days: int,
) -> HbFinding | None:
    """What the last haemoglobin of the past `within_days` means; None when there is none."""
    own = events if isinstance(events, tuple) else tuple(events)
    last = last_measurement(own, today)
    if last is None or today - last.on > timedelta(days=within_days) or last.on < member.birth_date:
        return None
    assessment = assess_value(
        last.value or 0.0, last.on, member, pregnancy, residence=residence, book=book
    )
    iron = [event.on for event in own if event.service in _IRON and last.on <= event.on <= today]
    known = residence.altitude_m is not None
    return HbFinding(last, assessment, min(iron, default=None), known)
