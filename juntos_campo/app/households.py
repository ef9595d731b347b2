"""The list of assigned households, and finding any person in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from juntos_campo.app.attention import HouseholdAttention, attention_of_all
from juntos_campo.app.people import lives_there
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import completed_months
from juntos_campo.domain.entities import Household, Member, Pregnancy, Settlement
from juntos_campo.domain.spanish import ABSENT, count
from juntos_campo.domain.values import ProgrammeState, RiskLevel
from juntos_campo.store.arrivals import incomplete
from juntos_campo.store.search import search_people

UNDER_SIX_MONTHS = 72


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One household in a list.

    Attributes:
        level: None while it has not been computed today, and for a household that left the programme.
        people: ``5 personas · 1 gestante · 2 menores de 6``.
        first_need: the most urgent thing with the person's given name; empty when nothing is missing.
        next_text: the next service that comes up.
        arriving: its history is still to come with the first download: nothing is said of it yet.
    """

    id: str
    code: str
    holder: str
    settlement: str
    district: str
    state: ProgrammeState
    level: RiskLevel | None
    points: int
    people: str
    first_need: str
    next_text: str
    field_worker: str
    arriving: bool = False


@dataclass(frozen=True, slots=True)
class PersonHit:
    """One person found by the palette. The name says so when the person lives there no more."""

    household_id: str
    member_id: str
    name: str
    document: str
    code: str
    place: str


def household_lines(
    session: Session, household_ids: Collection[str] | None = None
) -> dict[str, HouseholdLine]:
    """Lines by household id, most urgent first; all households unless some are named."""
    store = session.store
    if household_ids is None:
        households = store.find(Household)
        members = store.find(Member)
        pregnancies = store.find(Pregnancy)
    else:
        households = list(store.get_many(Household, household_ids).values())
        members = store.find_in(Member, "household_id", household_ids)
        pregnancies = store.find_in(Pregnancy, "household_id", household_ids)
    settlements = {one.id: one for one in store.find(Settlement)}
    pregnant = {one.member_id for one in pregnancies if one.ended_on is None}
    by_household: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if lives_there(member, session.today):
            by_household[member.household_id].append(member)
    attention, arriving = attention_of_all(session), incomplete(store)
    lines = [
        _line(
            session,
            household,
            by_household[household.id],
            pregnant,
            settlements.get(household.settlement_id),
            attention.get(household.id),
            arriving=household.id in arriving,
        )
        for household in households
    ]
    lines.sort(key=lambda line: (-line.points, line.holder))
    return {line.id: line for line in lines}


def _line(
    session: Session,
    household: Household,
    members: list[Member],
    pregnant: set[str],
    settlement: Settlement | None,
    attention: HouseholdAttention | None,
    *,
    arriving: bool,
) -> HouseholdLine:
    if household.programme_state is ProgrammeState.DISAFFILIATED:
        attention = None  # the programme asks nothing of it any more
    holder = next((one.full_name for one in members if one.is_holder), ABSENT)
    given = {one.id: one.given for one in members}
    first_need = ""
    if attention and attention.lines:
        first = attention.lines[0]
        first_need = f"{given.get(first.member_id, ABSENT)}: {first.text}"
    return HouseholdLine(
        id=household.id,
        code=household.code,
        holder=holder,
        settlement=settlement.name if settlement else ABSENT,
        district=settlement.district if settlement else ABSENT,
        state=household.programme_state,
        level=attention.level if attention else None,
        points=attention.points if attention else 0,
        people=people_text(session, members, pregnant),
        first_need=first_need,
        next_text=attention.next_text if attention else "",
        field_worker=household.field_worker,
        arriving=arriving,
    )


def people_text(session: Session, members: list[Member], pregnant: set[str]) -> str:
    """``5 personas · 1 gestante · 2 menores de 6``"""
    parts = [count(len(members), "persona")]
    expecting = sum(one.id in pregnant for one in members)
    if expecting:
        parts.append(count(expecting, "gestante"))
    small = sum(
        0 <= completed_months(one.birth_date, session.today) < UNDER_SIX_MONTHS for one in members
    )
    if small:
        parts.append(count(small, "menor de 6", "menores de 6"))
    return " · ".join(parts)


def search_households(session: Session, text: str, limit: int = 500) -> list[str]:
    """Ids of the households with a person, code, phone or place that matches, best first."""
    hits = search_people(session.store, text, limit)
    return list(dict.fromkeys(hit.household_id for hit in hits))


def find_anything(session: Session, text: str, limit: int = 12) -> list[PersonHit]:
    """People that match what is typed in the palette."""
    hits = search_people(session.store, text, limit)
    store = session.store
    members = store.get_many(Member, (hit.member_id for hit in hits))
    households = store.get_many(Household, (hit.household_id for hit in hits))
    settlements = store.get_many(Settlement, (one.settlement_id for one in households.values()))
    result = []
    for hit in hits:
        member, household = members.get(hit.member_id), households.get(hit.household_id)
        if member is None or household is None:
            continue
        place = settlements.get(household.settlement_id)
        result.append(
            PersonHit(
                household.id,
                member.id,
                member.full_name
                if lives_there(member, session.today)
                else f"{member.full_name} (ya no está en el hogar)",
                member.document_number,
                household.code,
                place.name if place else ABSENT,
            )
        )
    return result
