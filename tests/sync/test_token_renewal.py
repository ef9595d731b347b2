"""A laptop's token is replaced by its key while it synchronises; its person notices nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from juntos_campo import paths
from juntos_campo.app import synchronise
from juntos_campo.app.connect import connect
from juntos_campo.app.session import Session
from juntos_campo.central.accounts import Account
from juntos_campo.central.tables import audit, devices
from juntos_campo.central.units import add_unit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.store import sync_state
from juntos_campo.store.keys import KdfCost

from .conftest import PASSWORD, World, household, visit


@pytest.fixture
def set_up(sqlite_world: World, tmp_path: Path) -> Iterator[Callable[[str], Session]]:
    """Laptops set up from the server, on the server's clock."""
    with ExitStack() as closing:

        def make(user: str) -> Session:
            session = synchronise.set_up_from_server(
                paths.DataPlace(tmp_path / user),
                server=sqlite_world.server.url,
                user=user,
                password=PASSWORD,
                clock=sqlite_world.clock,
                book=load_rule_book(paths.resources() / "norms"),
                cost=KdfCost(passes=1, memory_kib=64),
            )
            closing.callback(session.close)
            return session

        yield make


def synced(session: Session) -> str:
    """Why a synchronisation stopped; "" when it went through."""
    report, _ = synchronise.sync_now(session)
    return report.stopped.code if report.stopped else ""


def renewals(world: World) -> int:
    sql = sa.select(sa.func.count()).where(audit.c.action == "token.renew")
    with world.database.reading() as connection:
        return connection.execute(sql).scalar_one()


def test_a_laptop_without_signal_for_months_sends_what_it_recorded_and_asks_for_no_password(
    sqlite_world: World, set_up: Callable[[str], Session]
) -> None:
    ana = set_up("ana")
    assert synced(ana) == ""
    with ana.work("test") as work:
        work.tx.save(visit(household("ana"), "v-1", note="sin señal"))
    old = sync_state.token(ana.store)
    sqlite_world.clock.advance(timedelta(days=200))
    assert synced(ana) == ""
    assert sqlite_world.answers("v-1") == {"note": "sin señal"}
    assert sync_state.token(ana.store) != old
    assert renewals(sqlite_world) == 1


def test_a_laptop_that_is_used_renews_its_token_long_before_it_expires_and_not_every_day(
    sqlite_world: World, set_up: Callable[[str], Session]
) -> None:
    ana = set_up("ana")
    for _ in range(32):
        assert synced(ana) == ""
        sqlite_world.clock.advance(timedelta(days=1))
    with sqlite_world.database.reading() as connection:
        sql = sa.select(sa.func.count()).where(audit.c.action == "request.refused")
        refused = connection.execute(sql).scalar_one()
    assert refused == 0, "no exchange ever met a dead token"
    assert renewals(sqlite_world) == 2  # every 15 days


def test_a_blocked_laptop_hears_that_the_office_blocked_it(
    sqlite_world: World, set_up: Callable[[str], Session]
) -> None:
    ana = set_up("ana")
    assert synced(ana) == ""
    sqlite_world.accounts.block_devices("ana")
    report, _ = synchronise.sync_now(ana)
    assert report.stopped
    assert "bloqueó esta computadora" in report.stopped.text
    assert sync_state.device(ana.store)


def test_a_laptop_of_the_program_before_gets_a_token_it_renews_with_its_next_synchronisation(
    sqlite_world: World, set_up: Callable[[str], Session]
) -> None:
    ana = set_up("ana")
    with sqlite_world.database.writing() as connection:
        connection.execute(sa.update(devices).values(token_at=""))
    with ana.work("test") as work:
        sync_state.set_renewal(work.tx, None)
    assert synced(ana) == ""
    assert renewals(sqlite_world) == 1
    assert synced(ana) == ""
    assert renewals(sqlite_world) == 1


@pytest.mark.parametrize(
    "who",
    [
        Account("puno", "Oficina de Puno", Role.TERRITORIAL_UNIT, "", "PUNO"),
        Account("sede", "Sede central", Role.CENTRAL_OFFICE, ""),
        Account("audi", "Auditora", Role.AUDITOR, ""),
    ],
)
def test_somebody_without_a_laptop_who_enters_with_its_program_is_told_and_nothing_is_made(
    sqlite_world: World, set_up: Callable[[str], Session], who: Account, tmp_path: Path
) -> None:
    if who.unit:
        add_unit(sqlite_world.database, who.unit, "Puno", sqlite_world.clock)
    sqlite_world.accounts.enrol(who, PASSWORD)
    with pytest.raises(UserError) as caught:
        set_up(who.name)
    assert "gestores locales y coordinadores zonales" in str(caught.value)
    assert not paths.DataPlace(tmp_path / who.name).database.exists()


def test_a_laptop_of_somebody_else_stays_what_it_was_when_an_auditor_tries_to_enter(
    sqlite_world: World, set_up: Callable[[str], Session]
) -> None:
    ana = set_up("ana")
    token = sync_state.token(ana.store)
    sqlite_world.accounts.enrol(Account("audi", "Auditora", Role.AUDITOR, ""), PASSWORD)
    with pytest.raises(UserError) as caught:
        connect(ana, sqlite_world.server.url, "audi", PASSWORD)
    assert caught.value.problem.code == "CON-005"
    assert sync_state.token(ana.store) == token
    assert synced(ana) == ""


def test_an_office_enters_without_a_laptops_key_and_gets_no_register(sqlite_world: World) -> None:
    sqlite_world.accounts.enrol(Account("audi", "Auditora", Role.AUDITOR, ""), PASSWORD)
    body = {"protocol": 2, "user": "audi", "password": PASSWORD, "device": "navegador-1"}
    url = sqlite_world.server.url
    entered = requests.post(f"{url}/v2/login", json=body, timeout=10).json()
    assert entered.get("partitions", []) == []
    headers = {"Authorization": f"Bearer {entered['token']}"}
    refused = requests.post(
        f"{url}/v1/sync", json={"protocol": 1, "device": "navegador-1"}, headers=headers, timeout=10
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "CEN-116")
    people = requests.get(f"{url}/v1/accounts", headers=headers, timeout=10)
    assert people.status_code == 200
