"""The office's files become records once, and only differences make new versions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.tables import partitions, record_versions, records
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, ServiceEvent, Settlement
from juntos_campo.domain.errors import UserError

HOME = Household(id="h-1", code="00001", field_worker="ana", settlement_id="s-1")
PLACE = Settlement(id="s-1", name="Ocros", ubigeo="030101", district="Abancay", province="Abancay")
EVENT = ServiceEvent(
    id="e-1", household_id="h-1", member_id="m-1", service="CRED", on=date(2026, 3, 1)
)


def version_of(database: Database, record_id: str) -> tuple[int, int]:
    """Version and place in the feed."""
    with database.reading() as connection:
        row = connection.execute(sa.select(records).where(records.c.id == record_id)).one()
    return row.version, row.seq


def test_loading_the_same_again_sends_nothing_to_the_laptops(
    database: Database, clock: FixedClock
) -> None:
    first = load(database, [EVENT, HOME, PLACE], clock)
    assert first.added == {"settlement": 1, "household": 1, "service_event": 1}
    before = version_of(database, "h-1")
    again = load(database, [PLACE, HOME, EVENT], clock)
    assert (again.same, again.added, again.changed) == (3, {}, {})
    assert version_of(database, "h-1") == before


def test_only_the_record_that_differs_gets_a_new_version_and_the_old_one_stays(
    database: Database, clock: FixedClock
) -> None:
    load(database, [PLACE, HOME, EVENT], clock)
    report = load(database, [PLACE, replace(HOME, phone="999888777"), EVENT], clock)
    assert report.changed == {"household": 1}
    assert version_of(database, "h-1") == (2, 3)
    assert version_of(database, "e-1")[0] == 1
    with database.reading() as connection:
        old = connection.execute(sa.select(record_versions)).one()
    assert (old.id, old.version, json.loads(old.body)["phone"]) == ("h-1", 1, "")


def test_a_history_loaded_later_finds_the_household_the_server_has(
    database: Database, clock: FixedClock
) -> None:
    load(database, [PLACE, HOME], clock)
    assert load(database, [EVENT], clock).added == {"service_event": 1}
    with database.reading() as connection:
        row = connection.execute(sa.select(records).where(records.c.id == "e-1")).one()
    assert row.partition == "fw:ana"


def test_services_of_unknown_households_are_counted_not_hidden(
    database: Database, clock: FixedClock
) -> None:
    report = load(database, [EVENT], clock)
    assert report.homeless == 1
    assert report.added == {}


def test_households_come_before_what_points_to_them(database: Database, clock: FixedClock) -> None:
    load(database, [EVENT, HOME, PLACE], clock)
    assert version_of(database, "h-1")[1] < version_of(database, "e-1")[1]


def test_a_load_that_breaks_off_leaves_no_half_territory(
    database: Database, clock: FixedClock
) -> None:
    load(database, [PLACE, HOME], clock)
    events = [replace(EVENT, id=f"e-{number}") for number in range(1200)]

    def break_off(done: int) -> None:
        if done > 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(database, events, clock, break_off)
    with database.reading() as connection:
        found = sa.select(sa.func.count()).where(records.c.kind == "service_event")
        assert connection.execute(found).scalar_one() == 0
        last = sa.select(partitions.c.last_seq).where(partitions.c.name == "fw:ana")
        assert connection.execute(last).scalar_one() == 1
    assert load(database, events, clock).added == {"service_event": 1200}


def test_a_database_nobody_prepared_is_refused_with_the_command_to_run(
    settings: object, tmp_path: object
) -> None:
    empty = Database("sqlite://")
    try:
        with pytest.raises(UserError, match="juntos-central init"):
            empty.require_ready()
    finally:
        empty.close()
