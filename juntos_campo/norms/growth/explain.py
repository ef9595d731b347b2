"""The Spanish sentences behind one z-score: figures, age, class with its limits, next step."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from juntos_campo.domain.entities import Member
from juntos_campo.domain.spanish import age_text, decimal_text
from juntos_campo.norms.ages import age_words
from juntos_campo.norms.evaluate import TERM_WEEKS, profile_of
from juntos_campo.norms.growth.model import Index, Measurement, Position
from juntos_campo.norms.growth.rules import GrowthClass, GrowthRules
from juntos_campo.norms.model import Profile

CHECK_FIGURE = "Confirme la medida en el carné o vuelva a medir."
SEE_FACILITY = "Pida que lo evalúen pronto en su establecimiento de salud."
CHECK_THEN_SEE = "Confirme la medida en el carné; si es correcta, pida que lo evalúen cuanto antes."

_MISSING = {
    Index.WEIGHT_AGE: "Falta el peso.",
    Index.HEIGHT_AGE: "Falta la talla.",
    Index.WEIGHT_HEIGHT: "Faltan el peso o la talla: hacen falta los dos.",
}
_SMALL = "Nació con bajo peso o antes de tiempo: mire la pendiente de su curva, no un solo punto."
_UNCORRECTED = "La edad no está corregida por las semanas que le faltaron."


class Stature(NamedTuple):
    """Length or height as the tables want it.

    Attributes:
        used_cm: after adjustment; None when not measured.
        standing: it is compared as height (standing), not as length.
        added_cm: what the adjustment added.
        note: what was assumed, Spanish; may be empty.
    """

    used_cm: float | None
    standing: bool
    added_cm: float = 0.0
    note: str = ""

    @property
    def word(self) -> str:
        return "de pie" if self.standing else "echado"


def stature_of(measurement: Measurement, birth: date, rules: GrowthRules) -> Stature:
    """Length under 24 months, height from there, whichever way it was measured."""
    on, position, read = measurement.on, measurement.position, measurement.height_cm
    standing = on >= rules.lying_until.after(birth)
    if read is None:
        return Stature(None, standing)
    if position is Position.UNKNOWN:
        usual = "de pie" if standing else "echado"
        note = f"No se anotó si se midió echado o de pie: se toma {usual}, como toca a esta edad."
        return Stature(read, standing, note=note)
    if position is Position.STANDING and on < rules.standing_from.after(birth):
        limit = age_words(rules.standing_from)
        return Stature(
            read, standing, note=f"De pie antes de {limit} no se cree: se toma como echado."
        )
    added = 0.0
    if position is Position.STANDING and not standing:
        added = rules.adjust_cm
    elif position is Position.LYING and standing:
        added = -rules.adjust_cm
    return Stature(round(read + added, 6), standing, added)


def child_notes(member: Member) -> list[str]:
    """What must be told of how the child was born."""
    notes = [_SMALL] if profile_of(member) is Profile.SMALL else []
    if member.gestation_weeks is not None and member.gestation_weeks < TERM_WEEKS:
        notes.append(_UNCORRECTED)
    return notes


def missing_text(index: Index) -> str:
    """Why there is no z-score: nothing measured."""
    return _MISSING[index]


def figures_text(index: Index, measurement: Measurement, member: Member, stature: Stature) -> str:
    """``Pesa 8.40 kg a los 8 m (245 días)``: what was compared with what."""
    days = (measurement.on - member.birth_date).days
    age = f"a la edad de {age_text(member.birth_date, measurement.on)}"
    if days > 31:
        age += f" ({days} días)"
    weight = f"{decimal_text(measurement.weight_kg or 0.0, 2)} kg"
    if index is Index.WEIGHT_AGE:
        return f"Pesa {weight} {age}"
    height = f"{decimal_text(stature.used_cm or 0.0)} cm {stature.word}"
    if stature.added_cm:
        way = "de pie" if stature.added_cm > 0 else "echado"
        read = decimal_text(measurement.height_cm or 0.0)
        height += f" (se midió {way}: {read} cm {stature.added_cm:+g})"
    if index is Index.HEIGHT_AGE:
        return f"Mide {height} {age}"
    return f"Pesa {weight} con {height}, {age}"


def class_text(index: Index, found: GrowthClass | None, rules: GrowthRules) -> str:
    """``bajo peso (de -3 a menos de -2)``: the class with its limits."""
    own = [one for one in rules.classes if one.index is index]
    lows = sorted(one.below for one in own if one.below is not None)
    highs = sorted(one.above for one in own if one.above is not None)
    if found is None:
        limits = [f"de {lows[-1]:+g}" if lows else "", f"a {highs[0]:+g}" if highs else ""]
        return f"{rules.normal_label} ({' '.join(filter(None, limits))})"
    if found.below is not None:
        nearer = [low for low in lows if low < found.below]
        words = f"menos de {found.below:+g}"
        return f"{found.label} ({f'de {nearer[-1]:+g} a ' if nearer else ''}{words})"
    above = found.above if found.above is not None else 0.0
    further = [high for high in highs if high > above]
    words = f"más de {above:+g}"
    return f"{found.label} ({words}{f' y hasta {further[0]:+g}' if further else ''})"


def unclassified_text(rules: GrowthRules) -> str:
    """The norm does not classify at this age."""
    return (
        f"La norma clasifica desde {age_words(rules.valid_from)} "
        f"y antes de {age_words(rules.valid_until)}."
    )


def breastfed_text(label: str, *, known: bool) -> str:
    """The norm does not call a baby on breast milk alone overweight."""
    if known:
        return f"Toma solo leche materna: la norma pide no llamarlo {label}."
    return f"Si toma solo leche materna, la norma pide no llamarlo {label}."


def implausible_text(lowest: float, highest: float) -> str:
    """Beyond what WHO believes."""
    return f"La OMS no cree un valor fuera de {lowest:+g} a {highest:+g}: puede estar mal anotado."
