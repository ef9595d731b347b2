"""Random days: laptops edit, lose answers, send twice, meet late. All end with the same, told all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juntos_campo.central.accounts import Account, Caller
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.loading import load
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import conflicts, devices, record_versions, records, users
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Visit
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Role
from juntos_campo.store import outbox, sync_state
from juntos_campo.store.store import Store
from juntos_campo.sync.engine import Settings, synchronise
from juntos_campo.sync.problems import TOO_SLOW
from juntos_campo.wire.messages import SyncRequest, SyncResponse

from .conftest import MORNING, household, visit

ANA = Account("ana", "Ana", Role.FIELD_WORKER, "Z1")
DEVICES = ("d-1", "d-2", "d-3")
VISITS = ("v-1", "v-2")
QUESTIONS = ("note", "mark", "member/m/hb")
START = {"note": "start", "mark": "start"}


@dataclass
class InProcess:
    """The server's service without a socket; messages pass through their JSON all the same."""

    exchange_service: Exchange
    caller: Caller
    lose: bool = False
    twice: bool = False
    bytes_up: int = 0
    bytes_down: int = 0

    def exchange(self, request: SyncRequest) -> SyncResponse:
        message = SyncRequest.model_validate_json(request.to_json())
        if self.twice:
            self.exchange_service.run(self.caller, message)
        answer = self.exchange_service.run(self.caller, message)
        if self.lose:
            raise user_error(TOO_SLOW)
        return SyncResponse.model_validate_json(answer.to_json())


edits = st.tuples(
    st.just("edit"),
    st.sampled_from(DEVICES),
    st.sampled_from(VISITS),
    st.sampled_from(QUESTIONS),
)
others = st.tuples(
    st.sampled_from(["sync", "sync", "lose", "twice", "page", "delete", "clock"]),
    st.sampled_from(DEVICES),
    st.sampled_from(VISITS),
    st.just(""),
)
schedules = st.lists(edits | others, min_size=4, max_size=25)


class Day:
    """One random day."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        config = ServerSettings(database_url=f"sqlite:///{folder / 'central.db'}")
        self.database = Database(config.database_url)
        closing.callback(self.database.close)
        self.database.migrate()
        numbers = count(1)
        clock = FixedClock(MORNING)
        service = Exchange(self.database, config, clock, lambda: f"s-{next(numbers):08d}")
        self._enrol()
        load(self.database, [household("ana")], clock)
        self.values: Iterator[int] = count(1)
        self.typed: set[str] = set()
        self.clocks = {name: FixedClock(MORNING) for name in DEVICES}
        self.links = {name: InProcess(service, Caller(ANA, name, 0)) for name in DEVICES}
        self.stores: dict[str, Store] = {}
        for place, name in enumerate(DEVICES):
            ids = count(1)
            self.stores[name] = Store(
                folder / f"{name}.db", bytes(32), lambda n=place, i=ids: f"{n}-op-{next(i):08d}"
            )
            closing.callback(self.stores[name].close)
        self.step("edit", DEVICES[0], VISITS[0], "note")
        self.step("edit", DEVICES[0], VISITS[1], "note")
        self.step("sync", DEVICES[0], "", "")
        self.step("sync", DEVICES[1], "", "")

    def _enrol(self) -> None:
        with self.database.writing() as connection:
            connection.execute(
                sa.insert(users).values(
                    name="ana",
                    full_name="Ana",
                    role=ANA.role.value,
                    zone="Z1",
                    password_hash="",
                    active=True,
                    failures=0,
                    locked_until="",
                )
            )
            for name in DEVICES:
                connection.execute(
                    sa.insert(devices).values(
                        id=name,
                        user_name="ana",
                        name=name,
                        token_hash=name,
                        created_at="",
                        counter=0,
                        revoked=False,
                    )
                )

    def step(self, what: str, name: str, visit_id: str, question: str) -> None:
        store, clock, link = self.stores[name], self.clocks[name], self.links[name]
        if what == "edit":
            old = store.get(Visit, visit_id)
            value = f"value-{next(self.values)}"
            answers = dict(old.answers) if old else dict(START)
            self.typed.add(value)
            with store.transaction(actor="ana", at=clock.now(), action="edit") as tx:
                tx.save(visit(household("ana"), visit_id, **{**answers, question: value}))
            return
        if what == "delete":
            old = store.get(Visit, visit_id)
            if old is not None:
                with store.transaction(actor="ana", at=clock.now(), action="delete") as tx:
                    tx.delete(old)
            return
        if what == "clock":
            clock.advance(timedelta(days=-4000 if visit_id == VISITS[0] else 9000))
            return
        link.lose, link.twice = what == "lose", what == "twice"
        synchronise(
            store,
            link,
            device=name,
            actor="ana",
            clock=clock,
            settings=Settings(budget=1024 if what == "page" else 65536, most_operations=3),
        )

    def evening(self) -> None:
        """Everybody synchronises until nobody has anything left."""
        for _ in range(3):
            for name in DEVICES:
                self.step("sync", name, "", "")

    def kept_by_the_server(self) -> str:
        """Everything the server remembers: standing and earlier versions, and losing values."""
        with self.database.reading() as connection:
            texts = [
                body
                for table in (records, record_versions, conflicts)
                for body in connection.execute(sa.select(table.c.body)).scalars()
            ]
        return "\n".join(texts)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedules)
def test_a_random_day_ends_the_same_on_every_laptop_and_no_typed_value_is_forgotten(
    schedule: list[tuple[str, str, str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as closing:
        day = Day(Path(folder), closing)
        for step in schedule:
            day.step(*step)
        day.evening()
        with day.database.reading() as connection:
            rows = connection.execute(sa.select(records).where(records.c.kind == "visit")).all()
            told = connection.execute(sa.select(sa.func.count()).select_from(conflicts)).scalar()
        for store in day.stores.values():
            assert not outbox.waiting(store)
            assert not outbox.refused(store)
            assert len(sync_state.conflicts(store)) == told
            for row in rows:
                mine = store.stored(Visit, row.id)
                assert mine is not None
                assert (mine.server_version, mine.deleted) == (row.version, row.deleted)
                assert mine.entity.answers == json.loads(row.body)["answers"]
        remembered = day.kept_by_the_server()
        assert all(f'"{value}"' in remembered for value in day.typed)
