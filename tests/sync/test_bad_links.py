"""Answers lost, links cut at any byte, the program killed: nothing is lost, nothing is twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from juntos_campo.domain.entities import Member, Visit
from juntos_campo.store import outbox, sync_state
from juntos_campo.store.store import Store
from juntos_campo.sync import engine
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.report import Progress, Stage
from juntos_campo.sync.wording import report_lines
from juntos_campo.wire.messages import SyncRequest, SyncResponse

from .conftest import World, commitment, household, member, visit
from .links import CuttingProxy, LosesAnswers, LosesRequests, SendsTwice, Wrapped

ANA = household("ana")


class Killed(BaseException):
    """The power went."""


def test_an_answer_lost_after_the_server_kept_it_is_asked_again_and_kept_once(
    world: World,
) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(visit(ANA, "v-1", note="x"), commitment(ANA, "c-1", "v-1"))
    lost = ana.sync(LosesAnswers(ana.transport, lambda _number: True))
    assert not lost.complete
    assert lost.acknowledged == []
    assert lost.still_waiting == 2
    assert world.record("visit", "v-1").version == 1
    again = ana.sync()
    assert [one.outcome for one in again.acknowledged] == ["duplicate", "duplicate"]
    assert world.record("visit", "v-1").version == 1
    assert world.count("commitment") == 1
    assert ana.store.stored(Visit, "v-1").server_version == 1
    assert not ana.store.stored(Visit, "v-1").pending


def test_a_program_killed_in_an_exchange_knows_that_something_may_have_gone_up(
    world: World,
) -> None:
    ana = world.laptop("ana")
    seen: list[bool] = []

    class Looks(Wrapped):
        def exchange(self, request: SyncRequest) -> SyncResponse:
            seen.append(sync_state.left_unfinished(ana.store) is not None)
            return super().exchange(request)

    ana.sync(Looks(ana.transport))
    assert seen
    assert all(seen)
    assert sync_state.left_unfinished(ana.store) is None


def test_every_second_answer_lost_on_every_page_still_brings_everything(
    world: World,
) -> None:
    ana = world.laptop("ana")
    world.load(*(member(ANA, number) for number in range(2, 40)))
    ana.save(*(visit(ANA, f"v-{number}", note="x" * 100) for number in range(30)))
    link = LosesAnswers(ana.transport, lambda number: number % 2 == 1)
    for _ in range(40):
        if ana.sync(link, budget=2048).complete:
            break
    assert ana.store.count(Member) == 40
    assert world.count("visit") == 30
    assert not outbox.waiting(ana.store)


def test_a_request_that_arrives_twice_is_done_once(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(visit(ANA, "v-1", note="x"))
    report = ana.sync(SendsTwice(ana.transport))
    assert [one.outcome for one in report.acknowledged] == ["duplicate"]
    assert world.record("visit", "v-1").version == 1
    assert ana.store.stored(Visit, "v-1").server_version == 1


def test_a_report_of_a_cut_sync_says_what_did_not_go(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(visit(ANA, "v-1", note="x"))
    report = ana.sync(LosesRequests(ana.transport, after=0))
    assert not report.complete
    assert report.stopped.code == "SYN-001"
    assert (report.waiting_before, report.still_waiting) == (1, 1)
    text = "\n".join(report_lines(report))
    assert text.startswith("La sincronización no terminó.")
    assert "Falta enviar: 1 cambio" in text
    assert "Sincronizado" not in text
    assert not sync_state.past_syncs(ana.store)[0].complete


@pytest.mark.logs_warnings  # urllib3 remarks on headers cut in two
def test_a_link_cut_at_any_byte_ends_in_the_same_state(world: World, proxy: CuttingProxy) -> None:
    ana = world.laptop("ana")
    ana.sync()
    made = visit(ANA, "v-1", note="0")
    ana.save(made)
    through = HttpTransport(proxy.url, ana.transport.token, tries=1)
    proxy.reset(None)
    assert ana.sync(through).complete
    whole = proxy.passed
    cut = 0
    for number, offset in enumerate(range(0, whole + 8, 8), start=1):
        made = replace(made, answers={"note": str(number)})
        ana.save(made)
        proxy.reset(offset)
        through.close()
        if not ana.sync(through).complete:
            cut += 1
        proxy.reset(None)
        assert ana.sync(through).complete
        row = world.record("visit", "v-1")
        assert json.loads(row.body)["answers"] == {"note": str(number)}
        assert row.version == number + 1
        assert ana.store.stored(Visit, "v-1").server_version == number + 1
    through.close()
    assert cut > 40


def test_a_first_download_goes_on_from_the_last_page_it_stored(world: World) -> None:
    ana = world.laptop("ana")
    world.load(*(member(ANA, number) for number in range(2, 102)))
    first = ana.sync(LosesRequests(ana.transport, after=5), budget=4096)
    kept = ana.store.count(Member)
    assert not first.complete
    assert 0 < kept < 103
    second = ana.sync(budget=4096)
    assert second.complete
    assert ana.store.count(Member) == 102
    assert second.received["member"] == 102 - kept


def test_a_kill_while_a_page_is_stored_leaves_nothing_of_the_page(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(visit(ANA, "v-1", note="x"))
    world.load(member(ANA, 7))

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(engine.sync_state, "set_cursor", die)
        with pytest.raises(Killed):
            ana.sync()
    store = Store(ana.store.path, bytes(32))
    try:
        assert store.get(Member, member(ANA, 7).id) is None
        assert len(outbox.waiting(store)) == 1
        newest = sync_state.past_syncs(store)[0]
        assert not newest.complete
        assert newest.report["acknowledged"] == 0
    finally:
        store.close()
    assert ana.sync().complete
    assert ana.store.get(Member, member(ANA, 7).id) is not None
    assert world.record("visit", "v-1").version == 1


def test_cancelling_stops_between_pages_and_is_told(world: World) -> None:
    ana = world.laptop("ana")
    world.load(*(member(ANA, number) for number in range(2, 102)))
    seen: list[Progress] = []
    report = ana.sync(budget=4096, progress=seen.append, cancelled=lambda: len(seen) > 3)
    assert report.stopped.code == "SYN-009"
    assert seen[-1].stage is Stage.STORE
    assert ana.sync(budget=4096).complete
    assert ana.store.count(Member) == 102
