"""The plan of the day: whom to visit first, grouped so that one walk serves many, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.attention import AttentionLine, HouseholdAttention, attention_of_all
from juntos_campo.app.paper_errands import Errand, errands
from juntos_campo.app.people import lives_there
from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Household, Member, Settlement
from juntos_campo.domain.spanish import ABSENT
from juntos_campo.domain.values import ProgrammeState, RiskLevel
from juntos_campo.store.arrivals import missing, progress
from juntos_campo.store.drafts import open_drafts
from juntos_campo.store.plan import Planned, planned_households, set_planned
from juntos_campo.store.sync_state import clock_offset
from juntos_campo.store.visited import last_visit_days

HOUSEHOLDS_A_DAY = 8
MINUTES_A_VISIT = 35
DAY_MINUTES = 8 * 60
REST_DAYS = 14
"""A household visited this recently is not proposed again, unless it is planned by hand."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One household of the day.

    Attributes:
        needs: what is missing, most urgent first, with the given name of who needs it.
        chosen: put there by the gestor, not proposed.
        draft: a visit was begun and not closed.
    """

    household_id: str
    code: str
    holder: str
    level: RiskLevel
    needs: tuple[tuple[str, AttentionLine], ...]
    chosen: bool
    draft: bool


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """The households of one settlement. `walk_minutes` is None when unknown."""

    settlement_id: str
    settlement: str
    district: str
    walk_minutes: int | None
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What Hoy shows.

    Attributes:
        minutes: rough length of the day: walks there and back, and the visits.
        days_to_close: days until the bimester ends; 0 on its last day.
        pending_households: households not computed yet (a progress bar is shown for them).
        arriving: households whole, and in all, of a first download under way; both 0 without one.
        clock_offset: seconds the server's clock was ahead of this computer's; None when never compared.
        errands: papers of official forms to be seen to where the day goes, and late ones anywhere.
    """

    day: date
    groups: tuple[PlanGroup, ...]
    minutes: int
    bimester: Bimester
    days_to_close: int
    total_households: int
    pending_households: int
    errands: tuple[Errand, ...] = ()
    arriving: tuple[int, int] = (0, 0)
    clock_offset: int | None = None

    @property
    def households(self) -> int:
        return sum(len(group.lines) for group in self.groups)


def plan_day(session: Session, day: date | None = None) -> DayPlan:
    """Propose the day: what was planned by hand first, then the most urgent, settlement by settlement.

    The settlement with the most urgent households is filled first, because a walk costs more than a
    visit; the day is full at `HOUSEHOLDS_A_DAY` households or `DAY_MINUTES`. What was planned by hand for
    an earlier day and not visited since is still there.
    """
    day = day or session.today
    attention = attention_of_all(session)
    planned = {one.household_id: one for one in planned_households(session.store)}
    visited = last_visit_days(session.store)
    total = session.store.count(Household)
    chosen = _chosen(session, planned, visited, day)
    candidates = {
        hid: one
        for hid, one in attention.items()
        if any(not line.lost for line in one.lines)
        and hid not in chosen
        and (hid not in planned or planned[hid].day <= day)
        and (hid not in visited or (day - visited[hid]).days > REST_DAYS)
    }
    proposed = _propose(session, candidates, chosen)
    groups = _groups(session, attention, list(chosen), proposed)
    bimester = Bimester.of(day)
    return DayPlan(
        day=day,
        groups=groups,
        minutes=_minutes(groups),
        bimester=bimester,
        days_to_close=(bimester.end - day).days,
        total_households=total,
        pending_households=total - len(attention) - missing(session.store),
        arriving=progress(session.store),
        clock_offset=clock_offset(session.store),
        errands=errands(session, _facilities(session, groups)) if day == session.today else (),
    )


def _facilities(session: Session, groups: Iterable[PlanGroup]) -> set[str]:
    """Health facilities of the settlements the day goes to."""
    settlements = session.store.get_many(Settlement, (group.settlement_id for group in groups))
    return {one.facility_id for one in settlements.values() if one.facility_id}


def move_to_day(session: Session, household_id: str, day: date, reason: str = "") -> Changed:
    """Plan a household for a day (today: it is added to the day)."""
    set_planned(session.store, Planned(household_id, day, reason))
    return Changed(frozenset({"plan"}), frozenset({household_id}))


def _chosen(
    session: Session, planned: dict[str, Planned], visited: dict[str, date], day: date
) -> dict[str, Household]:
    """What the gestor put on this day, or on an earlier one without getting there."""
    here = session.store.get_many(Household, planned)
    return {
        hid: household
        for hid, household in here.items()
        if planned[hid].day == day
        or (
            planned[hid].day < day
            and (hid not in visited or visited[hid] < planned[hid].day)
            and household.programme_state is not ProgrammeState.DISAFFILIATED
        )
    }


def _propose(
    session: Session, candidates: dict[str, HouseholdAttention], chosen: dict[str, Household]
) -> list[str]:
    """Ids of households to visit, in the room and time that the chosen ones leave of the day."""
    room = HOUSEHOLDS_A_DAY - len(chosen)
    if room <= 0:
        return []
    households = session.store.get_many(Household, candidates)
    by_settlement: dict[str, list[str]] = defaultdict(list)
    for hid, household in households.items():
        if household.programme_state is not ProgrammeState.DISAFFILIATED:
            by_settlement[household.settlement_id].append(hid)
    for ids in by_settlement.values():
        ids.sort(key=lambda hid: (-candidates[hid].points, hid))
    ranked = sorted(
        by_settlement,
        key=lambda sid: (
            -_pull([candidates[hid].points for hid in by_settlement[sid][:room]]),
            sid,
        ),
    )
    walked = {household.settlement_id for household in chosen.values()}
    walks = {
        sid: one.walk_minutes or 0
        for sid, one in session.store.get_many(Settlement, [*by_settlement, *walked]).items()
    }
    minutes = sum(2 * walks.get(sid, 0) for sid in walked) + len(chosen) * MINUTES_A_VISIT
    proposed: list[str] = []
    for sid in ranked:
        walk = 0 if sid in walked else 2 * walks.get(sid, 0)
        fits = (DAY_MINUTES - minutes - walk) // MINUTES_A_VISIT
        take = by_settlement[sid][: max(0, min(room - len(proposed), fits))]
        if not take:
            continue
        proposed += take
        minutes += walk + len(take) * MINUTES_A_VISIT
        if len(proposed) >= room:
            break
    return proposed


def _pull(points: list[int]) -> int:
    """How much a settlement draws: squared, so that one grave case outweighs several mild ones."""
    return sum(value * value for value in points)


def _groups(
    session: Session,
    attention: dict[str, HouseholdAttention],
    chosen: list[str],
    proposed: list[str],
) -> tuple[PlanGroup, ...]:
    store = session.store
    ids = list(dict.fromkeys([*chosen, *proposed]))
    households = store.get_many(Household, ids)
    names: dict[str, str] = {}
    holders: dict[str, str] = {}
    for member in store.find_in(Member, "household_id", ids):
        names[member.id] = member.given
        if member.is_holder and lives_there(member, session.today):
            holders[member.household_id] = member.full_name
    drafts = {draft.subject for draft in open_drafts(store, "visit")}
    settlements = store.get_many(Settlement, (one.settlement_id for one in households.values()))
    lines: dict[str, list[PlanLine]] = defaultdict(list)
    for hid, household in households.items():
        found = attention.get(hid)
        needs = found.lines if found else ()
        lines[household.settlement_id].append(
            PlanLine(
                household_id=hid,
                code=household.code,
                holder=holders.get(hid, ABSENT),
                level=found.level if found else RiskLevel.LOW,
                needs=tuple((names.get(need.member_id, ABSENT), need) for need in needs),
                chosen=hid in chosen,
                draft=hid in drafts,
            )
        )
    order = list(RiskLevel)
    groups = []
    for sid, own in lines.items():
        settlement = settlements.get(sid)
        own.sort(key=lambda line: (order.index(line.level), -len(line.needs), line.holder))
        groups.append(
            PlanGroup(
                sid,
                settlement.name if settlement else ABSENT,
                settlement.district if settlement else ABSENT,
                settlement.walk_minutes if settlement else None,
                tuple(own),
            )
        )
    groups.sort(key=lambda group: (order.index(group.lines[0].level), -len(group.lines)))
    return tuple(groups)


def _minutes(groups: tuple[PlanGroup, ...]) -> int:
    walks = sum(2 * (group.walk_minutes or 0) for group in groups)
    return walks + MINUTES_A_VISIT * sum(len(group.lines) for group in groups)
