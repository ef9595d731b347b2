"""Photos and signatures reach the server and whoever may read the record, whole or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from juntos_campo.app.missing_files import ask_for_missing
from juntos_campo.app.session import Session
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.app.sync_files import (
    FilesWaiting,
    choose_files,
    files_waiting,
    send_files_now,
)
from juntos_campo.central.tables import attachment_chunks, attachments
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.store import attachment_transfer as kept
from juntos_campo.store import sync_state
from juntos_campo.store.attachments import (
    drop_of_deleted,
    drop_unnamed,
    get_attachment,
    put_attachment,
)
from juntos_campo.store.store import Store
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.files import FIRST_CHUNK, Choice
from juntos_campo.sync.http_files import HttpFiles
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.report import Progress, Stage

from .conftest import Laptop, World, household
from .file_laptops import CutLink, has, move_files, photo, record_naming, with_photo
from .links import CuttingProxy
from .test_field_records_travel import session_of


def on_server(world: World, key: str) -> Any:
    with world.database.reading() as connection:
        return connection.execute(sa.select(attachments).where(attachments.c.id == key)).first()


def code_of(act: Callable[[], object]) -> str:
    """The server's code when it refuses."""
    with pytest.raises(UserError) as error:
        act()
    return str(error.value.values.get("code"))


def test_a_photo_reaches_the_coordinator_byte_for_byte(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    data = photo(1, 150_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    report = move_files(ana)
    assert (report.sent, report.sent_bytes, report.waiting) == (1, len(data), 0)
    assert on_server(world, key).complete
    zoe.sync()
    assert kept.wanted(zoe.store, "zoe") == [key]
    report = move_files(zoe)
    assert (report.fetched, report.fetched_bytes, report.to_come) == (1, len(data), 0)
    assert has(zoe, key, data)
    found = get_attachment(zoe.store, key)
    assert found is not None
    assert found.media == "image/jpeg"
    assert move_files(zoe).quiet
    assert move_files(ana).quiet


@pytest.mark.parametrize(("role", "lost"), [("send", False), ("send", True), ("fetch", False)])
def test_a_transfer_cut_anywhere_goes_on_where_it_was(
    sqlite_world: World, role: str, lost: bool
) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    data = photo(2, 200_001)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    if role == "fetch":
        move_files(ana)
        zoe.sync()
    laptop = ana if role == "send" else zoe
    moved = turns = 0
    for turns in range(1, 60):
        link = CutLink(HttpFiles(laptop.transport), 9_000 + 977 * turns, lost=lost)
        report = move_files(laptop, link)
        moved += link.moved
        assert has(ana, key, data)
        if report.sent or report.fetched:
            break
        assert report.stopped, "a cut link is told"
    assert turns >= 5
    assert has(zoe, key, data) if role == "fetch" else on_server(sqlite_world, key).complete
    assert moved <= len(data), "what arrived was not sent again"


@pytest.mark.parametrize("role", ["send", "fetch"])
def test_a_line_that_hangs_up_after_any_byte_only_costs_time(
    sqlite_world: World, role: str
) -> None:
    """The real connection: requests, answers and their headers are cut anywhere."""
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    data = photo(50, 60_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    if role == "fetch":
        move_files(ana)
        zoe.sync()
    laptop = ana if role == "send" else zoe
    proxy = CuttingProxy(sqlite_world.server.url)
    try:
        with HttpTransport(
            proxy.url, laptop.transport.token, tries=1, pause=lambda _seconds: None
        ) as transport:
            for turn in range(60):
                proxy.reset(300 + 1213 * turn)
                report = move_files(laptop, HttpFiles(transport))
                if report.sent or report.fetched:
                    break
                assert get_attachment(zoe.store, key) is None
    finally:
        proxy.close()
    assert turn > 10
    assert on_server(sqlite_world, key).complete
    assert has(laptop, key, data)


def test_what_the_server_has_is_not_sent_again_when_the_last_answer_was_lost(
    sqlite_world: World,
) -> None:
    ana = sqlite_world.laptop("ana")
    with_photo(ana, "r-1", photo(3, 20_000))
    ana.sync()
    link = CutLink(HttpFiles(ana.transport), 0, lost=True)
    assert move_files(ana, link).waiting == 1
    assert link.moved == 0
    again = CutLink(HttpFiles(ana.transport), 0)
    assert move_files(ana, again).waiting == 0
    assert not again.dead, "no byte of it went over the link"


def test_chunks_repeated_overlapping_reordered_or_beyond_a_gap_do_no_harm(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    data = photo(51, 30_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    link, chance = HttpFiles(ana.transport), random.Random(1)
    for _ in range(30):
        at = chance.randrange(len(data))
        size = chance.randrange(1, 9_000)
        taken = link.put(key, at, len(data), data[at : at + size])
        assert taken.received <= len(data)
    assert move_files(ana).waiting == 0
    zoe.sync()
    move_files(zoe)
    assert has(zoe, key, data)


def test_a_file_that_is_not_what_its_name_says_is_thrown_away_and_the_true_one_taken(
    sqlite_world: World,
) -> None:
    ana = sqlite_world.laptop("ana")
    data = photo(4, 50_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    link = HttpFiles(ana.transport)
    link.put(key, 0, len(data), b"x" * 30_000)
    assert code_of(lambda: link.put(key, 30_000, len(data), data[30_000:])) == "CEN-134"
    assert on_server(sqlite_world, key) is None
    link.put(key, 0, len(data), b"y" * 1000)  # somebody began it wrongly once more
    report = move_files(ana)
    assert (report.sent, report.refused) == (1, [])
    assert on_server(sqlite_world, key).complete


def test_a_wrong_size_told_first_does_not_keep_the_true_file_out(sqlite_world: World) -> None:
    ana = sqlite_world.laptop("ana")
    data = photo(5, 9_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    HttpFiles(ana.transport).put(key, 0, 1_000_000, data)
    assert move_files(ana).sent == 1
    assert on_server(sqlite_world, key).size == len(data)


def test_a_damaged_file_is_not_kept_by_the_laptop_that_fetches_it(sqlite_world: World) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    key = with_photo(ana, "r-1", photo(6, 40_000))
    ana.sync()
    move_files(ana)
    with sqlite_world.database.writing() as connection:
        connection.execute(sa.update(attachment_chunks).values(data=b"z" * 40_000))
    zoe.sync()
    report = move_files(zoe)
    assert report.fetched == 0
    assert report.refused
    assert get_attachment(zoe.store, key) is None
    assert kept.part_of(zoe.store, key).received == 0


# -- who may ---------------------------------------------------------------------------------------


def test_a_stranger_neither_reads_nor_sends_nor_learns_that_it_is_there(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    data = photo(7, 5_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    move_files(ana)
    link = HttpFiles(beto.transport)
    unknown = "0" * 64 + ".jpg"
    assert link.ask([key]) == link.ask([unknown])
    for one in (key, unknown):
        assert code_of(lambda one=one: link.get(one, 0, 100)) == "CEN-131"  # type: ignore[misc]
        assert code_of(lambda one=one: link.put(one, 0, 5_000, data)) == "CEN-131"  # type: ignore[misc]


def test_naming_somebody_elses_photo_in_a_record_that_is_refused_opens_nothing(
    sqlite_world: World,
) -> None:
    ana, beto = sqlite_world.laptop("ana"), sqlite_world.laptop("beto")
    key = with_photo(ana, "r-1", photo(8, 5_000))
    ana.sync()
    move_files(ana)
    beto.save(record_naming("r-2", key, "beto", household_id=household("ana").id))
    assert beto.sync().refused
    assert code_of(lambda: HttpFiles(beto.transport).get(key, 0, 100)) == "CEN-131"


def test_photos_of_a_confidential_record_are_for_who_made_it_alone(sqlite_world: World) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    key = with_photo(ana, "r-1", photo(9, 5_000), confidential=True)
    ana.sync()
    assert move_files(ana).sent == 1
    zoe.sync()
    assert kept.wanted(zoe.store, "zoe") == []
    assert code_of(lambda: HttpFiles(zoe.transport).get(key, 0, 100)) == "CEN-131"
    assert HttpFiles(ana.transport).get(key, 0, 100)[0] == 5_000


def test_a_coordinator_sends_no_files(sqlite_world: World) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    data = photo(10, 5_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    assert code_of(lambda: HttpFiles(zoe.transport).put(key, 0, 5_000, data)) == "CEN-131"


def test_after_a_reassignment_the_new_gestor_gets_the_photo_and_the_old_one_may_still_send_it(
    sqlite_world: World,
) -> None:
    ana, beto = sqlite_world.laptop("ana"), sqlite_world.laptop("beto")
    data = photo(11, 60_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    sqlite_world.load(replace(household("ana"), field_worker="beto"))
    assert move_files(ana).sent == 1, "what was not sent before the move is not lost"
    beto.sync()
    assert move_files(beto).fetched == 1
    assert has(beto, key, data)


# -- limits ----------------------------------------------------------------------------------------


def test_a_file_beyond_the_limit_is_refused_with_the_reason_and_the_others_go(
    sqlite_world: World,
) -> None:
    ana = sqlite_world.laptop("ana")
    with_photo(ana, "r-1", photo(12, 8 * 1024 * 1024 + 1))
    with_photo(ana, "r-2", photo(13, 4_000))
    ana.sync()
    report = move_files(ana)
    assert (report.sent, report.waiting) == (1, 1)
    (reason,) = report.refused
    assert "8 MB" in reason


@pytest.mark.parametrize(
    ("size", "whole"), [(4 * 1024, 100_003), (128 * 1024, 3_000_000), (1024 * 1024, 3_145_728)]
)
def test_three_megabytes_arrive_whole_in_chunks_of_any_size(
    sqlite_world: World, size: int, whole: int
) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    data = photo(size, whole)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    link = HttpFiles(ana.transport)
    at = 0
    while at < len(data):
        at = link.put(key, at, len(data), data[at : at + size]).received
    assert move_files(ana).waiting == 0
    zoe.sync()
    got = bytearray()
    while len(got) < len(data):
        told, part = HttpFiles(zoe.transport).get(key, len(got), size)
        assert told == len(data)
        assert 0 < len(part) <= size
        got += part
    assert bytes(got) == data


# -- when ------------------------------------------------------------------------------------------


class Stopwatch:
    """Time that passes only with bytes: `speed` of them a second."""

    def __init__(self, inner: HttpFiles, speed: float) -> None:
        self.inner, self.speed, self.at = inner, speed, 0.0
        self.sizes: list[int] = []

    def __call__(self) -> float:
        return self.at

    def ask(self, keys: Any) -> Any:
        return self.inner.ask(keys)

    def put(self, key: str, at: int, size: int, data: bytes) -> Any:
        self.at += len(data) / self.speed
        self.sizes.append(len(data))
        return self.inner.put(key, at, size, data)


def run_at(
    laptop: Laptop,
    speed: float,
    choice: Choice,
    measured: tuple[float | None, float | None] = (None, None),
) -> tuple[FilesReport, Stopwatch]:
    watch = Stopwatch(HttpFiles(laptop.transport), speed)
    report = move_files(laptop, watch, choice=choice, seconds=watch, speed=measured)
    return report, watch


def test_photos_wait_for_a_good_link_unless_the_user_sends_them_now(sqlite_world: World) -> None:
    ana = sqlite_world.laptop("ana")
    with_photo(ana, "r-1", photo(14, 300_000))
    ana.sync()
    report, watch = run_at(ana, 4_000, Choice.NEVER)
    assert (report.put_off, report.waiting, watch.sizes) == (True, 1, [])
    report, watch = run_at(ana, 4_000, Choice.GOOD_LINK, measured=(8_000, 4_000))
    assert (report.put_off, report.waiting_bytes, watch.sizes) == (True, 300_000, [])
    report, watch = run_at(ana, 4_000, Choice.GOOD_LINK)
    assert report.put_off, "a link nobody measured is tried with few bytes"
    assert sum(watch.sizes) < 20_000
    report, watch = run_at(ana, 4_000, Choice.ALWAYS)
    assert (report.put_off, report.sent, report.waiting) == (False, 1, 0)
    assert max(watch.sizes[1:]) <= 5 * 4_000, "a chunk lasts a few seconds on a thin link"


def test_a_good_link_sends_photos_in_few_large_chunks(sqlite_world: World) -> None:
    ana = sqlite_world.laptop("ana")
    with_photo(ana, "r-1", photo(15, 900_000))
    ana.sync()
    report, watch = run_at(ana, 400_000, Choice.GOOD_LINK)
    assert report.sent == 1
    assert len(watch.sizes) <= 12


def test_the_photo_somebody_looked_for_comes_first(sqlite_world: World) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    keys = [with_photo(ana, f"r-{number}", photo(number, 5_000)) for number in range(20, 24)]
    ana.sync()
    move_files(ana)
    zoe.sync()
    kept.ask_first(zoe.store, [keys[2]])
    link = CutLink(HttpFiles(zoe.transport), 5_000)
    assert move_files(zoe, link).fetched == 1
    assert get_attachment(zoe.store, keys[2]) is not None
    assert kept.asked_first(zoe.store) == []


def test_a_photo_of_a_record_the_server_does_not_have_waits_without_a_word(
    sqlite_world: World,
) -> None:
    ana = sqlite_world.laptop("ana")
    key = with_photo(ana, "r-1", photo(30, 5_000))
    assert kept.unsent(ana.store) == []
    assert move_files(ana).quiet
    ana.sync()
    assert [one.id for one in kept.unsent(ana.store)] == [key]


def test_the_user_stops_between_chunks_and_nothing_is_lost(sqlite_world: World) -> None:
    ana = sqlite_world.laptop("ana")
    data = photo(31, 200_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    told: list[tuple[int, int]] = []
    report = move_files(
        ana, progress=lambda *step: told.append(step), cancelled=lambda: len(told) >= 2
    )
    assert (report.sent, report.waiting, report.put_off) == (0, 1, False)
    assert 0 < on_server(sqlite_world, key).received < len(data)
    assert told == sorted(told)
    assert told[-1][1] == len(data)
    assert move_files(ana).sent == 1


class KilledError(BaseException):
    """Nobody catches it, as nobody catches a power cut."""


@pytest.mark.parametrize("role", ["send", "fetch"])
def test_a_program_killed_between_two_chunks_goes_on_there(sqlite_world: World, role: str) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    data = photo(33, 120_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    if role == "fetch":
        move_files(ana)
        zoe.sync()
    laptop = ana if role == "send" else zoe

    def killed(_done: int, _total: int) -> None:
        raise KilledError

    for _ in range(2):
        with pytest.raises(KilledError):
            move_files(laptop, progress=killed)
        laptop.store.close()
        laptop.store = Store(laptop.store.path, bytes(32), sqlite_world.new_id)
        sqlite_world.closing.callback(laptop.store.close)
    link = CutLink(HttpFiles(laptop.transport), len(data))
    report = move_files(laptop, link)
    assert report.sent + report.fetched == 1
    assert link.moved <= len(data) - 2 * FIRST_CHUNK
    assert on_server(sqlite_world, key).complete
    assert has(laptop, key, data)


def test_a_deleted_records_photo_stays_until_the_server_confirmed_the_deletion(
    sqlite_world: World,
) -> None:
    """An edit made elsewhere may bring the record back; its photo must still be there."""
    ana = sqlite_world.laptop("ana")
    key = with_photo(ana, "r-1", photo(32, 5_000))
    ana.sync()
    made = ana.store.get(FieldRecord, "r-1")
    assert made is not None
    ana.delete(made)

    def sweep() -> None:
        with ana.store.transaction(actor="ana", at=ana.clock.now(), action="test") as tx:
            drop_unnamed(tx, [key])
            drop_of_deleted(tx)

    sweep()
    assert get_attachment(ana.store, key) is not None
    ana.sync()
    sweep()
    assert get_attachment(ana.store, key) is None


def test_a_photo_no_record_names_any_more_is_dropped_at_once(sqlite_world: World) -> None:
    ana = sqlite_world.laptop("ana")
    key = put_attachment(ana.store, "a.png", "image/png", b"png", ana.clock.now())
    with ana.store.transaction(actor="ana", at=ana.clock.now(), action="test") as tx:
        drop_unnamed(tx, [key])
    assert get_attachment(ana.store, key) is None


# -- with a synchronisation ------------------------------------------------------------------------


def person(laptop: Laptop, world: World, role: Role) -> Session:
    """The use cases over a laptop of the small world that has entered its server."""
    session = session_of(laptop, world, role)
    with session.work("test") as work:
        work.tx.set_meta("device.id", laptop.device)
        sync_state.remember_login(work.tx, world.server.url, laptop.transport.token)
    return session


def test_a_synchronisation_brings_photos_and_says_so_and_keeps_it_in_its_history(
    sqlite_world: World,
) -> None:
    ana = person(sqlite_world.laptop("ana"), sqlite_world, Role.FIELD_WORKER)
    zoe_laptop = sqlite_world.laptop("zoe")
    zoe = person(zoe_laptop, sqlite_world, Role.ZONE_COORDINATOR)
    data = photo(40, 40_000)
    key = put_attachment(ana.store, "foto.jpg", "image/jpeg", data, ana.clock.now())
    with ana.work("test") as work:
        work.tx.save(record_naming("r-1", key, "ana"))
    choose_files(ana, Choice.NEVER)
    outcome = synchronise(ana)
    assert outcome.complete, "a photo that stays does not make a synchronisation incomplete"
    assert files_waiting(ana) == FilesWaiting(1, len(data), 0, Choice.NEVER)
    (told,) = [line for line in outcome.details if "foto" in line]
    assert "Falta enviar 1 foto o archivo (40 KB)" in told
    assert "usted eligió" in told

    report, changed, lines = send_files_now(ana)
    assert report.sent == 1
    assert "field_record" in changed.kinds
    assert lines == ("El servidor recibió 1 foto o archivo (40 KB).",)
    assert files_waiting(ana).count == 0

    steps: list[Progress] = []
    choose_files(zoe, Choice.ALWAYS)
    outcome = synchronise(zoe, progress=steps.append)
    assert has(zoe_laptop, key, data)
    assert "Llegó a esta computadora: 1 foto o archivo (40 KB)." in outcome.details
    assert "field_record" in outcome.changed.kinds
    moved = [one for one in steps if one.stage is Stage.FILES]
    assert (moved[-1].files_bytes, moved[-1].files_total) == (len(data), len(data))
    (logged,) = sync_state.past_syncs(zoe.store, 1)
    assert logged.report["files"]["fetched_bytes"] == len(data)
    assert logged.report["bytes_down"] > len(data)


def test_a_photo_looked_for_in_vain_is_asked_for_first(sqlite_world: World) -> None:
    ana, zoe = sqlite_world.laptop("ana"), sqlite_world.laptop("zoe")
    keys = [with_photo(ana, f"r-{number}", photo(number, 3_000)) for number in (41, 42)]
    ana.sync()
    zoe.sync()
    session = session_of(zoe, sqlite_world, Role.ZONE_COORDINATOR)
    last = kept.wanted(zoe.store, "zoe")[-1]
    assert ask_for_missing(session, frozenset({last})) == (last,)
    assert kept.wanted(zoe.store, "zoe")[0] == last
    assert set(kept.wanted(zoe.store, "zoe")) == set(keys)
