"""The commands of `juntos-central` about the data as a whole: backup, restore, verify."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from juntos_campo.central.audit_heads import read_kept_heads, write_heads
from juntos_campo.central.backup import BackupReport, make_backup
from juntos_campo.central.backup_file import PASSPHRASE_VARIABLE
from juntos_campo.central.backup_problems import CANNOT_READ, WEAK_PASSPHRASE
from juntos_campo.central.backup_reading import read_backup
from juntos_campo.central.cli_common import Data, Url, prepare_sqlite, settings_for, told
from juntos_campo.central.database import Database
from juntos_campo.central.findings import Finding
from juntos_campo.central.restore import RestoreReport, restore
from juntos_campo.central.table_words import table_words
from juntos_campo.central.verifying import Verified, verify
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import count, decimal_text, thousands

LEAST_PASSPHRASE = 12

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help=f"Archivo con la clave del respaldo; también la variable {PASSPHRASE_VARIABLE}.",
    ),
]


def backup_command(
    target: Annotated[Path, typer.Argument(metavar="DESTINO", help="Archivo nuevo, o carpeta.")],
    *,
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, help="En una carpeta: cuántos respaldos quedan."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Reemplaza el archivo si existe.")] = False,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Hace un respaldo de todo en un archivo, mientras el servidor trabaja."""
    with told(), _opened(data, database) as store, _bar() as progress:
        passphrase = _passphrase(passphrase_file)
        if passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
            raise user_error(WEAK_PASSPHRASE, length=LEAST_PASSPHRASE)
        done = make_backup(
            store,
            target,
            SystemClock().now(),
            passphrase=passphrase,
            force=force,
            keep=keep,
            progress=progress,
        )
    _say(_backup_line(done))
    if passphrase is None:
        _say(
            "No está cifrado: contiene datos de personas y las llaves del servidor. "
            "Se recomienda --passphrase-file."
        )


def restore_command(
    file: Annotated[Path, typer.Argument(metavar="RESPALDO", help="El respaldo.")],
    *,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Restaura un respaldo en una base de datos vacía, SQLite o PostgreSQL: todo o nada."""
    with told():
        prepare_sqlite(data, settings_for(data, database).database_url)
    with told(), _opened(data, database) as store:
        passphrase = _passphrase(passphrase_file)
        with _bar() as progress:
            done = restore(store, file, SystemClock(), passphrase=passphrase, progress=progress)
            checked = verify(store, all_files=True, progress=progress)
    _say(_restore_lines(done))
    _end(checked.findings)


def verify_command(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="RESPALDO", help="Sin él se comprueba la base de datos."),
    ] = None,
    *,
    heads: Annotated[
        Path | None,
        typer.Option("--heads", help="Finales de auditoría de otro día, o un respaldo."),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write-heads", help="Escribe los finales de auditoría de hoy."),
    ] = None,
    files: Annotated[bool, typer.Option("--files", help="Lee todas las fotos y archivos.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Resultado en JSON.")] = False,
    passphrase_file: PassphraseFile = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Comprueba los datos y la auditoría, o un respaldo, sin cambiar nada."""
    with told():
        passphrase = _passphrase(passphrase_file)
        if file is not None:
            _verify_backup(file, passphrase, as_json=as_json)
            return
        kept = read_kept_heads(heads, passphrase) if heads else None
        with _opened(data, database) as store, _bar() as progress:
            done = verify(
                store,
                kept=kept,
                all_files=files,
                sample_from=secrets.token_hex(4),
                progress=progress,
            )
        sound = not any(one.check.startswith(("audit.", "database")) for one in done.findings)
        if write is not None and sound:
            write_heads(write, done.heads, SystemClock().now())
        elif write is not None:
            Console(stderr=True).print(
                f"{write.name}: no se escribió, la auditoría no está íntegra."
            )
    if as_json:
        _say(json.dumps(_as_json(done), ensure_ascii=False))
        if done.findings:
            raise typer.Exit(1)
        return
    _say(_read_line(done))
    _end(done.findings)


def _verify_backup(file: Path, passphrase: bytes | None, *, as_json: bool) -> None:
    with _bar() as progress:
        found = read_backup(file, passphrase, progress)
    tables = {name: one.rows for name, one in found.manifest.tables.items()}
    if as_json:
        _say(json.dumps({**found.header.model_dump(), "rows": tables}, ensure_ascii=False))
        return
    header = found.header
    _say(
        f"El respaldo está completo: hecho el {header.made_at} con la versión {header.program} "
        f"({header.engine}), {count(sum(tables.values()), 'fila', 'filas')} en {len(tables)} tablas."
    )


@contextmanager
def _opened(data: Path | None, database: str | None) -> Iterator[Database]:
    store = Database(settings_for(data, database).database_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _bar() -> Iterator[Callable[[str, int], None]]:
    """A bar that says what is under way; how much there is, nobody knows before."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, rows: bar.update(
            task, description=f"{table_words(what)} {thousands(rows)}"
        )


def _passphrase(file: Path | None) -> bytes | None:
    """From the file, else from the environment; None: not encrypted."""
    if file is None:
        given = os.environ.get(PASSPHRASE_VARIABLE, "")
        return given.encode() if given else None
    try:
        return file.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise user_error(CANNOT_READ, file=file.name, reason=disk_reason(error)) from error


def _say(text: str) -> None:
    Console().print(text, highlight=False, soft_wrap=True, markup=False)


def _end(findings: list[Finding]) -> None:
    """Findings one below the other, and status 1; or that all is well."""
    if not findings:
        _say("Todo está en orden.")
        return
    for one in findings:
        _say(f"{one.text} Son {thousands(one.count)}; por ejemplo: {one.example}")
    _say("Guarde esta lista y avise a quien administra el sistema: no siga sin un respaldo aparte.")
    raise typer.Exit(1)


def _read_line(done: Verified) -> str:
    parts = ", ".join(f"{table_words(what)} {thousands(rows)}" for what, rows in done.read.items())
    return f"Comprobado: {parts}."


def _as_json(done: Verified) -> dict[str, object]:
    return {"findings": [asdict(one) for one in done.findings], "read": done.read}


def _backup_line(done: BackupReport) -> str:
    line = (
        f"Respaldo hecho y comprobado: {done.path} ({decimal_text(done.size / 1e6)} MB, "
        f"{count(done.rows, 'fila', 'filas')})."
    )
    if done.removed:
        removed = count(len(done.removed), "respaldo anterior eliminado", "anteriores eliminados")
        line += f" {removed}."
    return line


def _restore_lines(done: RestoreReport) -> str:
    migrated = " Se pasó a la versión de este programa." if done.migrated else ""
    rows = count(sum(done.rows.values()), "fila", "filas")
    return (
        f"Respaldo del {done.header.made_at} restaurado: {rows}.{migrated}\n"
        "Lo que el servidor recibió después de esa hora no está aquí; las laptops que lo enviaron "
        "todavía lo tienen y pedirán entrar otra vez con usuario y contraseña.\n"
        "Repita las eliminaciones por orden de ley y los bloqueos posteriores a esa hora."
    )
