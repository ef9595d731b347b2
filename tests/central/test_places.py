"""Places lie by territorial unit: a laptop receives none of the country's, and none is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.accounts import Account
from juntos_campo.central.authorisation import readable
from juntos_campo.central.backup import make_backup
from juntos_campo.central.database import Database
from juntos_campo.central.first_download import read_first_download
from juntos_campo.central.loading import load
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.restore import restore
from juntos_campo.central.tables import records
from juntos_campo.central.units import add_unit
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import (
    Entity,
    HealthFacility,
    Member,
    School,
    SchoolYear,
)
from juntos_campo.domain.values import DocumentKind, Role, Sex
from juntos_campo.wire.messages import SyncRequest

from .places_world import ANA, BUDGET, came, enrol, home, village

BETO = Account("beto", "Beto", Role.FIELD_WORKER, "", "CUSCO")


@pytest.fixture
def nation(lend: Lender, clock: FixedClock) -> Database:
    """ana works in Puno, beto in Cusco; each has a household in a village that only he has."""
    made = lend.opened()
    for unit in ("PUNO", "CUSCO"):
        add_unit(made, unit, unit, clock)
    enrol(made, clock, ANA, BETO)
    facility = HealthFacility(id="f-1", code="1", name="PS Uno")
    villages = village("s-puno", facility="f-1"), village("s-cusco")
    load(made, [facility, *villages, home("ana", 1, "s-puno"), home("beto", 2, "s-cusco")], clock)
    return made


def copies(database: Database, key: str) -> dict[str, int]:
    """Unit -> version, of a place."""
    sql = sa.select(records.c.unit, records.c.version).where(records.c.id == key)
    with database.reading() as connection:
        return {row.unit: row.version for row in connection.execute(sql)}


def test_a_laptop_receives_no_place_of_another_unit(nation: Database) -> None:
    assert came(nation, ANA)[0].keys() == {"s-puno", "f-1"}
    assert came(nation, BETO)[0].keys() == {"s-cusco"}
    request = SyncRequest(protocol=2, device="d-1")
    with nation.reading() as connection:
        names = readable(connection, BETO)
        first = read_first_download(connection, names, request, BUDGET, frozenset())
    assert [one.id for one in first.changes if one.partition == "ref"] == ["s-cusco"]
    assert verify(nation).findings == []


@pytest.mark.parametrize("codes", [["00001"], []])
def test_a_household_that_goes_to_another_unit_brings_all_places_it_names(
    nation: Database, clock: FixedClock, codes: Collection[str]
) -> None:
    child: list[Entity] = [
        Member(
            id="m-1",
            household_id="h-1",
            document_kind=DocumentKind.DNI,
            document_number="40000001",
            paternal="QUISPE",
            maternal="MAMANI",
            given="Wayra",
            sex=Sex.FEMALE,
            birth_date=date(2015, 3, 1),
            school_id="i-1",
        ),
        School(id="i-1", code="1", name="IE Uno"),
        School(id="i-2", code="2", name="IE Dos"),
        SchoolYear(id="y-1", household_id="h-1", member_id="m-1", year=2026, school_id="i-2"),
    ]
    load(nation, child, clock)
    _, cursor = came(nation, BETO)
    reassign(nation, "ana", "beto", list(codes), clock)
    assert came(nation, BETO, cursor)[0].keys() == {"s-puno", "f-1", "i-1", "i-2"}
    assert came(nation, ANA)[0].keys() == {"s-puno", "f-1", "i-1", "i-2"}
    _, cursor = came(nation, BETO)
    reassign(nation, "beto", "ana", ["00001"], clock)
    reassign(nation, "ana", "beto", ["00001"], clock)
    assert came(nation, BETO, cursor)[0] == {}, "they were there already"
    assert verify(nation).findings == []


def test_a_new_household_in_a_village_that_only_another_unit_has_shows_its_village(
    nation: Database, clock: FixedClock
) -> None:
    load(nation, [home("beto", 3, "s-puno")], clock)
    assert came(nation, BETO)[0].keys() == {"s-puno", "s-cusco", "f-1"}


def test_what_one_unit_loads_changes_nothing_in_another(
    nation: Database, clock: FixedClock
) -> None:
    load(nation, [home("beto", 3, "s-puno")], clock)
    _, cursor = came(nation, ANA)
    load(nation, [village("s-puno", "Pampa Alta"), home("beto", 3, "s-puno")], clock)
    assert came(nation, ANA, cursor)[0] == {}
    assert came(nation, BETO)[0]["s-puno"] == "Pampa Alta"
    load(nation, [village("s-puno", "Pampa Baja")], clock)
    assert came(nation, ANA)[0]["s-puno"] == came(nation, BETO)[0]["s-puno"] == "Pampa Baja"
    assert verify(nation).findings == []


def test_what_a_server_had_before_its_units_reaches_everybody_once(
    lend: Lender, clock: FixedClock
) -> None:
    pilot = lend.opened()
    load(pilot, [village("s-1"), village("s-2")], clock)
    add_unit(pilot, "PUNO", "Puno", clock)
    add_unit(pilot, "CUSCO", "Cusco", clock)
    enrol(pilot, clock, ANA, BETO)
    again = [village("s-1", "Otra"), home("ana", 1, "s-1"), home("beto", 2, "s-1")]
    load(pilot, again, clock)
    assert copies(pilot, "s-1") == {"": 2}
    assert came(pilot, ANA)[0] == came(pilot, BETO)[0] == {"s-1": "Otra", "s-2": "Pampa"}


def test_a_place_of_somebody_without_a_unit_becomes_everybodys(
    nation: Database, clock: FixedClock
) -> None:
    enrol(nation, clock, Account("eva", "Eva", Role.FIELD_WORKER, ""))
    load(nation, [home("beto", 3, "s-puno")], clock)
    _, cursor = came(nation, ANA)
    load(nation, [village("s-puno", "Nueva"), home("eva", 4, "s-puno")], clock)
    assert copies(nation, "s-puno") == {"": 2}, "one place, not one a unit beside it"
    assert came(nation, ANA, cursor)[0]["s-puno"] == "Nueva"
    assert came(nation, BETO)[0]["s-puno"] == "Nueva"
    assert verify(nation).findings == []


def test_a_coordinator_receives_the_places_of_a_unit_that_comes_into_his_zone(
    nation: Database, clock: FixedClock
) -> None:
    zoe = Account("zoe", "Zoe", Role.ZONE_COORDINATOR, "Z1")
    enrol(nation, clock, zoe, Account("ana", "Ana", Role.FIELD_WORKER, "Z1", "PUNO"))
    places, cursor = came(nation, zoe)
    assert places.keys() == {"s-puno", "f-1"}
    enrol(nation, clock, Account("beto", "Beto", Role.FIELD_WORKER, "Z1", "CUSCO"))
    assert came(nation, zoe, cursor)[0].keys() == {"s-cusco"}


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"kind": "rule_pack", "id": "r-1"}, "reference.unit"),
        ({"unit": "TACNA"}, "reference.unit"),
        ({"unit": ""}, "reference.twice"),
    ],
)
def test_a_place_that_laptops_miss_or_receive_twice_is_found(
    nation: Database, clock: FixedClock, changes: dict[str, str], finding: str
) -> None:
    load(nation, [home("beto", 3, "s-puno")], clock)
    copy = (records.c.id == "s-puno", records.c.unit == "CUSCO")
    with nation.writing() as connection:
        connection.execute(sa.update(records).where(*copy).values(changes))
    assert finding in {one.check for one in verify(nation).findings}


def test_a_restored_server_sends_each_unit_its_places(
    nation: Database, engine: Callable[[], Database], clock: FixedClock, tmp_path: Path
) -> None:
    make_backup(nation, tmp_path / "nation.jcr", clock.now())
    again = engine()
    restore(again, tmp_path / "nation.jcr", clock)
    assert came(again, ANA)[0] == came(nation, ANA)[0]
    assert came(again, BETO)[0] == came(nation, BETO)[0]
