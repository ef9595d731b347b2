"""`juntos-campo sync`: one synchronisation with an honest report."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.text import Text

from juntos_campo import paths
from juntos_campo.app.session import Session, open_session
from juntos_campo.app.synchronise import set_up_from_server, sign_in, sync_now
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.rules import rules_of
from juntos_campo.store import sync_state
from juntos_campo.sync.report import Progress, SyncReport
from juntos_campo.sync.wording import report_lines

NOT_COMPLETE = 2
"""Exit status when the synchronisation stopped early; 1 is an error before it began."""

REFUSED = 3
"""Exit status when it went through but the server refused changes."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("sync")(sync)


def sync(
    *,
    server: Annotated[
        str,
        typer.Option(help="Dirección del servidor; después de la primera vez ya no hace falta."),
    ] = "",
    user: Annotated[
        str, typer.Option(help="Usuario: prepara esta computadora si todavía está vacía.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="El informe como JSON.")] = False,
    data: Annotated[Path | None, typer.Option(help="Carpeta de datos del programa.")] = None,
    password: Annotated[
        str, typer.Option(envvar="JUNTOS_CAMPO_PASSWORD", help="Si falta, se pregunta.")
    ] = "",
) -> None:
    """Envía lo que falta, recibe lo nuevo y dice exactamente qué se hizo."""
    console = Console(highlight=False)
    try:
        place = paths.DataPlace(data) if data else paths.default_place()
        secret = password or typer.prompt("Contraseña", hide_input=True)
        with closing(_session(place, secret, server, user)) as session:
            store = session.store
            if not sync_state.token(store) or (server and server != sync_state.server(store)):
                sign_in(session, secret, server)
            report = _with_bar(session, quiet=as_json)
    except UserError as error:
        if as_json:
            told = {"complete": False, "code": error.problem.code, "text": str(error)}
            typer.echo(json.dumps(told, ensure_ascii=False))
        else:
            console.print(Text(str(error)), soft_wrap=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        console.print(Text("\n".join(report_lines(report))), soft_wrap=True)
    if not report.complete:
        raise typer.Exit(NOT_COMPLETE)
    if report.refused:
        raise typer.Exit(REFUSED)


def _session(place: paths.DataPlace, secret: str, server: str, user: str) -> Session:
    book = rules_of(paths.resources() / "norms")
    clock = SystemClock()
    if user and server and not place.key_file.exists():
        return set_up_from_server(
            place, server=server, user=user, password=secret, clock=clock, book=book
        )
    return open_session(place, password=secret, clock=clock, book=book)


def _with_bar(session: Session, *, quiet: bool) -> SyncReport:
    with Bar(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("Sincronizando", total=None)

        def show(progress: Progress) -> None:
            done, waiting = progress.acknowledged, progress.to_send
            text = f"Sincronizando: enviados {done} de {waiting}, recibidos {progress.received}"
            bar.update(task, description=text)

        report, _ = sync_now(session, progress=show)
    return report
