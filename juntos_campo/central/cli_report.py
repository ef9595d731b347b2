"""`juntos-central report` and `indicators`: what the server holds, and the programme's figures as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from juntos_campo.central.cli_common import Data, Url, ready, told
from juntos_campo.central.database import Database
from juntos_campo.central.indicators.asking import choose_levels, choose_periods, choose_sheets
from juntos_campo.central.indicators.office import indicators_of, shipped_sheets
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.problems import FORMAT_UNKNOWN, NOT_WRITTEN
from juntos_campo.central.indicators.refresh import Indicators, Refreshed
from juntos_campo.central.indicators.report import Row, report_rows
from juntos_campo.central.indicators.report_files import (
    definition_lines,
    definitions_csv,
    report_csv,
    report_xlsx,
)
from juntos_campo.central.indicators.sheets import Level
from juntos_campo.central.tables import conflicts, devices, operations, records, users
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kind_words import KIND_NAMES
from juntos_campo.domain.spanish import count, decimal_text, thousands

_FILES = (".csv", ".xlsx")
_INTERRUPTED = 130


def add_report_commands(app: typer.Typer) -> None:
    """Put them among the commands of the server."""
    app.command("report")(report)
    app.command("indicators")(list_indicators)


def report(
    *,
    indicator: Annotated[
        list[str] | None,
        typer.Option("--indicator", help="Código de un indicador; se puede repetir."),
    ] = None,
    period: Annotated[
        str,
        typer.Option("--period", help="Mes (2026-10), bimestre (2026-B5), trimestre o año (2026)."),
    ] = "",
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            help="nacional, departamento, unidad, zona, gestor, distrito o establecimiento; se repite.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Archivo .csv o .xlsx; sin él, se muestra aquí.")
    ] = None,
    no_refresh: Annotated[
        bool, typer.Option("--no-refresh", help="No calcula: usa lo último que se calculó.")
    ] = False,
    data: Data = None,
    database: Url = None,
) -> None:
    """Reporta indicadores por territorio y periodo; sin opciones, cuánto guarda el servidor.

    Antes calcula lo que cambió. Con Ctrl+C se detiene: lo calculado hasta ahí queda.
    """
    with told(), ready(data, database) as (store, _settings_used):
        if not (indicator or period or by or out or no_refresh):
            Console().print(_holdings(store))
            return
        if out is not None and out.suffix.lower() not in _FILES:
            raise user_error(FORMAT_UNKNOWN, format=out.suffix, known=" o ".join(_FILES))
        now = SystemClock().now()
        sheets = choose_sheets(shipped_sheets(), indicator or ())
        periods = choose_periods(sheets, period, now.date(), every=bool(indicator))
        levels = choose_levels(by or (), tuple(Level)) or tuple(Level)
        made = indicators_of(store, sheets)
        if not no_refresh:
            _refresh(made, periods)
        with store.reading() as connection:
            found = list(
                report_rows(connection, made.kept, sheets, periods, now.date(), levels=levels)
            )
        if out is None:
            Console().print(_figures(found))
        else:
            _write(out, made, found)


def _refresh(made: Indicators, periods: Sequence[Period]) -> None:
    errors = Console(stderr=True)
    try:
        with Progress(console=errors, transient=True) as bar:
            task = bar.add_task("Calculando", total=None)
            done = made.refresh(
                periods,
                SystemClock().now(),
                lambda number, total: bar.update(task, completed=number, total=total),
            )
    except KeyboardInterrupt:
        errors.print("Se detuvo. Lo calculado hasta ahora queda; repita la orden para seguir.")
        raise typer.Exit(_INTERRUPTED) from None
    for line in refreshed_lines(done):
        errors.print(line, highlight=False)


def refreshed_lines(done: Refreshed) -> list[str]:
    """What a refresh did, for who ordered it."""
    new = count(done.computed, "valor calculado", "valores calculados")
    lines = [f"{new}, {thousands(done.kept)} ya estaban al día."]
    if done.failed:
        who = count(len(done.failed), "gestor", "gestores")
        lines.append(
            f"De {who} no se pudo leer algún registro: siguen sus cifras de antes. El registro del "
            "servidor dice el código; avise a quien lo mantiene."
        )
    return lines


def _write(out: Path, made: Indicators, found: Sequence[Row]) -> None:
    files = {out: report_xlsx(made.sheets, found)}
    if out.suffix.lower() == ".csv":
        beside = out.with_name(f"{out.stem}-definiciones.csv")
        files = {out: report_csv(found), beside: definitions_csv(made.sheets)}
    for path, content in files.items():
        try:
            path.write_bytes(content)
        except OSError:
            raise user_error(NOT_WRITTEN, file=path) from None
    rows = count(len(found), "fila", "filas")
    names = " y ".join(map(str, files))
    Console().print(f"{rows} en {names}.", highlight=False, soft_wrap=True, markup=False)


def _figures(found: Sequence[Row]) -> Table:
    table = Table("Indicador", "Periodo", "Nivel", "Territorio", "Casos", "%", "Sin dato")
    for one in found:
        hidden = one.numerator is None or one.denominator is None or one.unknown is None
        cases = f"{thousands(one.numerator or 0)} de {thousands(one.denominator or 0)}"
        table.add_row(
            one.sheet.code,
            str(one.period),
            one.level.value,
            one.place,
            "no se muestra" if hidden else cases,
            "" if one.percent is None else decimal_text(float(one.percent)),
            "" if hidden else thousands(one.unknown or 0),
        )
    return table


def list_indicators() -> None:
    """Lista los indicadores con su definición, su fuente y lo que no pueden decir."""
    with told():
        console = Console()
        for sheet in shipped_sheets():
            for line in definition_lines(sheet):
                console.print(line, highlight=False, markup=False, soft_wrap=True)
            console.print()


def _holdings(store: Database) -> Table:
    with store.reading() as connection:
        held = {
            str(kind): int(number)
            for kind, number in connection.execute(
                sa.select(records.c.kind, sa.func.count())
                .where(~records.c.deleted)
                .group_by(records.c.kind)
            )
        }
        others = [
            (name, connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
            for name, table in (
                ("usuarios", users),
                ("computadoras", devices),
                ("cambios recibidos", operations),
                ("conflictos", conflicts),
            )
        ]
    table = Table("Registro", "Cantidad")
    kinds = [(several, held[kind]) for kind, (_one, several) in KIND_NAMES.items() if kind in held]
    for name, number in (*kinds, *others):
        table.add_row(name, thousands(number))
    return table
