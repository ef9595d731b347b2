"""An XLSForm file as sheets of rows: Markdown tables or a workbook, cell for cell, nothing dropped unsaid."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.problems import (
    CONTROL_CHARACTER,
    DUPLICATE_COLUMN,
    DUPLICATE_SHEET,
    FORMULA_CELL,
    MERGED_CELLS,
    ROW_TOO_WIDE,
    UNREADABLE_FILE,
)

_MOST_BYTES = 100_000_000
"""What a workbook may unpack to: a form has kilobytes, an archive made to harm has gigabytes."""
_MOST_CELLS = 1_000_000
_TOLD = "x"
"""Stands for what a cell should say once that cell was told, so that it is not told again as missing."""
_PIPE = re.compile(r"(?<!\\)\|")
_SEPARATOR = re.compile(r"[\s|:-]*--[\s|:-]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet; `number` as a spreadsheet counts, the heading being row 1."""

    number: int
    cells: dict[str, str]
    sheet: str = "survey"

    def place(self, column: str) -> str:
        return f"hoja {self.sheet}, fila {self.number}, columna {column}"


@dataclass(slots=True)
class RawSheet:
    """A sheet as it stands: the names in its first row, and its rows by them (blank rows too)."""

    name: str
    header: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """The sheets of a file by name in lower case, and what is wrong with the file itself."""

    sheets: dict[str, RawSheet] = field(default_factory=dict)
    faults: list[UserError] = field(default_factory=list)


def read_book(source: str | bytes, kind: str, name: str) -> Book:
    """Read a file.

    Args:
        source: Markdown text, or the bytes of a workbook when `kind` is ``.xlsx``.
        name: of the file, for messages.

    Raises:
        UserError: FRM-001, it cannot be read at all.
    """
    book = Book()
    if kind == ".xlsx":
        data = source if isinstance(source, bytes) else source.encode()
        for sheet, lines in _workbook_sheets(data, name, book.faults):
            _add(book, sheet, lines)
    else:
        for sheet, lines in _markdown_sheets(str(source)):
            _add(book, sheet, lines)
    if not book.sheets:
        detail = "no tiene hojas con un encabezado"
        raise user_error(UNREADABLE_FILE, name=name, detail=detail)
    return book


def _add(book: Book, title: str, lines: Iterable[list[str]]) -> None:
    """Take a sheet into the book, its first line being the heading."""
    key = title.strip().lower()
    if key in book.sheets:
        book.faults.append(user_error(DUPLICATE_SHEET, f"hoja {key}", sheet=key))
        return
    sheet = book.sheets[key] = RawSheet(key)
    for number, cells in enumerate(lines, start=1):
        if number == 1:
            sheet.header = [" ".join(cell.split()) for cell in cells]
            twice = {cell for cell in sheet.header if cell and sheet.header.count(cell) > 1}
            for column in sorted(twice):
                where = f"hoja {key}, fila 1"
                book.faults.append(user_error(DUPLICATE_COLUMN, where, column=column))
            continue
        row = Row(number, {}, key)
        for place, written in enumerate(cells):
            column = sheet.header[place] if place < len(sheet.header) else ""
            cell = _CONTROL.sub("", written) or _TOLD if written else ""
            if not cell:
                continue
            if cell != written:
                where = row.place(column or get_column_letter(place + 1))
                book.faults.append(user_error(CONTROL_CHARACTER, where))
            if column:
                row.cells[column] = cell
            else:
                where = f"hoja {key}, fila {number}"
                book.faults.append(user_error(ROW_TOO_WIDE, where, value=cell))
        sheet.rows.append(row)
    while sheet.rows and not sheet.rows[-1].cells:
        sheet.rows.pop()


# -- Markdown ---------------------------------------------------------------------------------------


def _markdown_sheets(text: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Tables begin with a line that has only the sheet's name; prose around them is documentation."""
    title, lines = "", list[list[str]]()
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped.startswith("|") or _SEPARATOR.fullmatch(stripped):
            continue
        first, *cells = _cells(stripped)
        if first:
            if title:
                yield title, lines
            title, lines = first, []
        if any(cells) or (not first and lines):
            lines.append(cells)
    if title:
        yield title, lines


def _cells(line: str) -> list[str]:
    """Cells between the pipes; ``\\|`` is a pipe. What follows the last pipe is a cell, not lost."""
    parts = [part.strip().replace(r"\|", "|") for part in _PIPE.split(line[1:])]
    last = parts.pop() if len(parts) > 1 else ""
    return parts if not last or last.startswith("#") else [*parts, last]


# -- workbooks --------------------------------------------------------------------------------------


def _workbook_sheets(
    data: bytes, name: str, faults: list[UserError]
) -> Iterator[tuple[str, list[list[str]]]]:
    formulas = _open(data, name, data_only=False)
    values = formulas
    sizes = {sheet.title: _size(sheet) for sheet in formulas.worksheets}
    if any(rows * columns > _MOST_CELLS for rows, columns in sizes.values()):
        detail = "es demasiado grande para ser un formulario"
        raise user_error(UNREADABLE_FILE, name=name, detail=detail)
    if any(cell.data_type == "f" for sheet in formulas.worksheets for cell in _made(sheet)):
        values = _open(data, name, data_only=True)
    for sheet in formulas.worksheets:
        title = sheet.title.strip().lower()
        if title.startswith("_"):
            continue
        merged_away: set[str] = set()
        for merged in sheet.merged_cells.ranges:
            where = f"hoja {title}, fila {merged.min_row}, celdas {merged.coord}"
            faults.append(user_error(MERGED_CELLS, where))
            merged_away |= {
                f"{get_column_letter(column)}{row}"
                for row, column in islice(merged.cells, 1, _MOST_CELLS)
            }
        lines = [
            [
                _TOLD
                if cell.coordinate in merged_away
                else _cell_text(cell, values[sheet.title], title, faults)
                for cell in row
            ]
            for row in sheet.iter_rows(max_row=sizes[sheet.title][0], max_col=sizes[sheet.title][1])
        ]
        for line in lines:
            while line and not line[-1]:
                line.pop()
        if any(lines):
            yield title, lines


def _open(data: bytes, name: str, data_only: bool) -> Workbook:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > _MOST_BYTES:
            detail = "es demasiado grande para ser un formulario"
            raise user_error(UNREADABLE_FILE, name=name, detail=detail)
        with warnings.catch_warnings():
            # openpyxl says what of the look it does not keep; only the cells matter here.
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(data), data_only=data_only)
    except UserError:
        raise
    except zipfile.BadZipFile:
        detail = "no es un libro de Excel (.xlsx) o está dañado"
    except Exception as error:
        # openpyxl trips over damaged workbooks with errors of every kind, of lxml's and its own.
        detail = f"el libro está dañado ({type(error).__name__})"
    raise user_error(UNREADABLE_FILE, name=name, detail=detail)


def _made(sheet: Worksheet) -> list[Any]:
    """The cells that hold something; to walk the sheet would make all the others up to a stray far one."""
    return [cell for cell in sheet._cells.values() if cell.value is not None]


def _size(sheet: Worksheet) -> tuple[int, int]:
    """Rows and columns that hold something, at least one of each."""
    cells = _made(sheet)
    return max((cell.row for cell in cells), default=1), max(
        (cell.column for cell in cells), default=1
    )


def _cell_text(cell: Any, values: Any, title: str, faults: list[UserError]) -> str:
    value = cell.value
    where = f"hoja {title}, celda {cell.coordinate}"
    if cell.data_type == "f":
        value = values[cell.coordinate].value
        if value is None:
            faults.append(user_error(FORMULA_CELL, where, value="una fórmula sin resultado"))
            return _TOLD
        if values[cell.coordinate].data_type == "e":
            faults.append(user_error(FORMULA_CELL, where, value=f"el error {value}"))
            return _TOLD
    elif cell.data_type == "e":
        faults.append(user_error(FORMULA_CELL, where, value=f"el error {value}"))
        return _TOLD
    return value_text(value)


def value_text(value: Any) -> str:
    """A cell of a workbook as text: whole numbers without a point, days in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\xa0", " ").strip()
