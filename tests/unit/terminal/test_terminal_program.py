"""A program in Spanish behaves as the library's own: only its words are others."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.terminal.asking import ask_new_password, confirm
from juntos_campo.terminal.program import Program

RUNNER = CliRunner()


class Size(StrEnum):
    SMALL = "chico"
    BIG = "grande"


def one(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="ARCHIVO")],
    number: Annotated[int, typer.Option(min=1)] = 1,
    size: Annotated[Size, typer.Option()] = Size.SMALL,
) -> None:
    """Hace algo que se
    explica en dos renglones.

    Y en otro
    párrafo.
    """
    typer.echo(f"{file.name} {number} {size}")


def stop() -> None:
    """Se detiene."""
    raise typer.Exit(7)


def give_up() -> None:
    """Se cancela."""
    raise typer.Abort


def filled(app: typer.Typer, group: typer.Typer) -> typer.Typer:
    for command in (one, stop, give_up):
        app.command()(command)
        group.command()(command)
    app.add_typer(group, name="grupo")
    return app


def programs() -> tuple[typer.Typer, typer.Typer]:
    plain = typer.Typer(no_args_is_help=True, add_completion=False)
    theirs = filled(plain, typer.Typer(no_args_is_help=True))
    return filled(Program("Prueba."), Program("Grupo.")), theirs


@pytest.mark.parametrize(
    "call",
    [
        "", "--help", "one --help", "grupo", "grupo --help", "grupo one --help", "otra", "--otra",
        "one", "one FILE", "one FILE --number 3 --size grande", "one FILE --number x", "stop",
        "one FILE --number 0", "one FILE --size medio", "one no", "one FOLDER", "one FILE más",
        "one FILE --numbre 3", "one --number", "give-up", "grupo stop", "grupo ona", "grupo one no",
    ],
)  # fmt: skip
def test_scripts_of_an_office_see_the_status_and_the_streams_they_always_saw(
    call: str, tmp_path: Path
) -> None:
    file = tmp_path / "f.csv"
    file.write_text("a")
    arguments = call.replace("FILE", str(file)).replace("FOLDER", str(tmp_path)).split()
    ours, theirs = (RUNNER.invoke(app, arguments) for app in programs())
    assert ours.exit_code == theirs.exit_code
    assert bool(ours.stdout.strip()) == bool(theirs.stdout.strip())
    assert bool(ours.stderr.strip()) == bool(theirs.stderr.strip())
    if theirs.exit_code == 0 and "--help" not in call:
        assert ours.stdout == theirs.stdout


def test_the_paragraphs_of_a_help_are_not_broken_in_the_middle() -> None:
    app, _ = programs()
    text = RUNNER.invoke(app, ["one", "--help"], env={"COLUMNS": "100"}).stdout
    assert "Hace algo que se explica en dos renglones." in text
    assert "Y en otro párrafo." in text


def asked(answers: str) -> tuple[int, str]:
    app = Program("Prueba.")

    @app.command()
    def ask() -> None:
        """Pregunta."""
        confirm("¿Seguir?")
        typer.echo("hecho")

    result = RUNNER.invoke(app, [], input=answers)
    return result.exit_code, result.output


@pytest.mark.parametrize("yes", ["s\n", "S\n", "sí\n", " si \n", "y\n", "quizá\ns\n"])
def test_whoever_says_yes_in_spanish_is_understood(yes: str) -> None:
    status, text = asked(yes)
    assert status == 0
    assert "hecho" in text


@pytest.mark.parametrize("no", ["n\n", "\n", "no\n", "", "quizá\nn\n", "quizá\n"])
def test_nothing_is_done_for_whoever_does_not_say_yes(no: str) -> None:
    status, text = asked(no)
    assert status == 1
    assert "hecho" not in text
    assert "no se hizo nada" in text


def test_a_password_written_in_two_ways_is_asked_again() -> None:
    app = Program("Prueba.")

    @app.command()
    def ask() -> None:
        """Pregunta."""
        typer.echo(f"es {ask_new_password()}")

    result = RUNNER.invoke(app, [], input="papa\npepa\nquinua\nquinua\n")
    assert "no son iguales" in result.stderr
    assert "es quinua" in result.stdout
    assert "papa" not in result.output
