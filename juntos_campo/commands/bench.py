"""`juntos-campo bench`: how fast the program is on this machine, against a reference in the same run."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from juntos_campo.demo.bench.load import STANDARD_HOUSEHOLDS, prepare
from juntos_campo.demo.bench.measure import Measure
from juntos_campo.demo.bench.profiled import Share
from juntos_campo.demo.world import DemoError
from juntos_campo.domain.errors import UserError
from juntos_campo.garbage import collect_seldom


class What(StrEnum):
    """What can be measured; each is a module of `juntos_campo.demo.bench`."""

    STARTUP = "startup"
    SEARCH = "search"
    ALERTS = "alerts"
    SAVE = "save"
    PDF = "pdf"
    FORMS = "forms"
    SYNC = "sync"
    CENTRAL = "central"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("bench")(bench)


def bench(
    what: Annotated[What, typer.Argument(metavar="MEDIDA", help="Qué se mide.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Una lista JSON, un objeto por cada medida.")
    ] = False,
    households: Annotated[
        int, typer.Option(min=20, help="Hogares inventados de la carga.")
    ] = STANDARD_HOUSEHOLDS,
    data: Annotated[
        Path | None,
        typer.Option(help="Carpeta donde la carga se conserva para otra medición."),
    ] = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Con «alerts»: en qué se va el tiempo.")
    ] = False,
    peers: Annotated[
        Path | None,
        typer.Option(
            help="Con «sync»: carpeta de los otros programas, medidos en la misma corrida."
        ),
    ] = None,
    seeded: Annotated[
        bool,
        typer.Option(
            "--seeded",
            help="Con «central»: la base de datos se llena directamente, sin archivos del padrón.",
        ),
    ] = False,
) -> None:
    """Mide la velocidad del programa con personas inventadas y la compara con una referencia."""
    # Windows are drawn, but nobody needs to look at them.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    collect_seldom()  # as the window does
    if profile and what is not What.ALERTS:
        raise typer.BadParameter("solo se puede con «alerts».", param_hint="'--profile'")
    if peers is not None and what is not What.SYNC:
        raise typer.BadParameter("solo se puede con «sync».", param_hint="'--peers'")
    if seeded and what is not What.CENTRAL:
        raise typer.BadParameter("solo se puede con «central».", param_hint="'--seeded'")
    more: dict[str, object] = {}
    shares: list[Share] = []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            module = f"juntos_campo.demo.bench.{what}"
            measures: list[Measure]
            if what is What.SYNC:  # its laptops fill themselves from a server
                measures = resolve_name(f"{module}:measure")(folder, households, peers)
            elif what is What.CENTRAL:  # as large as it is, it makes its households itself
                measures, plans = resolve_name(f"{module}:measure")(
                    folder, households, _say, seeded=seeded, keep=data is not None
                )
                more["plans"] = [one.as_json() for one in plans]
            else:
                load = prepare(folder, households)
                measures = resolve_name(f"{module}:measure")(load)
            if profile:
                shares = resolve_name("juntos_campo.demo.bench.alerts:profile")(load)
        except (DemoError, UserError) as error:
            Console(stderr=True, highlight=False).print(str(error), soft_wrap=True, markup=False)
            raise typer.Exit(1) from None
    if as_json:
        if profile:
            more["profile"] = [one.as_json() for one in shares]
        found = [one.as_json() for one in measures]
        found[0] |= more
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False)
        console.print(_table(measures))
        if profile:
            console.print(_shares(shares))


def _say(text: str) -> None:
    """How far a long measurement is; beside the result, which may be JSON."""
    Console(stderr=True, highlight=False).print(text, soft_wrap=True, markup=False)


def _shares(shares: list[Share]) -> Table:
    table = Table("Función", "Propio", "Con lo que llama", "Llamadas")
    for one in shares:
        table.add_row(one.function, f"{one.own:.1%}", f"{one.total:.1%}", str(one.calls))
    return table


def _table(measures: list[Measure]) -> Table:
    table = Table("", "Medida", "Resultado", "Referencia", "Veces", "Límite", "Cumple")
    for one in measures:
        table.add_row(
            one.id,
            one.what,
            f"{one.figure:.3g} {one.unit}",
            f"{one.reference:.3g} {one.unit}",
            f"{one.ratio:.2f}",
            one.bar,
            "sí" if one.holds else "NO",
        )
    return table
