"""The first download: usable while it comes, cut anywhere, whole at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from juntos_campo.domain.entities import Household, Member, Pregnancy, ServiceEvent, Visit
from juntos_campo.store import arrivals, sync_state
from juntos_campo.store.attention import missing_or_stale
from juntos_campo.store.search import search_people
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.sync import storing
from juntos_campo.sync.engine import Settings
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.transport import Transport
from juntos_campo.wire.messages import SyncRequest, SyncResponse

from . import scripted
from .conftest import MORNING, SETTLEMENT, household, member, visit
from .scripted import Scripted

HOMES = tuple(
    replace(household("ana", number), id=f"{number:02x}aa{number:028x}") for number in range(1, 8)
)
PARTITION = "fw:ana"


@pytest.fixture
def server() -> Scripted:
    """Seven households with a child, a visit and three services each; the third has a pregnancy."""
    made = Scripted()
    made.put("ref", SETTLEMENT)
    for place, home in enumerate(HOMES):
        child = replace(member(home, place + 1), birth_date=date(2020 + place % 5, 1, 1))
        made.put(PARTITION, home, child)
        made.put(PARTITION, visit(home, f"v-{place}", note="x" * 200))
        made.put(PARTITION, *(service(home, child, number) for number in range(3)))
    made.put(PARTITION, pregnancy(HOMES[2]))
    return made


def service(home: Household, child: Member, number: int) -> ServiceEvent:
    return ServiceEvent(
        id=f"s-{home.id}-{number}",
        household_id=home.id,
        member_id=child.id,
        service="CRED",
        on=date(2026, 1 + number, 3),
        number=number,
    )


def pregnancy(home: Household) -> Pregnancy:
    return Pregnancy(
        id=f"p-{home.id}",
        household_id=home.id,
        member_id=f"m-{home.id}",
        last_period=date(2026, 8, 1),
    )


def sync(store: Store, server: Transport, budget: int = 1500, **more: Any) -> SyncReport:
    """In small pages."""
    return scripted.sync(store, server, Settings(budget=budget), **more)


def holds_everything(store: Store, server: Scripted) -> None:
    assert store.count(Household) == len(HOMES)
    assert store.count(Member) == len(HOMES)
    assert store.count(Pregnancy) == 1
    assert store.count(Visit) == len(HOMES)
    assert store.count(ServiceEvent) == 3 * len(HOMES)
    assert sync_state.cursor(store) == server.last
    assert arrivals.state(store) == {}
    assert arrivals.incomplete(store) == frozenset()
    for home in HOMES:
        assert search_people(store, home.code) != []


def asked_in_order(server: Scripted) -> list[str]:
    """Households whose history came, in the order in which it did."""
    order = []
    for answer in server.answers:
        for change in answer.changes:
            if change.kind == "service_event":
                order.append(change.fields["household_id"])
    return list(dict.fromkeys(order))


def test_the_pregnant_and_the_youngest_come_first_and_everything_comes(
    store: Store, server: Scripted
) -> None:
    report = sync(store, server)
    assert report.complete
    assert report.exchanges > 5
    assert report.received["service_event"] == 3 * len(HOMES)
    holds_everything(store, server)
    # Birth years 2020 to 2024 and again: the fifth household's child is the youngest.
    assert asked_in_order(server)[:2] == [HOMES[2].id, HOMES[4].id]


def test_people_can_be_found_before_any_history_is_there_and_nobody_judges_them(
    store: Store, server: Scripted
) -> None:
    roster = next(
        number
        for number in count(1)
        if _stops_after(store, server, number) and _whole_roster(store)
    )
    assert roster > 1
    assert search_people(store, HOMES[6].code) != []
    assert store.count(Visit) == 0
    assert arrivals.incomplete(store) == {home.id for home in HOMES}
    assert arrivals.progress(store) == (0, len(HOMES))
    assert missing_or_stale(store, MORNING.date()) == []
    sync(store, server)
    assert len(missing_or_stale(store, MORNING.date())) == len(HOMES)
    assert arrivals.progress(store) == (0, 0)


def _whole_roster(store: Store) -> bool:
    until, at = arrivals.state(store).get(PARTITION, (1, 0))
    return at == until


def _stops_after(store: Store, server: Scripted, exchanges: int) -> bool:
    """Synchronise anew and be cancelled after so many exchanges."""
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        sync_state.set_cursor(tx, {})
        arrivals.set_state(tx, {})
    left = iter([False] * exchanges)
    sync(store, server, cancelled=lambda: next(left, True))
    return True


def test_a_household_somebody_opens_comes_next(store: Store, server: Scripted) -> None:
    wanted = HOMES[0].id

    def open_it(_progress: object) -> None:
        if _whole_roster(store) and arrivals.is_incomplete(store, wanted):
            with store.transaction(actor="ana", at=MORNING, action="test") as tx:
                assert arrivals.ask_first(tx, wanted)

    sync(store, server, progress=open_it)
    assert asked_in_order(server)[0] == wanted
    holds_everything(store, server)


@pytest.mark.parametrize("lost", range(1, 14))
def test_a_first_download_cut_at_any_page_goes_on_there(
    store: Store, server: Scripted, lost: int
) -> None:
    server.lost = lambda number: number == lost
    first = sync(store, server)
    pages = len(server.requests)
    server.lost = lambda _number: False
    again = sync(store, server)
    assert again.complete
    assert first.complete is (lost > pages)
    holds_everything(store, server)
    seen = [
        (change.kind, change.id)
        for number, answer in enumerate(server.answers, 1)
        if number != lost
        for change in answer.changes
    ]
    assert len(seen) == len(set(seen)), "what was stored was not asked for again"


def test_what_happens_during_a_first_download_is_there_at_its_end(
    store: Store, server: Scripted
) -> None:
    changed = replace(HOMES[1], phone="987654321")

    class Busy:
        bytes_up = bytes_down = 0

        def exchange(self, request: SyncRequest) -> SyncResponse:
            answer = server.exchange(request)
            if len(server.requests) == 3:
                server.put(PARTITION, changed, visit(HOMES[1], "v-new", note="después"))
            return answer

    report = sync(store, Busy())
    assert report.complete
    assert store.get(Household, HOMES[1].id) == changed
    assert store.get(Visit, "v-new") is not None
    assert sync_state.cursor(store) == server.last


class KilledError(BaseException):
    """The power went."""


class Fragile(Store):
    """A store whose laptop dies in its transaction number `dies_in`, before or after the commit."""

    dies_in = 0
    after_commit = False
    seen = 0

    def transaction(
        self, *, actor: str, at: datetime, action: str
    ) -> AbstractContextManager[Transaction]:
        return self._dying(super().transaction(actor=actor, at=at, action=action))

    @contextmanager
    def _dying(self, inner: AbstractContextManager[Transaction]) -> Iterator[Transaction]:
        self.seen += 1
        dead = self.dies_in and self.seen >= self.dies_in
        if self.seen > self.dies_in > 0:
            raise KilledError
        with inner as tx:
            yield tx
            if dead and not self.after_commit:
                raise KilledError
        if dead:
            raise KilledError


@pytest.mark.parametrize(("after_commit", "at_once"), [(False, 800), (True, 800), (True, 2)])
def test_a_laptop_killed_in_any_transaction_of_a_first_download_has_all_of_it_in_the_end(
    tmp_path: Path,
    server: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    after_commit: bool,
    at_once: int,
) -> None:
    monkeypatch.setattr(storing, "AT_ONCE", at_once)
    killed = 0
    for number in range(1 + after_commit, 60, 3):
        store = Fragile(tmp_path / f"{number}.db", bytes(32))
        store.dies_in, store.after_commit = number, after_commit
        # Of a whole synchronisation the server may know more than the laptop: it forgets no stamp then.
        server.checks_stamps = False
        try:
            sync(store, server)
        except KilledError:
            killed += 1
        for home in store.find(Household):
            whole = store.count(ServiceEvent, household_id=home.id) == 3
            assert whole or arrivals.is_incomplete(store, home.id), "judged on half a history"
        store.dies_in = 0
        assert sync(store, server).complete
        holds_everything(store, server)
        store.close()
        if store.seen < number:
            break
    assert killed > 3


def test_a_server_of_the_first_version_brings_everything_plainly(
    store: Store, server: Scripted
) -> None:
    server.protocol = 1
    assert sync(store, server).complete
    holds_everything(store, server)


def test_an_office_that_goes_back_to_its_old_server_in_the_middle_still_brings_everything(
    store: Store, server: Scripted
) -> None:
    server.checks_stamps = False
    server.lost = lambda number: number == 7
    sync(store, server)
    assert arrivals.under_way(store)
    server.protocol = 1
    assert sync(store, server).complete
    holds_everything(store, server)


def test_households_whose_ids_begin_alike_are_asked_for_one_by_one(store: Store) -> None:
    server = Scripted()
    homes = [replace(household("ana", number), id=f"{'ab' * 12}{number}") for number in (1, 11, 2)]
    for home in homes:
        server.put(PARTITION, home, visit(home, f"v-{home.id}", note="x"))
    assert sync(store, server, budget=1024).complete
    assert store.count(Visit) == 3
    asked = {one for request in server.requests for one in request.want.get(PARTITION, ())}
    assert len(asked) == 3


def test_a_server_whose_pages_lead_nowhere_is_not_asked_for_ever(
    store: Store, server: Scripted
) -> None:
    class Stuck:
        bytes_up = bytes_down = 0
        asked = 0

        def exchange(self, request: SyncRequest) -> SyncResponse:
            self.asked += 1
            answer = server.exchange(request)
            return answer.model_copy(update={"served": {}})

    link = Stuck()
    report = scripted.sync(store, link, Settings())
    assert not report.complete
    assert report.stopped is not None
    assert report.stopped.code == "SYN-007"
    assert link.asked < 5
