"""A download cut again and again goes on at the byte it stopped: nothing twice, nothing else."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from certificates import Authority

from juntos_campo.central.app import create_app
from juntos_campo.central.serving import ServerThread
from juntos_campo.domain.entities import Visit
from juntos_campo.sync.http_transport import HttpTransport

from .conftest import Laptop, World, household, visit
from .links import CuttingProxy
from .links import _hang_up as hang_up

HOME = household("ana")
MANY = 110


@pytest.fixture
def written(world: World) -> dict[str, Any]:
    """Answers on the server that no compression makes small, by visit."""
    dice = random.Random(5)
    answers = {f"v-{number}": dice.randbytes(1000).hex() for number in range(MANY)}
    ana = world.laptop("ana")
    ana.sync()
    ana.save(*(visit(HOME, key, note=note) for key, note in answers.items()))
    assert ana.sync().complete
    return answers


def downloaded(world: World, proxy: CuttingProxy, every: int | None) -> tuple[Laptop, int, int]:
    """A new laptop, the bytes its first download took over a link cut so often, and the cuts."""
    laptop = world.laptop("ana")
    passed: list[int] = []

    def again(_seconds: float) -> None:
        if proxy.limit is not None and proxy.passed >= proxy.limit:
            passed.append(proxy.passed)
            proxy.reset(every)

    proxy.reset(every)
    with HttpTransport(proxy.url, laptop.transport.token, tries=3, pause=again) as link:
        report = laptop.sync(link)
    assert report.complete, report.stopped
    return laptop, sum(passed) + proxy.passed, len(passed)


@pytest.mark.logs_warnings  # urllib3 remarks on headers cut in two
def test_a_link_cut_every_32_kilobytes_wastes_less_than_2_percent(
    world: World, proxy: CuttingProxy, written: dict[str, Any]
) -> None:
    _, whole, _ = downloaded(world, proxy, None)
    laptop, cut, cuts = downloaded(world, proxy, 32 * 1024)
    assert cuts >= 3
    assert whole < cut < whole * 1.02
    assert {one.id: one.answers["note"] for one in laptop.store.find(Visit)} == written


@pytest.mark.logs_warnings
def test_a_download_cut_at_any_byte_goes_on_in_the_next_synchronisation(
    world: World, proxy: CuttingProxy, written: dict[str, Any]
) -> None:
    _, whole, _ = downloaded(world, proxy, None)
    dice = random.Random(11)
    for number in range(10):
        offset = dice.randrange(whole * number // 10, whole * (number + 1) // 10)
        laptop = world.laptop("ana")
        total = 0
        for limit in (offset, None):
            proxy.reset(limit)
            with HttpTransport(proxy.url, laptop.transport.token, tries=1) as link:
                report = laptop.sync(link)
            total += proxy.passed
        assert report.complete, offset
        assert total < whole * 1.02, offset
        assert {one.id: one.answers["note"] for one in laptop.store.find(Visit)} == written, offset


class SlowProxy(CuttingProxy):
    """Lets so many bytes a second pass each way, in pieces of a fiftieth of a second."""

    speed = 0.0

    def _pump(self, source: Any, sink: Any) -> None:
        free = time.monotonic()
        while True:
            try:
                data = source.recv(max(1, int(self.speed / 50)) if self.speed else 4096)
                if self.speed:
                    free = max(free, time.monotonic()) + len(data) / self.speed
                    time.sleep(max(0.0, free - time.monotonic()))
                sink.sendall(data)
            except OSError:
                data = b""
            if not data:
                hang_up(source)
                hang_up(sink)
                return


def test_the_speed_of_a_slow_link_is_found_out_by_using_it(world: World) -> None:
    laptop = world.laptop("ana")
    laptop.sync()
    dice = random.Random(3)
    laptop.save(*(visit(HOME, f"n-{n}", note=dice.randbytes(500).hex()) for n in range(25)))
    other = world.laptop("ana")
    proxy = SlowProxy(world.server.url)
    proxy.speed = 12_000.0
    try:
        with HttpTransport(proxy.url, laptop.transport.token) as link:
            assert laptop.sync(link).complete
            _, up = link.speed
        with HttpTransport(proxy.url, other.transport.token) as link:
            assert other.sync(link).complete
            down, _ = link.speed
    finally:
        proxy.close()
    assert up is not None
    assert down is not None
    # The server's own work counts as the link's; a computer that has much to do makes it slower.
    assert 0.3 < up / proxy.speed < 1.3
    assert 0.5 < down / proxy.speed < 1.4


def test_a_whole_synchronisation_takes_one_connection(
    world: World, proxy: CuttingProxy, written: dict[str, Any]
) -> None:
    laptop = world.laptop("ana")
    with HttpTransport(proxy.url, laptop.transport.token) as link:
        report = laptop.sync(link, budget=32 * 1024)
    assert report.complete
    assert report.exchanges > 2
    assert len(proxy._open) == 2  # its two ends


def test_everything_goes_over_a_secure_connection_of_the_offices_own(
    world: World, tmp_path: Path
) -> None:
    office = Authority(tmp_path)
    app = create_app(world.accounts.settings, world.clock)
    laptop = world.laptop("ana")
    with (
        ServerThread(app, certificate=office.certificate("127.0.0.1")) as server,
        HttpTransport(server.url, laptop.transport.token, authority=office.file) as link,
    ):
        assert server.url.startswith("https://")
        assert laptop.sync(link).complete
        laptop.save(visit(HOME, "v-1", note="por TLS"))
        assert laptop.sync(link).complete
    assert world.record("visit", "v-1") is not None
