"""The choices and settings sheets, and what the survey asks of them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from pyxform.errors import PyXFormError
from pyxform.parsing.parameters import parse as parse_parameters

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.problems import (
    BAD_PARAMETERS,
    BLANK_IN_CHOICE,
    DUPLICATE_CHOICE,
    INCOMPLETE_CHOICE,
    MISSING_LIST,
    MISSING_SETTING,
    SECOND_SETTINGS,
    UNKNOWN_LANGUAGE,
    UNSUPPORTED_VALUE,
)
from juntos_campo.form_engine.question_types.range import RangeBounds
from juntos_campo.form_engine.sheet_columns import (
    OWN_SETTING,
    OWN_SETTINGS,
    base_and_language,
)
from juntos_campo.form_engine.sheet_rows import Survey, usable_name
from juntos_campo.form_engine.sheet_source import RawSheet, Row

_WIDTH = "bind::jc:width"
YES = ("yes", "true", "true()")
YES_NO = (*YES, "no", "false", "false()")
_NAMESPACE = 'jc="urn:juntos-campo:xform"'
_FORM_ID = re.compile(r"[\w.\-]{1,80}")
_OWN_VALUES = {
    "jc:subject": ("household", "member", "facility", "school", "settlement", "none"),
    "jc:confidential": ("yes", "no"),
}
_SELECT_PARAMETERS = ("randomize", "seed")
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "range": ("start", "end", "step", "tick_interval", "placeholder", "tick_labelset"),
    "text": ("rows",),
    "image": ("max-pixels",),
    "geopoint": ("capture-accuracy", "warning-accuracy", "allow-mock-accuracy"),
    "audio": ("quality",),
    "select_one": _SELECT_PARAMETERS,
    "select_multiple": _SELECT_PARAMETERS,
    "rank": _SELECT_PARAMETERS,
    "select_one_from_file": (*_SELECT_PARAMETERS, "value", "label"),
    "select_multiple_from_file": (*_SELECT_PARAMETERS, "value", "label"),
}
_NUMBERS = ("start", "end", "step", "tick_interval", "placeholder", "rows", "max-pixels",
            "capture-accuracy", "warning-accuracy")  # fmt: skip
_QUALITIES = ("normal", "low", "voice-only", "external")


def read_settings(sheet: RawSheet, faults: list[UserError]) -> dict[str, str]:
    """The settings by name; what is missing or wrong is added to `faults`."""
    rows = [row for row in sheet.rows if row.cells]
    cells = dict(rows[0].cells) if rows else {}
    where = rows[0].place if rows else Row(2, {}, "settings").place
    for setting in ("form_id", "version", "form_title"):
        if not cells.get(setting):
            faults.append(user_error(MISSING_SETTING, "hoja settings", setting=setting))
    for extra in rows[1:]:
        where_extra = f"hoja settings, fila {extra.number}"
        faults.append(user_error(SECOND_SETTINGS, where_extra))
    form_id = cells.get("form_id", "")
    if form_id and not _FORM_ID.fullmatch(form_id):
        remedy = (
            f"Use letras, cifras y guion bajo, sin espacios; por ejemplo «{usable_name(form_id)}»."
        )
        faults.append(user_error(UNSUPPORTED_VALUE, where("form_id"), value=form_id, remedy=remedy))
    allowed = {"allow_choice_duplicates": YES_NO, **_OWN_VALUES}
    for setting, values in allowed.items():
        value = cells.get(setting, "")
        if value and value.lower() not in values:
            remedy = f"Use uno de estos: {', '.join(values)}."
            faults.append(user_error(UNSUPPORTED_VALUE, where(setting), value=value, remedy=remedy))
    order = cells.get("jc:order", "")
    if order and not _is_number(order):
        remedy = "Escriba un número: el orden en el menú."
        faults.append(user_error(UNSUPPORTED_VALUE, where("jc:order"), value=order, remedy=remedy))
    if "urn:juntos-campo:xform" not in cells.get("namespaces", ""):
        cells["namespaces"] = f"{cells.get('namespaces', '')} {_NAMESPACE}".strip()
    return cells


def setting_warnings(settings: dict[str, str]) -> list[str]:
    """Settings that are kept and change nothing here."""
    idle = [one for one in settings if one.startswith(OWN_SETTING) and one not in OWN_SETTINGS]
    if settings.get("style"):
        idle.append("style")
    return [f"hoja settings, columna {one}: no cambia nada en este programa." for one in idle]


def check_languages(
    settings: dict[str, str], sheets: list[RawSheet], faults: list[UserError]
) -> list[str]:
    """Refuse a default language nobody wrote in; the warnings tell which texts lack a translation."""
    found: dict[str, None] = {}
    warnings: list[str] = []
    for sheet in sheets:
        for column in sheet.header:
            _, language = base_and_language(column)
            if language:
                found[language] = None
    default = settings.get("default_language", "")
    if default and found and default not in found:
        where = "hoja settings, fila 2, columna default_language"
        faults.append(
            user_error(UNKNOWN_LANGUAGE, where, language=default, allowed=", ".join(found))
        )
    for sheet in sheets:
        columns = [column for column in sheet.header if base_and_language(column)[1]]
        for base in dict.fromkeys(base_and_language(column)[0] for column in columns):
            for language in found:
                column = f"{base}::{language}"
                lacking = [
                    str(row.number)
                    for row in sheet.rows
                    if not row.cells.get(column) and _translated(row, base)
                ]
                if lacking:
                    warnings.append(
                        f"hoja {sheet.name}, columna {column}: falta la traducción en "
                        f"{'la fila' if len(lacking) == 1 else 'las filas'} {', '.join(lacking)}."
                    )
    return warnings


def _translated(row: Row, base: str) -> bool:
    return any(base_and_language(column)[0] == base for column in row.cells)


def check_choices(
    sheet: RawSheet | None, survey: Survey, settings: dict[str, str], faults: list[UserError]
) -> None:
    """Refuse lists that are missing, and choices without name, twice, or with a blank where it hurts."""
    several = settings.get("allow_choice_duplicates", "").lower() in YES
    lists: dict[str, dict[str, Row]] = {}
    for row in sheet.rows if sheet else ():
        if not row.cells:
            continue
        _check_choice(row, faults)
        name, title = row.cells.get("name", ""), row.cells.get("list_name", "")
        entries = lists.setdefault(title, {})
        if name and name in entries and not several:
            faults.append(user_error(DUPLICATE_CHOICE, row.place("name"), name=name, list=title))
        if name:
            entries[name] = row
    for title, users in survey.lists.items():
        if title not in lists:
            faults.extend(user_error(MISSING_LIST, row.place("type"), list=title) for row in users)
        elif any(not row.cells["type"].startswith("select_one ") for row in users):
            _check_blanks(lists[title], faults)


def _check_choice(row: Row, faults: list[UserError]) -> None:
    labels = [column for column in row.cells if base_and_language(column)[0] == "label"]
    for column in ("list_name", "name", "label"):
        if not (labels if column == "label" else row.cells.get(column)):
            faults.append(user_error(INCOMPLETE_CHOICE, row.place(column), column=column))
    for column in labels:
        if "${" in row.cells[column]:
            remedy = "Escriba un texto fijo, o use una lista que salga de una repetición."
            value = row.cells[column]
            faults.append(
                user_error(UNSUPPORTED_VALUE, row.place(column), value=value, remedy=remedy)
            )


def _check_blanks(entries: dict[str, Row], faults: list[UserError]) -> None:
    """Names of a list that is used for several answers at once."""
    for name, row in entries.items():
        if len(name.split()) > 1:
            example = usable_name(name)
            faults.append(
                user_error(BLANK_IN_CHOICE, row.place("name"), name=name, example=example)
            )


def check_parameters(survey: Survey, faults: list[UserError]) -> None:
    """Refuse parameters that are no pairs, that the type does not know, or that cannot be; and widths."""
    for row, _ in survey.questions:
        width = row.cells.get(_WIDTH, "")
        if width and not _is_number(width):
            remedy = "Escriba el ancho en milímetros, por ejemplo 18; con 0 no se muestra."
            where = row.place(_WIDTH)
            faults.append(user_error(UNSUPPORTED_VALUE, where, value=width, remedy=remedy))
        written = row.cells.get("parameters", "")
        if not written:
            continue
        found = _wrong(row.cells["type"].split()[0], written)
        if found:
            detail, remedy = found
            where = row.place("parameters")
            faults.append(
                user_error(BAD_PARAMETERS, where, value=written, detail=detail, remedy=remedy)
            )


def _wrong(kind: str, written: str) -> tuple[str, str] | None:
    try:
        pairs: dict[str, str] = parse_parameters(written, 0)
    except PyXFormError:
        pairs = {}
    if not pairs:
        return "no se entienden", "Escriba nombre=valor separados por espacios: start=0 end=10."
    accepted = _PARAMETERS.get(kind, ())
    unknown = [name for name in pairs if name.lower() not in accepted]
    if unknown:
        known = ", ".join(accepted) or "ninguno"
        return f"«{unknown[0]}» no vale para «{kind}»", f"Parámetros de «{kind}»: {known}."
    for name, value in pairs.items():
        if name in _NUMBERS and not _is_number(value):
            return f"«{name}» debe ser un número", f"Escriba por ejemplo {name}=10."
        if name == "quality" and value not in _QUALITIES:
            return f"no hay calidad «{value}»", f"Escriba una de estas: {', '.join(_QUALITIES)}."
    return _wrong_range(pairs) if kind == "range" else _wrong_order(pairs)


def _wrong_order(pairs: dict[str, str]) -> tuple[str, str] | None:
    """Parameters of lists in random order."""
    if pairs.get("randomize", "true").lower() not in ("true", "false"):
        return "randomize es true o false", "Escriba randomize=true."
    if "seed" in pairs and pairs.get("randomize", "").lower() != "true":
        return "seed necesita randomize=true", "Agregue randomize=true."
    seed = pairs.get("seed", "1")
    if not seed.startswith("${") and not _is_number(seed):
        return "seed debe ser un número o ${pregunta}", "Escriba por ejemplo seed=7."
    return None


def _wrong_range(pairs: dict[str, str]) -> tuple[str, str] | None:
    bounds = RangeBounds.of(pairs)
    if bounds.step == 0:
        return "el paso (step) no puede ser 0", "Escriba por ejemplo step=1."
    width = abs(bounds.end - bounds.start)
    if bounds.step > width:
        return (
            "el paso (step) es mayor que la escala",
            f"Entre {bounds.start} y {bounds.end} caben pasos de hasta {width}.",
        )
    return None


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and len(text) < 20
    except InvalidOperation:
        return False
