"""Tables written for Excel: a workbook with one sheet a table, or one table as CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from juntos_campo.register.export import harmless

Cell = str | int | float
_WIDEST, _NARROWEST = 48, 8
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        title: name of its sheet, at most 31 letters.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[Sequence[Cell], ...]


def csv_bytes(sheet: Sheet) -> bytes:
    """A table as CSV (UTF-8 with BOM, ``;``)."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.header)
    writer.writerows([_safe(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Tables as an Excel workbook, each with its header kept in view."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.append(list(sheet.header))
        for row in sheet.rows:
            page.append([_safe(cell) for cell in row])
        for cell in page[1]:
            cell.font = Font(bold=True)
        page.freeze_panes = "A2"
        if sheet.rows:
            page.auto_filter.ref = page.dimensions
        for number, title in enumerate(sheet.header):
            longest = max([len(title), *(len(str(row[number])) for row in sheet.rows)])
            width = min(_WIDEST, max(_NARROWEST, longest + 2))
            page.column_dimensions[get_column_letter(number + 1)].width = width
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def _safe(cell: Cell) -> Cell:
    """Figures as they are; texts so that Excel neither runs nor refuses them."""
    return harmless(_UNWRITABLE.sub("", cell)) if isinstance(cell, str) else cell
