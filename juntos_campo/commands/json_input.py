"""Records that a person wrote as JSON: what cannot be read is told by part and field, in Spanish."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from juntos_campo.domain.errors import UserError
from juntos_campo.register.history import CODES
from juntos_campo.wire.codec import decode


class UnreadableError(Exception):
    """`detail`: Spanish, what is wrong; `part`: where in the file, empty for the file as a whole."""

    def __init__(self, detail: str, part: str = "") -> None:
        super().__init__(detail)
        self.detail, self.part = detail, part


def read_object(file: Path) -> dict[str, Any]:
    """The JSON object of a file.

    Raises:
        UnreadableError: there is none.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        data = json.loads(
            text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once_each
        )
    except FileNotFoundError:
        raise UnreadableError("no existe") from None
    except OSError:
        raise UnreadableError("no se pudo abrir") from None
    except UnicodeDecodeError:
        raise UnreadableError("no está en UTF-8; guárdelo con esa codificación") from None
    except json.JSONDecodeError as error:
        place = f"línea {error.lineno}, columna {error.colno}"
        raise UnreadableError(f"no es JSON ({place})") from None
    except (ValueError, RecursionError):
        raise UnreadableError("tiene un número demasiado largo o demasiados niveles") from None
    if not isinstance(data, dict):
        raise UnreadableError("no es un objeto JSON")
    return data


def _no_number(text: str) -> float:
    raise UnreadableError(f"«{text}» no es un número")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a name written twice JSON would keep the second and say nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableError(f"«{twice}» está dos veces en el mismo objeto")
    return found


def objects_of(data: Mapping[str, Any], part: str) -> list[Any]:
    """The list under a name, empty when there is none.

    Raises:
        UnreadableError: it is no list.
    """
    given = data.get(part) or []
    if not isinstance(given, list):
        raise UnreadableError("debe ser una lista", part)
    return given


def record_of(part: str, kind: str, given: Any, defaults: Mapping[str, Any]) -> Any:
    """One record; `defaults` fill what was left out, and `part` stands for an id.

    Raises:
        UnreadableError: fields that are wrong, that do not exist, or a service nobody knows.
    """
    if not isinstance(given, dict):
        raise UnreadableError("debe ser un objeto con sus campos", part)
    values = {**defaults, **given}
    record_id = str(values.pop("id", "") or part)
    try:
        record, unknown = decode(kind, record_id, values)
    except UserError as error:
        raise UnreadableError(str(error.values.get("detail", error.what)), part) from None
    if unknown:
        raise UnreadableError(f"no existe el campo {', '.join(sorted(unknown))}", part)
    if kind == "service_event" and record.service not in CODES.values():
        known = ", ".join(CODES.values())
        raise UnreadableError(
            f"no se conoce el servicio «{record.service}»; los hay: {known}", part
        )
    return record
