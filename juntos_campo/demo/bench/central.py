"""P8: the server with PostgreSQL and a nation's households, against the same queries straight in psycopg.

The server is the real command with two processes, its laptops are processes of their own on the same
machine, and so are those that ask psycopg: both share the processors with what they measure.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from juntos_campo.central.authorisation import REFERENCE, partition_of
from juntos_campo.demo.bench import central_straight, nation
from juntos_campo.demo.bench.central_ground import Ground, ground
from juntos_campo.demo.bench.central_laptops import VISITS_A_DAY, Laptop, Ran, Task, run_together
from juntos_campo.demo.bench.central_load import load_files
from juntos_campo.demo.bench.central_plans import Plan, heard_of_download, plans
from juntos_campo.demo.bench.central_seed import Seeded, seed
from juntos_campo.demo.bench.link import free_port
from juntos_campo.demo.bench.measure import Measure, at_most, p95
from juntos_campo.demo.bench.processors import parent_of, processor_seconds
from juntos_campo.demo.world import DemoError, environment, wait_until_ready

WORKERS = 2
AT_ONCE = 20
PROCESSES = 2
QUIET_SECONDS = 8.0
ROUNDS = 5
"""Quiet exchanges are measured so often, in turns with psycopg, and so are days' work."""

DOWNLOADS = 9
BAR = 0.5
MOST_MEMORY_MB = 512.0
GROWTH = 1.25
"""How much more a tenfold nation may cost before it is called growth: the machine's own noise."""


@dataclass(slots=True)
class Found:
    """What was measured with one number of households. Rates a second, times in seconds."""

    seeded: Seeded
    database_mb: float = 0.0
    quiet: float = 0.0
    quiet_straight: float = 0.0
    quiet_processor: float = 0.0
    quiet_straight_processor: float = 0.0
    day: float = 0.0
    day_straight: float = 0.0
    first: float = 0.0
    first_straight: float = 0.0
    first_cold: float = 0.0
    first_plain: float = 0.0
    first_bytes: int = 0
    first_json: int = 0
    first_records: int = 0
    own: float = 0.0
    statements: dict[str, int] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)


def measure(
    folder: Path,
    households: int,
    told: Callable[[str], None] = lambda _text: None,
    *,
    seeded: bool = True,
    keep: bool = False,
) -> tuple[list[Measure], list[Plan]]:
    """The rows P8 at `households`, a tenth and a hundredth of it, and the plans at `households`.

    Args:
        seeded: the tables are filled by COPY (`central_seed`); else the office's files are written and
            loaded by `juntos-central load`, as an office does it. The smaller ones are always seeded.
        keep: the largest one stays filled in `folder`, for another measurement.
        told: called with a line about what was done.

    Raises:
        DemoError: the server did not start, or refused something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes = sorted({max(households // part, LEAST) for part in (100, 10, 1)})
    found = []
    for size in sizes:
        whole = size == sizes[-1]
        filled = load_files if whole and not seeded else seed
        kept = folder / f"{'sembrado' if seeded else 'cargado'}-{size}" if keep and whole else None
        with ground(folder, size, filled, kept=kept) as here:
            found.append(_measured(folder, here, told))
    return [*_rows(found[-1]), *_growth(found)], found[-1].plans


LEAST = 8_000
"""Households for twenty laptops of twenty field workers."""


def _measured(folder: Path, here: Ground, told: Callable[[str], None]) -> Found:
    url, seeded = here.address, here.seeded
    found = Found(seeded)
    with psycopg.connect(url, autocommit=True) as connection:
        size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        found.database_mb = (size[0] if size else 0) / 1e6
    told(f"{seeded}; {here.seconds:.0f} s; {found.database_mb:.0f} MB")
    laptops = Laptops(url, seeded)
    with serving(folder, url) as server:
        _quiet(found, url, server, laptops)
        told(f"quiet {found.quiet:.0f}/s, straight {found.quiet_straight:.0f}/s")
        _days(found, url, server.address, laptops)
        told(f"day {found.day:.3f} s, straight {found.day_straight:.3f} s")
        _first(found, url, server.address, laptops)
        told(f"first {found.first:.3f} s, straight {found.first_straight:.3f} s")
    found.plans, found.statements = plans(url, laptops.take(1)[0])
    return found


class Laptops:
    """Hands out laptops nobody used before: what a server gave one, only that one may show."""

    def __init__(self, url: str, seeded: Seeded) -> None:
        self._url = url
        self._workers = list(nation.workers(seeded.households))
        self._devices = seeded.devices
        self._next = 0

    def take(self, number: int) -> tuple[tuple[int, str, int, int], ...]:
        """(device, field worker, end of his partition, end of the reference data)."""
        if self._next + number > self._devices:
            raise DemoError("faltan computadoras para medir")
        taken = range(self._next, self._next + number)
        self._next += number
        with psycopg.connect(self._url) as connection:
            ends: dict[str, int] = dict(
                connection.execute("SELECT name, last_seq FROM partitions").fetchall()
            )
        users = [(one, self._workers[one % len(self._workers)].user) for one in taken]
        return tuple((one, user, ends[partition_of(user)], ends[REFERENCE]) for one, user in users)


def _together(what: str, target: str, url: str, laptops: Laptops, seconds: float) -> Ran:
    own = laptops.take(AT_ONCE)
    share = AT_ONCE // PROCESSES
    tasks = [
        Task(what, target, own[start : start + share], seconds, url)
        for start in range(0, AT_ONCE, share)
    ]
    return run_together(tasks)


def _quiet(found: Found, url: str, server: Served, laptops: Laptops) -> None:
    rates: dict[str, list[float]] = {"quiet": [], "straight-quiet": []}
    used: dict[str, list[float]] = {"quiet": [], "straight-quiet": []}
    with psycopg.connect(url, autocommit=True) as connection:
        database = parent_of(connection.info.backend_pid)
    for _ in range(ROUNDS // 2 + 1):
        for what, rate in rates.items():
            before = processor_seconds(database), processor_seconds(server.process)
            ran = _together(what, server.address, url, laptops, QUIET_SECONDS)
            asked = processor_seconds(server.process) - before[1]
            if what != "quiet":
                asked = ran.processor
            number = len(ran.times)
            rate.append(number / ran.took)
            used[what].append((processor_seconds(database) - before[0] + asked) / number)
    found.quiet, found.quiet_straight = (median(one) for one in rates.values())
    found.quiet_processor, found.quiet_straight_processor = (median(one) for one in used.values())


def _days(found: Found, url: str, server: str, laptops: Laptops) -> None:
    ours: list[float] = []
    straight: list[float] = []
    for _ in range(ROUNDS):
        for what, all_times in (("day", ours), ("straight-day", straight)):
            all_times.extend(_together(what, server, url, laptops, 0.0).times)
    found.day, found.day_straight = p95(ours), p95(straight)


def _first(found: Found, url: str, server: str, laptops: Laptops) -> None:
    """Each laptop downloads twice, since the database gives psycopg, which is asked afterwards, what lies in
    memory by then: the second time counts, the first is told."""
    ours: list[float] = []
    cold: list[float] = []
    straight: list[float] = []
    plain: list[float] = []
    own: list[float] = []
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        for device, worker, _, _ in laptops.take(DOWNLOADS):
            laptop = Laptop(device, worker, {})
            laptop.connect(server)
            for waited in (cold, ours):
                laptop.received, laptop.waited = 0, 0.0
                found.first_records = len(laptop.download())
                waited.append(laptop.waited)
            found.first_bytes = laptop.received
            statements = heard_of_download(url, laptop)
            straight.append(_timed(central_straight.again, connection, statements))
            _, found.first_json = central_straight.read_all(connection, worker)
            plain.append(_timed(central_straight.read_all, connection, worker))
            own.append(_timed(central_straight.read_all, connection, worker, reference=False))
    found.first, found.first_straight = median(ours), median(straight)
    found.first_cold = median(cold)
    found.first_plain, found.own = median(plain), median(own)


def _timed(step: Callable[..., object], *given: Any, **named: Any) -> float:
    began = time.perf_counter()
    step(*given, **named)
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Served:
    """A server's address, and the process that minds its others."""

    address: str
    process: int


@contextmanager
def serving(folder: Path, url: str) -> Iterator[Served]:
    """The real server on PostgreSQL with `WORKERS` processes."""
    port = free_port()
    with (folder / "servidor-p8.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "juntos_campo.central.cli", "serve", "--database", url),
                *("--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS)),
                "--until-input-ends",
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**environment(), **ENVIRONMENT},
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, process)
            yield Served(address, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)
            if process.stdin is not None:
                process.stdin.close()


ENVIRONMENT = {"JUNTOS_CENTRAL_EXCHANGES_A_MINUTE": "0"}
"""Settings of the measured server that differ from its defaults: a laptop asks as fast as it can."""


def _rows(found: Found) -> list[Measure]:
    size = (
        f"{found.seeded.households} hogares, {found.seeded.rows} registros, "
        f"{found.database_mb / 1000:.1f} GB, {WORKERS} procesos"
    )
    rates = found.quiet, found.quiet_straight
    return [
        *_loading(found),
        Measure(
            id="P8",
            what=f"intercambios por segundo en un día sin novedades, {AT_ONCE} computadoras a la vez, "
            f"{found.statements.get('quiet', 0)} consultas cada uno ({size}); referencia: "
            f"{len(central_straight.QUIET)} consultas en psycopg",
            figure=rates[0],
            unit="/s",
            reference=rates[1],
            bar="la mitad de la referencia",
            holds=rates[0] >= BAR * rates[1],
        ),
        Measure(
            id="P8",
            what="microsegundos de procesador de un intercambio sin novedades: servidor y PostgreSQL, sin "
            f"los de las computadoras que miden ({size}); referencia: las mismas consultas en psycopg",
            figure=1e6 * found.quiet_processor,
            unit="us",
            reference=1e6 * found.quiet_straight_processor,
            bar="2 veces la referencia",
            holds=at_most(found.quiet_straight_processor / BAR, found.quiet_processor),
        ),
        Measure(
            id="P8",
            what=f"p95 de {AT_ONCE} computadoras a la vez con {VISITS_A_DAY} visitas cada una ({size}); "
            "referencia: las mismas consultas en psycopg",
            figure=found.day,
            unit="s",
            reference=found.day_straight,
            bar="2 veces la referencia",
            holds=at_most(found.day_straight / BAR, found.day),
        ),
        Measure(
            id="P8",
            what=f"primera descarga servida: {found.first_records} registros, "
            f"{found.first_json / 1e6:.1f} MB de JSON, {found.first_bytes / 1e6:.2f} MB en la red, "
            f"{found.first_json / 1e6 / max(found.first, 1e-9):.1f} MB/s ({size}); referencia: las mismas "
            f"{found.statements.get('first download', 0)} consultas en psycopg (las filas sin orden, en "
            f"{found.first_plain:.3f} s); con los datos en memoria, la vez anterior {found.first_cold:.3f} s",
            figure=found.first,
            unit="s",
            reference=found.first_straight,
            bar="2 veces la referencia",
            holds=at_most(found.first_straight / BAR, found.first),
        ),
    ]


def _loading(found: Found) -> list[Measure]:
    """What the office's own command took, when it was used; there is no bar, but memory must not grow."""
    if not found.seeded.load_seconds:
        return []
    return [
        Measure(
            id="P8",
            what=f"carga de {found.seeded.households} hogares con juntos-central load, "
            f"{found.seeded.load_seconds / 60:.1f} minutos; referencia: 512 MB",
            figure=found.seeded.load_mb,
            unit="MB",
            reference=MOST_MEMORY_MB,
            bar="la referencia, con cualquier número de hogares",
            holds=at_most(MOST_MEMORY_MB, found.seeded.load_mb),
        )
    ]


def _growth(found: Sequence[Found]) -> list[Measure]:
    """Each size against the smallest."""
    small = found[0]
    rows: list[Measure] = []
    for one in found[1:]:
        named = (
            f"con {one.seeded.households} hogares; referencia: {small.seeded.households} hogares"
        )
        pairs = (
            ("segundos de un intercambio sin novedades", 1 / one.quiet, 1 / small.quiet),
            ("p95 de un día de visitas", one.day, small.day),
            ("primera descarga", one.first, small.first),
            ("SELECT de la propia partición", one.own, small.own),
        )
        rows += [
            Measure(
                id="P8",
                what=f"{what}, {named}",
                figure=figure,
                unit="s",
                reference=reference,
                bar=f"{GROWTH:g} veces",
                holds=at_most(GROWTH * reference, figure),
            )
            for what, figure, reference in pairs
        ]
    return rows
