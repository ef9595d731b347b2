"""Leaves begin and end on their days, whoever looks after them and however often; wrong ones are refused."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.assignments import history_of
from juntos_campo.central.daily import LeaveWatch, settled_lines
from juntos_campo.central.database import Database
from juntos_campo.central.erasure import erase, find_household
from juntos_campo.central.leaves import (
    cancel_leave,
    change_leave,
    list_leaves,
    order_leave,
    settle,
)
from juntos_campo.central.loading import load
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import assignments, audit, leave_households, records, users
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

from .conftest import first_morning

TODAY = date(2026, 11, 17)
PEOPLE = ("ana", "beto", "carla")


@pytest.fixture
def office(lend: Lender) -> Database:
    return lend.opened("office with leaves", begin)


def begin(database: Database) -> None:
    clock = first_morning()
    accounts = Accounts(database, ServerSettings(argon2_memory_kib=64, argon2_passes=1), clock)
    for name in PEOPLE:
        accounts.enrol(Account(name, name, Role.FIELD_WORKER, "Z1"), "papa nativa 2026")
    accounts.enrol(Account("zoe", "zoe", Role.ZONE_COORDINATOR, "Z1"), "papa nativa 2026")
    load(database, [home(1, "ana"), home(2, "ana"), home(3, "beto")], clock)


def home(number: int, worker: str) -> Household:
    return Household(
        id=f"h-{number}", code=f"{number:05d}", field_worker=worker, settlement_id="s-1"
    )


def lying(database: Database) -> str:
    """Who has h-1, h-2, h-3, by their first letters."""
    sql = sa.select(records.c.partition).where(records.c.kind == "household")
    with database.reading() as connection:
        found = connection.execute(sql.order_by(records.c.id)).scalars().all()
    return "".join(one.removeprefix("fw:")[0] for one in found)


def on(day: int) -> date:
    return date(2026, 11, day)


def next_day(clock: FixedClock, days: int = 1) -> None:
    clock.advance(timedelta(days=days))


def test_households_are_with_the_replacement_from_the_first_day_to_the_last(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(18), on(19), clock)
    seen = []
    for _ in range(4):
        settle(office, clock)
        settle(office, clock)  # a second time changes nothing
        seen.append(lying(office))
        next_day(clock)
    assert seen == ["aab", "bbb", "bbb", "aab"]
    with office.reading() as connection:
        told = [(one.worker, one.reason) for one in history_of(connection, "h-1")]
        assert [one.state for one in list_leaves(connection)] == ["over"]
    assert told == [("ana", "load"), ("beto", "leave"), ("ana", "return")]


def with_whom(database: Database, clock: FixedClock, days: int) -> list[str]:
    """Who has the households on each of the next days, today first."""
    seen = []
    for _ in range(days):
        settle(database, clock)
        seen.append(lying(database))
        next_day(clock)
    return seen


def test_who_comes_back_later_has_his_households_looked_after_until_then(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "ana", "beto", on(17), on(18), clock)
    settle(office, clock)
    assert change_leave(office, made.id, on(19), clock).last_day == "2026-11-19"
    assert with_whom(office, clock, 4) == ["bbb", "bbb", "bbb", "aab"]


def test_who_comes_back_sooner_has_his_households_the_day_after(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "ana", "beto", on(17), on(30), clock)
    assert change_leave(office, made.id, on(18), clock).state == "running"
    assert with_whom(office, clock, 3) == ["bbb", "bbb", "aab"]


def test_a_leave_made_longer_while_its_replacement_is_ill_goes_on_as_the_chain_it_was(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "ana", "beto", on(17), on(20), clock)
    order_leave(office, "beto", "carla", on(18), on(19), clock)
    change_leave(office, made.id, on(21), clock)  # beto is back on the 20th
    assert with_whom(office, clock, 6) == ["bbb", "ccc", "ccc", "bbb", "bbb", "aab"]


@pytest.mark.parametrize(
    ("last", "code"),
    [(16, "CEN-281"), (17, "CEN-281"), (23, "CEN-282"), (26, "CEN-283"), (30, "CEN-282")],
)
def test_a_last_day_that_cannot_be_is_refused_and_the_leave_stays_as_it_was(
    office: Database, clock: FixedClock, last: int, code: str
) -> None:
    made = order_leave(office, "ana", "beto", on(18), on(19), clock)
    if code == "CEN-282":
        order_leave(office, "ana", "carla", on(23), on(24), clock)
    order_leave(office, "beto", "carla", on(26), on(27), clock)
    before = trail(office)
    with pytest.raises(UserError) as refused:
        change_leave(office, made.id, on(last), clock)
    assert refused.value.problem.code == code
    assert trail(office) == before
    with office.reading() as connection:
        (kept,) = [one for one in list_leaves(connection) if one.id == made.id]
    assert kept == made


def test_a_leave_that_is_over_is_not_woken_up_though_nobody_looked_at_it(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "ana", "beto", on(17), on(18), clock)
    settle(office, clock)
    next_day(clock, 3)
    with pytest.raises(UserError) as refused:
        change_leave(office, made.id, on(25), clock)
    assert refused.value.problem.code == "CEN-284"
    assert with_whom(office, clock, 1) == ["aab"]


def test_who_made_a_leave_longer_and_from_when_is_in_the_audit(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "ana", "beto", on(18), on(19), clock)
    before = trail(office)
    change_leave(office, made.id, on(19), clock, by="puno")  # the day it had: nothing happened
    assert trail(office) == before
    change_leave(office, made.id, on(21), clock, by="puno")
    (added,) = trail(office)[len(before) :]
    assert added == ("puno", "leave.change", "1: last day 2026-11-19 -> 2026-11-21")
    assert verify(office).findings == []


def test_nobody_stands_in_longer_who_left_the_programme(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "ana", "beto", on(18), on(25), clock)
    with office.writing() as connection:
        connection.execute(sa.update(users).where(users.c.name == "beto").values(active=False))
    with pytest.raises(UserError) as refused:
        change_leave(office, made.id, on(28), clock)
    assert refused.value.problem.code == "CEN-216"
    assert change_leave(office, made.id, on(20), clock).last_day == "2026-11-20"


def trail(database: Database) -> list[tuple[str, str, str]]:
    """The audit: who, what, detail."""
    sql = sa.select(audit.c.actor, audit.c.action, audit.c.detail).order_by(audit.c.id)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(sql)]


def test_a_leave_nobody_looked_at_until_it_was_past_moves_nothing(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(18), on(19), clock)
    next_day(clock, 9)
    done = settle(office, clock)
    assert (done.gone, done.returned, lying(office)) == (0, 0, "aab")
    assert settled_lines(done) == ["Terminó la licencia 1 de ana."]


def test_a_leave_that_was_cancelled_before_its_day_never_begins(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "ana", "beto", on(18), on(19), clock)
    cancel_leave(office, made.id, clock)
    next_day(clock)
    settle(office, clock)
    assert lying(office) == "aab"
    with pytest.raises(UserError, match="número 1") as refused:
        cancel_leave(office, made.id, clock)
    assert refused.value.problem.code == "CEN-284"


def test_when_the_replacement_falls_ill_too_the_households_go_on_and_each_finds_its_way_back(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(17), on(19), clock)
    order_leave(office, "beto", "carla", on(18), on(20), clock)
    seen = []
    for _ in range(5):
        settle(office, clock)
        seen.append(lying(office))
        next_day(clock)
    assert seen == ["bbb", "ccc", "ccc", "aac", "aab"]


def test_what_the_office_gave_to_somebody_else_meanwhile_stays_there(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(17), on(18), clock)
    settle(office, clock)
    reassign(office, "beto", "carla", ["00001"], clock)
    next_day(clock, 2)
    settle(office, clock)
    assert lying(office) == "cab"


def test_a_register_that_still_names_who_is_on_leave_gives_it_to_the_replacement_until_then(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(17), on(18), clock)
    settle(office, clock)
    report = load(office, [home(1, "ana"), home(2, "ana"), home(3, "ana")], clock)
    assert report.moved == 0
    assert lying(office) == "bbb"
    next_day(clock, 2)
    settle(office, clock)
    assert lying(office) == "aaa"


def test_who_gets_households_while_on_leave_finds_them_when_he_is_back(
    office: Database, clock: FixedClock
) -> None:
    made = order_leave(office, "carla", "beto", on(17), on(18), clock)
    assert settle(office, clock).gone == 0
    assert made.state == "running"
    assert reassign(office, "ana", "carla", ["00001"], clock).stands_in == "beto"
    assert lying(office) == "bab"
    with pytest.raises(UserError) as refused:
        reassign(office, "beto", "carla", ["00001"], clock)
    assert refused.value.problem.code == "CEN-287"
    next_day(clock, 2)
    settle(office, clock)
    assert lying(office) == "cab"


@pytest.mark.parametrize(
    ("worker", "replacement", "days", "code"),
    [
        ("ana", "ana", (on(18), on(19)), "CEN-280"),
        ("ana", "beto", (on(19), on(18)), "CEN-281"),
        ("ana", "beto", (on(10), on(16)), "CEN-281"),
        ("ana", "beto", (on(18), date(2062, 11, 19)), "CEN-281"),
        ("ana", "nadie", (on(18), on(19)), "CEN-216"),
        ("ana", "zoe", (on(18), on(19)), "CEN-216"),
        ("carla", "ana", (on(20), on(21)), "CEN-282"),
        ("ana", "carla", (on(25), on(26)), "CEN-283"),
    ],
)
def test_a_leave_that_cannot_be_is_refused_and_nothing_is_planned(
    office: Database,
    clock: FixedClock,
    worker: str,
    replacement: str,
    days: tuple[date, date],
    code: str,
) -> None:
    order_leave(office, "carla", "beto", on(20), on(25), clock)
    with pytest.raises(UserError) as refused:
        order_leave(office, worker, replacement, *days, clock)
    assert refused.value.problem.code == code
    with office.reading() as connection:
        assert len(list_leaves(connection)) == 1


def test_a_replacement_who_left_the_programme_gets_nothing_and_the_office_is_told(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(18), on(20), clock)
    with office.writing() as connection:
        connection.execute(sa.update(users).where(users.c.name == "beto").values(active=False))
    next_day(clock)
    done = settle(office, clock)
    assert lying(office) == "aab"
    assert "no pudo empezar" in settled_lines(done)[0]


def test_two_that_settle_at_once_move_each_household_once(
    office: Database, clock: FixedClock
) -> None:
    load(office, [home(number, "ana") for number in range(10, 30)], clock)
    order_leave(office, "ana", "beto", on(17), on(18), clock)
    done, faults = [], []

    def run() -> None:
        try:
            done.append(settle(office, clock, at_once=3))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    assert sum(one.gone for one in done) == 22
    assert verify(office).findings == []
    with office.reading() as connection:
        assert len(history_of(connection, "h-15")) == 2


def test_a_server_nobody_runs_the_daily_command_for_begins_a_leave_by_itself(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(18), on(19), clock)
    next_day(clock)
    url = office.engine.url.render_as_string(hide_password=False)
    with LeaveWatch(url, clock, every_seconds=0.05):
        deadline = threading.Event()
        for _ in range(200):
            if lying(office) == "bbb":
                break
            deadline.wait(0.05)
    assert lying(office) == "bbb"


def test_an_erased_household_leaves_no_trace_of_who_had_it(
    office: Database, clock: FixedClock
) -> None:
    order_leave(office, "ana", "beto", on(17), on(18), clock)
    settle(office, clock)
    erase(office, find_household(office, "00001"), clock)
    with office.reading() as connection:
        assert history_of(connection, "h-1") == []
        left = connection.execute(sa.select(leave_households.c.household)).scalars().all()
    assert left == ["h-2"]
    next_day(clock, 2)
    settle(office, clock)
    assert lying(office) == "ab"
    assert verify(office).findings == []


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (sa.update(assignments).where(assignments.c.household == "h-1").values(worker="carla"),
         "assignment.open"),
        (sa.delete(assignments).where(assignments.c.household == "h-1"), "assignment.open"),
        (sa.update(assignments).where(assignments.c.household == "h-3").values(until=""),
         "assignment.twice"),
        (sa.delete(records).where(records.c.id == "h-1"), "assignment.orphan"),
        (sa.update(assignments).where(assignments.c.number == 1).values(until="2026-01-01"),
         "assignment.gap"),
    ],
)  # fmt: skip
def test_a_history_that_does_not_say_who_has_a_household_is_found_by_verify(
    office: Database, clock: FixedClock, change: sa.UpdateBase, check: str
) -> None:
    reassign(office, "beto", "carla", ["00003"], clock)
    assert verify(office).findings == []
    with office.writing() as connection:
        connection.execute(change)
    assert check in {one.check for one in verify(office).findings}
