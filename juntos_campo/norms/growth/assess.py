"""One measurement against the WHO standards and the classes of the norm. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.domain.errors import user_error
from juntos_campo.norms import problems
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.growth import explain
from juntos_campo.norms.growth.explain import Stature
from juntos_campo.norms.growth.model import (
    GrowthAssessment,
    Index,
    IndexResult,
    Measurement,
    Position,
)
from juntos_campo.norms.growth.rules import GrowthClass, GrowthRules
from juntos_campo.norms.growth.tables import OLDEST_DAY
from juntos_campo.norms.growth.zscore import printed, reference, z_score
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import Trust, Why

POSSIBLE_KG = (0.3, 200.0)
POSSIBLE_CM = (20.0, 220.0)
"""Beyond these a figure is a typing error (grams, metres), not a measurement, at whatever age."""

NORMAL = "normal"
"""Key of the class between all others; its label stands in the norm's pack."""


class _Case(NamedTuple):
    """What the three indices of one measurement share."""

    measurement: Measurement
    member: Member
    rules: GrowthRules
    stature: Stature
    age_days: int
    breastfed: bool | None


def assess_growth(
    measurement: Measurement,
    member: Member,
    book: RuleBook,
    *,
    breastfed: bool | None = None,
) -> GrowthAssessment:
    """Judge one measurement by the norm in force on its day.

    Args:
        breastfed: the child takes breast milk alone; None when nobody knows.

    Raises:
        UserError: NRM-030, NRM-031 a figure that cannot be; NRM-032 a day before birth.
    """
    weight, height = measurement.weight_kg, measurement.height_cm
    if weight is not None and not _possible(weight, POSSIBLE_KG):
        raise user_error(problems.WEIGHT_VALUE, value=weight)
    if height is not None and not _possible(height, POSSIBLE_CM):
        raise user_error(problems.HEIGHT_VALUE, value=height)
    born = member.birth_date
    if measurement.on < born:
        raise user_error(
            problems.MEASURED_BEFORE_BIRTH, on=day_text(measurement.on), birth=day_text(born)
        )
    rules = in_force(book.growth, measurement.on)
    stature = explain.stature_of(measurement, born, rules)
    age_days = (measurement.on - born).days
    if age_days > OLDEST_DAY:
        return GrowthAssessment(measurement, age_days, stature.used_cm, ())
    case = _Case(measurement, member, rules, stature, age_days, breastfed)
    notes = [stature.note] if stature.note else []
    return GrowthAssessment(
        measurement,
        age_days,
        stature.used_cm,
        tuple(_result(index, case) for index in Index),
        " ".join(notes + explain.child_notes(member)),
    )


def growth_of(
    member: Member, events: Iterable[ServiceEvent], book: RuleBook, today: date
) -> tuple[GrowthAssessment, ...]:
    """Every recorded measurement of a child, oldest first; impossible figures are left out.

    One a day: of several records on one day the one with most figures counts. What was measured
    before birth, after `today` or beyond the ages of the tables is left out too.
    """
    best: dict[date, Measurement] = {}
    for event in sorted(events, key=lambda event: (event.on, event.id)):
        days = (event.on - member.birth_date).days
        if event.member_id != member.id or event.on > today or not 0 <= days <= OLDEST_DAY:
            continue
        one = measurement_of(event)
        if _figures(one) > (_figures(best[event.on]) if event.on in best else 0):
            best[event.on] = one
    return tuple(assess_growth(one, member, book) for one in best.values())


def measurement_of(event: ServiceEvent) -> Measurement:
    """What a record says was measured; impossible figures as not measured. Positions are not recorded."""
    weight, height = event.weight_kg, event.height_cm
    return Measurement(
        event.on,
        weight if weight is not None and _possible(weight, POSSIBLE_KG) else None,
        height if height is not None and _possible(height, POSSIBLE_CM) else None,
    )


def read_position(code: str) -> Position:
    """``l`` lying, ``h`` standing, empty unknown; capitals too.

    Raises:
        UserError: NRM-033.
    """
    try:
        return Position(code.strip().lower())
    except ValueError:
        raise user_error(problems.POSITION_CODE, value=code.strip()) from None


def _possible(value: float, bounds: tuple[float, float]) -> bool:
    return math.isfinite(value) and bounds[0] <= value <= bounds[1]


def _figures(measurement: Measurement) -> int:
    return (measurement.weight_kg is not None) + (measurement.height_cm is not None)


def _result(index: Index, case: _Case) -> IndexResult:
    measurement, stature = case.measurement, case.stature
    height = stature.used_cm
    value = height if index is Index.HEIGHT_AGE else measurement.weight_kg
    if value is None or (index is Index.WEIGHT_HEIGHT and height is None):
        return _without_z(index, case, explain.missing_text(index))
    lms = reference(index, case.member.sex, age_days=case.age_days, height_cm=height)
    figures = explain.figures_text(index, measurement, case.member, stature)
    if lms is None:
        return _without_z(index, case, f"{figures}: las tablas de la OMS no llegan a esa talla.")
    z = printed(z_score(value, lms))
    text = f"{figures}: z {z:+.2f}"
    lowest, highest = case.rules.flags[index]
    implausible = not lowest <= z <= highest
    if not _in_ages(case):
        text += f". {explain.unclassified_text(case.rules)}"
        if implausible:
            text += f" {explain.implausible_text(lowest, highest)}"
        step = explain.CHECK_FIGURE if implausible else ""
        return IndexResult(index, z, "", "", False, implausible, _why(index, case, text, step))
    classed = _classed(index, z, case)
    text += f", {classed.text}"
    step = explain.SEE_FACILITY if classed.alarm else ""
    if implausible:
        text += f" {explain.implausible_text(lowest, highest)}"
        step = explain.CHECK_THEN_SEE if classed.alarm else explain.CHECK_FIGURE
    why = _why(index, case, text, step)
    return IndexResult(index, z, classed.key, classed.label, classed.alarm, implausible, why)


class _Classed(NamedTuple):
    key: str
    label: str
    alarm: bool
    text: str


def _classed(index: Index, z: float, case: _Case) -> _Classed:
    """The class of a z-score and its sentence."""
    rules = case.rules
    found = next((one for one in rules.classes if one.index is index and one.fits(z)), None)
    text = f"{explain.class_text(index, found, rules)}."
    if found is None:
        return _Classed(NORMAL, rules.normal_label, False, text)
    if found.unless_breastfed and case.breastfed is not False and _may_be_breastfed(case):
        return _breastfed(found, text, known=bool(case.breastfed))
    return _Classed(found.key, found.label, found.alarm, text)


def _breastfed(found: GrowthClass, text: str, *, known: bool) -> _Classed:
    """Not labelled on breast milk alone; when nobody knows, labelled with the doubt and no alarm."""
    said = explain.breastfed_text(found.label, known=known)
    if known:
        return _Classed("", "", False, f"sin clasificar. {said}")
    return _Classed(found.key, found.label, False, f"{text} {said}")


def _may_be_breastfed(case: _Case) -> bool:
    limit = case.rules.breastfed_until
    return limit is not None and case.measurement.on < limit.after(case.member.birth_date)


def _in_ages(case: _Case) -> bool:
    """The norm classifies at this age."""
    born, on = case.member.birth_date, case.measurement.on
    return case.rules.valid_from.after(born) <= on < case.rules.valid_until.after(born)


def _without_z(index: Index, case: _Case, text: str) -> IndexResult:
    return IndexResult(index, None, "", "", False, False, _why(index, case, text, ""))


def _why(index: Index, case: _Case, text: str, step: str) -> Why:
    """A figure that was adjusted is believed no further than the adjustment."""
    why = Why(text, case.rules.norm, case.rules.trust, step)
    adjusted = bool(case.stature.added_cm) and index is not Index.WEIGHT_AGE
    trust: Trust = case.rules.adjust_trust
    return replace(why, trust=trust) if adjusted and why.trust.is_official else why
