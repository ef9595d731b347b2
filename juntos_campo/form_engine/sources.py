"""Tables a form chooses from or looks things up in: CSV files beside it, and the register."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from juntos_campo.domain.csv_text import decode_text, named_separator
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.problems import UNREADABLE_FILE
from juntos_campo.form_engine.question_types.base import Choice

Row: TypeAlias = Mapping[str, str]
Table: TypeAlias = Sequence[Row]

_SEPARATORS = ",;\t"

REGISTER_TABLES: dict[str, tuple[str, ...]] = {
    "miembros": (
        "name",
        "label",
        "edad_meses",
        "edad",
        "sexo",
        "parentesco",
        "tipo",
        "documento",
        "es_titular",
    ),
    "hogares": ("name", "label", "codigo", "centro_poblado", "titular"),
    "establecimientos": ("name", "label", "codigo", "categoria", "responsable"),
    "colegios": ("name", "label", "codigo", "nivel"),
    "centros_poblados": ("name", "label", "distrito"),
}
"""Tables the program gives, with their columns; `name` is the record's id, `label` what is shown."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who fills a form in, for the metadata questions."""

    username: str = ""
    full_name: str = ""
    phone: str = ""
    email: str = ""
    device_id: str = ""


NOBODY = Person()


def table_text(path: Path) -> str:
    """The text of a CSV file as Excel saves it, with the line ends of Unix.

    Raises:
        UserError: FRM-001, it cannot be opened or is no text.
    """
    try:
        text = decode_text(path.read_bytes())
    except OSError as error:
        detail = disk_reason(error)
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail) from None
    if text is None:
        detail = "no es texto UTF-8 ni Windows-1252; guárdelo en Excel como «CSV UTF-8»"
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(text: str) -> Table:
    """The rows of a CSV text (commas, semicolons or tabs; the first line names the columns)."""
    columns = table_columns(text)
    lines = list(_lines(text))[1:]
    return tuple(
        {column: cell.strip() for column, cell in zip(columns, line, strict=False) if column}
        for line in lines
        if any(line)
    )


def table_columns(text: str) -> tuple[str, ...]:
    """The names in the first line of a CSV text."""
    return tuple(cell.strip() for cell in next(_lines(text), []))


def _lines(text: str) -> Iterator[list[str]]:
    separator, text = named_separator(text.removeprefix("\ufeff"))
    head = text.partition("\n")[0]
    return csv.reader(io.StringIO(text), delimiter=separator or max(_SEPARATORS, key=head.count))


def table_choices(rows: Table, value: str, label: str) -> tuple[Choice, ...]:
    """The rows of a table as choices; further columns are kept for filters."""
    return tuple(
        Choice(
            row.get(value, ""),
            {"default": row.get(label) or row.get(value, "")},
            {column: text for column, text in row.items() if column not in (value, label)},
        )
        for row in rows
    )
