"""What a laptop could not be told in version 1 it is told when it speaks version 2."""

from __future__ import annotations

import pytest

from juntos_campo.central.erasure import erase, find_household
from juntos_campo.central.reassigning import reassign
from juntos_campo.domain.entities import Household, Visit
from juntos_campo.sync.report import SyncReport

from .conftest import Laptop, World, household, member, visit

GIVEN, ERASED = household("ana", 7), household("ana", 8)


def speak(laptop: Laptop, protocol: int) -> SyncReport:
    laptop.transport.protocol = protocol
    report = laptop.sync()
    assert report.complete
    return report


@pytest.mark.parametrize("first", [1, 2], ids=["updated since", "went back to it for a while"])
def test_what_left_while_a_laptop_spoke_version_1_leaves_it_afterwards(
    world: World, first: int
) -> None:
    world.load(GIVEN, member(GIVEN), ERASED, member(ERASED, 2))
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.save(visit(GIVEN, "v-1", note="x"), visit(ERASED, "v-2", note="y"))
    speak(ana, first)
    speak(zoe, 2)
    reassign(world.database, "ana", "beto", (GIVEN.code,), world.clock)
    erase(world.database, find_household(world.database, ERASED.code), world.clock)
    speak(ana, 1)
    assert len(ana.store.find(Household)) == 4, "version 1 knows of no leaving"
    assert len(zoe.store.find(Household)) > 0
    speak(zoe, 2)
    ana.save(visit(household("ana", 1), "v-3", note="z"))
    report = speak(ana, 2)
    assert [one.household_id for one in report.left] == [GIVEN.id]
    assert report.erased == 1
    assert {one.id for one in ana.store.find(Household)} == {"h-ana-1", "h-ana-2"}
    assert [one.id for one in ana.store.find(Visit)] == ["v-3"]
    assert speak(zoe, 2).erased == 0, "what is not here any more is not told again"
    assert zoe.store.get(Household, GIVEN.id).field_worker == "beto"
    report = speak(ana, 2)
    assert (report.left, report.erased) == ([], 0)
