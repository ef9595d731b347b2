"""Which services belong to a child's health, whose coresponsibility ends with an age."""

from __future__ import annotations

from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.norms.model import ServiceStatus

_OF_A_CHILD = frozenset((ServiceGroup.GROWTH, ServiceGroup.VACCINE, ServiceGroup.ANAEMIA))
_OF_A_PREGNANCY = frozenset(("HB:T1",))
"""Keys of services that a child receives too, when they are asked of a pregnant woman."""


def is_child_service(status: ServiceStatus) -> bool:
    """A health service of a child. Prenatal services, identity and school count at any age."""
    group = SERVICES[status.service].group
    return group in _OF_A_CHILD and status.key not in _OF_A_PREGNANCY
