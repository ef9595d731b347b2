"""Who else wrote is named by full name, and only where somebody mentioned him."""

from __future__ import annotations

from juntos_campo.domain.values import Role
from juntos_campo.store import sync_state

from .conftest import World, household, review, visit

ANA = household("ana")
VISIT = visit(ANA, "v-1", attended_by="x")


def test_who_returned_a_visit_has_a_name_on_the_laptop_it_went_back_to(world: World) -> None:
    world.enrol("coord", Role.ZONE_COORDINATOR)
    world.enrol("nobody")
    ana, coordinator = world.laptop("ana"), world.laptop("coord")
    ana.sync()
    ana.save(VISIT)
    ana.sync()
    coordinator.sync()
    coordinator.save(review(VISIT, 1, "coord", "r-1"))
    coordinator.sync()
    ana.sync()
    assert sync_state.full_name(ana.store, "coord") == "Nombre de coord"
    assert sync_state.full_name(coordinator.store, "ana") == "Nombre de ana"
    assert sync_state.full_name(coordinator.store, "nobody") == ""
    assert sync_state.full_name(coordinator.store, "oficina") == ""


def test_a_laptop_of_the_first_version_is_sent_nothing_it_does_not_know(world: World) -> None:
    world.enrol("coord", Role.ZONE_COORDINATOR)
    ana, coordinator = world.laptop("ana"), world.laptop("coord")
    ana.sync()
    ana.save(VISIT)
    ana.sync()
    coordinator.transport.protocol = 1
    coordinator.sync()
    assert coordinator.store.get(type(VISIT), "v-1") == VISIT
    assert sync_state.full_name(coordinator.store, "ana") == ""
