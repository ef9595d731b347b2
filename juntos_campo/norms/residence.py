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
    """

    altitude_m: int | None
    text: str
    exact: bool


def residence_of(settlement: Settlement | None, districts: Mapping[str, int]) -> Residence:
    """Where a household lives; `districts` is ubigeo -> altitude of the capital, metres."""
    if settlement is not None and settlement.altitude_m is not None:
        return Residence(
            settlement.altitude_m, f"altitud de {settlement.name} (centro poblado)", exact=True
        )
    found = districts.get(settlement.ubigeo) if settlement is not None else None
    if settlement is not None and found is not None:
        return Residence(
            found,
            f"altitud de la capital del distrito de {settlement.district}; "
            "no se conoce la del centro poblado",
            exact=False,
        )
    return Residence(None, "no se conoce la altitud del lugar donde vive", exact=False)
