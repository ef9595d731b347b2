"""What each household needs today: the answer of norms and alerts, kept ready for every screen.

Computing all of a gestor's households takes about a second, so the result is stored (encrypted, like
everything) and renewed when a day passes or a household changes. It is never a source of truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from pydantic import TypeAdapter

from juntos_campo.alerts.engine import alerts_of
from juntos_campo.alerts.model import Alert, Risk
from juntos_campo.alerts.risk import household_risk, member_risk
from juntos_campo.app.ground import Ground, grounds
from juntos_campo.app.people import lives_there
from juntos_campo.app.rules_change import follow_rules
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import (
    Household,
    Member,
    Pregnancy,
    ServiceEvent,
    Settlement,
    Visit,
)
from juntos_campo.domain.spanish import near_date
from juntos_campo.domain.values import ProgrammeState, RiskLevel
from juntos_campo.norms.anaemia import HbFinding, last_finding
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State
from juntos_campo.norms.residence import UNKNOWN, Residence
from juntos_campo.norms.verification.education import education_of
from juntos_campo.store.arrivals import incomplete, is_incomplete
from juntos_campo.store.attention import (
    data_version,
    missing_or_stale,
    read_attention,
    write_attention,
)
from juntos_campo.wire import codec

Progress = Callable[[int, int], None]
"""Called with households done and households in all."""

CHUNK = 100
"""Households computed and stored at once; between two, others get their turn to write."""


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """One thing a member needs.

    Attributes:
        text: ``hemoglobina vencida hace 12 días``; without the person's name.
        key: key of the alert, ``<member id>|<service key>``.
        lost: the service can no longer be received; it is told, nothing can be done.
    """

    member_id: str
    key: str
    level: RiskLevel
    text: str
    since: date
    lost: bool = False


@dataclass(frozen=True, slots=True)
class HouseholdAttention:
    """What one household needs, most urgent first.

    Attributes:
        members: member id -> his or her own risk level.
        next_text: the next service that comes up, ``CRED 9 meses desde el 3 dic``; may be empty.
    """

    household_id: str
    level: RiskLevel
    points: int
    reasons: tuple[str, ...]
    lines: tuple[AttentionLine, ...]
    members: dict[str, RiskLevel]
    next_text: str = ""


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A member judged by the rule packs on one day.

    Attributes:
        pregnancy: the running one.
        birth: of a woman who is not pregnant, the pregnancy that ended with a birth some weeks ago: what
            is due to her and the newborn is among the statuses, but she is no "gestante".
        statuses: without the received ones for who only asks what is missing.
        residence: where she or he lives; its altitude adjusts haemoglobin.
        finding: what the last haemoglobin means; None when there is none of the last months.
    """

    member: Member
    pregnancy: Pregnancy | None
    events: tuple[ServiceEvent, ...]
    statuses: tuple[ServiceStatus, ...]
    alerts: tuple[Alert, ...]
    risk: Risk
    birth: Pregnancy | None = None
    residence: Residence = UNKNOWN
    finding: HbFinding | None = None

    @property
    def judged(self) -> Pregnancy | None:
        """The pregnancy whose services are listed, running or ended with a birth."""
        return self.pregnancy or self.birth


@cache
def _adapter() -> TypeAdapter[HouseholdAttention]:
    return TypeAdapter(HouseholdAttention)


def prepare() -> None:
    """Make ready to read the plan of a day, at a moment when nobody waits for it."""
    codec.prepare(Household, Member, Settlement, Visit)
    _adapter()


def standing(
    session: Session,
    member: Member,
    events: Iterable[ServiceEvent],
    ground: Ground,
    today: date,
    *,
    with_received: bool = True,
) -> MemberStanding:
    """Judge one member, living as `ground` says; `with_received` as in `services_of`."""
    own, book, residence = tuple(events), session.book, ground.residence
    pregnancy = ground.running.get(member.id)
    birth = ground.born.get(member.id) if pregnancy is None else None
    judged = pregnancy or birth
    statuses = services_of(
        member,
        judged,
        own,
        book,
        today,
        altitude_m=residence.altitude_m,
        household_births=ground.births,
        with_received=with_received,
    )
    # Without a record of the school system nothing can be said about a student.
    if years := ground.years.get(member.id):
        statuses += education_of(member, years, book, today, with_received=with_received)
    finding = last_finding(
        member,
        judged,
        own,
        residence=residence,
        book=book,
        today=today,
        within_days=book.risk.anaemia.within_days,
    )
    alerts = alerts_of(member, judged, statuses, today, book, finding=finding)
    risk = member_risk(member, judged, statuses, alerts, book=book, today=today, finding=finding)
    return MemberStanding(member, pregnancy, own, statuses, alerts, risk, birth, residence, finding)


def household_standings(session: Session, household_id: str) -> tuple[MemberStanding, ...]:
    """Every present member of one household, judged today, in the order of the register.

    While the household's history is still to come (`store.arrivals`) nobody is judged by it.
    """
    households = session.store.get_many(Household, [household_id])
    found = next((one for _, one in _standings(session, households)), ())
    if not is_incomplete(session.store, household_id):
        return found
    nothing = Risk(RiskLevel.LOW, 0, ())
    return tuple(replace(one, statuses=(), alerts=(), risk=nothing, finding=None) for one in found)


def attention_of(session: Session, household_id: str) -> HouseholdAttention:
    """What one household needs, computed now when it is stale; nothing while its history arrives."""
    found = attention_of_all(session).get(household_id)
    if found is None and refresh_attention(session, [household_id]):
        found = attention_of_all(session).get(household_id)
    return found or HouseholdAttention(household_id, RiskLevel.LOW, 0, (), (), {})


def _standings(
    session: Session, households: Mapping[str, Household], *, with_received: bool = True
) -> Iterator[tuple[str, tuple[MemberStanding, ...]]]:
    store, today = session.store, session.today
    everybody = store.find_in(Member, "household_id", households)
    ground = grounds(session, households, everybody)
    members: dict[str, list[Member]] = defaultdict(list)
    for member in everybody:
        if lives_there(member, today):
            members[member.household_id].append(member)
    events: dict[str, list[ServiceEvent]] = defaultdict(list)
    for event in store.find_in(ServiceEvent, "household_id", households):
        events[event.member_id].append(event)
    for household_id in households:
        yield (
            household_id,
            tuple(
                standing(
                    session,
                    one,
                    events.get(one.id, ()),
                    ground[household_id],
                    today,
                    with_received=with_received,
                )
                for one in members[household_id]
            ),
        )


def attention_of_all(session: Session) -> dict[str, HouseholdAttention]:
    """What is stored, by household id; households whose answer is stale are absent."""
    rows = read_attention(session.store, session.today)
    return {household_id: _adapter().validate_json(body) for household_id, body in rows}


def stale_households(session: Session) -> list[str]:
    """Households whose answer must be computed (a new day, a change, a new register)."""
    return missing_or_stale(session.store, session.today)


def refresh_attention(
    session: Session,
    household_ids: Collection[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Compute what is stale (or exactly `household_ids`) and store it.

    Returns:
        The number of households computed; it can be stopped and resumed at any chunk.
    """
    follow_rules(session)
    wanted = list(stale_households(session) if household_ids is None else household_ids)
    arriving = incomplete(session.store)
    wanted = [one for one in wanted if one not in arriving]
    done = 0
    while done < len(wanted) and not cancelled():
        part = wanted[done : done + CHUNK]
        if not _refresh(session, part):
            continue  # somebody saved meanwhile: judge these again by what stands now
        done += len(part)
        if progress:
            progress(done, len(wanted))
    return done


def _refresh(session: Session, part: list[str]) -> bool:
    """Compute and store; False when the database changed meanwhile and nothing was stored."""
    seen, today = data_version(session.store), session.today
    households = session.store.get_many(Household, part)
    rows = []
    for household_id, standings in _standings(session, households, with_received=False):
        attention = _attention(session, households[household_id], standings)
        body = _adapter().dump_json(attention).decode()
        rows.append((household_id, attention.level.value, attention.points, body))
    return write_attention(session.store, today, rows, seen)


def _attention(
    session: Session, household: Household, standings: tuple[MemberStanding, ...]
) -> HouseholdAttention:
    active = household.programme_state is not ProgrammeState.DISAFFILIATED
    risk = Risk(RiskLevel.LOW, 0, ())
    if active:
        risks = [one.risk for one in standings]
        risk = household_risk(household, risks, session.book, session.today)
    order = list(RiskLevel)
    lines = sorted(
        (
            AttentionLine(
                alert.member_id,
                alert.key,
                alert.level,
                alert.title,
                alert.since,
                alert.status.state is State.LOST,
            )
            for one in standings
            for alert in one.alerts
            if active
        ),
        key=lambda line: (order.index(line.level), line.since, line.key),
    )
    return HouseholdAttention(
        household_id=household.id,
        level=risk.level,
        points=risk.points,
        reasons=risk.reasons,
        lines=tuple(lines),
        members={one.member.id: one.risk.level for one in standings if active},
        next_text=(
            next_service_text(standings, session.today, session.book.risk.silent) if active else ""
        ),
    )


def next_service_text(
    standings: Iterable[MemberStanding], today: date, silent: Collection[str] = ()
) -> str:
    """The first service that opens after today, ``CRED 9 meses desde el 3 dic``; empty if none.

    `silent` services (`RiskTable.silent`) are not announced.
    """
    coming = [
        (status.opens, status.label)
        for one in standings
        for status in one.statuses
        if status.opens is not None
        and status.opens > today
        and not status.state.is_received
        and status.service not in silent
    ]
    if not coming:
        return ""
    opens, label = min(coming)
    day = near_date(opens, today)
    if label.endswith(f" {opens.year}"):  # "Matrícula 2027 desde el 1 ene"
        day = day.removesuffix(f" {opens.year}")
    return f"{label} desde el {day}"
