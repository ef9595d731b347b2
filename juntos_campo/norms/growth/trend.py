"""Whether a child keeps its course between controls. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from juntos_campo.domain.spanish import count, decimal_text
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.growth.explain import SEE_FACILITY
from juntos_campo.norms.growth.model import (
    GrowthAssessment,
    Index,
    Measurement,
    Trend,
    TrendKind,
)
from juntos_campo.norms.growth.rules import GrowthRules
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import Why


class _Point(NamedTuple):
    z: float
    measurement: Measurement


def trend_of(assessments: Sequence[GrowthAssessment], index: Index, book: RuleBook) -> Trend:
    """The course of one index; `assessments` oldest first. Implausible ones do not count.

    The last measurement is compared with the nearest one at least `trend_days` before it. A weight
    that fell between the two is told by both indices of weight, whatever their z-scores say.
    """
    points = [point for one in assessments if (point := _point(one, index, book)) is not None]
    rules = in_force(book.growth, points[-1].measurement.on) if points else book.growth[-1]
    if not points:
        return _trend(index, TrendKind.UNKNOWN, f"No hay {index.short} con que comparar.", rules)
    last = points[-1]
    latest = last.measurement.on - timedelta(days=rules.trend_days)
    before = next((one for one in reversed(points) if one.measurement.on <= latest), None)
    if before is None:
        text = (
            f"Hace falta otra medición de {index.short} por lo menos {rules.trend_days} días antes "
            f"de la del {day_text(last.measurement.on)}."
        )
        return _trend(index, TrendKind.UNKNOWN, text, rules)
    return _compared(index, before, last, rules)


def _point(one: GrowthAssessment, index: Index, book: RuleBook) -> _Point | None:
    """None when it does not count: no z-score, implausible, or an age the norm does not classify."""
    result = one.result(index)
    if result is None or result.z is None or result.implausible:
        return None
    on = one.measurement.on
    rules = in_force(book.growth, on)
    born = on - timedelta(days=one.age_days)
    if not rules.valid_from.after(born) <= on < rules.valid_until.after(born):
        return None
    return _Point(result.z, one.measurement)


def _compared(index: Index, before: _Point, last: _Point, rules: GrowthRules) -> Trend:
    days = (last.measurement.on - before.measurement.on).days
    change = round(last.z - before.z, 2)
    text = (
        f"z de {index.short}: {before.z:+.2f} el {day_text(before.measurement.on)} y {last.z:+.2f} "
        f"el {day_text(last.measurement.on)}, {change:+.2f} en {count(days, 'día')}."
    )
    fell = ""
    if index is not Index.HEIGHT_AGE:
        fell = _weight_fell(before.measurement, last.measurement, rules)
    if fell:
        text = f"{text} {fell}"
    if fell or change <= -rules.trend_fall_z:
        kind, words = TrendKind.FALLING, "Pierde su carril."
    elif change <= -rules.trend_flat_z:
        kind, words = TrendKind.FLAT, "Crece menos de lo esperado."
    else:
        kind, words = TrendKind.GOOD, "Sigue su carril."
    step = "" if kind is TrendKind.GOOD else SEE_FACILITY
    return _trend(index, kind, f"{text} {words}", rules, step)


def _weight_fell(before: Measurement, last: Measurement, rules: GrowthRules) -> str:
    """The sentence about a lower weight; empty when it did not fall."""
    old, new = before.weight_kg, last.weight_kg
    if old is None or new is None or round(old - new, 3) <= rules.trend_weight_kg:
        return ""
    return f"Bajó de peso: de {decimal_text(old, 2)} a {decimal_text(new, 2)} kg."


def _trend(index: Index, kind: TrendKind, text: str, rules: GrowthRules, step: str = "") -> Trend:
    return Trend(index, kind, Why(text, rules.norm, rules.trend_trust, step))
