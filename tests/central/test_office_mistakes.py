"""Slips of an office and of an operator that would go unnoticed, or end in words nobody understands."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import psycopg
import pytest
from office_commands import RUNNER, run
from openpyxl import Workbook

from juntos_campo.central import cli_load
from juntos_campo.central.cli import app
from juntos_campo.central.cli_common import why_unreachable

from .bulk_files import Office
from .conftest import PASSWORD


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUNTOS_CENTRAL_ARGON2_MEMORY_KIB", "64")
    monkeypatch.setenv("JUNTOS_CENTRAL_ARGON2_PASSES", "1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def server(tmp_path: Path) -> Path:
    assert run("init", "--data", tmp_path / "server")[0] == 0
    return tmp_path / "server"


def enrol(server: Path, user: str, *more: str, name: str = "Nombre") -> tuple[int, str]:
    who = ("--user", user, "--name", name, "--role", "gestor", "--password", PASSWORD)
    return run("enrol", *who, *more, "--data", server)


def register(folder: Path, workers: tuple[str, ...] = ("ana", "beto")) -> str:
    return str(Office.new(5, 6, workers).write(folder).register)


@pytest.mark.parametrize("way", [(), ("--dry-run",), ("--bulk",)])
def test_households_of_a_misspelt_field_worker_are_told_before_they_reach_no_laptop(
    server: Path, tmp_path: Path, way: tuple[str, ...]
) -> None:
    enrol(server, "ana", "--zone", "Grau")
    status, text = run("load", "--register", register(tmp_path / "f"), *way, "--data", server)
    assert status == 0
    told = text[text.index("Aviso: hay 3 hogares de 1 gestor que no está inscrito") :]
    assert "«beto»: 3 hogares" in told
    assert "enrol" in told
    assert "«ana»" not in told
    enrol(server, "beto", "--zone", "Grau")
    assert "Aviso" not in run("load", "--register", register(tmp_path / "g"), "--data", server)[1]


def test_who_is_shut_out_counts_as_nobody_for_the_households_of_a_register(
    server: Path, tmp_path: Path
) -> None:
    for user in ("ana", "beto"):
        enrol(server, user, "--zone", "Grau")
    run("deactivate", "--user", "ana", "--data", server)
    text = run("load", "--register", register(tmp_path / "f"), "--dry-run", "--data", server)[1]
    assert "«ana»: 3 hogares" in text


def test_what_good_rows_alone_leave_out_is_told(server: Path, tmp_path: Path) -> None:
    office = Office.new(5, 6, ("ana",))
    office.register[0]["sexo"] = "X"
    file = office.write(tmp_path / "f").register
    status, text = run("load", "--register", file, "--accept-good", "--data", server)
    assert status == 0
    assert "Quedan fuera por errores del padrón: 1 hogar" in text


@pytest.mark.parametrize("way", [(), ("--accept-good",), ("--bulk",)])
def test_a_file_without_a_needed_column_is_not_said_to_have_one_faulty_row(
    server: Path, tmp_path: Path, way: tuple[str, ...]
) -> None:
    file = Path(register(tmp_path / "f"))
    text = file.read_text(encoding="utf-8-sig").replace("gestor", "Gestor local", 1)
    file.write_text(text, encoding="utf-8-sig")
    status, told = run("load", "--register", file, *way, "--data", server)
    assert status == 1
    assert "CEN-220" in told
    assert "Faltan columnas obligatorias: gestor" in told
    assert "No se cargó nada" in told
    assert "--accept-good" not in told  # it would not help
    assert "1 filas" not in told


def test_the_list_of_errors_is_not_written_over_the_register_itself(
    server: Path, tmp_path: Path
) -> None:
    office = Office.new(5, 6, ("ana",))
    office.register[0]["sexo"] = "X"
    file = office.write(tmp_path / "f").register
    before = file.read_bytes()
    command = ("load", "--register", file, "--data", server, "--faults")
    status, text = run(*command, file)
    assert (status, "CEN-324" in text) == (1, True)
    assert file.read_bytes() == before
    for _again in range(2):  # the list of the load before is replaced
        assert "CEN-205" in run(*command, tmp_path / "errores.csv")[1]


@pytest.mark.parametrize("way", [(), ("--bulk",)])
def test_who_stops_a_load_is_told_what_became_of_it(
    server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: tuple[str, ...]
) -> None:
    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    name = "_load_in_bulk" if way else "_load"
    with monkeypatch.context() as patch:
        patch.setattr(cli_load, name, stop)
        command = ("load", "--register", register(tmp_path / "f"), *way, "--data", server)
        status, text = run(*command)
    assert (status, "repita la misma orden" in text) == (130, True)
    assert run(*command)[0] == 0


def test_a_second_sheet_that_was_not_read_is_told(server: Path, tmp_path: Path) -> None:
    lines = Path(register(tmp_path / "f")).read_text(encoding="utf-8-sig").splitlines()
    book = Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line.split(";"))
    book.create_sheet("Otra").append(["codigo_hogar"])
    book.save(tmp_path / "padron.xlsx")
    told = run("load", "--register", tmp_path / "padron.xlsx", "--data", server)[1]
    assert "REG-013" in told


def test_a_load_of_nothing_is_not_told_as_done(server: Path) -> None:
    for more in ((), ("--accept-good",)):
        status, text = run("load", *more, "--data", server)
        assert (status, "CEN-323" in text) == (1, True)


def test_the_households_of_who_is_shut_out_are_not_forgotten(server: Path, tmp_path: Path) -> None:
    for user in ("ana", "beto"):
        enrol(server, user, "--zone", "Grau")
    run("load", "--register", register(tmp_path / "f"), "--data", server)
    shut_out = ("deactivate", "--user", "ana", "--data", server)
    assert "3 hogares a su cargo" in run(*shut_out)[1]
    assert run("reassign", "--from", "ana", "--to", "beto", "--data", server)[0] == 0
    assert "a su cargo" not in run(*shut_out)[1]


@pytest.mark.parametrize("user", ["R.Ccori", "r ccori", "", "ana\n", "x" * 65])
def test_a_user_no_register_can_name_is_refused(server: Path, user: str) -> None:
    status, text = enrol(server, user, "--zone", "Grau")
    assert (status, "CEN-274" in text) == (1, True)


def test_nobody_and_no_unit_is_left_without_a_name(server: Path) -> None:
    assert "CEN-275" in enrol(server, "ana", "--zone", "Grau", name=" ")[1]
    assert run("unit", "PUNO", "--name", "UT Puno", "--data", server)[0] == 0
    assert "CEN-275" in run("unit", "PUNO", "--name", "", "--data", server)[1]


def test_a_misspelt_zone_does_not_put_a_field_worker_outside_every_unit(server: Path) -> None:
    run("unit", "PUNO", "--name", "UT Puno", "--data", server)
    run("zone", "Melgar", "--unit", "PUNO", "--data", server)
    status, text = enrol(server, "ana", "--zone", "Mlegar")
    assert (status, "CEN-270" in text) == (1, True)
    assert "las que hay: Melgar" in text
    assert enrol(server, "ana", "--zone", "Nueva", "--unit", "PUNO")[0] == 0
    assert enrol(server, "beto", "--zone", "Melgar")[0] == 0


def test_the_list_of_a_unit_that_is_none_is_not_an_empty_list(server: Path) -> None:
    status, text = run("accounts", "--unit", "LIMA", "--data", server)
    assert (status, "CEN-262" in text) == (1, True)


def test_a_folder_that_cannot_be_used_is_told_in_spanish(tmp_path: Path) -> None:
    (tmp_path / "archivo").write_text("x")
    (tmp_path / "copia.jcr").write_text("x")
    for command in (("init",), ("restore", tmp_path / "copia.jcr")):
        status, text = run(*command, "--data", tmp_path / "archivo")
        assert (status, "CEN-250" in text, "es un archivo" in text) == (1, True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="there folders have other rights")
def test_other_users_of_the_machine_cannot_read_a_new_database(tmp_path: Path) -> None:
    run("init", "--data", tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    for file in (tmp_path / "new").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    run("init", "--database", f"sqlite:///{tmp_path / 'other.db'}")
    assert stat.S_IMODE((tmp_path / "other.db").stat().st_mode) & 0o077 == 0


def test_of_two_databases_none_is_silently_taken(tmp_path: Path) -> None:
    status, text = run("init", "--data", tmp_path / "a", "--database", "postgresql:///b")
    assert (status, "CEN-249" in text) == (1, True)
    assert not (tmp_path / "a").exists()


def test_an_operator_reads_which_database_did_not_open_and_why(tmp_path: Path) -> None:
    status, text = run("accounts", "--database", "postgresql://u:clave@127.0.0.1:1/juntos")
    assert (status, "CEN-202" in text) == (1, True)
    assert (
        "Dirección: postgresql://u:***@127.0.0.1:1/juntos (en esa dirección nadie atiende)" in text
    )
    assert "clave" not in text
    assert "(no se puede abrir)" in run("accounts", "--data", tmp_path / "nada")[1]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('FATAL: password authentication failed for user "juntos"', "contraseña"),
        ("FATAL: la autentificación password falló para el usuario «juntos»", "contraseña"),
        ('FATAL: database "juntos" does not exist', "no hay en ese servidor"),
        ("FATAL: sorry, too many clients already", "conexiones ocupadas"),
        ('FATAL: no pg_hba.conf entry for host "10.0.0.9"', "no deja entrar"),
        ("something nobody foresaw", "no se sabe por qué"),
    ],
)
def test_what_postgresql_says_is_told_in_the_operators_words(said: str, words: str) -> None:
    assert words in why_unreachable(psycopg.OperationalError(said))


def test_the_password_is_asked_for_in_spanish(server: Path) -> None:
    who = ("--user", "ana", "--name", "Ana", "--role", "gestor", "--zone", "Grau")
    command = ["enrol", *who, "--data", str(server)]
    asked = RUNNER.invoke(app, command, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0
    assert "Contraseña" in asked.output
    assert "Otra vez la contraseña" in asked.output
    assert "Password" not in asked.output
