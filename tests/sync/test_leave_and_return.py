"""A gestor goes on leave with work that was not sent: nothing is lost by him or by who replaces him."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from juntos_campo.central.leaves import Settled, cancel_leave, order_leave, settle
from juntos_campo.central.verifying import verify
from juntos_campo.domain.entities import Household, Review, Visit
from juntos_campo.store import outbox

from .conftest import Laptop, World, household, member, review, visit

ANA, KEPT, BETO = household("ana", 7), household("ana", 8), household("beto", 9)
FIRST, LAST = date(2026, 11, 18), date(2026, 11, 24)


@pytest.fixture
def world(world: World) -> World:
    world.load(ANA, member(ANA), KEPT, BETO)
    return world


def day_by_day(world: World, days: int, *laptops: Laptop) -> Settled:
    """So many days go by; what the last of them did."""
    done = Settled()
    for _ in range(days):
        world.clock.advance(timedelta(days=1))
        for laptop in laptops:
            laptop.clock.advance(timedelta(days=1))
        done = settle(world.database, world.clock)
    return done


def sync_all(*laptops: Laptop) -> None:
    for laptop in laptops:
        assert laptop.sync().complete


def homes(laptop: Laptop) -> set[str]:
    return {one.id for one in laptop.store.find(Household)}


def notes(laptop: Laptop) -> dict[str, str]:
    return {one.id: one.answers["note"] for one in laptop.store.find(Visit)}


def test_what_a_gestor_on_leave_had_not_sent_and_what_the_replacement_recorded_is_all_there_after_it(
    world: World,
) -> None:
    ana, beto, zoe = world.laptop("ana"), world.laptop("beto"), world.laptop("zoe")
    everybody = (ana, beto, zoe)
    ana.save(visit(ANA, "v-1", note="antes"))
    sync_all(*everybody)
    hers, his = homes(ana), homes(beto)
    order_leave(world.database, "ana", "beto", FIRST, LAST, world.clock)
    ana.save(visit(ANA, "v-2", note="sin enviar"))

    assert day_by_day(world, 1, *everybody).gone == len(hers)
    sync_all(beto, zoe)
    assert homes(beto) == hers | his
    assert beto.store.get(Household, ANA.id).field_worker == "beto"
    assert notes(beto) == {"v-1": "antes"}
    beto.save(visit(replace(ANA, field_worker="beto"), "v-3", note="de beto"))
    beto.save(replace(beto.store.get(Visit, "v-1"), answers={"note": "completada por beto"}))
    sync_all(beto, zoe)
    zoe.save(review(zoe.store.get(Visit, "v-3"), 1, "zoe", "r-1"))
    sync_all(zoe, beto)

    # Her laptop finds a signal during the leave: what she had goes to who answers now.
    report = ana.sync()
    assert report.complete
    assert {one.record_id for one in report.acknowledged} == {"v-2"}
    assert homes(ana) == set()
    sync_all(beto)
    assert notes(beto) == {"v-1": "completada por beto", "v-2": "sin enviar", "v-3": "de beto"}

    beto.save(visit(replace(ANA, field_worker="beto"), "v-4", note="sin enviar de beto"))
    assert day_by_day(world, 7, *everybody).returned == len(hers)
    sync_all(ana, beto, zoe, ana)
    assert homes(ana) == hers >= {ANA.id, KEPT.id}
    assert homes(beto) == his
    assert notes(beto) == {}
    assert notes(ana) == {
        "v-1": "completada por beto",
        "v-2": "sin enviar",
        "v-3": "de beto",
        "v-4": "sin enviar de beto",
    }
    assert ana.store.get(Review, "r-1") is not None
    assert notes(zoe) == notes(ana)
    assert not any(outbox.waiting(one.store) for one in everybody)
    assert verify(world.database).findings == []


def test_a_laptop_that_slept_through_the_whole_leave_still_holds_and_sends_its_own(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.load(ANA, member(ANA), KEPT, BETO)
    ana, beto = world.laptop("ana"), world.laptop("beto")
    sync_all(ana, beto)
    hers, his = homes(ana), homes(beto)
    ana.save(visit(ANA, "v-1", note="antes de salir"))
    made = order_leave(world.database, "ana", "beto", FIRST, LAST, world.clock)
    day_by_day(world, 1, ana, beto)
    sync_all(beto)
    beto.save(visit(replace(KEPT, field_worker="beto"), "v-2", note="de beto"))
    sync_all(beto)
    cancel_leave(world.database, made.id, world.clock)
    assert settle(world.database, world.clock).returned == len(hers)
    report = ana.sync()
    assert (report.complete, report.left, report.refused) == (True, [], [])
    assert notes(ana) == {"v-1": "antes de salir", "v-2": "de beto"}
    sync_all(beto)
    assert (homes(ana), homes(beto)) == (hers, his)
