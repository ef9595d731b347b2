"""`juntos-campo register import`: a register file into the local database, or a report about it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from juntos_campo import paths
from juntos_campo.app.import_problems import EXPORT_REFUSED
from juntos_campo.app.import_register import ImportCheck, apply, check, refused
from juntos_campo.app.session import Session, has_database, open_session
from juntos_campo.domain.clock import Clock, FixedClock, SystemClock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import count
from juntos_campo.norms.rules import rules_of
from juntos_campo.register.export import write_faults
from juntos_campo.register.faults import Fault
from juntos_campo.register.history import HistoryFile, read_history
from juntos_campo.register.reader import RegisterFile, read_register
from juntos_campo.terminal.asking import ask_password
from juntos_campo.terminal.program import Program

SHOWN_FAULTS = 40

_KINDS = {
    "settlement": "Centros poblados",
    "health_facility": "Establecimientos de salud",
    "school": "Instituciones educativas",
    "household": "Hogares",
    "member": "Personas",
    "pregnancy": "Gestaciones",
    "service_event": "Atenciones",
}


def register(app: typer.Typer) -> None:
    """Add the command group to `app`."""
    group = Program("El padrón de hogares.")
    group.command("import")(import_file)
    app.add_typer(group, name="register")


def import_file(
    file: Annotated[Path, typer.Argument(metavar="PADRÓN", help="Padrón en .xlsx o .csv.")],
    *,
    history: Annotated[
        Path | None, typer.Option(help="Historial de atenciones en .xlsx o .csv.")
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Solo revisar: no cambia nada.")
    ] = False,
    accept_good_rows: Annotated[
        bool, typer.Option("--accept-good-rows", help="Importar los hogares sin fallas.")
    ] = False,
    faults_to: Annotated[
        Path | None, typer.Option("--faults", help="Guardar la lista de fallas en este CSV.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Carpeta de datos del programa.")] = None,
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Día de referencia (AAAA-MM-DD); por defecto, hoy."
        ),
    ] = None,
    password: Annotated[
        str, typer.Option(envvar="JUNTOS_CAMPO_PASSWORD", help="Si falta, se pregunta.")
    ] = "",
) -> None:
    """Revisa un padrón e importa sus hogares; importarlo otra vez actualiza y nunca duplica."""
    console = Console(highlight=False)
    try:
        place = paths.DataPlace(data) if data else paths.default_place()
        clock = _clock(today)
        if check_only and not has_database(place):
            _report_files(console, file, history, faults_to, clock.today())
            return
        secret = password or ask_password()
        book = rules_of(paths.resources() / "norms")
        with closing(open_session(place, password=secret, clock=clock, book=book)) as session:
            _import(
                console,
                session,
                file,
                history,
                check_only=check_only,
                accept_good_rows=accept_good_rows,
                faults_to=faults_to,
            )
    except UserError as error:
        console.print(Text(str(error)), soft_wrap=True)
        raise typer.Exit(1) from None


def _import(
    console: Console,
    session: Session,
    file: Path,
    history: Path | None,
    *,
    check_only: bool,
    accept_good_rows: bool,
    faults_to: Path | None,
) -> None:
    found = check(session, file, history)
    _show_faults(console, found.faults, faults_to)
    _show_counts(console, found)
    if check_only:
        console.print("Solo se revisó: no se cambió nada.")
        refusal = refused(session, found, accept_good_rows=accept_good_rows)
        if refusal is not None:
            raise refusal
        return
    apply(session, found, accept_good_rows=accept_good_rows)
    console.print("Importado." if found.to_write else "Todo estaba ya importado: nada cambió.")


def _report_files(
    console: Console, file: Path, history: Path | None, faults_to: Path | None, today: date
) -> None:
    """Without a database: what the files say by themselves."""
    found: RegisterFile = read_register(file, today)
    services = HistoryFile()
    if history is not None:
        services = read_history(
            history, found.members, today, found.pregnancies, skip=found.left_out
        )
    faults = (*found.faults, *services.faults)
    _show_faults(console, faults, faults_to)
    numbers = (
        count(len(found.households), "hogar", "hogares"),
        count(len(found.members), "persona"),
        count(len(found.pregnancies), "gestante"),
        count(len(services.events), "atención", "atenciones"),
    )
    console.print(f"Sin fallas: {', '.join(numbers)}.")
    _show_left_out(console, found.left_out)
    console.print("Solo se revisó: no se cambió nada.")
    if any(not fault.is_warning for fault in faults):
        raise typer.Exit(1)


def _show_counts(console: Console, found: ImportCheck) -> None:
    table = Table("", "Nuevos", "Cambian", "Iguales")
    for kind, numbers in found.counts.items():
        cells = (numbers.new, numbers.updated, numbers.unchanged)
        table.add_row(_KINDS.get(kind, kind), *(str(cell) for cell in cells))
    console.print(table)
    _show_left_out(console, found.left_out)
    if found.others:
        number = count(found.others, "hogar es", "hogares son")
        console.print(f"{number} de otros gestores y no se importan.")
    if found.gone_households:
        number = count(
            len(found.gone_households), "hogar de esta computadora", "hogares de esta computadora"
        )
        console.print(f"{number} ya no figuran en el padrón. No se borró ninguno.")
    if found.gone_members:
        number = count(len(found.gone_members), "persona ya no figura", "personas ya no figuran")
        console.print(f"{number} en su hogar. No se borró a nadie:")
        for member in found.gone_members[:8]:
            console.print(Text(f"  {member.full_name}"))


def _show_left_out(console: Console, codes: Sequence[str]) -> None:
    if codes:
        shown = ", ".join(codes[:8]) + (", …" if len(codes) > 8 else "")
        number = count(len(codes), "hogar queda", "hogares quedan")
        console.print(Text(f"{number} fuera por fallas: {shown}"))


def _clock(today: datetime | None) -> Clock:
    """The machine's clock, moved to another day when one is asked for."""
    now = SystemClock().now()
    return FixedClock(datetime.combine(today.date(), now.timetz())) if today else SystemClock()


def _show_faults(console: Console, faults: Sequence[Fault], export_to: Path | None) -> None:
    if faults:
        table = Table("Fila", "Columna", "Valor", "Clase", "Qué pasa", "Qué hacer")
        for fault in faults[:SHOWN_FAULTS]:
            row, kind = str(fault.row or "—"), "aviso" if fault.is_warning else "error"
            cells = (row, fault.column, fault.value, kind, fault.reason, fault.remedy)
            table.add_row(*(Text(cell) for cell in cells))
        console.print(table)
    if len(faults) > SHOWN_FAULTS:
        console.print(
            f"Se muestran {SHOWN_FAULTS} de {len(faults)}; use --faults para guardarlas todas."
        )
    if export_to is not None:
        try:
            write_faults(export_to, faults)
        except OSError:
            raise user_error(EXPORT_REFUSED, path=export_to) from None
        console.print(f"Lista de fallas guardada en {export_to}", soft_wrap=True)
