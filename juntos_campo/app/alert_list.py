"""All alerts of the assigned households in one list, for working through them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.app.attention import attention_of_all
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household, Member, Settlement
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.domain.spanish import ABSENT
from juntos_campo.domain.values import ProgrammeState, RiskLevel


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One thing one member needs.

    Attributes:
        key: of the alert, ``<member id>|<service key>``.
        who: full name; holder: of the household.
        group: kind of service; None when the alert is about no service of the list.
        days: since the day from which it needs attention; 0 or more.
    """

    key: str
    household_id: str
    member_id: str
    who: str
    holder: str
    phone: str
    settlement: str
    level: RiskLevel
    text: str
    group: ServiceGroup | None
    since: date
    days: int


def alert_lines(session: Session) -> tuple[AlertLine, ...]:
    """Every alert computed for today, most urgent first, the oldest of a level first."""
    store, today = session.store, session.today
    attention = {hid: one for hid, one in attention_of_all(session).items() if one.lines}
    households = store.get_many(Household, attention)
    settlements = store.get_many(Settlement, (one.settlement_id for one in households.values()))
    names: dict[str, str] = {}
    holders: dict[str, str] = {}
    for member in store.find_in(Member, "household_id", attention):
        names[member.id] = member.full_name
        if member.is_holder:
            holders[member.household_id] = member.full_name
    lines = []
    for household_id, found in attention.items():
        household = households.get(household_id)
        if household is None or household.programme_state is ProgrammeState.DISAFFILIATED:
            continue
        settlement = settlements.get(household.settlement_id)
        for line in found.lines:
            lines.append(
                AlertLine(
                    key=line.key,
                    household_id=household_id,
                    member_id=line.member_id,
                    who=names.get(line.member_id, ABSENT),
                    holder=holders.get(household_id, ABSENT),
                    phone=household.phone,
                    settlement=settlement.name if settlement else ABSENT,
                    level=line.level,
                    text=line.text,
                    group=_group(line.key),
                    since=line.since,
                    days=max(0, (today - line.since).days),
                )
            )
    order = {level: number for number, level in enumerate(RiskLevel)}
    lines.sort(key=lambda line: (order[line.level], line.since, line.who, line.key))
    return tuple(lines)


def _group(key: str) -> ServiceGroup | None:
    code = key.partition("|")[2].partition(":")[0]
    service = SERVICES.get(code)
    return service.group if service else None
