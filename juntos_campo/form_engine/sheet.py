"""The XLSForm as a sheet: read, checked cell by cell for what we do not support, compiled by pyxform.

Nothing in a sheet is ignored in silence: a sheet, column, type, setting or function that is not understood
here is refused with its row and column before pyxform sees it, and all that is wrong is told at once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.problems import (
    MISSING_SHEET,
    NOT_COMPILED,
    UNREADABLE_FILE,
    UNSUPPORTED_SHEET,
)
from juntos_campo.form_engine.sheet_choices import (
    check_choices,
    check_languages,
    check_parameters,
    read_settings,
    setting_warnings,
)
from juntos_campo.form_engine.sheet_columns import (
    OWN_SETTING,
    base_and_language,
    choice_columns,
    require,
    setting_columns,
    survey_columns,
)
from juntos_campo.form_engine.sheet_defaults import check_defaults
from juntos_campo.form_engine.sheet_expressions import check_expressions
from juntos_campo.form_engine.sheet_rows import OR_OTHER, Survey, read_survey
from juntos_campo.form_engine.sheet_source import Book, RawSheet, Row, read_book

__all__ = ("Row", "Sheet", "check_file", "check_sheet", "read_file", "read_sheet")

# pyxform sets its own level at import and reports each warning to standard error.
logging.getLogger("pyxform.xls2xform").setLevel(logging.WARNING)

_SHEETS = ("survey", "choices", "settings")
_OTHER = "other"
_OTHER_LABEL, _OTHER_TEXT = "Otro", "Especifique cuál"
_UNSUPPORTED_SHEETS = {
    "external_choices": "Guarde la lista como .csv y use select_one_from_file.",
    "osm": "Use «geopoint» o «text».",
    "entities": "Quítela: los hogares y personas vienen del padrón.",
    "cascades": "Use choice_filter.",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checked XLSForm.

    Attributes:
        xform: the XForm document pyxform made of it.
        rows: the survey rows that hold something, columns and types under their one name; the text
            question beside an ``or_other`` is a row of its own.
        settings: every settings cell, our own ones too.
        warnings: what is no fault but may be a slip, in Spanish.
    """

    xform: str
    rows: tuple[Row, ...]
    settings: dict[str, str]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Checked:
    """What the checks found and what pyxform gets."""

    survey: Survey = field(default_factory=Survey)
    survey_header: list[str] = field(default_factory=list)
    choices: RawSheet | None = None
    settings: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    faults: list[UserError] = field(default_factory=list)


def read_file(path: Path) -> Sheet:
    """Read and check an XLSForm file (``.md`` or ``.xlsx``).

    Raises:
        UserError: FRM-001 the file cannot be read, and everything `read_sheet` raises.
    """
    return read_sheet(*_file(path))


def check_file(path: Path) -> list[UserError]:
    """Everything wrong with a file; empty when it can be used (see `check_sheet`)."""
    try:
        source = _file(path)
    except UserError as error:
        return [error]
    return check_sheet(*source)


def read_sheet(source: str | bytes, kind: str = ".md", name: str = "") -> Sheet:
    """Check a form given as Markdown text or as the bytes of a workbook, and compile it.

    Raises:
        UserError: the first of `check_sheet`.
    """
    checked = _check(source, kind, name)
    if checked.faults:
        raise checked.faults[0]
    return Sheet(
        _compiled(checked, name),
        tuple(checked.survey.rows),
        checked.settings,
        tuple(checked.warnings),
    )


def check_sheet(source: str | bytes, kind: str = ".md", name: str = "") -> list[UserError]:
    """Everything wrong with a form, sheet by sheet and row by row; empty when pyxform takes it too.

    What only shows when the whole is put together (circles, missing CSV files) is found by the loader.
    """
    try:
        checked = _check(source, kind, name)
        if not checked.faults:
            _compiled(checked, name)
    except UserError as error:
        return [error]
    return checked.faults


def _file(path: Path) -> tuple[str | bytes, str, str]:
    kind = path.suffix.lower()
    if kind not in (".md", ".xlsx"):
        detail = "la extensión debe ser .md o .xlsx"
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail)
    try:
        data = path.read_bytes()
        return (data.decode("utf-8-sig") if kind == ".md" else data), kind, path.name
    except (OSError, UnicodeDecodeError) as error:
        reason = disk_reason(error) if isinstance(error, OSError) else "no es texto UTF-8"
        raise user_error(UNREADABLE_FILE, name=path.name, detail=reason) from None


def _check(source: str | bytes, kind: str, name: str) -> _Checked:
    book = read_book(source, kind, name)
    checked = _Checked(faults=book.faults)
    faults = checked.faults
    _check_sheets(book, checked)
    sheets = book.sheets
    if "settings" in sheets:
        sheets["settings"] = setting_columns(sheets["settings"], faults)
        checked.settings = read_settings(sheets["settings"], faults)
        checked.warnings += setting_warnings(checked.settings)
    if "choices" in sheets:
        before = len(faults)
        sheets["choices"] = choice_columns(sheets["choices"], faults)
        refused = len(faults) > before
        if require(sheets["choices"], ("list_name", "name", "label"), refused, faults):
            checked.choices = sheets["choices"]
    if "survey" in sheets:
        before = len(faults)
        sheets["survey"] = survey_columns(sheets["survey"], faults)
        if require(sheets["survey"], ("type", "name"), len(faults) > before, faults):
            _check_survey(sheets["survey"], "choices" in sheets, checked)
    translated = [sheets[title] for title in ("survey", "choices") if title in sheets]
    checked.warnings += check_languages(checked.settings, translated, faults)
    faults.sort(key=_place)
    return checked


def _check_survey(sheet: RawSheet, has_choices: bool, checked: _Checked) -> None:
    survey = read_survey(sheet, checked.faults)
    checked.survey_header, checked.survey = sheet.header, survey
    checked.warnings += survey.warnings
    if checked.choices is not None or not has_choices:
        check_choices(checked.choices, survey, checked.settings, checked.faults)
        check_defaults(survey, checked.choices, checked.faults)
    check_parameters(survey, checked.faults)
    check_expressions(survey, checked.choices, checked.settings, checked.faults)


def _check_sheets(book: Book, checked: _Checked) -> None:
    titles = ", ".join(f"«{title}»" for title in book.sheets)
    if "survey" not in book.sheets:
        remedy = f"El archivo tiene {titles}: llame survey a la hoja de las preguntas."
        checked.faults.append(user_error(MISSING_SHEET, sheet="survey", remedy=remedy))
    elif "settings" not in book.sheets:
        remedy = (
            "Agréguela con form_title, form_id y version en la fila 1 y sus valores en la fila 2."
        )
        checked.faults.append(user_error(MISSING_SHEET, sheet="settings", remedy=remedy))
    for title in book.sheets:
        if title in _UNSUPPORTED_SHEETS:
            remedy = _UNSUPPORTED_SHEETS[title]
            checked.faults.append(
                user_error(UNSUPPORTED_SHEET, f"hoja {title}", sheet=title, remedy=remedy)
            )
        elif title not in _SHEETS:
            checked.warnings.append(f"La hoja «{title}» no es parte de un formulario y no se lee.")


def _place(error: UserError) -> tuple[int, int]:
    """Sheet by sheet, row by row; what concerns the whole file first."""
    title = error.where.removeprefix("hoja ").partition(",")[0]
    number = error.where.partition("fila ")[2].partition(",")[0]
    order = _SHEETS.index(title) + 1 if title in _SHEETS else 0
    return order, int(number) if number.isdigit() else 0


# -- pyxform ----------------------------------------------------------------------------------------


def _compiled(checked: _Checked, name: str) -> str:
    _expand_other(checked)
    try:
        result = convert(xlsform=_for_pyxform(checked), validate=False, pretty_print=False)
    except PyXFormError as error:
        raise user_error(NOT_COMPILED, name, detail=str(error).strip()) from None
    except ExpatError as error:
        # pyxform reads a label with ${references} as XML by itself.
        raise user_error(NOT_COMPILED, name, detail=f"un texto no es XML ({error})") from None
    return str(result.xform)


def _expand_other(checked: _Checked) -> None:
    """``or_other`` written out, with Spanish texts: pyxform's own are English."""
    rows: list[Row] = []
    paths: list[str] = []
    for row, path in zip(checked.survey.rows, checked.survey.paths, strict=True):
        kind = row.cells["type"]
        if not kind.endswith(f" {OR_OTHER}"):
            rows.append(row)
            paths.append(path)
            continue
        title, other = kind.split()[1], f"{row.cells['name']}_{_OTHER}"
        texts = {
            column: _OTHER_TEXT
            for column in checked.survey_header
            if base_and_language(column)[0] == "label"
        } or {"label": _OTHER_TEXT}
        condition = f"selected(../{row.cells['name']}, '{_OTHER}')"
        cells = {"type": "text", "name": other, "relevant": condition, **texts}
        rows += [
            replace(row, cells={**row.cells, "type": kind.removesuffix(f" {OR_OTHER}")}),
            replace(row, cells=cells),
        ]
        paths += [path, f"{path}_{_OTHER}"]
        if checked.choices is not None:
            _add_other(checked.choices, title)
    checked.survey.rows, checked.survey.paths = rows, paths
    if "relevant" not in checked.survey_header:
        checked.survey_header = [*checked.survey_header, "relevant"]


def _add_other(choices: RawSheet, title: str) -> None:
    names = {row.cells.get("name") for row in choices.rows if row.cells.get("list_name") == title}
    if _OTHER not in names:
        labels = {
            column: _OTHER_LABEL
            for column in choices.header
            if base_and_language(column)[0] == "label"
        }
        cells = {"list_name": title, "name": _OTHER, **labels}
        choices.rows.append(Row(len(choices.rows) + 2, cells, "choices"))


def _for_pyxform(checked: _Checked) -> dict[str, Any]:
    """The sheets as pyxform reads them from a workbook, without our own settings."""
    settings = {
        column: cell
        for column, cell in checked.settings.items()
        if not column.startswith(OWN_SETTING)
    }
    choices = checked.choices
    return {
        "sheet_names": list(_SHEETS),
        "survey": _spaced(checked.survey.rows),
        "survey_header": [dict.fromkeys(checked.survey_header)],
        "choices": _spaced(choices.rows) if choices else None,
        "choices_header": [dict.fromkeys(choices.header)] if choices else None,
        "settings": [settings],
        "settings_header": [dict.fromkeys(settings)],
    }


def _spaced(rows: list[Row]) -> list[dict[str, str]]:
    """Rows with the blank ones between them, so that pyxform counts as the sheet does."""
    spaced: list[dict[str, str]] = []
    for row in rows:
        spaced += [{} for _ in range(row.number - 2 - len(spaced))]
        spaced.append(dict(row.cells))
    return spaced
