"""Alerts: what needs somebody's attention, derived from the state of services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.model import ServiceStatus


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that needs attention.

    Attributes:
        key: ``<member id>|<service key>``, stable while the cause stands.
        title: Spanish, short, without the person's name: ``hemoglobina vencida hace 12 días``.
        status: the service it is about, with its `why`.
        since: the day from which it needs attention.
    """

    key: str
    household_id: str
    member_id: str
    level: RiskLevel
    title: str
    status: ServiceStatus
    since: date


@dataclass(frozen=True, slots=True)
class Risk:
    """Risk level of a member or household and the sentences that explain it (Spanish)."""

    level: RiskLevel
    points: int
    reasons: tuple[str, ...]
