"""Early capture: whether a pregnancy or a newborn was known to the programme in time. Pure.

No record says on what day a child was registered. It is told from what is recorded: a newborn's
registration, the pregnancy it was born of, or a household that joined too late. Otherwise it is
unknown, and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from juntos_campo.domain.entities import Household, Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.pregnancy import gestational_days, trimester_of
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.rules import ChildhoodRules

NEWBORN = "NEWBORN"
"""Code of the service "registro del recién nacido": of the child, or of the mother after birth."""


@dataclass(frozen=True, slots=True)
class Capture:
    """`in_time` is None when it is not known; `text` is a Spanish sentence."""

    in_time: bool | None
    text: str


def capture_of_pregnancy(pregnancy: Pregnancy, rules: ChildhoodRules) -> Capture:
    """Whether a pregnancy was captured in the trimester that gives the right to the transfer."""
    on = pregnancy.captured_on
    if on is None:
        return Capture(None, "No se conoce cuándo se captó la gestación.")
    days = gestational_days(pregnancy, on)
    if days is None or days < 0:
        text = f"La gestación se captó el {day_text(on)}, pero no se conoce su inicio."
        return Capture(None, text)
    trimester = trimester_of(days)
    text = f"La gestación se captó el {day_text(on)}, en el trimestre {trimester}"
    if trimester <= rules.trimester:
        return Capture(True, f"{text}.")
    return Capture(False, f"{text}: debía ser hasta el trimestre {rules.trimester}.")


def capture_of_child(child: Member, case: HouseholdCase, rules: ChildhoodRules) -> Capture:
    """Whether a child was captured within the days after birth that give the right."""
    births = [
        one
        for one in case.pregnancies
        if one.ended_on == child.birth_date and one.outcome is PregnancyOutcome.BIRTH
    ]
    if any(capture_of_pregnancy(one, rules).in_time for one in births):
        return Capture(True, "Nació de una gestación captada a tiempo.")
    registered = _registered(child, births, case)
    if registered is not None:
        days = (registered.on - child.birth_date).days
        text = f"Se registró el {day_text(registered.on)}, a los {days} días de nacido"
        if days <= rules.newborn_days:
            return Capture(True, f"{text}.")
        return Capture(False, f"{text}: debía ser hasta los {rules.newborn_days} días.")
    if _joined_late(case.household, child, rules):
        joined = case.household.affiliated_on
        text = f"El hogar se afilió el {day_text(joined)}" if joined else "El hogar se afilió"
        return Capture(False, f"{text}, más de {rules.newborn_days} días después de que nació.")
    return Capture(None, "No se conoce cuándo se captó a la niña o al niño.")


def _registered(
    child: Member, births: Sequence[Pregnancy], case: HouseholdCase
) -> ServiceEvent | None:
    """The first registration of this newborn, of the child or of the mother who gave birth that day."""
    found: list[ServiceEvent] = [*_newborn(case.events.get(child.id, ()), child)]
    for birth in births:
        found += _newborn(case.events.get(birth.member_id, ()), child)
    return min(found, key=lambda one: (one.on, one.id), default=None)


def _newborn(events: Iterable[ServiceEvent], child: Member) -> Iterable[ServiceEvent]:
    within = timedelta(days=366)
    return (
        one
        for one in events
        if one.service == NEWBORN and timedelta(0) <= one.on - child.birth_date <= within
    )


def _joined_late(household: Household, child: Member, rules: ChildhoodRules) -> bool:
    joined = household.affiliated_on
    return joined is not None and (joined - child.birth_date).days > rules.newborn_days
