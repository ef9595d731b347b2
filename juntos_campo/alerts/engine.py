"""From states to alerts: which missing service needs somebody's attention, and how much. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from juntos_campo.alerts.model import Alert
from juntos_campo.alerts.phrases import anaemia_title, title_of
from juntos_campo.alerts.scope import closed_by_end, ended_on, is_child_service
from juntos_campo.domain.entities import Member, Pregnancy
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.anaemia import HbFinding
from juntos_campo.norms.book import AlertRule, RiskTable, RuleBook
from juntos_campo.norms.model import ServiceStatus, State

ANAEMIA_KEY = "HB:ANAEMIA"
"""Key of the alert about a measured anaemia; no rule pack expects a service of this key."""

_ORDER = {level: index for index, level in enumerate(RiskLevel)}
_CAN_ALERT = frozenset((State.DUE, State.OVERDUE, State.LOST))
_LOWER = {
    RiskLevel.VERY_HIGH: RiskLevel.HIGH,
    RiskLevel.HIGH: RiskLevel.MEDIUM,
    RiskLevel.MEDIUM: RiskLevel.LOW,
    RiskLevel.LOW: RiskLevel.LOW,
}


def alerts_of(
    member: Member,
    pregnancy: Pregnancy | None,
    statuses: Iterable[ServiceStatus],
    today: date,
    book: RuleBook,
    *,
    finding: HbFinding | None = None,
) -> tuple[Alert, ...]:
    """The alerts of one member, most urgent first, by the rules of `resources/norms/risk.toml`.

    A health service of a child past `full_until` is one level less urgent; past `alert_until` it makes
    no alert (health coresponsibility ends before). Prenatal services, the DNI and school are not
    affected; prenatal ones end with the pregnancy.
    A lost service is for information: level LOW, for as long as its rule says.

    Args:
        pregnancy: running, or ended so recently that something still follows from the birth.
        finding: what her or his last haemoglobin means; None when there is none.
    """
    table = book.risk
    if member.left_on is not None and member.left_on <= today:
        return ()
    pressing = [
        status
        for status in statuses
        if status.state in _CAN_ALERT
        and status.service not in table.silent
        and not _went_too(status)
    ]
    if not pressing and finding is None:
        return ()
    ended = ended_on(pregnancy, today)
    past_full = table.full_until.is_reached(member.birth_date, today)
    past_all = table.alert_until.is_reached(member.birth_date, today)
    alerts: list[Alert] = []
    latest: dict[str, Alert] = {}
    for status in pressing:
        child_service = is_child_service(status)
        if past_all if child_service else ended is not None and closed_by_end(status, ended):
            continue
        rule = next((rule for rule in table.alerts if _fits(rule, status, today)), None)
        if rule is None:
            continue
        level = _LOWER[rule.level] if child_service and past_full else rule.level
        alert = Alert(
            key=f"{member.id}|{status.key}",
            household_id=member.household_id,
            member_id=member.id,
            level=level,
            title=title_of(status, today),
            status=status,
            since=_since(status, rule, today),
        )
        if rule.latest:
            latest[rule.key] = max(latest.get(rule.key, alert), alert, key=_due_day)
        else:
            alerts.append(alert)
    alerts += latest.values()
    if finding is not None and (pregnancy is not None or not past_all):
        alerts += _anaemia(member, finding, today, table, past_full and pregnancy is None)
    alerts.sort(key=lambda alert: (_ORDER[alert.level], alert.since, alert.key))
    return tuple(alerts)


def _went_too(status: ServiceStatus) -> bool:
    """Lost because the dose it waited for was: that one is told, and one loss is one alert."""
    return status.state is State.LOST and status.opens is None


def _due_day(alert: Alert) -> date:
    return alert.status.due or date.min


def _anaemia(
    member: Member, finding: HbFinding, today: date, table: RiskTable, lower: bool
) -> tuple[Alert, ...]:
    """The alert of a last haemoglobin with anaemia; milder once iron was given after it."""
    assessment, event = finding.assessment, finding.event
    grade = table.anaemia.grades.get(assessment.level)
    if grade is None:
        return ()
    level = grade.level if finding.treated_on is None else grade.treated
    status = ServiceStatus(
        key=ANAEMIA_KEY,
        service="HB",
        label="Hemoglobina con anemia",
        state=State.DUE,
        why=assessment.why,
        opens=event.on,
        done_on=event.on,
        event_id=event.id,
    )
    return (
        Alert(
            key=f"{member.id}|{ANAEMIA_KEY}",
            household_id=member.household_id,
            member_id=member.id,
            level=_LOWER[level] if lower else level,
            title=anaemia_title(finding, today),
            status=status,
            since=event.on,
        ),
    )


def _fits(rule: AlertRule, status: ServiceStatus, today: date) -> bool:
    if status.state not in rule.states or (rule.recovers and not status.recovers):
        return False
    if status.service in rule.others:
        return False
    if (rule.services or rule.keys) and not (
        status.service in rule.services or status.key in rule.keys
    ):
        return False
    if status.state is not State.DUE and not _within(rule, status, today):
        return False
    if rule.days_left is None:
        return True
    last = _last_day(rule, status)
    return last is not None and (last - today).days <= rule.days_left


def _within(rule: AlertRule, status: ServiceStatus, today: date) -> bool:
    """Overdue (or lost) for as many days as the rule asks."""
    since = status.closes if status.state is State.LOST else status.due
    if since is None:
        return rule.days_from == 0
    days = (today - since).days
    return days >= rule.days_from and (rule.days_until is None or days <= rule.days_until)


def _last_day(rule: AlertRule, status: ServiceStatus) -> date | None:
    """What `days_left` counts to: the end of the window when it is for vaccines that are lost."""
    if rule.services and SERVICES[status.service].group is ServiceGroup.VACCINE:
        return status.closes or status.due
    return status.due


def _since(status: ServiceStatus, rule: AlertRule, today: date) -> date:
    """The day from which this alert stands, never after `today`."""
    if status.state is State.LOST and status.closes is not None:
        return status.closes + timedelta(days=1)
    if status.state is State.OVERDUE and status.due is not None:
        return min(status.due + timedelta(days=1), today)
    last = _last_day(rule, status)
    if last is not None and rule.days_left is not None:
        day = date.fromordinal(max(1, last.toordinal() - rule.days_left))
        if status.opens is not None:
            day = max(day, status.opens)
        return min(day, today)
    return min(status.opens or today, today)
