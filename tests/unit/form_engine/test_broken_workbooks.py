"""Broken forms as Excel workbooks: the same faults are told alike, and those only a workbook can have."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from broken_forms import KINDS

from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine import problems as frm
from juntos_campo.form_engine.sheet import check_sheet, read_sheet


def book(*rows: list[object], sheet: str = "survey") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    survey = made.active
    assert survey is not None
    survey.title = sheet
    for row in rows:
        survey.append(row)
    settings = made.create_sheet("settings")
    settings.append(["form_title", "form_id", "version"])
    settings.append(["Prueba", "prueba", 20261121])
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def faults_of(made: openpyxl.Workbook) -> list[UserError]:
    return check_sheet(saved(made), ".xlsx", "prueba.xlsx")


def as_workbook(text: str) -> openpyxl.Workbook:
    """The same tables as sheets of Excel, cell by cell."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for line in text.split("\n"):
        first, *cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        if first and not any(cells):
            page = made.create_sheet(first)
        elif line.strip():
            page.append([cell or None for cell in cells])
    return made


ONLY_IN_TEXT = {
    "survey twice": "Excel gives no two sheets one name",
    "control character": "openpyxl writes none",
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ONLY_IN_TEXT])
def test_the_same_fault_in_excel_is_told_alike(kind: str) -> None:
    [in_text] = check_sheet(KINDS[kind].text)
    [in_excel] = faults_of(as_workbook(KINDS[kind].text))
    assert str(in_excel) == str(in_text)


def test_a_good_workbook_has_no_faults_and_whole_numbers_stay_whole() -> None:
    made = book(["type", "name", "label", "default"], ["integer", "n", "¿Cuántos?", 3.0])
    assert faults_of(made) == []
    sheet = read_sheet(saved(made), ".xlsx")
    assert sheet.settings["version"] == "20261121"
    assert sheet.rows[0].cells["default"] == "3"


def test_blank_rows_and_notes_beside_a_form_do_not_shift_the_rows_told() -> None:
    made = book(["type", "name", "label"], ["text", "a", "A"], [], [], ["texto", "b", "B"])
    made.create_sheet("_notas").append(["para mí"])
    [fault] = faults_of(made)
    assert fault.where == "hoja survey, fila 5, columna type"


@pytest.mark.parametrize(
    ("cell", "said"),
    [("=1+1", "una fórmula sin resultado"), ("#REF!", "el error #REF!")],
)
def test_a_formula_nobody_computed_and_its_errors_are_told_by_cell(cell: str, said: str) -> None:
    [fault] = faults_of(book(["type", "name", "label"], ["text", "a", cell]))
    assert fault.problem is frm.FORMULA_CELL
    assert fault.where == "hoja survey, celda C2"
    assert said in fault.what


def test_merged_cells_are_told_since_only_the_first_would_count() -> None:
    made = book(["type", "name", "label"], ["text", "a", "A"], ["text", "b", "B"])
    assert made.active is not None
    made.active.merge_cells("C2:C3")
    [fault] = faults_of(made)
    assert fault.problem is frm.MERGED_CELLS
    assert "C2:C3" in fault.where


def test_a_survey_under_another_name_is_told_with_the_names_there_are() -> None:
    [fault] = faults_of(book(["type", "name", "label"], ["text", "a", "A"], sheet="Preguntas"))
    assert fault.problem is frm.MISSING_SHEET
    assert "«preguntas»" in fault.remedy


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 roto", b"hola", saved(book(["type"]))[:900]])
def test_a_file_that_is_no_workbook_is_told(data: bytes) -> None:
    [fault] = check_sheet(data, ".xlsx", "roto.xlsx")
    assert fault.problem is frm.UNREADABLE_FILE
    assert "roto.xlsx" in fault.what


def test_a_cell_touched_far_away_does_not_fill_the_memory() -> None:
    made = book(["type", "name", "label"], ["text", "a", "A"])
    assert made.active is not None
    made.active.cell(1_048_576, 16_384).number_format = "0.00"
    assert faults_of(made) == []
    made.active.cell(1_048_576, 16_384).value = "x"
    [fault] = faults_of(made)
    assert fault.problem is frm.UNREADABLE_FILE
    assert "demasiado grande" in fault.what
