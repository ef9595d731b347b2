"""Haemoglobin: adjusted by the altitude of residence, classified by age, sex and pregnancy."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import decimal_text, thousands
from juntos_campo.domain.values import Sex
from juntos_campo.norms import problems
from juntos_campo.norms.book import AltitudeBand, Cutoff, HaemoglobinTables, RuleBook
from juntos_campo.norms.explain import NO_SOURCE, day_text
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import LazyWhy, Trust, Why

LOWEST_G_DL, HIGHEST_G_DL = 1.0, 30.0
"""Beyond these a figure is a typing error (tenths, or grams per litre), not a measurement."""

_UNADJUSTED = "No se conoce la altitud del lugar donde vive: el valor no está ajustado."
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


class HbAssessment(NamedTuple):
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


def is_possible(value: float | None) -> bool:
    """A figure in g/dL that `assess` does not refuse."""
    return value is not None and math.isfinite(value) and LOWEST_G_DL <= value <= HIGHEST_G_DL


class _Judged(NamedTuple):
    """Everything that decided one assessment."""

    observed: float
    adjusted: float
    altitude_m: int | None
    place: str
    band: AltitudeBand | None
    cutoff: Cutoff | None
    level: AnaemiaLevel
    tables: HaemoglobinTables


class HbWhy(LazyWhy):
    """A `Why` whose sentences are made when they are read: most assessments nobody asks about."""

    __slots__ = ("_judged",)

    def __init__(self, judged: _Judged) -> None:
        object.__setattr__(self, "_judged", judged)

    @property
    def text(self) -> str:
        return _sentence(self._judged)

    @property
    def norm(self) -> str:
        cutoff, tables = self._judged.cutoff, self._judged.tables
        return cutoff.norm if cutoff is not None else tables.altitude_norm

    @property
    def trust(self) -> Trust:
        return _trust(self._judged)

    @property
    def next_step(self) -> str:
        step = "Verifique que reciba tratamiento y control en su establecimiento de salud."
        return step if self._judged.level.is_anaemia else ""

    _judged: _Judged


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
    place: str = "",
) -> HbAssessment:
    """Judge one measurement by the norm in force on the day it was made.

    Args:
        trimester: 1 to 3 for a pregnant woman.
        altitude_m: of the place of residence; None leaves the value unadjusted, and says so.
        place: Spanish, where the altitude comes from (`Residence.text`), for the sentence.

    Raises:
        UserError: NRM-020, NRM-021.
    """
    if not is_possible(observed_g_dl):
        raise user_error(problems.HB_VALUE, value=observed_g_dl)
    if on < birth:
        raise user_error(problems.HB_BEFORE_BIRTH, on=day_text(on), birth=day_text(birth))
    tables = in_force(book.haemoglobin, on)
    band = _band(tables, altitude_m)
    adjustment = band.subtract if band else 0.0
    adjusted = _adjusted(observed_g_dl, adjustment)
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
    judged = _Judged(observed_g_dl, adjusted, altitude_m, place, band, cutoff, level, tables)
    return HbAssessment(
        observed_g_dl,
        adjusted,
        adjustment,
        level,
        cutoff.label if cutoff else "",
        HbWhy(judged),
        _note(judged),
    )


@lru_cache(maxsize=4096)
def _adjusted(observed: float, adjustment: float) -> float:
    """To one decimal, half up, as one would on paper; the same few figures come again and again."""
    exact = Decimal(str(observed)) - Decimal(str(adjustment))
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


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
    if item.opens is not None and not item.opens.is_reached(birth, on):
        return False
    return item.closes is None or not item.closes.is_past(birth, on)


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


# -- why -----------------------------------------------------------------------------------------


def _height(judged: _Judged) -> str:
    seen = f"Hemoglobina observada {decimal_text(judged.observed)} g/dL"
    if judged.altitude_m is None:
        return f"{seen}, sin ajuste por altitud"
    place = f", {judged.place}," if judged.place else ""
    subtract = decimal_text(judged.band.subtract if judged.band else 0.0)
    return (
        f"{seen}; a {thousands(judged.altitude_m)} m{place} se resta {subtract}: "
        f"ajustada {decimal_text(judged.adjusted)} g/dL"
    )


def _sentence(judged: _Judged) -> str:
    height, cutoff = _height(judged), judged.cutoff
    if cutoff is None:
        return (
            f"{height}. No hay punto de corte con fuente para esta edad en la norma de esa fecha."
        )
    edge = "más de" if cutoff.strict else "desde"
    return (
        f"{height}. En {cutoff.label} no hay anemia {edge} {decimal_text(cutoff.none)}: "
        f"{LEVEL_NAMES[judged.level]}."
    )


def _trust(judged: _Judged) -> Trust:
    if judged.cutoff is None:
        return Trust.NOT_FOUND
    trust = judged.cutoff.trust
    return judged.band.trust if judged.band is not None and _weaker_band(judged) else trust


def _weaker_band(judged: _Judged) -> bool:
    """The altitude band is what lacks an official source."""
    cutoff, band = judged.cutoff, judged.band
    sure = cutoff is not None and cutoff.trust.is_official
    return sure and band is not None and not band.trust.is_official


def _note(judged: _Judged) -> str:
    notes = []
    if judged.altitude_m is None:
        notes.append(_UNADJUSTED)
    elif judged.altitude_m > judged.tables.altitude[-1].to_m:
        notes.append(_ABOVE_TABLE)
    if judged.cutoff is not None and judged.cutoff.note:
        notes.append(judged.cutoff.note)
    if _weaker_band(judged):
        notes.append(f"El ajuste de esta altitud es referencial ({NO_SOURCE}).")
    return " ".join(notes)
