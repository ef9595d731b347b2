"""One measurement against the WHO standards and the classes of the norm. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.model import GrowthAssessment, Measurement


def assess_growth(
    measurement: Measurement,
    member: Member,
    book: RuleBook,
    *,
    breastfed: bool | None = None,
) -> GrowthAssessment:
    """Judge one measurement by the norm in force on its day.

    Raises:
        UserError: NRM-03x, a figure that cannot be, or a day before birth.
    """
    raise NotImplementedError


def growth_of(
    member: Member, events: Iterable[ServiceEvent], book: RuleBook, today: date
) -> tuple[GrowthAssessment, ...]:
    """Every recorded measurement of a child, oldest first; impossible figures are left out.

    One a day: of several records on one day the one with most figures counts.
    """
    raise NotImplementedError
