"""A CSV or xlsx file as numbered rows of text, whatever encoding, separator or sheet it came in."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from juntos_campo.domain.csv_text import decode_text, is_binary, named_separator
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import fold
from juntos_campo.register import problems
from juntos_campo.register.faults import Fault
from juntos_campo.register.layout import Column

MAX_BYTES = 200 * 1024 * 1024
"""Unpacked size above which a file is refused: a laptop of 4 GB must survive it."""

HEADER_WITHIN = 12
"""Offices put titles above the table; the header is looked for in so many first rows."""

SEPARATORS = ";,\t|"
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0"
BINARY_MARKS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    b"SQLite",
    b"\x1f\x8b",
)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under the header.

    Attributes:
        positions: column name -> index of its cell.
        required: names of the columns that every row must fill.
        width: cells in the header row.
        rows: (row number as Excel shows it, cells); rows without any text are not listed.
        notes: what is worth telling about the file as a whole.
    """

    positions: dict[str, int]
    required: tuple[str, ...]
    width: int
    rows: list[tuple[int, list[str]]]
    notes: list[Fault] = field(default_factory=list)


def open_table(path: Path, columns: Sequence[Column]) -> Table:
    """Read a file whose header carries (some of) `columns`.

    Raises:
        UserError: REG-001 to REG-016, the file as a whole cannot be read.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError:
        raise user_error(problems.NO_FILE, value=path.name) from None
    if size > MAX_BYTES:
        raise user_error(problems.TOO_BIG, value=str(size // 1024 // 1024))
    if not content.strip(b"\x00\xef\xbb\xbf \r\n\t;,"):
        raise user_error(problems.EMPTY_FILE)
    if content.startswith(OLE_MARK):
        raise user_error(problems.OLD_EXCEL)
    if content.startswith(ZIP_MARK):
        return _from_xlsx(content, columns)
    if content.startswith(BINARY_MARKS):
        raise user_error(problems.NOT_A_TABLE)
    return _from_text(_decode(content), columns)


def _decode(content: bytes) -> str:
    if is_binary(content):
        raise user_error(problems.NOT_A_TABLE)
    text = decode_text(content)
    if text is None:
        raise user_error(problems.BAD_ENCODING)
    return text


def _from_text(text: str, columns: Sequence[Column]) -> Table:
    separator, text = named_separator(text)
    rows = _csv_rows(text, separator or _separator(text, columns))
    return _table(rows, columns, [])


def _separator(text: str, columns: Sequence[Column]) -> str:
    """The separator that makes the most known column names of one of the first lines."""
    known = {header_key(column.name) for column in columns}
    lines = text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]
    best, most = ";", -1
    for separator in SEPARATORS:
        found = max(
            len(known & {header_key(cell.strip(' "\r')) for cell in line.split(separator)})
            for line in lines
        )
        if found > most:
            best, most = separator, found
    return best


def _csv_rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            raise user_error(problems.BAD_QUOTES, row=number + 1) from None
        if row is None:
            return
        number += 1
        yield row


def _from_xlsx(content: bytes, columns: Sequence[Column]) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise user_error(problems.DAMAGED_EXCEL) from None
    if unpacked > MAX_BYTES:
        raise user_error(problems.TOO_BIG, value=str(unpacked // 1024 // 1024))
    if "xl/workbook.xml" not in names:
        raise user_error(problems.NOT_A_TABLE)
    try:
        sheets = _sheets(content)
    except Exception:  # openpyxl lets every kind of error of a broken part through
        raise user_error(problems.DAMAGED_EXCEL) from None
    known = {header_key(column.name) for column in columns}
    filled = [(title, rows) for title, rows in sheets if any(any(row) for row in rows)]
    if not filled:
        raise user_error(problems.EMPTY_FILE)
    title, rows = max(filled, key=lambda sheet: _header(sheet[1][:HEADER_WITHIN], known)[1])
    notes = [Fault(problems.OTHER_SHEETS, value=title)] if len(filled) > 1 else []
    return _table(iter(rows), columns, notes)


def _sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    with warnings.catch_warnings():
        # openpyxl warns of drop-down lists and styles it does not know; the cells are all we read
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            return [
                (sheet.title, [row_cells(row) for row in sheet.iter_rows(values_only=True)])
                for sheet in book.worksheets
            ]
        finally:
            book.close()


def row_cells(row: tuple[Any, ...]) -> list[str]:
    """The row's texts without the empty cells that formatting leaves at its end."""
    length = len(row)
    while length and row[length - 1] is None:
        length -= 1
    return [_text(value) for value in row[:length]]


def _text(value: Any) -> str:
    """A cell as the text a careful person would have typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "SI" if value else "NO"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def header_key(text: str) -> str:
    """A column title without case, accents, outer space; inner space and hyphens are underscores."""
    return "_".join(fold(text).replace("-", " ").replace("_", " ").split())


def _header(rows: Iterable[list[str]], known: set[str]) -> tuple[int, int]:
    """Index of the row that holds the most known titles, and how many it holds."""
    scores = [len(known & {header_key(cell) for cell in row}) for row in rows]
    best = max(range(len(scores)), key=lambda index: scores[index], default=0)
    return best, scores[best] if scores else 0


def _table(rows: Iterator[list[str]], columns: Sequence[Column], notes: list[Fault]) -> Table:
    table, body = headed(rows, columns, notes)
    table.rows.extend(body)
    if not table.rows:
        raise user_error(problems.NO_ROWS)
    return table


def headed(
    rows: Iterator[list[str]], columns: Sequence[Column], notes: list[Fault]
) -> tuple[Table, Iterator[tuple[int, list[str]]]]:
    """A table without rows yet, and the rows under its header, one after another.

    Raises:
        UserError: REG-004, REG-005 and REG-011, there is no such header.
    """
    by_key = {header_key(column.name): column.name for column in columns}
    numbered = enumerate(rows, 1)
    head = [row for _, row in zip(range(HEADER_WITHIN), numbered, strict=False)]
    index, found = _header((cells for _, cells in head), set(by_key))
    if found < 2:
        expected = ", ".join(column.name for column in columns[:3])
        raise user_error(problems.NOT_A_REGISTER, expected=expected)
    number, titles = head[index]
    positions: dict[str, int] = {}
    for position, title in enumerate(titles):
        name = by_key.get(header_key(title))
        if name is None:
            if title.strip():
                notes.append(Fault(problems.UNKNOWN_COLUMN, row=number, value=title.strip()))
        elif name in positions:
            raise user_error(problems.TWIN_COLUMN, row=number, column=name)
        else:
            positions[name] = position
    required = tuple(column.name for column in columns if column.required)
    missing = [name for name in required if name not in positions]
    if missing:
        raise user_error(problems.MISSING_COLUMNS, row=number, columns=", ".join(missing))
    body = (
        (row_number, cells)
        for row_number, cells in chain(head[index + 1 :], numbered)
        if any(cell and not cell.isspace() for cell in cells)
    )
    return Table(positions, required, len(titles), [], notes), body
