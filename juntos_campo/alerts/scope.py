"""Which services matter when: those of a child end with an age, those of a pregnancy with the birth."""

from __future__ import annotations

from datetime import date

from juntos_campo.domain.entities import Pregnancy
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.norms.model import ServiceStatus, State

_OF_A_CHILD = frozenset((ServiceGroup.GROWTH, ServiceGroup.VACCINE, ServiceGroup.ANAEMIA))
_OF_A_PREGNANCY = frozenset(("HB:T1",))
"""Keys of services that a child receives too, when they are asked of a pregnant woman."""


def is_child_service(status: ServiceStatus) -> bool:
    """A health service of a child. Prenatal services, identity and school count at any age."""
    group = SERVICES[status.service].group
    return group in _OF_A_CHILD and status.key not in _OF_A_PREGNANCY


def ended_on(pregnancy: Pregnancy | None, today: date) -> date | None:
    """The day a pregnancy ended; None while it runs."""
    ended = pregnancy.ended_on if pregnancy is not None else None
    return ended if ended is not None and ended <= today else None


def closed_by_end(status: ServiceStatus, ended: date) -> bool:
    """A prenatal service that the end of the pregnancy closed; what follows a birth closes later."""
    if is_child_service(status) or status.service == "DNI":
        return False
    if SERVICES[status.service].group is ServiceGroup.EDUCATION:
        return False
    if status.closes is None:
        return status.state is State.LOST
    return status.closes <= ended
