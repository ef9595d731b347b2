"""A copied database is noticed, and before it is, no copy overwrites the other in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juntos_campo.central.accounts import Accounts, Machine
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import conflicts, records
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError
from juntos_campo.wire.messages import Ack, Operation, SyncRequest, SyncResponse

from .conftest import PASSWORD

START = {"answers/a": "0", "answers/b": "0"}


@dataclass
class Office:
    """The server's service without a socket, and the database of one laptop at its door."""

    exchange: Exchange
    accounts: Accounts
    clock: FixedClock
    token: str
    stamp: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def operation(self, record_id: str, **other: Any) -> Operation:
        number = next(self.numbers)
        base = {
            "op_id": f"op-{number:08d}", "kind": "field_record", "id": record_id, "base_version": 0,
            "author": "ana", "counter": number, "device_time": self.clock.now(),
        }  # fmt: skip
        return Operation(**{**base, **other})

    def first(self, record_id: str) -> Operation:
        """Makes a record about no household."""
        about = {"field_worker": "ana", "form_id": "f", "form_version": "1", "on": "2026-11-17"}
        return self.operation(record_id, fields={**about, **START})

    def send(self, *operations: Operation, stamp: str, **more: Any) -> SyncResponse:
        message = SyncRequest(
            **{"protocol": 2, "device": "d-1", "counter": 10**6, "cursor": {}, **more},
            operations=operations,
            stamp=stamp,
        )
        return self.exchange.run(self.accounts.recognise(self.token), message)

    def take(self, *operations: Operation) -> list[Ack]:
        """As one copy after the other would, with the stamps that they are told apart by left aside."""
        message = SyncRequest(protocol=2, device="d-1", counter=10**6, operations=operations)
        caller = self.accounts.recognise(self.token)
        return list(self.exchange.run(caller, message, stamped=False).acks)

    def answers(self, record_id: str) -> dict[str, str]:
        with self.exchange.database.reading() as connection:
            sql = sa.select(records.c.body).where(records.c.id == record_id)
            body = connection.execute(sql).scalar_one()
        found: dict[str, str] = json.loads(body)["answers"]
        return found

    def told(self, record_id: str) -> list[tuple[str, set[str]]]:
        """(path, both values) of the conflicts of a record, oldest first."""
        with self.exchange.database.reading() as connection:
            sql = sa.select(conflicts).where(conflicts.c.id == record_id)
            rows = connection.execute(sql.order_by(conflicts.c.seq)).all()
        bodies = [(row.path, json.loads(row.body)) for row in rows]
        return [(path, {body["kept"]["value"], body["lost"]["value"]}) for path, body in bodies]


@pytest.fixture
def office(
    accounts: Accounts, database: Database, settings: ServerSettings, clock: FixedClock
) -> Office:
    ids = count(1)
    exchange = Exchange(database, settings, clock, lambda: f"s-{next(ids):08d}")
    entered = accounts.enter("ana", PASSWORD, Machine("d-1"))
    return Office(exchange, accounts, clock, entered.token, entered.stamp)


# -- stamps ---------------------------------------------------------------------------------------


def test_a_copy_that_goes_on_beside_the_original_is_refused(office: Office) -> None:
    copied = office.stamp
    original = office.send(stamp=office.stamp).stamp
    original = office.send(stamp=original).stamp
    with pytest.raises(UserError) as refused:
        office.send(stamp=copied)
    assert refused.value.problem.code == "CEN-010"
    assert office.send(stamp=original).stamp


def test_of_two_that_go_on_from_one_stamp_the_second_exchange_shows_it(office: Office) -> None:
    one = office.send(office.first("r-1"), stamp=office.stamp).stamp
    other = office.send(office.first("r-2"), stamp=office.stamp).stamp
    assert one != other
    assert office.send(stamp=other).stamp
    with pytest.raises(UserError):
        office.send(stamp=one)


def test_a_lost_answer_does_not_make_a_laptop_a_copy_however_often_it_is_lost(
    office: Office,
) -> None:
    for _ in range(5):
        answer = office.send(stamp=office.stamp)
    assert office.send(stamp=answer.stamp).stamp


def test_a_laptop_that_was_set_up_with_version_1_is_let_in_after_its_update(
    office: Office,
) -> None:
    caller = office.accounts.recognise(office.token)
    old = SyncRequest(protocol=1, device="d-1", counter=3)
    answer = office.exchange.run(caller, old)
    assert (answer.protocol, answer.stamp) == (1, "")
    stamp = office.send(stamp="").stamp
    stamp = office.send(stamp="").stamp or stamp  # the first answer was lost
    assert office.send(stamp=stamp).stamp


def test_a_restored_backup_that_counted_less_is_refused(office: Office) -> None:
    stamp = office.send(stamp=office.stamp, counter=50).stamp
    with pytest.raises(UserError) as refused:
        office.send(stamp=stamp, counter=49)
    assert refused.value.problem.code == "CEN-010"


def test_a_device_blocked_between_two_steps_is_not_let_in(office: Office) -> None:
    caller = office.accounts.recognise(office.token)
    office.accounts.block_devices("ana")
    with pytest.raises(UserError) as refused:
        office.exchange.run(caller, SyncRequest(protocol=2, device="d-1", stamp=office.stamp))
    assert refused.value.problem.code == "CEN-003"


def test_an_answer_to_the_first_of_several_requests_holds_acknowledgements_only(
    office: Office,
) -> None:
    answer = office.send(office.first("r-1"), stamp=office.stamp, pending=True, cursor={"ref": 0})
    assert [ack.version for ack in answer.acks] == [1]
    assert (answer.changes, answer.cursor, answer.more) == ((), {"ref": 0}, True)
    assert answer.stamp


# -- chains of edits --------------------------------------------------------------------------------


def test_a_laptops_own_edits_before_one_sync_are_no_conflict(office: Office) -> None:
    first = office.first("r-1")
    second = office.operation("r-1", fields={"answers/a": "1"}, prev=first.op_id)
    third = office.operation("r-1", fields={"answers/a": "2"}, prev=second.op_id)
    assert [one.outcome for one in office.take(first, second, third)] == ["applied"] * 3
    assert office.told("r-1") == []


def test_two_copies_of_one_database_that_edit_one_value_are_both_told(office: Office) -> None:
    first = office.first("r-1")
    office.take(first)
    office.take(office.operation("r-1", fields={"answers/a": "uno"}, prev=first.op_id))
    (ack,) = office.take(office.operation("r-1", fields={"answers/a": "dos"}, prev=first.op_id))
    assert ack.outcome == "merged_with_conflict"
    assert office.told("r-1") == [("answers/a", {"uno", "dos"})]


def test_an_edit_that_changed_nothing_lends_no_knowledge_of_what_another_wrote(
    office: Office,
) -> None:
    office.take(office.first("r-1"))
    other = office.operation("r-1", base_version=1, fields={"answers/a": "x", "answers/b": "y"})
    office.take(other)
    same = office.operation("r-1", base_version=1, fields={"answers/a": "x"})
    later = office.operation("r-1", base_version=1, fields={"answers/b": "mine"}, prev=same.op_id)
    assert office.take(same, later)[1].outcome == "merged_with_conflict"
    assert ("answers/b", {"y", "mine"}) in office.told("r-1")


def test_an_edit_whose_predecessor_is_still_under_way_waits_for_it(office: Office) -> None:
    first = office.first("r-1")
    second = office.operation("r-1", fields={"answers/a": "1"}, prev=first.op_id)
    third = office.operation("r-1", fields={"answers/a": "2"}, prev=second.op_id)
    assert [one.outcome for one in office.take(second, third)] == ["waiting", "waiting"]
    assert [one.outcome for one in office.take(first, second, third)] == ["applied"] * 3
    assert office.answers("r-1") == {"a": "2", "b": "0"}


edits = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from("ab"), st.booleans()), min_size=2, max_size=12
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits, st.lists(st.integers(0, 11), max_size=4))
def test_whatever_two_copies_type_and_resend_every_value_stands_or_is_told(
    office: Office, typed: list[tuple[int, str, bool]], again: list[int]
) -> None:
    """Two copies go on from one record that is on the server; neither ever receives the other's edits.

    The oracle knows who typed what in which order, and nothing of versions.
    """
    record_id = f"r-{next(office.numbers)}"
    first = office.first(record_id)
    office.take(first)
    last, sent, waiting = [first.op_id] * 2, list[Operation](), ([], [])
    by: dict[str, tuple[int, str]] = {}  # path -> the copy that wrote it last, and its value
    unseen: list[tuple[str, set[str]]] = []
    for number, (copy, question, goes) in enumerate(typed):
        value, path = f"{number}", f"answers/{question}"
        value = f"v{number}"
        made = office.operation(record_id, fields={path: value}, prev=last[copy])
        last[copy] = made.op_id
        waiting[copy].append((made, path, value))
        if not goes:
            continue
        for operation, where, what in waiting[copy]:
            writer, standing = by.get(where, (copy, ""))
            if writer != copy:
                unseen.append((where, {standing, what}))
            by[where] = (copy, what)
            sent.append(operation)
        office.take(*(operation for operation, _, _ in waiting[copy]))
        waiting[copy].clear()
        for place in again:
            if place < len(sent):
                assert office.take(sent[place])[0].outcome == "duplicate"
    assert office.told(record_id) == unseen
    stands = office.answers(record_id)
    assert all(stands[path.removeprefix("answers/")] == value for path, (_, value) in by.items())


# -- what looks impossible --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "offset", "flags"),
    [
        (0, None, ()),
        (-20, None, ()),  # weeks without a network
        (-400, None, ("clock",)),
        (2, None, ("clock",)),
        (2, -2 * 86400, ("clock",)),  # it knew that its clock was two days ahead
        (-20, 3600, ()),
        (5, 0, ("clock",)),
    ],
)
def test_a_record_of_a_wrong_clock_is_taken_and_says_so(
    office: Office, days: int, offset: int | None, flags: tuple[str, ...]
) -> None:
    at = office.clock.now() + timedelta(days=days)
    made = office.first("r-1").model_copy(update={"device_time": at, "clock_offset": offset})
    answer = office.send(made, stamp=office.stamp)
    assert [(ack.outcome, ack.flags) for ack in answer.acks] == [("applied", flags)]
    later = office.send(stamp=answer.stamp, cursor={"fw:ana": 0})
    assert [one.flags for one in later.changes] == [flags]


def test_a_day_after_that_of_receipt_is_flagged_until_it_is_put_right(office: Office) -> None:
    first = office.first("r-1")
    made = first.model_copy(update={"fields": {**first.fields, "on": "2026-11-18"}})
    assert office.take(made)[0].flags == ("date",)
    mended = office.operation("r-1", base_version=1, fields={"on": "2026-11-16"})
    assert office.take(mended)[0].flags == ()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_clock_at_the_end_of_time_breaks_nothing(office: Office, at: str) -> None:
    plain = office.first("r-1").model_dump(mode="json")
    made = Operation.model_validate({**plain, "device_time": at, "clock_offset": 2**40 - 1})
    assert office.take(made)[0].flags == ("clock",)
