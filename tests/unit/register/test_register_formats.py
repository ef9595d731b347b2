"""The same register in every form Excel in Peru writes it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from register_samples import TODAY, as_csv, as_xlsx, base_rows, typed

from juntos_campo.domain.entities import Entity
from juntos_campo.register.layout import REGISTER_COLUMNS
from juntos_campo.register.reader import read_register


@pytest.fixture
def expected(tmp_path: Path) -> list[Entity]:
    file = read_register(as_csv(tmp_path / "expected.csv", base_rows()), TODAY)
    assert file.faults == ()
    assert len(file.members) == 6
    return list(file.entities())


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_no_encoding_or_separator_changes_a_name(
    tmp_path: Path, expected: list[Entity], encoding: str, separator: str
) -> None:
    path = as_csv(tmp_path / "p.csv", base_rows(), encoding=encoding, separator=separator)
    file = read_register(path, TODAY)
    assert file.faults == ()
    assert list(file.entities()) == expected


def test_a_workbook_of_texts_gives_the_same_records(tmp_path: Path, expected: list[Entity]) -> None:
    file = read_register(as_xlsx(tmp_path / "p.xlsx", base_rows()), TODAY)
    assert file.faults == ()
    assert list(file.entities()) == expected


def test_excel_dates_and_numbers_without_their_zeros_give_the_same_records(
    tmp_path: Path, expected: list[Entity]
) -> None:
    file = read_register(as_xlsx(tmp_path / "p.xlsx", base_rows(), convert=typed), TODAY)
    assert file.errors == ()
    assert list(file.entities()) == expected
    restored = {fault.column: fault.details["cells"] for fault in file.warnings}
    assert restored == {"ubigeo": "6", "codigo_eess": "6", "codigo_ie": "1"}


def test_dates_that_excel_shows_as_numbers_are_still_dates(
    tmp_path: Path, expected: list[Entity]
) -> None:
    def serial(name: str, value: Any) -> Any:
        value = typed(name, value)
        return (value - datetime(1899, 12, 30)).days if isinstance(value, datetime) else value  # noqa: DTZ001

    file = read_register(as_xlsx(tmp_path / "p.xlsx", base_rows(), convert=serial), TODAY)
    assert list(file.entities()) == expected


def test_a_dni_that_lost_its_zero_is_found_again_with_and_without_check_digit(
    tmp_path: Path, expected: list[Entity]
) -> None:
    with_check, without = base_rows(), base_rows()
    for row in with_check:
        row["numero_documento"] = row["numero_documento"].replace("-", "").lstrip("0")
    for row in without:
        row["numero_documento"] = row["numero_documento"].partition("-")[0].lstrip("0")
    for name, rows in (("a.csv", with_check), ("b.csv", without)):
        file = read_register(as_csv(tmp_path / name, rows), TODAY)
        assert file.errors == ()
        assert [fault.column for fault in file.warnings] == ["numero_documento"]
        assert list(file.entities()) == expected


def test_columns_may_stand_in_any_order_and_be_written_with_accents_and_capitals(
    tmp_path: Path, expected: list[Entity]
) -> None:
    path = as_csv(
        tmp_path / "p.csv", base_rows(), names=[c.name for c in reversed(REGISTER_COLUMNS)]
    )
    text = path.read_text("utf-8-sig")
    header, _, body = text.partition("\n")
    header = header.upper().replace("CODIGO_HOGAR", " Código Hogar ").replace("CONYUGE", "CÓNYUGE")
    path.write_text(header + "\n" + body.replace("CONYUGE", "Cónyuge"), "utf-8")
    assert list(read_register(path, TODAY).entities()) == expected


def test_an_unknown_column_is_told_and_does_not_stop_the_import(
    tmp_path: Path, expected: list[Entity]
) -> None:
    path = as_csv(
        tmp_path / "p.csv", base_rows(), names=["color", *(c.name for c in REGISTER_COLUMNS)]
    )
    file = read_register(path, TODAY)
    assert [(fault.code, fault.value) for fault in file.faults] == [("REG-011", "color")]
    assert list(file.entities()) == expected


def test_titles_above_the_header_and_blank_rows_keep_excels_row_numbers(tmp_path: Path) -> None:
    rows = base_rows()
    rows[3]["sexo"] = "X"
    path = as_xlsx(tmp_path / "p.xlsx", rows)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.insert_rows(1, 2)
    sheet["A1"] = "PADRÓN DE HOGARES 2026"
    sheet.insert_rows(6)
    book.save(path)
    assert [(fault.code, fault.row) for fault in read_register(path, TODAY).errors] == [
        ("REG-021", 8)
    ]


def test_a_line_break_inside_a_cell_does_not_move_the_row_numbers(tmp_path: Path) -> None:
    rows = base_rows()
    for row in rows[:4]:
        row["referencia"] = "junto al molino,\nsegunda casa"
    rows[4]["sexo"] = "X"
    file = read_register(as_csv(tmp_path / "p.csv", rows), TODAY)
    assert [(fault.code, fault.row) for fault in file.errors] == [("REG-021", 6)]
    assert file.households[0].reference == "junto al molino, segunda casa"


def test_the_sheet_with_the_register_is_found_among_others(
    tmp_path: Path, expected: list[Entity]
) -> None:
    path = as_xlsx(tmp_path / "p.xlsx", base_rows())
    book = load_workbook(path)
    notes = book.create_sheet("Notas", 0)
    notes.append(["Preparado por la UT Apurímac"])
    book.save(path)
    file = read_register(path, TODAY)
    assert [fault.code for fault in file.faults] == ["REG-013"]
    assert list(file.entities()) == expected


def test_excels_separator_directive_is_obeyed(tmp_path: Path, expected: list[Entity]) -> None:
    path = as_csv(tmp_path / "p.csv", base_rows(), separator="|", encoding="utf-8")
    path.write_text("sep=|\r\n" + path.read_text("utf-8"), "utf-8", newline="")
    assert list(read_register(path, TODAY).entities()) == expected


def test_an_empty_workbook_is_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    Workbook().save(path)
    assert [fault.code for fault in read_register(path, TODAY).faults] == ["REG-002"]


def test_a_sheet_formatted_far_beyond_its_data_reads_the_same(
    tmp_path: Path, expected: list[Entity]
) -> None:
    path = as_xlsx(tmp_path / "p.xlsx", base_rows())
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(row=3000, column=200).number_format = "0.00"
    book.save(path)
    file = read_register(path, TODAY)
    assert file.faults == ()
    assert list(file.entities()) == expected


@settings(max_examples=150, deadline=None)
@given(
    column=st.sampled_from([column.name for column in REGISTER_COLUMNS]),
    row=st.integers(0, 5),
    cell=st.text(max_size=40)
    | st.from_regex(r"[-+]?[0-9]{0,12}([.,/-][0-9]{0,4}){0,3}", fullmatch=True),
)
def test_nothing_typed_into_a_cell_can_stop_the_program(
    tmp_path_factory: pytest.TempPathFactory, column: str, row: int, cell: str
) -> None:
    rows = base_rows()
    rows[row][column] = cell
    path = tmp_path_factory.mktemp("any") / "p.csv"
    header = [one.name for one in REGISTER_COLUMNS]
    lines = [header, *([one.get(name, "") for name in header] for one in rows)]
    quoted = (";".join('"' + text.replace('"', '""') + '"' for text in line) for line in lines)
    path.write_text("\r\n".join(quoted), "utf-8", errors="replace", newline="")
    file = read_register(path, TODAY)
    assert all(fault.reason and fault.remedy for fault in file.faults)
    assert len(file.households) + len(file.left_out) == file.household_count
    assert file.rows == 6 or not file.members
