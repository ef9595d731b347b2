"""What the law had removed leaves the laptops too, with what was still to be sent about it."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from juntos_campo.central.erasure import erase, find_household, find_member
from juntos_campo.central.tables import conflicts, record_versions, records
from juntos_campo.domain.entities import FormRecord, Household, Member, Visit
from juntos_campo.store import outbox

from .conftest import World, household, member, official_form, visit

HOME = household("ana", 7)
CHILD = member(HOME, 5)


def test_an_erased_household_leaves_every_laptop_and_cannot_be_sent_again(world: World) -> None:
    world.load(HOME, CHILD)
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.save(visit(HOME, "v-1", note="x"))
    for laptop in (ana, zoe):
        laptop.sync()
    ana.save(visit(HOME, "v-2", note="sin enviar"), visit(HOME, "v-1", note="otra vez"))
    erase(world.database, find_household(world.database, HOME.code), world.clock)
    for laptop in (ana, zoe):
        assert laptop.sync().stopped is None
        assert laptop.store.get(Household, HOME.id) is None
        assert laptop.store.find(Visit) == []
        assert laptop.store.get(Member, CHILD.id) is None
        assert not outbox.waiting(laptop.store)
        assert not outbox.refused(laptop.store)
    assert world.count("visit") == 0


def test_an_erased_child_leaves_the_visit_of_the_household_and_does_not_come_back_in_one(
    world: World,
) -> None:
    world.load(HOME, CHILD, member(HOME, 6))
    ana = world.laptop("ana")
    about = {f"member/{CHILD.id}/hb": 9.1, f"member/{member(HOME, 6).id}/hb": 12.0}
    ana.save(visit(HOME, "v-1", **about))
    ana.sync()
    ana.save(visit(HOME, "v-2", **about))
    erase(world.database, find_member(world.database, CHILD.document_number), world.clock)
    assert ana.sync().refused == []
    ana.sync()
    for visit_id in ("v-1", "v-2"):
        kept = {f"member/{member(HOME, 6).id}/hb": 12.0}
        assert CHILD.id not in world.record("visit", visit_id).body
        assert ana.store.get(Visit, visit_id).answers == kept
    assert ana.store.get(Member, CHILD.id) is None


def test_an_erased_household_leaves_the_official_forms_that_name_its_people(world: World) -> None:
    other = member(household("ana", 1), 1)
    world.load(HOME, CHILD)
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    form = official_form({f"{CHILD.id}/cred": "1", f"{other.id}/cred": "2"})
    ana.save(form)
    for laptop in (ana, zoe):
        laptop.sync()
    ana.save(replace(form, cells={**form.cells, f"{CHILD.id}/nota": "x", f"{other.id}/nota": "y"}))
    erase(world.database, find_household(world.database, HOME.code), world.clock)
    for laptop in (ana, zoe, ana, zoe):
        assert laptop.sync().refused == []
    wanted = {f"{other.id}/cred": "2", f"{other.id}/nota": "y"}
    for laptop in (ana, zoe):
        assert laptop.store.get(FormRecord, "f-1").cells == wanted
        assert not laptop.store.rows("SELECT 1 FROM history WHERE instr(body, ?)", (CHILD.id,))
    with world.database.reading() as connection:
        for table in (records, record_versions, conflicts):
            bodies = connection.execute(sa.select(table.c.body)).scalars().all()
            assert not [one for one in bodies if CHILD.id in one], table.name
