"""P5: what synchronising costs in bytes and seconds: our laptop and our server, through a counting link.

The laptop is the real engine over a real encrypted database, the server a real process with SQLite; the
records are invented ones of our own kinds, not the peers' documents, and of about the same size. Bytes
are HTTP bytes with headers, both directions.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from juntos_campo.app.session import Session
from juntos_campo.app.synchronise import sync_now
from juntos_campo.demo.bench.link import Link, Shape, Traffic, linked
from juntos_campo.demo.bench.measure import Measure, at_most
from juntos_campo.demo.bench.sync_peers import PUBLISHED, Peers
from juntos_campo.demo.bench.sync_peers import run as run_peers
from juntos_campo.demo.bench.sync_world import Loaded, Work, document_bytes, fresh, laptop
from juntos_campo.demo.world import DemoError, serving

SLOW = Shape(rtt=600, down=8000, up=4000)
CUT = 64 * 1024
MOST_TRIES = 400

DELTA_BAR, SLOW_BAR, IDLE_BAR, FIRST_BAR = 14_000, 5.0, 600, 1_200_000
FIRST_SECONDS_BAR, CUT_BAR = 1 / 5, 1.03


@dataclass(frozen=True, slots=True)
class Took:
    """One synchronisation, or several until it was complete."""

    seconds: float
    traffic: Traffic
    exchanges: int
    tries: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured; `delta_json` are bytes of the records as whole documents."""

    loaded: Loaded
    first: Took
    delta: Took
    delta_json: int
    slow: Took
    idle: Took
    cut: Took


def measure(folder: Path, households: int, peers_folder: Path | None = None) -> list[Measure]:
    """The rows P5a to P5e. With `peers_folder`, the peers are run beside.

    Raises:
        DemoError: a synchronisation did not end complete, or a peer failed.
    """
    with (
        fresh(folder, households) as loaded,
        serving(loaded.world) as server,
        linked(server, peers_folder) as link,
        linked(server, None) as cut_link,
    ):
        figures = _figures(loaded, link, cut_link)
    peers = run_peers(peers_folder) if peers_folder else PUBLISHED
    return _rows(figures, peers)


def _figures(loaded: Loaded, link: Link, cut_link: Link) -> Figures:
    """The cut download comes before the laptop that was not cut sends anything: both get the same.

    It always goes over our own link, which cuts in the middle of a page.
    """
    with laptop(loaded.world, "primera", link.url) as session:
        first = _synchronise(session, link)
        with laptop(loaded.world, "cortada", cut_link.url) as other:
            cut_link.shape(Shape(cut=CUT))
            cut = _synchronise(other, cut_link, MOST_TRIES)
        work = Work(session)
        work.prepare()
        _synchronise(session, link)
        delta_json = document_bytes(work.delta())
        delta = _synchronise(session, link)
        _synchronise(session, link)
        idle = _synchronise(session, link)
        work.delta()
        link.shape(SLOW)
        slow = _synchronise(session, link)
        link.shape(Shape())
    return Figures(loaded, first, delta, delta_json, slow, idle, cut)


def _synchronise(session: Session, link: Link, tries: int = 1) -> Took:
    """Synchronise until it is complete.

    Raises:
        DemoError: it was not, after `tries`.
    """
    link.reset()
    exchanges, started = 0, time.perf_counter()
    for number in range(1, tries + 1):
        report, _ = sync_now(session)
        exchanges += report.exchanges
        if report.refused:
            raise DemoError(f"el servidor rechazó: {report.refused[0].text}")
        if report.complete:
            seconds = time.perf_counter() - started
            return Took(seconds, link.traffic(), exchanges, number)
    raise DemoError(f"la sincronización no terminó: {report.stopped}")


def _rows(found: Figures, peers: Peers) -> list[Measure]:
    told = peers.told
    records = found.loaded.records
    size = f"{records} registros, {found.loaded.json_bytes / 1e6:.1f} MB de JSON"
    whole = f"{found.delta_json / 1000:.1f} kB de JSON entero"
    first_limit = FIRST_BAR * found.loaded.json_bytes / 10.4e6
    return [
        _row(
            "P5a",
            f"40 visitas y 60 correcciones ({whole}; viajan solo los campos que cambian), "
            f"{_traffic(found.delta)}; referencia: Anki, {told}",
            (found.delta.traffic.both, peers.delta, "B"),
            f"{DELTA_BAR} B en 1 solicitud",
            at_most(DELTA_BAR, found.delta.traffic.both) and found.delta.traffic.requests == 1,
        ),
        _row(
            "P5b",
            f"lo mismo a 600 ms, 8 kB/s y 4 kB/s, {_traffic(found.slow)}, conexión y guardado "
            f"incluidos; referencia: Anki, {told}",
            (found.slow.seconds, peers.slow_delta, "s"),
            f"{SLOW_BAR:g} s",
            at_most(SLOW_BAR, found.slow.seconds),
        ),
        _row(
            "P5c",
            f"sincronizar sin nada nuevo, {_traffic(found.idle)}; referencia: Anki, {told}",
            (found.idle.traffic.both, peers.idle, "B"),
            f"{IDLE_BAR} B en 1 solicitud",
            at_most(IDLE_BAR, found.idle.traffic.both) and found.idle.traffic.requests == 1,
        ),
        _row(
            "P5d",
            f"primera descarga, {size}, {_traffic(found.first)}; referencia: Anki, su archivo entero "
            f"de 27 200 fichas, {told}",
            (found.first.traffic.both, peers.first, "B"),
            f"{first_limit:.0f} B (1.2 MB por 10.4 MB de JSON)",
            at_most(first_limit, found.first.traffic.both),
        ),
        _row(
            "P5d",
            f"segundos de la misma, hasta el último registro guardado y cifrado; referencia: PouchDB "
            f"con 10.4 MB, {told}",
            (found.first.seconds, peers.first_seconds, "s"),
            "1/5 de PouchDB",
            at_most(FIRST_SECONDS_BAR * peers.first_seconds, found.first.seconds),
        ),
        _row(
            "P5e",
            f"primera descarga con el enlace cortado cada 64 KiB, {_traffic(found.cut)}, "
            f"{found.cut.tries} sincronizaciones; referencia: la nuestra sin cortes (PouchDB crece "
            f"{peers.cut_more:.0%}, publicado)",
            (found.cut.traffic.both, found.first.traffic.both, "B"),
            "1.03 veces",
            at_most(CUT_BAR * found.first.traffic.both, found.cut.traffic.both),
        ),
    ]


def _traffic(took: Took) -> str:
    passed = took.traffic
    return f"{passed.up} B suben y {passed.down} B bajan en {passed.requests} solicitudes"


def _row(
    row_id: str, what: str, figures: tuple[float, float, str], bar: str, holds: bool
) -> Measure:
    figure, reference, unit = figures
    return Measure(
        id=row_id,
        what=what,
        figure=figure,
        unit=unit,
        reference=reference,
        bar=bar,
        holds=holds,
    )
