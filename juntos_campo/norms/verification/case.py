"""What verification is told about one household."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from juntos_campo.domain.entities import (
    Household,
    Member,
    Pregnancy,
    SchoolYear,
    ServiceEvent,
)
from juntos_campo.norms.verification.model import OfficialAnswer


@dataclass(frozen=True, slots=True)
class HouseholdCase:
    """Everything known about one household that verification needs.

    Attributes:
        pregnancies: running and ended ones.
        answers: oldest first: of two about the same member and month the last one rules.
        settlement_flags: as `Settlement.flags`; ``VRAEM`` opens that transfer.
        altitude_m: of the residence, for the rules of anaemia; None when unknown.
        reported_until: last day the health and the school system have reported (HIS, SIAGIE); None:
            take the days before `today` as reported.
    """

    household: Household
    members: Sequence[Member]
    pregnancies: Sequence[Pregnancy] = ()
    events: Mapping[str, Sequence[ServiceEvent]] = field(default_factory=dict)
    school_years: Mapping[str, Sequence[SchoolYear]] = field(default_factory=dict)
    answers: Iterable[OfficialAnswer] = ()
    settlement_flags: tuple[str, ...] = ()
    altitude_m: int | None = None
    reported_until: date | None = None
