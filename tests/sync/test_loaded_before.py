"""Households loaded from the office's file before the first synchronisation end as the office has them."""

from __future__ import annotations

import pytest

from juntos_campo.central.reassigning import reassign
from juntos_campo.domain.entities import Household, Member, Visit
from juntos_campo.store import outbox
from juntos_campo.sync.wording import report_lines

from .conftest import MORNING, Laptop, World, household, member, visit

GIVEN, KEPT = household("ana", 7), household("ana", 8)
NOT_YET = household("ana", 9)
"""In the file; the office has not loaded it into the server yet."""


@pytest.fixture
def ana(world: World) -> Laptop:
    """Her laptop, which has the file's households and has never synchronised."""
    world.load(GIVEN, member(GIVEN, 7), KEPT, member(KEPT, 8), household("beto", 10))
    laptop = world.laptop("ana")
    with laptop.store.transaction(actor="ana", at=MORNING, action="import") as tx:
        for one in (GIVEN, member(GIVEN, 7), KEPT, member(KEPT, 8), NOT_YET, member(NOT_YET, 9)):
            tx.load(one)
    return laptop


def test_a_household_the_office_gave_to_somebody_else_leaves_with_its_people(
    world: World, ana: Laptop
) -> None:
    reassign(world.database, "ana", "beto", (GIVEN.code,), world.clock)
    ana.save(visit(GIVEN, "v-1", note="x"))
    report = ana.sync()
    assert report.complete
    assert ana.store.get(Household, GIVEN.id) is None
    assert ana.store.get(Member, member(GIVEN, 7).id) is None
    assert ana.store.get(Visit, "v-1") is None
    assert world.record("visit", "v-1") is not None
    assert [(one.code, one.gone) for one in report.left] == [(GIVEN.code, True)]
    assert "1 hogar pasó a otro gestor y salió de esta computadora." in report_lines(report)
    assert ana.store.get(Household, KEPT.id) is not None


def test_a_household_the_server_does_not_know_yet_stays(world: World, ana: Laptop) -> None:
    ana.save(visit(NOT_YET, "v-2", note="x"))
    assert ana.sync().complete
    assert ana.store.get(Household, NOT_YET.id) is not None
    assert [one.record_id for one in outbox.waiting_there(ana.store)] == ["v-2"]


def test_who_holds_nothing_from_a_file_is_not_told_what_left_before(world: World) -> None:
    world.load(GIVEN, KEPT)
    reassign(world.database, "ana", "beto", (GIVEN.code,), world.clock)
    assert world.laptop("ana").sync().left == []
