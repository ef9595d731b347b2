"""Who gets in: right password, right device, and not by trying."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.tables import devices, users
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

from .conftest import ANA, PASSWORD


def code_of(accounts: Accounts, user: str, password: str, device: str = "d-1") -> str:
    try:
        accounts.login(user, password, device, "")
    except UserError as error:
        return error.problem.code
    return ""


def test_the_token_given_at_login_names_its_person_and_device(accounts: Accounts) -> None:
    _, token = accounts.login("ana", PASSWORD, "d-1", "laptop")
    caller = accounts.recognise(token)
    assert (caller.account, caller.device) == (ANA, "d-1")


def test_neither_password_nor_token_can_be_read_from_the_database(
    accounts: Accounts, database: Database
) -> None:
    _, token = accounts.login("ana", PASSWORD, "d-1", "laptop")
    with database.reading() as connection:
        text = str(
            connection.execute(sa.select(users)).all()
            + connection.execute(sa.select(devices)).all()
        )
    assert PASSWORD not in text
    assert token not in text
    assert "$argon2id$" in text


def test_a_wrong_user_and_a_wrong_password_look_the_same(accounts: Accounts) -> None:
    assert code_of(accounts, "ana", "otra cosa") == code_of(accounts, "nadie", "otra cosa")


def test_guessing_is_slowed_down_more_and_more_and_the_owner_gets_in_later(
    accounts: Accounts, clock: FixedClock
) -> None:
    waits = []
    for _ in range(3):
        assert code_of(accounts, "ana", "mala clave") == "CEN-001"
    for _ in range(3):
        assert code_of(accounts, "ana", PASSWORD) == "CEN-002"
        seconds = 0
        while code_of(accounts, "ana", "mala clave") == "CEN-002":
            clock.advance(timedelta(seconds=1))
            seconds += 1
        waits.append(seconds)
    assert waits == sorted(waits)
    assert waits[-1] > waits[0] > 0
    clock.advance(timedelta(hours=1))
    assert code_of(accounts, "ana", PASSWORD) == ""
    assert code_of(accounts, "ana", "mala clave") == "CEN-001"


def test_a_new_login_ends_the_old_token_of_that_device_only(accounts: Accounts) -> None:
    _, first = accounts.login("ana", PASSWORD, "d-1", "")
    _, other = accounts.login("ana", PASSWORD, "d-2", "")
    _, second = accounts.login("ana", PASSWORD, "d-1", "")
    assert accounts.recognise(second).device == "d-1"
    assert accounts.recognise(other).device == "d-2"
    with pytest.raises(UserError, match="no reconoce"):
        accounts.recognise(first)


def test_a_revoked_laptop_or_person_is_shut_out(accounts: Accounts, database: Database) -> None:
    _, stolen = accounts.login("ana", PASSWORD, "d-1", "")
    _, kept = accounts.login("ana", PASSWORD, "d-2", "")
    with database.writing() as connection:
        connection.execute(sa.update(devices).where(devices.c.id == "d-1").values(revoked=True))
    with pytest.raises(UserError):
        accounts.recognise(stolen)
    assert code_of(accounts, "ana", PASSWORD, "d-1") == "CEN-012"
    with database.writing() as connection:
        connection.execute(sa.update(users).values(active=False))
    with pytest.raises(UserError):
        accounts.recognise(kept)
    assert code_of(accounts, "ana", PASSWORD, "d-3") == "CEN-001"


def test_enrolling_again_changes_the_password_but_never_the_role(accounts: Accounts) -> None:
    assert not accounts.enrol(ANA, "clave nueva 2026")
    assert code_of(accounts, "ana", PASSWORD) == "CEN-001"
    assert code_of(accounts, "ana", "clave nueva 2026") == ""
    with pytest.raises(UserError, match="otra función"):
        accounts.enrol(Account("ana", "Ana", Role.ZONE_COORDINATOR, "Z1"), "clave nueva 2026")


def test_a_short_password_is_not_accepted(accounts: Accounts) -> None:
    with pytest.raises(UserError, match="muy corta"):
        accounts.enrol(ANA, "corta")


def test_a_stolen_laptop_gets_in_no_more_and_its_owner_goes_on_with_another(
    accounts: Accounts,
) -> None:
    _, stolen = accounts.login("ana", PASSWORD, "d-1", "laptop")
    assert accounts.block_devices("ana") == 1
    with pytest.raises(UserError) as caught:
        accounts.recognise(stolen)
    assert caught.value.problem.code == "CEN-003"
    assert code_of(accounts, "ana", PASSWORD, "d-1") == "CEN-012"
    _, other = accounts.login("ana", PASSWORD, "d-2", "otra")
    assert accounts.recognise(other).device == "d-2"
    assert accounts.block_devices("ana") == 1


def test_blocking_a_name_nobody_has_is_told(accounts: Accounts) -> None:
    with pytest.raises(UserError) as caught:
        accounts.block_devices("nadie")
    assert caught.value.problem.code == "CEN-207"
