"""A stolen laptop is erased at its first contact by the office's order, and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from http_stand import http, stand

from juntos_campo.app import synchronise, usb
from juntos_campo.app.connect import connect
from juntos_campo.app.erased import ask_before_password, obeys, tell_office
from juntos_campo.app.session import Session, create_session
from juntos_campo.central.lost_laptops import cancel_erasure, order_for
from juntos_campo.central.people import list_accounts
from juntos_campo.central.server_key import server_seed
from juntos_campo.central.tables import audit
from juntos_campo.store import sync_state
from juntos_campo.store.contact import read_contact
from juntos_campo.store.erasing import Phase, erasure_of, go_on_erasing, mark_read
from juntos_campo.wire.orders import EraseOrder
from juntos_campo.wire.signing import new_seed
from juntos_campo.wire.standing import StandingAnswer, erase_order

from .conftest import PASSWORD, World
from .sticks import office
from .stolen import code_of, opens, order, set_up, told

Make = Callable[[str], Session]


@pytest.fixture
def people(sqlite_world: World, tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as ending:
        yield lambda user: set_up(sqlite_world, user, tmp_path / user, ending)


def stopped(session: Session) -> str:
    report, _ = synchronise.sync_now(session)
    return report.stopped.code if report.stopped else ""


def state(world: World, user: str) -> tuple[bool, bool, bool]:
    """Of a person's only laptop: blocked, to be erased, said to be erased."""
    people = list_accounts(world.database, world.clock.now()).accounts
    (laptop,) = next(one.devices for one in people if one.user == user)
    return laptop.blocked, bool(laptop.erase_ordered_at), bool(laptop.erased_at)


def trail(world: World) -> list[str]:
    sql = sa.select(audit.c.action).order_by(audit.c.sequence)
    with world.database.reading() as connection:
        return [one for one in connection.execute(sql).scalars() if "eras" in one]


def test_a_stolen_laptop_that_synchronises_is_erased_and_the_right_password_opens_nothing(
    world: World, tmp_path: Path
) -> None:
    with ExitStack() as ending:
        ana = set_up(world, "ana", tmp_path / "ana", ending)
        folder = ana.place.root
        key = ana.place.key_file.read_bytes()
        order(world, ana)
        assert stopped(ana) == "STO-010"
        assert not ana.place.key_file.exists(), "without it nothing can be read any more"
        ana.close()
        assert go_on_erasing(ana.place)
        assert opens(ana) == "STO-010"
        assert {one.name for one in folder.iterdir()} == {"campo.borrado.json"}
        assert told(folder) == []
        assert not any(key[20:60] in one.read_bytes() for one in folder.iterdir())
        assert state(world, "ana") == (True, True, False)
        assert tell_office(ana.place)
        assert state(world, "ana") == (True, True, True)
        assert trail(world) == ["device.erase_order", "device.erased"]


def test_before_its_order_the_folder_holds_the_family_only_encrypted_and_opens(
    people: Make,
) -> None:
    ana = people("ana")
    assert told(ana.place.root) == []
    assert opens(ana) == ""


@pytest.mark.parametrize("way", ["token", "login", "stick", "before the password"])
def test_the_order_arrives_whichever_way_the_laptop_comes_into_contact(
    sqlite_world: World, people: Make, tmp_path: Path, way: str
) -> None:
    ana = people("ana")
    if way == "stick":
        made = usb.make_bundle(ana, tmp_path)
    order(sqlite_world, ana)
    if way == "token":
        with ana.work("test") as work:
            sync_state.set_renewal(work.tx, None)
            sync_state.keep_token(work.tx, "vencida", None)
        assert stopped(ana) == "STO-010"
    elif way == "login":
        url = sqlite_world.server.url
        assert code_of(lambda: connect(ana, url, "ana", PASSWORD)) == "STO-010"
    elif way == "stick":
        answer = tmp_path / "respuesta.jcb"
        answer.write_bytes(office(sqlite_world).take(made.path.read_bytes()))
        assert code_of(lambda: usb.apply_answer(ana, answer)) == "STO-010"
    else:
        ana.close()
        assert ask_before_password(ana.place)
        assert tell_office(ana.place)
        assert state(sqlite_world, "ana")[2]
    assert opens(ana) == "STO-010"
    assert told(ana.place.root) == []


def test_a_block_a_dead_token_a_closed_account_or_no_network_never_erase_an_honest_persons_visits(
    sqlite_world: World, people: Make
) -> None:
    ana, beto = people("ana"), people("beto")
    sqlite_world.accounts.block_devices("ana")
    assert stopped(ana) == "SYN-005"
    assert not ask_before_password(ana.place)
    sqlite_world.clock.advance(timedelta(days=20))
    sqlite_world.accounts.set_active("beto", active=False)
    assert stopped(beto) == "SYN-004"
    assert not ask_before_password(beto.place)
    sqlite_world.server.stop()
    assert stopped(beto).startswith("SYN-")
    assert not ask_before_password(beto.place)
    assert (opens(ana), opens(beto)) == ("", "")


@pytest.mark.logs_warnings
def test_an_order_altered_by_one_byte_for_another_laptop_or_by_another_key_does_nothing(
    sqlite_world: World, people: Make
) -> None:
    ana, beto = people("ana"), people("beto")
    order(sqlite_world, ana)
    right = order_for(sqlite_world.database, sqlite_world.clock, sync_state.device(ana.store))
    assert right is not None
    last = "0" if right.signature[-1] != "0" else "1"
    device = sync_state.device(beto.store)
    false = [
        right.model_copy(update={"signature": right.signature[:-1] + last}),
        right.model_copy(update={"signature": last + right.signature[1:]}),
        right.model_copy(update={"at": right.at + timedelta(microseconds=1)}),
        right.model_copy(update={"device": device}),
        erase_order(new_seed(), right.device, right.at),
    ]
    for one in [*false, right]:
        obeys(beto)(one)  # of another laptop even the right one is none
    for one in false:
        obeys(ana)(one)
        assert one != right
    assert (opens(ana), opens(beto)) == ("", "")
    assert code_of(lambda: obeys(ana)(right)) == "STO-010"


@pytest.mark.logs_warnings
def test_a_lying_network_that_answers_the_silent_question_with_its_own_order_erases_nothing(
    sqlite_world: World, people: Make
) -> None:
    ana = people("ana")
    file = ana.place.contact_file
    known = read_contact(file)
    assert known is not None
    seed = server_seed(sqlite_world.database, sqlite_world.clock)
    for liar, erased in ((new_seed(), False), (seed, True)):
        order = erase_order(liar, known.device, sqlite_world.clock.now())
        answer = http(
            StandingAnswer(erase=order).to_json(), "200 OK", "Content-Type: application/json"
        )
        with stand(answer) as place:
            file.write_text(json.dumps({**asdict(known), "server": place.url}), encoding="utf-8")
            assert ask_before_password(ana.place) is erased
        assert opens(ana) == ("STO-010" if erased else "")


@pytest.mark.logs_warnings
def test_a_found_laptop_is_let_in_again_and_its_old_order_is_worth_nothing(
    sqlite_world: World, people: Make, tmp_path: Path
) -> None:
    ana, clock = people("ana"), sqlite_world.clock
    made = usb.make_bundle(ana, tmp_path)
    clock.advance(timedelta(days=16))
    order(sqlite_world, ana)
    old = order_for(sqlite_world.database, clock, sync_state.device(ana.store))
    assert isinstance(old, EraseOrder)
    office(sqlite_world).take(made.path.read_bytes())
    clock.advance(timedelta(hours=3))
    cancel_erasure(sqlite_world.database, clock, "ana")
    assert state(sqlite_world, "ana") == (False, False, False)
    answer = tmp_path / "respuesta.jcb"
    answer.write_bytes(office(sqlite_world).take(made.path.read_bytes()))
    report, _ = usb.apply_answer(ana, answer)
    assert report.acknowledged, "the file is taken as any other"
    assert stopped(ana) == ""
    obeys(ana)(old)
    assert ana.place.key_file.exists()
    assert trail(sqlite_world) == ["device.erase_order", "device.erase_cancel"] or trail(
        sqlite_world
    ) == ["device.erase_order", "bundle.erase_order", "device.erase_cancel"]


def test_a_laptop_blocked_before_stays_blocked_when_the_order_is_cancelled(
    sqlite_world: World, people: Make
) -> None:
    ana = people("ana")
    sqlite_world.accounts.block_devices("ana")
    order(sqlite_world, ana)
    cancel_erasure(sqlite_world.database, sqlite_world.clock, "ana")
    assert state(sqlite_world, "ana") == (True, False, False)


def test_nobody_can_say_for_another_laptop_that_it_is_erased(
    sqlite_world: World, people: Make
) -> None:
    ana, beto = people("ana"), people("beto")
    order(sqlite_world, ana)
    seed = server_seed(sqlite_world.database, sqlite_world.clock)
    obeyed = code_of(
        lambda: obeys(beto)(
            erase_order(seed, sync_state.device(beto.store), sqlite_world.clock.now())
        )
    )
    assert obeyed == "STO-010"
    beto.close()
    go_on_erasing(beto.place)
    tell_office(beto.place)
    assert state(sqlite_world, "ana") == (True, True, False)
    assert state(sqlite_world, "beto") == (False, False, False), "the office never ordered that"


def test_the_laptop_can_be_set_up_anew_and_the_office_hears_of_the_erasure_later(
    sqlite_world: World, people: Make, tmp_path: Path
) -> None:
    ana = people("ana")
    order(sqlite_world, ana)
    assert stopped(ana) == "STO-010"
    ana.close()
    go_on_erasing(ana.place)
    mark_read(ana.place)
    mark = erasure_of(ana.place)
    assert mark is not None
    assert mark.phase is Phase.READ
    with ExitStack() as ending:
        again = set_up(sqlite_world, "ana", ana.place.root, ending)
        assert opens(again) == ""
        assert tell_office(ana.place)
        assert erasure_of(ana.place) is None
        assert not ask_before_password(ana.place), "the old order is not for the new laptop"
        assert opens(again) == ""


def test_a_laptop_that_never_had_a_server_asks_nobody(tmp_path: Path, people: Make) -> None:
    ana = people("ana")
    place = type(ana.place)(tmp_path / "alone")
    create_session(place, password=PASSWORD, user=ana.user, clock=ana.clock, book=ana.rules).close()
    assert not place.contact_file.exists()
    assert not ask_before_password(place)


def test_what_lies_in_the_clear_beside_the_database_names_no_person(people: Make) -> None:
    ana = people("ana")
    text = ana.place.contact_file.read_text(encoding="utf-8")
    assert "ana" not in text
    assert sync_state.device(ana.store) in text
