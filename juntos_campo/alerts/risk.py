"""Semáforo: points of a member and of a household, from the editable table, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from juntos_campo.alerts.model import Alert, Risk
from juntos_campo.alerts.phrases import anaemia_text
from juntos_campo.alerts.scope import closed_by_end, ended_on, is_child_service
from juntos_campo.domain.calendar import completed_months, completed_years
from juntos_campo.domain.entities import Household, Member, Pregnancy, ServiceEvent
from juntos_campo.domain.spanish import count, near_date
from juntos_campo.domain.values import ProgrammeState, RiskLevel
from juntos_campo.norms.ages import Age
from juntos_campo.norms.anaemia import HbFinding, last_finding
from juntos_campo.norms.book import Points, RiskTable, RuleBook
from juntos_campo.norms.evaluate import profile_of
from juntos_campo.norms.model import Profile, ServiceStatus, State
from juntos_campo.norms.pregnancy import gestational_days, pregnancy_start
from juntos_campo.norms.residence import UNKNOWN

RECENT_DAYS = 60
"""A service lost longer ago no longer weighs: nothing can be done about it."""
_SOON_DAYS = 90
_ADULT_YEARS = 18
_CHILD_UNTIL = Age(72, 0)
_PRESSING = frozenset((State.OVERDUE, State.LOST))


def member_risk(
    member: Member,
    pregnancy: Pregnancy | None,
    statuses: Iterable[ServiceStatus],
    alerts: Iterable[Alert],
    events: Iterable[ServiceEvent] = (),
    *,
    book: RuleBook,
    today: date,
    finding: HbFinding | None = None,
) -> Risk:
    """Risk of one member.

    Args:
        alerts: they decide the floor: a very urgent alert never shows as low risk.
        finding: what the last haemoglobin means where she or he lives.
        events: of a caller without a `finding`; the last haemoglobin is then judged unadjusted.
    """
    table = book.risk
    if member.left_on is not None and member.left_on <= today:
        return Risk(RiskLevel.LOW, 0, ())
    if finding is None and events:
        finding = last_finding(
            member,
            pregnancy,
            events,
            residence=UNKNOWN,
            book=book,
            today=today,
            within_days=table.anaemia.within_days,
        )
    ended = ended_on(pregnancy, today)
    if ended is not None:
        statuses = [one for one in statuses if not closed_by_end(one, ended)]
    found = _service_points(member, statuses, table, today)
    if pregnancy is not None and pregnancy.ended_on is None:
        found += _pregnancy_points(member, pregnancy, table, today)
    child = not _CHILD_UNTIL.is_reached(member.birth_date, today)
    if found or child:
        found += _child_points(member, table, today)
    if finding is not None and (pregnancy is not None or child):
        found += _anaemia_points(finding, table)
    alerts = tuple(alerts)
    if not (found or alerts):
        return Risk(level_of(0, table), 0, ())
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


_RANKS = {level: rank for rank, level in enumerate(RiskLevel)}


def _rank(level: RiskLevel) -> int:
    return _RANKS[level]


def _floor(level: RiskLevel) -> RiskLevel:
    """A very urgent alert makes at least a high risk, a high one at least a medium risk."""
    if level is RiskLevel.VERY_HIGH:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if level is RiskLevel.HIGH else RiskLevel.LOW


def _service_points(
    member: Member, statuses: Iterable[ServiceStatus], table: RiskTable, today: date
) -> list[tuple[int, str]]:
    pressing = [
        status
        for status in statuses
        if status.state in _PRESSING
        and status.service not in table.silent
        and _weighs(status, today)
    ]
    if not pressing:
        return []
    halved = table.full_until.is_reached(member.birth_date, today)
    if table.alert_until.is_reached(member.birth_date, today):
        pressing = [status for status in pressing if not is_child_service(status)]
    found = []
    counted: set[str] = set()
    for row in table.service_points:
        fitting = [
            status
            for status in pressing
            if status.key not in counted and _counts(row, status, today)
        ]
        if not fitting:
            continue
        counted.update(status.key for status in fitting)
        points = row.points * len(fitting)
        if row.most is not None:
            points = min(points, row.most)
        if halved and all(is_child_service(status) for status in fitting):
            points //= 2
        labels = ", ".join(status.label for status in fitting[:3])
        more = f" y {len(fitting) - 3} más" if len(fitting) > 3 else ""
        found.append((points, f"{row.reason}: {labels}{more}"))
    return found


def _weighs(status: ServiceStatus, today: date) -> bool:
    """Whether an overdue or lost service may still count."""
    if status.state is not State.LOST:
        return True
    return status.closes is not None and (today - status.closes).days <= RECENT_DAYS


def _counts(row: Points, status: ServiceStatus, today: date) -> bool:
    if status.state not in row.states:
        return False
    if status.service not in row.services and status.key not in row.keys:
        return False
    if status.state is State.LOST:
        return True
    days = status.days_overdue(today)
    return days >= row.days_from and (row.days_until is None or days <= row.days_until)


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


def _child_points(member: Member, table: RiskTable, today: date) -> list[tuple[int, str]]:
    weights = table.member_points
    months = completed_months(member.birth_date, today)
    found = []
    if 0 <= months < 12:
        found.append((weights.get("under_one", 0), "menor de un año"))
    if 0 <= months < 24 and profile_of(member) is Profile.SMALL:
        found.append((weights.get("born_small", 0), "nació prematuro o con bajo peso"))
    return found


def _anaemia_points(finding: HbFinding, table: RiskTable) -> list[tuple[int, str]]:
    grade = table.anaemia.grades.get(finding.assessment.level)
    return [] if grade is None else [(grade.points, anaemia_text(finding))]
