"""A household goes to another gestor: nothing recorded about it is lost on the way, by either of them."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.reassigning import ReassignReport, reassign
from juntos_campo.central.tables import conflicts, records, removals
from juntos_campo.central.taking import Taking
from juntos_campo.domain.entities import Commitment, Household, Member, Review, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import CommitmentState
from juntos_campo.store import outbox, sync_state
from juntos_campo.wire.messages import Ack, Operation

from .conftest import Laptop, World, commitment, household, member, review, visit

ANA, OTHER, BETO = household("ana", 7), household("ana", 8), household("beto", 9)


@pytest.fixture
def world(world: World) -> World:
    """Households whose codes are like no other's, as in a real register."""
    world.load(ANA, member(ANA), OTHER, BETO)
    return world


def give(world: World, *codes: str, former: str = "ana", new: str = "beto") -> ReassignReport:
    return reassign(world.database, former, new, codes or (ANA.code,), world.clock)


def sync_all(*laptops: Laptop) -> None:
    for laptop in laptops:
        assert laptop.sync().complete


def test_the_new_gestor_receives_everything_and_the_former_keeps_nothing(world: World) -> None:
    ana, beto, zoe = world.laptop("ana"), world.laptop("beto"), world.laptop("zoe")
    made = visit(ANA, "v-1", note="x")
    ana.save(made, commitment(ANA, "c-1", "v-1"))
    sync_all(ana, beto, zoe)
    zoe.save(review(made, 1, "zoe", "r-1"))
    sync_all(zoe, ana)
    assert give(world) == ReassignReport(1, 5)
    sync_all(ana, beto, zoe)
    for laptop in (beto, zoe):
        assert laptop.store.get(Household, ANA.id).field_worker == "beto"
        assert laptop.store.get(Visit, "v-1").answers == {"note": "x"}
        assert laptop.store.get(Review, "r-1") is not None
    assert ana.store.get(Household, ANA.id) is None
    assert ana.store.get(Household, OTHER.id) is not None
    assert [ana.store.find(kind) for kind in (Visit, Commitment, Review)] == [[], [], []]
    assert ANA.id not in {one.household_id for one in ana.store.find(Member)}


def test_what_the_former_gestor_had_not_sent_arrives_at_the_new_one(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    ana.save(visit(ANA, "v-1", note="x"))
    sync_all(ana, beto)
    ana.save(visit(ANA, "v-1", note="corregido"), visit(ANA, "v-2", note="tarde"))
    give(world)
    report = ana.sync()
    assert report.complete
    assert {one.record_id for one in report.acknowledged} == {"v-1", "v-2"}
    sync_all(beto, ana)
    assert {one.id: one.answers["note"] for one in beto.store.find(Visit)} == {
        "v-1": "corregido",
        "v-2": "tarde",
    }
    assert beto.store.get(Visit, "v-2").field_worker == "ana"
    assert ana.store.get(Household, ANA.id) is None
    assert not outbox.waiting(ana.store)


def test_long_after_it_left_nothing_is_taken_from_the_former_gestor(world: World) -> None:
    ana = world.laptop("ana")
    ana.save(visit(ANA, "v-1", note="x"))
    sync_all(ana)
    give(world)
    ana.save(visit(ANA, "v-2", note="tarde"))
    world.clock.advance(timedelta(days=31))
    assert [one.code for one in ana.sync().refused] == ["CEN-101"]
    assert world.record("visit", "v-2") is None


def test_a_former_gestor_cannot_write_into_what_was_recorded_after_he_left(
    world: World,
) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    sync_all(ana)
    give(world)
    sync_all(beto)
    world.clock.advance(timedelta(days=1))
    beto.save(visit(replace(ANA, field_worker="beto"), "v-9", note="privado"))
    sync_all(beto)
    ana.save(visit(ANA, "v-9", note="adivinado"))  # she guessed the id
    assert [one.code for one in ana.sync().refused] == ["CEN-101"]
    assert world.answers("v-9") == {"note": "privado"}


def test_the_new_gestor_follows_up_what_the_former_one_recorded(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    ana.save(visit(ANA, "v-1", note="x"), commitment(ANA, "c-1", "v-1"))
    sync_all(ana)
    give(world)
    sync_all(beto)
    found = beto.store.get(Visit, "v-1")
    beto.save(
        replace(found, answers={"note": "completado"}),
        replace(beto.store.get(Commitment, "c-1"), state=CommitmentState.MET),
    )
    assert beto.sync().refused == []
    body = json.loads(world.record("visit", "v-1").body)
    assert (body["field_worker"], body["answers"]) == ("ana", {"note": "completado"})
    beto.save(replace(beto.store.get(Visit, "v-1"), field_worker="beto"))
    assert [one.code for one in beto.sync().refused] == ["CEN-101"]


def test_an_edit_of_both_gestores_is_told_to_the_one_who_answers_for_it_now(
    world: World,
) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    start = visit(ANA, "v-1", attended_by="x")
    ana.save(start)
    sync_all(ana)
    ana.save(replace(start, answers={"attended_by": "ana"}))
    give(world)
    sync_all(beto)
    beto.save(replace(start, answers={"attended_by": "beto"}))
    sync_all(beto)
    assert [one.outcome for one in ana.sync().acknowledged] == ["merged_with_conflict"]
    sync_all(beto)
    (told,) = sync_state.conflicts(beto.store)
    assert {told.kept, told.lost} == {"ana", "beto"}


def test_conflicts_go_with_the_household_and_arrive_once(world: World) -> None:
    first, second, beto = world.laptop("ana"), world.laptop("ana"), world.laptop("beto")
    start = visit(ANA, "v-1", attended_by="x")
    first.save(start)
    sync_all(first, second)
    first.save(replace(start, answers={"attended_by": "uno"}))
    second.save(replace(start, answers={"attended_by": "dos"}))
    sync_all(first, second)
    give(world)
    sync_all(beto, beto)
    assert [one.lost for one in sync_state.conflicts(beto.store)] == ["uno"]
    with world.database.reading() as connection:
        assert set(connection.execute(sa.select(conflicts.c.partition)).scalars()) == {"fw:beto"}


def test_a_household_that_comes_back_is_whole_again(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    ana.save(visit(ANA, "v-1", note="x"))
    sync_all(ana, beto)
    give(world)
    sync_all(ana, beto)
    give(world, former="beto", new="ana")
    sync_all(ana, beto)
    assert ana.store.get(Visit, "v-1").answers == {"note": "x"}
    assert beto.store.get(Household, ANA.id) is None
    ana.save(visit(ANA, "v-2", note="y"))
    assert ana.sync().refused == []
    with world.database.reading() as connection:
        left = connection.execute(sa.select(removals.c.partition)).scalars().all()
    assert left == ["fw:beto"]


def test_a_household_that_went_and_came_between_two_syncs_never_leaves_the_laptop(
    world: World,
) -> None:
    ana = world.laptop("ana")
    ana.save(visit(ANA, "v-1", note="x"))
    sync_all(ana)
    ana.save(visit(ANA, "v-1", note="sin enviar"))
    give(world)
    give(world, former="beto", new="ana")
    assert ana.sync().left == []
    assert world.answers("v-1") == {"note": "sin enviar"}
    assert ana.store.get(Visit, "v-1").answers == {"note": "sin enviar"}


def visited_home(world: World, user: str) -> tuple[Laptop, Household]:
    """The coordinator's laptop with the visit v-1 of a gestor's household, and that household."""
    worker, zoe = world.laptop(user), world.laptop("zoe")
    home = ANA if user == "ana" else BETO
    worker.save(visit(home, "v-1", note="x"))
    sync_all(worker, zoe)
    return zoe, home


@pytest.mark.parametrize("way", [("ana", "beto"), ("beto", "ana")])
def test_a_coordinator_keeps_a_household_that_goes_from_one_of_his_gestores_to_another(
    world: World, way: tuple[str, str]
) -> None:
    former, new = way
    zoe, home = visited_home(world, former)
    give(world, home.code, former=former, new=new)
    sync_all(zoe)
    assert zoe.store.get(Household, home.id).field_worker == new
    assert zoe.store.get(Visit, "v-1").answers == {"note": "x"}
    zoe.save(review(visit(home, "v-1"), 1, "zoe", "r-1"))
    assert zoe.sync().refused == []


def test_loading_a_register_with_another_gestor_moves_and_tells(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    ana.save(visit(ANA, "v-1", note="x"))
    sync_all(ana, beto)
    world.load(replace(ANA, field_worker="beto"), replace(BETO, field_worker="ana"))
    sync_all(ana, beto)
    for laptop, has, lacks in ((beto, ANA, BETO), (ana, BETO, ANA)):
        assert laptop.store.get(Household, has.id) is not None
        assert laptop.store.get(Household, lacks.id) is None
    assert beto.store.get(Visit, "v-1").answers == {"note": "x"}


def test_every_record_knows_its_household_and_lies_in_its_partition(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    made = visit(ANA, "v-1", note="x")
    ana.save(made)
    sync_all(ana, zoe)
    zoe.save(review(made, 1, "zoe", "r-1"))
    sync_all(zoe)
    give(world)
    with world.database.reading() as connection:
        rows = connection.execute(sa.select(records)).all()
    about = {(row.kind, row.id): (row.household, row.partition) for row in rows}
    here = (ANA.id, "fw:beto")
    assert {about[key] for key in about if key[1] in (ANA.id, member(ANA).id, "v-1", "r-1")} == {
        here
    }


@pytest.mark.parametrize(
    ("former", "new", "code", "problem"),
    [
        ("ana", "zoe", ANA.code, "CEN-216"),
        ("ana", "nadie", ANA.code, "CEN-216"),
        ("ana", "beto", "99999", "CEN-217"),
        ("ana", "ana", ANA.code, "CEN-218"),
    ],
)
def test_a_wrong_reassignment_is_refused_and_changes_nothing(
    world: World, former: str, new: str, code: str, problem: str
) -> None:
    with pytest.raises(UserError) as refused:
        give(world, ANA.code, code, former=former, new=new)
    assert refused.value.problem.code == problem
    assert world.record("household", ANA.id).partition == "fw:ana"


def test_households_that_cross_each_other_do_not_block_the_server(world: World) -> None:
    """Two officials move households in opposite directions at the same moment, over and over."""
    faults: list[BaseException] = []

    def swap(database: Database, former: str, new: str, code: str) -> None:
        try:
            for _ in range(6):
                reassign(database, former, new, (code,), world.clock)
                reassign(database, new, former, (code,), world.clock)
        except BaseException as fault:
            faults.append(fault)

    threads = [
        threading.Thread(target=swap, args=(world.database, "ana", "beto", OTHER.code)),
        threading.Thread(target=swap, args=(world.database, "beto", "ana", BETO.code)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    assert world.record("household", OTHER.id).partition == "fw:ana"
    assert world.record("household", BETO.id).partition == "fw:beto"


@pytest.mark.parametrize("way", [("ana", "beto"), ("beto", "ana")])
def test_a_review_whose_household_moves_in_the_middle_of_its_exchange_stays_with_the_coordinator(
    world: World, monkeypatch: pytest.MonkeyPatch, way: tuple[str, str]
) -> None:
    former, new = way
    zoe, home = visited_home(world, former)
    zoe.save(review(visit(home, "v-1"), 1, "zoe", "r-1"))
    take = Taking.run

    def take_and_move(taking: Taking) -> tuple[Ack, ...]:
        acks = take(taking)
        monkeypatch.setattr(Taking, "run", take)
        give(world, home.code, former=former, new=new)
        return acks

    monkeypatch.setattr(Taking, "run", take_and_move)
    sync_all(zoe, zoe)
    assert zoe.store.get(Household, home.id).field_worker == new
    assert zoe.store.get(Review, "r-1") is not None
    assert zoe.store.get(Visit, "v-1") is not None


def test_an_operation_whose_household_moves_before_its_lock_lands_where_it_went(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    sync_all(ana, beto)
    ana.save(visit(ANA, "v-1", note="x"), visit(OTHER, "v-2", note="y"))
    group = Taking._group

    def move_and_group(taking: Taking, name: str, some: list[Operation]) -> list[Operation]:
        monkeypatch.setattr(Taking, "_group", group)
        give(world)
        return group(taking, name, some)

    monkeypatch.setattr(Taking, "_group", move_and_group)
    report = ana.sync()
    assert {one.record_id for one in report.acknowledged} == {"v-1", "v-2"}
    assert world.record("visit", "v-1").partition == "fw:beto"
    assert world.record("visit", "v-2").partition == "fw:ana"
    sync_all(beto)
    assert beto.store.get(Visit, "v-1").answers == {"note": "x"}
