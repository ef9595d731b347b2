"""How long a laptop opens without contact, and that nothing is lost past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from juntos_campo.app import synchronise, usb
from juntos_campo.app.lease import LeaseState, lease_of, note_moment
from juntos_campo.app.lease_contact import contact_office
from juntos_campo.app.lease_keeping import keeps
from juntos_campo.app.session import Session
from juntos_campo.central.lost_laptops import lease_for
from juntos_campo.central.server_key import server_seed
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.store import sync_state
from juntos_campo.wire.signing import new_seed
from juntos_campo.wire.standing import lease

from .conftest import MORNING, World
from .sticks import office
from .stolen import code_of, opens, set_up, told

Make = Callable[[str], Session]


@pytest.fixture
def people(sqlite_world: World, tmp_path: Path) -> Iterator[Make]:
    """Laptops whose clock is their own, right at first."""
    with ExitStack() as ending:

        def make(user: str) -> Session:
            session = set_up(sqlite_world, user, tmp_path / user, ending)
            session.clock = FixedClock(MORNING)
            return session

        yield make


def go_to(session: Session, days: float) -> str:
    """The clock of the laptop says that so many days have passed; what its person finds."""
    session.clock = FixedClock(MORNING + timedelta(days=days))
    note_moment(session)
    return lease_of(session).state.value


def test_two_months_without_contact_are_borne_the_last_ten_days_with_a_reminder(
    people: Make,
) -> None:
    ana = people("ana")
    found = [go_to(ana, days) for days in (0, 49, 51, 59.9, 60.1)]
    assert found == ["open", "open", "ending", "ending", "past"]
    assert opens(ana) == "STO-011"
    assert told(ana.place.root) == []


def test_past_it_one_contact_opens_everything_again_and_nothing_was_lost(
    sqlite_world: World, people: Make
) -> None:
    ana = people("ana")
    assert go_to(ana, 70) == "past"
    sqlite_world.clock.advance(timedelta(days=70))
    assert contact_office(ana).state is LeaseState.OPEN
    assert opens(ana) == ""
    assert go_to(ana, 129) == "ending"


def test_where_there_is_no_network_the_answer_on_a_stick_opens_it(
    sqlite_world: World, people: Make, tmp_path: Path
) -> None:
    ana = people("ana")
    assert go_to(ana, 70) == "past"
    sqlite_world.clock.advance(timedelta(days=70))
    made = usb.make_bundle(ana, tmp_path)
    answer = tmp_path / "respuesta.jcb"
    answer.write_bytes(office(sqlite_world).take(made.path.read_bytes()))
    usb.apply_answer(ana, answer)
    assert lease_of(ana).state is LeaseState.OPEN


def test_whoever_synchronises_now_and_then_never_meets_the_gate(
    sqlite_world: World, people: Make
) -> None:
    ana = people("ana")
    for days in range(0, 400, 44):
        assert go_to(ana, days) == "open"
        sqlite_world.clock.moment = MORNING + timedelta(days=days)
        report, _ = synchronise.sync_now(ana)
        assert report.complete


def test_a_clock_set_back_by_a_thief_makes_no_lease_longer(people: Make) -> None:
    ana = people("ana")
    assert go_to(ana, 58) == "ending"
    assert go_to(ana, 1) == "ending", "the fifty-eighth day was seen"
    assert go_to(ana, 61) == "past"
    assert [go_to(ana, days) for days in (5, -400)] == ["past", "past"]


def test_a_clock_years_ahead_is_told_and_set_right_it_shuts_nobody_out(people: Make) -> None:
    ana = people("ana")
    go_to(ana, 20)
    assert go_to(ana, 5 * 365) == "past"
    view = lease_of(ana)
    assert view.clock_ahead
    assert view.shown == (MORNING + timedelta(days=5 * 365)).date()
    assert view.seen == (MORNING + timedelta(days=20)).date()
    assert ana.place.key_file.exists()
    assert go_to(ana, 21) == "open"
    assert not lease_of(ana).clock_ahead


@pytest.mark.parametrize("years", [5, -5])
def test_one_contact_mends_a_wrong_clock_and_the_days_count_on_from_there(
    sqlite_world: World, people: Make, years: int
) -> None:
    ana = people("ana")
    go_to(ana, 200)  # less than a year ahead is believed, and shuts the laptop
    assert go_to(ana, 10) == "past"
    sqlite_world.clock.advance(timedelta(days=10))
    off = years * 365
    go_to(ana, 10 + off)
    assert contact_office(ana).state is LeaseState.OPEN
    assert go_to(ana, 15 + off) == "open"
    assert go_to(ana, 71 + off) == "past"


@pytest.mark.logs_warnings
def test_only_the_servers_own_word_for_this_laptop_makes_a_lease_longer(
    sqlite_world: World, people: Make
) -> None:
    ana, beto = people("ana"), people("beto")
    seed = server_seed(sqlite_world.database, sqlite_world.clock)
    mine, far = sync_state.device(ana.store), MORNING + timedelta(days=999)
    good = lease(seed, mine, MORNING, far)
    for false in (
        lease(new_seed(), mine, MORNING, far),
        lease(seed, sync_state.device(beto.store), MORNING, far),
        good.model_copy(update={"until": far + timedelta(microseconds=1)}),
        good.model_copy(update={"until": None}),
        good.model_copy(update={"signature": good.signature[:-1] + "0"})
        if good.signature[-1] != "0"
        else good.model_copy(update={"signature": good.signature[:-1] + "1"}),
    ):
        keeps(ana)(false)
    assert go_to(ana, 61) == "past"
    keeps(ana)(good)
    assert go_to(ana, 61) == "open"


def test_an_older_lease_that_arrives_late_shortens_nothing(
    sqlite_world: World, people: Make
) -> None:
    ana = people("ana")
    seed = server_seed(sqlite_world.database, sqlite_world.clock)
    mine = sync_state.device(ana.store)
    keeps(ana)(lease(seed, mine, MORNING - timedelta(days=30), MORNING + timedelta(days=1)))
    assert go_to(ana, 40) == "open"


def test_a_blocked_laptop_past_its_lease_stays_shut_and_keeps_what_was_not_sent(
    sqlite_world: World, people: Make
) -> None:
    ana = people("ana")
    sqlite_world.accounts.block_devices("ana")
    assert go_to(ana, 61) == "past"
    assert code_of(lambda: contact_office(ana)) == "SYN-005"
    assert lease_of(ana).state is LeaseState.PAST
    assert ana.place.key_file.exists()


def test_an_office_that_wants_no_end_sets_none(sqlite_world: World, people: Make) -> None:
    ana = people("ana")
    settings = ServerSettings(lease_days=0)
    keeps(ana)(
        lease_for(
            sqlite_world.database,
            settings,
            sqlite_world.clock,
            sync_state.device(ana.store),
        )
    )
    assert go_to(ana, 4000) == "none"
