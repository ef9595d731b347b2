"""The `juntos-central` command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from juntos_campo.central.bundle_desk import answer_file
from juntos_campo.central.cli_accounts import add_account_commands
from juntos_campo.central.cli_assignments import add_assignment_commands
from juntos_campo.central.cli_common import (
    Data,
    Url,
    common_options,
    prepare_sqlite,
    ready,
    settings_for,
    told,
)
from juntos_campo.central.cli_data import backup_command, restore_command, verify_command
from juntos_campo.central.cli_imports import import_command
from juntos_campo.central.cli_load import load_command
from juntos_campo.central.cli_report import add_report_commands
from juntos_campo.central.cli_serve import config, openapi, serve
from juntos_campo.central.database import Database
from juntos_campo.central.erasure import erase, erasure_line, find_household, find_member
from juntos_campo.central.problems import ERASE_WHAT
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import random_id
from juntos_campo.terminal.asking import confirm
from juntos_campo.terminal.program import Program

app = Program("Servidor central.")
app.callback()(common_options)
app.command()(serve)
app.command()(config)
app.command()(openapi)
app.command("load")(load_command)
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.command("verify")(verify_command)
add_report_commands(app)
app.command("import")(import_command)
add_account_commands(app)
add_assignment_commands(app)


def main() -> None:
    """Entry point."""
    app()


@app.command()
def init(data: Data = None, database: Url = None) -> None:
    """Prepara la base de datos del servidor, o la pone al día."""
    with told():
        url = settings_for(data, database).database_url
        prepare_sqlite(data, url)
        store = Database(url)
        try:
            store.migrate()
        finally:
            store.close()
    Console().print("La base de datos del servidor está lista.")


@app.command("erase")
def erase_for_good(
    *,
    household: Annotated[str, typer.Option(help="Código del hogar.")] = "",
    member: Annotated[str, typer.Option(help="Documento de la persona.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="No pregunta.")] = False,
    data: Data = None,
    database: Url = None,
) -> None:
    """Elimina por orden de ley un hogar o una persona, con todas sus versiones. No se puede deshacer."""
    with told(), ready(data, database) as (store, _settings_used):
        if bool(household) == bool(member):
            raise user_error(ERASE_WHAT)
        target = find_household(store, household) if household else find_member(store, member)
        if not yes:
            confirm("Se eliminará para siempre, también en las laptops. ¿Seguir?")
        done = erase(store, target, SystemClock())
    Console().print(erasure_line(done), highlight=False, soft_wrap=True)


@app.command()
def bundle(
    file: Annotated[
        Path,
        typer.Argument(metavar="ARCHIVO", help="Archivo .jcb que trajo alguien en una memoria."),
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Dónde dejar la respuesta: carpeta o archivo nuevo.")
    ],
    again: Annotated[
        bool, typer.Option("--again", help="Da otra vez la respuesta de un archivo ya recibido.")
    ] = False,
    data: Data = None,
    database: Url = None,
) -> None:
    """Recibe un archivo de la memoria USB de un gestor y escribe la respuesta sellada para él."""
    with told(), ready(data, database) as (store, settings):
        written = answer_file(store, settings, SystemClock(), random_id, file, out, again=again)
    Console().print(
        f"Recibido. Respuesta escrita en {written}: devuélvala a la misma computadora.",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )


if __name__ == "__main__":
    main()
