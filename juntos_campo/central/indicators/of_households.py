"""Indicators of households, and of the attention given to them: one row a case (`counting.Cases`)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from juntos_campo.central.indicators.counting import Cases, cases, same, yes
from juntos_campo.central.indicators.periods import latest_birth
from juntos_campo.central.indicators.population import ONCE, Scope
from juntos_campo.central.indicators.sql import json_text, pairs
from juntos_campo.central.tables import records
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.form_ids import EDUCATION, SALUD02, SALUD03
from juntos_campo.domain.values import FormState

CSE_SOON_DAYS = 90
SATISFIED = 20
"""Of five answers from 1 to 5: on average 4, "bien"."""


def accompanied(scope: Scope) -> Cases:
    """Households with a closed visit in the period, of whatever modality."""
    visit, homes = scope.of_kind("visit"), scope.homes
    seen = (
        sa.select(visit.c.partition, visit.c.household)
        .where(scope.standing(visit, "visit"), scope.within(json_text(visit.c.body, "on")))
        .distinct()
        .subquery("seen")
    )
    joined = homes.outerjoin(seen, same(homes, seen, "household"))
    return cases(homes, yes(seen.c.household.is_not(None))).select_from(joined)


def in_group_activity(scope: Scope) -> Cases:
    """Households of which somebody was noted in a group activity of the period."""
    record, homes = scope.of_kind("field_record"), scope.homes
    answer = pairs(record.c.body, "answers")
    came = (
        sa.select(record.c.partition, answer.c.value.label("household"))
        .select_from(record.join(answer, sa.true()))
        .where(
            scope.standing(record, "field_record"),
            json_text(record.c.body, "form_id") == "actividad_grupal",
            scope.within(json_text(record.c.body, "on")),
            answer.c.key.endswith("/hogar", autoescape=True),
        )
        .distinct()
        .subquery("came")
    )
    joined = homes.outerjoin(came, same(homes, came, "household"))
    return cases(homes, yes(came.c.household.is_not(None))).select_from(joined)


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
    homes, people, visit = scope.homes, scope.people, scope.of_kind("visit")
    small = (
        sa.select(people.c.partition, people.c.household)
        .where(
            people.c.birth <= latest_birth(12, scope.cut).isoformat(),
            people.c.birth > latest_birth(36, scope.cut).isoformat(),
        )
        .distinct()
        .subquery("small")
    )
    answer = pairs(visit.c.body, "answers")
    told = (
        sa.select(
            visit.c.partition,
            visit.c.household,
            sa.func.max(yes(answer.c.value == "si")).label("outcome"),
        )
        .select_from(visit.join(answer, sa.true()))
        .where(
            scope.standing(visit, "visit"),
            scope.within(json_text(visit.c.body, "on")),
            answer.c.key.like("member/%"),
            answer.c.key.endswith("/q/n_cuna", autoescape=True),
            answer.c.value.in_(("si", "no")),
        )
        .group_by(visit.c.partition, visit.c.household)
        .subquery("told")
    )
    joined = homes.join(small, same(homes, small, "household")).outerjoin(
        told, same(homes, told, "household")
    )
    return cases(homes, told.c.outcome).select_from(joined)


def verified(scope: Scope) -> Cases:
    """Households by what the closed official forms of the bimester say of their members."""
    homes, people, form = scope.homes, scope.people, scope.of_kind("form_record")
    cell = pairs(form.c.body, "cells")
    said = []
    for column in ("/m1_cumple", "/m2_cumple"):
        length = sa.func.length(cell.c.key) - len(column)
        said.append((cell.c.key.endswith(column, autoescape=True), length))
    member = sa.func.substr(cell.c.key, 1, sa.case(*said))
    answers = (
        sa.select(form.c.partition, member.label("member"), cell.c.value.label("answer"))
        .select_from(form.join(cell, sa.true()))
        .where(
            scope.standing(form, "form_record"),
            json_text(form.c.body, "form_id").in_((SALUD02, SALUD03, EDUCATION)),
            json_text(form.c.body, "bimester") == str(Bimester.of(scope.cut)),
            json_text(form.c.body, "state") == FormState.COMPLETE.value,
            sa.or_(*(ends for ends, _ in said)),
            cell.c.value.in_(("si", "no")),
        )
        .cte("answers")
        .prefix_with(ONCE)
    )
    judged = (
        sa.select(
            people.c.partition,
            people.c.household,
            sa.func.min(yes(answers.c.answer == "si")).label("outcome"),
        )
        .select_from(people.join(answers, same(people, answers, "member")))
        .group_by(people.c.partition, people.c.household)
        .subquery("judged")
    )
    joined = homes.outerjoin(judged, same(homes, judged, "household"))
    return cases(homes, judged.c.outcome).select_from(joined)


def satisfied(scope: Scope) -> Cases:
    """Surveys of the period: whether the five answers average "bien" or better."""
    survey, place = scope.of_kind("field_record"), records.alias("r_settlement")
    scores = []
    for name in ("trato", "claridad", "tiempo", "lengua", "ayuda"):
        answer = json_text(survey.c.body, "answers", name)
        scores.append(sa.case(*((answer == str(one), one) for one in range(1, 6)), else_=sa.null()))
    total = scores[0] + scores[1] + scores[2] + scores[3] + scores[4]
    here = sa.and_(
        place.c.kind == "settlement",
        place.c.id == json_text(survey.c.body, "answers", "centro_poblado"),
        place.c.deleted.is_(False),
    )
    return (
        sa.select(
            survey.c.partition,
            sa.func.coalesce(json_text(place.c.body, "ubigeo"), "").label("district"),
            sa.literal("").label("facility"),
            sa.case((total.is_not(None), yes(total >= SATISFIED)), else_=sa.null()).label(
                "outcome"
            ),
        )
        .select_from(survey.outerjoin(place, here))
        .where(
            scope.standing(survey, "field_record"),
            json_text(survey.c.body, "form_id") == "satisfaccion",
            scope.within(json_text(survey.c.body, "on")),
        )
    )
