"""Both programs, every command: nothing an operator reads is in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import typer
from library_sentences import words
from typer.main import get_command
from typer.testing import CliRunner

from juntos_campo.central.cli import app as central
from juntos_campo.commands.command_line import build

PROGRAMS = {"juntos-central": get_command(central), "juntos-campo": get_command(build())}
"""Put together once: that is most of what a call costs."""

Shown = Callable[..., tuple[int, str]]

TYPES = {"bool", "datetime", "dir", "file", "float", "int", "list", "path", "range", "str"}
"""Names of kinds of values, as the library shows them in a help."""
COMMON = {"by", "nation", "of", "or", "the", "until", "when", "which", "with", "without", "worker"}
BOTH = {"error", "extra"}
"""Words of the library that are Spanish too."""
NOT_TEXT = re.compile(r"--?[a-z][a-z-]*|«[^»]*»|[A-Z]+(_[A-Z]+)+|juntos-(central|campo)[a-z -]*")
"""Options, keys of files, variables and commands have English names, as the manuals say."""


def tree(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, one in getattr(command, "commands", {}).items():
        yield from tree(one, (*path, name))


CALLS = [(name, path) for name, program in PROGRAMS.items() for path in tree(program)]
NAMES = {name for _program, path in CALLS for name in path}


def english(text: str) -> set[str]:
    text = re.sub(rf"^│ ({'|'.join(NAMES)}) ", "", text, flags=re.MULTILINE)
    found = set(re.findall(r"\w+", NOT_TEXT.sub(" ", text).lower()))
    return found & ((words() | TYPES | COMMON) - BOTH)


@pytest.fixture
def shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """What a call shows, on both streams, and its status."""

    def call(program: str, *arguments: str, width: int = 80) -> tuple[int, str]:
        monkeypatch.setenv("COLUMNS", str(width))
        with pytest.raises(SystemExit) as ended:
            PROGRAMS[program].main(list(arguments), prog_name=program)
        return int(str(ended.value.code)), "".join(capsys.readouterr())

    return call


def test_the_library_itself_would_not_pass() -> None:
    app = typer.Typer(add_completion=False)
    app.command()(test_the_library_itself_would_not_pass)
    said = "".join(CliRunner().invoke(app, [one]).output for one in ("--help", "--x"))
    assert {"usage", "options", "message", "exit", "such"} <= english(said)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize(("program", "path"), CALLS)
def test_the_help_of_every_command_can_be_read_by_who_reads_no_english(
    shown: Shown, program: str, path: tuple[str, ...], width: int
) -> None:
    status, text = shown(program, *path, "--help", width=width)
    assert status == 0
    assert "Uso: " in text
    assert not english(text), text


@pytest.mark.parametrize(("program", "path"), CALLS)
def test_what_no_command_knows_is_refused_in_spanish(
    shown: Shown, program: str, path: tuple[str, ...]
) -> None:
    status, text = shown(program, *path, "--no-existe-tal-cosa")
    assert status == 2
    assert "No existe la opción" in text
    assert not english(text), text


WRONG = [
    ("juntos-central", "reports", "«report»"),
    ("juntos-central", "zzz", "«zzz»"),
    ("juntos-central", "report --perido 2026", "--period"),
    ("juntos-central", "report --period", "--period"),
    ("juntos-central", "report sobra dos", "sobra dos"),
    ("juntos-central", "enrol --user a", "--name"),
    ("juntos-central", "enrol --user a --name b --role jefe", "gestor"),
    ("juntos-central", "backup", "DESTINO"),
    ("juntos-central", "backup x --keep 0", "1 o más"),
    ("juntos-central", "backup x --keep dos", "número entero"),
    ("juntos-central", "backup x --force=1", "sin valor"),
    ("juntos-central", "serve --port puerto", "número entero"),
    ("juntos-central", "leave a --to b --from 32/13/2026 --until 01/01/2026", "DD/MM/AAAA"),
    ("juntos-central", "cancel-leave uno", "NÚMERO"),
    ("juntos-campo", "regiter", "«register»"),
    ("juntos-campo", "register impor x", "«import»"),
    ("juntos-campo", "register import", "PADRÓN"),
    ("juntos-campo", "bench nada", "central"),
    ("juntos-campo", "bench", "Elija entre"),
    ("juntos-campo", "bench sync --profile", "«alerts»"),
    ("juntos-campo", "haemoglobin doce", "VALOR"),
    ("juntos-campo", "haemoglobin 12 --sex X", "«F», «M»"),
    ("juntos-campo", "haemoglobin 12 --altitude 9000", "5500 o menos"),
    ("juntos-campo", "services --today ayer", "AAAA-MM-DD"),
    ("juntos-campo", "demo-data --households 5 --out x --gestores ,", "al menos un gestor"),
    ("juntos-campo", "sync --bundle", "falta su valor"),
    ("juntos-campo", "norms list sobra", "Sobra"),
    ("juntos-campo", "forms check", "ARCHIVO"),
    ("juntos-campo", "services /no/hay.json", "hay.json"),
    ("juntos-campo", "services /", "no se puede leer"),
    ("juntos-campo", "forms check /no/hay.md", "no se encuentra"),
    ("juntos-campo", "verify /no/hay.pdf", "no se encuentra"),
    ("juntos-campo", "verify /", "carpeta"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "call", "helps"), WRONG)
def test_a_wrong_call_is_told_in_spanish_with_what_helps(
    shown: Shown, program: str, call: str, helps: str
) -> None:
    status, text = shown(program, *call.split())
    assert status in (1, 2)
    assert helps in " ".join(text.replace("│", " ").split())
    assert not english(text), text
