"""Enrolment and attendance of one student as services with a state. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from juntos_campo.domain.entities import Member, SchoolYear
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.model import ServiceStatus


def education_of(
    member: Member, years: Sequence[SchoolYear], book: RuleBook, today: date
) -> tuple[ServiceStatus, ...]:
    """Enrolment of this school year (``ENROL:2026``) and attendance month by month
    (``ATTENDANCE:2026-04``) up to `today`; empty for somebody whose responsibility is not education."""
    raise NotImplementedError
