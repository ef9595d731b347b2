"""Questions a command asks on the terminal."""

from __future__ import annotations

import typer

_YES = ("s", "si", "sí", "y", "yes")
_NO = ("", "n", "no")


def confirm(question: str) -> None:
    """Go on only if the person says yes; just Enter means no.

    Raises:
        typer.Abort: she said no, or nobody is there to answer.
    """
    while True:
        answer = typer.prompt(f"{question} [s/N]", default="", show_default=False)
        said = str(answer).strip().lower()
        if said in _YES:
            return
        if said in _NO:
            raise typer.Abort
        typer.echo("Responda «s» (sí) o «n» (no).")


def ask_password() -> str:
    """The password of somebody who has one."""
    return str(typer.prompt("Contraseña", hide_input=True))


def ask_new_password() -> str:
    """A password somebody is given, written twice alike."""
    while True:
        first = ask_password()
        if first == typer.prompt("Otra vez la contraseña", hide_input=True):
            return first
        typer.echo("Las dos contraseñas no son iguales; escríbalas otra vez.", err=True)
