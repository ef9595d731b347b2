"""Gestor A asks for, writes to and guesses ids of others' households, with a program of his own making.

What he is told holds nothing of theirs, what he writes changes nothing, and it stands in the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from server_databases import Lender, address_of

from juntos_campo.central.accounts import Account
from juntos_campo.central.database import Database
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import audit, records
from juntos_campo.central.units import add_unit
from juntos_campo.domain.entities import Household
from juntos_campo.domain.values import Role
from juntos_campo.store import sync_state
from juntos_campo.wire.codec import encode
from juntos_campo.wire.messages import Arrival, Operation, Outcome, SyncRequest, SyncResponse

from .conftest import (
    CHEAP,
    MORNING,
    PASSWORD,
    Laptop,
    World,
    household,
    member,
    people_it,
    stand_up,
    visit,
)

BETO, CARO = household("beto"), household("caro")
"""A household of ana's own unit, and one of another unit."""

SECRET = "NO ES PARA ANA"


class Forger:
    """Asks with ana's token whatever it likes."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self._numbers = count(1)

    def operation(self, kind: str, record_id: str, **more: Any) -> Operation:
        number = next(self._numbers)
        base = {
            "op_id": f"forged-{number:06d}",
            "kind": kind,
            "id": record_id,
            "base_version": 0,
            "author": "ana",
            "counter": 100 + number,
            "device_time": MORNING,
        }
        return Operation.model_validate({**base, **more})

    def ask(self, *operations: Operation, **more: Any) -> SyncResponse:
        store = self.laptop.store
        asked = {
            "protocol": 2,
            "device": self.laptop.device,
            "operations": operations,
            "counter": 10_000 + next(self._numbers),
            "stamp": sync_state.stamp(store),
        }
        answer = self.laptop.transport.exchange(SyncRequest.model_validate({**asked, **more}))
        with store.transaction(actor="ana", at=MORNING, action="test") as tx:
            sync_state.set_stamp(tx, answer.stamp)
        return answer


@pytest.fixture
def busy(lend: Lender, tmp_path: Path) -> Iterator[World]:
    """beto (ana's unit) and caro (another unit) have visits and deleted ones."""
    settings = ServerSettings(database_url=lend("households of others", others), **CHEAP)
    with ExitStack() as ending:
        world = stand_up(settings, tmp_path, ending)
        world.numbers = count(1000)  # the laptops of `others` are enrolled already
        yield world


def others(database: Database) -> None:
    people_it(database)
    settings = ServerSettings(database_url=address_of(database), **CHEAP)
    with TemporaryDirectory() as folder, ExitStack() as ending:
        visit_and_delete(stand_up(settings, Path(folder), ending))


def visit_and_delete(world: World) -> None:
    add_unit(world.database, "CUSCO", "Unidad Territorial Cusco", world.clock)
    world.accounts.enrol(
        Account("caro", "Nombre de caro", Role.FIELD_WORKER, "Z9", "CUSCO"), PASSWORD
    )
    world.load(CARO, member(CARO))
    for name in ("beto", "caro"):
        laptop = world.laptop(name)
        laptop.sync()
        gone = visit(household(name), f"v-{name}-gone", note=SECRET)
        laptop.save(visit(household(name), f"v-{name}", note=SECRET), gone)
        assert laptop.sync().complete
        laptop.delete(gone)
        assert laptop.sync().complete


@pytest.fixture
def forger(busy: World) -> Forger:
    ana = busy.laptop("ana")
    assert ana.sync().complete
    return Forger(ana)


def everything(world: World) -> list[Any]:
    """All records as they stand, but for ana's own."""
    sql = sa.select(records).where(records.c.partition != "fw:ana")
    with world.database.reading() as connection:
        rows = connection.execute(sql.order_by(records.c.kind, records.c.id)).all()
    return [tuple(row) for row in rows]


def leaked(answer: SyncResponse) -> list[str]:
    """What of others stands in an answer: names, ids, values. Its acknowledgements repeat the question."""
    text = answer.model_copy(update={"acks": ()}).model_dump_json()
    return [one for one in ("beto", "caro", SECRET) if one in text]


def test_naming_somebody_elses_partition_in_a_request_brings_nothing_of_it(forger: Forger) -> None:
    for name, pending, budget in product(("fw:beto", "fw:caro"), (False, True), (1024, 512 * 1024)):
        arriving = {name: Arrival(until=10**6, at=0)}
        want = {name: ("h-", household(name[3:]).id)}
        for more in (
            {"cursor": {name: 0}},
            {"arriving": arriving},
            {"arriving": arriving, "want": want, "loaded": True},
            {"cursor": {name: 0, "fw:ana": 0}, "arriving": arriving, "want": want},
        ):
            answer = forger.ask(pending=pending, budget=budget, **more)
            told = answer.model_copy(update={"cursor": {}, "arriving": {}, "served": {}})
            assert leaked(told) == [], (name, pending, more)


def test_who_asks_about_a_deleted_visit_of_somebody_else_learns_nothing_of_it(
    forger: Forger,
) -> None:
    """A request that says it goes on later, and that the other's partition is just arriving."""
    for name in ("beto", "caro"):
        guess = forger.operation("visit", f"v-{name}-gone", base_version=1, fields={"notes": "x"})
        arriving = {f"fw:{name}": Arrival(until=10**6, at=0)}
        answer = forger.ask(guess, pending=True, arriving=arriving)
        assert answer.changes == ()
        assert answer.acks[0].outcome in (Outcome.REFUSED, Outcome.WAITING)


def attempts(forger: Forger, name: str) -> Iterator[Operation]:
    """What ana sends about `name`'s household: new records, changes, deletions, moves to herself."""
    home, theirs = household(name), visit(household(name), f"v-{name}")
    mine = encode(replace(visit(home, "v-mine"), field_worker="ana"))
    yield forger.operation("visit", f"v-new-{name}", fields=mine)
    yield forger.operation("visit", theirs.id, fields=mine)
    for base in (0, 1, 2, 99):
        yield forger.operation("visit", theirs.id, base_version=base, fields={"answers/note": "x"})
        yield forger.operation("visit", theirs.id, base_version=base, deleted=True)
    yield forger.operation("household", home.id, base_version=1, fields={"field_worker": "ana"})
    yield forger.operation("household", home.id, base_version=1, fields={"address": "x"})
    yield forger.operation("member", f"m-{home.id}-1", base_version=1, fields={"given": "x"})
    yield forger.operation("household", home.id, base_version=1, deleted=True)
    yield forger.operation("review", f"r-{name}", fields={"target_id": theirs.id})
    yield forger.operation("visit", theirs.id, author=name, fields=mine)


@pytest.mark.parametrize("name", ["beto", "caro"])
def test_nothing_that_is_written_about_somebody_elses_household_gets_there(
    busy: World, forger: Forger, name: str
) -> None:
    before = everything(busy)
    sent = list(attempts(forger, name))
    taken = [ack for one in sent for ack in forger.ask(one).acks]
    assert {ack.outcome for ack in taken} <= {Outcome.REFUSED, Outcome.WAITING}
    assert all(ack.refused is not None for ack in taken)
    assert everything(busy) == before
    with busy.database.reading() as connection:
        sql = sa.select(audit.c.id).where(
            audit.c.actor == "ana", audit.c.action == "record.refused"
        )
        noted = list(connection.execute(sql).scalars())
    refused = [one.id for one, ack in zip(sent, taken, strict=True) if ack.outcome == "refused"]
    assert sorted(noted) == sorted(refused)
    assert len(refused) >= len(sent) // 2


def test_the_household_of_another_unit_cannot_be_told_from_one_that_does_not_exist(
    forger: Forger,
) -> None:
    """Ids are guessed: what is there and what is not is answered alike."""
    told = []
    for home in (CARO, replace(CARO, id="h-nobody-7")):
        fields = encode(replace(visit(home, "v"), field_worker="ana"))
        operations = [
            forger.operation("visit", f"v-for-{home.id}", fields=fields),
            forger.operation("household", home.id, fields={"address": "x"}),
            forger.operation("member", f"m-{home.id}-1", fields={"given": "x"}),
        ]
        answer = forger.ask(*operations)
        told.append([(ack.outcome, ack.refused) for ack in answer.acks])
    assert told[0] == told[1]


def test_a_gestor_of_before_reads_nothing_that_was_recorded_since(
    busy: World, forger: Forger
) -> None:
    """His household went to caro's unit: what caro records there is not for him any more."""
    busy.load(replace(household("ana"), field_worker="caro"))
    caro = busy.laptop("caro")
    caro.sync()
    busy.clock.advance(timedelta(days=1))
    caro.save(replace(visit(household("ana"), "v-since", note=SECRET), field_worker="caro"))
    assert caro.sync().complete
    for more in ({"cursor": {"fw:ana": 0, "fw:caro": 0}}, {"want": {"fw:ana": ("h-ana-1",)}}, {}):
        answer = forger.ask(**more)
        assert SECRET not in answer.model_dump_json()
    guess = forger.operation("visit", "v-since", base_version=1, fields={"answers/note": "x"})
    assert forger.ask(guess).acks[0].refused is not None


def test_a_coordinator_reads_nothing_of_a_zone_of_the_same_name_in_another_unit(
    busy: World,
) -> None:
    """pilar of Cusco, the gestores of Z1 in no unit, and caro of Cusco in another zone."""
    busy.accounts.enrol(
        Account("pilar", "Nombre de pilar", Role.ZONE_COORDINATOR, "Z1", "CUSCO"), PASSWORD
    )
    pilar = busy.laptop("pilar")
    assert pilar.sync().complete
    assert pilar.store.find(Household) == []
    busy.accounts.enrol(
        Account("pilar", "Nombre de pilar", Role.ZONE_COORDINATOR, "Z9", "CUSCO"), PASSWORD
    )
    pilar.sync()
    assert {one.field_worker for one in pilar.store.find(Household)} == {"caro"}
