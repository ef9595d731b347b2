"""Our own records between laptops over the real server: whose they are, who reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from juntos_campo.app.field_records import read_field_record
from juntos_campo.app.record_list import RecordState, record_lines
from juntos_campo.app.session import Session
from juntos_campo.app.user import User
from juntos_campo.domain.entities import FieldRecord, RulePack
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.rules import Rules
from juntos_campo.paths import DataPlace

from .conftest import MORNING, Laptop, World, household

HOME = household("ana")


def record(record_id: str, **more: Any) -> FieldRecord:
    return FieldRecord(
        id=record_id, field_worker="ana", form_id="p_actividad", form_version="2026.11.1",
        on=MORNING.date(), title="Actividad", answers={"tema": "Hierro", "#asistentes": "k1 k2"},
        started_at=MORNING, closed_at=MORNING, **more,
    )  # fmt: skip


def no_rules(_received: Iterable[RulePack]) -> RuleBook:
    raise AssertionError("a record of ours was judged by rules")


def session_of(laptop: Laptop, world: World, role: Role) -> Session:
    """The use cases over a laptop of the small world."""
    user = User(laptop.user, laptop.user, role)
    return Session(laptop.store, user, laptop.clock, Rules(no_rules), DataPlace(world.folder))


def test_records_about_a_household_and_about_nobody_reach_the_coordinator(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.sync()
    ana.save(record("r-home", household_id=HOME.id), record("r-none"))
    report = ana.sync()
    assert [one.outcome for one in report.acknowledged] == ["applied", "applied"]
    zoe.sync()
    reader = session_of(zoe, world, Role.ZONE_COORDINATOR)
    for record_id in ("r-home", "r-none"):
        assert read_field_record(reader, record_id) == ana.store.get(FieldRecord, record_id)
    lines = {one.record_id: one for one in record_lines(reader)}
    assert HOME.code in lines["r-home"].place
    assert lines["r-none"].state is RecordState.SENT


def test_another_field_worker_receives_neither(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    ana.sync()
    ana.save(record("r-home", household_id=HOME.id), record("r-none"))
    ana.sync()
    beto.sync()
    assert beto.store.find(FieldRecord) == []


@pytest.mark.parametrize("field_worker", ["ana", "beto"])
def test_a_record_about_somebody_elses_household_is_refused_and_told(
    world: World, field_worker: str
) -> None:
    ana = world.laptop("ana")
    ana.sync()
    foreign = record("r-beto", household_id=household("beto").id)
    ana.save(replace(foreign, field_worker=field_worker))
    report = ana.sync()
    assert len(report.refused) == 1
    assert world.record("field_record", "r-beto") is None
    (line,) = record_lines(session_of(ana, world, Role.FIELD_WORKER))
    assert line.state is RecordState.REFUSED
    assert line.remark


def test_a_corrected_record_arrives_with_both_versions_readable(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.sync()
    first = record("r-home", household_id=HOME.id)
    ana.save(first)
    ana.sync()
    zoe.sync()
    ana.save(replace(first, answers={"tema": "Agua segura", "#asistentes": "k2"}))
    ana.sync()
    zoe.sync()
    now = zoe.store.get(FieldRecord, "r-home")
    assert now is not None
    assert now.answers == {"tema": "Agua segura", "#asistentes": "k2"}
    ((before, *_),) = zoe.store.history(FieldRecord, "r-home")
    assert before.answers == first.answers


def test_a_deleted_record_disappears_everywhere(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.sync()
    made = record("r-none")
    ana.save(made)
    ana.sync()
    zoe.sync()
    ana.delete(made)
    ana.sync()
    zoe.sync()
    with pytest.raises(UserError) as error:
        read_field_record(session_of(zoe, world, Role.ZONE_COORDINATOR), "r-none")
    assert error.value.problem.code == "RCD-005"


def test_a_confidential_record_is_listed_for_the_coordinator_and_says_nothing(
    world: World,
) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.sync()
    ana.save(record("r-none", confidential=True))
    ana.sync()
    zoe.sync()
    reader = session_of(zoe, world, Role.ZONE_COORDINATOR)
    (line,) = record_lines(reader)
    assert line.form == "Registro confidencial"
    assert not line.may_open
    with pytest.raises(UserError) as error:
        read_field_record(reader, "r-none")
    assert error.value.problem.code == "RCD-007"
