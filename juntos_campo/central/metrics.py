"""The server's figures, as Prometheus understands them.

No label holds anything without bound, or anything about a person: no user, no device, no household. With
several processes the figures lie in files of a folder (`prometheus_client` does that), and the process that
minds the others adds them up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from juntos_campo.central.database import Database
from juntos_campo.central.tables import devices
from juntos_campo.domain.clock import LIMA, Clock
from juntos_campo.wire.messages import PROTOCOL, Ack

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.simple_server import WSGIServer

    from prometheus_client import Metric

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""What the library calls the folder that several processes share."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_SEEN = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
_PROCESS_FILE = re.compile(r"gauge_live[a-z]*_(\d+)\.db")

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for every one, of no use here

REGISTRY = CollectorRegistry()
"""Ours; not the library's own, which every program of a process shares."""

REQUESTS = Counter(
    "juntos_central_requests",
    "Pedidos atendidos, por dirección y estado HTTP.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
SECONDS = Histogram(
    "juntos_central_request_seconds",
    "Segundos hasta el último byte de la respuesta, por dirección.",
    ("route",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
RUNNING = Gauge(
    "juntos_central_requests_running",
    "Pedidos que se están atendiendo.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
BYTES = Counter(
    "juntos_central_body_bytes",
    "Bytes de los cuerpos de pedidos (in) y respuestas (out).",
    ("direction",),
    registry=REGISTRY,
)
EXCHANGES = Counter(
    "juntos_central_exchanges",
    "Intercambios: «ok», o el código con que se rechazaron.",
    ("version", "outcome"),
    registry=REGISTRY,
)
OPERATIONS = Counter(
    "juntos_central_operations",
    "Cambios recibidos de las laptops, por lo que se hizo con ellos.",
    ("outcome",),
    registry=REGISTRY,
)
LOGINS_REFUSED = Counter(
    "juntos_central_logins_refused",
    "Entradas rechazadas, por código.",
    ("code",),
    registry=REGISTRY,
)
PAGE_CACHE = Counter(
    "juntos_central_page_cache",
    "Páginas ya empaquetadas que se buscaron: «hit» o «miss».",
    ("result",),
    registry=REGISTRY,
)
POOL_USED = Gauge(
    "juntos_central_pool_connections_used",
    "Conexiones a la base de datos en uso.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)


def count_operations(acks: Iterable[Ack]) -> None:
    """Note what was done with the operations of an exchange."""
    for one in acks:
        OPERATIONS.labels(one.outcome.value).inc()


def watch_pool(engine: sa.Engine) -> None:
    """Have the connections of `engine` that are in use counted; all of `pool_size` in use: some wait."""
    sa.event.listen(engine, "checkout", lambda *_what: POOL_USED.inc())
    sa.event.listen(engine, "checkin", lambda *_what: POOL_USED.dec())


class Facts(Collector):
    """What is asked for when somebody looks: the program's version, the laptops seen lately."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily(
            "juntos_central_build", "Versión del programa.", labels=("version", "protocol")
        )
        build.add_metric((version("juntos-campo"), str(PROTOCOL)), 1)
        yield build
        seen = GaugeMetricFamily(
            "juntos_central_devices_seen",
            "Computadoras que se comunicaron en la última hora, día o semana.",
            labels=("within",),
        )
        up = GaugeMetricFamily("juntos_central_database_up", "1 si la base de datos responde.")
        now = self._clock.now().astimezone(LIMA)
        try:
            with self._database.reading() as connection:
                for name, span in _SEEN.items():
                    sql = sa.select(sa.func.count()).select_from(devices)
                    since = devices.c.seen_at >= (now - span).isoformat()
                    seen.add_metric((name,), connection.execute(sql.where(since)).scalar_one())
        except sa.exc.SQLAlchemyError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        yield seen


class _Shared(Collector):
    """The figures of several processes; of those that ended, nothing that is of a living one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sum = MultiProcessCollector(None, str(folder))  # type: ignore[no-untyped-call]

    def collect(self) -> Iterable[Metric]:
        for file in self._folder.glob("gauge_live*.db"):
            found = _PROCESS_FILE.fullmatch(file.name)
            if found and not _lives(int(found[1])):
                mark_process_dead(int(found[1]), str(self._folder))  # type: ignore[no-untyped-call]
        collected: Iterable[Metric] = self._sum.collect()  # type: ignore[no-untyped-call]
        return collected


class _Own(Collector):
    def collect(self) -> Iterable[Metric]:
        return REGISTRY.collect()


def show_metrics(
    host: str, port: int, facts: Facts, folder: Path | None = None
) -> tuple[int, Callable[[], None]]:
    """Serve the figures at ``http://host:port/metrics`` in a thread of their own.

    Args:
        folder: where several processes leave theirs; without it, those of this process.

    Returns:
        The port, and what ends it.

    Raises:
        OSError: the address cannot be had.
    """
    shown = CollectorRegistry(auto_describe=False)
    shown.register(facts)
    shown.register(_Shared(folder) if folder else _Own())
    if folder is None:
        ProcessCollector(registry=shown)
    server, thread = start_http_server(port, host, shown)

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return _port(server), end


def _port(server: WSGIServer) -> int:
    return int(server.server_address[1])


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
