"""Somebody who goes to live in a household of another gestor leaves the laptop of the former one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from juntos_campo.domain.entities import Household, Member, ServiceEvent

from .conftest import World, household, member

FORMER, NEW = household("ana", 7), household("beto", 8)
CHILD, MOTHER = member(FORMER, 5), member(FORMER, 6)


def test_a_child_who_moves_to_another_gestors_household_leaves_the_former_laptop(
    world: World,
) -> None:
    seen = ServiceEvent(
        id="s-1", household_id=FORMER.id, member_id=CHILD.id, service="CRED", on=date(2026, 1, 3)
    )
    world.load(FORMER, NEW, CHILD, MOTHER, seen)
    ana, beto, zoe = world.laptop("ana"), world.laptop("beto"), world.laptop("zoe")
    for laptop in (ana, beto, zoe):
        assert laptop.sync().complete
    world.load(replace(CHILD, household_id=NEW.id))
    for laptop in (ana, beto, zoe):
        assert laptop.sync().complete
    assert ana.store.get(Member, CHILD.id) is None
    assert ana.store.get(Member, MOTHER.id) is not None
    assert ana.store.get(Household, FORMER.id) is not None
    assert beto.store.get(Member, CHILD.id).household_id == NEW.id
    assert zoe.store.get(Member, CHILD.id).household_id == NEW.id, "both households are hers"
    world.load(CHILD)
    for laptop in (ana, beto, zoe):
        assert laptop.sync().complete
    assert ana.store.get(Member, CHILD.id).household_id == FORMER.id
    assert beto.store.get(Member, CHILD.id) is None
    assert zoe.store.get(Member, CHILD.id).household_id == FORMER.id
