"""Nobody reads or writes beyond his territory and his role; a refusal changes nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import requests
import sqlalchemy as sa

from juntos_campo.central.tables import audit
from juntos_campo.domain.entities import ChangeRequest, Entity, Household, Pregnancy, Visit
from juntos_campo.domain.values import ChangeRequestKind, ChangeRequestState, Role
from juntos_campo.store import outbox, sync_state
from juntos_campo.store.sync_state import try_again
from juntos_campo.sync.wording import report_lines

from .conftest import World, commitment, household, member, review, visit

ANA, BETO = household("ana"), household("beto")


def test_a_visit_to_another_gestors_household_is_refused_and_the_rest_goes_through(
    world: World,
) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(replace(visit(BETO, "v-1", note="x"), field_worker="ana"), visit(ANA, "v-2", note="y"))
    report = ana.sync()
    assert [(one.record_id, one.code) for one in report.refused] == [("v-1", "CEN-101")]
    assert [one.record_id for one in report.acknowledged] == ["v-2"]
    assert world.record("visit", "v-1") is None
    assert "No aceptado (CEN-101)" in "\n".join(report_lines(report))
    assert [one.record_id for one in outbox.refused(ana.store)] == ["v-1"]
    assert ana.store.get(Visit, "v-1") is not None
    with world.database.reading() as connection:
        rows = connection.execute(sa.select(audit).where(audit.c.action == "record.refused")).all()
    assert [(row.actor, row.id, row.detail) for row in rows] == [("ana", "v-1", "CEN-101")]


def test_a_refused_change_is_sent_again_only_when_somebody_asks(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(replace(visit(BETO, "v-1", note="x"), field_worker="ana"))
    assert [one.code for one in ana.sync().refused] == ["CEN-101"]
    assert ana.sync().sent == 0
    world.load(replace(BETO, field_worker="ana"))
    (refused,) = outbox.refused(ana.store)
    with ana.store.transaction(actor="ana", at=ana.clock.now(), action="test") as tx:
        try_again(tx, [refused.op_id])
    assert ana.sync().refused == []
    assert world.record("visit", "v-1").version == 1


def test_what_is_recorded_before_its_household_is_on_the_server_waits_and_goes_by_itself(
    world: World,
) -> None:
    ana = world.laptop("ana")
    ana.sync()
    new_home = household("ana", 9)
    ana.save(visit(new_home, "v-1", note="x"), visit(ANA, "v-2", note="y"))
    ana.save(visit(new_home, "v-1", note="z"))
    report = ana.sync()
    assert report.refused == []
    assert {one.record_id for one in report.waiting_there} == {"v-1"}
    assert [one.record_id for one in report.acknowledged] == ["v-2"]
    assert world.record("visit", "v-1") is None
    world.load(new_home)
    assert len(ana.sync().acknowledged) == 2
    assert world.answers("v-1") == {"note": "z"}
    assert not outbox.waiting(ana.store)


def test_a_gestors_change_of_the_register_reaches_the_office_as_a_request(world: World) -> None:
    world.load(replace(ANA, phone="983111222"))
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    ana.sync()
    ana.save(replace(ana.store.get(Household, ANA.id), phone="999888777", address="Jr. Lima 3"))
    report = ana.sync()
    assert [(one.record_id, one.outcome) for one in report.acknowledged] == [(ANA.id, "requested")]
    assert json.loads(world.record("household", ANA.id).body)["phone"] == "983111222"
    zoe.sync()
    for laptop in (ana, zoe):
        assert laptop.store.get(Household, ANA.id).phone == "983111222"
        asked = laptop.store.find(ChangeRequest, household_id=ANA.id)
        assert {(one.kind, one.detail, one.state) for one in asked} == {
            (
                ChangeRequestKind.PHONE,
                "teléfono: 983 111 222 → 999 888 777",
                ChangeRequestState.SENT,
            ),
            (ChangeRequestKind.MOVED, "dirección: (nada) → Jr. Lima 3", ChangeRequestState.SENT),
        }
        told = {
            one.path: (one.kept, one.lost, one.rule) for one in sync_state.conflicts(laptop.store)
        }
        assert told["phone"] == ("983111222", "999888777", "office_wins")
    assert ana.sync().complete


@pytest.mark.parametrize(
    ("entity", "code"),
    [
        (member(ANA, 5), "CEN-102"),
        (Pregnancy(id="p-1", household_id=ANA.id, member_id="m"), "CEN-102"),
        (replace(visit(ANA, "v-1"), field_worker="beto"), "CEN-101"),
        (commitment(BETO, "c-1", "v-1"), "CEN-101"),
        (review(visit(ANA, "v-1"), 1, "ana", "r-1"), "CEN-103"),
    ],
)
def test_what_a_gestor_may_not_write_is_refused_with_its_reason(
    world: World, entity: Entity, code: str
) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(entity)
    assert [one.code for one in ana.sync().refused] == [code]


def test_a_gestor_cannot_touch_or_learn_of_a_record_whose_id_he_guessed(
    world: World,
) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    beto.save(visit(BETO, "v-1", note="privado"))
    beto.sync()
    ana.save(visit(ANA, "v-1", note="mío"))
    report = ana.sync()
    assert [one.code for one in report.refused] == ["CEN-101"]
    row = world.record("visit", "v-1")
    assert (row.version, row.author) == (1, "beto")
    assert json.loads(row.body)["answers"] == {"note": "privado"}
    assert "privado" not in json.dumps(report.as_json())


def test_a_gestor_cannot_carry_his_own_visit_over_to_another_household(
    world: World,
) -> None:
    ana = world.laptop("ana")
    ana.save(visit(ANA, "v-1", note="x"))
    ana.sync()
    ana.save(replace(visit(BETO, "v-1", note="x"), field_worker="ana"))
    assert [one.code for one in ana.sync().refused] == ["CEN-101"]
    assert json.loads(world.record("visit", "v-1").body)["household_id"] == ANA.id


def test_a_coordinator_writes_reviews_in_his_zone_and_nothing_else(world: World) -> None:
    world.enrol("caro", zone="Z2")
    world.load(household("caro"))
    ana, caro, zoe = (world.laptop(name) for name in ("ana", "caro", "zoe"))
    seen, far = visit(ANA, "v-1", note="x"), visit(household("caro"), "v-2", note="x")
    ana.save(seen)
    ana.sync()
    caro.save(far)
    caro.sync()
    zoe.sync()
    zoe.save(
        review(seen, 1, "zoe", "r-1"),
        review(far, 1, "zoe", "r-2"),
        review(seen, 1, "yuri", "r-3"),
        replace(review(seen, 1, "zoe", "r-4"), target_id="no-such-visit"),
        replace(seen, answers={"note": "cambiado"}),
    )
    report = zoe.sync()
    assert [one.record_id for one in report.acknowledged] == ["r-1"]
    assert {one.record_id: one.code for one in report.refused} == {
        "r-2": "CEN-101",
        "r-3": "CEN-104",
        "r-4": "CEN-101",
        "v-1": "CEN-103",
    }
    zoe.save(replace(review(seen, 1, "zoe", "r-1"), comment="otra cosa"))
    assert {one.code for one in zoe.sync().refused} == {"CEN-108"}


def test_a_token_opens_nothing_from_another_device(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    for token in (ana.transport.token, "x", ""):
        answer = requests.post(
            f"{world.server.url}/v1/sync",
            json={"protocol": 1, "device": beto.device},
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert answer.status_code == 401
        assert answer.json()["code"] == "CEN-003"
        answer.close()


def test_a_database_belongs_to_one_person(world: World) -> None:
    ana = world.laptop("ana")
    world.enrol("otra", Role.FIELD_WORKER)
    answer = requests.post(
        f"{world.server.url}/v1/login",
        json={
            "protocol": 1,
            "user": "otra",
            "password": "papa nativa 2026",
            "device": ana.device,
        },
        timeout=10,
    )
    assert answer.json()["code"] == "CEN-004"
    answer.close()
