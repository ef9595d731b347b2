"""`juntos-campo norms`: which norms judge, whether a file of them is right, what judges a service."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from juntos_campo import paths
from juntos_campo.app.norm_packs import rows_of
from juntos_campo.app.norm_words import PackRow
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.spanish import count, paper_date
from juntos_campo.norms.book import PackInfo, RuleBook
from juntos_campo.norms.check import check_packs
from juntos_campo.norms.explain import NO_SOURCE
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.terminal.program import Program

UNKNOWN_KEY = Problem(
    "NRC-001",
    "Ninguna norma vigente el {on} tiene la fila «{key}».",
    "Escriba la clave como en los archivos, por ejemplo CRED:6m; parecidas: {like}.",
)

_Json = Annotated[bool, typer.Option("--json", help="Respuesta en JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    group = Program("Normas que trae el programa: ver y revisar.")
    group.command("list")(list_packs)
    group.command("check")(check)
    group.command("show")(show)
    app.add_typer(group, name="norms")


def list_packs(as_json: _Json = False) -> None:
    """Lista cada archivo de normas: desde cuándo rige, de dónde viene y cuántas filas no tienen fuente."""
    book = _book()
    packs = [_pack(info, rows_of(info, book)) for info in book.packs]
    if as_json:
        _print(packs)
        return
    for one in packs:
        since = _paper(one["from"])
        dates = f"del {since} al {_paper(one['until'])}" if one["until"] else f"desde el {since}"
        source = f"{one['unofficial']} {NO_SOURCE}" if one["unofficial"] else "todas con fuente"
        typer.echo(f"{one['id']}: {one['title']}. {one['norm']}, {dates}.")
        typer.echo(
            f"    {one['file']} · {one['kind']} · {one['trust']} · "
            f"{count(one['rows'], 'fila')}, {source}"
        )


def check(
    files: Annotated[list[Path], typer.Argument(metavar="ARCHIVO", help="Archivos .toml.")],
    as_json: _Json = False,
) -> None:
    """Revisa archivos de normas, cada uno solo y junto con los del programa; dice todas sus fallas.

    Termina con 0 si todos sirven y con 1 si alguno tiene una falla.
    """
    try:
        faults = check_packs(files, _folder())
    except UserError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if as_json:
        _print({"files": [file.name for file in files], "faults": [_fault(one) for one in faults]})
    elif faults:
        for fault in faults:
            typer.echo(f"{fault.problem.code} {fault.what} {fault.remedy}", err=True)
        typer.echo(f"{count(len(faults), 'falla')}; nada cambió.", err=True)
    else:
        typer.echo(f"{count(len(files), 'archivo')} sin fallas.")
    if faults:
        raise typer.Exit(1)


def show(
    key: Annotated[str, typer.Argument(metavar="CLAVE", help="Fila, por ejemplo CRED:6m.")],
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Día en que vence (AAAA-MM-DD); por defecto, hoy."),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Dice qué filas juzgan un servicio en una fecha, con su sección, su fuente y cuán segura es."""
    day = on.date() if on else SystemClock().today()
    book = _book()
    found = _rows_on(book, key, day)
    if not found:
        error = user_error(UNKNOWN_KEY, key=key, on=paper_date(day), like=_like(book, key))
        typer.echo(str(error), err=True)
        raise typer.Exit(2)
    if as_json:
        _print(
            [
                {**_row(row), "pack": info.id, "norm": info.norm, "source": info.source}
                for info, row in found
            ]
        )
        return
    for info, row in found:
        who = f" ({row.who})" if row.who else ""
        typer.echo(f"{row.key} {row.name}{who}: {row.value.rstrip('.')}.")
        for text in (row.more, row.note):
            if text:
                typer.echo(f"    {text}")
        mark = f" · {row.mark}" if row.mark else ""
        typer.echo(f"    {info.norm}, {row.section}{mark}")
        typer.echo(f"    Fuente: {info.source} ({info.file})")


def _folder() -> Path:
    return paths.resources() / "norms"


def _book() -> RuleBook:
    try:
        return load_rule_book(_folder())
    except UserError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _rows_on(book: RuleBook, key: str, day: date) -> list[tuple[PackInfo, PackRow]]:
    """Rows of that key in every pack in force on a day; of services, those whose own dates say so."""
    wanted = key.casefold()
    judging = {
        (row.pack_id, row.key)
        for family in book.families
        for expected in family.expected
        for row in expected.versions
        if row.start <= day and (row.until is None or day <= row.until)
    }
    return [
        (info, row)
        for info in book.packs
        if info.start <= day and (info.until is None or day <= info.until)
        for row in rows_of(info, book)
        if row.key.casefold() == wanted
        and (info.kind != "services" or (info.id, row.key) in judging)
    ]


def _like(book: RuleBook, key: str) -> str:
    """Keys of the same service, whenever they were in force."""
    service = key.partition(":")[0].casefold()
    keys = [one.key for family in book.families for one in family.expected]
    near = [one for one in dict.fromkeys(keys) if one.partition(":")[0].casefold() == service]
    return ", ".join(near[:8]) or "ninguna"


def _pack(info: PackInfo, rows: list[PackRow]) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "kind": info.kind,
        "norm": info.norm,
        "from": info.start.isoformat(),
        "until": info.until.isoformat() if info.until else None,
        "trust": info.trust.value,
        "file": info.file,
        "source": info.source,
        "rows": len(rows),
        "unofficial": sum(not row.trust.is_official for row in rows),
    }


def _row(row: PackRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "who": row.who,
        "value": row.value,
        "more": row.more,
        "section": row.section,
        "trust": row.trust.value,
        "official": row.trust.is_official,
        "mark": row.mark,
        "note": row.note,
    }


def _fault(fault: UserError) -> dict[str, Any]:
    values = fault.values
    return {
        "code": fault.problem.code,
        "file": values.get("file"),
        "row": values.get("row"),
        "field": values.get("field"),
        "what": fault.what,
        "remedy": fault.remedy,
    }


def _paper(iso: str) -> str:
    return paper_date(date.fromisoformat(iso))


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
