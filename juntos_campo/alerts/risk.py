"""Semáforo: points of a member and of a household, from the editable table, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from juntos_campo.alerts.model import Alert, Risk
from juntos_campo.domain.calendar import completed_months, completed_years
from juntos_campo.domain.entities import Household, Member, Pregnancy, ServiceEvent
from juntos_campo.domain.spanish import count, decimal_text, near_date
from juntos_campo.domain.values import ProgrammeState, RiskLevel
from juntos_campo.norms.book import Points, RiskTable, RuleBook
from juntos_campo.norms.evaluate import profile_of
from juntos_campo.norms.model import Profile, ServiceStatus, State
from juntos_campo.norms.pregnancy import gestational_days, pregnancy_start

RECENT_DAYS = 60
"""A service lost longer ago no longer weighs: nothing can be done about it."""
LOW_HB_G_DL = 10.5
"""Observed, unadjusted: below it there is anaemia at any altitude and age over six months."""
_SOON_DAYS = 90
_ADULT_YEARS = 18
_CHILD_MONTHS = 72


def member_risk(
    member: Member,
    pregnancy: Pregnancy | None,
    statuses: Iterable[ServiceStatus],
    alerts: Iterable[Alert],
    events: Iterable[ServiceEvent],
    *,
    book: RuleBook,
    today: date,
) -> Risk:
    """Risk of one member.

    `alerts` decide the floor: a very urgent alert never shows as low risk.
    """
    table = book.risk
    if member.left_on is not None and member.left_on <= today:
        return Risk(RiskLevel.LOW, 0, ())
    found = _service_points(member, statuses, table, today)
    if pregnancy is not None and pregnancy.ended_on is None:
        found += _pregnancy_points(member, pregnancy, table, today)
    if found or completed_months(member.birth_date, today) < _CHILD_MONTHS:
        found += _child_points(member, events, table, today)
    points = sum(value for value, _ in found)
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    level = level_of(points, table)
    floor = min((_floor(alert.level) for alert in alerts), default=RiskLevel.LOW, key=_rank)
    return Risk(
        min(level, floor, key=_rank),
        points,
        tuple(f"{reason} (+{value})" for value, reason in found if value),
    )


def household_risk(
    household: Household, risks: Iterable[Risk], book: RuleBook, today: date
) -> Risk:
    """Risk of a household: that of its most pressing member, and what presses the household itself."""
    table = book.risk
    pressing = sorted((risk for risk in risks if risk.points), key=lambda risk: -risk.points)
    level = min((risk.level for risk in pressing), default=RiskLevel.LOW, key=_rank)
    points = pressing[0].points if pressing else 0
    reasons = list(pressing[0].reasons) if pressing else []
    weights = table.household_points
    more = [risk for risk in pressing[1:] if risk.level is not RiskLevel.LOW]
    extra: list[tuple[int, str]] = []
    if more:
        who = count(len(more), "persona más necesita atención", "personas más necesitan atención")
        extra.append((weights.get("each_more", 0) * len(more), who))
    expires = household.cse_expires
    if expires is not None and expires < today:
        extra.append((weights.get("cse_expired", 0), f"CSE vencida el {near_date(expires, today)}"))
    elif expires is not None and (expires - today).days <= _SOON_DAYS:
        extra.append(
            (weights.get("cse_expires_soon", 0), f"CSE vence el {near_date(expires, today)}")
        )
    if household.programme_state is ProgrammeState.SUSPENDED:
        extra.append((weights.get("suspended", 0), "hogar suspendido"))
    points += sum(value for value, _ in extra)
    reasons += [f"{reason} (+{value})" for value, reason in extra if value]
    return Risk(min(level, level_of(points, table), key=_rank), points, tuple(reasons))


def level_of(points: int, table: RiskTable) -> RiskLevel:
    """The level whose threshold the points reach."""
    return next((level for level, start in table.levels if points >= start), RiskLevel.LOW)


def _rank(level: RiskLevel) -> int:
    return list(RiskLevel).index(level)


def _floor(level: RiskLevel) -> RiskLevel:
    """A very urgent alert makes at least a high risk, a high one at least a medium risk."""
    if level is RiskLevel.VERY_HIGH:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if level is RiskLevel.HIGH else RiskLevel.LOW


def _service_points(
    member: Member, statuses: Iterable[ServiceStatus], table: RiskTable, today: date
) -> list[tuple[int, str]]:
    halved = today >= table.full_until.after(member.birth_date)
    silent = today >= table.alert_until.after(member.birth_date)
    pressing = [status for status in statuses if status.state in (State.OVERDUE, State.LOST)]
    found = []
    for row in table.service_points:
        fitting = [status for status in pressing if _counts(row, status, silent, today)]
        if not fitting:
            continue
        points = row.points * len(fitting)
        if row.most is not None:
            points = min(points, row.most)
        if halved and not any(_lasting(status) for status in fitting):
            points //= 2
        labels = ", ".join(status.label for status in fitting[:3])
        more = f" y {len(fitting) - 3} más" if len(fitting) > 3 else ""
        found.append((points, f"{row.reason}: {labels}{more}"))
    return found


def _lasting(status: ServiceStatus) -> bool:
    return status.service == "DNI" or status.service in _PRENATAL or status.key == "HB:T1"


_PRENATAL = frozenset(("APN", "SYPHILIS", "HIV", "URINE", "IRON_FOLIC"))


def _counts(row: Points, status: ServiceStatus, silent: bool, today: date) -> bool:
    if status.state not in row.states or status.service not in row.services:
        return False
    if silent and not _lasting(status):
        return False
    if status.state is State.LOST:
        return status.closes is not None and (today - status.closes).days <= RECENT_DAYS
    return status.days_overdue(today) >= row.days_from


def _pregnancy_points(
    member: Member, pregnancy: Pregnancy, table: RiskTable, today: date
) -> list[tuple[int, str]]:
    weights = table.member_points
    days = gestational_days(pregnancy, today)
    weeks = f" de {days // 7} semanas" if days is not None and days >= 0 else ""
    found = [(weights.get("pregnant", 0), f"gestante{weeks}")]
    if completed_years(member.birth_date, today) < _ADULT_YEARS:
        found.append((weights.get("pregnant_adolescent", 0), "gestante adolescente"))
    if pregnancy_start(pregnancy) is None:
        found.append((weights.get("pregnant_no_dating", 0), "gestante sin fecha de última regla"))
    return found


def _child_points(
    member: Member, events: Iterable[ServiceEvent], table: RiskTable, today: date
) -> list[tuple[int, str]]:
    weights = table.member_points
    months = completed_months(member.birth_date, today)
    found = []
    if 0 <= months < 12:
        found.append((weights.get("under_one", 0), "menor de un año"))
    if 0 <= months < 24 and profile_of(member) is Profile.SMALL:
        found.append((weights.get("born_small", 0), "nació prematuro o con bajo peso"))
    measured = [
        (event.on, event.id, event.value)
        for event in events
        if event.service == "HB" and event.value is not None and event.on <= today
    ]
    if measured and months >= 6:
        on, _, value = max(measured)
        if value is not None and value < LOW_HB_G_DL and (today - on).days <= 183:
            text = f"última hemoglobina baja: {decimal_text(value)} g/dL"
            found.append((weights.get("anaemia_low_value", 0), text))
    return found
