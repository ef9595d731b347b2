"""`juntos-campo forms`: whether XLSForms can be used here, all that is wrong with them, and a run of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from juntos_campo.commands.forms_run import run
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count
from juntos_campo.form_engine.loader import load_form
from juntos_campo.form_engine.sheet import check_file, read_file
from juntos_campo.terminal.program import Program


def register(app: typer.Typer) -> None:
    """Add the command group to `app`."""
    group = Program("Los formularios (XLSForm).")

    group.command("check")(check)
    group.command("run")(run)
    app.add_typer(group, name="forms")


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="ARCHIVO", help="XLSForms en .md o .xlsx.")
    ],
) -> None:
    """Revisa formularios: dice todo lo que está mal, en qué fila y columna, y qué hacer."""
    console = Console(highlight=False)
    faulty = 0
    for file in files:
        if file.name.lower() == "readme.md":
            said = "explica la carpeta y no es un formulario; no se revisa."
            console.print(Text(f"{file.name}: {said}"), soft_wrap=True)
            continue
        faults, lines = check_form(file)
        faulty += bool(faults)
        for line in (*map(str, faults), *lines):
            console.print(Text(f"{file.name}: {line}"), soft_wrap=True)
        if len(faults) > 1:
            console.print(Text(f"{file.name}: {len(faults)} errores."), soft_wrap=True)
    if faulty:
        raise typer.Exit(1)


def check_form(file: Path) -> tuple[list[UserError], list[str]]:
    """What is wrong with a form; when nothing is, what it holds and what may be a slip, in Spanish."""
    faults = check_file(file)
    if faults:
        return faults, []
    try:
        definition = load_form(file)
    except UserError as error:
        return [error], []
    questions = count(sum(1 for _ in definition.questions), "pregunta")
    repeats = count(len(definition.repeats), "repetición", "repeticiones")
    good = f"correcto. {definition.title}, versión {definition.version}: {questions}, {repeats}."
    return [], [good, *(f"aviso: {warning}" for warning in read_file(file).warnings)]
