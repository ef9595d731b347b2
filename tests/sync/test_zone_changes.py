"""A gestor who goes to another zone leaves the laptop of the coordinator he had, and may come back."""

from __future__ import annotations

from juntos_campo.domain.entities import FieldRecord, Household, Member, Review, Visit
from juntos_campo.store import arrivals, departures, sync_state

from .conftest import MORNING, Laptop, World, household, member, review, visit

HOME = household("beto")
MADE = visit(HOME, "v-1", note="x")


def office_day() -> FieldRecord:
    """A record of beto that is about no household."""
    return FieldRecord(
        id="f-1",
        field_worker="beto",
        form_id="sesion",
        form_version="1",
        on=MORNING.date(),
        answers={"tema": "anemia"},
        closed_at=MORNING,
    )


def zone_of_two(world: World) -> tuple[Laptop, Laptop]:
    beto, zoe = world.laptop("beto"), world.laptop("zoe")
    beto.sync()
    beto.save(MADE, office_day())
    beto.sync()
    zoe.sync()
    zoe.save(review(MADE, 1, "zoe", "r-1"))
    zoe.sync()
    assert zoe.store.get(Household, HOME.id)
    assert zoe.store.get(FieldRecord, "f-1")
    return beto, zoe


def test_a_coordinator_keeps_no_names_of_a_gestor_who_went_to_another_zone(
    world: World,
) -> None:
    _, zoe = zone_of_two(world)
    world.enrol("beto", zone="Z2")
    report = zoe.sync()
    assert report.complete
    assert any("zona" in note for note in report.notes)
    assert {one.field_worker for one in zoe.store.find(Household)} == {"ana"}
    assert {one.household_id for one in zoe.store.find(Member)} == {"h-ana-1", "h-ana-2"}
    for kind in (Visit, Review, FieldRecord):
        assert zoe.store.find(kind) == []
    assert "fw:beto" not in sync_state.cursor(zoe.store)
    assert zoe.sync().notes == []


def test_a_gestor_who_comes_back_to_the_zone_comes_whole(world: World) -> None:
    beto, zoe = zone_of_two(world)
    world.enrol("beto", zone="Z2")
    zoe.sync()
    beto.save(visit(HOME, "v-2", note="mientras tanto"))
    beto.sync()
    world.enrol("beto", zone="Z1")
    assert zoe.sync().complete
    assert {one.id for one in zoe.store.find(Visit)} == {"v-1", "v-2"}
    assert zoe.store.get(Member, member(HOME).id)
    assert zoe.store.get(Review, "r-1")
    assert zoe.store.get(FieldRecord, "f-1")
    assert not arrivals.under_way(zoe.store)


def test_a_review_not_sent_yet_keeps_its_household_until_it_is_settled(
    world: World,
) -> None:
    _, zoe = zone_of_two(world)
    zoe.save(review(MADE, 1, "zoe", "r-2"))
    world.enrol("beto", zone="Z2")
    report = zoe.sync()
    assert [one.record_id for one in report.refused] == ["r-2"]
    assert zoe.store.get(Review, "r-2")
    assert departures.has_departed(zoe.store, HOME.id)
    assert {one.id for one in zoe.store.find(Household) if one.field_worker == "beto"} == {HOME.id}
