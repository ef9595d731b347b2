"""School years on the server: loaded once, in the partition of their household, or not at all."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from juntos_campo.central.cli import app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.office_files import read_office_files
from juntos_campo.central.tables import records
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Member, School, SchoolYear, Settlement
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.register.entities import school_id

DAY = date(2026, 11, 17)
HEADER = (
    "tipo_documento;numero_documento;anio_escolar;codigo_ie;"
    "nivel_ie;grado;fecha_matricula;asistencia_03\n"
)
YEAR = "DNI;96000004;2026;0990010;PRIMARIA;4;12/02/2026;95\n"
STRANGER = "DNI;96000555;2026;0990010;PRIMARIA;4;12/02/2026;95\n"

PLACE = Settlement(id="s-1", name="Ocros", ubigeo="030101", district="Abancay", province="Abancay")
HOME = Household(id="h-1", code="00001", field_worker="ana", settlement_id="s-1")
SCHOOL = School(id=school_id("0990010"), code="0990010", name="I.E. N.° 54101")
GIRL = Member(
    id="m-1",
    household_id="h-1",
    document_kind=DocumentKind.DNI,
    document_number="96000004",
    paternal="Ccori",
    maternal="Quispe",
    given="Flor",
    sex=Sex.FEMALE,
    birth_date=date(2017, 9, 9),
)


@pytest.fixture
def ready(database: Database, clock: FixedClock) -> Database:
    """A server that has one student and her school."""
    load(database, [PLACE, SCHOOL, HOME, GIRL], clock)
    return database


def _file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "matricula.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8-sig")
    return path


def test_a_school_year_goes_to_the_field_worker_of_its_household(
    ready: Database, clock: FixedClock, tmp_path: Path
) -> None:
    entities = read_office_files(ready, None, None, DAY, schooling=_file(tmp_path, YEAR))
    assert load(ready, entities, clock).added == {"school_year": 1}
    with ready.reading() as connection:
        row = connection.execute(sa.select(records).where(records.c.kind == "school_year")).one()
    assert row.partition == "fw:ana"
    body = json.loads(row.body)
    assert (body["member_id"], body["attendance"]) == ("m-1", {"2026-03": 95.0})


def test_loading_the_same_years_again_sends_nothing_to_the_laptops(
    ready: Database, clock: FixedClock, tmp_path: Path
) -> None:
    path = _file(tmp_path, YEAR)
    load(ready, read_office_files(ready, None, None, DAY, schooling=path), clock)
    again = load(ready, read_office_files(ready, None, None, DAY, schooling=path), clock)
    assert (again.added, again.changed, again.same) == ({}, {}, 1)


def test_the_next_month_is_a_new_version_of_the_same_year(
    ready: Database, clock: FixedClock, tmp_path: Path
) -> None:
    path = _file(tmp_path, YEAR)
    load(ready, read_office_files(ready, None, None, DAY, schooling=path), clock)
    path = _file(tmp_path, YEAR.replace(";95\n", ";61\n"))
    report = load(ready, read_office_files(ready, None, None, DAY, schooling=path), clock)
    assert (report.added, report.changed) == ({}, {"school_year": 1})


def test_nothing_of_a_faulty_file_is_loaded_unless_the_good_rows_are_accepted(
    ready: Database, tmp_path: Path
) -> None:
    path = _file(tmp_path, YEAR, STRANGER)
    with pytest.raises(UserError) as refused:
        read_office_files(ready, None, None, DAY, schooling=path)
    assert refused.value.problem.code == "CEN-205"
    assert "fila 3, numero_documento" in str(refused.value)
    accepted = read_office_files(ready, None, None, DAY, True, schooling=path)
    assert [type(one) for one in accepted] == [SchoolYear]


def test_the_command_loads_school_years_and_tells_a_bad_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUNTOS_CENTRAL_ARGON2_MEMORY_KIB", "64")
    runner, place = CliRunner(), str(tmp_path / "server")
    assert runner.invoke(app, ["init", "--data", place]).exit_code == 0
    path = str(_file(tmp_path, STRANGER))
    told = runner.invoke(app, ["load", "--schooling", path, "--data", place])
    assert (told.exit_code, "CEN-205" in told.output) == (1, True)
    assert "matricula.csv" in told.output
