"""What is known about growth under one norm, compiled for evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.norms.ages import Age
from juntos_campo.norms.growth.model import Index
from juntos_campo.norms.model import Trust


@dataclass(frozen=True, slots=True)
class GrowthClass:
    """One class of one index: z greater than `above`, or less than `below`."""

    index: Index
    key: str
    label: str
    above: float | None
    below: float | None
    alarm: bool


@dataclass(frozen=True, slots=True)
class GrowthRules:
    """One norm's growth rules, compiled. `norm`: number and section, one Spanish phrase."""

    start: date
    until: date | None
    norm: str
    trust: Trust
    note: str
    valid_from: Age
    valid_until: Age
    adjust_cm: float
    lying_until: Age
    standing_from: Age
    adjust_trust: Trust
    normal_label: str
    classes: tuple[GrowthClass, ...]
    flags: dict[Index, tuple[float, float]]
    trend_days: int
    trend_flat_z: float
    trend_fall_z: float
    trend_trust: Trust
