"""Trying is slowed down, at every process of the server alike; and only whoever tries waits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import audit, throttles
from juntos_campo.central.throttling import (
    LOGIN_BURST,
    REQUEST_BURST,
    Requests,
    Throttles,
    address_of,
    proxies,
)
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

from .conftest import ANA, PASSWORD


@dataclass
class Two:
    """Two processes of a server on one database, as far as a test can have them."""

    settings: ServerSettings
    first: Accounts
    second: Accounts

    def login(self, user: str, password: str, *, at: int = 0) -> str:
        """The code of the refusal; "" when he is let in."""
        accounts = (self.first, self.second)[at % 2]
        try:
            accounts.login(user, password, f"device-{user}", "")
        except UserError as error:
            return error.problem.code
        return ""


@pytest.fixture
def two(settings: ServerSettings, database: Database, clock: FixedClock) -> Iterator[Two]:
    other = Database(settings.database_url)
    made = Two(settings, Accounts(database, settings, clock), Accounts(other, settings, clock))
    made.first.enrol(ANA, PASSWORD)
    made.first.enrol(Account("beto", "Beto", Role.FIELD_WORKER, "Z1"), PASSWORD)
    yield made
    other.close()


def waited(two: Two, clock: FixedClock, user: str) -> int:
    """Seconds until somebody may try again."""
    seconds = 0
    while two.login(user, "mala clave", at=seconds) == "CEN-002":
        clock.advance(timedelta(seconds=1))
        seconds += 1
    return seconds


@pytest.mark.parametrize("user", ["ana", "nadie.de.ese.nombre"])
def test_wrong_passwords_wait_longer_and_longer_whichever_process_is_asked(
    two: Two, clock: FixedClock, user: str
) -> None:
    """The same for a name that nobody has: waiting does not tell who is enrolled."""
    assert [two.login(user, "mala clave", at=number) for number in range(4)] == [
        "CEN-001", "CEN-001", "CEN-001", "CEN-002",
    ]  # fmt: skip
    assert two.login(user, PASSWORD, at=1) == "CEN-002", "not even the right one now"
    assert [waited(two, clock, user) for _ in range(4)] == [2, 4, 8, 16]
    assert two.login("beto", PASSWORD) == "", "somebody else does not wait"


def test_guessing_at_both_processes_at_once_gets_no_more_tries_than_one_after_the_other(
    two: Two,
) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(
            pool.map(lambda number: two.login("ana", f"mala {number}", at=number), range(24))
        )
    assert codes.count("CEN-001") == 3
    assert codes.count("CEN-002") == 21


def test_who_enters_or_tries_nothing_for_a_day_begins_anew(two: Two, clock: FixedClock) -> None:
    for _ in range(2):
        two.login("ana", "mala clave")
    assert two.login("ana", PASSWORD) == ""
    for _ in range(2):
        assert two.login("ana", "mala clave") == "CEN-001"
    clock.advance(timedelta(days=2))
    for _ in range(3):
        assert two.login("ana", "mala clave") == "CEN-001"


def test_the_office_ends_the_waiting_of_somebody_who_forgot_his_password(two: Two) -> None:
    for _ in range(4):
        two.login("ana", "mala clave")
    assert two.login("ana", PASSWORD) == "CEN-002"
    assert not two.second.set_active("ana", active=True)
    assert two.login("ana", PASSWORD) == ""


def test_a_blocked_laptop_of_hers_does_not_make_its_owner_wait(two: Two) -> None:
    assert two.login("ana", PASSWORD) == ""
    two.first.block_devices("ana")
    assert [two.login("ana", PASSWORD) for _ in range(5)] == ["CEN-012"] * 5
    assert two.first.login("ana", PASSWORD, "another", "")[1]


def test_the_work_done_for_a_name_that_nobody_has_is_the_same(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the time an answer takes does not tell either: as many passwords hashed, as many commits."""
    accounts = two.first
    seen: list[str] = []
    verify = accounts._verify
    monkeypatch.setattr(accounts, "_verify", lambda *given: seen.append("hash") or verify(*given))
    sa.event.listen(accounts.database.engine, "commit", lambda _connection: seen.append("commit"))
    done: dict[str, list[str]] = {}
    for user in ("ana", "nadie", "ana", "nadie"):  # what is done once for all is done by the first
        seen.clear()
        assert two.login(user, "mala clave") == "CEN-001"
        done[user] = list(seen)
    assert done["ana"] == done["nadie"]
    assert done["ana"].count("hash") == 1


def test_what_was_typed_as_a_name_is_written_down_nowhere(two: Two) -> None:
    """People type their password where the name belongs."""
    two.login("mi clave secreta", "x" * 9)
    with two.first.database.reading() as connection:
        text = str(connection.execute(sa.select(throttles)).all())
        text += str(connection.execute(sa.select(audit)).all())
    assert "secreta" not in text
    assert "login.failed" in text


# -- by address ------------------------------------------------------------------------------------------


def post(server: ServerThread, user: str, password: str, **headers: str) -> Any:
    body = {"protocol": 2, "user": user, "password": password, "device": f"d-{user}"}
    return requests.post(f"{server.url}/v2/login", json=body, headers=headers, timeout=20)


def test_whoever_tries_many_names_from_one_address_is_stopped_at_every_process(
    two: Two, clock: FixedClock
) -> None:
    settings = two.settings.model_copy(update={"logins_a_minute": 1})
    with (
        ServerThread(create_app(settings, clock)) as one,
        ServerThread(create_app(settings, clock)) as other,
    ):
        for number in range(LOGIN_BURST):
            answer = post((one, other)[number % 2], f"u{number}", "una de tantas")
            assert answer.json()["code"] == "CEN-001"
        for server in (one, other):
            answer = post(server, "ana", PASSWORD)
            assert (answer.status_code, answer.json()["code"]) == (429, "CEN-118")
            assert answer.headers["retry-after"] == "60"
            assert "60 segundos" in answer.json()["text"]
        elsewhere = post(other, "ana", PASSWORD, **{"X-Forwarded-For": "203.0.113.9"})
        assert elsewhere.status_code == 200, "the proxy says that this is somebody else"
        clock.advance(timedelta(seconds=61))
        assert post(one, "beto", PASSWORD).status_code == 200
    with two.first.database.reading() as connection:
        names = list(connection.execute(sa.select(throttles.c.name)).scalars())
    assert names
    assert not any("127.0.0" in name or "203.0" in name for name in names)


def test_an_office_where_everybody_enters_at_once_does_not_stop_itself(
    two: Two, clock: FixedClock
) -> None:
    settings = two.settings.model_copy(update={"logins_a_minute": 1})
    with ServerThread(create_app(settings, clock)) as server:
        for _ in range(LOGIN_BURST + 5):
            assert post(server, "ana", PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9", "10.1.1.1"),  # not a proxy of ours: nothing is believed
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),  # the first was made up
        ("127.0.0.1", "203.0.113.9, 192.168.7.7", "203.0.113.9"),  # two proxies of ours
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:10.1.1.1", "", "10.1.1.1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_an_address_is_that_of_the_peer_or_what_a_proxy_of_the_settings_says(
    peer: str, said: str, found: str
) -> None:
    trusted = proxies(ServerSettings(trusted_proxies="127.0.0.1, ::1, 192.168.7.0/24"))
    assert address_of(peer, [said] if said else [], trusted) == found
    assert address_of(peer, said.split(","), trusted) == found, "the same in several headers"


# -- by laptop -------------------------------------------------------------------------------------------


def test_a_laptop_that_asks_without_end_waits_and_the_others_do_not(
    two: Two, clock: FixedClock
) -> None:
    settings = two.settings.model_copy(update={"exchanges_a_minute": 4})
    several = [
        Requests(Throttles(one.database, clock), settings) for one in (two.first, two.second)
    ]
    asked = 0
    while not (wait := several[asked % 2].count("d-1")):
        asked += 1
        assert asked < 1000
    allowed = 4 * REQUEST_BURST
    assert allowed - 20 <= asked <= allowed + 40, "what each process has not written down yet"
    assert 0 < wait <= 5 * 60
    assert several[asked % 2].count("d-1"), "asking again does not help"
    assert not several[0].count("d-2")
    clock.advance(timedelta(seconds=wait))
    assert not several[asked % 2].count("d-1")


def test_a_quiet_day_of_a_laptop_writes_nothing_down(two: Two, clock: FixedClock) -> None:
    requests_of = Requests(Throttles(two.first.database, clock), two.settings)
    assert not any(requests_of.count("d-1") for _ in range(10))
    with two.first.database.reading() as connection:
        assert connection.execute(sa.select(throttles.c.name)).all() == []


def test_a_laptop_that_asks_too_often_is_told_when_to_come_again(
    two: Two, clock: FixedClock
) -> None:
    settings = two.settings.model_copy(update={"exchanges_a_minute": 1})
    token = two.first.login("ana", PASSWORD, "d-1", "")[1]
    headers = {"Authorization": f"Bearer {token}"}
    with ServerThread(create_app(settings, clock)) as server, requests.Session() as session:
        for _ in range(60):
            body = {"protocol": 1, "device": "d-1"}
            answer = session.post(f"{server.url}/v1/sync", json=body, headers=headers, timeout=20)
            if answer.status_code != 200:
                break
    assert (answer.status_code, answer.json()["code"]) == (429, "CEN-117")
    assert int(answer.headers["retry-after"]) > 0
