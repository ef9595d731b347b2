"""Who an indicator measures: the person's days, or what leaves her out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.ages import Ages
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import profile_of
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.haemoglobin import assess, is_possible
from juntos_campo.norms.indicators.explain import span
from juntos_campo.norms.indicators.matching import Clock
from juntos_campo.norms.indicators.rules import Denominator, Indicator
from juntos_campo.norms.model import Anchor, Profile
from juntos_campo.norms.pregnancy import last_day, pregnancy_start
from juntos_campo.norms.records import of_pregnancy

_UNKNOWN_BIRTH = "No se conoce el peso ni las semanas al nacer: se toma por nacido a término."


class Measured(NamedTuple):
    """A person of the denominator, or not.

    Attributes:
        clock: her days; None when she is not measured.
        events: her records that the indicator may count.
        text: Spanish; why she is not measured, or what was taken for granted (may be empty).
    """

    clock: Clock | None
    events: tuple[ServiceEvent, ...]
    text: str


def measured(
    indicator: Indicator,
    member: Member,
    pregnancy: Pregnancy | None,
    events: Sequence[ServiceEvent],
    on: date,
    *,
    book: RuleBook | None,
    altitude_m: int | None,
) -> Measured:
    """Look whether a person belongs to the denominator; `events` are her own up to `on`, in order."""
    if member.left_on is not None and member.left_on <= on:
        return _out(f"Dejó el hogar el {day_text(member.left_on)}.")
    if indicator.anchor is Anchor.PREGNANCY:
        return _pregnant(pregnancy, events, on)
    own = tuple(event for event in events if not event.pregnancy_id)
    who, birth = indicator.denominator, member.birth_date
    reason = _age(who, birth, on) or _born(who, member)
    if reason:
        return _out(reason)
    if indicator.anchor is Anchor.BIRTH:
        return Measured(Clock(Ages(birth), on), own, _taken_for_granted(who, member))
    return _anaemic(who, member, own, on, book=book, altitude_m=altitude_m)


def _out(text: str) -> Measured:
    return Measured(None, (), text)


def _age(who: Denominator, birth: date, on: date) -> str:
    if birth > on:
        return f"Nació el {day_text(birth)}, después del día de la medición."
    young = who.from_age is not None and on < who.from_age.after(birth)
    old = who.until_age is not None and on > who.until_age.after(birth)
    if not (young or old):
        return ""
    days = count((on - birth).days, "día")
    return f"El {day_text(on)} tiene {days}: se mide {span(who.from_age, who.until_age)}."


def _born(who: Denominator, member: Member) -> str:
    grams, weeks = member.birth_weight_g, member.gestation_weeks
    if grams is not None and who.out_below_g is not None and grams < who.out_below_g:
        return f"Nació con {grams} g: sale del indicador con menos de {who.out_below_g} g."
    if weeks is not None and who.out_below_weeks is not None and weeks < who.out_below_weeks:
        return (
            f"Nació a las {weeks} semanas: sale del indicador antes de las {who.out_below_weeks}."
        )
    if who.in_g is None and who.in_weeks is None:
        return ""
    if _within(grams, who.in_g) or _within(weeks, who.in_weeks):
        return ""
    if grams is None and weeks is None:
        return "No se conoce el peso ni las semanas al nacer."
    wanted = [f"de {low} a {high} g" for low, high in (who.in_g,) if who.in_g] if who.in_g else []
    if who.in_weeks:
        wanted.append(f"de {who.in_weeks[0]} a {who.in_weeks[1]} semanas")
    return f"Mide solo a quienes nacieron {' o '.join(wanted)}."


def _within(value: int | None, limits: tuple[int, int] | None) -> bool:
    return value is not None and limits is not None and limits[0] <= value <= limits[1]


def _taken_for_granted(who: Denominator, member: Member) -> str:
    excludes = who.out_below_g is not None or who.out_below_weeks is not None
    unknown = member.birth_weight_g is None and member.gestation_weeks is None
    return _UNKNOWN_BIRTH if excludes and unknown else ""


def _pregnant(pregnancy: Pregnancy | None, events: Sequence[ServiceEvent], on: date) -> Measured:
    start = pregnancy_start(pregnancy) if pregnancy is not None else None
    end = last_day(pregnancy) if pregnancy is not None else None
    if pregnancy is None:
        return _out("No hay una gestación que medir.")
    if start is None or end is None:
        return _out("La gestación no tiene fecha de última regla ni ecografía: no se puede medir.")
    if start > on:
        return _out(f"La gestación empieza el {day_text(start)}, después del día de la medición.")
    ended = pregnancy.ended_on is not None and pregnancy.ended_on <= on
    if ended and pregnancy.outcome is PregnancyOutcome.LOSS:
        return _out(f"La gestación terminó en pérdida el {day_text(end)}.")
    if end < start:
        return _out("La gestación termina antes de empezar: corrija una de las dos fechas.")
    own = tuple(of_pregnancy(events, pregnancy, start, end))
    return Measured(Clock(Ages(start), on, end, ended), own, "")


def _anaemic(
    who: Denominator,
    member: Member,
    events: tuple[ServiceEvent, ...],
    on: date,
    *,
    book: RuleBook | None,
    altitude_m: int | None,
) -> Measured:
    """The first haemoglobin within the ages of the definition that shows anaemia where she lives."""
    if book is None:
        return _out("Sin las tablas de hemoglobina no se puede saber si tuvo anemia.")
    birth = member.birth_date
    first = who.found_from.after(birth) if who.found_from is not None else birth
    last = who.found_until.after(birth) if who.found_until is not None else date.max
    for event in events:
        if event.service != "HB" or not first <= event.on <= last or not is_possible(event.value):
            continue
        found = assess(
            event.value or 0.0,
            birth=birth,
            sex=member.sex,
            on=event.on,
            altitude_m=altitude_m,
            preterm=profile_of(member) is Profile.SMALL,
            book=book,
        )
        if found.level.is_anaemia:
            told = " ".join(text for text in (found.why.text, found.note) if text)
            return Measured(Clock(Ages(event.on), on), events, told)
    ages = span(who.found_from, who.found_until)
    return _out(f"No hay un dosaje con anemia {ages}." if ages else "No hay un dosaje con anemia.")
