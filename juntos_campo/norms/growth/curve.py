"""Reference curves for a chart."""

from __future__ import annotations

from juntos_campo.domain.values import Sex
from juntos_campo.norms.growth.model import CurvePoint, Index


def reference_curve(index: Index, sex: Sex, *, first: float, last: float) -> tuple[CurvePoint, ...]:
    """Points of the WHO curves from `first` to `last` (days, or cm for weight-for-height).

    Weight-for-height joins the length table (under 24 months) and the height table. Enough points
    for a smooth line, not more than about 200.
    """
    raise NotImplementedError
