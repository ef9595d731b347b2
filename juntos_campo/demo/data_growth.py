"""Plausible weights, heights and haemoglobin for invented children. Not for assessing anybody."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from random import Random

_MONTHS = (0, 1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144)
_WEIGHT = {
    "M": (3.3, 4.5, 5.6, 6.4, 7.0, 7.9, 8.9, 9.6, 10.9, 12.2, 14.3, 16.3, 18.3, 20.5, 25.4, 31.2, 39.8),
    "F": (3.2, 4.2, 5.1, 5.8, 6.4, 7.3, 8.2, 8.9, 10.2, 11.5, 13.9, 16.1, 18.2, 20.2, 25.0, 31.9, 41.0),
}  # fmt: skip
_HEIGHT = {
    "M": (
        49.9, 54.7, 58.4, 61.4, 63.9, 67.6, 72.0, 75.7, 82.3, 87.1, 96.1, 103.3, 110.0, 116.0, 127.3,
        137.8, 149.1,
    ),
    "F": (
        49.1, 53.7, 57.1, 59.8, 62.1, 65.7, 70.1, 74.0, 80.7, 85.7, 95.1, 102.7, 109.4, 115.1, 126.6,
        138.6, 151.2,
    ),
}  # fmt: skip
"""Rounded medians of the WHO standards at `_MONTHS`, kg and cm."""

_ALTITUDE_BANDS = (
    (500, 0.4), (1000, 0.8), (1500, 1.1), (2000, 1.4), (2500, 1.8), (3000, 2.1), (3500, 2.5),
    (4000, 2.9), (4500, 3.3),
)  # fmt: skip
"""From this altitude (m) on, blood shows so much more haemoglobin (g/dL): the bands of NTS 213 by
their lower edges (500-999 m: 0.4, ...)."""


_LOWEST = ((730, 10.5), (1_826, 11.0), (100_000, 11.5))
"""Anaemia below so many g/dL, altitude taken off, until an age in days: cut-offs of NTS 213."""


def is_low(value: float, days: int, altitude_m: int) -> bool:
    """Whether an observed value (g/dL) means anaemia at an age in days."""
    lowest = next(lowest for until, lowest in _LOWEST if days < until)
    return round(value - altitude_gain(altitude_m), 1) < lowest


def altitude_gain(altitude_m: int) -> float:
    """g/dL that the altitude adds to what is measured."""
    gains = [gain for start, gain in _ALTITUDE_BANDS if altitude_m >= start]
    return gains[-1] if gains else 0.0


def _median(table: tuple[float, ...], months: float) -> float:
    index = min(max(bisect_right(_MONTHS, months) - 1, 0), len(_MONTHS) - 2)
    left, right = _MONTHS[index], _MONTHS[index + 1]
    share = min(1.0, (months - left) / (right - left))
    return table[index] + (table[index + 1] - table[index]) * share


@dataclass(frozen=True, slots=True)
class Body:
    """How one invented child grows: z-like offsets that change slowly, and its usual haemoglobin."""

    sex: str
    start: float
    height_offset: float
    weight_offset: float
    haemoglobin: float

    @classmethod
    def draw(cls, rng: Random, sex: str, birth_weight_g: int | None) -> Body:
        """Children of the zone are short more often than thin."""
        grams = 3_150 if birth_weight_g is None else birth_weight_g
        height = rng.gauss(-1.05, 0.85)
        return cls(
            sex=sex,
            start=(grams - 3_250) / 420,
            height_offset=height,
            weight_offset=0.45 * height + rng.gauss(0.1, 0.65),
            haemoglobin=rng.gauss(10.93, 0.75),
        )

    def measure(self, rng: Random, days: int) -> tuple[float, float]:
        """Weight in kg and height in cm at an age in days."""
        months = days / 30.4375
        grown = min(1.0, months / 24)
        height_z = self.start * (1 - grown) * 0.8 + self.height_offset * grown
        weight_z = self.start * (1 - grown) + self.weight_offset * grown
        height = _median(_HEIGHT[self.sex], months) * (1 + 0.036 * height_z) + rng.gauss(0, 0.15)
        weight = _median(_WEIGHT[self.sex], months) * (1 + 0.115 * weight_z) + rng.gauss(0, 0.05)
        return round(max(weight, 1.0), 2), round(max(height, 36.0), 1)

    def blood(self, rng: Random, days: int, altitude_m: int) -> float:
        """Observed haemoglobin, g/dL: rises with age and, apparently, with altitude."""
        by_age = 0.0 if days < 700 else min(1.6, 0.4 + (days - 700) / 2_000)
        value = self.haemoglobin + by_age + rng.gauss(0, 0.45) + altitude_gain(altitude_m)
        return round(max(6.0, value), 1)
