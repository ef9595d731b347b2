"""What is known about growth under one norm, compiled for evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.norms.ages import Age
from juntos_campo.norms.growth.model import Index
from juntos_campo.norms.model import Trust


@dataclass(frozen=True, slots=True)
class GrowthClass:
    """One class of one index: z greater than `above`, or less than `below`.

    `unless_breastfed`: not said of a child under `GrowthRules.breastfed_until` on breast milk alone.
    """

    index: Index
    key: str
    label: str
    above: float | None
    below: float | None
    alarm: bool
    unless_breastfed: bool = False

    def fits(self, z: float) -> bool:
        return (self.above is not None and z > self.above) or (
            self.below is not None and z < self.below
        )


@dataclass(frozen=True, slots=True)
class GrowthRules:
    """One norm's growth rules, compiled. `norm`: number and section, one Spanish phrase.

    Attributes:
        trend_weight_kg: a weight lower by more than this than at the control before is told.
        jump_z: a change of more z-scores than this since the last measurement is asked about again;
            None asks never.
        shrink_cm: so much less height than at the last measurement is asked about again.
    """

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
    trend_weight_kg: float = 0.0
    breastfed_until: Age | None = None
    jump_z: float | None = None
    shrink_cm: float | None = None
