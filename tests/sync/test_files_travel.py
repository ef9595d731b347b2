"""Photos and signatures reach the server and the coordinator, whole or not at all."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from juntos_campo.central.tables import attachment_chunks
from juntos_campo.store import attachment_transfer as kept
from juntos_campo.store.attachments import get_attachment
from juntos_campo.store.store import Store
from juntos_campo.sync.files import FIRST_CHUNK
from juntos_campo.sync.http_files import HttpFiles
from juntos_campo.sync.http_transport import HttpTransport

from .conftest import Laptop, World
from .file_laptops import CutLink, code_of, has, move_files, on_server, photo, with_photo
from .links import CuttingProxy


def photo_under_way(world: World, role: str, data: bytes) -> tuple[Laptop, Laptop, str]:
    """A gestor who has a photo to `send`, or a coordinator who has it to `fetch`: both, and its id."""
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    key = with_photo(ana, "r-1", data)
    ana.sync()
    if role == "fetch":
        move_files(ana)
        zoe.sync()
    return ana, zoe, key


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
def test_a_transfer_cut_anywhere_goes_on_where_it_was(world: World, role: str, lost: bool) -> None:
    data = photo(2, 200_001)
    ana, zoe, key = photo_under_way(world, role, data)
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
    assert has(zoe, key, data) if role == "fetch" else on_server(world, key).complete
    assert moved <= len(data), "what arrived was not sent again"


@pytest.mark.parametrize("role", ["send", "fetch"])
def test_a_line_that_hangs_up_after_any_byte_only_costs_time(
    world: World, proxy: CuttingProxy, role: str
) -> None:
    """The real connection: requests, answers and their headers are cut anywhere."""
    data = photo(50, 60_000)
    ana, zoe, key = photo_under_way(world, role, data)
    laptop = ana if role == "send" else zoe
    with HttpTransport(
        proxy.url, laptop.transport.token, tries=1, pause=lambda _seconds: None
    ) as transport:
        for turn in range(60):
            proxy.reset(300 + 1213 * turn)
            report = move_files(laptop, HttpFiles(transport))
            if report.sent or report.fetched:
                break
            assert get_attachment(zoe.store, key) is None
    assert turn > 10
    assert on_server(world, key).complete
    assert has(laptop, key, data)


def test_what_the_server_has_is_not_sent_again_when_the_last_answer_was_lost(
    world: World,
) -> None:
    ana = world.laptop("ana")
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
    world: World,
) -> None:
    ana = world.laptop("ana")
    data = photo(4, 50_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    link = HttpFiles(ana.transport)
    link.put(key, 0, len(data), b"x" * 30_000)
    assert code_of(lambda: link.put(key, 30_000, len(data), data[30_000:])) == "CEN-134"
    assert on_server(world, key) is None
    link.put(key, 0, len(data), b"y" * 1000)  # somebody began it wrongly once more
    report = move_files(ana)
    assert (report.sent, report.refused) == (1, [])
    assert on_server(world, key).complete


def test_a_wrong_size_told_first_does_not_keep_the_true_file_out(world: World) -> None:
    ana = world.laptop("ana")
    data = photo(5, 9_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    HttpFiles(ana.transport).put(key, 0, 1_000_000, data)
    assert move_files(ana).sent == 1
    assert on_server(world, key).size == len(data)


def test_a_damaged_file_is_not_kept_by_the_laptop_that_fetches_it(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    key = with_photo(ana, "r-1", photo(6, 40_000))
    ana.sync()
    move_files(ana)
    with world.database.writing() as connection:
        connection.execute(sa.update(attachment_chunks).values(data=b"z" * 40_000))
    zoe.sync()
    report = move_files(zoe)
    assert report.fetched == 0
    assert report.refused
    assert get_attachment(zoe.store, key) is None
    assert kept.part_of(zoe.store, key).received == 0


def test_a_file_beyond_the_limit_is_refused_with_the_reason_and_the_others_go(
    world: World,
) -> None:
    ana = world.laptop("ana")
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
    world: World, size: int, whole: int
) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
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


class KilledError(BaseException):
    """Nobody catches it, as nobody catches a power cut."""


@pytest.mark.parametrize("role", ["send", "fetch"])
def test_a_program_killed_between_two_chunks_goes_on_there(world: World, role: str) -> None:
    data = photo(33, 120_000)
    ana, zoe, key = photo_under_way(world, role, data)
    laptop = ana if role == "send" else zoe

    def killed(_done: int, _total: int) -> None:
        raise KilledError

    for _ in range(2):
        with pytest.raises(KilledError):
            move_files(laptop, progress=killed)
        laptop.store.close()
        laptop.store = Store(laptop.store.path, bytes(32), world.new_id)
        world.closing.callback(laptop.store.close)
    link = CutLink(HttpFiles(laptop.transport), len(data))
    report = move_files(laptop, link)
    assert report.sent + report.fetched == 1
    assert link.moved <= len(data) - 2 * FIRST_CHUNK
    assert on_server(world, key).complete
    assert has(laptop, key, data)
