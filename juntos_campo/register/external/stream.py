"""A CSV or xlsx file of any length as a stream of numbered rows: what is in memory does not grow with it.

`register.table` reads a whole register into memory, which a laptop needs to check it against itself.
Here files have millions of rows and are read from the disk row by row.
"""

from __future__ import annotations

import csv
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from juntos_campo.domain.csv_text import is_binary, named_separator
from juntos_campo.domain.errors import user_error
from juntos_campo.register import problems
from juntos_campo.register.external.problems import BROKE_OFF
from juntos_campo.register.faults import Fault
from juntos_campo.register.table import (
    BINARY_MARKS,
    HEADER_WITHIN,
    OLE_MARK,
    SEPARATORS,
    ZIP_MARK,
    header_key,
    row_cells,
)

MAX_UNPACKED = 8 * 1024**3
MAX_SHARED_TEXTS = 400 * 1024**2
"""Of a workbook: bytes unpacked in all, and of the texts that must stay in memory while it is read."""

_HEAD_BYTES = 1024 * 1024

Rows = Iterator[tuple[int, list[str]]]
Score = Callable[[list[str]], int]
"""How many titles of a row are known."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file found readable from end to end.

    Attributes:
        header: its title row; `header_row` its number as Excel shows it.
        total: rows of the file, for a progress bar; 0 when it is not known before reading.
        notes: what is worth telling about the file as a whole.
    """

    path: Path
    header: list[str]
    header_row: int
    total: int
    encoding: str = ""
    separator: str = ""
    skipped: int = 0
    sheet: str = ""
    notes: tuple[Fault, ...] = field(default=())

    def rows(self) -> Rows:
        """The rows with text below the header, from the beginning at every call.

        Raises:
            UserError: EXT-006, the file is no longer what it was; nothing of it may be used.
        """
        every = _sheet_rows(self.path, self.sheet) if self.sheet else self._lines()
        try:
            for number, cells in every:
                if number > self.header_row and any(cell and not cell.isspace() for cell in cells):
                    yield number, cells
        except (OSError, csv.Error, UnicodeDecodeError, zipfile.BadZipFile, ParseError, KeyError):
            raise user_error(BROKE_OFF) from None

    def _lines(self) -> Rows:
        return _csv_rows(self.path, self.encoding, self.separator, self.skipped)


def open_source(path: Path, score: Score) -> Source:
    """Look a file through from end to end and find its title row, the one `score` rates best.

    Raises:
        UserError: REG-001 to REG-007 or REG-016, the file as a whole cannot be read.
    """
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD_BYTES)
    except OSError:
        raise user_error(problems.NO_FILE, value=path.name) from None
    if not head.strip(b"\x00\xef\xbb\xbf \r\n\t;,"):
        raise user_error(problems.EMPTY_FILE)
    if head.startswith(OLE_MARK):
        raise user_error(problems.OLD_EXCEL)
    if head.startswith(ZIP_MARK):
        return _open_xlsx(path, score)
    if head.startswith(BINARY_MARKS) or is_binary(head):
        raise user_error(problems.NOT_A_TABLE)
    return _open_csv(path, head, score)


def _open_csv(path: Path, head: bytes, score: Score) -> Source:
    """Try one encoding after the other over the whole file: a wrong letter may stand in the last row."""
    utf_16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "cp1252"):
        text = head.decode(encoding, errors="ignore")
        named, rest = named_separator(text)
        separator = named or _separator(rest, score)
        skipped = int(rest is not text)
        number = 0
        first: list[list[str]] = []
        try:
            for number, cells in _csv_rows(path, encoding, separator, skipped):  # noqa: B007
                if len(first) < HEADER_WITHIN:
                    first.append(cells)
        except UnicodeDecodeError:
            continue
        except csv.Error:
            raise user_error(problems.BAD_QUOTES, row=number + 1) from None
        except OSError:
            raise user_error(BROKE_OFF) from None
        index = max(range(len(first)), key=lambda place: score(first[place]))
        return Source(
            path=path,
            header=first[index],
            header_row=index + 1,
            total=number - index - 1,
            encoding=encoding,
            separator=separator,
            skipped=skipped,
        )
    raise user_error(problems.BAD_ENCODING)


def _csv_rows(path: Path, encoding: str, separator: str, skipped: int) -> Rows:
    """Every row; `skipped` lines that Excel does not show (``sep=;``) are not counted."""
    with path.open(encoding=encoding, newline="") as handle:
        for _ in range(skipped):
            handle.readline()
        yield from enumerate(csv.reader(handle, delimiter=separator, strict=True), 1)


def _separator(text: str, score: Score) -> str:
    lines = text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]

    def found(separator: str) -> int:
        return max(score([cell.strip(' "\r') for cell in one.split(separator)]) for one in lines)

    return max(SEPARATORS, key=found)


def _open_xlsx(path: Path, score: Score) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {item.filename: item.file_size for item in archive.infolist()}
            too_big = sum(sizes.values()) > MAX_UNPACKED
            too_big |= sizes.get("xl/sharedStrings.xml", 0) > MAX_SHARED_TEXTS
            damaged = None if too_big else archive.testzip()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise user_error(problems.DAMAGED_EXCEL) from None
    if too_big:
        raise user_error(problems.TOO_BIG, value=str(sum(sizes.values()) // 1024**2))
    if damaged is not None:
        raise user_error(problems.DAMAGED_EXCEL)
    if "xl/workbook.xml" not in sizes:
        raise user_error(problems.NOT_A_TABLE)
    try:
        heads = _heads(path)
    except Exception:  # openpyxl lets every kind of error of a broken part through
        raise user_error(problems.DAMAGED_EXCEL) from None
    filled = {title: rows for title, rows in heads.items() if rows}
    if not filled:
        raise user_error(problems.EMPTY_FILE)
    best = max(filled, key=lambda title: max(score(cells) for _, cells in filled[title]))
    number, header = max(filled[best], key=lambda row: score(row[1]))
    notes = (Fault(problems.OTHER_SHEETS, value=best),) if len(filled) > 1 else ()
    return Source(path=path, header=header, header_row=number, total=0, sheet=best, notes=notes)


def _heads(path: Path) -> Mapping[str, list[tuple[int, list[str]]]]:
    """The first rows with text of every sheet; opened once, for openpyxl may look through it all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and lists openpyxl does not know
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            firsts = {
                sheet.title: sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True)
                for sheet in book.worksheets
            }
            numbered = {
                title: [(number, row_cells(row)) for number, row in enumerate(rows, 1)]
                for title, rows in firsts.items()
            }
        finally:
            book.close()
    return {
        title: [(number, cells) for number, cells in rows if any(cells)]
        for title, rows in numbered.items()
    }


def _sheet_rows(path: Path, title: str) -> Rows:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book[title].iter_rows(values_only=True)
        yield from ((number, row_cells(row)) for number, row in enumerate(rows, 1))
    finally:
        book.close()


def known_titles(header: list[str], names: Mapping[str, str]) -> set[str]:
    """Names of the columns that a title row carries; `names` by `header_key`."""
    return {names[key] for cell in header if (key := header_key(cell)) in names}
