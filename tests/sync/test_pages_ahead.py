"""Pages made ahead are what would be made now, or are not used; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from juntos_campo.central import app as central_app
from juntos_campo.central.accounts import Caller
from juntos_campo.central.ahead import Ahead, Ready
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.feed import Page
from juntos_campo.central.foresight import Foresight
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.serving import ServerThread
from juntos_campo.domain.entities import Visit
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.messages import Arrival, SyncRequest, SyncResponse
from juntos_campo.wire.told import Told

from .conftest import MORNING, SETTLEMENT, World, visit
from .test_first_download_served import HOMES, fill, holds_everything, new_laptop

BUDGET = 3000


class Server:
    """The server's exchange, each page after the first made ahead; `between` runs before it is asked for.

    Attributes:
        used: for every answer, whether it was made ahead.
    """

    def __init__(self, world: World, caller: Caller, between: Callable[[int], None]) -> None:
        self.used: list[bool] = []
        self.bytes_up = self.bytes_down = 0
        self.ahead = Ahead(least_budget=1)
        self._exchange = Exchange(
            world.database, world.accounts.settings, world.clock, world.new_id
        )
        self._caller, self._between = caller, between

    def exchange(self, request: SyncRequest) -> SyncResponse:
        self._between(len(self.used))
        ready = self.ahead.take(request)
        answer = self._exchange.run(self._caller, request, ready=ready)
        self.used.append(_is_of(answer, ready))
        asked = ready.request if ready is not None and self.used[-1] else request
        assert told(answer) == told(self._exchange.read_ahead(self._caller, asked).page)
        made = threading.Event()

        def read(foreseen: SyncRequest) -> Ready:
            try:
                return self._exchange.read_ahead(self._caller, foreseen)
            finally:
                made.set()

        self.ahead.make(request, answer, read)
        if self.ahead._jobs:
            assert made.wait(10)
        return answer


def told(page: object) -> list[object]:
    """What a page brings and where it leads."""
    names = ("changes", "conflicts", "removals", "cursor", "arriving", "served", "more")
    return [
        list(value) if isinstance(value := getattr(page, name), list | tuple | Told) else value
        for name in names
    ]


def _is_of(answer: SyncResponse, ready: Ready | None) -> bool:
    if ready is None or not answer.changes:
        return False
    return answer.changes[0].fields is ready.page.changes[0].fields


@contextmanager
def serving(world: World, token: str, between: Callable[[int], None]) -> Iterator[Server]:
    caller = world.accounts.recognise(token)
    server = Server(world, caller, between)
    try:
        yield server
    finally:
        server.ahead.close()


def nothing(_number: int) -> None:
    return None


def test_a_page_made_ahead_brings_what_one_made_now_would(world: World) -> None:
    fill(world)
    ana = new_laptop(world)
    with serving(world, ana.transport.token, nothing) as server:
        assert ana.sync(server, budget=BUDGET).complete
    holds_everything(ana)
    assert sum(server.used) > len(server.used) / 2


@pytest.mark.parametrize("when", [1, 3, 6])
def test_nobody_is_shown_a_page_older_than_what_was_committed_before_he_asked(
    world: World, when: int
) -> None:
    """Whatever the stage: a colleague's visit, the office's place and a household that leaves."""
    fill(world)
    first = new_laptop(world)
    assert first.sync().complete
    ana = new_laptop(world)

    def commit(number: int) -> None:
        if number == when:
            first.save(*(visit(home, f"v-{home.id}", note="nueva") for home in HOMES))
            assert first.sync().complete
        if number == when + 1:
            world.load(replace(SETTLEMENT, name="Otro nombre"))
        if number == when + 2:
            reassign(world.database, "ana", "beto", (HOMES[5].code,), world.clock)

    with serving(world, ana.transport.token, commit) as server:
        assert ana.sync(server, budget=BUDGET).complete
        assert not any(server.used[when : when + 3])
        assert any(server.used)
    assert ana.store.count(Visit) == len(HOMES) - 1


def test_over_http_pages_made_ahead_bring_everything_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(world)
    taken: list[Ready | None] = []
    take = Ahead.take

    def counted(ahead: Ahead, request: SyncRequest) -> Ready | None:
        taken.append(take(ahead, request))
        return taken[-1]

    monkeypatch.setattr(Ahead, "take", counted)
    monkeypatch.setattr(central_app, "Foresight", partial(Foresight, least_budget=1))
    ana = new_laptop(world)
    app = central_app.create_app(world.accounts.settings, world.clock)
    with ServerThread(app) as server, HttpTransport(server.url, ana.transport.token) as link:
        report = ana.sync(link, budget=BUDGET)
    assert report.complete
    holds_everything(ana)
    assert any(taken)


def request(**more: object) -> SyncRequest:
    made: dict[str, object] = {
        "protocol": 2,
        "device": "device-1",
        "arriving": {"fw:ana": Arrival(until=9, at=9)},
        "want": {"fw:ana": ("aa", "bb", "cc", "dd")},
    }
    return SyncRequest.model_validate(made | more)


def answer(asked: SyncRequest, served: int) -> SyncResponse:
    return SyncResponse(
        protocol=2, server_time=MORNING, arriving=asked.arriving, served={"fw:ana": served}
    )


def read(foreseen: SyncRequest) -> Ready:
    served = {name: len(wanted) for name, wanted in foreseen.want.items()}
    return Ready(foreseen, (), {}, Page({}, served=served))


def made(ahead: Ahead) -> Future[Ready]:
    (_, job), *_ = ahead._jobs.values()
    return job


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    opened = Ahead(least_budget=1)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "other",
    [
        {"want": {"fw:ana": ("cc", "ee")}},
        {"want": {"fw:ana": ("cc",)}},
        {"want": {}},
        {"arriving": {"fw:ana": Arrival(until=10, at=10)}},
        {"cursor": {"ref": 3}},
        {"budget": 2048},
        {"pending": True},
        {"protocol": 1},
        {"device": "device-2"},
    ],
)
def test_a_request_that_was_not_foreseen_gets_a_page_of_its_own(
    ahead: Ahead, other: dict[str, object]
) -> None:
    first = request()
    ahead.make(first, answer(first, 2), read)
    made(ahead).result(10)
    assert ahead.take(request(**({"want": {"fw:ana": ("cc", "dd", "ee")}} | other))) is None


def test_the_page_of_a_foreseen_request_is_given_once(ahead: Ahead) -> None:
    first = request()
    ahead.make(first, answer(first, 2), read)
    made(ahead).result(10)
    asked = request(want={"fw:ana": ("cc", "dd", "ee")}, counter=7, stamp="another")
    given = ahead.take(asked)
    assert given is not None
    assert given.page.served == {"fw:ana": 2}
    assert ahead.take(asked) is None


@pytest.mark.logs_warnings
def test_a_page_that_cannot_be_made_ahead_is_made_when_it_is_asked_for(ahead: Ahead) -> None:
    def fails(_foreseen: SyncRequest) -> Ready:
        raise OSError("no disk")

    first = request()
    ahead.make(first, answer(first, 2), fails)
    with pytest.raises(OSError, match="no disk"):
        made(ahead).result(10)
    assert ahead.take(request(want={"fw:ana": ("cc", "dd")})) is None


def test_laptops_that_never_come_back_do_not_fill_the_servers_memory() -> None:
    ahead = Ahead(least_budget=1, most_bytes=3 * 4096)
    try:
        for number in range(50):
            one = request(device=f"device-{number}", budget=4096)
            ahead.make(one, answer(one, 2), read)
        assert len(ahead._jobs) == 3
    finally:
        ahead.close()
    one = request()
    ahead.make(one, answer(one, 2), read)  # the server ends: no page, no error
    assert ahead.take(request(want={"fw:ana": ("cc", "dd")})) is None
