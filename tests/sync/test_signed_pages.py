"""Rules, forms and places are believed from the server alone, and a server from its key alone."""

from __future__ import annotations

import pytest

from juntos_campo.app import synchronise
from juntos_campo.app.connect import connect
from juntos_campo.app.session import Session
from juntos_campo.central.server_key import server_public_key
from juntos_campo.central.tables import keys
from juntos_campo.domain.entities import Settlement, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.store import sync_state
from juntos_campo.store.device_keys import device_seed, server_key
from juntos_campo.wire.messages import SyncRequest, SyncResponse
from juntos_campo.wire.signing import public_key

from .conftest import PASSWORD, SETTLEMENT, Laptop, World, household, visit
from .links import Wrapped
from .sticks import give_keys
from .test_command import session  # noqa: F401

HOME = household("ana")


class Forges(Wrapped):
    """Somebody between laptop and server who sends a settlement of his own along."""

    def exchange(self, request: SyncRequest) -> SyncResponse:
        page = super().exchange(request)
        mine = [
            one.model_copy(update={"fields": {**one.fields, "name": "Otra"}})
            for one in page.changes
        ]
        return page.model_copy(update={"changes": tuple(mine)})


@pytest.fixture
def ana(world: World) -> Laptop:
    return give_keys(world, world.laptop("ana"))


def test_reference_data_that_somebody_altered_on_the_way_is_not_stored(ana: Laptop) -> None:
    ana.save(visit(HOME, "v-1"))
    report = ana.sync(Forges(ana.transport))
    assert report.stopped is not None
    assert report.stopped.code == "SYN-014"
    assert ana.store.count(Settlement) == 0
    assert sync_state.cursor(ana.store) == {}, "nothing of that page counts"
    assert ana.sync().complete
    assert [one.name for one in ana.store.find(Settlement)] == [SETTLEMENT.name]
    assert ana.store.count(Visit) == 1


class Smuggles(Wrapped):
    """Somebody who sends a settlement along as if it were part of another partition."""

    lies_in = "fw:ana"
    signature: str | None = ""

    def exchange(self, request: SyncRequest) -> SyncResponse:
        page = super().exchange(request)
        mine = [
            one.model_copy(
                update={"partition": self.lies_in, "fields": {**one.fields, "name": "Otra"}}
            )
            if one.kind == "settlement"
            else one
            for one in page.changes
        ]
        signature = page.signature if self.signature is None else self.signature
        return page.model_copy(update={"changes": tuple(mine), "signature": signature})


@pytest.mark.parametrize("signature", ["", None], ids=["unsigned", "with the page's signature"])
@pytest.mark.parametrize("partition", ["fw:ana", "fw:x", "ref", "ref:PUNO", "ref:", "REF", "r"])
def test_reference_data_is_not_believed_unsigned_wherever_it_is_said_to_lie(
    ana: Laptop, partition: str, signature: str | None
) -> None:
    forger = Smuggles(ana.transport)
    forger.lies_in, forger.signature = partition, signature
    report = ana.sync(forger)
    assert report.stopped is not None
    assert report.stopped.code == "SYN-014"
    assert ana.store.count(Settlement) == 0


class SpeaksVersion1(Wrapped):
    """Somebody who says that the server knows no better than version 1, and takes signatures off."""

    protocol = 1

    def exchange(self, request: SyncRequest) -> SyncResponse:
        page = super().exchange(request.model_copy(update={"protocol": 1}))
        return page.model_copy(update={"signature": ""})


def test_a_laptop_that_knows_its_server_takes_no_unsigned_rules_in_version_1(ana: Laptop) -> None:
    report = ana.sync(SpeaksVersion1(ana.transport))
    assert report.stopped is not None
    assert report.stopped.code == "SYN-014"
    assert ana.store.count(Settlement) == 0


def test_a_page_without_reference_data_needs_no_signature(ana: Laptop) -> None:
    assert ana.sync().complete
    ana.save(visit(HOME, "v-1"))
    assert ana.sync(Forges(ana.transport)).complete


def test_every_login_shows_the_same_key_of_the_server(world: World) -> None:
    again = server_public_key(world.database, world.clock)
    assert server_public_key(world.database, world.clock) == again


def test_a_laptop_shows_its_own_key_and_keeps_the_servers(
    session: Session,  # noqa: F811
    world: World,
) -> None:
    assert server_key(session.store) == server_public_key(world.database, world.clock)
    seed = device_seed(session.store)
    synchronise.sign_in(session, PASSWORD)
    assert device_seed(session.store) == seed
    with world.database.reading() as connection:
        known = connection.exec_driver_sql("SELECT sign_key FROM devices").scalars().all()
    assert public_key(seed) in known
    assert seed not in known


def test_another_server_at_the_same_address_is_refused_until_the_person_confirms(
    session: Session,  # noqa: F811
    world: World,
) -> None:
    assert synchronise.sync_now(session)[0].complete
    before = server_key(session.store)
    with world.database.writing() as connection:
        connection.execute(keys.delete().where(keys.c.name == "server"))
    with pytest.raises(UserError, match="no es el mismo de antes") as caught:
        synchronise.sign_in(session, PASSWORD)
    assert caught.value.problem.code == "SYN-015"
    assert server_key(session.store) == before
    address = sync_state.server(session.store)
    with pytest.raises(UserError, match="Cambiar servidor"):
        connect(session, address, "ana", PASSWORD)
    assert server_key(session.store) == before
    connect(session, address, "ana", PASSWORD, another_server=True)
    assert set(sync_state.cursor(session.store).values()) == {0}, (
        "it numbers its records on its own"
    )
    assert synchronise.sync_now(session)[0].complete
    assert server_key(session.store) == server_public_key(world.database, world.clock)


def test_a_restored_database_that_signs_in_becomes_a_laptop_of_its_own(
    session: Session,  # noqa: F811
    world: World,
) -> None:
    with session.work("test") as work:
        work.tx.save(visit(HOME, "v-1"))
    device, seed = sync_state.device(session.store), device_seed(session.store)
    with world.database.writing() as connection:
        connection.exec_driver_sql("UPDATE devices SET counter = 99")
    synchronise.sign_in(session, PASSWORD)
    assert sync_state.device(session.store) != device
    assert device_seed(session.store) != seed
    assert synchronise.sync_now(session)[0].complete
