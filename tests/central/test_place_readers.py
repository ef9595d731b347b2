"""A laptop receives the places that its households name: all of them, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic import command
from server_databases import Lender

from juntos_campo.central.accounts import Account
from juntos_campo.central.authorisation import readable
from juntos_campo.central.database import Database, alembic_config
from juntos_campo.central.first_download import read_first_download
from juntos_campo.central.loading import load
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.tables import place_readers, records
from juntos_campo.central.units import add_unit
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import HealthFacility, School, SchoolYear
from juntos_campo.domain.values import Role
from juntos_campo.wire.messages import SyncRequest

from .places_world import ANA, BUDGET, came, enrol, home, village

BETO = Account("beto", "Beto", Role.FIELD_WORKER, "", "PUNO")
CARLA = Account("carla", "Carla", Role.FIELD_WORKER, "", "CUSCO")


@pytest.fixture
def unit(lend: Lender, clock: FixedClock) -> Database:
    """ana and beto work in Puno, each in a village with a post of its own; carla works in Cusco."""
    made = lend.opened()
    for code in ("PUNO", "CUSCO"):
        add_unit(made, code, code, clock)
    enrol(made, clock, ANA, BETO, CARLA)
    posts = [HealthFacility(id=f"f-{one}", code=one, name=f"PS {one}") for one in "ab"]
    villages = village("s-a", facility="f-a"), village("s-b", facility="f-b")
    load(made, [*posts, *villages, home("ana", 1, "s-a"), home("beto", 2, "s-b")], clock)
    return made


def test_a_laptop_receives_no_village_of_another_field_worker_of_its_unit(unit: Database) -> None:
    assert came(unit, ANA)[0].keys() == {"s-a", "f-a"}
    assert came(unit, BETO)[0].keys() == {"s-b", "f-b"}
    assert verify(unit).findings == []


def test_a_new_household_in_a_colleagues_village_shows_village_and_post(
    unit: Database, clock: FixedClock
) -> None:
    _, cursor = came(unit, ANA)
    load(unit, [home("ana", 3, "s-b")], clock)
    assert came(unit, ANA, cursor)[0].keys() == {"s-b", "f-b"}
    assert came(unit, ANA)[0].keys() == {"s-a", "f-a", "s-b", "f-b"}
    _, cursor = came(unit, ANA)
    load(unit, [home("ana", 4, "s-b")], clock)
    assert came(unit, ANA, cursor)[0] == {}, "nothing comes that is there already"
    assert verify(unit).findings == []


def test_a_household_of_a_colleague_brings_its_village_and_what_is_recorded_about_it(
    unit: Database, clock: FixedClock
) -> None:
    year = SchoolYear(id="y-1", household_id="h-2", member_id="m-1", year=2026, school_id="i-1")
    load(unit, [School(id="i-1", code="1", name="IE Uno"), year], clock)
    _, cursor = came(unit, ANA)
    reassign(unit, "beto", "ana", ["00002"], clock)
    assert came(unit, ANA, cursor)[0].keys() == {"s-b", "f-b", "i-1"}
    assert verify(unit).findings == []


def test_what_is_corrected_in_a_village_reaches_everybody_who_works_there_and_nobody_else(
    unit: Database, clock: FixedClock
) -> None:
    load(unit, [home("ana", 3, "s-b")], clock)
    before = [came(unit, one)[1] for one in (ANA, BETO)]
    load(unit, [village("s-b", "Pampa Alta", "f-b")], clock)
    assert [
        came(unit, one, cursor)[0] for one, cursor in zip((ANA, BETO), before, strict=True)
    ] == [
        {"s-b": "Pampa Alta"},
        {"s-b": "Pampa Alta"},
    ]
    before = [came(unit, one)[1] for one in (ANA, BETO)]
    load(unit, [village("s-a", "Pampa Baja", "f-a")], clock)
    assert came(unit, ANA, before[0])[0] == {"s-a": "Pampa Baja"}
    assert came(unit, BETO, before[1])[0] == {}


@pytest.mark.parametrize("known", ["f-b", "f-new", "f-c"])
def test_a_village_that_goes_to_another_post_shows_that_post(
    unit: Database, clock: FixedClock, known: str
) -> None:
    """A colleague's, a new one, one of another unit."""
    far = HealthFacility(id="f-c", code="c", name="PS c")
    load(unit, [far, village("s-c", facility="f-c"), home("carla", 5, "s-c")], clock)
    load(unit, [home("beto", 3, "s-a")], clock)
    before = [came(unit, one)[1] for one in (ANA, BETO)]
    new = [HealthFacility(id=known, code="9", name="PS 9")] if known == "f-new" else []
    moved = village("s-a", facility=known)
    load(unit, [*new, moved, home("ana", 1, "s-a")], clock)
    for one, cursor in zip((ANA, BETO), before, strict=True):
        assert known in came(unit, one)[0]
        held = came(unit, one, cursor)[0]
        assert "s-a" in held
        assert known in held or (one, known) == (BETO, "f-b")
    assert verify(unit).findings == []


def test_whoever_comes_back_to_a_unit_receives_what_was_corrected_meanwhile(
    unit: Database, clock: FixedClock
) -> None:
    reassign(unit, "ana", "beto", (), clock)
    _, cursor = came(unit, ANA)
    away = replace(ANA, unit="CUSCO")
    enrol(unit, clock, away)
    assert came(unit, away, cursor)[0] == {}
    load(unit, [village("s-a", "Pampa Nueva", "f-a")], clock)
    _, cursor = came(unit, away, cursor)
    enrol(unit, clock, ANA)
    reassign(unit, "beto", "ana", ["00001"], clock)
    assert came(unit, ANA, cursor)[0] == {"s-a": "Pampa Nueva", "f-a": "PS a"}
    assert verify(unit).findings == []


def test_a_coordinator_receives_the_places_of_whoever_comes_into_his_zone(
    unit: Database, clock: FixedClock
) -> None:
    zoe = Account("zoe", "Zoe", Role.ZONE_COORDINATOR, "Z1", "PUNO")
    enrol(unit, clock, zoe, replace(ANA, zone="Z1"))
    places, cursor = came(unit, zoe)
    assert places.keys() == {"s-a", "f-a"}
    enrol(unit, clock, replace(BETO, zone="Z1"))
    places, later = came(unit, zoe, cursor)
    assert places.keys() == {"s-b", "f-b"}
    enrol(unit, clock, replace(BETO, zone="Z1"))
    assert came(unit, zoe, later)[0] == {}, "nothing is sent again for a new password"


def test_whoever_comes_into_a_zone_in_the_middle_of_an_exchange_brings_all_his_places(
    unit: Database, clock: FixedClock
) -> None:
    zoe = Account("zoe", "Zoe", Role.ZONE_COORDINATOR, "Z1", "PUNO")
    enrol(unit, clock, zoe, replace(ANA, zone="Z1"))
    _, cursor = came(unit, zoe)
    with unit.reading() as connection:
        names = readable(connection, zoe)
    enrol(unit, clock, replace(BETO, zone="Z1"))
    request = SyncRequest(protocol=2, device="d-1", cursor=cursor)
    with unit.reading() as connection:
        page = read_first_download(connection, names, request, BUDGET, frozenset())
    assert {"s-b", "f-b"} <= {one.id for one in page.changes}


def test_a_village_that_is_everybodys_shows_the_post_it_gets_later(
    lend: Lender, clock: FixedClock
) -> None:
    """A server whose places were loaded before it had units; the post is new, or a unit's already."""
    pilot = lend.opened()
    load(pilot, [village("s-1"), village("s-2")], clock)
    add_unit(pilot, "PUNO", "Puno", clock)
    enrol(pilot, clock, ANA, BETO)
    homes = [home("ana", 1, "s-1"), home("beto", 2, "s-2"), home("beto", 3, "s-b")]
    load(pilot, [HealthFacility(id="f-b", code="b", name="PS b"), *homes], clock)
    load(pilot, [village("s-b", facility="f-b"), *homes], clock)
    new = HealthFacility(id="f-a", code="a", name="PS a")
    load(pilot, [new, village("s-1", facility="f-a"), *homes], clock)
    assert came(pilot, ANA)[0].keys() >= {"s-1", "f-a"}
    _, cursor = came(pilot, ANA)
    load(pilot, [village("s-1", facility="f-b")], clock)
    assert "s-1" in came(pilot, ANA, cursor)[0]
    assert "f-b" in came(pilot, ANA)[0]


def test_a_place_that_a_laptop_misses_is_found(unit: Database) -> None:
    with unit.writing() as connection:
        connection.execute(sa.delete(place_readers).where(place_readers.c.id == "s-b"))
    assert [(one.check, one.count) for one in verify(unit).findings] == [("reference.untold", 1)]


def test_a_server_that_sent_whole_units_goes_on_with_what_each_laptop_needs(
    unit: Database, clock: FixedClock
) -> None:
    year = SchoolYear(id="y-1", household_id="h-2", member_id="m-1", year=2026, school_id="i-1")
    load(unit, [School(id="i-1", code="1", name="IE Uno"), year, home("ana", 3, "s-b")], clock)
    _as_it_was_with_a_village_of_everybodys(unit, "s-a")
    before = _noted(unit) - {("PUNO", "fw:ana", "settlement", "s-a")}
    steps: list[tuple[Callable[..., None], str]] = [
        (command.downgrade, "0009"),
        (command.upgrade, "head"),
    ]
    for step, revision in steps:
        with unit.writing() as connection:
            step(alembic_config(connection), revision)
    assert _noted(unit) == before
    assert {row[1:] for row in before} == {
        ("fw:ana", "settlement", "s-b"),
        *(("fw:ana", "health_facility", one) for one in ("f-a", "f-b")),
        ("fw:beto", "settlement", "s-b"),
        ("fw:beto", "health_facility", "f-b"),
        ("fw:beto", "school", "i-1"),
    }


def _as_it_was_with_a_village_of_everybodys(database: Database, key: str) -> None:
    """Its post lies in the unit, as it could before posts went where their villages are."""
    with database.writing() as connection:
        this = (records.c.kind == "settlement", records.c.id == key)
        connection.execute(sa.update(records).where(*this).values(unit=""))


def _noted(database: Database) -> set[tuple[str, ...]]:
    with database.reading() as connection:
        return {tuple(row) for row in connection.execute(sa.select(place_readers))}
