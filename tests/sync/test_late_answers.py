"""Answers that are stored late, twice or in any order end in the same state as those in order."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Visit
from juntos_campo.store import arrivals, outbox, sync_state
from juntos_campo.store.store import Store
from juntos_campo.sync.engine import Settings, synchronise
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.run import Run
from juntos_campo.sync.sending import next_request
from juntos_campo.sync.storing import store_answer
from juntos_campo.wire.codec import encode
from juntos_campo.wire.messages import SyncRequest, SyncResponse

from .conftest import MORNING, household, visit
from .scripted import Scripted

HOMES = tuple(household("ana", number) for number in (1, 2, 3))
VISITS = ("v-1", "v-2", "v-3")
PARTITION = "fw:ana"

steps = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 2)),
        st.tuples(st.just("office"), st.integers(0, 2)),
        st.tuples(st.just("sync"), st.integers(1, 3)),
        st.tuples(st.just("ask"), st.just(0)),
        st.tuples(st.just("late"), st.integers(0, 5)),
    ),
    min_size=4,
    max_size=24,
)


class Day:
    """One laptop, one server, and answers that lie about until somebody stores them."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        ids = count(1)
        self.store = Store(folder / "a.db", bytes(32), ids=lambda: f"{next(ids):032x}")
        closing.callback(self.store.close)
        self.server = Scripted(checks_stamps=False)
        self.server.put(PARTITION, *HOMES)
        self.numbers = count(1)
        self.lying: list[tuple[SyncRequest, SyncResponse]] = []
        self.clock = FixedClock(MORNING)

    def step(self, what: str, number: int) -> None:
        text = f"valor-{next(self.numbers)}"
        if what == "edit":
            with self.store.transaction(actor="ana", at=MORNING, action="test") as tx:
                tx.save(visit(HOMES[number], VISITS[number], note=text))
        elif what == "office":
            typed = encode(visit(HOMES[number], VISITS[number], note=text, other="x" * 300))
            self.server.write(PARTITION, "visit", VISITS[number], typed)
        elif what == "sync":
            left = iter([False] * number)
            self.sync(lambda: next(left, True))
        elif what == "ask":
            run = Run(
                self.store,
                self.server,
                Settings(budget=1024),
                device="d-1",
                actor="ana",
                clock=self.clock,
                progress=lambda _progress: None,
                report=SyncReport(MORNING),
            )
            request, _ = next_request(run)
            self.lying.append((request, self.server.exchange(request)))
        elif self.lying:
            request, answer = self.lying[number % len(self.lying)]
            store_answer(
                self.store, request, answer, actor="ana", at=MORNING, report=SyncReport(MORNING)
            )

    def sync(self, cancelled: object = None) -> None:
        synchronise(
            self.store,
            self.server,
            device="d-1",
            actor="ana",
            clock=self.clock,
            cancelled=cancelled if callable(cancelled) else lambda: False,
            settings=Settings(budget=1024, most_operations=2),
        )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_in_whatever_order_answers_are_stored_the_laptop_ends_with_what_the_server_has(
    schedule: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as closing:
        day = Day(Path(folder), closing)
        reached: dict[str, int] = {}
        for what, number in schedule:
            day.step(what, number)
            now = sync_state.cursor(day.store)
            assert all(now.get(name, -1) >= seq for name, seq in reached.items())
            reached = now
        day.sync()
        store, server = day.store, day.server
        assert outbox.waiting(store) == []
        assert outbox.refused(store) == []
        assert sync_state.cursor(store) == server.last
        assert arrivals.incomplete(store) == frozenset()
        assert store.count(Household) == len(HOMES)
        for (kind, record_id), standing in server.standing.items():
            if kind == "visit":
                mine = store.stored(Visit, record_id)
                assert mine is not None
                assert mine.server_version == standing.version
                assert mine.entity.answers == standing.fields["answers"]
