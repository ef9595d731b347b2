"""The laptop's side of an exchange, stage by stage, against a scripted server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from juntos_campo.domain.entities import Household, Visit
from juntos_campo.domain.errors import user_error
from juntos_campo.store import outbox, sync_state
from juntos_campo.store.store import Store
from juntos_campo.sync.engine import Settings
from juntos_campo.sync.problems import NO_CONNECTION
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.sending import LARGEST_PAGE, SMALLEST_PAGE
from juntos_campo.sync.storing import store_answer
from juntos_campo.sync.wording import report_lines
from juntos_campo.wire.codec import encode
from juntos_campo.wire.messages import (
    Ack,
    Operation,
    Outcome,
    Refusal,
    SyncRequest,
    SyncResponse,
)

from .conftest import MORNING, household, visit
from .scripted import Scripted, sync

HOME = household("ana")
PARTITION = "fw:ana"


@pytest.fixture
def server(store: Store) -> Scripted:
    """The laptop has had its first download."""
    made = Scripted()
    made.put(PARTITION, HOME)
    assert sync(store, made).complete
    return made


def edit(store: Store, *notes: str, visit_id: str = "v-1") -> None:
    for note in notes:
        with store.transaction(actor="ana", at=MORNING, action="test") as tx:
            tx.save(visit(HOME, visit_id, note=note))


def acknowledged(store: Store, version: int, **more: bool) -> None:
    """The server has taken the first edit that waits."""
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        outbox.acknowledge(tx, outbox.waiting(store)[0], version, **more)


def says(outcome: Outcome, **more: Any) -> Any:
    def answer(one: Operation) -> Ack:
        text = Refusal(code="CEN-100", text="Falta el hogar.")
        refused = text if outcome in (Outcome.REFUSED, Outcome.WAITING) else None
        return Ack(op_id=one.op_id, outcome=outcome, refused=refused, **more)

    return answer


# -- stamps ----------------------------------------------------------------------------------------


def test_a_lost_answer_does_not_make_a_laptop_look_like_a_copy_of_itself(
    store: Store, server: Scripted
) -> None:
    known = sync_state.stamp(store)
    assert known != ""
    server.lost = lambda _number: True
    assert not sync(store, server).complete
    assert sync_state.stamp(store) == known
    server.lost = lambda _number: False
    assert sync(store, server).complete
    assert sync_state.stamp(store) not in ("", known)


def test_the_older_of_two_copies_is_told_that_it_is_one(store: Store, server: Scripted) -> None:
    old = sync_state.stamp(store)
    sync(store, server)
    sync(store, server)
    with store.transaction(actor="ana", at=MORNING, action="restore") as tx:
        sync_state.set_stamp(tx, old)
    report = sync(store, server)
    assert report.stopped is not None
    assert report.stopped.code == "SYN-012" or "copia" in report.stopped.text
    with store.transaction(actor="ana", at=MORNING, action="copied") as tx:
        tx.set_meta("device.seed", "00")
        sync_state.become_another_device(tx, "d-2")
    assert sync_state.device(store) == "d-2"
    assert sync_state.stamp(store) == ""
    assert store.meta("device.seed") == ""


# -- sending ---------------------------------------------------------------------------------------


def test_what_waits_goes_up_first_and_the_page_comes_with_the_last_of_it(
    store: Store, server: Scripted
) -> None:
    edit(store, "a", "b", "c", "d", "e")
    server.put(PARTITION, visit(HOME, "v-2", note="de otro"))
    before = len(server.requests)
    report = sync(store, server, Settings(budget=65536, most_operations=2))
    told = server.requests[before:]
    assert [(len(one.operations), one.pending) for one in told] == [
        (2, True),
        (2, True),
        (1, False),
    ]
    assert [len(one.changes) > 0 for one in server.answers[before:]] == [False, False, True]
    assert len(report.acknowledged) == 5
    assert report.complete
    assert store.get(Visit, "v-2") is not None


def test_an_edit_names_the_one_before_it_until_the_laptop_holds_what_the_server_has(
    store: Store, server: Scripted
) -> None:
    edit(store, "a", "b")
    first, second = outbox.waiting(store)
    assert (first.prev, second.prev) == ("", first.op_id)
    sync(store, server)
    edit(store, "c")
    (third,) = outbox.waiting(store)
    assert (third.base_version, third.prev) == (2, "")


def test_an_edit_after_a_mixed_answer_still_names_what_was_sent(
    store: Store, server: Scripted
) -> None:
    edit(store, "a")
    sent = outbox.waiting(store)[0]
    acknowledged(store, 7, unmixed=False)
    edit(store, "b")
    (waiting,) = outbox.waiting(store)
    assert (waiting.base_version, waiting.prev) == (0, sent.op_id)


def test_a_refused_edit_is_left_out_of_the_chain_the_server_follows(
    store: Store, server: Scripted
) -> None:
    edit(store, "a")
    first = outbox.waiting(store)[0]
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        outbox.acknowledge(tx, first, 7, unmixed=False)
    edit(store, "b", "c")
    second = outbox.waiting(store)[0]
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        outbox.refuse(tx, second, "No.")
    assert [one.prev for one in outbox.waiting(store)] == [first.op_id]


def test_a_refused_edit_sent_again_does_not_claim_to_know_the_later_one(
    store: Store, server: Scripted
) -> None:
    server.outcome = lambda one: (
        None if one.fields["answers/note"] == "b" else says(Outcome.REFUSED)(one)
    )
    edit(store, "a", "b")
    sync(store, server)
    (refused,) = outbox.refused(store)
    assert refused.base_version == 0
    stored = store.stored(Visit, "v-1")
    assert stored is not None
    assert stored.server_version == 1


def test_what_an_old_server_does_not_know_is_not_sent_to_it(store: Store, server: Scripted) -> None:
    class Old:
        bytes_up = bytes_down = 0
        protocol = 1

        def exchange(self, request: SyncRequest) -> SyncResponse:
            return server.exchange(request)

    server.protocol = 1
    edit(store, "a", "b")
    assert sync(store, Old(), Settings(budget=65536, most_operations=1)).complete
    for one in server.requests[-2:]:
        assert (one.protocol, one.stamp, one.pending, one.arriving) == (1, "", False, {})
        assert [operation.prev for operation in one.operations] == [""]


@pytest.mark.parametrize(
    ("down", "budget"), [(None, 512 * 1024), (50.0, SMALLEST_PAGE), (10e6, LARGEST_PAGE)]
)
def test_a_page_is_as_large_as_the_link_bears(
    store: Store, server: Scripted, down: float | None, budget: int
) -> None:
    link = Measured(server, (down, None))
    sync(store, link, Settings(most_operations=400))
    assert server.requests[-1].budget == budget
    # The next synchronisation begins with what this one measured.
    sync(store, Measured(server, (None, None)), Settings(most_operations=400))
    assert server.requests[-1].budget == budget


@dataclass
class Measured:
    """A link that tells its speed, and keeps the beginning of a page that was cut off."""

    server: Scripted
    speed: tuple[float | None, float | None] = (None, None)
    partial: tuple[str, bytes] | None = None
    cut: tuple[str, bytes] | None = None
    given: list[tuple[str, bytes] | None] = field(default_factory=list)
    bytes_up: int = 0
    bytes_down: int = 0

    def exchange(self, request: SyncRequest) -> SyncResponse:
        self.given.append(self.partial)
        if self.cut:
            self.partial = self.cut
            raise user_error(NO_CONNECTION)
        self.partial = None
        return self.server.exchange(request)


def test_what_came_of_a_cut_page_is_there_for_the_next_synchronisation(
    store: Store, server: Scripted
) -> None:
    cut = Measured(server, cut=("00ff00ff00ff00ff", b"comienzo"))
    assert not sync(store, cut).complete
    again = Measured(server)
    assert sync(store, again).complete
    assert again.given == [("00ff00ff00ff00ff", b"comienzo")]
    third = Measured(server)
    sync(store, third)
    assert third.given == [None], "a page that was stored is not asked for from its middle"


# -- what the server says to an operation ----------------------------------------------------------


def test_what_the_server_cannot_take_yet_waits_is_sent_again_and_is_not_called_synchronised(
    store: Store, server: Scripted
) -> None:
    server.outcome = says(Outcome.WAITING)
    edit(store, "a")
    report = sync(store, server)
    assert (report.complete, report.still_waiting) == (True, 1)
    assert [one.record_id for one in report.waiting_there] == ["v-1"]
    assert report.refused == []
    assert "tiene todo" not in report_lines(report)[0]
    assert any("Falta el hogar." in line for line in report_lines(report))
    assert [one.waits for one in outbox.waiting_there(store)] == ["Falta el hogar."]
    server.outcome = lambda _one: None
    again = sync(store, server)
    assert len(again.acknowledged) == 1
    assert outbox.waiting(store) == []
    assert "tiene todo" in report_lines(again)[0]


def test_an_impossible_date_is_told_and_stays_with_the_record_until_it_is_put_right(
    store: Store, server: Scripted
) -> None:
    server.outcome = says(Outcome.APPLIED, version=1, flags=("date",))
    edit(store, "a")
    report = sync(store, server)
    assert [(one.record_id, one.flags) for one in report.flags] == [("v-1", ("date",))]
    assert any("fecha" in line for line in report_lines(report))
    assert sync_state.flags_of(store, "visit", "v-1") == ("date",)
    server.write(PARTITION, "visit", "v-1", encode(visit(HOME, "v-1", note="b")), flags=("clock",))
    sync(store, server)
    assert sync_state.flags_of(store, "visit", "v-1") == ("clock",)
    server.write(PARTITION, "visit", "v-1", encode(visit(HOME, "v-1", note="c")))
    sync(store, server)
    assert sync_state.flags_of(store, "visit", "v-1") == ()


def test_a_wrong_clock_is_told_and_written_beside_what_is_recorded_with_it(
    store: Store, server: Scripted
) -> None:
    edit(store, "a")
    assert outbox.waiting(store)[0].clock_offset == 0
    server.ahead = timedelta(hours=2)
    report = sync(store, server)
    assert report.clock_offset == 7200
    assert any("atrasado" in line for line in report_lines(report))
    edit(store, "b")
    assert outbox.waiting(store)[0].clock_offset == 7200
    sync(store, server)
    assert server.requests[-1].operations[0].clock_offset == 7200


def test_a_page_that_cannot_be_written_leaves_everything_as_it_was(
    store: Store, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(store, "a")
    server.put(PARTITION, visit(HOME, "v-2", note="de otro"))
    before = sync_state.cursor(store), sync_state.stamp(store)

    def fail(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sync_state, "set_stamp", fail)
        with pytest.raises(KeyboardInterrupt):
            sync(store, server)
    assert (sync_state.cursor(store), sync_state.stamp(store)) == before
    assert len(outbox.waiting(store)) == 1
    assert store.get(Visit, "v-2") is None
    report = sync(store, server)
    assert [one.outcome for one in report.acknowledged] == [Outcome.DUPLICATE]
    assert store.get(Visit, "v-2") is not None
    assert store.get(Household, HOME.id) == HOME


def received(store: Store, server: Scripted, *, cursor: dict[str, int]) -> SyncResponse:
    """The page of a laptop that stood at `cursor`."""
    request = server.requests[-1].model_copy(update={"cursor": cursor, "operations": ()})
    server.checks_stamps = False
    return server.exchange(request)


def test_once_the_merged_record_has_come_an_edit_stands_on_it_alone(
    store: Store, server: Scripted
) -> None:
    edit(store, "a")
    acknowledged(store, 1, unmixed=False)
    server.write(PARTITION, "visit", "v-1", encode(visit(HOME, "v-1", note="a", mark="beto")))
    sync(store, server)
    edit(store, "b")
    (waiting,) = outbox.waiting(store)
    assert (waiting.base_version, waiting.prev) == (1, "")


def test_a_version_from_before_an_acknowledged_edit_does_not_take_it_back(
    store: Store, server: Scripted
) -> None:
    cursor = sync_state.cursor(store)
    server.put(PARTITION, visit(HOME, "v-1", note="antes"))
    late = received(store, server, cursor=cursor)
    request = server.requests[-1]
    edit(store, "después")
    acknowledged(store, 2)
    store_answer(store, request, late, actor="ana", at=MORNING, report=SyncReport(MORNING))
    stored = store.stored(Visit, "v-1")
    assert stored is not None
    assert (stored.server_version, stored.entity.answers) == (2, {"note": "después"})


def test_an_acknowledgement_that_comes_after_a_newer_version_keeps_the_newer_one(
    store: Store, server: Scripted
) -> None:
    edit(store, "mío")
    (sent,) = outbox.waiting(store)
    server.write(PARTITION, "visit", "v-1", encode(visit(HOME, "v-1", mark="1")))
    server.write(PARTITION, "visit", "v-1", encode(visit(HOME, "v-1", mark="2")))
    page = received(store, server, cursor=sync_state.cursor(store))
    store_answer(
        store, server.requests[-1], page, actor="ana", at=MORNING, report=SyncReport(MORNING)
    )
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        outbox.acknowledge(tx, sent, 1)
    stored = store.stored(Visit, "v-1")
    assert stored is not None
    assert stored.server_version == 2
    assert stored.entity.answers == {"mark": "2", "note": "mío"}
