"""What stands beside a record that is reviewed: what the health system says, and earlier visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from juntos_campo.app.blood import event_meaning
from juntos_campo.app.form_labels import service_of_column
from juntos_campo.app.ground import residences
from juntos_campo.app.household_file import SOURCES, event_text
from juntos_campo.app.people import worker_name
from juntos_campo.app.record_reader import ReadField, ReadRecord, record_answers
from juntos_campo.app.reviews import ENTITIES, FORM, ReviewState, review_states
from juntos_campo.app.session import Session
from juntos_campo.app.visit_labels import MODALITIES
from juntos_campo.domain.entities import (
    Answer,
    Commitment,
    FormRecord,
    Household,
    Member,
    Pregnancy,
    ServiceEvent,
    Visit,
)
from juntos_campo.domain.spanish import count, decimal_text, short_date
from juntos_campo.domain.values import Modality, ServiceSource
from juntos_campo.norms.anaemia import pregnancy_on
from juntos_campo.norms.residence import UNKNOWN

NEAR_DAYS = 45
"""A service recorded this near to a written date is taken for the same one."""


class Agreement(StrEnum):
    """Whether the health system confirms a field."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """What the health system says about one field, as a sentence."""

    agreement: Agreement
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One recorded service of a member, learnt elsewhere than from the record under review."""

    on: date
    member_id: str
    who: str
    text: str
    source: str
    official: bool


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    id: str
    on: date
    modality: Modality
    field_worker: str
    state: ReviewState

    @property
    def text(self) -> str:
        """``en el hogar, por Rosa Ccori``"""
        return f"{MODALITIES[self.modality]}, por {self.field_worker}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything beside one record, the latest first."""

    services: tuple[EvidenceLine, ...]
    visits: tuple[EarlierVisit, ...]
    commitments: tuple[Commitment, ...]


def evidence(session: Session, record: ReadRecord) -> Evidence:
    """What this laptop knows about the people of `record` from elsewhere."""
    store = session.store
    if record.kind == FORM:
        members = store.get_many(Member, {one.member_id for one in record.fields} - {""})
        events = store.find_in(ServiceEvent, "member_id", members)
    else:
        found = store.find(Member, household_id=record.household_id)
        members = {one.id: one for one in found}
        events = store.find(ServiceEvent, household_id=record.household_id)
    blood = _blood(session, members, events)
    lines = [
        EvidenceLine(
            on=one.on,
            member_id=one.member_id,
            who=members[one.member_id].given,
            text=event_text(one, blood(one)),
            source=SOURCES[one.source],
            official=one.source is ServiceSource.HEALTH_SYSTEM,
        )
        for one in events
        if one.member_id in members and record.id not in (one.visit_id, one.form_id)
    ]
    visits, commitments = _of_household(session, record)
    return Evidence(
        tuple(sorted(lines, key=lambda line: (line.on, line.who), reverse=True)),
        visits,
        commitments,
    )


def _blood(
    session: Session, members: Mapping[str, Member], events: Iterable[ServiceEvent]
) -> Callable[[ServiceEvent], str]:
    """What a haemoglobin means where its person lives; other records mean nothing more."""
    store, book = session.store, session.book
    measured = {one.member_id for one in events if one.service == "HB"} & members.keys()
    if not measured:
        return lambda _event: ""
    households = store.get_many(Household, {members[one].household_id for one in measured})
    homes = residences(session, households.values())
    pregnancies: dict[str, list[Pregnancy]] = {}
    for one in store.find_in(Pregnancy, "member_id", measured):
        pregnancies.setdefault(one.member_id, []).append(one)

    def meaning(event: ServiceEvent) -> str:
        member = members[event.member_id]
        own = pregnancies.get(member.id, [])
        of = pregnancy_on(own, event.on)
        return event_meaning(event, member, of, homes.get(member.household_id, UNKNOWN), book)

    return meaning


def _of_household(
    session: Session, record: ReadRecord
) -> tuple[tuple[EarlierVisit, ...], tuple[Commitment, ...]]:
    if not record.household_id:
        return (), ()
    store = session.store
    visits = [
        one
        for one in store.find(Visit, household_id=record.household_id)
        if one.id != record.id and one.on <= record.on
    ]
    versions = {
        one.id: stored.server_version
        for one in visits
        if (stored := store.stored(Visit, one.id)) is not None
    }
    states = review_states(session, "visit", versions)
    earlier = [
        EarlierVisit(
            one.id, one.on, one.modality, worker_name(session, one.field_worker), states[one.id]
        )
        for one in sorted(visits, key=lambda one: one.closed_at, reverse=True)
    ]
    commitments = [
        one
        for one in store.find(Commitment, household_id=record.household_id)
        if one.visit_id != record.id
    ]
    commitments.sort(key=lambda one: one.agreed_on, reverse=True)
    return tuple(earlier), tuple(commitments)


def checks(session: Session, record: ReadRecord) -> dict[str, Check]:
    """Field path -> what the health system says about it; fields that are no service are absent."""
    stored = session.store.get(ENTITIES[record.kind], record.id)
    if stored is None:
        return {}
    answers = record_answers(stored)
    about = {
        field.path: service
        for field in record.fields
        if (service := _service_of(session, stored, field)) is not None
    }
    members = {field.member_id for field in record.fields if field.path in about}
    official: dict[tuple[str, str], list[ServiceEvent]] = {}
    for event in session.store.find_in(ServiceEvent, "member_id", members):
        if event.source is ServiceSource.HEALTH_SYSTEM:
            official.setdefault((event.member_id, event.service), []).append(event)
    result = {}
    for field in record.fields:
        service = about.get(field.path)
        answer = answers.get(field.path)
        if service is None or answer is None:
            continue
        events = official.get((field.member_id, service), [])
        check = _check(answer, stored, events)
        if check is not None:
            result[field.path] = check
    return result


def _service_of(session: Session, record: Visit | FormRecord, field: ReadField) -> str | None:
    """Code of the service a field is about."""
    if isinstance(record, FormRecord):
        return service_of_column(session, record, field.path)
    parts = field.path.split("/", 3)
    if parts[0] != "member":
        return None
    if len(parts) == 4 and parts[2] == "service":
        return parts[3].partition(":")[0]
    return "HB" if len(parts) == 3 and parts[2] == "hb" else None


def _check(
    answer: Answer, record: Visit | FormRecord, events: Iterable[ServiceEvent]
) -> Check | None:
    try:
        written = date.fromisoformat(str(answer))
    except ValueError:
        return _check_figure(answer, record, events)
    near = sorted(
        (abs((event.on - written).days), event.on)
        for event in events
        if abs((event.on - written).days) <= NEAR_DAYS
    )
    if not near:
        return Check(Agreement.UNKNOWN, "El sistema de salud todavía no registra esta atención.")
    days, on = near[0]
    if not days:
        return Check(Agreement.CONFIRMED, "Coincide con el sistema de salud.")
    side = "después" if on > written else "antes"
    return Check(
        Agreement.DIFFERENT,
        f"El sistema de salud la registra el {short_date(on)}: {count(days, 'día')} {side}.",
    )


def _check_figure(
    answer: Answer, record: Visit | FormRecord, events: Iterable[ServiceEvent]
) -> Check | None:
    try:
        figure = float(str(answer).replace(",", "."))
    except ValueError:
        return None
    if isinstance(record, FormRecord):
        return None
    measured = [
        event
        for event in events
        if event.value is not None and abs((record.on - event.on).days) <= NEAR_DAYS
    ]
    if not measured:
        return Check(Agreement.UNKNOWN, "El sistema de salud todavía no registra este dosaje.")
    closest = min(measured, key=lambda event: abs((record.on - event.on).days))
    value = closest.value or 0.0
    if abs(value - figure) < 0.05:
        return Check(Agreement.CONFIRMED, "Coincide con el sistema de salud.")
    return Check(
        Agreement.DIFFERENT,
        f"El sistema de salud registra {decimal_text(value)} g/dL el {short_date(closest.on)}.",
    )
