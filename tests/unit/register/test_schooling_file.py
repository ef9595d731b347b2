"""School years: each student's enrolment and attendance as the school system has them, every fault named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from register_samples import TODAY, Rows, as_csv, as_xlsx, base_rows, typed

from juntos_campo.domain.entities import School, SchoolYear
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import SchoolLevel
from juntos_campo.register.export import write_faults
from juntos_campo.register.layout import SCHOOLING_COLUMNS
from juntos_campo.register.reader import RegisterFile, read_register
from juntos_campo.register.schooling import LEVELS, PASSED, SchoolingFile, read_schooling

GIRL, BROTHER = "96000004", "96000009"


def _people() -> Rows:
    """The sample register with a brother in secondary school."""
    rows = base_rows()
    brother = {
        **rows[3],
        "numero_documento": BROTHER,
        "nombres": "Percy",
        "sexo": "M",
        "fecha_nacimiento": "02/06/2012",
        "codigo_ie": "0990011",
        "nombre_ie": "I.E.S. Curanco",
        "nivel_ie": "SECUNDARIA",
        "grado": "2",
    }
    return [*rows[:4], brother, *rows[4:]]


def _years() -> Rows:
    """Excel rows 2 to 4: the girl in this year, her brother in this year and in the past one."""
    girl: dict[str, Any] = {
        "tipo_documento": "DNI",
        "numero_documento": GIRL,
        "anio_escolar": "2026",
        "codigo_ie": "0990010",
        "nivel_ie": "PRIMARIA",
        "grado": "4",
        "fecha_matricula": "12/02/2026",
        "asistencia_03": "95",
        "asistencia_04": "92,5",
        "asistencia_10": "0",
    }
    brother = {
        **girl,
        "numero_documento": BROTHER,
        "codigo_ie": "0990011",
        "nivel_ie": "SECUNDARIA",
        "grado": "2",
    }
    past = {
        **brother,
        "anio_escolar": "2025",
        "grado": "1",
        "fecha_matricula": "20/01/2025",
        "resultado": "PROMOVIDO",
        "tercio_superior": "SI",
    }
    return [girl, brother, past]


@pytest.fixture
def register(tmp_path: Path) -> RegisterFile:
    file = read_register(as_csv(tmp_path / "p.csv", _people()), TODAY)
    assert file.errors == ()
    return file


def _read(tmp_path: Path, register: RegisterFile, rows: Rows) -> SchoolingFile:
    path = as_csv(tmp_path / "m.csv", rows, SCHOOLING_COLUMNS)
    return read_schooling(path, register.members, TODAY, register.schools)


def test_a_students_year_says_school_grade_enrolment_attendance_and_result(
    tmp_path: Path, register: RegisterFile
) -> None:
    file = _read(tmp_path, register, _years())
    assert file.faults == ()
    girl, brother, past = file.years
    member = next(one for one in register.members if one.document_number == GIRL)
    school = next(one for one in register.schools if one.code == "0990010")
    assert girl == SchoolYear(
        id=girl.id,
        household_id=member.household_id,
        member_id=member.id,
        year=2026,
        school_id=school.id,
        level=SchoolLevel.PRIMARY,
        grade=4,
        enrolled_on=date(2026, 2, 12),
        attendance={"2026-03": 95.0, "2026-04": 92.5, "2026-10": 0.0},
    )
    assert (brother.level, brother.passed, brother.top_third) == (SchoolLevel.SECONDARY, None, None)
    assert (past.year, past.passed, past.top_third) == (2025, True, True)
    assert len({one.id for one in file.years}) == 3


def test_reading_the_file_again_makes_the_same_records(
    tmp_path: Path, register: RegisterFile
) -> None:
    first = _read(tmp_path, register, _years())
    rows = _years()
    rows[0]["asistencia_05"] = "88"
    again = _read(tmp_path, register, rows)
    assert [one.id for one in again.years] == [one.id for one in first.years]
    assert again.years[1:] == first.years[1:]


def test_a_workbook_gives_the_same_years(tmp_path: Path, register: RegisterFile) -> None:
    path = as_xlsx(tmp_path / "m.xlsx", _years(), SCHOOLING_COLUMNS, typed)
    file = read_schooling(path, register.members, TODAY, register.schools)
    assert file.years == _read(tmp_path, register, _years()).years
    assert {fault.code for fault in file.faults} <= {"REG-015"}


@pytest.mark.parametrize(
    ("written", "grade"),
    [("4", 4), ("4°", 4), ("4.º", 4), ("4to", 4), ("Cuarto", 4), ("CUARTO GRADO", 4), ("6to.", 6)],
)
def test_a_grade_is_understood_as_schools_write_it(
    tmp_path: Path, register: RegisterFile, written: str, grade: int
) -> None:
    rows = _years()[:1]
    rows[0]["grado"] = written
    file = _read(tmp_path, register, rows)
    assert [one.grade for one in file.years] == [grade]


def test_a_child_of_initial_school_stands_with_its_age(tmp_path: Path) -> None:
    people = _people()
    people[3] |= {"fecha_nacimiento": "09/09/2021", "nivel_ie": "INICIAL", "grado": "4 AÑOS"}
    register = read_register(as_csv(tmp_path / "p.csv", people), TODAY)
    rows = _years()[:1]
    rows[0] |= {"nivel_ie": "INICIAL", "grado": "4 AÑOS"}
    file = _read(tmp_path, register, rows)
    assert file.faults == ()
    assert (file.years[0].level, file.years[0].grade) == (SchoolLevel.INITIAL, 4)


def test_a_student_whom_no_school_enrolled_is_a_year_without_enrolment(
    tmp_path: Path, register: RegisterFile
) -> None:
    row = {"tipo_documento": "DNI", "numero_documento": GIRL, "anio_escolar": "2026"}
    file = _read(tmp_path, register, [row])
    assert file.faults == ()
    assert (file.years[0].enrolled_on, file.years[0].attendance) == (None, {})


def test_enrolment_of_next_year_is_taken_from_october_on(
    tmp_path: Path, register: RegisterFile
) -> None:
    rows = _years()[:1]
    for month in ("03", "04", "10"):
        del rows[0][f"asistencia_{month}"]
    rows[0] |= {"anio_escolar": "2027", "grado": "5", "fecha_matricula": "20/11/2026"}
    path = as_csv(tmp_path / "m.csv", rows, SCHOOLING_COLUMNS)
    read = [
        read_schooling(path, register.members, day, register.schools)
        for day in (TODAY, date(2026, 9, 30))
    ]
    assert [len(one.years) for one in read] == [1, 0]
    assert [fault.code for fault in read[1].errors] == ["REG-101"]


def test_a_school_that_only_this_file_names_is_not_lost(
    tmp_path: Path, register: RegisterFile
) -> None:
    rows = _years()
    rows[1] |= {"codigo_ie": "0990077", "nombre_ie": "I.E.S. Nueva"}
    file = _read(tmp_path, register, rows)
    assert file.faults == ()
    assert [(one.code, one.name, one.level) for one in file.schools] == [
        ("0990077", "I.E.S. Nueva", "SECUNDARIA")
    ]
    assert file.years[1].school_id == file.schools[0].id


def test_a_school_the_register_names_keeps_its_name(tmp_path: Path, register: RegisterFile) -> None:
    rows = _years()
    rows[0]["nombre_ie"] = "Otro nombre"
    assert _read(tmp_path, register, rows).schools == ()


def _set(row: int, **cells: str) -> Callable[[Rows], None]:
    return lambda rows: rows[row - 2].update(cells)


def _bare(row: int, *emptied: str) -> Callable[[Rows], None]:
    return lambda rows: rows[row - 2].update(dict.fromkeys(emptied, ""))


_ATTENDANCE = ("asistencia_03", "asistencia_04", "asistencia_10")


@pytest.mark.parametrize(
    ("spoil", "code", "row", "column"),
    [
        (_set(2, numero_documento="96000555"), "REG-100", 2, "numero_documento"),
        (_set(2, tipo_documento="SIN DOCUMENTO"), "REG-021", 2, "tipo_documento"),
        (_set(2, tipo_documento=""), "REG-020", 2, "tipo_documento"),
        (_set(2, numero_documento=""), "REG-020", 2, "numero_documento"),
        (_set(2, numero_documento="12345"), "REG-030", 2, "numero_documento"),
        (_set(2, numero_documento="9.6E+07"), "REG-027", 2, "numero_documento"),
        (_set(2, anio_escolar=""), "REG-020", 2, "anio_escolar"),
        (_set(2, anio_escolar="2016-I"), "REG-024", 2, "anio_escolar"),
        (_set(2, anio_escolar="206"), "REG-101", 2, "anio_escolar"),
        (_set(2, anio_escolar="2028"), "REG-101", 2, "anio_escolar"),
        (_set(2, nivel_ie="TECNICA"), "REG-021", 2, "nivel_ie"),
        (_set(2, nivel_ie=""), "REG-105", 2, "nivel_ie"),
        (_set(2, grado="UNIDOCENTE"), "REG-103", 2, "grado"),
        (_set(2, grado="7"), "REG-104", 2, "grado"),
        (_set(3, grado="6"), "REG-104", 3, "grado"),
        (_set(2, grado=""), "REG-110", 2, "grado"),
        (_set(2, codigo_ie="IE54101"), "REG-039", 2, "codigo_ie"),
        (_set(2, codigo_ie=""), "REG-109", 2, "codigo_ie"),
        (_set(2, codigo_ie="0990088"), "REG-044", 2, "nombre_ie"),
        (_set(2, codigo_ie="0990011"), "REG-111", 2, "codigo_ie"),
        (_set(2, fecha_matricula="12/02/26"), "REG-023", 2, "fecha_matricula"),
        (_set(2, fecha_matricula="31/02/2026"), "REG-022", 2, "fecha_matricula"),
        (_set(2, fecha_matricula="12/02/2025"), "REG-107", 2, "fecha_matricula"),
        (_set(4, fecha_matricula="04/03/2026"), "REG-107", 4, "fecha_matricula"),
        (_set(2, fecha_matricula="30/11/2026"), "REG-108", 2, "fecha_matricula"),
        (_set(2, asistencia_04="101"), "REG-025", 2, "asistencia_04"),
        (_set(2, asistencia_04="-5"), "REG-025", 2, "asistencia_04"),
        (_set(2, asistencia_04="mucha"), "REG-024", 2, "asistencia_04"),
        (_set(2, asistencia_04="0.95"), "REG-112", 2, "asistencia_04"),
        (_set(2, asistencia_04="1"), "REG-112", 2, "asistencia_04"),
        (_set(2, asistencia_12="90"), "REG-113", 2, "asistencia_12"),
        (_set(2, asistencia_05="#N/A"), "REG-026", 2, "asistencia_05"),
        (_set(2, fecha_matricula=""), "REG-114", 2, "fecha_matricula"),
        (_set(2, resultado="PROMOVIDO"), "REG-116", 2, "resultado"),
        (_set(2, resultado="EXCELENTE"), "REG-021", 2, "resultado"),
        (_set(4, tercio_superior="QUIZAS"), "REG-021", 4, "tercio_superior"),
        (_set(4, resultado="PERMANECE"), "REG-118", 4, "tercio_superior"),
        (_set(4, resultado="RECUPERACION"), "REG-118", 4, "tercio_superior"),
        (_bare(4, "fecha_matricula", *_ATTENDANCE), "REG-117", 4, "fecha_matricula"),
    ],
)
def test_a_faulty_year_is_named_and_only_it_is_left_out(
    tmp_path: Path,
    register: RegisterFile,
    spoil: Callable[[Rows], None],
    code: str,
    row: int,
    column: str,
) -> None:
    rows = _years()
    spoil(rows)
    file = _read(tmp_path, register, rows)
    found = [(fault.code, fault.row, fault.column) for fault in file.errors]
    assert found[0] == (code, row, column)
    assert {fault.row for fault in file.errors} == {row}
    assert all(fault.reason and fault.remedy for fault in file.errors)
    assert (len(file.years), file.rows_left_out) == (2, 1)


def test_each_single_mistake_is_told_once(tmp_path: Path, register: RegisterFile) -> None:
    rows = _years()
    rows[0] |= {"asistencia_03": "950", "grado": "9"}
    file = _read(tmp_path, register, rows)
    assert [fault.code for fault in file.errors] == ["REG-104", "REG-025"]


def test_two_rows_for_one_student_and_year_are_both_left_out(
    tmp_path: Path, register: RegisterFile
) -> None:
    rows = _years()
    file = _read(tmp_path, register, [*rows, {**rows[0], "asistencia_04": "60"}])
    assert [(fault.code, fault.row, fault.details["other"]) for fault in file.errors] == [
        ("REG-119", 5, "2")
    ]
    assert [one.year for one in file.years] == [2026, 2025]
    assert (file.rows, file.rows_left_out) == (4, 2)


def test_a_child_too_young_for_any_school_is_told(tmp_path: Path, register: RegisterFile) -> None:
    row = {"tipo_documento": "DNI", "numero_documento": "98000003", "anio_escolar": "2026"}
    file = _read(tmp_path, register, [row])
    assert [fault.code for fault in file.errors] == ["REG-102"]


@pytest.mark.parametrize(
    ("spoil", "code", "column"),
    [
        (_set(2, grado="1"), "", ""),
        (_set(2, grado="6"), "REG-106", "grado"),
        (_set(2, fecha_matricula="15/04/2026"), "REG-115", "asistencia_03"),
    ],
)
def test_what_is_only_odd_is_told_and_kept(
    tmp_path: Path,
    register: RegisterFile,
    spoil: Callable[[Rows], None],
    code: str,
    column: str,
) -> None:
    rows = _years()
    spoil(rows)
    file = _read(tmp_path, register, rows)
    assert [(fault.code, fault.column) for fault in file.faults] == (
        [(code, column)] if code else []
    )
    assert (file.errors, len(file.years)) == ((), 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "REG-002"),
        (b"%PDF-1.4", "REG-003"),
        (b"codigo_hogar;gestor\n1;r.ccori\n", "REG-008"),
        (b"tipo_documento;numero_documento\nDNI;96000004\n", "REG-009"),
        (b"tipo_documento;numero_documento;anio_escolar\n", "REG-012"),
        (b"tipo_documento;numero_documento;anio_escolar;grado;grado\nDNI;1;2;3;3\n", "REG-010"),
    ],
)
def test_a_file_that_is_no_list_of_school_years_is_refused_with_a_reason(
    tmp_path: Path, register: RegisterFile, content: bytes, code: str
) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(content)
    file = read_schooling(path, register.members, TODAY)
    assert [fault.code for fault in file.faults] == [code]
    assert (file.years, file.is_clean) == ((), False)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert read_schooling(tmp_path / "no.csv", (), TODAY).faults[0].code == "REG-001"


def test_the_faults_can_be_given_to_the_office_as_a_list(
    tmp_path: Path, register: RegisterFile
) -> None:
    rows = _years()
    rows[0]["asistencia_04"] = "0.95"
    write_faults(tmp_path / "f.csv", _read(tmp_path, register, rows).faults)
    assert "0.95;;error" in (tmp_path / "f.csv").read_text("utf-8-sig")


def test_every_value_the_layout_allows_is_understood_and_no_other() -> None:
    allowed = {column.name: column.allowed for column in SCHOOLING_COLUMNS if column.allowed}
    assert {fold(one) for one in allowed["nivel_ie"]} == set(LEVELS)
    assert {fold(one) for one in allowed["resultado"]} == set(PASSED)


def test_a_school_whose_level_nobody_wrote_down_is_not_held_against_the_student(
    tmp_path: Path, register: RegisterFile
) -> None:
    schools = [School(id=one.id, code=one.code, name=one.name) for one in register.schools]
    path = as_csv(tmp_path / "m.csv", _years(), SCHOOLING_COLUMNS)
    assert read_schooling(path, register.members, TODAY, schools).faults == ()
