"""Haemoglobin and risk packs to the tables that are evaluated."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.norms.book import (
    AlertRule,
    AltitudeBand,
    AnaemiaGrade,
    AnaemiaRules,
    Cutoff,
    HaemoglobinTables,
    Points,
    RiskTable,
)
from juntos_campo.norms.pack_format import HaemoglobinPack, RiskPack


def compile_haemoglobin(packs: Sequence[HaemoglobinPack]) -> tuple[HaemoglobinTables, ...]:
    """Tables of each norm, oldest first."""
    return tuple(_haemoglobin(pack) for pack in sorted(packs, key=lambda pack: pack.pack.start))


def _haemoglobin(pack: HaemoglobinPack) -> HaemoglobinTables:
    header = pack.pack
    return HaemoglobinTables(
        header.id,
        header.start,
        header.until,
        tuple(
            AltitudeBand(band.from_m, band.to_m, band.subtract, band.trust or header.trust)
            for band in pack.altitude
        ),
        f"{header.norm}, {pack.altitude_section}",
        tuple(
            Cutoff(
                item.key,
                item.label,
                item.who,
                item.opens,
                item.closes,
                item.trimester,
                item.sex,
                item.none,
                item.strict,
                item.mild,
                item.moderate,
                f"{header.norm}, {item.section or pack.cutoff_section}",
                item.trust or header.trust,
                item.note,
            )
            for item in pack.cutoffs
        ),
    )


def compile_risk(pack: RiskPack) -> RiskTable:
    """Weights and alert rules."""
    return RiskTable(
        tuple(
            Points(
                item.key,
                frozenset(item.services),
                frozenset(item.keys),
                frozenset(item.states),
                item.days_from,
                item.days_until,
                item.points,
                item.most,
                item.reason,
            )
            for item in pack.service_points
        ),
        dict(pack.member_points),
        dict(pack.household_points),
        tuple(
            (item.level, item.from_points)
            for item in sorted(pack.levels, key=lambda item: -item.from_points)
        ),
        tuple(
            AlertRule(
                item.key,
                frozenset(item.services),
                frozenset(item.keys),
                frozenset(item.states),
                item.days_from,
                item.days_until,
                item.days_left,
                item.recovers,
                item.latest,
                frozenset(item.except_services),
                item.level,
            )
            for item in pack.alerts
        ),
        frozenset(service for item in pack.silent for service in item.services),
        AnaemiaRules(
            pack.anaemia.within_days,
            {
                item.grade: AnaemiaGrade(item.points, item.level, item.treated)
                for item in pack.anaemia.grades
            },
        ),
        pack.full_until,
        pack.alert_until,
        pack.pack.trust,
    )
