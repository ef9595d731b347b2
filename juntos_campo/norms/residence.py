"""The altitude that adjusts haemoglobin: of the settlement, else of the district. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from juntos_campo.domain.entities import Settlement


@dataclass(frozen=True, slots=True)
class Residence:
    """Altitude of a residence.

    Attributes:
        altitude_m: None when neither settlement nor district is known.
        text: Spanish, where it comes from: ``altitud de Huancarpuquio (centro poblado)``.
        exact: of the settlement itself; otherwise that of the district's capital.
        short: `text` for a narrow place.
    """

    altitude_m: int | None
    text: str
    exact: bool
    short: str = ""


UNKNOWN = Residence(
    None,
    "no se conoce la altitud del lugar donde vive",
    exact=False,
    short="no se conoce la altitud",
)
"""A place without a known altitude: haemoglobin is shown unadjusted, and that is said."""


def residence_of(settlement: Settlement | None, districts: Mapping[str, int]) -> Residence:
    """Where a household lives; `districts` is ubigeo -> altitude of the capital, metres."""
    if settlement is None:
        return UNKNOWN
    if settlement.altitude_m is not None:
        return Residence(
            settlement.altitude_m,
            f"altitud de {settlement.name} (centro poblado)",
            exact=True,
            short=f"altitud de {settlement.name}",
        )
    found = districts.get(settlement.ubigeo)
    return UNKNOWN if found is None else capital_of(settlement.district, found)


def capital_of(district: str, altitude_m: int) -> Residence:
    """The altitude of a district's capital, where that of the settlement is not known."""
    return Residence(
        altitude_m,
        f"altitud de la capital del distrito de {district}; no se conoce la del centro poblado",
        exact=False,
        short=f"altitud de la capital de {district}, no del centro poblado",
    )
