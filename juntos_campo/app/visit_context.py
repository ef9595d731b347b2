"""What is known about a household while it is visited: the ground of checks, records and screen."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from juntos_campo.app.attention import MemberStanding, standing
from juntos_campo.app.ground import grounds
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import (
    Answer,
    Commitment,
    Household,
    Member,
    Pregnancy,
    ServiceEvent,
    Settlement,
)
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.rules import GrowthRules
from juntos_campo.norms.model import Anchor, ServiceStatus
from juntos_campo.norms.residence import Residence


@dataclass(frozen=True, slots=True)
class Expected:
    """What the rule packs say about the key of a service, whoever it is asked of."""

    service: str
    number: int
    label: str
    of_pregnancy: bool


@dataclass(frozen=True, slots=True)
class VisitContext:
    """One visit's surroundings.

    Attributes:
        on: day of the visit; `today` is later when a returned visit is corrected.
        members: everybody who ever belonged to the household, by id.
        residence: the altitude of the settlement, which adjusts haemoglobin.
        standings: those who belong to it now, judged without what this very visit recorded.
        commitments: agreed in other visits, by id.
        expected: key of a service -> what it is.
        silent: services that no source says the programme follows: asked, never told as missing.
        growth: the growth rules of every norm, oldest first.
    """

    visit_id: str
    household: Household
    settlement: Settlement | None
    residence: Residence
    field_worker: str
    on: date
    today: date
    members: Mapping[str, Member]
    standings: tuple[MemberStanding, ...]
    commitments: Mapping[str, Commitment]
    expected: Mapping[str, Expected]
    silent: frozenset[str]
    growth: tuple[GrowthRules, ...] = ()

    def standing(self, member_id: str) -> MemberStanding | None:
        return next((one for one in self.standings if one.member.id == member_id), None)

    def status(self, member_id: str, key: str) -> ServiceStatus | None:
        """What the rules say about one asked service; None when they do not expect it of her now."""
        found = self.standing(member_id)
        statuses = found.statuses if found else ()
        return next((one for one in statuses if one.key == key), None)

    def pregnancy(self, member_id: str) -> Pregnancy | None:
        """The running pregnancy."""
        found = self.standing(member_id)
        return found.pregnancy if found else None

    def judged_pregnancy(self, member_id: str) -> Pregnancy | None:
        """The pregnancy that services are asked for: running, or ended with a birth some weeks ago."""
        found = self.standing(member_id)
        return found.judged if found else None

    def service_of(self, member_id: str, key: str) -> Expected:
        """What a key means for one person; a bare code is that service without a number."""
        known = self.expected.get(key) or Expected(key.partition(":")[0], 0, "", False)
        status = self.status(member_id, key)
        # The same key may bear another number in the schedule of a child born small.
        return replace(known, number=status.number) if status else known


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """One answered date of a service; `on` is None while the text is no date."""

    path: str
    member_id: str
    key: str
    on: date | None


def visit_context(session: Session, household: Household, visit_id: str, on: date) -> VisitContext:
    """Gather what is known, as if this visit had not been recorded yet."""
    store, today = session.store, session.today
    members = {one.id: one for one in store.find(Member, household_id=household.id)}
    ground = grounds(session, {household.id: household}, members.values())[household.id]
    events: dict[str, list[ServiceEvent]] = defaultdict(list)
    for event in store.find(ServiceEvent, household_id=household.id):
        if event.visit_id != visit_id:
            events[event.member_id].append(event)
    present = [one for one in members.values() if one.left_on is None or one.left_on > today]
    commitments = {
        one.id: one
        for one in store.find(Commitment, household_id=household.id)
        if one.visit_id != visit_id
    }
    return VisitContext(
        visit_id=visit_id,
        household=household,
        settlement=store.get(Settlement, household.settlement_id),
        residence=ground.residence,
        field_worker=session.user.name,
        on=on,
        today=today,
        members=members,
        standings=tuple(
            standing(session, one, events.get(one.id, ()), ground, today) for one in present
        ),
        commitments=commitments,
        expected=expected_services(session.book),
        silent=session.book.risk.silent,
        growth=session.book.growth,
    )


def expected_services(book: RuleBook) -> dict[str, Expected]:
    """Key of a due service -> what it is, over every rule pack."""
    return {
        one.key: Expected(
            one.versions[-1].service,
            one.versions[-1].number,
            one.versions[-1].label,
            family.anchor in (Anchor.PREGNANCY, Anchor.POSTPARTUM),
        )
        for family in book.families
        for one in family.expected
    }


def service_answers(answers: Mapping[str, Answer]) -> Iterator[ServiceAnswer]:
    """The dates of services among the answers, in the order of their paths."""
    for path in sorted(answers):
        parts = path.split("/", 3)
        if len(parts) == 4 and parts[0] == "member" and parts[2] == "service" and answers[path]:
            yield ServiceAnswer(path, parts[1], parts[3], iso_date(answers[path]))


def change_numbers(answers: Mapping[str, Answer]) -> list[int]:
    """Numbers of the changes somebody began to report, in order."""
    numbers = set()
    for path, answer in answers.items():
        parts = path.split("/")
        if parts[0] == "change" and len(parts) == 3 and parts[1].isdigit() and answer:
            numbers.add(int(parts[1]))
    return sorted(numbers)


def iso_date(answer: Answer) -> date | None:
    """The day of an answer that holds an ISO date; None for anything else (half typed text)."""
    if not isinstance(answer, str):
        return None
    try:
        return date.fromisoformat(answer)
    except ValueError:
        return None


def figure(answer: Answer) -> float | None:
    """The number of an answer, typed with point or comma; None for anything else (half typed text)."""
    if isinstance(answer, bool) or answer is None:
        return None
    try:
        value = float(str(answer).strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
