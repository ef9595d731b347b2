"""`juntos-campo sync`: one synchronisation, over the net or by file, with an honest report."""

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
from juntos_campo.app.erased import tell_office
from juntos_campo.app.session import Session, open_session
from juntos_campo.app.synchronise import set_up_from_server, sign_in, sync_now
from juntos_campo.app.usb import Made, apply_answer, kind_of_file, make_bundle
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import count
from juntos_campo.norms.rules import rules_of
from juntos_campo.store import sync_state
from juntos_campo.store.erasing import go_on_erasing
from juntos_campo.store.problems import ERASED
from juntos_campo.sync.report import Progress, SyncReport
from juntos_campo.sync.wording import bytes_text, report_lines
from juntos_campo.terminal.asking import ask_password
from juntos_campo.wire.bundle_messages import BundleKind
from juntos_campo.wire.bundle_problems import IS_A_REQUEST

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
    bundle: Annotated[
        Path | None,
        typer.Option(
            help="Memoria USB: una carpeta (o un archivo nuevo) donde dejar el envío sellado, o el archivo "
            "de respuesta que se aplica."
        ),
    ] = None,
    another_server: Annotated[
        bool,
        typer.Option(
            "--another-server", help="La oficina confirmó que en esa dirección hay otro servidor."
        ),
    ] = False,
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
        secret = password or ask_password()
        with closing(_session(place, secret, server, user)) as session:
            if bundle is not None and not _is_answer(bundle):
                _tell_made(console, _make(session, bundle), as_json=as_json)
                return
            report = (
                _with_bar(session, secret, server, quiet=as_json, another=another_server)
                if bundle is None
                else apply_answer(session, bundle)[0]
            )
        if report.stopped is not None and report.stopped.code == ERASED.code:
            raise user_error(ERASED)
    except UserError as error:
        if error.problem is ERASED:
            go_on_erasing(place)
            tell_office(place)
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
    return open_session(place, password=secret, clock=clock, book=book, past_lease=True)


def _is_answer(path: Path) -> bool:
    """Whether to apply `path` rather than to make it.

    Raises:
        UserError: JCB-001 to JCB-005, JCB-009 it is there and no answer; USB-015.
    """
    if path.is_dir() or not path.exists():
        return False
    if kind_of_file(path) is BundleKind.REQUEST:
        raise user_error(IS_A_REQUEST)
    return True


def _make(session: Session, path: Path) -> Made:
    if path.is_dir():
        return make_bundle(session, path)
    return make_bundle(session, path.parent, path.name)


def _tell_made(console: Console, made: Made, *, as_json: bool) -> None:
    if as_json:
        told = {
            "bundle": made.id,
            "file": str(made.path),
            "operations": made.operations,
            "bytes": made.size,
            "complete": False,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    changes = count(made.operations, "cambio", "cambios")
    lines = (
        f"Archivo escrito y comprobado: {made.path} ({bytes_text(made.size)}, {changes}).",
        "Nada está sincronizado todavía: los cambios siguen por enviar hasta que aplique la respuesta.",
        "Llévelo a la oficina, o a quien pueda entregarlo al servidor, y traiga la respuesta.",
    )
    console.print(Text("\n".join(lines)), soft_wrap=True)


def _with_bar(
    session: Session, secret: str, server: str, *, quiet: bool, another: bool
) -> SyncReport:
    store = session.store
    if not sync_state.token(store) or (server and server != sync_state.server(store)) or another:
        sign_in(session, secret, server, another_server=another)
    with Bar(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("Sincronizando", total=None)

        def show(progress: Progress) -> None:
            done, waiting = progress.acknowledged, progress.to_send
            text = f"Sincronizando: enviados {done} de {waiting}, recibidos {progress.received}"
            bar.update(task, description=text)

        report, _ = sync_now(session, progress=show)
    return report
