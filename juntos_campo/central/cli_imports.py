"""The command of `juntos-central` that takes files of other systems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from juntos_campo.central.cli_common import Data, Url, ready, told
from juntos_campo.central.database import Database
from juntos_campo.central.imports.importing import (
    Imported,
    import_file,
    sources_here,
    tell_source,
)
from juntos_campo.central.imports.importing import Progress as ImportProgress
from juntos_campo.central.imports.listing import (
    decision_of,
    findings_sheet,
    imports_sheet,
    read_decisions,
    suggestion_lines,
    suggestions_sheet,
    write_sheets,
)
from juntos_campo.central.imports.matches import Decision, MatchState, decide
from juntos_campo.central.imports.problems import CANNOT_WRITE_REPORT, WHAT_TO_IMPORT
from juntos_campo.central.imports.telling import Told
from juntos_campo.domain.clock import Clock, SystemClock
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.spanish import count, thousands
from juntos_campo.domain.values import OFFICE
from juntos_campo.register.export import write_faults
from juntos_campo.register.external.matching import KIND_WORDS, MatchKind
from juntos_campo.register.faults import Fault
from juntos_campo.register.spreadsheet import Sheet

FAULTS_SHOWN = 20

_WORDS = {
    **{kind.value: words for kind, words in KIND_WORDS.items()},
    MatchState.CONFIRMED.value: "confirmado por una persona",
    MatchState.REJECTED.value: "descartado por una persona",
}


def import_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SISTEMA", help="his, siagie, reniec, padron_nominal, cuna_mas o pagos."
        ),
    ] = "",
    file: Annotated[
        Path | None, typer.Argument(metavar="ARCHIVO", help="Archivo CSV o xlsx.")
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Revisa el archivo y no guarda nada.")
    ] = False,
    accept_good: Annotated[
        bool, typer.Option("--accept-good", help="Importa las filas buenas aunque haya malas.")
    ] = False,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="El archivo trae todo lo que el otro sistema tiene de esos meses: lo que falta se retira.",
        ),
    ] = False,
    faults: Annotated[
        Path | None, typer.Option("--faults", help="CSV donde escribir todas las fallas.")
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="Muestra lo importado y lo que se encontró.")
    ] = False,
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Compara otra vez con lo que los gestores registraron."),
    ] = False,
    suggestions: Annotated[
        bool, typer.Option("--suggestions", help="Muestra lo que una persona debe confirmar.")
    ] = False,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help="Escribe la lista en un archivo .csv o .xlsx."),
    ] = None,
    confirm: Annotated[
        list[str] | None, typer.Option("--confirm", help="Código de lo que es correcto.")
    ] = None,
    reject: Annotated[
        list[str] | None, typer.Option("--reject", help="Código de quien no es ninguno.")
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="Archivo de --suggestions con SI o NO.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Quién lo ordena.")] = OFFICE,
    data: Data = None,
    database: Url = None,
) -> None:
    """Importa un archivo de otro sistema, lo compara con lo registrado y avisa a los gestores.

    Repetir no duplica nada.
    """
    clock = SystemClock()
    with told(), ready(data, database) as (store, _settings_used):
        ordered = _decisions(confirm, reject, decisions)
        if ordered:
            _decide(store, ordered, by, clock)
        elif source and file is not None:
            _import(
                store, source, file, clock, faults,
                accept_good=accept_good, complete=complete, dry_run=dry_run, by=by,
            )  # fmt: skip
        elif listing or suggestions:
            _list(store, csv, suggestions=suggestions)
        elif refresh:
            _refresh(store, source, clock)
        elif decisions is None:
            raise user_error(WHAT_TO_IMPORT)
        else:
            _say("Ninguna fila del archivo tiene una decisión.")


def _decisions(
    confirm: list[str] | None, reject: list[str] | None, file: Path | None
) -> list[Decision]:
    found = [decision_of(one, right=True) for one in confirm or ()]
    found += [decision_of(one, right=False) for one in reject or ()]
    return found + (read_decisions(file) if file is not None else [])


def _decide(store: Database, ordered: list[Decision], by: str, clock: Clock) -> None:
    with store.writing() as connection:
        sources = decide(connection, ordered, by, clock.now())
    for source in sorted(sources):
        _say(_told_line(tell_source(store, source, clock)))
    right = sum(one.right for one in ordered)
    _say(
        f"{count(right, 'confirmado', 'confirmados')} y "
        f"{count(len(ordered) - right, 'descartado', 'descartados')}."
    )


def _import(
    store: Database,
    source: str,
    file: Path,
    clock: Clock,
    faults: Path | None,
    *,
    accept_good: bool,
    complete: bool,
    dry_run: bool,
    by: str,
) -> None:
    with _bars() as (reading, telling):
        done = import_file(
            store,
            source,
            file,
            clock,
            random_id,
            accept_good=accept_good,
            complete=complete,
            dry_run=dry_run,
            by=by,
            reading=reading,
            telling=telling,
            faults_found=lambda found: _show_faults(found, faults),
        )
    _say(_import_lines(done))
    if complete and done.rows_left_out:
        _say(
            "No se retiró nada: lo que falta puede estar en las filas con fallas. Corríjalas y repita."
        )
    if done.told is not None:
        with store.reading() as connection:
            _print(findings_sheet(connection, source))


def _list(store: Database, target: Path | None, *, suggestions: bool) -> None:
    with store.reading() as connection:
        if suggestions:
            sheets = [suggestions_sheet(connection)]
        else:
            sheets = [findings_sheet(connection), imports_sheet(connection)]
    if target is not None:
        write_sheets(target, sheets)
        _say(f"Escrito en {target.name}.")
        return
    if suggestions:
        lines = suggestion_lines(sheets[0])
        _say("\n".join(lines) or "No hay nada por confirmar.")
        return
    for sheet in reversed(sheets):
        _print(sheet)


def _refresh(store: Database, source: str, clock: Clock) -> None:
    for one in [source] if source else sources_here(store):
        with _bars() as (_reading, telling):
            done = tell_source(store, one, clock, telling)
        _say(f"{one}: {_told_line(done)}")


def _show_faults(found: tuple[Fault, ...], target: Path | None) -> None:
    if target is not None:
        try:
            write_faults(target, found)
        except OSError as error:
            raise user_error(
                CANNOT_WRITE_REPORT, file=target.name, reason=disk_reason(error)
            ) from None
        return
    for one in found[:FAULTS_SHOWN]:
        place = f"fila {one.row}, {one.column}: " if one.row else ""
        _say(f"{place}{one.reason} {one.remedy}")
    if len(found) > FAULTS_SHOWN:
        rest = count(len(found) - FAULTS_SHOWN, "falla más", "fallas más")
        _say(f"… y {rest}: --faults ARCHIVO las escribe todas.")


def _import_lines(done: Imported) -> str:
    stored = done.stored
    parts = [
        f"{thousands(stored.added)} nuevas",
        f"{thousands(stored.changed)} corregidas",
        f"{thousands(stored.same)} iguales",
    ]
    if stored.removed:
        parts.append(f"{thousands(stored.removed)} retiradas")
    if stored.disagreeing:
        parts.append(f"{thousands(stored.disagreeing)} que el archivo dice de dos maneras")
    if done.rows_left_out:
        parts.append(f"{thousands(done.rows_left_out)} con fallas, no usadas")
    lines = [f"{thousands(done.rows)} filas: {', '.join(parts)}."]
    for state, number in stored.matches.items():
        lines.append(f"  {_WORDS.get(state, _WORDS[MatchKind.UNKNOWN.value])}: {thousands(number)}")
    if done.told is None:
        lines.append("Solo se revisó: no se guardó nada.")
    else:
        lines.append(_told_line(done.told))
    return "\n".join(lines)


def _told_line(done: Told) -> str:
    return (
        f"Hogares comparados: {thousands(done.households)}. Avisos nuevos o cambiados para los gestores: "
        f"{thousands(done.written)}; retirados: {thousands(done.deleted)}."
    )


def _print(sheet: Sheet) -> None:
    table = Table(*sheet.header, title=sheet.title)
    for row in sheet.rows:
        table.add_row(*(thousands(cell) if isinstance(cell, int) else str(cell) for cell in row))
    Console().print(table, markup=False)


def _say(text: str) -> None:
    Console().print(text, highlight=False, soft_wrap=True, markup=False)


@contextmanager
def _bars() -> Iterator[tuple[ImportProgress, ImportProgress]]:
    """How far the reading and the telling are."""
    with Progress(console=Console(stderr=True), transient=True) as bars:

        def bar(title: str) -> ImportProgress:
            task = bars.add_task(title, total=None, visible=False)

            def show(done: int, everything: int) -> None:
                bars.update(task, completed=done, total=everything or None, visible=True)

            return show

        yield bar("Leyendo"), bar("Comparando")
