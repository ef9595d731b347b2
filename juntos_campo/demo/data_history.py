"""Five years of invented services: on time, late, missed and lost, as a rural zone lives them.

A child meets the health facility at its growth controls (the dates follow the norm in force on the
day); whatever vaccine, iron or haemoglobin is due by then is given there, if there is stock. A
household that comes late or not at all therefore loses what has a closing date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from juntos_campo.demo.data_families import Person
from juntos_campo.demo.data_growth import Body, is_low
from juntos_campo.domain.calendar import add_months

NTS_238_SINCE = date(2025, 10, 18)
HEXA_SINCE = date(2026, 6, 13)
YEARS_OF_HISTORY = 5

TREATED = 0.86
"""Anaemic children who get iron afterwards."""
CONTROLLED, SECOND_DELIVERY, FINISHED = 0.86, 0.93, 0.9
"""Of those, tested again after three months; of those, given iron again, and six months long."""

_OLD_MONTHS = (*range(1, 12), 12, 14, 16, 18, 20, 22, *range(24, 60, 3), *range(60, 144, 12))
_NEW_MONTHS = (1, 2, 3, 4, 6, 7, 9, 12, 15, 18, 21, *range(24, 60, 6), *range(60, 144, 12))
_OLD_NEWBORN = (3, 7, 14, 21)
_NEW_NEWBORN = (4, 9, 17)


@dataclass(frozen=True, slots=True)
class Event:
    """A service received; None where the record carries no figure."""

    service: str
    on: date
    number: int = 0
    value: float | None = None
    weight_kg: float | None = None
    height_cm: float | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose: from which age (days), how long after the one before, until which age (days)."""

    service: str
    number: int
    from_day: int
    gap: int = 0
    until_day: int = 100_000


_DOSES: tuple[tuple[Dose, ...], ...] = (
    (Dose("BCG", 1, 0, 0, 364),),
    (Dose("HVB", 1, 0, 0, 1),),
    (Dose("PENTA", 1, 60), Dose("PENTA", 2, 120, 28), Dose("PENTA", 3, 181, 28)),
    (
        Dose("IPV", 1, 60),
        Dose("IPV", 2, 120, 28),
        Dose("IPV", 3, 181, 28),
        Dose("IPV", 4, 546, 180),
    ),
    (Dose("NEUMO", 1, 60), Dose("NEUMO", 2, 120, 28), Dose("NEUMO", 3, 365, 56)),
    (Dose("ROTA", 1, 60, 0, 180), Dose("ROTA", 2, 120, 28, 240)),
    (
        Dose("INFLUENZA", 1, 181),
        Dose("INFLUENZA", 2, 212, 28),
        Dose("INFLUENZA", 3, 365, 150),
        Dose("INFLUENZA", 4, 730, 200),
        Dose("INFLUENZA", 5, 1095, 200),
        Dose("INFLUENZA", 6, 1460, 200),
    ),
    (Dose("SPR", 1, 365), Dose("SPR", 2, 546, 28)),
    (Dose("VARICELA", 1, 365),),
    (Dose("AMA", 1, 455),),
    (Dose("HVA", 1, 455),),
    (Dose("DPT", 1, 546, 0), Dose("DPT", 2, 1460, 180)),
    (Dose("APO", 5, 1460),),
    (Dose("VPH", 1, 3290, 0, 5_100),),
)
"""One chain a vaccine, for inventing histories only; what is due is a matter of the rule packs."""

_HB_DAYS = (
    181,
    270,
    365,
    546,
    730,
    910,
    1095,
    1280,
    1460,
    1640,
    1826,
    2190,
    2556,
    2920,
    3287,
    3650,
    4015,
)


def control_dates(birth: date, today: date) -> Iterator[date]:
    """Ideal dates of the growth controls, each by the norm in force on that date."""
    for day in (*_OLD_NEWBORN, *_NEW_NEWBORN):
        on = birth + timedelta(days=day)
        if on <= today and (day in _NEW_NEWBORN) == (on >= NTS_238_SINCE):
            yield on
    for months in sorted({*_OLD_MONTHS, *_NEW_MONTHS}):
        on = add_months(birth, months)
        norm = _NEW_MONTHS if on >= NTS_238_SINCE else _OLD_MONTHS
        if on <= today and months in norm:
            yield on


def _contacts(rng: Random, person: Person, today: date, care: float) -> list[date]:
    """The days on which the child was really taken: some late, some never, none too close."""
    found: list[date] = []
    for ideal in control_dates(person.birth, today):
        age = (ideal - person.birth).days
        slack = 1.0 if age < 730 else 0.93 if age < 1_826 else 0.8
        if rng.random() > (0.5 + 0.47 * care) * slack:
            continue
        if age < 28:
            late = rng.choice((0, 0, 1, 2))
        elif rng.random() < 0.35 + 0.55 * care:
            late = rng.randint(0, 9)
        else:
            late = round(10 + rng.expovariate(1 / 24))
        on = ideal + timedelta(days=late)
        gap = 5 if age < 28 else 8 if age < 45 else 24
        if on <= today and (not found or (on - found[-1]).days >= gap):
            found.append(on)
    return found


def _vaccines(rng: Random, birth: date, contacts: list[date], care: float) -> Iterator[Event]:
    """Give at each contact every dose that is possible; about one in twenty is out of stock."""
    at_birth = birth + timedelta(days=rng.choice((0, 0, 1)))
    born_in_facility = rng.random() < 0.82 + 0.17 * care
    days = [at_birth, *contacts] if born_in_facility else contacts
    for chain in _DOSES:
        given: date | None = None
        waiting = list(chain)
        for on in days:
            age = (on - birth).days
            while waiting and age > waiting[0].until_day:
                waiting.pop(0)
            if not waiting:
                break
            dose = waiting[0]
            too_soon = given is not None and (on - given).days < dose.gap
            if age < dose.from_day or too_soon or rng.random() < 0.06:
                continue
            given = on
            waiting.pop(0)
            service = dose.service
            if service == "PENTA" and on >= HEXA_SINCE and birth.day % 3 == 0:
                service = "HEXA"
            yield Event(service, on, dose.number)


def _blood_and_iron(
    rng: Random, person: Person, body: Body, contacts: list[date], altitude_m: int
) -> Iterator[Event]:
    """Haemoglobin at its ages, iron in its months, and what follows when a child is anaemic."""
    waiting = list(_HB_DAYS)
    last_iron: date | None = None
    for on in contacts:
        age = (on - person.birth).days
        due = [day for day in waiting if age >= day]
        if due and rng.random() < 0.86:
            waiting = [day for day in waiting if day > age]
            value = body.blood(rng, age, altitude_m)
            yield Event("HB", on, value=value)
            if is_low(value, age, altitude_m):
                if rng.random() < TREATED:
                    treatment = list(_treatment(rng, person, body, on, altitude_m))
                    last_iron = treatment[-1].on
                    reached = (treatment[0].on - person.birth).days
                    waiting = [day for day in waiting if day > reached]
                    yield from treatment
                continue
        course = 118 <= age < 365 or 455 <= age < 640 or (age >= 730 and age % 365 < 190)
        rest = 28 if age < 365 else 150
        rested = last_iron is None or (on - last_iron).days >= rest
        stocked = 0.84 if age < 1_826 else 0.5
        if course and rested and rng.random() < stocked:
            last_iron = on
            yield Event("IRON", on)


def _treatment(
    rng: Random, person: Person, body: Body, found: date, altitude_m: int
) -> Iterator[Event]:
    """Iron from soon after the test, mostly a control after three months, mostly to its end."""
    start = found + timedelta(days=rng.choice((0, 0, 0, 2, 5, 9)))
    if rng.random() < CONTROLLED:
        on = start + timedelta(days=rng.randint(90, 119))
        value = body.blood(rng, (on - person.birth).days, altitude_m) + rng.uniform(0.5, 1.6)
        yield Event("HB", on, value=round(value, 1))
    yield Event("IRON", start)
    if rng.random() > SECOND_DELIVERY:
        return
    yield Event("IRON", start + timedelta(days=rng.randint(25, 45)))
    for month in range(2, 5):
        if rng.random() < 0.12:
            yield Event("IRON", start + timedelta(days=30 * month))
    if rng.random() < FINISHED:
        yield Event("IRON", start + timedelta(days=rng.randint(170, 195)))


def _screenings(rng: Random, birth: date, contacts: list[date]) -> Iterator[Event]:
    """Screening of development at the growth controls, since the norm in force asks for it."""
    for service, first_months, share in (
        ("EDI", (1, 6, 9, 18, 30, 42, 60), 0.8),
        ("MCHAT", (24,), 0.6),
    ):
        ends = (*first_months[1:], 72) if service == "EDI" else (30,)
        for number, (start, end) in enumerate(zip(first_months, ends, strict=True), 1):
            opens = max(add_months(birth, start), NTS_238_SINCE)
            on = next((day for day in contacts if opens <= day < add_months(birth, end)), None)
            if on is not None and rng.random() < share:
                yield Event(service, on, number)


def child_history(
    rng: Random, person: Person, today: date, care: float, altitude_m: int
) -> list[Event]:
    """Services of a child in the last five years, oldest first. `care`: 0 never goes, 1 always."""
    body = Body.draw(rng, person.sex, person.birth_weight_g)
    contacts = _contacts(rng, person, today, care)
    events = []
    for on in contacts:
        weight, height = body.measure(rng, (on - person.birth).days)
        events.append(Event("CRED", on, weight_kg=weight, height_cm=height))
    events += _vaccines(rng, person.birth, contacts, care)
    events += _blood_and_iron(rng, person, body, contacts, altitude_m)
    events += _screenings(rng, person.birth, contacts)
    if person.documented_on is not None and person.document_kind == "DNI":
        events.append(Event("DNI", person.documented_on))
    return _recent(events, today)


def pregnancy_history(
    rng: Random, woman: Person, today: date, care: float, altitude_m: int
) -> list[Event]:
    """Prenatal services of her pregnancy, oldest first; one woman in ten has none yet."""
    start, captured = woman.last_period, woman.captured_on
    if start is None or captured is None or rng.random() < 0.1:
        return []
    body = Body.draw(rng, "F", None)
    events: list[Event] = []
    on = captured + timedelta(days=rng.randint(0, 12))
    number = 0
    while on <= min(today, woman.ended_on or today):
        week = (on - start).days // 7
        number += 1
        events.append(Event("APN", on, number))
        if number == 1:
            events += [
                Event(service, on)
                for service in ("SYPHILIS", "HIV", "URINE")
                if rng.random() < 0.72 + 0.25 * care
            ]
        if number in (1, 4, 6) and rng.random() < 0.9:
            events.append(Event("HB", on, value=body.blood(rng, 1_500, altitude_m)))
        if week >= 13 and rng.random() < 0.9:
            events.append(Event("IRON_FOLIC", on))
        step = 28 if week < 32 else 14 if week < 36 else 7
        missed = 0 if rng.random() < 0.55 + 0.4 * care else rng.randint(12, 45)
        on += timedelta(days=step + rng.randint(0, 4) + missed)
    return _recent(events, today)


def _recent(events: list[Event], today: date) -> list[Event]:
    since = add_months(today, -12 * YEARS_OF_HISTORY)
    once = {
        (event.on, event.service, event.number): event
        for event in events
        if since <= event.on <= today
    }
    return [once[key] for key in sorted(once)]
