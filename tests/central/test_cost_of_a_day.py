"""What a laptop's day costs the server: visits are written together, not one by one."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from juntos_campo.central.accounts import Accounts, Machine
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import operations, records
from juntos_campo.domain.clock import FixedClock
from juntos_campo.wire.messages import Operation, Outcome, SyncRequest

from .conftest import PASSWORD

ABOUT = {"field_worker": "ana", "form_id": "f", "form_version": "1", "on": "2026-11-17"}


@pytest.fixture
def exchange(accounts: Accounts, settings: ServerSettings, clock: FixedClock) -> Exchange:
    numbers = count(1)
    return Exchange(accounts.database, settings, clock, lambda: f"s-{next(numbers):08d}")


def test_forty_records_are_written_with_as_many_statements_as_four(
    exchange: Exchange, accounts: Accounts, database: Database, clock: FixedClock
) -> None:
    entered = accounts.enter("ana", PASSWORD, Machine("d-1"))
    said: list[str] = []
    sa.event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_more: said.append(statement),
    )
    numbers, stamp, cost = count(1), entered.stamp, {}
    for many in (1, 4, 40):  # with the first, what there is one of is made
        made = tuple(new_record(next(numbers), clock) for _ in range(many))
        said.clear()
        answer = exchange.run(accounts.recognise(entered.token), request(stamp, made))
        cost[many], stamp = len(said), answer.stamp
        assert {one.outcome for one in answer.acks} == {Outcome.APPLIED}
    assert cost[4] == cost[40]
    with database.reading() as connection:
        for table in (records, operations):
            kept = sa.select(sa.func.count()).where(table.c.kind == "field_record")
            assert connection.execute(kept).scalar_one() == 45


def test_what_is_edited_in_the_same_request_that_made_it_keeps_both(
    exchange: Exchange, accounts: Accounts, database: Database, clock: FixedClock
) -> None:
    entered = accounts.enter("ana", PASSWORD, Machine("d-1"))
    first = new_record(1, clock)
    then = Operation(
        op_id="op-00000002", kind="field_record", id=first.id, base_version=0, prev=first.op_id,
        author="ana", counter=2, device_time=clock.now(), fields={"answers/a": "1"},
    )  # fmt: skip
    answer = exchange.run(accounts.recognise(entered.token), request(entered.stamp, (first, then)))
    assert [(one.outcome, one.version) for one in answer.acks] == [
        (Outcome.APPLIED, 1),
        (Outcome.APPLIED, 2),
    ]
    with database.reading() as connection:
        kept = connection.execute(sa.select(operations.c.op_id, operations.c.version)).all()
    assert sorted(map(tuple, kept)) == [("op-00000001", 1), ("op-00000002", 2)]


def new_record(number: int, clock: FixedClock) -> Operation:
    fields: dict[str, Any] = {**ABOUT, "answers/a": "0"}
    return Operation(
        op_id=f"op-{number:08d}", kind="field_record", id=f"r-{number}", base_version=0,
        author="ana", counter=number, device_time=clock.now(), fields=fields,
    )  # fmt: skip


def request(stamp: str, made: tuple[Operation, ...]) -> SyncRequest:
    return SyncRequest(protocol=2, device="d-1", counter=10**6, operations=made, stamp=stamp)
