"""When photos go, in which order, and what stays until it went."""

from __future__ import annotations

from typing import Any

from juntos_campo.app.missing_files import ask_for_missing
from juntos_campo.app.session import Session
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.app.sync_files import (
    FilesWaiting,
    choose_files,
    files_waiting,
    send_files_now,
)
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.values import Role
from juntos_campo.store import attachment_transfer as kept
from juntos_campo.store import sync_state
from juntos_campo.store.attachments import (
    drop_of_deleted,
    drop_unnamed,
    get_attachment,
    put_attachment,
)
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.files import Choice
from juntos_campo.sync.http_files import HttpFiles
from juntos_campo.sync.report import Progress, Stage

from .conftest import Laptop, World
from .file_laptops import (
    CutLink,
    has,
    move_files,
    on_server,
    photo,
    record_naming,
    with_photo,
)
from .test_field_records_travel import session_of


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


def test_photos_wait_for_a_good_link_unless_the_user_sends_them_now(world: World) -> None:
    ana = world.laptop("ana")
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


def test_a_good_link_sends_photos_in_few_large_chunks(world: World) -> None:
    ana = world.laptop("ana")
    with_photo(ana, "r-1", photo(15, 900_000))
    ana.sync()
    report, watch = run_at(ana, 400_000, Choice.GOOD_LINK)
    assert report.sent == 1
    assert len(watch.sizes) <= 12


def test_the_photo_somebody_looked_for_comes_first(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
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
    world: World,
) -> None:
    ana = world.laptop("ana")
    key = with_photo(ana, "r-1", photo(30, 5_000))
    assert kept.unsent(ana.store) == []
    assert move_files(ana).quiet
    ana.sync()
    assert [one.id for one in kept.unsent(ana.store)] == [key]


def test_the_user_stops_between_chunks_and_nothing_is_lost(world: World) -> None:
    ana = world.laptop("ana")
    data = photo(31, 200_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    told: list[tuple[int, int]] = []
    report = move_files(
        ana, progress=lambda *step: told.append(step), cancelled=lambda: len(told) >= 2
    )
    assert (report.sent, report.waiting, report.put_off) == (0, 1, False)
    assert 0 < on_server(world, key).received < len(data)
    assert told == sorted(told)
    assert told[-1][1] == len(data)
    assert move_files(ana).sent == 1


def test_a_deleted_records_photo_stays_until_the_server_confirmed_the_deletion(
    world: World,
) -> None:
    """An edit made elsewhere may bring the record back; its photo must still be there."""
    ana = world.laptop("ana")
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


def test_half_of_a_photo_whose_record_was_deleted_does_not_stay(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    key = with_photo(ana, "r-1", photo(62, 90_000))
    ana.sync()
    move_files(ana)
    zoe.sync()
    move_files(zoe, CutLink(HttpFiles(zoe.transport), 40_000))
    assert kept.part_of(zoe.store, key).received
    made = ana.store.get(FieldRecord, "r-1")
    assert made is not None
    ana.delete(made)
    ana.sync()
    zoe.sync()
    move_files(zoe)
    assert kept.part_of(zoe.store, key).received == 0


def test_a_photo_no_record_names_any_more_is_dropped_at_once(world: World) -> None:
    ana = world.laptop("ana")
    key = put_attachment(ana.store, "a.png", "image/png", b"png", ana.clock.now())
    with ana.store.transaction(actor="ana", at=ana.clock.now(), action="test") as tx:
        drop_unnamed(tx, [key])
    assert get_attachment(ana.store, key) is None


def person(laptop: Laptop, world: World, role: Role) -> Session:
    """The use cases over a laptop of the small world that has entered its server."""
    session = session_of(laptop, world, role)
    with session.work("test") as work:
        work.tx.set_meta("device.id", laptop.device)
        sync_state.remember_login(work.tx, world.server.url, laptop.transport.token)
    return session


def test_a_synchronisation_brings_photos_and_says_so_and_keeps_it_in_its_history(
    world: World,
) -> None:
    ana = person(world.laptop("ana"), world, Role.FIELD_WORKER)
    zoe_laptop = world.laptop("zoe")
    zoe = person(zoe_laptop, world, Role.ZONE_COORDINATOR)
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


def test_a_photo_looked_for_in_vain_is_asked_for_first(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    keys = [with_photo(ana, f"r-{number}", photo(number, 3_000)) for number in (41, 42)]
    ana.sync()
    zoe.sync()
    session = session_of(zoe, world, Role.ZONE_COORDINATOR)
    last = kept.wanted(zoe.store, "zoe")[-1]
    assert ask_for_missing(session, frozenset({last})) == (last,)
    assert kept.wanted(zoe.store, "zoe")[0] == last
    assert set(kept.wanted(zoe.store, "zoe")) == set(keys)
