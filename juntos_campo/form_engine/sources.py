"""Tables a form chooses from or looks things up in: CSV files beside it, and the register."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Row: TypeAlias = Mapping[str, str]
Table: TypeAlias = Sequence[Row]

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


def read_table(text: str) -> Table:
    """The rows of a CSV text (commas or semicolons, the first line names the columns)."""
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="", restval="")
    return tuple(
        {str(key).strip(): str(value).strip() for key, value in row.items() if key}
        for row in reader
    )
