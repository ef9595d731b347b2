"""Packages ("paquete"): whether every service of the age was received. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from juntos_campo.domain.entities import Member, Pregnancy
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.model import ServiceStatus
from juntos_campo.norms.verification.model import PackageStanding


def packages_of(
    member: Member,
    pregnancy: Pregnancy | None,
    statuses: Sequence[ServiceStatus],
    book: RuleBook,
    today: date,
) -> tuple[PackageStanding, ...]:
    """The packages that apply to a member today; `statuses` are those of `services_of`."""
    raise NotImplementedError
