"""Tables for Excel: what was written can be read back, and nothing of it is run."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from openpyxl import load_workbook

from juntos_campo.register.spreadsheet import Sheet, csv_bytes, xlsx_bytes

SHEET = Sheet("Nominal", ("persona", "cumple", "número"), (("ÑAHUI, José", "SÍ", 3),))
EVIL = Sheet("Mala", ("observacion",), (("=HYPERLINK(1)",), ("@x",), ('a;b\n"c"',), ("\x07x",)))


def test_a_csv_opens_in_excel_with_its_letters_and_columns() -> None:
    data = csv_bytes(SHEET)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["persona", "cumple", "número"], ["ÑAHUI, José", "SÍ", "3"]]


def test_what_excel_would_run_as_a_formula_is_text() -> None:
    rows = list(csv.reader(StringIO(csv_bytes(EVIL).decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "'@x", 'a;b\n"c"', "x"]
    page = load_workbook(BytesIO(xlsx_bytes([EVIL])))["Mala"]
    assert page["A2"].data_type == "s"


def test_a_workbook_has_a_sheet_a_table_and_keeps_figures_as_figures() -> None:
    book = load_workbook(BytesIO(xlsx_bytes([SHEET, EVIL])))
    assert book.sheetnames == ["Nominal", "Mala"]
    page = book["Nominal"]
    assert [cell.value for cell in page[2]] == ["ÑAHUI, José", "SÍ", 3]
    assert page.freeze_panes == "A2"


def test_an_empty_table_is_written_with_its_header() -> None:
    book = load_workbook(BytesIO(xlsx_bytes([Sheet("Vacía", ("hogar",), ())])))
    assert [cell.value for cell in book["Vacía"][1]] == ["hogar"]
