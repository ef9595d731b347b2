"""The districts of Peru by INEI UBIGEO, from `resources/territory/districts.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from juntos_campo import paths


@dataclass(frozen=True, slots=True)
class District:
    """A district. `altitude_m` is that of its capital, metres; None where the source is not sure."""

    ubigeo: str
    department: str
    province: str
    name: str
    altitude_m: int | None


@cache
def districts() -> Mapping[str, District]:
    """Every district by its six-digit INEI UBIGEO; read once."""
    path = paths.resources() / "territory" / "districts.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return {
            row["ubigeo"]: District(
                ubigeo=row["ubigeo"],
                department=row["department"],
                province=row["province"],
                name=row["district"],
                altitude_m=int(row["altitude_m"]) if row["altitude_m"] else None,
            )
            for row in csv.DictReader(handle)
        }


@cache
def capital_altitudes() -> Mapping[str, int]:
    """UBIGEO -> altitude of the district's capital, metres; districts without a sure one are absent."""
    return {code: one.altitude_m for code, one in districts().items() if one.altitude_m is not None}
