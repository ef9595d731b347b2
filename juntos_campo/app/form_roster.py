"""Who is on the nominal list of a Formato Salud, and what is already known of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester, add_months
from juntos_campo.domain.entities import (
    Answer,
    HealthFacility,
    Household,
    Member,
    ServiceEvent,
)
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.domain.spanish import MONTHS, age_text, bimester_text, fold
from juntos_campo.domain.values import DocumentKind, ProgrammeState, ServiceSource
from juntos_campo.form_engine.definition import Definition
from juntos_campo.store.roster import members_born

UNDER_YEARS = 6
CHILDREN = "ninos"
"""Name of the repeat that holds the children in the form."""
NAME = "nombre"
"""Key of the question that holds a child's name."""

SOURCE_TEXT = {
    ServiceSource.HEALTH_SYSTEM: "el sistema de salud",
    ServiceSource.HEALTH_CARD: "el carné, copiado en una visita,",
    ServiceSource.OFFICIAL_FORM: "otro formato de salud",
    ServiceSource.REPORTED: "la familia",
}


@dataclass(frozen=True, slots=True)
class Known:
    """An answer the register or a recorded service gives.

    Attributes:
        source: who says so, for a sentence; empty for the register.
    """

    answer: Answer
    source: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    member: Member
    household: Household


def children_of(session: Session, bimester: Bimester, facility_id: str = "") -> list[Child]:
    """Children under 6 in the bimester, of active households, ordered as on paper.

    Under 6 means: not yet 6 on the first day of the bimester. A child who left the household before
    the bimester began is not listed, one who left within it is.
    """
    oldest = add_months(bimester.start, -12 * UNDER_YEARS) + timedelta(days=1)
    youngest = min(bimester.end, session.today)
    members = members_born(session.store, oldest, youngest, facility_id)
    here = [one for one in members if one.left_on is None or one.left_on >= bimester.start]
    households = session.store.get_many(Household, (one.household_id for one in here))
    left = (ProgrammeState.DISAFFILIATED, ProgrammeState.IN_AFFILIATION)
    children = [
        Child(member, household)
        for member in here
        if (household := households.get(member.household_id)) is not None
        and household.programme_state not in left
    ]
    return sorted(children, key=lambda one: (fold(one.member.full_name), one.member.id))


def children_of_record(session: Session, cells: Mapping[str, Answer]) -> list[Child]:
    """The children a saved form holds, in the order of its paper; who is not here any more is not
    among them."""
    rows = {address.rpartition("/")[0] for address in cells} - {""}
    members = session.store.get_many(Member, sorted(rows))
    households = session.store.get_many(Household, (one.household_id for one in members.values()))
    children = [
        Child(member, households[member.household_id])
        for member in members.values()
        if member.household_id in households
    ]
    name = f"{{}}/{NAME}"
    return sorted(
        children,
        key=lambda one: (
            fold(str(cells.get(name.format(one.member.id)) or one.member.full_name)),
            one.member.id,
        ),
    )


def recorded_register(definition: Definition, cells: Mapping[str, Answer]) -> dict[str, Known]:
    """The register's data as a saved form holds them."""
    fixed = {one.key for one in definition.questions if one.readonly is not None}
    return {
        address: Known(answer)
        for address, answer in cells.items()
        if address.rpartition("/")[2] in fixed
    }


def document_text(member: Member) -> str:
    """``60012345``; other documents with their kind, ``CNV 1234567890``."""
    if not member.document_number or member.document_kind is DocumentKind.NONE:
        return "Sin documento"
    if member.document_kind is DocumentKind.DNI:
        return member.document_number
    return f"{member.document_kind.value} {member.document_number}"


def known_head(
    session: Session, definition: Definition, facility: HealthFacility, bimester: Bimester
) -> dict[str, Known]:
    """What is known for the head of the form, by address."""
    values: dict[str, Answer] = {
        "facility.name": facility.name,
        "facility.code": facility.code,
        "facility.category": facility.category,
        "facility.micro_network": facility.micro_network,
        "facility.network": facility.network,
        "facility.head": facility.head,
        "bimester.text": bimester_text(bimester).removeprefix("bimestre "),
        "user.name": session.user.full_name,
        "today": min(session.today, bimester.end + timedelta(days=31)).isoformat(),
    }
    for number, first in enumerate(bimester.months, start=1):
        last = add_months(first, 1) - timedelta(days=1)
        values[f"bimester.month{number}.name"] = MONTHS[first.month - 1]
        values[f"bimester.month{number}.start"] = first.isoformat()
        values[f"bimester.month{number}.end"] = last.isoformat()
    return {
        question.key: Known(values[known])
        for question in definition.columns("")
        if values.get(known := question.extra.get("known", "")) not in (None, "")
    }


def known_rows(
    session: Session,
    definition: Definition,
    children: Iterable[Child],
    bimester: Bimester,
    form_record_id: str,
) -> dict[str, Known]:
    """What is known of every child, by address.

    Services that were learnt from this very form (`form_record_id`) are not counted as known.
    """
    listed = list(children)
    events = session.store.find_in(ServiceEvent, "member_id", (child.member.id for child in listed))
    by_member: dict[str, list[ServiceEvent]] = defaultdict(list)
    for event in events:
        own = bool(form_record_id) and event.form_id == form_record_id
        if bimester.contains(event.on) and event.on <= session.today and not own:
            by_member[event.member_id].append(event)
    last_day = min(bimester.end, session.today)
    repeat = next(group.path for group in definition.repeats if group.name == CHILDREN)
    known: dict[str, Known] = {}
    for child in listed:
        values = _register_values(child, last_day)
        values.update(_service_values(by_member[child.member.id], bimester))
        for question in definition.columns(repeat):
            value = values.get(question.extra.get("known", ""))
            if value is not None and value.answer not in (None, ""):
                known[f"{child.member.id}/{question.key}"] = value
    return known


def _register_values(child: Child, last_day: date) -> dict[str, Known]:
    member = child.member
    return {
        "member.full_name": Known(member.full_name),
        "member.document": Known(document_text(member)),
        "member.birth_date": Known(member.birth_date.isoformat()),
        "member.age": Known(age_text(member.birth_date, last_day)),
        "household.code": Known(child.household.code),
    }


def _service_values(events: list[ServiceEvent], bimester: Bimester) -> dict[str, Known]:
    """``CRED.on@1`` and so on; of several in a month the last one counts."""
    values: dict[str, Known] = {}
    vaccines: dict[int, list[ServiceEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda one: one.on):
        month = 1 if event.on < bimester.months[1] else 2
        service = SERVICES.get(event.service)
        if service is not None and service.group is ServiceGroup.VACCINE:
            vaccines[month].append(event)
            continue
        source = SOURCE_TEXT[event.source]
        for attribute, answer in (
            ("on", event.on.isoformat()),
            ("number", event.number or None),
            ("value", event.value),
            ("weight_kg", event.weight_kg),
            ("height_cm", event.height_cm),
        ):
            values[f"{event.service}.{attribute}@{month}"] = Known(answer, source)
    for month, given in vaccines.items():
        source = SOURCE_TEXT[given[-1].source]
        names = (f"{SERVICES[one.service].short} {one.number or ''}".strip() for one in given)
        values[f"VACCINES.list@{month}"] = Known(", ".join(dict.fromkeys(names)), source)
        values[f"VACCINES.on@{month}"] = Known(given[-1].on.isoformat(), source)
    return values
