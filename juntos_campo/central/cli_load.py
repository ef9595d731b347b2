"""The `load` command of `juntos-central`: the office's files, norms, forms and messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from juntos_campo import paths
from juntos_campo.central.bulk.load import BulkLoad, Files
from juntos_campo.central.bulk.problems import CANNOT_WRITE_FAULTS, NO_FILE_GIVEN
from juntos_campo.central.bulk.reading import Progress as Told
from juntos_campo.central.bulk.report_text import MOST_KINDS, report_lines
from juntos_campo.central.cli_common import Data, Url, ready, told
from juntos_campo.central.database import Database
from juntos_campo.central.form_files import FormsReport, send_forms
from juntos_campo.central.loading import LoadReport, load
from juntos_campo.central.message_files import send_messages
from juntos_campo.central.norm_files import send_norms
from juntos_campo.central.office_files import read_office_files
from juntos_campo.central.pack_files import PacksReport
from juntos_campo.central.unknown_workers import unknown_in_file, unknown_lines, unknown_on_server
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.spanish import count, thousands
from juntos_campo.register.faults import Fault

if sys.platform != "win32":
    import resource

BULK_FROM = 20_000_000
"""Bytes of files from which on they are loaded in bulk: about 5,000 households with their services."""

_INTERRUPTED = 130
_LIST_OF_FAULTS = "\ufeffarchivo;fila;".encode()


@dataclass(frozen=True, slots=True)
class _How:
    """How a load in bulk is wanted."""

    dry_run: bool
    resume: bool
    discard: bool
    faults: Path | None


def load_command(
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
    in_bulk: Annotated[
        bool, typer.Option("--bulk", help="Carga por etapas, para archivos de cualquier tamaño.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Revisa y compara todo, pero no carga nada.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continúa la carga que se cortó.")
    ] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="Descarta la carga que se cortó.")
    ] = False,
    faults: Annotated[
        Path | None, typer.Option("--faults", help="Archivo CSV nuevo para todos los errores.")
    ] = None,
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

    Repetir no duplica nada. Una carga grande que se cortó sigue donde quedó con la misma orden.
    """
    files = Files(register, history, schooling, accept_good)
    how = _How(dry_run, resume, discard, faults)
    with told(), ready(data, database) as (store, _settings_used):
        _send_packs(store, norms or (), norms_remove or (), messages or (), messages_remove or ())
        if forms or forms_remove:
            clock = SystemClock()
            done = send_forms(store, paths.forms(), forms or (), forms_remove or (), clock)
            _say(_forms_line(done))
        others = norms or norms_remove or messages or messages_remove or forms or forms_remove
        named = register or history or schooling
        if others and not (named or resume or discard):
            return
        if not (named or resume or discard):
            raise user_error(NO_FILE_GIVEN)
        if faults is not None:
            _require_no_other_file(faults)
        # In bulk, too, where rows may stay out: only its report tells which, and why.
        by_stages = in_bulk or dry_run or resume or discard or faults or accept_good
        with _interruptible():
            if by_stages or _is_large(files):
                _load_in_bulk(store, files, how)
            else:
                _load(store, files)
        if register is not None and not discard:
            _tell_unknown_workers(store, register, loaded=not dry_run)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl+C ends the command, and says what became of the load."""
    try:
        yield
    except KeyboardInterrupt:
        Console(stderr=True).print(
            "Se detuvo. Lo que ya se guardó está completo por gestor; repita la misma orden para seguir.",
            soft_wrap=True,
        )
        raise typer.Exit(_INTERRUPTED) from None


def _require_no_other_file(faults: Path) -> None:
    """Else a slip would write the list of faults over the register itself.

    Raises:
        UserError: CEN-324 the file is there and is no list of faults of an earlier load.
    """
    try:
        with faults.open("rb") as file:
            start = file.read(len(_LIST_OF_FAULTS))
    except OSError:
        return  # it is not there, or writing it will tell why not
    if start != _LIST_OF_FAULTS:
        reason = "ya existe y no es una lista de errores"
        raise user_error(CANNOT_WRITE_FAULTS, file=faults.name, reason=reason)


def _is_large(files: Files) -> bool:
    every = (files.register, files.history, files.schooling)
    return sum(one.stat().st_size for one in every if one and one.is_file()) >= BULK_FROM


def _load(store: Database, files: Files) -> None:
    clock = SystemClock()
    warnings: list[Fault] = []
    entities = read_office_files(
        store,
        files.register,
        files.history,
        clock.today(),
        files.accept_good,
        schooling=files.schooling,
        warned=warnings.extend,
    )
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Cargando", total=len(entities))
        report = load(store, entities, clock, lambda done: bar.update(task, completed=done))
    _say(_load_line(report))
    for one in warnings[:MOST_KINDS]:
        _say(
            f"Aviso {one.code}{f' en la fila {one.row}' if one.row else ''}: {one.reason} {one.remedy}"
        )
    if len(warnings) > MOST_KINDS:
        more = count(len(warnings) - MOST_KINDS, "aviso más", "avisos más")
        _say(f"Y {more}: vea la lista completa con --faults.")


def _tell_unknown_workers(store: Database, register: Path, *, loaded: bool) -> None:
    if loaded:
        found = unknown_on_server(store)
    else:
        with _bar() as progress:
            found = unknown_in_file(store, register, progress)
    for line in unknown_lines(found, loaded=loaded):
        _say(line)


def _load_in_bulk(store: Database, files: Files, how: _How) -> None:
    with _bar() as progress:
        work = BulkLoad(store, SystemClock(), random_id, monotonic, progress)
        if how.discard:
            work.discard()
            report = None
        elif how.resume:
            report = work.resume()
        else:
            report = work.run(files, dry_run=how.dry_run, faults_to=how.faults)
    if report is None:
        _say(
            "Se descartó la carga que se cortó. Lo que ya había guardado sigue, completo por gestor."
        )
        return
    for line in report_lines(report, _peak_megabytes()):
        _say(line)
    if how.faults is not None:
        _say(f"Todos los errores y avisos están en {how.faults}.")


@contextmanager
def _bar() -> Iterator[Told]:
    """A bar that goes on with what is told."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        shown = ""

        def tell(what: str, done: int, total: int) -> None:
            nonlocal shown
            if what != shown:
                bar.reset(task, description=what, total=total or None)
                shown = what
            bar.update(task, completed=done, total=total or None)

        yield tell


def _peak_megabytes() -> float:
    """The most memory this process has had; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024


def _say(text: str) -> None:
    Console().print(text, highlight=False, soft_wrap=True, markup=False)


def _send_packs(
    store: Database,
    norms: Sequence[Path],
    norms_remove: Sequence[str],
    messages: Sequence[Path],
    messages_remove: Sequence[str],
) -> None:
    clock = SystemClock()
    if norms or norms_remove:
        shipped = paths.resources() / "norms"
        _say(_packs_line(_NORMS, send_norms(store, shipped, norms, norms_remove, clock)))
    if messages or messages_remove:
        shipped = paths.resources() / "messages"
        sent = send_messages(store, shipped, messages, messages_remove, clock)
        _say(_packs_line(_MESSAGES, sent))


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
