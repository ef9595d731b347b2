"""What PostgreSQL touches for an exchange, in a small nation filled as the large ones that are measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import psycopg
import pytest

from juntos_campo.central.database import Database
from juntos_campo.demo.bench import central_seed, nation
from juntos_campo.demo.bench.central_laptops import homes_of
from juntos_campo.demo.bench.central_plans import Plan, plans
from juntos_campo.demo.bench.central_postgres import postgresql
from juntos_campo.domain.ids import derived_id
from juntos_campo.register.entities import member_id
from juntos_campo.wire.codec import decode

BY_UNIT = ("records", "record_versions", "operations", "conflicts", "removals")
TODAY = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Nation:
    """A seeded database: its address, what lies in it, and what its exchanges do."""

    url: str
    seeded: central_seed.Seeded
    plans: list[Plan]
    statements: dict[str, int]


@pytest.fixture(scope="module")
def small() -> Iterator[Nation]:
    """Twenty field workers in fifteen units, twenty households each; all but two are copies."""
    with pytest.MonkeyPatch.context() as patch, postgresql() as url:
        patch.setattr(nation, "HOUSEHOLDS_A_WORKER", 20)
        patch.setattr(central_seed, "TEMPLATES", 2)
        patch.setattr(central_seed, "LEAST_DEVICES", 20)
        database = Database(url, 1)
        try:
            database.migrate()
            seeded = central_seed.seed(database, url, 400, TODAY)
        finally:
            database.close()
        with psycopg.connect(url) as connection:
            ends: dict[str, int] = dict(
                connection.execute("SELECT name, last_seq FROM partitions").fetchall()
            )
        laptop = (1, "gestor.0002", ends["fw:gestor.0002"], ends["ref"])
        found, statements = plans(url, laptop, indexes_first=True)
        yield Nation(url, seeded, found, statements)


def test_an_exchange_never_looks_at_households_of_another_territorial_unit(small: Nation) -> None:
    own = {f"{table}_{part}" for table in BY_UNIT for part in ("ancash", "rest")}
    touched = {
        table
        for plan in small.plans
        for table in plan.tables
        if table.startswith(tuple(f"{one}_" for one in BY_UNIT))
    }
    assert touched <= own
    assert {"records_ancash", "operations_ancash", "records_rest"} <= touched


def test_no_exchange_reads_every_record_of_a_unit(small: Nation) -> None:
    read_through = {
        (plan.what, table, plan.sql)
        for plan in small.plans
        for table in plan.sequential
        if table.startswith(tuple(f"{one}_" for one in BY_UNIT))
    }
    assert read_through == set()
    assert {plan.what for plan in small.plans} >= {"quiet", "day", "first download"}


def test_a_quiet_day_asks_the_database_no_more_often_than_its_three_questions(
    small: Nation,
) -> None:
    assert 1 <= small.statements["quiet"] <= 3


def test_what_is_measured_is_a_nation_of_different_people(small: Nation) -> None:
    with psycopg.connect(small.url) as connection:
        rows = connection.execute(
            "SELECT unit, kind, id, body, household, partition FROM records"
        ).fetchall()
    bodies = [(kind, one, json.loads(body)) for _, kind, one, body, _, _ in rows]
    households = {one for kind, one, _ in bodies if kind == "household"}
    assert len(households) == small.seeded.households == 400
    for kind, one, fields in bodies:
        if kind == "household":
            assert one == derived_id("household", fields["code"])
        if kind == "member":
            member, _ = decode(kind, one, fields)
            if member.document_number:
                number = member.document_number
                assert one == member_id("", member.document_kind, number, "", member.birth_date)
            assert member.household_id in households
    documents = [f["document_number"] for kind, _, f in bodies if kind == "member"]
    documents = [one for one in documents if one]
    assert len(documents) > len(households)
    assert len(set(documents)) == len(documents)
    assert len({(unit, kind, one) for unit, kind, one, *_ in rows}) == len(rows)
    for _, kind, _, body, household, partition in rows:
        about = json.loads(body).get("household_id", "")
        assert not about or about == household
        assert (partition == "ref") == (kind in ("settlement", "health_facility", "school"))


def test_the_laptops_of_a_measurement_have_families_to_visit(small: Nation) -> None:
    homes = homes_of(small.url, "gestor.0020")
    assert homes
    assert all(one.field_worker == "gestor.0020" for one, _ in homes)
