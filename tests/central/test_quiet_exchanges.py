"""A quiet day's exchange, or a first download's, takes a quick way with PostgreSQL: no answer shows it."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from server_databases import Lender

from juntos_campo.central.accounts import Accounts, Machine
from juntos_campo.central.app import create_app
from juntos_campo.central.callers import Account
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import moment
from juntos_campo.central.metrics import EXCHANGES
from juntos_campo.central.permissions import Action, Scope, scope_of
from juntos_campo.central.quick_admission import Admitted, Doorkeeper
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices, partitions, users
from juntos_campo.central.tokens import hashed
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.values import Role
from juntos_campo.wire.compact import (
    decode_response,
    encode_quiet,
    encode_request,
    encode_response,
)
from juntos_campo.wire.framing import AnswerReader
from juntos_campo.wire.messages import SyncRequest, SyncResponse

from .conftest import ANA, PASSWORD

OWN = "fw:ana"
STAMPS = ("", "a", "b", "c")


@dataclass
class Ground:
    """A server on PostgreSQL, one laptop of it, and what the quick way said of each request."""

    url: str
    database: Database
    clock: FixedClock
    settings: ServerSettings
    token: str
    stamp: str
    session: requests.Session
    quickly: list[Admitted | None] = field(default_factory=list)

    def post(
        self, request: SyncRequest, token: str, *, ordinary: bool = False
    ) -> requests.Response:
        """`ordinary`: who does not say how much he sends never goes the quick way."""
        data = encode_request(request)
        return self.session.post(
            f"{self.url}/v2/sync",
            data=iter([data]) if ordinary else data,
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )

    def quiet(self) -> SyncRequest:
        """What a laptop asks that knows everything."""
        with self.database.reading() as connection:
            ends = dict(
                connection.execute(sa.select(partitions.c.name, partitions.c.last_seq)).all()
            )
        cursor = {"ref": ends.get("ref", 0), OWN: ends.get(OWN, 0)}
        return SyncRequest(protocol=2, device="d-1", stamp=self.stamp, cursor=cursor)

    def ask(self, **more: Any) -> int:
        """One quiet exchange, its stamp kept; its status."""
        answer = self.post(self.quiet(), self.token, **more)
        if answer.status_code == 200:
            self.stamp = told(answer)["stamp"]
        return answer.status_code

    def put(self, table: sa.Table, key: str, **values: Any) -> None:
        with self.database.writing() as connection:
            this = next(iter(table.primary_key)) == key
            connection.execute(sa.update(table).where(this).values(values))


def told(answer: requests.Response) -> dict[str, Any]:
    """What an answer says."""
    if answer.status_code != 200:
        found: dict[str, Any] = answer.json()
        return found
    reader = AnswerReader()
    reader.feed(answer.content)
    return decode_response(reader.head or b"", bytes(reader.page), 2**24).model_dump()


@pytest.fixture
def ground(
    lend_postgresql: Lender, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ground]:
    with ExitStack() as ending:
        yield prepared(lend_postgresql(), clock, monkeypatch, ending)


def prepared(
    address: str, clock: FixedClock, patch: pytest.MonkeyPatch, ending: ExitStack, **more: Any
) -> Ground:
    settings = ServerSettings(
        database_url=address,
        argon2_memory_kib=64,
        argon2_passes=1,
        **{"exchanges_a_minute": 0, **more},
    )
    database = ending.enter_context(closing(Database(address)))
    accounts = Accounts(database, settings, clock)
    accounts.enrol(ANA, PASSWORD)
    entered = accounts.enter("ana", PASSWORD, Machine("d-1", renews=True))
    server = ending.enter_context(ServerThread(create_app(settings, clock)))
    session = ending.enter_context(requests.Session())
    ground = Ground(server.url, database, clock, settings, entered.token, entered.stamp, session)
    admit = Doorkeeper.admit

    async def heard(self: Doorkeeper, *what: Any) -> Admitted | None:
        found = await admit(self, *what)
        ground.quickly.append(found)
        return found

    patch.setattr(Doorkeeper, "admit", heard)
    return ground


def test_a_quiet_day_asks_postgresql_once(ground: Ground) -> None:
    assert [ground.ask() for _ in range(3)] == [200, 200, 200]
    assert [one is not None and one.quiet for one in ground.quickly] == [True, True, True]


def test_a_first_download_is_let_in_by_the_same_question(ground: Ground) -> None:
    for more in ({}, {"cursor": {"ref": 0}, "arriving": {OWN: {"until": 9, "at": 0}}}):
        request = SyncRequest.model_validate(
            {"protocol": 2, "device": "d-1", "stamp": ground.stamp, **more}
        )
        answer = ground.post(request, ground.token)
        ground.stamp = told(answer)["stamp"]
        let = ground.quickly[-1]
        assert let is not None
        assert (answer.status_code, let.quiet) == (200, False)


ROW: dict[str, Any] = {
    "stamp": "a", "stamp_before": "b", "counter": 1, "revoked": False, "token_hash": hashed("one"),
    "token_before": "", "asked": "", "aside": "[]", "token_at": 86_400,
}  # fmt: skip
WHO = {"active": True, "role": Role.FIELD_WORKER}
ASKED: dict[str, Any] = {"protocol": 2, "device": "d-1", "stamp": "a", "counter": 1}
ODD: list[tuple[dict[str, Any], str, Any]] = [
    (ROW, "stamp", ""), (ROW, "stamp", "c"), (ROW, "stamp_before", ""), (ROW, "stamp_before", "a"),
    (ROW, "counter", 0), (ROW, "counter", 2), (ROW, "revoked", True),
    (ROW, "token_hash", hashed("two")), (ROW, "token_before", hashed("one")),
    (ROW, "token_before", hashed("two")), (ROW, "asked", "1"), (ROW, "asked", "{same}"),
    (ROW, "aside", '[["{same}", "c"]]'), (ROW, "aside", '[["0:else", "c"]]'),
    # Seconds after the first moment at which a token that is good now can have been given.
    *((ROW, "token_at", seconds) for seconds in (None, -1, 0, 1)),
    (WHO, "active", False), (WHO, "role", Role.ZONE_COORDINATOR), (WHO, "role", Role.AUDITOR),
    (ASKED, "protocol", 1), (ASKED, "device", "d-2"), (ASKED, "stamp", "b"), (ASKED, "stamp", "c"),
    (ASKED, "counter", 0), (ASKED, "counter", 2), (ASKED, "pending", True), (ASKED, "loaded", True),
    (ASKED, "budget", 2048), (ASKED, "want", {OWN: ("aa",)}),
    *((ASKED, "arriving", {name: {"until": 3, "at": at}}) for name in (OWN, "fw:beto") for at in (0, 3)),
]  # fmt: skip
"""What is not as on a quiet day: of the laptop's row, its person, or the request."""

numbers = st.sampled_from([0, 3, 5])
cursors = st.fixed_dictionaries({"ref": numbers, OWN: numbers}) | st.dictionaries(
    st.sampled_from(["ref", OWN, "fw:beto"]), numbers
)
last_numbers = st.just({"ref": 3, OWN: 3}) | st.dictionaries(st.sampled_from(["ref", OWN]), numbers)


def test_both_ways_give_the_same_answer_and_keep_the_same(ground: Ground) -> None:
    went: Counter[str] = Counter()

    @given(
        st.lists(st.sampled_from(ODD), max_size=2),
        cursors,
        last_numbers,
        st.sampled_from(["one"] * 7 + ["two"]),
    )
    @trying(max_examples=90, deadline=None)
    def same(
        odd: list[tuple[dict[str, Any], str, Any]],
        cursor: dict[str, int],
        last: dict[str, int],
        token: str,
    ) -> None:
        row, who, asked = (
            base | {name: value for of, name, value in odd if of is base}
            for base in (ROW, WHO, ASKED)
        )
        request = SyncRequest(**asked, cursor=cursor)
        found = []
        ground.quickly.clear()
        for ordinary in (True, False):
            lay(ground, row, who, last, request)
            answer = told(ground.post(request, token, ordinary=ordinary))
            with ground.database.reading() as connection:
                kept = connection.execute(sa.select(devices)).mappings().one()
            found.append((known(answer), known(dict(kept))))
        assert found[0] == found[1]
        let = ground.quickly[-1] if ground.quickly else None
        went["ordinary" if let is None else "quiet" if let.quiet else "something is new"] += 1

    same()
    assert all(went[one] > 5 for one in ("ordinary", "quiet", "something is new")), went


def lay(
    ground: Ground,
    row: dict[str, Any],
    who: dict[str, Any],
    last: dict[str, int],
    request: SyncRequest,
) -> None:
    """Bring a server into a state, in which `{same}` is what `request` asks."""
    same = f"{request.counter}:{hashlib.sha256(b'').hexdigest()[:32]}"
    values = {
        name: one.replace("{same}", same) if isinstance(one, str) else one
        for name, one in row.items()
    }
    first = ground.clock.now() - timedelta(days=ground.settings.token_days)
    after = row["token_at"]
    values["token_at"] = "" if after is None else moment(first + timedelta(seconds=after))
    with ground.database.writing() as connection:
        connection.execute(sa.delete(partitions))
        for name, number in last.items():
            connection.execute(sa.insert(partitions).values(name=name, last_seq=number, unit=""))
    ground.put(users, "ana", **who)
    ground.put(devices, "d-1", **values)


def known(said: dict[str, Any]) -> dict[str, Any]:
    """With a new stamp, whatever it is, as such."""
    given_ = said.get("stamp")
    return {**said, "stamp": given_ if given_ in STAMPS or given_ is None else "new"}


def test_whoever_is_shut_out_is_shut_out_at_the_very_next_request(ground: Ground) -> None:
    assert ground.ask() == 200
    ground.put(users, "ana", active=False)
    assert ground.ask() == 401
    ground.put(users, "ana", active=True)
    assert ground.ask() == 200
    ground.put(devices, "d-1", revoked=True)
    assert ground.ask() == 401


def test_of_two_copies_that_ask_at_once_only_one_goes_on(ground: Ground) -> None:
    """Both show the same stamp; whichever comes first gets the next one, the other the same again."""
    request = ground.quiet()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: requests.post(
            f"{ground.url}/v2/sync", data=encode_request(request), timeout=20,
            headers={"Authorization": f"Bearer {ground.token}"},
        ), range(8)))  # fmt: skip
    assert {one.status_code for one in answers} == {200}
    assert len({told(one)["stamp"] for one in answers}) == 1
    assert sum(one is not None for one in ground.quickly) == 1


def test_a_connection_that_postgresql_ended_costs_nobody_his_answer(ground: Ground) -> None:
    assert ground.ask() == 200
    with ground.database.writing() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert [ground.ask() for _ in range(2)] == [200, 200]
    ground.quickly.clear()
    assert ground.ask() == 200
    assert ground.quickly[0] is not None


@pytest.mark.logs_warnings
def test_what_postgresql_refuses_the_quick_way_is_told_as_always(ground: Ground) -> None:
    """As a standby does, and a primary that takes no changes for a while."""
    name = ground.database.engine.url.database
    with ground.database.writing() as connection:
        connection.execute(
            sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        )
    try:
        with ExitStack() as ending:
            server = ending.enter_context(ServerThread(create_app(ground.settings, ground.clock)))
            ground.url = server.url
            answer = ground.post(ground.quiet(), ground.token)
    finally:
        with ground.database.writing() as connection:
            connection.execute(
                sa.text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            )
    assert (answer.status_code, answer.json()["code"]) == (503, "CEN-008")


def test_quick_exchanges_use_up_the_laptop_s_allowance(
    lend_postgresql: Lender, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as ending:
        ground = prepared(lend_postgresql(), clock, monkeypatch, ending, exchanges_a_minute=2)
        answers = [ground.ask() for _ in range(90)]
    # Two a minute, half an hour's worth at once, and up to twenty that are counted together.
    assert 40 <= answers.index(429) <= 80
    assert set(answers[answers.index(429) :]) == {429}
    assert sum(one is not None for one in ground.quickly) > 30


def test_a_request_of_no_sense_is_refused_as_always(ground: Ground) -> None:
    def post(data: bytes, token: str) -> tuple[int, str]:
        answer = ground.session.post(
            f"{ground.url}/v2/sync",
            data=data,
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )
        return answer.status_code, answer.json()["code"]

    whole = encode_request(ground.quiet())
    assert post(whole[:-1], ground.token) == (422, "CEN-006")
    assert post(whole[:-1], "nobody's") == (401, "CEN-003")
    assert post(whole, "nobody's") == (401, "CEN-003")
    assert ground.quickly == [None]


def test_a_quiet_answer_has_the_very_bytes_of_any_other_that_says_the_same(
    clock: FixedClock,
) -> None:
    said: dict[str, Any] = {
        "protocol": 2,
        "server_time": clock.now(),
        "cursor": {"ref": 0, OWN: 2**40},
        "stamp": "a-Z_0",
    }
    assert encode_response(SyncResponse(**said)) == (encode_quiet(**said), b"")


def test_of_whoever_is_let_in_quickly_the_role_may_synchronise() -> None:
    """The statement names the role; the table of permissions must give it the same."""
    assert scope_of(Account("ana", "", Role.FIELD_WORKER, "").role, Action.SYNC) is Scope.OWN


def test_the_log_and_the_figures_know_the_address(ground: Ground) -> None:
    before = EXCHANGES.labels("2", "ok")._value.get()
    assert ground.ask() == 200
    # It is counted once the answer has gone out: whoever has it may look too soon.
    end = time.monotonic() + 10
    while (
        counted := EXCHANGES.labels("2", "ok")._value.get()
    ) == before and time.monotonic() < end:
        time.sleep(0.01)
    assert counted == before + 1
