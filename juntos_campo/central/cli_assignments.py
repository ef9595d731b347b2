"""`juntos-central reassign`, `assign`, `history`, `leave` and what is done about leaves, `daily`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from juntos_campo.central.absences import LeaveState
from juntos_campo.central.assignment_file import (
    Assigned,
    Plan,
    apply_assignments,
    plan_assignments,
    require_clean,
)
from juntos_campo.central.assignments import Reason, history_of, household_id
from juntos_campo.central.cli_common import Data, Url, ready, told
from juntos_campo.central.cli_report import refreshed_lines
from juntos_campo.central.daily import settled_lines
from juntos_campo.central.database import Database
from juntos_campo.central.erasure import find_household
from juntos_campo.central.indicators.office import refresh_all
from juntos_campo.central.leaves import (
    Leave,
    cancel_leave,
    change_leave,
    list_leaves,
    order_leave,
    settle,
)
from juntos_campo.central.ledger import FIELD_WORKERS
from juntos_campo.central.reassigning import reassign
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.spanish import count, paper_date

_DATES = ["%Y-%m-%d", "%d/%m/%Y"]
_MOST_FAULTS = 50

REASONS = {
    Reason.LOAD: "padrón",
    Reason.REASSIGNED: "reasignación",
    Reason.LEAVE: "licencia",
    Reason.RETURN: "regreso de licencia",
    Reason.FOUND: "ya lo tenía",
}
STATES = {
    LeaveState.PLANNED: "por empezar",
    LeaveState.RUNNING: "en curso",
    LeaveState.OVER: "terminada",
    LeaveState.CANCELLED: "cancelada",
}


def add_assignment_commands(app: typer.Typer) -> None:
    """Give the application these commands."""
    app.command("reassign")(reassign_command)
    app.command("assign")(assign_command)
    app.command("history")(history_command)
    app.command("leave")(leave_command)
    app.command("leaves")(leaves_command)
    app.command("change-leave")(change_leave_command)
    app.command("cancel-leave")(cancel_leave_command)
    app.command("daily")(daily_command)


def reassign_command(
    *,
    former: Annotated[str, typer.Option("--from", help="Gestor que los tenía a su cargo.")],
    new: Annotated[str, typer.Option("--to", help="Gestor que los tendrá.")],
    household: Annotated[
        list[str] | None, typer.Option("--household", help="Código de hogar; sin él, van todos.")
    ] = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Pasa hogares de un gestor a otro, con todo lo registrado sobre ellos."""
    with told(), ready(data, database) as (store, _settings_used):
        done = reassign(store, former, new, household or (), SystemClock())
    homes = count(done.households, "hogar pasó", "hogares pasaron")
    say(f"{homes} de {former} a {new}.")
    if done.stands_in:
        say(f"{new} está de licencia: mientras tanto los atiende {done.stands_in}.")


def assign_command(
    *,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="ARCHIVO", help="CSV o Excel con las columnas codigo_hogar, de y a."
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Solo revisa y dice qué pasaría.")
    ] = False,
    data: Data = None,
    database: Url = None,
) -> None:
    """Pasa muchos hogares a otros gestores según una tabla: si una fila está mal, no se mueve ninguno."""
    clock = SystemClock()
    with told(), ready(data, database) as (store, _settings_used):
        plan = plan_assignments(store, file)
        _show_plan(plan)
        require_clean(plan, file.name)
        if dry_run:
            say("Solo se revisó: no se movió ningún hogar.")
            return
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Pasando hogares", total=plan.households)
            done = apply_assignments(
                store, plan, clock, progress=lambda number: bar.update(task, completed=number)
            )
    _show_done(done)


def _show_plan(plan: Plan) -> None:
    if plan.faults:
        table = Table("Fila", "Columna", "Qué pasa", "Qué hacer")
        for one in plan.faults[:_MOST_FAULTS]:
            table.add_row(str(one.row or ""), one.column, one.reason, one.remedy)
        Console().print(table)
        if len(plan.faults) > _MOST_FAULTS:
            say(f"Y {len(plan.faults) - _MOST_FAULTS} más.")
    if plan.errors:
        return
    table = Table("De", "A", "Hogares")
    for move in plan.moves:
        source = move.source.removeprefix(FIELD_WORKERS)
        table.add_row(source, move.new, str(len(move.households)))
    if plan.moves:
        Console().print(table)
    if plan.already:
        already = count(plan.already, "hogar ya es", "hogares ya son")
        say(f"{already} de quien dice el archivo.")


def _show_done(done: Assigned) -> None:
    say(f"{count(done.households, 'hogar pasó', 'hogares pasaron')} a su nuevo gestor.")
    if done.left_alone:
        codes = ", ".join(done.left_alone[:8]) + (", …" if len(done.left_alone) > 8 else "")
        say(f"Otro los movió mientras tanto y quedaron donde están: {codes}.")


def history_command(
    *,
    household: Annotated[str, typer.Argument(metavar="HOGAR", help="Código del hogar.")],
    data: Data = None,
    database: Url = None,
) -> None:
    """Muestra quiénes tuvieron un hogar a su cargo, desde cuándo y por qué."""
    with told(), ready(data, database) as (store, _settings_used):
        key = _known(store, household)
        with store.reading() as connection:
            rows = history_of(connection, key)
    table = Table("N.°", "Gestor", "Desde", "Hasta", "Motivo", "Ordenó")
    for row in rows:
        since, until = _moment(row.since) or "no se sabe", _moment(row.until) or "hoy"
        table.add_row(
            str(row.number), row.worker, since, until, REASONS[Reason(row.reason)], row.ordered_by
        )
    Console().print(table)


def _known(store: Database, code: str) -> str:
    """The id of the household of a code.

    Raises:
        UserError: CEN-214.
    """
    key = household_id(code)
    with store.reading() as connection:
        if history_of(connection, key):
            return key
    return find_household(store, code).id


def leave_command(
    *,
    worker: Annotated[str, typer.Argument(metavar="GESTOR", help="Gestor que sale de licencia.")],
    replacement: Annotated[str, typer.Option("--to", help="Gestor que lo reemplaza.")],
    first: Annotated[
        datetime, typer.Option("--from", formats=_DATES, help="Primer día de la licencia.")
    ],
    last: Annotated[
        datetime, typer.Option("--until", formats=_DATES, help="Último día de la licencia.")
    ],
    data: Data = None,
    database: Url = None,
) -> None:
    """Ordena una licencia: desde su primer día otro gestor atiende los hogares, y después vuelven."""
    clock = SystemClock()
    with told(), ready(data, database) as (store, _settings_used):
        made = order_leave(store, worker, replacement, first.date(), last.date(), clock)
        done = settle(store, clock)
    begins = f"empieza el {paper_date(first.date())}"
    if made.state == LeaveState.RUNNING:
        homes = count(done.gone, "hogar pasó", "hogares pasaron")
        begins = f"empieza hoy: {homes} a {replacement}" if done.gone else _nobody(made)
    say(
        f"Licencia {made.id}: {replacement} reemplaza a {worker} hasta el {paper_date(last.date())}; "
        f"{begins}."
    )


def _nobody(made: Leave) -> str:
    return (
        f"empieza hoy. {made.worker} no tiene hogares a su cargo; los que reciba mientras tanto "
        f"irán a {made.replacement}"
    )


def leaves_command(data: Data = None, database: Url = None) -> None:
    """Muestra las licencias: en curso, por empezar, terminadas y canceladas."""
    with told(), ready(data, database) as (store, _settings_used), store.reading() as connection:
        rows = list_leaves(connection)
    if not rows:
        say("No hay licencias. Ordene una con «juntos-central leave».")
        return
    table = Table("N.°", "Gestor", "Reemplazo", "Desde", "Hasta", "Estado", "Hogares fuera")
    for row in rows:
        days = (paper_date(date.fromisoformat(day)) for day in (row.first_day, row.last_day))
        state = STATES[LeaveState(row.state)]
        table.add_row(str(row.id), row.worker, row.replacement, *days, state, str(row.away))
    Console().print(table)


def change_leave_command(
    *,
    number: Annotated[int, typer.Argument(metavar="NÚMERO", help="Número de la licencia.")],
    last: Annotated[datetime, typer.Option("--until", formats=_DATES, help="Nuevo último día.")],
    data: Data = None,
    database: Url = None,
) -> None:
    """Cambia el último día de una licencia en curso o por empezar."""
    clock = SystemClock()
    with told(), ready(data, database) as (store, _settings_used):
        made = change_leave(store, number, last.date(), clock)
        settle(store, clock)
    say(
        f"Licencia {number}: {made.replacement} reemplaza a {made.worker} hasta el "
        f"{paper_date(last.date())}."
    )


def cancel_leave_command(
    *,
    number: Annotated[int, typer.Argument(metavar="NÚMERO", help="Número de la licencia.")],
    data: Data = None,
    database: Url = None,
) -> None:
    """Cancela una licencia; si ya empezó, los hogares vuelven ahora."""
    clock = SystemClock()
    with told(), ready(data, database) as (store, _settings_used):
        made = cancel_leave(store, number, clock)
        done = settle(store, clock)
    back = count(done.returned, "hogar volvió", "hogares volvieron")
    say(f"Licencia {number} cancelada; {back} con {made.worker}.")


def daily_command(data: Data = None, database: Url = None) -> None:
    """Lo de cada día: empiezan y terminan las licencias, y se calculan los indicadores. Se puede repetir.

    Termina con estado 1 si algo necesita a una persona.
    """
    clock = SystemClock()
    with told(), ready(data, database) as (store, _settings_used):
        settled = settle(store, clock)
        for line in settled_lines(settled) or ["Ninguna licencia empieza ni termina hoy."]:
            say(line)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Calculando indicadores", total=None)
            done = refresh_all(
                store,
                clock.now(),
                lambda number, total: bar.update(task, completed=number, total=total),
            )
    for line in refreshed_lines(done):
        say(f"Indicadores: {line}")
    if settled.blocked or done.failed:
        raise typer.Exit(1)


def say(text: str) -> None:
    """A line as it is, whatever the width of the terminal."""
    Console().print(text, highlight=False, soft_wrap=True, markup=False)


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}" if text else ""
