"""Rows of the official forms: who is listed, and the words for what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import (
    Answer,
    Household,
    Member,
    Pregnancy,
    SchoolYear,
    ServiceEvent,
)
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.domain.spanish import age_text, fold
from juntos_campo.domain.values import DocumentKind, ProgrammeState, ServiceSource

SOURCE_TEXT = {
    ServiceSource.HEALTH_SYSTEM: "el sistema de salud",
    ServiceSource.HEALTH_CARD: "el carné, copiado en una visita,",
    ServiceSource.OFFICIAL_FORM: "otro formato de salud",
    ServiceSource.REPORTED: "la familia",
}
PREGNANCY = "p"
"""Stands for the month in the name of a service that is looked for in the whole pregnancy."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer the register or a record gives.

    Attributes:
        source: who says so, for a sentence; empty for the register.
        rules: another answer contradicts it; False for what may change from bimester to bimester.
    """

    answer: Answer
    source: str = ""
    rules: bool = True


Facts = dict[str, Known]
"""What is known of one row, by the names the column ``bind::jc:known`` uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of an official form.

    Attributes:
        key: of the row; the member's id where it is about a member.
        place_id: the facility or school that has this person.
        name: to sort by and to find the row again.
        pregnancy, year: the one this form asks about.
    """

    key: str
    place_id: str
    name: str
    member: Member | None = None
    household: Household | None = None
    pregnancy: Pregnancy | None = None
    year: SchoolYear | None = None


def households_listed(session: Session, members: Iterable[Member]) -> dict[str, Household]:
    """The households of these members that forms are kept for: those affiliated."""
    left = (ProgrammeState.DISAFFILIATED, ProgrammeState.IN_AFFILIATION)
    found = session.store.get_many(Household, (one.household_id for one in members))
    return {key: one for key, one in found.items() if one.programme_state not in left}


def belongs(member: Member, bimester: Bimester) -> bool:
    """Who left before the bimester began is not listed, who left within it is."""
    return member.left_on is None or member.left_on >= bimester.start


def in_order(listed: Iterable[Listed]) -> list[Listed]:
    """As on paper: by name."""
    return sorted(listed, key=lambda one: (fold(one.name), one.key))


def rows_of(cells: Mapping[str, Answer]) -> list[str]:
    """Keys of the rows a saved form holds, in the order in which it names them."""
    rows = (address.rpartition("/")[0] for address in cells if not address.startswith("#"))
    return list(dict.fromkeys(row for row in rows if row))


def members_of(session: Session, cells: Mapping[str, Answer], name: str) -> list[Listed]:
    """The members a saved form holds, in the order of its paper; who is not here any more is not
    among them. `name` is the column with their names."""
    members = session.store.get_many(Member, sorted(rows_of(cells)))
    households = session.store.get_many(Household, (one.household_id for one in members.values()))
    return in_order(
        Listed(
            key=member.id,
            place_id="",
            name=str(cells.get(f"{member.id}/{name}") or member.full_name),
            member=member,
            household=households[member.household_id],
        )
        for member in members.values()
        if member.household_id in households
    )


def document_text(member: Member) -> str:
    """``60012345``; other documents with their kind, ``CNV 1234567890``."""
    if not member.document_number or member.document_kind is DocumentKind.NONE:
        return "Sin documento"
    if member.document_kind is DocumentKind.DNI:
        return member.document_number
    return f"{member.document_kind.value} {member.document_number}"


def register_facts(member: Member, household: Household | None, last_day: date) -> Facts:
    """What the register says of a member; the age is that of `last_day`."""
    return {
        "member.full_name": Known(member.full_name),
        "member.document": Known(document_text(member)),
        "member.birth_date": Known(member.birth_date.isoformat()),
        "member.age": Known(age_text(member.birth_date, last_day)),
        "household.code": Known(household.code if household else ""),
    }


def events_by_member(
    session: Session, listed: Iterable[Listed], form_record_id: str
) -> dict[str, list[ServiceEvent]]:
    """Received services up to today, oldest first; what was learnt from this very form is left out."""
    events = session.store.find_in(ServiceEvent, "member_id", (one.key for one in listed))
    found: dict[str, list[ServiceEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda one: (one.on, one.id)):
        own = bool(form_record_id) and event.form_id == form_record_id
        if event.on <= session.today and not own:
            found[event.member_id].append(event)
    return found


def month_facts(events: Iterable[ServiceEvent], bimester: Bimester) -> Facts:
    """``CRED.on@1`` and so on; of several in a month the last one counts. Vaccines stand together."""
    facts: Facts = {}
    vaccines: dict[str, list[ServiceEvent]] = defaultdict(list)
    for event in events:
        if not bimester.contains(event.on):
            continue
        month = "1" if event.on < bimester.months[1] else "2"
        service = SERVICES.get(event.service)
        if service is not None and service.group is ServiceGroup.VACCINE:
            vaccines[month].append(event)
        else:
            facts.update(service_facts(event, month))
    for month, given in vaccines.items():
        source = SOURCE_TEXT[given[-1].source]
        names = (f"{SERVICES[one.service].short} {one.number or ''}".strip() for one in given)
        facts[f"VACCINES.list@{month}"] = Known(", ".join(dict.fromkeys(names)), source)
        facts[f"VACCINES.on@{month}"] = Known(given[-1].on.isoformat(), source)
    return facts


def service_facts(event: ServiceEvent, month: str) -> Facts:
    """Everything one received service says, under the names of a month (or of the pregnancy)."""
    source = SOURCE_TEXT[event.source]
    values: dict[str, Answer] = {
        "on": event.on.isoformat(),
        "number": event.number or None,
        "value": event.value,
        "weight_kg": event.weight_kg,
        "height_cm": event.height_cm,
    }
    return {
        f"{event.service}.{name}@{month}": Known(answer, source) for name, answer in values.items()
    }
