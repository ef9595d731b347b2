"""Indicators of households, and of the attention given to them: one row a case (`counting.Cases`)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from juntos_campo.central.indicators import facts
from juntos_campo.central.indicators.counting import Cases, cases, yes
from juntos_campo.central.indicators.periods import latest_birth
from juntos_campo.central.indicators.population import Scope
from juntos_campo.domain.calendar import Bimester

CSE_SOON_DAYS = 90
SATISFIED = 20
"""Of five answers from 1 to 5: on average 4, "bien"."""


def accompanied(scope: Scope) -> Cases:
    """Households with a closed visit in the period, of whatever modality."""
    return _noted(scope, facts.visits)


def in_group_activity(scope: Scope) -> Cases:
    """Households of which somebody was noted in a group activity of the period."""
    return _noted(scope, facts.activities)


def _noted(scope: Scope, table: sa.Table) -> Cases:
    """Households by whether a row of `table` (household, day) names them in the period."""
    homes = scope.homes
    seen = sa.select(table.c.household).where(scope.within(table.c.day)).distinct().subquery("seen")
    joined = homes.outerjoin(seen, homes.c.id == seen.c.household)
    return cases(homes, yes(seen.c.household.is_not(None))).select_from(joined)


def cse_soon(scope: Scope) -> Cases:
    """Households whose socio-economic class is valid on the cut and ends within 90 days."""
    ends = scope.homes.c.cse_expires
    soon = (scope.cut + timedelta(days=CSE_SOON_DAYS)).isoformat()
    known = (ends.is_not(None), yes(ends.between(scope.last_day, soon)))
    return cases(scope.homes, sa.case(known, else_=sa.null()))


def cse_expired(scope: Scope) -> Cases:
    """Households whose socio-economic class ended before the cut."""
    ends = scope.homes.c.cse_expires
    return cases(
        scope.homes, sa.case((ends.is_not(None), yes(ends < scope.last_day)), else_=sa.null())
    )


def in_cuna_mas(scope: Scope) -> Cases:
    """Households with a child of 12 to 35 months: whether a visit of the period noted Cuna Más."""
    homes, people, visit = scope.homes, scope.people, facts.visits
    small = (
        sa.select(people.c.household)
        .where(
            people.c.birth <= latest_birth(12, scope.cut).isoformat(),
            people.c.birth > latest_birth(36, scope.cut).isoformat(),
        )
        .distinct()
        .subquery("small")
    )
    told = (
        sa.select(visit.c.household, sa.func.max(visit.c.cuna_mas).label("outcome"))
        .where(scope.within(visit.c.day))
        .group_by(visit.c.household)
        .subquery("told")
    )
    joined = homes.join(small, homes.c.id == small.c.household).outerjoin(
        told, homes.c.id == told.c.household
    )
    return cases(homes, told.c.outcome).select_from(joined)


def verified(scope: Scope) -> Cases:
    """Households by what the closed official forms of the bimester say of their members."""
    homes, people, told = scope.homes, scope.people, facts.answers
    judged = (
        sa.select(people.c.household, sa.func.min(yes(told.c.answer == "si")).label("outcome"))
        .select_from(people.join(told, told.c.member == people.c.id))
        .where(told.c.bimester == str(Bimester.of(scope.cut)))
        .group_by(people.c.household)
        .subquery("judged")
    )
    joined = homes.outerjoin(judged, homes.c.id == judged.c.household)
    return cases(homes, judged.c.outcome).select_from(joined)


def satisfied(scope: Scope) -> Cases:
    """Surveys of the period: whether the five answers average "bien" or better."""
    survey = facts.surveys
    score = survey.c.score
    return sa.select(
        survey.c.district,
        sa.literal("").label("facility"),
        sa.case((score.is_not(None), yes(score >= SATISFIED)), else_=sa.null()).label("outcome"),
    ).where(scope.within(survey.c.day))
