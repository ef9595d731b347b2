"""The `juntos-central` command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from juntos_campo import paths
from juntos_campo.central.bundle_desk import answer_file
from juntos_campo.central.cli_assignments import add_assignment_commands
from juntos_campo.central.cli_accounts import add_account_commands
from juntos_campo.central.cli_common import Data, Url, common_options, ready, settings_for, told
from juntos_campo.central.cli_data import backup_command, restore_command, verify_command
from juntos_campo.central.cli_imports import import_command
from juntos_campo.central.cli_report import add_report_commands
from juntos_campo.central.cli_serve import config, openapi, serve
from juntos_campo.central.database import Database
from juntos_campo.central.erasure import erase, erasure_line, find_household, find_member
from juntos_campo.central.form_files import FormsReport, send_forms
from juntos_campo.central.loading import LoadReport, load
from juntos_campo.central.message_files import send_messages
from juntos_campo.central.norm_files import send_norms
from juntos_campo.central.office_files import read_office_files
from juntos_campo.central.pack_files import PacksReport
from juntos_campo.central.problems import ERASE_WHAT
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.spanish import thousands

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Servidor central.")
app.callback()(common_options)
app.command()(serve)
app.command()(config)
app.command()(openapi)
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.command("verify")(verify_command)
app.command("import")(import_command)
add_report_commands(app)
add_account_commands(app)
add_assignment_commands(app)


def main() -> None:
    """Entry point."""
    app()


@app.command()
def init(data: Data = None, database: Url = None) -> None:
    """Prepara la base de datos del servidor, o la pone al día."""
    with told():
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        store = Database(settings_for(data, database).database_url)
        try:
            store.migrate()
        finally:
            store.close()
    Console().print("La base de datos del servidor está lista.")


@app.command("load")
def load_files(
    *,
    register: Annotated[Path | None, typer.Option("--register", help="Archivo del padrón.")] = None,
    history: Annotated[
        Path | None, typer.Option("--history", help="Archivo del historial de servicios.")
    ] = None,
    schooling: Annotated[
        Path | None, typer.Option("--schooling", help="Archivo de matrícula y asistencia.")
    ] = None,
    accept_good: Annotated[
        bool, typer.Option("--accept-good", help="Carga las filas buenas aunque haya malas.")
    ] = False,
    norms: Annotated[
        list[Path] | None,
        typer.Option("--norms", help="Archivo de normas (.toml) para todas las computadoras."),
    ] = None,
    norms_remove: Annotated[
        list[str] | None,
        typer.Option("--norms-remove", help="Id de una norma enviada antes, que ya no debe regir."),
    ] = None,
    forms: Annotated[
        list[Path] | None,
        typer.Option("--forms", help="Formulario (XLSForm) para todas las computadoras."),
    ] = None,
    forms_remove: Annotated[
        list[str] | None,
        typer.Option(
            "--forms-remove",
            help="Formulario enviado antes, que ya no debe regir: ID, o ID@VERSIÓN.",
        ),
    ] = None,
    messages: Annotated[
        list[Path] | None,
        typer.Option("--messages", help="Archivo de mensajes (.toml): orientación o compromisos."),
    ] = None,
    messages_remove: Annotated[
        list[str] | None,
        typer.Option(
            "--messages-remove", help="Id de mensajes enviados antes, que ya no deben usarse."
        ),
    ] = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Carga padrón, historial, años escolares, normas, formularios y mensajes.

    Repetir no duplica nada.
    """
    clock = SystemClock()
    with told(), ready(data, database) as (store, _settings_used):
        if norms or norms_remove:
            shipped = paths.resources() / "norms"
            sent = send_norms(store, shipped, norms or (), norms_remove or (), clock)
            Console().print(_packs_line(_NORMS, sent), highlight=False, soft_wrap=True)
        if messages or messages_remove:
            shipped = paths.resources() / "messages"
            sent = send_messages(store, shipped, messages or (), messages_remove or (), clock)
            Console().print(_packs_line(_MESSAGES, sent), highlight=False, soft_wrap=True)
        if forms or forms_remove:
            done = send_forms(store, paths.forms(), forms or (), forms_remove or (), clock)
            Console().print(_forms_line(done), highlight=False, soft_wrap=True, markup=False)
        others = norms or norms_remove or messages or messages_remove or forms or forms_remove
        if others and not (register or history or schooling):
            return
        entities = read_office_files(
            store, register, history, clock.today(), accept_good, schooling=schooling
        )
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Cargando", total=len(entities))
            report = load(store, entities, clock, lambda done: bar.update(task, completed=done))
    Console().print(_load_line(report), highlight=False, soft_wrap=True)


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
            typer.confirm("Se eliminará para siempre, también en las laptops. ¿Seguir?", abort=True)
        done = erase(store, target, SystemClock())
    Console().print(erasure_line(done), highlight=False, soft_wrap=True)


@app.command()
def bundle(
    file: Annotated[Path, typer.Argument(help="Archivo .jcb que trajo alguien en una memoria.")],
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


_NORMS = ("Normas nuevas", "cambiadas", "iguales a las que ya estaban", "retiradas")
_MESSAGES = ("Mensajes nuevos", "cambiados", "iguales a los que ya estaban", "retirados")


def _packs_line(words: tuple[str, str, str, str], done: PacksReport) -> str:
    what = words[0].partition(" ")[0]
    titles = (words[0], *(f"{what} {one}" for one in words[1:]))
    groups = (done.added, done.changed, done.same, done.taken_back)
    return "\n".join(
        f"{title}: {', '.join(names)}."
        for title, names in zip(titles, groups, strict=True)
        if names
    )


def _forms_line(done: FormsReport) -> str:
    parts = (
        ("Formularios nuevos", done.added),
        ("Formularios iguales a los que ya estaban", done.same),
        ("Formularios retirados", done.taken_back),
        ("No regirán, porque hay una versión más nueva", done.outdone),
    )
    return "\n".join(f"{title}: {', '.join(names)}." for title, names in parts if names)


def _load_line(done: LoadReport) -> str:
    added, changed = sum(done.added.values()), sum(done.changed.values())
    parts = [
        f"{thousands(added)} registros nuevos",
        f"{thousands(changed)} cambiados",
        f"{thousands(done.same)} iguales",
    ]
    if done.moved:
        parts.append(f"{thousands(done.moved)} pasados a otro gestor")
    if done.homeless:
        parts.append(f"{thousands(done.homeless)} sin hogar conocido, no cargados")
    if done.erased:
        parts.append(f"{thousands(done.erased)} eliminados por orden de ley, no cargados")
    return ", ".join(parts) + "."


if __name__ == "__main__":
    main()
