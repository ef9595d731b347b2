"""How the files of other systems are written: data, in ``resources/imports``.

A layout is our own design unless its source says otherwise, and says how far it can be trusted. A new
file, a new column, another title or code is an edit of a TOML file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from juntos_campo import paths
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import fold
from juntos_campo.register.external.problems import LAYOUT_FAULTY, UNKNOWN_LAYOUT
from juntos_campo.register.layout import Column
from juntos_campo.register.table import header_key

SHARED = "comunes.toml"
_TOLD = 8
_NOT_LAYOUTS = frozenset((SHARED, "tolerancias.toml"))

Trust: TypeAlias = Literal["confirmed", "seed", "recall", "conflict", "not_found"]
"""The words of the rule packs; what is neither confirmed nor seed has no official source."""

CellType: TypeAlias = Literal[
    "texto", "fecha", "mes", "entero", "decimal", "lista", "codigo", "documento",
    "tipo_documento", "numero_documento", "servicio", "grado", "porcentaje",
]  # fmt: skip

RecordKind: TypeAlias = Literal["service", "school_year", "identity", "child", "care", "payment"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LayoutColumn(Strict):
    """One column.

    Attributes:
        titles: other titles it is known by; case, accents, spaces and hyphens do not matter.
        required: every row must fill it; `present`: the title must be there, the cell may be empty.
        values: for ``lista`` and ``tipo_documento``, what is meant -> other accepted spellings.
        low, high, unit: bounds of ``entero`` and ``decimal``.
        length: digits of a ``codigo``; leading zeros that Excel dropped come back.
        document: for ``documento``, which one the column holds.
        trust, source: where they differ from the layout's; empty: the layout's.
    """

    name: str
    meaning: str
    type: CellType
    titles: tuple[str, ...] = ()
    required: bool = False
    present: bool = False
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    low: float = 0
    high: float = 0
    unit: str = ""
    length: int = 0
    document: Literal["", "DNI", "CUI", "CNV"] = ""
    example: str = ""
    trust: Trust | None = None
    source: str = ""

    @model_validator(mode="after")
    def _whole(self) -> LayoutColumn:
        needed = {
            "lista": bool(self.values),
            "entero": self.high > self.low,
            "decimal": self.high > self.low,
            "codigo": self.length > 0,
            "documento": bool(self.document),
        }
        if not needed.get(self.type, True):
            raise ValueError(f"a la columna {self.name} le falta lo que pide «{self.type}»")
        return self

    def spellings(self) -> Mapping[str, str]:
        """Folded spelling -> the value meant."""
        return {
            fold(word): value for value, others in self.values.items() for word in (value, *others)
        }


class ServiceCodes(Strict):
    """Codes of the health system and the services of ours they report; ``*`` ends a prefix."""

    codes: tuple[str, ...]
    services: tuple[str, ...]
    trust: Trust
    source: str

    @model_validator(mode="after")
    def _known(self) -> ServiceCodes:
        if unknown := [code for code in self.services if code not in SERVICES]:
            raise ValueError(f"no hay servicio {', '.join(unknown)}")
        return self


class Layout(Strict):
    """One kind of file.

    Attributes:
        record: what a row becomes (`records`).
        row: what one row stands for, in Spanish.
        file: name of the TOML file, for messages.
    """

    id: str
    title: str
    row: str
    record: RecordKind
    trust: Trust
    source: str
    file: str
    columns: tuple[LayoutColumn, ...] = Field(alias="column")
    services: tuple[ServiceCodes, ...] = Field(default=(), alias="service")

    @model_validator(mode="after")
    def _titles_once(self) -> Layout:
        seen: dict[str, str] = {}
        for column in self.columns:
            for title in {header_key(one) for one in (column.name, *column.titles)}:
                if seen.setdefault(title, column.name) != column.name:
                    raise ValueError(f"el título {title} es de dos columnas")
        return self

    @property
    def is_official(self) -> bool:
        """False: whoever reads of this layout is told "sin fuente oficial"."""
        return self.trust in ("confirmed", "seed")

    def names_by_title(self) -> Mapping[str, str]:
        """`header_key` of every accepted title -> name of the column."""
        return {
            header_key(title): column.name
            for column in self.columns
            for title in (column.name, *column.titles)
        }

    def needed_titles(self) -> tuple[str, ...]:
        """Columns that the file must have."""
        return tuple(one.name for one in self.columns if one.required or one.present)

    def plain_columns(self) -> tuple[Column, ...]:
        """The columns as the register's own layouts say them, for the written description."""
        return tuple(
            Column(one.name, one.meaning, one.required, tuple(one.values)) for one in self.columns
        )


@cache
def layouts(folder: Path | None = None) -> Mapping[str, Layout]:
    """Every layout by its id; read once.

    Raises:
        UserError: EXT-001, a file says something unknown.
    """
    place = folder or paths.resources() / "imports"
    shared = {one["name"]: one for one in _toml(place / SHARED).get("column", [])}
    found: dict[str, Layout] = {}
    for path in sorted(place.glob("*.toml")):
        if path.name not in _NOT_LAYOUTS:
            one = _layout(path, shared)
            found[one.id] = one
    return found


def layout(layout_id: str) -> Layout:
    """The layout of that id.

    Raises:
        UserError: EXT-002.
    """
    known = layouts()
    if layout_id not in known:
        raise user_error(UNKNOWN_LAYOUT, value=layout_id, allowed=", ".join(known))
    return known[layout_id]


def _layout(path: Path, shared: Mapping[str, dict[str, Any]]) -> Layout:
    data = _toml(path)
    try:
        columns = [{**shared.get(one["name"], {}), **one} for one in data.get("column", [])]
        return Layout.model_validate({**data, "column": columns, "file": path.name})
    except (ValidationError, KeyError, TypeError) as error:
        raise user_error(LAYOUT_FAULTY, file=path.name, detail=fault_words(error)) from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        detail = str(error) or type(error).__name__
        raise user_error(LAYOUT_FAULTY, file=path.name, detail=detail) from None


def fault_words(error: Exception) -> str:
    """What is wrong with data from a TOML file, and where each thing stands."""
    if isinstance(error, ValidationError):
        told = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in told[:_TOLD]
        )
    return str(error)
