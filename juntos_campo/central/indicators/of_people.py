"""Indicators of children, pregnant women and students: one row a case (`counting.Cases`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.indicators import facts
from juntos_campo.central.indicators.counting import Cases, cases, yes
from juntos_campo.central.indicators.periods import latest_birth
from juntos_campo.central.indicators.population import PARTITION, Scope
from juntos_campo.central.indicators.sql import JsonNumber, Shifted
from juntos_campo.central.indicators.standings import NEWBORN_CAPTURE
from juntos_campo.domain.calendar import add_months
from juntos_campo.domain.values import SchoolLevel
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.pregnancy import SECOND_TRIMESTER_DAY, TERM_DAYS

DNI_DAYS = 29
"""Last day of life on which a DNI is "before 30 days" (the identity pack says the same)."""
CAPTURE_DAYS = 30
_TAS_GRADES = (3, 4, 5)


def standing_is(code: str) -> Callable[[Scope], Cases]:
    """Members by one standing that the norms gave them on the cut (`standings`)."""

    def judged(scope: Scope) -> Cases:
        kept, people = scope.kept.standings, scope.people
        joined = sa.and_(
            kept.c.partition == sa.bindparam(PARTITION),
            kept.c.member == people.c.id,
            kept.c.day == scope.last_day,
            kept.c.code == code,
        )
        return cases(people, kept.c.outcome).select_from(people.join(kept, joined))

    return judged


def _reached(scope: Scope, days: int) -> sa.ColumnElement[bool]:
    """Members who became `days` old in the period."""
    first = scope.period.start - timedelta(days=days)
    last = scope.cut - timedelta(days=days)
    return scope.people.c.birth.between(first.isoformat(), last.isoformat())


def captured_newborns(scope: Scope) -> Cases:
    """Children who became 30 days old in the period: whether they were captured by then."""
    return standing_is(NEWBORN_CAPTURE)(scope).where(_reached(scope, CAPTURE_DAYS))


def dni_in_time(scope: Scope) -> Cases:
    """Children who became 30 days old in the period: whether the DNI came before."""
    people, given = scope.people, facts.dni_days
    first = (
        sa.select(people.c.id.label("member"), sa.func.min(given.c.day).label("day"))
        .select_from(people.join(given, given.c.member == people.c.id))
        .where(_reached(scope, DNI_DAYS + 1), given.c.day >= people.c.birth)
        .group_by(people.c.id)
        .subquery("first_dni")
    )
    outcome = sa.case(
        (first.c.day.is_not(None), yes(first.c.day <= Shifted(people.c.birth, DNI_DAYS))),
        (people.c.has_dni == 1, sa.null()),
        else_=0,
    )
    joined = people.outerjoin(first, people.c.id == first.c.member)
    return cases(people, outcome).select_from(joined).where(_reached(scope, DNI_DAYS + 1))


def captured_pregnancies(scope: Scope) -> Cases:
    """Pregnancies captured in the period: whether in the first trimester."""
    people, pregnancy = scope.people, facts.pregnancies
    captured, period = pregnancy.c.captured_on, pregnancy.c.last_period
    scan = pregnancy.c.due_date_ultrasound
    start = sa.func.coalesce(Shifted(scan, -TERM_DAYS), period)
    second = sa.func.coalesce(
        Shifted(scan, SECOND_TRIMESTER_DAY - TERM_DAYS), Shifted(period, SECOND_TRIMESTER_DAY)
    )
    outcome = sa.case(
        (sa.or_(start.is_(None), captured < start), sa.null()), else_=yes(captured < second)
    )
    whose = people.c.id == pregnancy.c.member
    return (
        cases(people, outcome)
        .select_from(pregnancy.join(people, whose))
        .where(scope.within(captured))
    )


# -- school ------------------------------------------------------------------------------------------


def _school_years(scope: Scope) -> tuple[sa.Join, sa.ColumnElement[bool]]:
    """School years of the cut's year, joined to students under the last age."""
    people, year = scope.people, facts.years
    rules = in_force(scope.book.education, scope.cut)
    oldest = latest_birth(rules.until_age.months, scope.cut - rules.until_age.shift)
    whose = people.c.id == year.c.member
    condition = sa.and_(
        year.c.year == scope.cut.year,
        people.c.birth > oldest.isoformat(),
    )
    return year.join(people, whose), condition


def _share(scope: Scope, month: date) -> sa.ColumnElement[Any]:
    """Percentage of days attended in a month; NULL while unreported, in the holidays or impossible."""
    rules = in_force(scope.book.education, scope.cut)
    if not rules.first_month <= month.month <= rules.last_month:
        return sa.null()
    share = JsonNumber(facts.years.c.body, "attendance", f"{month:%Y-%m}")
    return sa.case((share.between(0, 100), share), else_=sa.null())


def attends(scope: Scope) -> Cases:
    """Students enrolled by the end of the month: whether they attended enough of it."""
    rules = in_force(scope.book.education, scope.cut)
    joined, condition = _school_years(scope)
    share = _share(scope, scope.period.start)
    enough = sa.case((share.is_not(None), yes(share >= rules.threshold)), else_=sa.null())
    enrolled = facts.years.c.enrolled_on <= scope.last_day
    in_class = rules.first_month <= scope.cut.month <= rules.last_month
    return (
        cases(scope.people, enough)
        .select_from(joined)
        .where(condition, enrolled, sa.true() if in_class else sa.false())
    )


def students_at_risk(scope: Scope) -> Cases:
    """Students of the grades of TAS: enrolled late or not at all, or with a month of low attendance."""
    rules = in_force(scope.book.education, scope.cut)
    joined, condition = _school_years(scope)
    months = (scope.period.start, add_months(scope.period.start, 1))
    shares = [_share(scope, one) for one in months if one <= scope.cut]
    due = date(scope.cut.year, *rules.enrol_until).isoformat()
    enrolled = facts.years.c.enrolled_on
    late = [(enrolled > due, 1)]
    if scope.last_day > due:
        late.append((enrolled.is_(None), 1))
    low = [(share < rules.threshold, 1) for share in shares]
    told = [(share.is_not(None), 0) for share in shares]
    return (
        cases(scope.people, sa.case(*late, *low, *told, else_=sa.null()))
        .select_from(joined)
        .where(
            condition,
            facts.years.c.level == SchoolLevel.SECONDARY.value,
            facts.years.c.grade.in_(_TAS_GRADES),
        )
    )
