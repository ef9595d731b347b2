"""`juntos-campo forms check`: whether XLSForms can be used here, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count
from juntos_campo.form_engine.loader import load_form
from juntos_campo.form_engine.sheet import read_file


def register(app: typer.Typer) -> None:
    """Add the command group to `app`."""
    group = typer.Typer(no_args_is_help=True, help="Los formularios (XLSForm).")

    # A lone command would take the group's place; the callback keeps ``forms check``.
    @group.callback()
    def forms() -> None:
        """Los formularios (XLSForm)."""

    group.command("check")(check)
    app.add_typer(group, name="forms")


def check(
    files: Annotated[list[Path], typer.Argument(help="XLSForms en .md o .xlsx.")],
) -> None:
    """Revisa formularios: dice qué no se admite, en qué fila y columna, y qué usar en su lugar."""
    console = Console(highlight=False)
    faulty = 0
    for file in files:
        try:
            sheet = read_file(file)
            definition = load_form(file)
        except UserError as error:
            faulty += 1
            console.print(Text(f"{file.name}: {error}"), soft_wrap=True)
            continue
        questions = count(sum(1 for _ in definition.questions), "pregunta")
        repeats = count(len(definition.repeats), "repetición", "repeticiones")
        console.print(
            Text(
                f"{file.name}: correcto. {definition.title}, versión {definition.version}: "
                f"{questions}, {repeats}."
            ),
            soft_wrap=True,
        )
        for warning in sheet.warnings:
            console.print(Text(f"{file.name}: aviso de pyxform: {warning}"), soft_wrap=True)
    if faulty:
        raise typer.Exit(1)
