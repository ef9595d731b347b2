"""The growth of one child as the household's file shows it: controls, curves, trend, all in words.

The WHO tables are read when a curve or a control is first asked for, never before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.domain.spanish import age_text, count, decimal_text, near_date, short_date
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.assess import growth_of
from juntos_campo.norms.growth.curve import reference_curve
from juntos_campo.norms.growth.model import (
    CurvePoint,
    GrowthAssessment,
    Index,
    IndexResult,
    Trend,
)
from juntos_campo.norms.growth.trend import trend_of
from juntos_campo.norms.in_force import in_force

DAYS_A_MONTH = 30.4375
"""As WHO turns days of age into months."""
INDEX_NAMES = {
    Index.WEIGHT_AGE: "Peso para la edad",
    Index.HEIGHT_AGE: "Talla para la edad",
    Index.WEIGHT_HEIGHT: "Peso para la talla",
}
SPANS_MONTHS = (6, 12, 24, 36, 60)
"""Ages at which the axis of a chart may end."""
SHORTEST_CM, LONGEST_CM = 45.0, 120.0
"""Lengths and heights between which the WHO curves of weight run."""
MARGIN_CM = 5.0
MOST_POINTS = 80
"""Of a curve on a chart: it is smooth at any size of the window, and quickly drawn."""


class Coverage(StrEnum):
    """Why there is a chart or none."""

    SHOWN = "shown"
    TOO_OLD = "too_old"
    NO_CONTROLS = "no_controls"


@dataclass(frozen=True, slots=True)
class GrowthFile:
    """Every control of one child, judged.

    Attributes:
        controls: oldest first; empty unless `coverage` is SHOWN.
        trends: one an index, in the order of `Index`.
    """

    member: Member
    coverage: Coverage
    controls: tuple[GrowthAssessment, ...] = ()
    trends: tuple[Trend, ...] = ()

    def trend(self, index: Index) -> Trend | None:
        return next((one for one in self.trends if one.index is index), None)


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a chart: its ends and where it carries a figure, in its own unit."""

    title: str
    first: float
    last: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Plotted:
    """One control on a chart.

    Attributes:
        number: its place in `GrowthFile.controls`.
        x: months of age, or cm; `y`: kg or cm.
        caption: ``14 nov · 7.6 kg · -0.35``.
        doubtful: not to be believed; it is drawn apart and not joined to the others.
    """

    number: int
    x: float
    y: float
    caption: str
    alarm: bool
    doubtful: bool


@dataclass(frozen=True, slots=True)
class ChartView:
    """One index of one child, ready to be drawn.

    Attributes:
        curves: the reference, with x in the unit of the axis.
        description: everything the picture says, for who cannot see it; Spanish.
    """

    index: Index
    title: str
    x_axis: Axis
    y_axis: Axis
    curves: tuple[CurvePoint, ...]
    points: tuple[Plotted, ...]
    description: str


def growth_file(
    member: Member, events: Sequence[ServiceEvent], book: RuleBook, today: date
) -> GrowthFile:
    """Judge every control of a child under the age the norm's classes end at."""
    if today >= in_force(book.growth, today).valid_until.after(member.birth_date):
        return GrowthFile(member, Coverage.TOO_OLD)
    controls = growth_of(member, events, book, today)
    if not controls:
        return GrowthFile(member, Coverage.NO_CONTROLS)
    trends = tuple(trend_of(controls, index, book) for index in Index)
    return GrowthFile(member, Coverage.SHOWN, controls, trends)


def chart_of(growth: GrowthFile, index: Index, today: date) -> ChartView:
    """The chart of one index; without points when no control gives it."""
    points = tuple(
        point
        for number, control in enumerate(growth.controls)
        if (point := _plotted(number, control, index, today)) is not None
    )
    x_axis = _length_axis(points) if index is Index.WEIGHT_HEIGHT else _age_axis(growth, today)
    unit = 1.0 if index is Index.WEIGHT_HEIGHT else DAYS_A_MONTH
    drawn = reference_curve(
        index, growth.member.sex, first=x_axis.first * unit, last=x_axis.last * unit
    )
    stride = max(1, math.ceil(len(drawn) / MOST_POINTS))
    kept = (*drawn[:-1:stride], *drawn[-1:])
    curves = tuple(CurvePoint(one.x / unit, one.lines) for one in kept)
    return ChartView(
        index,
        INDEX_NAMES[index],
        x_axis,
        _value_axis(index, curves, points),
        curves,
        points,
        _description(growth, index, points, today),
    )


def z_text(z: float | None) -> str:
    """``-1.20``, ``+0.45``; "" when it could not be computed."""
    return "" if z is None else f"{z:+.2f}"


def class_text(result: IndexResult | None) -> str:
    """``talla baja``, ``cifra por revisar``; "" where the norm gives no class."""
    if result is None:
        return ""
    return "cifra por revisar" if result.implausible else result.label


def notable_results(control: GrowthAssessment, book: RuleBook) -> tuple[IndexResult, ...]:
    """The indices of a control that are not simply normal, each class once, in the order of `Index`."""
    normal = in_force(book.growth, control.measurement.on).normal_label
    found = {
        class_text(one): one
        for one in reversed(control.results)
        if class_text(one) not in ("", normal)
    }
    return tuple(reversed(found.values()))


def measures_text(control: GrowthAssessment) -> str:
    """``7.6 kg · 66.5 cm``, what was measured."""
    measured = control.measurement
    parts = []
    if measured.weight_kg is not None:
        parts.append(f"{weight_text(measured.weight_kg)} kg")
    if measured.height_cm is not None:
        parts.append(f"{decimal_text(measured.height_cm)} cm")
    return " · ".join(parts)


def weight_text(kilograms: float) -> str:
    """``7.6``, ``7.65``: hectograms always, decagrams where they were read."""
    return decimal_text(kilograms, 2).removesuffix("0")


def control_age(growth: GrowthFile, control: GrowthAssessment) -> str:
    """``6 m``, at the control."""
    return age_text(growth.member.birth_date, control.measurement.on)


def control_text(growth: GrowthFile, control: GrowthAssessment) -> str:
    """Everything about one control in one sentence, for who cannot see it."""
    judged = "; ".join(
        f"{one.index.short} {z_text(one.z)} {class_text(one)}".rstrip()
        for one in control.results
        if one.z is not None
    )
    head = f"{short_date(control.measurement.on)}, {control_age(growth, control)}"
    return f"{head}: {measures_text(control)}{'; ' if judged else ''}{judged}."


def growth_line(growth: GrowthFile, book: RuleBook, today: date) -> str:
    """``crecimiento el 5 nov: talla baja``, of the last control; "" without one."""
    if not growth.controls:
        return ""
    last = growth.controls[-1]
    classes = [class_text(one) for one in notable_results(last, book)]
    said = ", ".join(classes) or next((one.label for one in last.results if one.label), "")
    day = near_date(last.measurement.on, today)
    return f"crecimiento el {day}: {said}" if said else ""


def _plotted(number: int, control: GrowthAssessment, index: Index, today: date) -> Plotted | None:
    measured, result = control.measurement, control.result(index)
    weight, height = measured.weight_kg, control.height_used_cm
    months = control.age_days / DAYS_A_MONTH
    place = {
        Index.WEIGHT_AGE: (months, weight),
        Index.HEIGHT_AGE: (months, height),
        Index.WEIGHT_HEIGHT: (height, weight),
    }[index]
    x, y = place
    if x is None or y is None:
        return None
    if index is Index.WEIGHT_HEIGHT and not SHORTEST_CM <= x <= LONGEST_CM:
        return None  # the curves do not reach there
    figure = f"{decimal_text(y)} cm" if index is Index.HEIGHT_AGE else measures_text(control)
    if index is Index.WEIGHT_AGE:
        figure = f"{weight_text(y)} kg"
    z = z_text(result.z) if result is not None else ""
    caption = " · ".join(part for part in (near_date(measured.on, today), figure, z) if part)
    return Plotted(
        number,
        x,
        y,
        caption,
        alarm=result is not None and result.alarm,
        doubtful=result is not None and result.implausible,
    )


def _age_axis(growth: GrowthFile, today: date) -> Axis:
    oldest = (today - growth.member.birth_date).days / DAYS_A_MONTH
    last = next((span for span in SPANS_MONTHS if oldest <= span), SPANS_MONTHS[-1])
    step = 1 if last <= 12 else 3 if last <= 24 else 6
    return Axis("meses", 0.0, float(last), _ticks(0.0, float(last), float(step)))


def _length_axis(points: Sequence[Plotted]) -> Axis:
    """Around what was measured; whole WHO range where nothing was."""
    lengths = [one.x for one in points] or [SHORTEST_CM, LONGEST_CM]
    first = max(SHORTEST_CM, 5 * math.floor((min(lengths) - MARGIN_CM) / 5))
    last = min(LONGEST_CM, 5 * math.ceil((max(lengths) + MARGIN_CM) / 5))
    return Axis("cm", first, last, _ticks(first, last, 5.0 if last - first <= 45 else 10.0))


def _value_axis(index: Index, curves: Sequence[CurvePoint], points: Sequence[Plotted]) -> Axis:
    """From the lowest to the highest of curves and believable points: a slip flattens no picture."""
    values = [value for one in curves for value in (one.lines[0], one.lines[-1])]
    values += [one.y for one in points if not one.doubtful]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high - low) * 0.04
    step = next(
        one for one in (1.0, 2.0, 5.0, 10.0, 20.0) if (high - low) / one <= 9 or one == 20.0
    )
    title = "cm" if index is Index.HEIGHT_AGE else "kg"
    first, last = low - room, high + room
    return Axis(title, first, last, _ticks(math.ceil(first / step) * step, last, step))


def _ticks(first: float, last: float, step: float) -> tuple[tuple[float, str], ...]:
    number = math.floor((last - first) / step + 1e-9)
    return tuple(
        (value, f"{value:g}") for value in (first + step * place for place in range(number + 1))
    )


def _description(growth: GrowthFile, index: Index, points: Sequence[Plotted], today: date) -> str:
    name, given = INDEX_NAMES[index], growth.member.given
    if not points:
        return f"{name} de {given}: ningún control tiene las medidas que hacen falta."
    last = growth.controls[points[-1].number]
    result = last.result(index)
    text = f"{name} de {given}: {count(len(points), 'control', 'controles')}. "
    text += f"El último, {near_date(last.measurement.on, today)}, {measures_text(last)}"
    if result is not None and result.z is not None:
        text += f", {z_text(result.z)} desviaciones, {class_text(result) or 'sin clasificar'}"
    trend = growth.trend(index)
    return f"{text}. {trend.why.text if trend else ''}".rstrip()


__all__ = [
    "INDEX_NAMES",
    "Axis",
    "ChartView",
    "Coverage",
    "GrowthFile",
    "Plotted",
    "chart_of",
    "class_text",
    "control_age",
    "control_text",
    "growth_file",
    "growth_line",
    "measures_text",
    "notable_results",
    "weight_text",
    "z_text",
]
