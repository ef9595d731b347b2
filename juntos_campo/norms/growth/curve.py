"""Reference curves for a chart."""

from __future__ import annotations

import math

from juntos_campo.domain.values import Sex
from juntos_campo.norms.growth.model import CurvePoint, Index
from juntos_campo.norms.growth.tables import (
    LmsTable,
    height_for_age,
    weight_for_age,
    weight_for_height,
)
from juntos_campo.norms.growth.zscore import value_at

LINES = (-3.0, -2.0, 0.0, 2.0, 3.0)
MOST_STEPS = 199
FIRST_CM_STANDING = 87.0
"""Where weight-for-length passes into weight-for-height when only centimetres are known (WHO anthro:
recumbent length under 87 cm). The step there is the 0.7 cm between lying and standing."""


def reference_curve(index: Index, sex: Sex, *, first: float, last: float) -> tuple[CurvePoint, ...]:
    """Points of the WHO curves from `first` to `last` (days, or cm for weight-for-height).

    Weight-for-height joins the length table (under 24 months) and the height table. Enough points
    for a smooth line, at most 200; what lies beyond the tables is left out. Empty when nothing of
    `first` to `last` is in the tables.
    """
    table = _table(index, sex, 0.0)
    step = table.step
    low = max(0, math.ceil(round((first - table.first) / step, 6)))
    high = math.floor(round((min(last, _table(index, sex, last).last) - table.first) / step, 6))
    stride = max(1, math.ceil((high - low) / MOST_STEPS))
    places = [*range(low, high, stride), high] if low <= high else []
    return tuple(
        point
        for place in places
        if (point := _point(index, sex, round(table.first + place * step, 6))) is not None
    )


def _table(index: Index, sex: Sex, x: float) -> LmsTable:
    if index is Index.WEIGHT_AGE:
        return weight_for_age(sex)
    if index is Index.HEIGHT_AGE:
        return height_for_age(sex)
    return weight_for_height(sex, standing=x >= FIRST_CM_STANDING)


def _point(index: Index, sex: Sex, x: float) -> CurvePoint | None:
    lms = _table(index, sex, x).at(x)
    if lms is None:
        return None
    lowest, low, median, high, highest = (value_at(z, lms) for z in LINES)
    return CurvePoint(x, (lowest, low, median, high, highest))
