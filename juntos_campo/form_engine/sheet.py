"""The XLSForm as a sheet: read, checked row by row for what we do not support, compiled by pyxform.

Nothing in a sheet is ignored in silence: a type, column or setting that is not understood here is
refused with its row and column before pyxform sees it.
"""

from __future__ import annotations

import logging
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.problems import (
    DUPLICATE_NAME,
    MISSING_LIST,
    MISSING_SETTING,
    NOT_COMPILED,
    UNBALANCED,
    UNKNOWN_COLUMN,
    UNKNOWN_ROW_TYPE,
    UNKNOWN_TYPE,
    UNREADABLE_FILE,
)
from juntos_campo.form_engine.question_types import INSTEAD, QUESTION_TYPES

# pyxform sets its own level at import and reports each warning to standard error.
logging.getLogger("pyxform.xls2xform").setLevel(logging.WARNING)

SURVEY_COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "relevant",
    "constraint",
    "constraint_message",
    "required",
    "required_message",
    "calculation",
    "readonly",
    "default",
    "appearance",
    "choice_filter",
    "repeat_count",
    "parameters",
    "trigger",
    "guidance_hint",
    "image",
    "media::image",
)
TRANSLATED = (
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "image",
    "media::image",
)
OWN_COLUMNS = ("bind::jc:known", "bind::jc:width", "bind::jc:source")
CHOICE_COLUMNS = ("list_name", "name", "label")
SETTING_COLUMNS = (
    "form_title",
    "form_id",
    "version",
    "default_language",
    "namespaces",
    "instance_name",
    "style",
    "allow_choice_duplicates",
)
OWN_SETTING = "jc:"
_NAMESPACE = 'jc="urn:juntos-campo:xform"'
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FROM_FILE_ENDING = "_from_file"
FROM_FILE = ("select_one_from_file", "select_multiple_from_file")
GROUP_ROWS = ("begin group", "end group", "begin repeat", "end repeat")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the survey sheet; `number` as a spreadsheet counts, the heading being row 1."""

    number: int
    cells: dict[str, str]

    def place(self, column: str) -> str:
        return f"hoja survey, fila {self.number}, columna {column}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checked XLSForm.

    Attributes:
        xform: the XForm document pyxform made of it.
        rows: the survey rows that hold something.
        warnings: what pyxform remarked, in its own (English) words.
    """

    xform: str
    rows: tuple[Row, ...]
    settings: dict[str, str]
    warnings: tuple[str, ...]


def read_file(path: Path) -> Sheet:
    """Read and check an XLSForm file (``.md`` or ``.xlsx``).

    Raises:
        UserError: FRM-001 the file cannot be read, and everything `read_sheet` raises.
    """
    kind = path.suffix.lower()
    if kind not in (".md", ".xlsx"):
        detail = "la extensión debe ser .md o .xlsx"
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail)
    try:
        source: str | bytes = path.read_text("utf-8") if kind == ".md" else path.read_bytes()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no es texto UTF-8"
        raise user_error(UNREADABLE_FILE, name=path.name, detail=reason or "") from None
    return read_sheet(source, kind, path.name)


def read_sheet(source: str | bytes, kind: str = ".md", name: str = "") -> Sheet:
    """Check a form given as Markdown text or as the bytes of a workbook, and compile it.

    Raises:
        UserError: FRM-001 to FRM-004 and FRM-009 to FRM-012, with row and column.
    """
    if isinstance(source, str):
        source = _tables_only(source)
    try:
        data = get_xlsform(xlsform=source, file_type=kind)
    except (PyXFormError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise user_error(UNREADABLE_FILE, name=name, detail=str(error)) from None
    except (IndexError, TypeError):
        # pyxform reads cell by cell along the heading and trips over what has none.
        detail = "una fila tiene más celdas que su encabezado, o una hoja no tiene encabezado"
        raise user_error(UNREADABLE_FILE, name=name, detail=detail) from None
    _check_columns("survey", data.survey_header, (*SURVEY_COLUMNS, *OWN_COLUMNS))
    _check_columns("settings", data.settings_header, SETTING_COLUMNS)
    rows = tuple(
        Row(number, {key: str(value).strip() for key, value in cells.items() if value is not None})
        for number, cells in enumerate(data.survey or (), start=2)
        if cells
    )
    lists = frozenset(str(choice.get("list_name")) for choice in data.choices or ())
    _check_rows(rows, lists)
    settings = {key: str(value) for key, value in (data.settings or [{}])[0].items()}
    for setting in ("form_id", "version", "form_title"):
        if not settings.get(setting):
            raise user_error(MISSING_SETTING, "hoja settings", setting=setting)
    try:
        result = convert(xlsform=_for_pyxform(data), validate=False, pretty_print=False)
    except PyXFormError as error:
        raise user_error(NOT_COMPILED, name, detail=str(error).strip()) from None
    except ExpatError as error:
        # pyxform reads a label with ${references} as XML by itself.
        detail = f"hay un carácter que no se puede imprimir ({error})"
        raise user_error(UNREADABLE_FILE, name=name, detail=detail) from None
    if _CONTROL.search(result.xform):
        detail = "hay un carácter de control, que no se ve ni se puede imprimir"
        raise user_error(UNREADABLE_FILE, name=name, detail=detail)
    return Sheet(result.xform, rows, settings, tuple(result.warnings))


def _for_pyxform(data: Any) -> dict[str, Any]:
    """What pyxform gets: without our own settings, which it would take for its own, but our namespace."""
    fields = {name: getattr(data, name) for name in data.__slots__}
    for name in ("settings", "settings_header"):
        fields[name] = [
            {key: value for key, value in row.items() if not key.startswith(OWN_SETTING)}
            for row in fields[name] or ()
        ]
    fields["settings"][0].setdefault("namespaces", _NAMESPACE)
    fields["settings_header"][0].setdefault("namespaces", None)
    return fields


def _tables_only(markdown: str) -> str:
    """The table lines; prose around them is documentation."""
    return "\n".join(line for line in markdown.splitlines() if line.lstrip().startswith("|"))


def _check_columns(
    sheet: str, header: list[dict[str, Any]] | None, allowed: tuple[str, ...]
) -> None:
    for column in (header or [{}])[0]:
        name = str(column).strip()
        base, _, language = name.rpartition("::")
        if name in allowed or (language and base in TRANSLATED and base in allowed):
            continue
        if sheet == "settings" and name.startswith(OWN_SETTING):
            continue
        where = f"hoja {sheet}, fila 1"
        raise user_error(UNKNOWN_COLUMN, where, column=name, allowed=", ".join(allowed))


def _check_rows(rows: tuple[Row, ...], lists: frozenset[str]) -> None:
    """Refuse what we do not support, and what pyxform would tell without row or in English."""
    opened: list[tuple[Row, str]] = []
    names: list[set[str]] = [set()]
    for row in rows:
        kind = " ".join(row.cells.get("type", "").lower().replace("_", " ", 1).split())
        if kind.startswith("end ") and kind in GROUP_ROWS:
            if not opened or opened.pop()[1] != kind.removeprefix("end "):
                raise user_error(UNBALANCED, row.place("type"), type=row.cells["type"])
            names.pop()
            continue
        name = row.cells.get("name", "")
        if name in names[-1]:
            raise user_error(DUPLICATE_NAME, row.place("name"), name=name)
        names[-1].add(name)
        if kind in GROUP_ROWS:
            opened.append((row, kind.removeprefix("begin ")))
            names.append(set())
        elif kind.startswith(("begin ", "end ")):
            raise user_error(UNKNOWN_ROW_TYPE, row.place("type"), type=row.cells["type"])
        else:
            _check_question(row, lists)
    if opened:
        row, _ = opened[-1]
        raise user_error(UNBALANCED, row.place("type"), type=row.cells["type"])


def _check_question(row: Row, lists: frozenset[str]) -> None:
    written = row.cells.get("type", "")
    words = written.split() or [""]
    from_file = words[0] in FROM_FILE
    known = QUESTION_TYPES.get(words[0].removesuffix(FROM_FILE_ENDING) if from_file else words[0])
    rest = words[1:-1] if words[-1] == "or_other" else words[1:]
    well_formed = known is not None and len(rest) == (1 if known.takes_list else 0)
    if not well_formed:
        allowed = ", ".join(
            f"{name} LISTA" if kind.takes_list else name for name, kind in QUESTION_TYPES.items()
        )
        hint = " " + INSTEAD[words[0].lower()] if words[0].lower() in INSTEAD else ""
        raise user_error(UNKNOWN_TYPE, row.place("type"), type=written, allowed=allowed, hint=hint)
    if rest and not from_file and "${" not in rest[0] and rest[0] not in lists:
        raise user_error(MISSING_LIST, row.place("type"), list=rest[0])
