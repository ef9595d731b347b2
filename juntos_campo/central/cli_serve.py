"""`juntos-central serve`, and what its operator looks at: `config` and `openapi`."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from juntos_campo.central.app import assemble, create_app
from juntos_campo.central.certificates import WARN_BEFORE, check_certificate
from juntos_campo.central.cli_common import Config, Data, Url, in_force, told
from juntos_campo.central.daily import LeaveWatch
from juntos_campo.central.database import Database
from juntos_campo.central.logs import end_logs, start_logs
from juntos_campo.central.metrics import FOLDER_VARIABLE, Facts, show_metrics
from juntos_campo.central.serving import configuration, listening
from juntos_campo.central.serving_problems import ADDRESS_TAKEN, WORKERS_NEED_POSTGRESQL
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.stopping import end_with_status_zero, hear_signals
from juntos_campo.central.workers import workers
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import random_id
from juntos_campo.garbage import collect_seldom

log = logging.getLogger(__name__)


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Dirección en que escucha.")] = None,
    port: Annotated[int | None, typer.Option(help="Puerto; 0 elige uno libre.")] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(help="Archivo PEM con el certificado y su clave, para atender con TLS."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Procesos que atienden; más de uno, solo con PostgreSQL.")
    ] = None,
    metrics_port: Annotated[
        int | None, typer.Option(help="Puerto de las cifras para Prometheus; 0: ninguno.")
    ] = None,
    log_format: Annotated[str | None, typer.Option(help="text o json.")] = None,
    until_input_ends: Annotated[
        bool,
        typer.Option("--until-input-ends", help="Termina cuando termina quien lo empezó."),
    ] = False,
    config: Config = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Atiende a las computadoras de los gestores hasta que se le interrumpa."""
    with told():
        settings = in_force(
            data,
            database,
            config,
            host=host,
            port=port,
            certificate=str(certificate) if certificate else None,
            workers=workers,
            metrics_port=metrics_port,
            log_format=log_format,
        ).settings
        handler = start_logs(settings.log_format, settings.log_level)
        try:
            failed = _serve(settings, until_input_ends)
        finally:
            end_logs(handler)
    if failed:
        raise typer.Exit(1)


def _serve(settings: ServerSettings, until_input_ends: bool) -> bool:
    """Serve until told to end; True when it could not begin.

    Raises:
        UserError: CEN-201, CEN-202, CEN-243 to CEN-246.
    """
    several = settings.workers > 1
    if several and not settings.on_postgresql:
        raise user_error(WORKERS_NEED_POSTGRESQL, workers=settings.workers)
    certificate = Path(settings.certificate) if settings.certificate else None
    if certificate:
        left = check_certificate(certificate) - datetime.now(UTC)
        if left < WARN_BEFORE:
            log.warning("certificate.ends_soon", extra={"fields": {"days": left.days}})
    with ExitStack() as closing:
        store = Database(settings.database_url, 1)
        closing.callback(store.close)
        store.require_ready()
        listener = closing.enter_context(_listening(settings.host, settings.port))
        folder = None
        if several:
            folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="metrics")))
            os.environ[FOLDER_VARIABLE] = str(folder)  # the workers' library finds it there
        if settings.metrics_port:
            closing.callback(_metrics(settings, store, folder))
        closing.enter_context(LeaveWatch(settings.database_url, SystemClock()))
        scheme, there = "https" if certificate else "http", listener.getsockname()[1]
        Console().print(f"Servidor en {scheme}://{settings.host}:{there}", highlight=False)
        if several:
            return _several(settings, listener, certificate, until_input_ends)
        return _alone(settings, listener, certificate, until_input_ends)


def _alone(
    settings: ServerSettings,
    listener: socket.socket,
    certificate: Path | None,
    until_input_ends: bool,
) -> bool:
    collect_seldom()  # a page of a first download makes tens of thousands of objects
    heard = partial(
        hear_signals,
        drain_seconds=settings.drain_seconds,
        stop_seconds=settings.stop_seconds,
        second_ends=True,
    )
    application = create_app(settings, salt=secrets.token_bytes(16), on_start=heard)
    server = uvicorn.Server(
        configuration(
            application,
            settings.host,
            settings.port,
            certificate,
            stop_seconds=settings.stop_seconds,
        )
    )
    if until_input_ends:
        _at_end_of_input(lambda: setattr(server, "should_exit", True))
    end_with_status_zero()
    server.run([listener])
    return not server.started


def _several(
    settings: ServerSettings,
    listener: socket.socket,
    certificate: Path | None,
    until_input_ends: bool,
) -> bool:
    minder = workers(settings, listener, certificate)
    if until_input_ends:
        _at_end_of_input(minder.should_exit.set)
    minder.run()
    return minder.failed


def _metrics(settings: ServerSettings, store: Database, folder: Path | None) -> Callable[[], None]:
    host, port = settings.metrics_host, settings.metrics_port
    try:
        _port, end = show_metrics(host, port, Facts(store, SystemClock()), folder)
    except OSError as error:
        raise user_error(ADDRESS_TAKEN, address=f"{host}:{port}", reason=_reason(error)) from None
    return end


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        made = listening(host, port)
    except OSError as error:
        raise user_error(ADDRESS_TAKEN, address=f"{host}:{port}", reason=_reason(error)) from None
    try:
        yield made
    finally:
        made.close()


def _reason(error: OSError) -> str:
    reasons: dict[type[OSError], str] = {
        PermissionError: "no hay permiso para usar ese puerto",
        socket.gaierror: "ese nombre no es de este equipo",
    }
    return reasons.get(type(error), "otro programa lo usa, o la dirección no es de este equipo")


def _at_end_of_input(end: Callable[[], object]) -> None:
    """The demonstration holds our standard input open; when it dies, however, we go too."""

    def wait() -> None:
        sys.stdin.read()
        end()

    threading.Thread(target=wait, daemon=True).start()


def config(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="En JSON.")] = False,
    config: Config = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Muestra los ajustes que rigen y de dónde viene cada uno; oculta las contraseñas."""
    with told():
        shown = in_force(data, database, config).shown()
    if as_json:
        found = {name: {"value": value, "origin": origin} for name, value, origin in shown}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table("Ajuste")
    for title in ("Valor", "De dónde viene"):
        table.add_column(title, overflow="fold")
    for row in shown:
        table.add_row(*row)
    Console().print(table)


def openapi() -> None:
    """Escribe la descripción de todas las direcciones del servidor (OpenAPI, JSON)."""
    settings = ServerSettings(database_url="sqlite://", argon2_memory_kib=8, argon2_passes=1)
    app = assemble(settings, Database(settings.database_url), SystemClock(), random_id)
    typer.echo(json.dumps(app.openapi(), ensure_ascii=False, indent=2))
