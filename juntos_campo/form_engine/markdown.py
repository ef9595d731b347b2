"""XLSForms as Markdown tables: what of a text counts, its settings, and a workbook written as tables.

A cell is split and unescaped exactly as pyxform does it, so that a workbook and its tables give the same
XForm. A line break inside a cell cannot stand in a table and becomes a blank: no column of XLSForm means
anything else by it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.problems import UNREADABLE_FILE

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
"""Those pyxform reads; what we do not support is refused when the form is loaded, not here."""
_PIPE = re.compile(r"(?<!\\)\|")
_LINE_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def table_lines(markdown: str) -> str:
    """The lines that are the form; prose around them is documentation."""
    return "\n".join(line for line in markdown.splitlines() if line.lstrip().startswith("|"))


def settings_of(markdown: str) -> dict[str, str]:
    """The first row of the settings sheet by column, without checking or compiling the form.

    Empty when there is no such sheet, or the text is no form at all.
    """
    rows: list[list[str]] = []
    inside = False
    for line in table_lines(markdown).splitlines():
        cells = _cells(line)
        if cells and cells[0]:
            inside = cells[0].lower() == "settings"
        elif inside and any(cells):
            rows.append(cells[1:])
    if len(rows) < 2:
        return {}
    return {name: value for name, value in zip(*rows[:2], strict=False) if name and value}


def workbook_as_markdown(data: bytes, name: str = "") -> str:
    """The sheets of an ``.xlsx`` as Markdown tables.

    Args:
        name: of the file, for the message.

    Raises:
        UserError: FRM-001, it is no workbook.
    """
    try:
        form = get_xlsform(xlsform=data, file_type=".xlsx")
    except (PyXFormError, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise user_error(UNREADABLE_FILE, name=name, detail=str(error).rstrip(".")) from None
    except Exception as error:
        # openpyxl trips over damaged workbooks with errors of every kind, of lxml's and its own.
        detail = f"el libro está dañado ({type(error).__name__})"
        raise user_error(UNREADABLE_FILE, name=name, detail=detail) from None
    return as_markdown({sheet: _sheet(form, sheet) for sheet in SHEETS})


def as_markdown(sheets: Mapping[str, tuple[Sequence[str], Iterable[Mapping[str, Any]]]]) -> str:
    """Sheets (name -> columns, rows by column) as tables; sheets without columns are left out."""
    lines = []
    for sheet, (columns, rows) in sheets.items():
        if not columns:
            continue
        lines += [f"| {sheet} |", _line(columns)]
        lines += [_line([row.get(column) for column in columns]) for row in rows if row]
        lines.append("")
    return "\n".join(lines)


def _sheet(form: Any, sheet: str) -> tuple[list[str], list[Mapping[str, Any]]]:
    header = (getattr(form, f"{sheet}_header") or [{}])[0]
    return [str(column) for column in header], list(getattr(form, sheet) or ())


def _line(cells: Sequence[Any]) -> str:
    texts = ("" if cell is None else _LINE_BREAK.sub(" ", str(cell).strip()) for cell in cells)
    return "| | " + " | ".join(text.replace("|", r"\|") for text in texts) + " |"


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    return [cell.strip().replace(r"\|", "|") for cell in _PIPE.split(inner)[:-1]]
