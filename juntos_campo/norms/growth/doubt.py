"""Figures worth asking about again while they are typed: slips of the finger, not judgements. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from juntos_campo.domain.entities import Member
from juntos_campo.domain.spanish import decimal_text
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.growth.explain import stature_of
from juntos_campo.norms.growth.model import Index, Measurement
from juntos_campo.norms.growth.rules import GrowthRules
from juntos_campo.norms.growth.zscore import printed, reference, z_score

Figure = Literal["weight_kg", "height_cm"]

_INDEX: dict[Figure, Index] = {"weight_kg": Index.WEIGHT_AGE, "height_cm": Index.HEIGHT_AGE}
_UNITS: dict[Figure, str] = {"weight_kg": "kg", "height_cm": "cm"}
_VERBS: dict[Figure, str] = {"weight_kg": "pesaba", "height_cm": "medía"}


class Doubt(NamedTuple):
    """One figure that is probably wrong, and a Spanish sentence to the person who typed it."""

    figure: Figure
    text: str


def doubts_of(
    measurement: Measurement, member: Member, earlier: Sequence[Measurement], rules: GrowthRules
) -> tuple[Doubt, ...]:
    """At most one doubt a figure; none for a child the norm no longer classifies, or before birth.

    Asked about: what WHO does not believe at this age, weight and height that do not go together,
    a jump since the last of the `earlier` measurements, and a child that shrank.
    """
    born = member.birth_date
    if not born <= measurement.on < rules.valid_until.after(born):
        return ()
    found: dict[str, Doubt] = {}
    for doubt in (
        *_of_age(measurement, member, rules),
        *_together(measurement, member, rules),
        *_jumps(measurement, member, earlier, rules),
    ):
        found.setdefault(doubt.figure, doubt)
    return tuple(found.values())


def _of_age(measurement: Measurement, member: Member, rules: GrowthRules) -> Iterator[Doubt]:
    for figure, index in _INDEX.items():
        z = _z(index, measurement, member, rules)
        if z is not None and not _believed(index, z, rules):
            text = f"{_words(figure, measurement)} es muy raro a esa edad: confírmelo en el carné."
            yield Doubt(figure, text)


def _together(measurement: Measurement, member: Member, rules: GrowthRules) -> Iterator[Doubt]:
    z = _z(Index.WEIGHT_HEIGHT, measurement, member, rules)
    if z is not None and not _believed(Index.WEIGHT_HEIGHT, z, rules):
        weight, height = (_words(figure, measurement) for figure in _INDEX)
        text = f"{weight} con {height} es muy raro: confirme los dos en el carné."
        yield Doubt("weight_kg", text)


def _jumps(
    measurement: Measurement, member: Member, earlier: Sequence[Measurement], rules: GrowthRules
) -> Iterator[Doubt]:
    for figure, index in _INDEX.items():
        now = _z(index, measurement, member, rules)
        last = _last(figure, earlier, measurement)
        before = _z(index, last, member, rules) if last is not None else None
        if last is None or now is None or before is None:
            continue
        was = f"El {day_text(last.on)} {_VERBS[figure]} {_words(figure, last)}"
        shrunk = (last.height_cm or 0.0) - (measurement.height_cm or 0.0)
        if figure == "height_cm" and rules.shrink_cm is not None and shrunk > rules.shrink_cm:
            yield Doubt(figure, f"{was} y ahora menos: confírmelo en el carné.")
        elif rules.jump_z is not None and abs(now - before) > rules.jump_z:
            yield Doubt(figure, f"{was}: el cambio es muy raro. Confírmelo en el carné.")


def _last(figure: Figure, earlier: Sequence[Measurement], now: Measurement) -> Measurement | None:
    """The newest measurement of that figure before the day of `now`."""
    before = [one for one in earlier if one.on < now.on and getattr(one, figure) is not None]
    return max(before, key=lambda one: one.on, default=None)


def _z(index: Index, one: Measurement, member: Member, rules: GrowthRules) -> float | None:
    height = stature_of(one, member.birth_date, rules).used_cm
    value = height if index is Index.HEIGHT_AGE else one.weight_kg
    if value is None:
        return None
    age_days = (one.on - member.birth_date).days
    lms = reference(index, member.sex, age_days=age_days, height_cm=height)
    return None if lms is None else printed(z_score(value, lms))


def _believed(index: Index, z: float, rules: GrowthRules) -> bool:
    lowest, highest = rules.flags[index]
    return lowest <= z <= highest


def _words(figure: Figure, one: Measurement) -> str:
    """``8.4 kg``"""
    return f"{decimal_text(getattr(one, figure))} {_UNITS[figure]}"
