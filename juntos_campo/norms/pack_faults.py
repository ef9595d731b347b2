"""What is wrong with the shape of a pack, told in Spanish: file, row, field, what is expected there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms import problems

_AGE = "una edad como 55d, 8w, 4m, 2y o 5m-1d"
_README = "vea resources/norms/README.md"
_BY_FIELD = dict.fromkeys(
    ("opens", "due", "closes", "earliest", "min_gap", "usual_gap", "due_gap", "shown_until"), _AGE
) | {
    "trust": "confirmed, seed, recall, conflict o not_found",
    "service": "un código de servicio, por ejemplo CRED, PENTA o HB",
    "services": "códigos de servicio, por ejemplo CRED, PENTA o HB",
    "accepts": "códigos de servicio, por ejemplo PENTA o HEXA",
    "start": "una fecha como 2026-03-01",
    "until": "una fecha como 2026-03-01",
    "key": "una clave como CRED:6m",
}
_BY_TYPE = (
    ("is_instance_of", _AGE),
    ("int", "un número entero"),
    ("float", "un número"),
    ("bool", "true o false"),
    ("date", "una fecha como 2026-03-01"),
    ("string", "un texto entre comillas"),
    ("tuple", "una lista entre corchetes"),
    ("too_short", "al menos una entrada"),
    ("model", "una tabla"),
    ("dict", "una tabla"),
)


def faults_of(error: ValidationError, data: Any, file: str) -> list[UserError]:
    """Every fault of one file, in the order of the file's model.

    Args:
        data: what the file holds, as TOML reads it.
    """
    return [_fault(one, data, file) for one in error.errors(include_url=False)]


def _fault(one: ErrorDetails, data: Any, file: str) -> UserError:
    row, field = _place(data, one["loc"])
    return user_error(
        problems.PACK_VALUE,
        file=file,
        row=row,
        field=field,
        detail=_detail(one),
        expected=_expected(one, field),
    )


def _detail(one: ErrorDetails) -> str:
    match one["type"]:
        case "missing":
            return "falta"
        case "extra_forbidden":
            return "este campo no existe"
        case "too_short":
            return "está vacío"
    value = one["input"]
    if isinstance(value, str | int | float | date):
        return f"«{str(value)[:60]}» no corresponde"
    if one["type"] == "value_error":  # of a whole table: our own sentence, in Spanish
        return one["msg"].removeprefix("Value error, ")
    return "lo escrito no corresponde"


def _expected(one: ErrorDetails, field: str) -> str:
    if one["type"] == "extra_forbidden":
        return _README
    allowed = str(one.get("ctx", {}).get("expected", ""))
    if one["type"] in ("enum", "literal_error") and allowed and field not in _BY_FIELD:
        return "uno de: " + allowed.replace("'", "").replace(" or ", ", ")
    by_type = (text for start, text in _BY_TYPE if one["type"].startswith(start))
    return _BY_FIELD.get(field) or next(by_type, _README)


def _place(data: Any, loc: Iterable[int | str]) -> tuple[str, str]:
    """The innermost row on the way to the fault, by its key or by its place, and the field."""
    row, field, here = "pack", "pack", data
    steps = list(loc)
    for number, step in enumerate(steps):
        if isinstance(step, str):
            field = step
        here = _inside(here, step)
        whole_row = isinstance(step, int)  # the fault is of the row, not of one field
        if (number < len(steps) - 1 or whole_row) and isinstance(here, dict):
            name = here.get("key") or here.get("id")
            if name:
                row = str(name)
            elif isinstance(step, int):
                row = f"{field} {step + 1}"
    return row, field


def _inside(here: Any, step: int | str) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None
