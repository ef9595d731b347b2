"""Distance and area on the Earth, from points as XForms writes them (``lat lon alt acc``).

Both treat the Earth as a sphere of its radius at the equator, as the specification asks; height counts
for nothing.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, TypeAlias

from juntos_campo.form_engine.function_values import Function, every, to_text

_RADIUS = 6_378_100.0
"""Metres; the figure ODK's clients use, so that the same form gives the same number."""

_Point: TypeAlias = tuple[float, float]
"""Latitude and longitude in radians."""


def _points(values: tuple[Any, ...]) -> list[_Point]:
    """The points of node-sets, of a trace or of a shape; empty when one of them is none."""
    parts = [part for value in every(values) for part in to_text(value).split(";") if part.strip()]
    points = []
    for part in parts:
        words = part.split()
        try:
            latitude, longitude = float(words[0]), float(words[1])
        except (ValueError, IndexError):
            return []
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return []
        points.append((math.radians(latitude), math.radians(longitude)))
    return points


def _between(start: _Point, end: _Point) -> float:
    """Great-circle distance by the haversine formula."""
    half = (
        math.sin((end[0] - start[0]) / 2) ** 2
        + math.cos(start[0]) * math.cos(end[0]) * math.sin((end[1] - start[1]) / 2) ** 2
    )
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(half)))


def _distance(_: Any, *values: Any) -> float:
    points = _points(values)
    if not points:
        return math.nan
    return round(sum(_between(start, end) for start, end in pairwise(points)), 2)


def _area(_: Any, *values: Any) -> float:
    points = _points(values)
    if not points:
        return math.nan
    closed = [*points, points[0]]
    total = sum(
        (end[1] - start[1]) * (2 + math.sin(start[0]) + math.sin(end[0]))
        for start, end in pairwise(closed)
    )
    return round(abs(total) * _RADIUS**2 / 2, 2)


GEOGRAPHY_FUNCTIONS: dict[str, Function] = {"area": _area, "distance": _distance}
