"""The columns a form may have, under their one name; a column that is not known is refused, not skipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.problems import DUPLICATE_COLUMN, MISSING_COLUMN, UNKNOWN_COLUMN
from juntos_campo.form_engine.sheet_source import RawSheet, Row

EXPRESSIONS = (
    "relevant",
    "constraint",
    "required",
    "readonly",
    "calculation",
    "choice_filter",
    "repeat_count",
)
"""Survey columns that hold XPath."""
TRANSLATED = (
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "media::image",
)
SURVEY_COLUMNS = (
    "type",
    "name",
    *TRANSLATED,
    *EXPRESSIONS,
    "default",
    "appearance",
    "parameters",
    "trigger",
)
OWN_COLUMNS = ("bind::jc:known", "bind::jc:width", "bind::jc:source")
CHOICE_COLUMNS = ("list_name", "name", "label", "media::image")
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
OWN_SETTINGS = (
    "jc:subject",
    "jc:group",
    "jc:order",
    "jc:icon",
    "jc:confidential",
    "jc:effect",
    "jc:signer",
    "jc:agreement",
)
_ALIASES = {
    "relevance": "relevant",
    "calculate": "calculation",
    "read_only": "readonly",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "caption": "label",
    "image": "media::image",
    "id_string": "form_id",
    "title": "form_title",
    "set_form_id": "form_id",
    "set_form_title": "form_title",
    "command": "type",
    "tag": "name",
    "value": "name",
    "jr:count": "repeat_count",
    "count": "repeat_count",
}
_INSTEAD = {
    "audio": "El audio de una pregunta no se oye aquí: escriba el texto en label o hint.",
    "video": "El video de una pregunta no se ve aquí: use media::image.",
    "big-image": "Use media::image.",
    "media::audio": "El audio de una pregunta no se oye aquí: escriba el texto en label o hint.",
    "media::video": "El video de una pregunta no se ve aquí: use media::image.",
    "media::big-image": "Use media::image.",
    "save_to": "Las entidades no se admiten: los hogares y personas vienen del padrón.",
    "disabled": "Borre la fila, o ponga false() en relevant.",
    "rows": "Use parameters con rows=3.",
    "autoplay": "Quítela: aquí no se reproduce nada solo.",
    "intent": "Quítela: otras aplicaciones no se abren desde el formulario.",
    "public_key": "Quítela: los datos ya se guardan y viajan cifrados.",
    "submission_url": "Quítela: los registros se envían al servidor del programa.",
    "auto_send": "Quítela: el envío se hace en «Sincronizar».",
    "auto_delete": "Quítela: los registros no se borran al enviarse.",
    "instance_id": "Quítela: el programa pone un identificador a cada registro.",
    "sms_keyword": "Quítela: no se envía por SMS.",
    "flat": "Quítela.",
    "name": "Quítela: la raíz del registro se llama siempre data.",
    "media": "Use media::image.",
    "note": "Las notas para quien edita van fuera de las tablas, o en una hoja que empiece con «_».",
}
_BOUND = {"constraintMsg": "constraint_message", "requiredMsg": "required_message"}
"""Columns in the way of XForms, ``bind::jr:constraintMsg``: what XLSForm calls them."""
_NAME = re.compile(r"[^\W\d][\w.\-]*")


def survey_columns(sheet: RawSheet, faults: list[UserError]) -> RawSheet:
    """The survey sheet under the columns' own names."""
    allowed = (*SURVEY_COLUMNS, *OWN_COLUMNS)
    return _renamed(sheet, faults, lambda column: _known(column, allowed), allowed)


def setting_columns(sheet: RawSheet, faults: list[UserError]) -> RawSheet:
    """The settings sheet; our own settings are let through but for what is one of them misspelt."""

    def known(column: str) -> str:
        if not column.startswith(OWN_SETTING):
            return _known(column, SETTING_COLUMNS)
        near = get_close_matches(column, OWN_SETTINGS, n=1, cutoff=0.8)
        return "" if near and near[0] != column else column

    return _renamed(sheet, faults, known, (*SETTING_COLUMNS, *OWN_SETTINGS))


def choice_columns(sheet: RawSheet, faults: list[UserError]) -> RawSheet:
    """Further columns of a list are for choice filters; one that looks like a misspelling is refused."""

    def known(column: str) -> str:
        found = _known(column, CHOICE_COLUMNS)
        if found or column in _INSTEAD or "::" in column or not _NAME.fullmatch(column):
            return found
        near = get_close_matches(column.lower(), CHOICE_COLUMNS, n=1, cutoff=0.8)
        return "" if near and near[0] not in sheet.header else column

    return _renamed(sheet, faults, known, CHOICE_COLUMNS)


def require(
    sheet: RawSheet, columns: Iterable[str], refused: bool, faults: list[UserError]
) -> bool:
    """Whether the columns are there, in one language or another.

    Args:
        refused: a column was refused, so that a missing one is most likely it, misspelt: not told twice.
    """
    here = {base_and_language(column)[0] for column in sheet.header}
    missing = [column for column in columns if column not in here]
    where = f"hoja {sheet.name}, fila 1"
    for column in [] if refused else missing:
        faults.append(user_error(MISSING_COLUMN, where, sheet=sheet.name, column=column))
    return not missing


def base_and_language(column: str) -> tuple[str, str]:
    """``label::Español (es)`` -> (``label``, ``Español (es)``); no language: ""."""
    for base in TRANSLATED:
        if column == base:
            return base, ""
        if column.startswith(f"{base}::"):
            return base, column[len(base) + 2 :].strip()
    return column, ""


def _known(column: str, allowed: tuple[str, ...]) -> str:
    """The one name of a column; "" when it is none of `allowed`."""
    parts = [part.strip() for part in column.split("::")]
    base = _snake(parts[0])
    if base in ("media", "bind") and len(parts) > 1:
        base, parts = f"{base}::{parts[1]}", parts[1:]
    if base not in allowed:
        base = _ALIASES.get(base, base)
    if base not in allowed or len(parts) > 2:
        return ""
    if len(parts) == 2:
        return f"{base}::{parts[1]}" if base in TRANSLATED and parts[1] else ""
    return base


def _snake(text: str) -> str:
    return "_".join(text.split()).lower()


def _renamed(
    sheet: RawSheet,
    faults: list[UserError],
    known: Callable[[str], str],
    allowed: tuple[str, ...],
) -> RawSheet:
    names: dict[str, str] = {}
    where = f"hoja {sheet.name}, fila 1"
    for column in dict.fromkeys(filter(None, sheet.header)):
        name = known(column)
        if not name:
            remedy = _remedy(column, allowed)
            faults.append(user_error(UNKNOWN_COLUMN, where, column=column, remedy=remedy))
        elif name in names.values():
            faults.append(user_error(DUPLICATE_COLUMN, where, column=name))
        else:
            names[column] = name
    rows = [
        Row(
            row.number,
            {names[column]: cell for column, cell in row.cells.items() if column in names},
            row.sheet,
        )
        for row in sheet.rows
    ]
    return RawSheet(sheet.name, [names[column] for column in sheet.header if column in names], rows)


def _remedy(column: str, allowed: tuple[str, ...]) -> str:
    base = _snake(column.partition("::")[0] if not column.startswith("media") else column)
    if base in _INSTEAD and base not in allowed:
        return _INSTEAD[base]
    if base == "bind" or column.lower().startswith("bind:"):
        bound = _known(_BOUND.get(last := re.split(r":+\s*", column)[-1], last), allowed)
        if bound:
            return f"Escriba «{bound}»."
    single, colon, language = column.partition(":")
    if colon and language and not language.startswith(":") and _snake(single) in TRANSLATED:
        return f"Escriba «{_snake(single)}::{language.strip()}», con dos veces dos puntos."
    near = get_close_matches(base, allowed, n=1, cutoff=0.7)
    if near:
        return f"¿Quiso decir «{near[0]}»? Corrija el nombre o quite la columna."
    return f"Quítela o corrija su nombre. Columnas admitidas: {', '.join(allowed)}."
