"""Tokens die by themselves, and a laptop never needs a password in the field because of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.callers import Machine
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices
from juntos_campo.central.tokens import renew
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import Role
from juntos_campo.wire.messages import SyncRequest
from juntos_campo.wire.renewal import TokenRequest, opened_token, token_request
from juntos_campo.wire.signing import new_seed, public_key

from .conftest import PASSWORD

SEED = new_seed()


class Keeper:
    """ana's laptop, which holds its key, and whoever got hold of something of hers."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        machine = Machine("d-1", sign_key=public_key(SEED), renews=True)
        self.token = accounts.enter("ana", PASSWORD, machine).token

    def renew(self, request: TokenRequest | None = None) -> str:
        accounts = self.accounts
        asked = request or token_request("d-1", SEED)
        answer = renew(accounts.database, accounts.settings, accounts.clock, asked)
        return opened_token(answer.sealed, SEED)

    def is_good(self, token: str) -> bool:
        try:
            return self.accounts.recognise(token).device == "d-1"
        except UserError as error:
            return error.problem.code != "CEN-003"

    def refusal(self, request: TokenRequest) -> str:
        with pytest.raises(UserError) as caught:
            self.renew(request)
        return caught.value.problem.code


@pytest.fixture
def laptop(accounts: Accounts) -> Keeper:
    return Keeper(accounts)


def test_the_token_before_is_good_until_the_new_one_is_shown_since_an_answer_may_be_lost(
    laptop: Keeper,
) -> None:
    lost = laptop.renew()
    assert laptop.is_good(laptop.token), "the answer never came"
    arrived = laptop.renew()
    assert laptop.is_good(laptop.token)
    assert not laptop.is_good(lost), "nobody has it"
    assert laptop.is_good(arrived)
    assert not laptop.is_good(laptop.token), "whoever stole it is out"
    assert laptop.is_good(arrived)


def test_a_stolen_token_dies_by_itself_and_the_laptop_gets_another_by_its_key(
    laptop: Keeper, clock: FixedClock, settings: ServerSettings
) -> None:
    stolen = laptop.token
    for _ in range(settings.token_days):
        assert laptop.is_good(stolen)  # using it does not make it live longer
        clock.advance(timedelta(days=1))
    clock.advance(timedelta(hours=1))
    assert not laptop.is_good(stolen)
    fresh = laptop.renew()
    assert not laptop.is_good(stolen), "a token that is dead does not rise when another is given"
    assert laptop.is_good(fresh)


def test_a_laptop_that_lay_in_a_drawer_for_years_needs_no_password(
    laptop: Keeper, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=1000))
    assert not laptop.is_good(laptop.token)
    assert laptop.is_good(laptop.renew())


def test_a_server_restored_from_an_old_backup_does_not_ask_for_passwords(
    laptop: Keeper, database: Database
) -> None:
    with database.reading() as connection:
        backup = dict(connection.execute(sa.select(devices)).one()._mapping)
    current = laptop.renew()
    assert laptop.is_good(current)
    with database.writing() as connection:
        connection.execute(sa.update(devices).values(backup))
    assert not laptop.is_good(current)
    assert laptop.is_good(laptop.renew())


def test_without_the_devices_key_nobody_gets_a_token(laptop: Keeper) -> None:
    thief = new_seed()
    assert laptop.refusal(token_request("d-1", thief)) == "CEN-003"
    assert laptop.refusal(token_request("d-2", SEED)) == "CEN-003"
    signed_for_another = token_request("d-2", SEED).signature
    assert laptop.refusal(TokenRequest(device="d-1", signature=signed_for_another)) == "CEN-003"
    assert laptop.is_good(laptop.token)


def test_who_sends_the_laptops_own_request_again_can_read_nothing_and_shuts_nobody_out(
    laptop: Keeper, accounts: Accounts
) -> None:
    overheard = token_request("d-1", SEED)
    fresh = laptop.renew(overheard)
    assert laptop.is_good(fresh)
    answer = renew(accounts.database, accounts.settings, accounts.clock, overheard)
    with pytest.raises(ValueError, match="somebody else"):
        opened_token(answer.sealed, new_seed())
    assert laptop.is_good(fresh)


def test_a_blocked_laptop_is_told_so_and_a_person_who_left_gets_nothing(
    laptop: Keeper, accounts: Accounts
) -> None:
    accounts.set_active("ana", active=False)
    assert laptop.refusal(token_request("d-1", SEED)) == "CEN-003"
    accounts.set_active("ana", active=True)
    accounts.block_devices("ana")
    assert laptop.refusal(token_request("d-1", SEED)) == "CEN-012"
    assert laptop.refusal(token_request("d-1", new_seed())) == "CEN-003"
    assert not laptop.is_good(laptop.token)


def test_an_older_program_that_cannot_renew_keeps_its_token_while_it_is_used(
    accounts: Accounts, clock: FixedClock, settings: ServerSettings, database: Database
) -> None:
    exchange = Exchange(database, settings, clock, random_id)
    _, token = accounts.login("ana", PASSWORD, "d-old", "")
    for _ in range(4):
        clock.advance(timedelta(days=settings.token_days_unsigned - 1))
        caller = accounts.recognise(token)
        exchange.run(caller, SyncRequest(protocol=1, device="d-old"))
    clock.advance(timedelta(days=settings.token_days_unsigned + 1))
    with pytest.raises(UserError, match="no reconoce"):
        accounts.recognise(token)


def test_the_token_of_an_office_lasts_a_working_day(
    accounts: Accounts, clock: FixedClock, settings: ServerSettings
) -> None:
    accounts.enrol(Account("sede", "Sede", Role.CENTRAL_OFFICE, ""), PASSWORD)
    _, token = accounts.login("sede", PASSWORD, "browser", "")
    clock.advance(timedelta(hours=settings.office_hours - 1))
    assert accounts.recognise(token).account.name == "sede"
    clock.advance(timedelta(hours=2))
    with pytest.raises(UserError):
        accounts.recognise(token)
