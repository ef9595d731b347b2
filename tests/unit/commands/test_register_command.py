"""The commands an office and a check call: what they print, write and answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo import paths
from juntos_campo.app.session import User, create_session, open_session
from juntos_campo.commands import demo_data, register
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.values import Role
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.store.keys import KdfCost

PASSWORD = "clave-de-prueba"
CHEAP = KdfCost(passes=1, memory_kib=1024, lanes=1)
CLOCK = FixedClock(datetime(2026, 11, 21, 8, 30, tzinfo=LIMA))


@pytest.fixture
def program() -> typer.Typer:
    program = typer.Typer()
    demo_data.register(program)
    register.register(program)
    return program


@pytest.fixture
def made(program: typer.Typer, tmp_path: Path) -> Path:
    out = tmp_path / "oficina"
    arguments = ["demo-data", "--households", "12", "--seed", "4", "--out", str(out)]
    result = CliRunner().invoke(
        program, [*arguments, "--date", "2026-11-21", "--gestores", "rccori"]
    )
    assert result.exit_code == 0, result.output
    assert "12 hogares" in result.output
    return out


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    folder = tmp_path / "laptop"
    book = load_rule_book(paths.resources() / "norms")
    user = User("rccori", "R. Ccori", Role.FIELD_WORKER)
    create_session(
        paths.DataPlace(folder), password=PASSWORD, user=user, clock=CLOCK, book=book, cost=CHEAP
    ).close()
    return folder


def _households(laptop: Path) -> int:
    book = load_rule_book(paths.resources() / "norms")
    session = open_session(paths.DataPlace(laptop), password=PASSWORD, clock=CLOCK, book=book)
    try:
        return session.store.count(Household)
    finally:
        session.close()


def _run(program: typer.Typer, laptop: Path, *arguments: str | Path) -> tuple[int, str]:
    words = ["register", "import", *map(str, arguments), "--data", str(laptop)]
    result = CliRunner().invoke(
        program, words, env={"JUNTOS_CAMPO_PASSWORD": PASSWORD, "COLUMNS": "200"}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_check_reports_and_changes_nothing_then_import_brings_the_households(
    program: typer.Typer, made: Path, laptop: Path
) -> None:
    files = (made / "padron.csv", "--history", made / "historial.csv")
    code, output = _run(program, laptop, *files, "--check")
    assert code == 0, output
    assert "no se cambió nada" in output
    assert _households(laptop) == 0
    code, output = _run(program, laptop, *files)
    assert code == 0, output
    assert "Importado." in output
    assert _households(laptop) == 12
    assert "nada cambió" in _run(program, laptop, *files)[1]


def test_a_faulty_file_is_refused_with_a_list_that_can_be_saved(
    program: typer.Typer, made: Path, laptop: Path, tmp_path: Path
) -> None:
    path = made / "padron.csv"
    path.write_text(path.read_text("utf-8-sig").replace(";HIJO;", ";AHIJADO;", 1), "utf-8-sig")
    code, output = _run(program, laptop, path, "--faults", tmp_path / "fallas.csv")
    assert code == 1
    assert "AHIJADO" in output
    assert "No se importó nada" in output
    assert "Traceback" not in output
    assert _households(laptop) == 0
    assert "REG-021" in (tmp_path / "fallas.csv").read_text("utf-8-sig")
    code, output = _run(program, laptop, path, "--accept-good-rows")
    assert code == 0, output
    assert _households(laptop) == 11


def test_check_works_before_the_laptop_is_set_up(
    program: typer.Typer, made: Path, tmp_path: Path
) -> None:
    code, output = _run(program, tmp_path / "nueva", made / "padron.csv", "--check")
    assert code == 0, output
    assert "12 hogares" in output
    assert not (tmp_path / "nueva").exists()


def test_a_wrong_password_is_said_in_words(program: typer.Typer, made: Path, laptop: Path) -> None:
    words = ["register", "import", str(made / "padron.csv"), "--data", str(laptop)]
    result = CliRunner().invoke(program, words, env={"JUNTOS_CAMPO_PASSWORD": "otra-clave"})
    assert result.exit_code == 1
    assert "ontraseña" in result.output
    assert "Traceback" not in result.output


def test_demo_data_without_a_field_worker_is_refused(program: typer.Typer, tmp_path: Path) -> None:
    words = ["demo-data", "--households", "3", "--out", str(tmp_path), "--gestores", " , "]
    assert CliRunner().invoke(program, words).exit_code == 2
    assert list(tmp_path.iterdir()) == []
