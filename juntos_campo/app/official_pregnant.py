"""Rows of Formato Salud 03: the pregnant women of a health facility.

A woman has one row: her running pregnancy, else the last one that ended in the bimester.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from juntos_campo.app.form_roster import (
    PREGNANCY,
    Facts,
    Known,
    Listed,
    belongs,
    events_by_member,
    households_listed,
    in_order,
    members_of,
    month_facts,
    register_facts,
    service_facts,
)
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.pregnancy import last_day, pregnancy_start
from juntos_campo.norms.records import of_pregnancy
from juntos_campo.store.roster import pregnancies_until

FORGOTTEN = timedelta(days=2 * 366)
"""A pregnancy that nobody ended says nothing of a woman years later."""
_TESTS = ("HB", "SYPHILIS", "HIV", "URINE")
_REGISTER = "el registro de la gestación"


def pregnant_of(session: Session, bimester: Bimester, facility_id: str = "") -> list[Listed]:
    """Women pregnant at some time of the bimester, also those whose pregnancy ended in it."""
    pregnancies = _of_bimester(pregnancies_until(session.store, bimester.start), session, bimester)
    members = session.store.get_many(Member, pregnancies)
    here = [one for one in members.values() if belongs(one, bimester)]
    if facility_id:
        here = [one for one in here if _place(one, pregnancies[one.id]) == facility_id]
    households = households_listed(session, here)
    return in_order(
        Listed(
            key=member.id,
            place_id=_place(member, pregnancies[member.id]),
            name=member.full_name,
            member=member,
            household=households[member.household_id],
            pregnancy=pregnancies[member.id],
        )
        for member in here
        if member.household_id in households
    )


def pregnant_of_record(
    session: Session, cells: Mapping[str, Answer], name: str, bimester: Bimester
) -> list[Listed]:
    """The women a saved form holds, with their pregnancy as it is known now."""
    listed = members_of(session, cells, name)
    found = session.store.find_in(Pregnancy, "member_id", (one.key for one in listed))
    pregnancies = _of_bimester(found, session, bimester)
    return [replace(one, pregnancy=pregnancies.get(one.key)) for one in listed]


def pregnant_facts(
    session: Session, listed: Sequence[Listed], bimester: Bimester, form_record_id: str
) -> dict[str, Facts]:
    """Register, dating, services of each month, and the last of each test in the pregnancy."""
    events = events_by_member(session, listed, form_record_id)
    day = min(bimester.end, session.today)
    facts: dict[str, Facts] = {}
    for one in listed:
        if one.member is None:
            continue
        found = register_facts(one.member, one.household, day)
        if one.pregnancy is not None:
            own = _own(events.get(one.key, ()), one.pregnancy)
            found |= _dating(one.pregnancy, bimester) | month_facts(own, bimester)
            for event in own:
                if event.service in (*_TESTS, "BIRTH") and event.on <= bimester.end:
                    found |= _last_known(event)
        facts[one.key] = found
    return facts


def _place(member: Member, pregnancy: Pregnancy) -> str:
    """Where the pregnancy is looked after; else the facility of the register."""
    return pregnancy.facility_id or member.facility_id


def _of_bimester(
    pregnancies: Iterable[Pregnancy], session: Session, bimester: Bimester
) -> dict[str, Pregnancy]:
    """Member id -> the pregnancy this bimester asks about."""
    until = min(bimester.end, session.today)
    found: dict[str, Pregnancy] = {}
    for one in pregnancies:
        start = pregnancy_start(one) or one.captured_on
        if start is not None and start > until:
            continue
        if one.ended_on is not None and one.ended_on < bimester.start:
            continue
        if one.ended_on is None and start is not None and until - start > FORGOTTEN:
            continue
        other = found.get(one.member_id)
        if other is None or _later(one) > _later(other):
            found[one.member_id] = one
    return found


def _later(pregnancy: Pregnancy) -> tuple[date, date]:
    """A running pregnancy comes after an ended one, of two running ones the later begun."""
    return pregnancy.ended_on or date.max, pregnancy_start(pregnancy) or date.min


def _own(events: Iterable[ServiceEvent], pregnancy: Pregnancy) -> list[ServiceEvent]:
    start, end = pregnancy_start(pregnancy), last_day(pregnancy)
    return list(of_pregnancy(events, pregnancy, start, end))


def _last_known(event: ServiceEvent) -> Facts:
    """A later test does not contradict this one; another day of birth does."""
    facts = service_facts(event, PREGNANCY)
    if event.service == "BIRTH":
        return facts
    return {name: replace(known, rules=False) for name, known in facts.items()}


def _dating(pregnancy: Pregnancy, bimester: Bimester) -> Facts:
    """Dates of the pregnancy; what ended it later than the bimester is for a later form."""
    facts: Facts = {}
    ended = pregnancy.ended_on
    if ended is not None and ended > bimester.end:
        ended = None
    days = {
        "pregnancy.last_period": pregnancy.last_period,
        "pregnancy.due_date_ultrasound": pregnancy.due_date_ultrasound,
    }
    if pregnancy.outcome is PregnancyOutcome.LOSS:
        days["pregnancy.lost_on"] = ended
    else:
        days["BIRTH.on@p"] = ended
    for name, day in days.items():
        if day is not None:
            facts[name] = Known(day.isoformat(), _REGISTER)
    return facts
