"""Haemoglobin: adjusted by the altitude of residence, classified by age, sex and pregnancy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import decimal_text, thousands
from juntos_campo.domain.values import Sex
from juntos_campo.norms import problems
from juntos_campo.norms.book import AltitudeBand, Cutoff, HaemoglobinTables, RuleBook
from juntos_campo.norms.explain import NO_SOURCE, day_text
from juntos_campo.norms.model import Trust, Why

LOWEST_G_DL, HIGHEST_G_DL = 1.0, 30.0
"""Beyond these a figure is a typing error (tenths, or grams per litre), not a measurement."""

_UNADJUSTED = "No se conoce la altitud del centro poblado: el valor no está ajustado."
_ABOVE_TABLE = "La altitud pasa de la última banda de la tabla: se usa esa banda."


class AnaemiaLevel(StrEnum):
    """UNGRADED: anaemia in a group that the norm does not grade. UNKNOWN: no cut-off is held."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    UNGRADED = "ungraded"
    UNKNOWN = "unknown"

    @property
    def is_anaemia(self) -> bool:
        return self not in (AnaemiaLevel.NONE, AnaemiaLevel.UNKNOWN)


LEVEL_NAMES = {
    AnaemiaLevel.NONE: "sin anemia",
    AnaemiaLevel.MILD: "anemia leve",
    AnaemiaLevel.MODERATE: "anemia moderada",
    AnaemiaLevel.SEVERE: "anemia severa",
    AnaemiaLevel.UNGRADED: "anemia (sin grado en la norma a esta edad)",
    AnaemiaLevel.UNKNOWN: "sin clasificar",
}
"""Spanish, for sentences and tables."""


@dataclass(frozen=True, slots=True)
class HbAssessment:
    """One measurement judged.

    Attributes:
        observed, adjusted, adjustment: g/dL; `adjusted` = `observed` - `adjustment`, to one decimal.
        group: the group of the cut-offs, Spanish; empty when none fits.
        note: what the reader must be told (altitude unknown, cut-off in conflict), Spanish.
    """

    observed: float
    adjusted: float
    adjustment: float
    level: AnaemiaLevel
    group: str
    why: Why
    note: str = ""


def assess(
    observed_g_dl: float,
    *,
    birth: date,
    sex: Sex,
    on: date,
    altitude_m: int | None,
    trimester: int | None = None,
    preterm: bool = False,
    puerpera: bool = False,
    book: RuleBook,
) -> HbAssessment:
    """Judge one measurement by the norm in force on the day it was made.

    Args:
        trimester: 1 to 3 for a pregnant woman.
        altitude_m: of the place of residence; None leaves the value unadjusted, and says so.

    Raises:
        UserError: NRM-020, NRM-021.
    """
    if not math.isfinite(observed_g_dl) or not LOWEST_G_DL <= observed_g_dl <= HIGHEST_G_DL:
        raise user_error(problems.HB_VALUE, value=observed_g_dl)
    if on < birth:
        raise user_error(problems.HB_BEFORE_BIRTH, on=day_text(on), birth=day_text(birth))
    tables = _tables(book, on)
    band = _band(tables, altitude_m)
    adjustment = band.subtract if band else 0.0
    adjusted = float(
        (Decimal(str(observed_g_dl)) - Decimal(str(adjustment))).quantize(
            Decimal("0.1"), ROUND_HALF_UP
        )
    )
    who = "pregnant" if trimester is not None else "puerpera" if puerpera else "child"
    wanted = ("preterm", who) if preterm and who == "child" else (who,)
    cutoff = next(
        (
            item
            for who in wanted
            for item in tables.cutoffs
            if item.who == who and _applies(item, birth, sex, on, trimester)
        ),
        None,
    )
    level = _level(cutoff, adjusted)
    height = _height(observed_g_dl, adjusted, altitude_m, band)
    why, note = _why(height, altitude_m, band, cutoff, level, tables)
    return HbAssessment(
        observed_g_dl, adjusted, adjustment, level, cutoff.label if cutoff else "", why, note
    )


def _tables(book: RuleBook, on: date) -> HaemoglobinTables:
    """Those in force on the day; before the oldest, the oldest."""
    found = book.haemoglobin[0]
    for tables in book.haemoglobin:
        if tables.start <= on:
            found = tables
    return found


def _band(tables: HaemoglobinTables, altitude_m: int | None) -> AltitudeBand | None:
    """None when the altitude is unknown or below every band (no adjustment)."""
    if altitude_m is None:
        return None
    found = None
    for band in tables.altitude:
        if band.from_m <= altitude_m:
            found = band
    return found


def _applies(item: Cutoff, birth: date, sex: Sex, on: date, trimester: int | None) -> bool:
    if item.sex is not None and item.sex is not sex:
        return False
    if item.trimester is not None and item.trimester != trimester:
        return False
    if item.opens is not None and on < item.opens.after(birth):
        return False
    return item.closes is None or on <= item.closes.after(birth)


def _level(cutoff: Cutoff | None, adjusted: float) -> AnaemiaLevel:
    if cutoff is None:
        return AnaemiaLevel.UNKNOWN
    if adjusted > cutoff.none or (adjusted == cutoff.none and not cutoff.strict):
        return AnaemiaLevel.NONE
    if cutoff.mild is None or cutoff.moderate is None:
        return AnaemiaLevel.UNGRADED
    if adjusted >= cutoff.mild:
        return AnaemiaLevel.MILD
    return AnaemiaLevel.MODERATE if adjusted >= cutoff.moderate else AnaemiaLevel.SEVERE


def _height(
    observed: float, adjusted: float, altitude_m: int | None, band: AltitudeBand | None
) -> str:
    seen = f"Hemoglobina observada {decimal_text(observed)} g/dL"
    if altitude_m is None:
        return f"{seen}, sin ajuste por altitud"
    subtract = decimal_text(band.subtract if band else 0.0)
    return (
        f"{seen}; a {thousands(altitude_m)} m se resta {subtract}: "
        f"ajustada {decimal_text(adjusted)} g/dL"
    )


def _why(
    height: str,
    altitude_m: int | None,
    band: AltitudeBand | None,
    cutoff: Cutoff | None,
    level: AnaemiaLevel,
    tables: HaemoglobinTables,
) -> tuple[Why, str]:
    notes = []
    if altitude_m is None:
        notes.append(_UNADJUSTED)
    elif altitude_m > tables.altitude[-1].to_m:
        notes.append(_ABOVE_TABLE)
    if cutoff is None:
        text = (
            f"{height}. No hay punto de corte con fuente para esta edad en la norma de esa fecha."
        )
        norm, trust = tables.altitude_norm, Trust.NOT_FOUND
    else:
        edge = "más de" if cutoff.strict else "desde"
        text = (
            f"{height}. En {cutoff.label} no hay anemia {edge} {decimal_text(cutoff.none)}: "
            f"{LEVEL_NAMES[level]}."
        )
        norm, trust = cutoff.norm, cutoff.trust
        if cutoff.note:
            notes.append(cutoff.note)
    if trust.is_official and band is not None and not band.trust.is_official:
        trust = band.trust
        notes.append(f"El ajuste de esta altitud es referencial ({NO_SOURCE}).")
    step = "Verifique que reciba tratamiento y control en su establecimiento de salud."
    return Why(text, norm, trust, step if level.is_anaemia else ""), " ".join(notes)
