"""XLSForms as Markdown tables: what of a text counts, its settings, and a workbook written as tables.

A line break inside a cell of a workbook cannot stand in a table and becomes a blank: no column of XLSForm
means anything else by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine.sheet_source import read_book

_LINE_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def table_lines(markdown: str) -> str:
    """The lines that are the form; prose around them is documentation."""
    return "\n".join(line for line in markdown.splitlines() if line.lstrip().startswith("|"))


def settings_of(markdown: str) -> dict[str, str]:
    """The first row of the settings sheet by column, without checking or compiling the form.

    Empty when there is no such sheet, or the text is no form at all.
    """
    try:
        sheet = read_book(markdown, ".md", "").sheets.get("settings")
    except UserError:
        return {}
    return dict(sheet.rows[0].cells) if sheet and sheet.rows else {}


def workbook_as_markdown(data: bytes, name: str = "") -> str:
    """The sheets of an ``.xlsx`` as Markdown tables.

    Args:
        name: of the file, for the message.

    Raises:
        UserError: FRM-001 it is no workbook, FRM-... a cell cannot be read (a formula that failed,
            merged cells); see `sheet_source.read_book`.
    """
    book = read_book(data, ".xlsx", name)
    if book.faults:
        raise book.faults[0]
    lines = []
    for sheet in book.sheets.values():
        columns = [column for column in sheet.header if column]
        lines += [f"| {sheet.name} |", _line(columns)]
        # Blank rows too: a message about the form names the row as Excel counts it.
        lines += [_line([row.cells.get(column, "") for column in columns]) for row in sheet.rows]
        lines.append("")
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    texts = (_LINE_BREAK.sub(" ", cell.strip()).replace("|", r"\|") for cell in cells)
    return f"| | {' | '.join(texts)} |"
