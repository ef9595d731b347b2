"""The office has a stolen laptop erased: by command, for the right one only, and until it is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from office_commands import run

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.callers import Machine
from juntos_campo.central.database import Database
from juntos_campo.central.lost_laptops import order_erasure, order_for
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tokens import renew, renew_days
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError
from juntos_campo.wire.messages import ErrorBody
from juntos_campo.wire.renewal import token_request
from juntos_campo.wire.signing import new_seed, public_key
from juntos_campo.wire.standing import StandingAnswer

from .conftest import PASSWORD

SEED = new_seed()
OLD, NEW = "a1" * 16, "b2" * 16


@pytest.fixture
def laptops(accounts: Accounts) -> Accounts:
    """ana has an old laptop and a new one."""
    for device in (OLD, NEW):
        machine = Machine(device, sign_key=public_key(SEED), renews=True)
        accounts.enter("ana", PASSWORD, machine)
    return accounts


@pytest.fixture
def server(
    settings: ServerSettings, clock: FixedClock, laptops: Accounts
) -> Iterator[ServerThread]:
    with ServerThread(create_app(settings, clock)) as running:
        yield running


def ask(server: ServerThread, message: str) -> Any:
    return requests.post(
        f"{server.url}/v2/standing",
        data=message,
        headers={"Accept-Encoding": "identity"},
        timeout=20,
    )


def code_of(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.problem.code


def test_of_two_laptops_the_office_must_say_which_and_the_other_goes_on(
    laptops: Accounts, database: Database, clock: FixedClock, settings: ServerSettings
) -> None:
    with pytest.raises(UserError) as unclear:
        order_erasure(database, clock, "ana")
    assert code_of(unclear) == "CEN-292"
    for wrong in ("a1b2", "x"):
        with pytest.raises(UserError) as unknown:
            order_erasure(database, clock, "ana", wrong)
        assert code_of(unknown) == "CEN-291"
    assert order_erasure(database, clock, "ana", "a1") == OLD
    assert order_for(database, clock, NEW) is None
    assert renew(database, settings, clock, token_request(NEW, SEED)).lease is not None
    with pytest.raises(UserError) as blocked:
        renew(database, settings, clock, token_request(OLD, SEED))
    assert blocked.value.values["erase"] == order_for(database, clock, OLD)


def test_a_stranger_learns_nothing_and_may_not_ask_without_end(
    server: ServerThread, database: Database, clock: FixedClock
) -> None:
    order_erasure(database, clock, "ana", OLD)
    told = ask(server, f'{{"device": "{OLD}"}}')
    assert StandingAnswer.model_validate_json(told.content).erase == order_for(database, clock, OLD)
    known, nobody = (ask(server, f'{{"device": "{one}"}}') for one in (NEW, "c3" * 16))
    assert (
        (known.status_code, known.content) == (nobody.status_code, nobody.content) == (200, b"{}")
    )
    codes = {ask(server, f'{{"device": "{number:032x}"}}').status_code for number in range(310)}
    assert codes == {200, 429}
    refused = ask(server, f'{{"device": "{OLD}"}}')
    assert ErrorBody.model_validate_json(refused.content).code == "CEN-118"
    entered = requests.post(
        f"{server.url}/v2/login",
        json={"protocol": 2, "user": "ana", "password": PASSWORD, "device": NEW},
        timeout=20,
    )
    assert entered.status_code == 200, "whoever asks too much does not lock the office out"
    clock.advance(timedelta(minutes=20))
    assert ask(server, f'{{"device": "{OLD}"}}').status_code == 200


@pytest.mark.parametrize(
    "message",
    ["", "{}", '{"device": ""}', '{"device": "a b"}', '{"device": "a", "erased": {}}', "[]"],
)
def test_a_senseless_question_is_told_in_spanish(server: ServerThread, message: str) -> None:
    answer = ask(server, message)
    assert answer.status_code == 422
    assert ErrorBody.model_validate_json(answer.content).code == "CEN-006"


def test_a_short_lease_is_renewed_long_before_it_ends() -> None:
    """Else a gestor who synchronises every week would meet the gate."""
    assert renew_days(ServerSettings(token_days=30, lease_days=60)) == 15
    for days in (8, 20, 40):
        assert 3 * renew_days(ServerSettings(token_days=30, lease_days=days)) < days
    assert renew_days(ServerSettings(token_days=30, lease_days=0)) == 15
    assert renew_days(ServerSettings(token_days=30, lease_days=1)) == 1


def test_the_operator_orders_sees_and_takes_back_by_command(
    laptops: Accounts, settings: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "220")
    where = ("--database", settings.database_url)
    status, text = run("erase-laptop", "--user", "ana", "--device", "a1", "--yes", *where)
    assert status == 0
    assert f"la computadora {OLD[:8]} de ana se borrará apenas se comunique" in text
    lines = run("accounts", *where)[1].splitlines()
    (old,) = (line for line in lines if OLD[:8] in line)
    (new,) = (line for line in lines if NEW[:8] in line)
    assert "borrado pedido el" in old
    assert "borrado" not in new
    status, text = run("erase-laptop", "--user", "ana", "--cancel", *where)
    assert status == 0
    assert "no se borrará" in text
    assert "borrado pedido" not in run("accounts", *where)[1]
    for given, code in (
        (("--user", "ana", "--cancel"), "CEN-293"),
        (("--user", "nadie", "--yes"), "CEN-207"),
        (("--user", "ana", "--yes"), "CEN-292"),
    ):
        status, text = run("erase-laptop", *given, *where)
        assert (status, code in text) == (1, True), text
    status, _ = run("erase-laptop", "--user", "ana", "--device", "a1", *where)
    assert status != 0, "without --yes somebody must say so"
    assert "borrado pedido" not in run("accounts", *where)[1]
