"""The office loads large files by the command, and reads what happened."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa
from office_commands import run
from openpyxl import Workbook

from juntos_campo.central.database import Database
from juntos_campo.central.settings import sqlite_url
from juntos_campo.central.tables import records

from .bulk_files import Office


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    written = Office.new(5, 6, ("ana", "beto")).write(tmp_path / "files")
    return ("--register", str(written.register), "--history", str(written.history))


def test_the_office_reads_what_is_new_and_that_nothing_changes_the_second_time(
    place: Path, files: tuple[str, ...]
) -> None:
    status, text = run("load", *files, "--dry-run", "--data", place)
    assert status == 0
    assert "no se cargó nada" in text
    status, text = run("load", *files, "--bulk", "--data", place)
    assert status == 0
    assert "Nuevos:" in text
    assert "6 hogares" in text
    assert "Memoria:" in text
    assert "Nada cambió" in run("load", *files, "--bulk", "--data", place)[1]


def test_faults_are_told_with_remedy_and_written_out_whole(place: Path, tmp_path: Path) -> None:
    office = Office.new(5, 6, ("ana", "beto"))
    office.register[2]["sexo"] = "X"
    office.register[4]["fecha_nacimiento"] = "31/02/2020"
    register = str(office.write(tmp_path / "files").register)
    out = tmp_path / "errores.csv"
    status, text = run("load", "--register", register, "--bulk", "--faults", out, "--data", place)
    assert status == 1
    assert "fila 4, sexo" in text
    assert "--accept-good" in text
    told = out.read_text(encoding="utf-8-sig")
    assert "sexo" in told
    assert "fecha_nacimiento" in told
    status, text = run("load", "--register", register, "--bulk", "--accept-good", "--data", place)
    assert status == 0
    assert "Quedan fuera por errores del padrón" in text


def test_who_asks_to_go_on_with_nothing_is_told_so(place: Path) -> None:
    status, text = run("load", "--resume", "--data", place)
    assert (status, "CEN-321" in text) == (1, True)
    status, text = run("load", "--bulk", "--data", place)
    assert (status, "CEN-323" in text) == (1, True)


def test_a_workbook_loads_in_bulk_like_the_same_table_as_csv(place: Path, tmp_path: Path) -> None:
    written = Office.new(5, 6, ("ana", "beto")).write(tmp_path / "files")
    assert written.register is not None
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Padrón")
    with written.register.open(encoding="utf-8", newline="") as file:
        for cells in csv.reader(file, delimiter=";"):
            sheet.append(cells)
    workbook = tmp_path / "padron.xlsx"
    book.save(workbook)
    assert run("load", "--register", workbook, "--bulk", "--data", place)[0] == 0
    again = run("load", "--register", written.register, "--bulk", "--data", place)
    assert "Nada cambió" in again[1]
    store = Database(sqlite_url(place))
    with store.reading() as connection:
        homes = sa.select(sa.func.count()).where(records.c.kind == "household")
        assert connection.execute(homes).scalar_one() == 6
    store.close()
