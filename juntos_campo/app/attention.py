"""What each household needs today: the answer of norms and alerts, kept ready for every screen.

Computing all of a gestor's households takes about a second, so the result is stored (encrypted, like
everything) and renewed when a day passes or a household changes. It is never a source of truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from pydantic import TypeAdapter

from juntos_campo.alerts.engine import alerts_of
from juntos_campo.alerts.model import Alert, Risk
from juntos_campo.alerts.risk import household_risk, member_risk
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
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State
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
    """A member judged by the rule packs on one day."""

    member: Member
    pregnancy: Pregnancy | None
    events: tuple[ServiceEvent, ...]
    statuses: tuple[ServiceStatus, ...]
    alerts: tuple[Alert, ...]
    risk: Risk


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
    pregnancy: Pregnancy | None,
    events: Iterable[ServiceEvent],
    today: date,
) -> MemberStanding:
    """Judge one member."""
    own = tuple(events)
    statuses = services_of(member, pregnancy, own, session.book, today)
    alerts = alerts_of(member, pregnancy, statuses, today, session.book)
    risk = member_risk(member, pregnancy, statuses, alerts, own, book=session.book, today=today)
    return MemberStanding(member, pregnancy, own, statuses, alerts, risk)


def household_standings(session: Session, household_id: str) -> tuple[MemberStanding, ...]:
    """Every present member of one household, judged today, in the order of the register."""
    return next(_standings(session, [household_id]))[1]


def _standings(
    session: Session, household_ids: Collection[str]
) -> Iterator[tuple[str, tuple[MemberStanding, ...]]]:
    store, today = session.store, session.today
    members: dict[str, list[Member]] = defaultdict(list)
    for member in store.find_in(Member, "household_id", household_ids):
        if lives_there(member, today):
            members[member.household_id].append(member)
    pregnancies = current_pregnancies(session, household_ids)
    events: dict[str, list[ServiceEvent]] = defaultdict(list)
    for event in store.find_in(ServiceEvent, "household_id", household_ids):
        events[event.member_id].append(event)
    for household_id in household_ids:
        yield (
            household_id,
            tuple(
                standing(session, one, pregnancies.get(one.id), events.get(one.id, ()), today)
                for one in members[household_id]
            ),
        )


def current_pregnancies(session: Session, household_ids: Collection[str]) -> dict[str, Pregnancy]:
    """Member id -> pregnancy that has not ended."""
    found = session.store.find_in(Pregnancy, "household_id", household_ids)
    return {one.member_id: one for one in found if one.ended_on is None}


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
    for household_id, standings in _standings(session, list(households)):
        attention = _attention(session, households[household_id], standings)
        body = _adapter().dump_json(attention).decode()
        rows.append((household_id, attention.level.value, attention.points, body))
    return write_attention(session.store, today, rows, seen)


def _attention(
    session: Session, household: Household, standings: tuple[MemberStanding, ...]
) -> HouseholdAttention:
    active = household.programme_state is not ProgrammeState.DISAFFILIATED
    risk = household_risk(household, [one.risk for one in standings], session.book, session.today)
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
        members={one.member.id: one.risk.level for one in standings},
        next_text=next_service_text(standings, session.today),
    )


def next_service_text(standings: Iterable[MemberStanding], today: date) -> str:
    """The first service that opens after today, ``CRED 9 meses desde el 3 dic``; empty if none."""
    coming = [
        (status.opens, status.label)
        for one in standings
        for status in one.statuses
        if status.opens is not None and status.opens > today and not status.state.is_received
    ]
    if not coming:
        return ""
    opens, label = min(coming)
    return f"{label} desde el {near_date(opens, today)}"
