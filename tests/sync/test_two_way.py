"""A laptop and the server, over a real connection."""

from __future__ import annotations

import json
from dataclasses import replace

from juntos_campo.domain.entities import Household, Member, Review, Settlement, Visit
from juntos_campo.domain.values import Role
from juntos_campo.store import outbox, sync_state

from .conftest import World, commitment, household, review, visit


def test_a_new_laptop_receives_its_households_and_nobody_elses(world: World) -> None:
    ana = world.laptop("ana")
    report = ana.sync()
    assert report.complete
    assert report.received == {"settlement": 1, "household": 2, "member": 2}
    assert {home.field_worker for home in ana.store.find(Household)} == {"ana"}
    assert ana.store.count(Settlement) == 1
    assert {one.given for one in ana.store.find(Member)} == {"Ñusta 1"}


def test_a_visit_is_on_the_server_as_it_was_typed(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    made = visit(household("ana"), "v-1", **{"member/m/hb": 10.8, "note": "Ocros, río «Ñ»"})
    ana.save(made, commitment(household("ana"), "c-1", "v-1"))
    report = ana.sync()
    assert [one.version for one in report.acknowledged] == [1, 1]
    assert not outbox.waiting(ana.store)
    stored = world.record("visit", "v-1")
    assert json.loads(stored.body)["answers"] == made.answers
    assert (stored.author, stored.partition, stored.version) == ("ana", "fw:ana", 1)
    assert ana.store.stored(Visit, "v-1").server_version == 1


def test_what_was_just_sent_does_not_come_back(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(visit(household("ana"), "v-1", note="x"))
    report = ana.sync()
    assert report.received == {}
    assert report.exchanges == 1


def test_a_quiet_day_costs_one_exchange_below_600_bytes(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    report = ana.sync()
    assert report.exchanges == 1
    assert report.bytes_up + report.bytes_down < 600


def test_the_coordinator_sees_the_visit_and_the_gestor_gets_the_review(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.sync()
    made = visit(household("ana"), "v-1", note="x")
    ana.save(made)
    ana.sync()
    zoe.sync()
    assert zoe.store.get(Visit, "v-1") == made
    assert zoe.store.count(Household) == 4
    version = zoe.store.stored(Visit, "v-1").server_version
    zoe.save(review(made, version, "zoe", "r-1"))
    assert not zoe.sync().refused
    assert ana.sync().received == {"review": 1}
    assert ana.store.get(Review, "r-1").comments == {"note": "Falta la fecha"}
    ana.save(replace(made, answers={"note": "Con fecha 17/11"}))
    assert ana.sync().acknowledged[0].version == 2
    zoe.sync()
    assert zoe.store.get(Visit, "v-1").answers == {"note": "Con fecha 17/11"}
    assert [old.answers for old, *_ in zoe.store.history(Visit, "v-1")] == [{"note": "x"}]


def test_two_edits_before_a_sync_are_both_kept_without_a_conflict(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    made = visit(household("ana"), "v-1", note="x")
    ana.save(made)
    ana.save(replace(made, answers={"note": "y", "mark": "signature"}))
    report = ana.sync()
    assert [one.outcome for one in report.acknowledged] == ["applied", "applied"]
    assert world.answers("v-1") == {
        "note": "y",
        "mark": "signature",
    }
    assert ana.store.stored(Visit, "v-1").server_version == 2


def test_a_deleted_record_disappears_from_the_other_laptop(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.sync()
    made = visit(household("ana"), "v-1", note="x")
    ana.save(made)
    ana.sync()
    zoe.sync()
    ana.delete(made)
    ana.sync()
    zoe.sync()
    assert zoe.store.get(Visit, "v-1") is None
    assert zoe.store.stored(Visit, "v-1").deleted


def test_a_zone_coordinator_receives_only_his_own_zone(world: World) -> None:
    world.enrol("yuri", Role.ZONE_COORDINATOR, "Z2")
    yuri = world.laptop("yuri")
    yuri.sync()
    assert yuri.store.count(Household) == 0
    assert yuri.store.count(Settlement) == 1


def test_every_sync_leaves_its_account(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(visit(household("ana"), "v-1", note="x"))
    ana.sync()
    newest, first = sync_state.past_syncs(ana.store)
    assert newest.complete
    assert newest.report["acknowledged"] == 1
    assert first.report["received"]["household"] == 2
    assert "Ñusta" not in json.dumps([newest.report, first.report], ensure_ascii=False)
