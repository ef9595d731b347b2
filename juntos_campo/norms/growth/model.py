"""What the growth rules answer: z-scores of one measurement, their class, the curve, the trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from juntos_campo.norms.model import Why


class Position(StrEnum):
    """How length or height was measured. UNKNOWN: lying under 24 months, standing from there."""

    LYING = "l"
    STANDING = "h"
    UNKNOWN = ""


class Index(StrEnum):
    """Anthropometric index. The short Spanish name is what the norm and the health card print."""

    WEIGHT_AGE = "weight_age"
    HEIGHT_AGE = "height_age"
    WEIGHT_HEIGHT = "weight_height"

    @property
    def short(self) -> str:
        """``P/E``, ``T/E``, ``P/T``."""
        return {"weight_age": "P/E", "height_age": "T/E", "weight_height": "P/T"}[self.value]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Weight and height of one day; None when not measured. `height_cm` as read, not adjusted."""

    on: date
    weight_kg: float | None = None
    height_cm: float | None = None
    position: Position = Position.UNKNOWN


@dataclass(frozen=True, slots=True)
class IndexResult:
    """One index of one measurement.

    Attributes:
        z: standard deviations from the WHO median, to two decimals; None when it cannot be computed
            (the `why` says the reason).
        key, label: class of the norm (`label` Spanish, ``talla baja``); empty when not classified.
        alarm: the class is one the norm wants followed up.
        implausible: beyond what WHO believes; probably a slip of the pen.
    """

    index: Index
    z: float | None
    key: str
    label: str
    alarm: bool
    implausible: bool
    why: Why


@dataclass(frozen=True, slots=True)
class GrowthAssessment:
    """One measurement judged.

    Attributes:
        height_used_cm: length under 24 months, height from there, after adjustment; None without one.
        results: one per index, in the order of `Index`; empty beyond the ages of the tables.
        note: what the reader must be told (position assumed, born small, ...), Spanish; may be empty.
    """

    measurement: Measurement
    age_days: int
    height_used_cm: float | None
    results: tuple[IndexResult, ...]
    note: str = ""

    def result(self, index: Index) -> IndexResult | None:
        return next((one for one in self.results if one.index is index), None)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of the reference curves.

    Attributes:
        x: age in days, or centimetres for weight-for-height.
        lines: kg or cm at -3, -2, 0, +2 and +3 standard deviations, in that order.
    """

    x: float
    lines: tuple[float, float, float, float, float]


class TrendKind(StrEnum):
    """UNKNOWN: fewer than two usable measurements, or too close together."""

    GOOD = "good"
    FLAT = "flat"
    FALLING = "falling"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trend:
    """Whether the child keeps its course between controls, by one index."""

    index: Index
    kind: TrendKind
    why: Why
