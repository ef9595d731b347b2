"""The household's file: who lives there, what each one needs now and next, and what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from juntos_campo.app.attention import (
    HouseholdAttention,
    MemberStanding,
    attention_of,
    household_standings,
    next_service_text,
)
from juntos_campo.app.blood import event_meaning
from juntos_campo.app.people import birth_text, pregnancy_short, school_text
from juntos_campo.app.problems import HOUSEHOLD_NOT_HERE
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import completed_months
from juntos_campo.domain.entities import (
    ChangeRequest,
    Commitment,
    HealthFacility,
    Household,
    Member,
    School,
    SchoolYear,
    ServiceEvent,
    Settlement,
    Visit,
)
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import age_text, decimal_text
from juntos_campo.domain.values import RiskLevel, ServiceSource
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import ServiceStatus
from juntos_campo.norms.verification.education import school_year_of
from juntos_campo.store.arrivals import ask_first, is_incomplete
from juntos_campo.store.departures import has_departed
from juntos_campo.store.drafts import find_draft

OBJECTIVE_AGE_MONTHS = 19 * 12


@dataclass(frozen=True, slots=True)
class MemberView:
    """One member as the file shows it.

    Attributes:
        situation: ``gestante 13 sem``, ``dio a luz el 11 nov``, ``5.º de primaria``; may be empty.
        missing: services that are due, overdue or lost, most urgent first; those that no source says
            the programme follows stand among the services only.
        received: services received on time or late, the latest first.
        next_text: what comes next; empty when nothing does.
        year: the school year of a student that a day counts to; None without a record of it.
        is_target: a target member (pregnant, or under 19 years).
    """

    standing: MemberStanding
    age: str
    situation: str
    facility: str
    school: str
    missing: tuple[ServiceStatus, ...]
    received: tuple[ServiceStatus, ...]
    next_text: str
    is_target: bool
    year: SchoolYear | None = None

    @property
    def member(self) -> Member:
        return self.standing.member


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened, for the history tab."""

    on: date
    who: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """Everything the screen of one household shows.

    Attributes:
        draft_id: id of a visit begun and not closed; empty when there is none.
        arriving: its history is still to come with the first download: nothing is judged yet.
        departed: it went to another field worker and stays only for what is unfinished here.
    """

    household: Household
    settlement: Settlement | None
    holder: Member | None
    attention: HouseholdAttention
    members: tuple[MemberView, ...]
    visits: tuple[Visit, ...]
    commitments: tuple[Commitment, ...]
    changes: tuple[ChangeRequest, ...]
    history: tuple[HistoryLine, ...]
    draft_id: str
    arriving: bool = False
    departed: bool = False

    @property
    def level(self) -> RiskLevel:
        return self.attention.level


def household_file(session: Session, household_id: str) -> HouseholdFile:
    """Read the file of one household.

    Raises:
        UserError: APP-001 the household is not on this laptop.
    """
    store = session.store
    household = store.get(Household, household_id)
    if household is None:
        raise user_error(HOUSEHOLD_NOT_HERE)
    standings = household_standings(session, household_id)
    attention = attention_of(session, household_id)
    facilities = {
        one.id: one
        for one in store.get_many(
            HealthFacility, (one.member.facility_id for one in standings)
        ).values()
    }
    schools = store.get_many(School, (one.member.school_id for one in standings))
    years = _school_years(session, household_id)
    members = tuple(
        replace(_member_view(session, one, facilities, schools), year=years.get(one.member.id))
        for one in standings
    )
    visits = sorted(store.find(Visit, household_id=household_id), key=_closed, reverse=True)
    commitments = store.find(Commitment, household_id=household_id)
    draft = find_draft(store, "visit", household_id)
    return HouseholdFile(
        household=household,
        settlement=store.get(Settlement, household.settlement_id),
        holder=next((one.member for one in standings if one.member.is_holder), None),
        attention=attention,
        members=members,
        visits=tuple(visits),
        commitments=tuple(sorted(commitments, key=lambda one: one.agreed_on, reverse=True)),
        changes=tuple(store.find(ChangeRequest, household_id=household_id)),
        history=_history(standings, session.book),
        draft_id=draft.id if draft else "",
        arriving=is_incomplete(store, household_id),
        departed=has_departed(store, household_id),
    )


def ask_for_history(session: Session, household_id: str) -> bool:
    """Somebody opened a household that is still arriving: its history comes next. False: it is whole.

    Raises:
        UserError: STO-008.
    """
    if not is_incomplete(session.store, household_id):
        return False
    with session.work("household.wanted") as work:
        return ask_first(work.tx, household_id)


def _closed(visit: Visit) -> str:
    return visit.closed_at.isoformat()


def _member_view(
    session: Session,
    standing: MemberStanding,
    facilities: dict[str, HealthFacility],
    schools: dict[str, School],
) -> MemberView:
    member, today = standing.member, session.today
    urgency = {alert.status.key: alert.level for alert in standing.alerts}
    order = list(RiskLevel)
    missing = sorted(
        (
            one
            for one in standing.statuses
            if (one.state.is_missing and one.service not in session.book.risk.silent)
            or one.key in urgency
        ),
        key=lambda one: (order.index(urgency.get(one.key, RiskLevel.LOW)), one.due or today),
    )
    received = sorted(
        (one for one in standing.statuses if one.state.is_received),
        key=lambda one: one.done_on or today,
        reverse=True,
    )
    facility = facilities.get(member.facility_id)
    school = schools.get(member.school_id)
    months = completed_months(member.birth_date, today)
    return MemberView(
        standing=standing,
        age=age_text(member.birth_date, today),
        situation=_situation(session, standing, school),
        facility=facility.name if facility else "",
        school=school.name if school else "",
        missing=tuple(missing),
        received=tuple(received),
        next_text=next_service_text([standing], today, session.book.risk.silent),
        is_target=standing.pregnancy is not None or months < OBJECTIVE_AGE_MONTHS,
    )


def _school_years(session: Session, household_id: str) -> dict[str, SchoolYear]:
    """Member id -> the record of the present school year."""
    found = session.store.find(SchoolYear, household_id=household_id)
    if not found:
        return {}
    rules = in_force(session.book.education, session.today)
    present = school_year_of(session.today, rules)
    return {one.member_id: one for one in found if one.year == present}


def _situation(session: Session, standing: MemberStanding, school: School | None) -> str:
    if standing.pregnancy is not None:
        return pregnancy_short(standing.pregnancy, session.today)
    if standing.birth is not None:
        return birth_text(standing.birth, session.today)
    if school is not None:
        return school_text(standing.member, school)
    return ""


SOURCES = {
    ServiceSource.HEALTH_SYSTEM: "sistema de salud",
    ServiceSource.HEALTH_CARD: "carné, en visita",
    ServiceSource.OFFICIAL_FORM: "formato de salud",
    ServiceSource.REPORTED: "lo dijo la familia",
}


def _history(standings: Iterable[MemberStanding], book: RuleBook) -> tuple[HistoryLine, ...]:
    lines = [
        HistoryLine(
            event.on,
            one.member.given,
            event_text(event, event_meaning(event, one.member, one.judged, one.residence, book)),
            SOURCES[event.source],
        )
        for one in standings
        for event in one.events
    ]
    return tuple(sorted(lines, key=lambda line: (line.on, line.who), reverse=True))


def event_text(event: ServiceEvent, meaning: str = "") -> str:
    """``control de crecimiento y desarrollo (6): 7.2 kg, 66.0 cm``; `meaning` of a figure follows it."""
    service = SERVICES.get(event.service)
    text = service.name if service else event.service
    if event.number:
        text += f" ({event.number})"
    measures = []
    if event.value is not None:
        value = f"{decimal_text(event.value)} g/dL"
        measures.append(f"{value} ({meaning})" if meaning else value)
    if event.weight_kg is not None:
        measures.append(f"{decimal_text(event.weight_kg)} kg")
    if event.height_cm is not None:
        measures.append(f"{decimal_text(event.height_cm)} cm")
    return f"{text}: {', '.join(measures)}" if measures else text
