"""Measurement to z-score and back, as WHO does it (Methods and development, 2006, chapter 7). Pure."""

from __future__ import annotations

import math

from juntos_campo.domain.values import Sex
from juntos_campo.norms.growth.model import Index
from juntos_campo.norms.growth.tables import (
    FIRST_DAY_STANDING,
    Lms,
    height_for_age,
    weight_for_age,
    weight_for_height,
)

EDGE = 3.0
"""Beyond so many standard deviations they are all as wide as that between the second and third."""


def reference(
    index: Index, sex: Sex, *, age_days: int, height_cm: float | None = None
) -> Lms | None:
    """What a child of this age (and, for weight-for-height, length) is compared with.

    Args:
        age_days: completed days; it also decides between the tables of length and of height.
        height_cm: length or height as the table of that age wants it, adjusted.

    Returns:
        None beyond the table, or without the height it needs.
    """
    if index is Index.WEIGHT_AGE:
        return weight_for_age(sex).at(age_days)
    if index is Index.HEIGHT_AGE:
        return height_for_age(sex).at(age_days)
    if height_cm is None:
        return None
    return weight_for_height(sex, standing=age_days >= FIRST_DAY_STANDING).at(height_cm)


def z_score(value: float, lms: Lms) -> float:
    """Standard deviations of `value` (kg or cm) from the median; for every finite value.

    Beyond `EDGE` WHO counts in distances between the second and third deviation, so that skewness
    does not run away. Length and height are not skewed (power 1): there both come to the same.
    """
    power, median, variation = lms
    upper = _lms_value(EDGE, lms)
    if value > upper:
        return EDGE + (value - upper) / (upper - _lms_value(EDGE - 1, lms))
    lower = _lms_value(-EDGE, lms)
    if value < lower:
        return -EDGE + (value - lower) / (_lms_value(1 - EDGE, lms) - lower)
    return (math.pow(value / median, power) - 1) / (power * variation)


def value_at(z: float, lms: Lms) -> float:
    """The kg or cm that have this z-score: the inverse of `z_score`."""
    if z > EDGE:
        upper = _lms_value(EDGE, lms)
        return upper + (z - EDGE) * (upper - _lms_value(EDGE - 1, lms))
    if z < -EDGE:
        lower = _lms_value(-EDGE, lms)
        return lower + (z + EDGE) * (_lms_value(1 - EDGE, lms) - lower)
    return _lms_value(z, lms)


def printed(z: float) -> float:
    """To two decimals, as WHO's software gives it; classes and flags are judged on this figure."""
    return round(z, 2) + 0.0


def _lms_value(z: float, lms: Lms) -> float:
    power, median, variation = lms
    return median * math.pow(1 + power * variation * z, 1 / power)
