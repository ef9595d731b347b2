"""Histories read while a laptop ranks its households bring what would be read now, or are not used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from juntos_campo.central import app as central_app
from juntos_campo.central.accounts import Caller
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.feed import End
from juntos_campo.central.first_download import History
from juntos_campo.central.foresight import Foresight
from juntos_campo.central.histories import Histories
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.serving import ServerThread
from juntos_campo.domain.entities import Household, ServiceEvent, Visit
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.messages import Arrival, SyncRequest, SyncResponse

from .conftest import MORNING, World, visit
from .test_first_download_served import HOMES, fill, holds_everything, new_laptop
from .test_pages_ahead import told

BUDGET = 3000


class Server:
    """The server's exchange, with one history read as soon as the people have come; `between` runs then.

    Attributes:
        used: for every answer with history, whether what was read ahead held.
    """

    def __init__(self, world: World, caller: Caller, between: Callable[[], None]) -> None:
        self.used: list[bool] = []
        self.bytes_up = self.bytes_down = 0
        self._exchange = Exchange(
            world.database, world.accounts.settings, world.clock, world.new_id
        )
        self._caller, self._between = caller, between
        self._kept: History | None = None

    def exchange(self, request: SyncRequest) -> SyncResponse:
        answer = self._exchange.run(self._caller, request, kept=self._kept)
        assert told(answer) == told(self._exchange.read_ahead(self._caller, request).page)
        if answer.served and self._kept is not None:
            now = self._exchange.read_history("fw:ana")
            self.used.append(self._kept.end == now.end)
        if answer.arriving and not request.want and self._kept is None:
            self._kept = self._exchange.read_history("fw:ana")
            self._between()
        return answer


def test_a_history_read_ahead_brings_what_one_read_now_would(world: World) -> None:
    fill(world)
    ana = new_laptop(world)
    server = Server(world, world.accounts.recognise(ana.transport.token), lambda: None)
    assert ana.sync(server, budget=BUDGET).complete
    holds_everything(ana)
    assert server.used
    assert all(server.used)


def test_nobody_is_shown_a_history_older_than_what_was_committed_before_he_asked(
    world: World,
) -> None:
    """A visit that a colleague's laptop brings, and a household that leaves."""
    fill(world)
    first = new_laptop(world)
    assert first.sync().complete
    ana = new_laptop(world)

    def commit() -> None:
        first.save(*(visit(home, f"v-{home.id}", note="nueva") for home in HOMES))
        assert first.sync().complete
        reassign(world.database, "ana", "beto", (HOMES[5].code,), world.clock)

    server = Server(world, world.accounts.recognise(ana.transport.token), commit)
    assert ana.sync(server, budget=BUDGET).complete
    assert server.used
    assert not any(server.used)
    assert ana.store.count(Visit) == len(HOMES) - 1
    assert HOMES[5].id not in {one.id for one in ana.store.find(Household)}
    assert ana.store.count(ServiceEvent, household_id=HOMES[5].id) == 0


def test_over_http_a_first_download_is_read_once_and_brings_everything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(world)
    given: list[History | None] = []
    read: list[str] = []
    of, read_history = Histories.of, Exchange.read_history

    def counted(histories: Histories, request: SyncRequest) -> History | None:
        given.append(of(histories, request))
        return given[-1]

    def noted(exchange: Exchange, partition: str) -> History:
        read.append(partition)
        return read_history(exchange, partition)

    monkeypatch.setattr(Histories, "of", counted)
    monkeypatch.setattr(Exchange, "read_history", noted)
    monkeypatch.setattr(central_app, "Foresight", partial(Foresight, least_budget=1))
    ana = new_laptop(world)
    app = central_app.create_app(world.accounts.settings, world.clock)
    with ServerThread(app) as server, HttpTransport(server.url, ana.transport.token) as link:
        assert ana.sync(link, budget=BUDGET).complete
    holds_everything(ana)
    assert read in ([], ["fw:ana"]), "not begun in time, or once"
    assert any(given) == bool(read)


def request(device: str = "d-1", **more: object) -> SyncRequest:
    return SyncRequest.model_validate({"protocol": 2, "device": device} | more)


def answer(**more: object) -> SyncResponse:
    said = {"arriving": {"fw:ana": Arrival(until=9, at=9)}} | more
    return SyncResponse.model_validate({"protocol": 2, "server_time": MORNING} | said)


WANT = {"fw:ana": ("aa", "bb")}


def history(partition: str, size: int = 10) -> History:
    return History(partition, End(9, ""), (), {}, size)


@pytest.fixture
def histories() -> Iterator[Histories]:
    opened = Histories(least_budget=1, most_bytes=25)
    yield opened
    opened.close()


def settle(histories: Histories) -> None:
    """Everything begun is read."""
    histories._worker.submit(lambda: None).result(10)


def test_what_was_read_is_given_until_all_of_it_was_served(histories: Histories) -> None:
    histories.begin(request(), answer(), history)
    settle(histories)
    asked = request(want=WANT)
    assert histories.of(request()) is None, "it asks for no history"
    assert histories.of(request("d-2", want=WANT)) is None, "it is another's"
    assert histories.of(asked) == history("fw:ana")
    histories.begin(asked, answer(served={"fw:ana": 1}), history)
    assert histories.of(asked) == history("fw:ana")
    histories.begin(asked, answer(served={"fw:ana": 2}), history)
    assert histories.of(asked) is None


def test_nothing_is_read_where_it_is_not_known_what_comes_next(histories: Histories) -> None:
    two = {name: Arrival(until=9, at=9) for name in ("fw:ana", "fw:beto")}
    for asked, told_ in (
        (request(), answer(arriving={"fw:ana": Arrival(until=9, at=8)})),
        (request(), answer(arriving=two)),
        (request(), answer(arriving={"ref": Arrival(until=9, at=9)})),
        (request(pending=True), answer()),
        (request(protocol=1), answer()),
        (request(), answer(arriving={})),
    ):
        histories.begin(asked, told_, lambda name: pytest.fail(f"{name} was read"))
        settle(histories)
        assert histories.of(request(want=WANT)) is None
    slow = Histories(least_budget=10**6)
    slow.begin(request(budget=4096), answer(), lambda name: pytest.fail(f"{name} was read"))
    slow.close()


def test_the_memory_of_many_laptops_is_bounded(histories: Histories) -> None:
    for device in ("d-1", "d-2", "d-3"):
        histories.begin(request(device), answer(), history)
    settle(histories)
    given = [histories.of(request(device, want=WANT)) for device in ("d-1", "d-2", "d-3")]
    assert [one is not None for one in given] == [False, True, True]


@pytest.mark.logs_warnings
def test_a_history_that_could_not_be_read_is_read_in_the_ordinary_way(
    histories: Histories,
) -> None:
    def broken(_partition: str) -> History:
        raise OSError("no database")

    histories.begin(request(), answer(), broken)
    settle(histories)
    assert histories.of(request(want=WANT)) is None
    histories.begin(request(), answer(), history)
    settle(histories)
    assert histories.of(request(want=WANT)) is not None


def test_whoever_asks_before_it_was_begun_does_not_wait(histories: Histories) -> None:
    busy = threading.Event()

    def slowly(partition: str) -> History:
        busy.wait(10)
        return history(partition)

    histories.begin(request("d-2"), answer(), slowly)
    histories.begin(request(), answer(), history)
    assert histories.of(request(want=WANT)) is None
    busy.set()
