"""What a cell of each type of column says (`layouts.CellType`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import fold
from juntos_campo.register import cells
from juntos_campo.register import problems as register_problems
from juntos_campo.register.external import problems
from juntos_campo.register.external.layouts import Layout, LayoutColumn
from juntos_campo.register.rows import RowReader
from juntos_campo.register.schooling import attendance_percentage, grade_number
from juntos_campo.register.table import Table

_MONTH = re.compile(r"(\d{4})[-/]?(\d{2})|(\d{1,2})[-/](\d{4})")
_CODES = {
    "codigo_eess": register_problems.BAD_FACILITY_CODE,
    "codigo_ie": register_problems.BAD_SCHOOL_CODE,
    "ubigeo": register_problems.UBIGEO_FORM,
}

Parse = Callable[[str], Any]


def parsers(one: Layout, table: Table, reader: RowReader) -> dict[str, Callable[[], Any]]:
    """Column -> what reads its cell of the row begun; documents of their own kind are read apart."""
    present = [column for column in one.columns if column.name in table.positions]
    return {
        column.name: _reader(column, one, reader)
        for column in present
        if column.type not in ("tipo_documento", "numero_documento")
    }


def _reader(column: LayoutColumn, one: Layout, reader: RowReader) -> Callable[[], Any]:
    name = column.name
    if column.type == "texto":
        return lambda: reader.text(name)
    if column.type == "codigo":
        problem = _CODES.get(name, register_problems.BAD_NUMBER)
        return lambda: reader.code(name, column.length, problem)
    if column.type == "documento":
        return lambda: _document(column, reader)
    parse = _parse(column, one)
    return lambda: reader.read(name, parse)


def _parse(column: LayoutColumn, one: Layout) -> Parse:
    low, high, unit = column.low, column.high, column.unit
    plain: dict[str, Parse] = {
        "fecha": cells.day,
        "mes": _month,
        "grado": grade_number,
        "porcentaje": attendance_percentage,
        "entero": lambda cell: cells.whole(cell, int(low), int(high), unit),
        "decimal": lambda cell: cells.decimal(cell, low, high, unit),
    }
    if column.type in plain:
        return plain[column.type]
    if column.type == "servicio":
        codes = _codes(one)
        return lambda cell: _services(cell, codes)
    spellings = column.spellings()
    return lambda cell: _choice(cell, spellings, column)


def _choice(cell: str, spellings: Mapping[str, str], column: LayoutColumn) -> str:
    found = spellings.get(fold(cell))
    if found is None:
        raise cells.bad(register_problems.NOT_ALLOWED, allowed=", ".join(column.values))
    return found


def _document(column: LayoutColumn, reader: RowReader) -> str:
    """The number of a column that holds one kind of document; empty: none or faulty."""
    if column.document == "CNV":
        return reader.read(column.name, cells.cnv) or ""
    found = reader.read(column.name, lambda cell: cells.dni(cell, reader.dni_with_check))
    if found is None:
        return ""
    if found[1]:
        reader.count_restored(column.name)
    return found[0]


def _month(cell: str) -> date:
    """First day of ``202609``, ``2026-09``, ``09/2026`` or of the month of a date. Raises CellError."""
    if match := _MONTH.fullmatch(cell):
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        if 1 <= month <= 12 and year:
            return date(year, month, 1)
        raise cells.bad(problems.BAD_MONTH)
    try:
        return cells.day(cell).replace(day=1)
    except cells.CellError:
        raise cells.bad(problems.BAD_MONTH) from None


def _codes(one: Layout) -> Mapping[str, tuple[str, ...]]:
    """Folded code -> services; a code of ours stands for itself."""
    found: dict[str, tuple[str, ...]] = {fold(code): (code,) for code in SERVICES}
    found.update({fold(code): row.services for row in one.services for code in row.codes})
    return found


def _services(cell: str, codes: Mapping[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """The code as written, and the services it reports; none: the programme does not follow it.

    Raises:
        CellError: Excel spoilt the code.
    """
    code = cells.unspoiled(cell)
    key = fold(code)
    prefixes = (f"{key[:length]}*" for length in range(len(key) - 1, 1, -1))
    found = next((codes[one] for one in (key, *prefixes) if one in codes), ())
    return code.upper(), found
