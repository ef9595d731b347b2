"""Where the server's settings come from: defaults, then a file, then the environment, then the command.

The file is TOML of plain ``name = value`` lines (`packaging/server/juntos-central.toml` names them all).
Whatever is wrong is told at once, each with its place, its rule and what to do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from juntos_campo.central.serving_problems import (
    SETTINGS_FILE_UNREADABLE,
    SETTINGS_NOT_TOML,
    SETTINGS_WRONG,
)
from juntos_campo.central.settings import PREFIX, ServerSettings, without_secrets
from juntos_campo.domain.errors import user_error

CONFIG_VARIABLE = PREFIX + "CONFIG"
"""Names the file when the command does not."""

OTHER_VARIABLES = frozenset({CONFIG_VARIABLE, PREFIX + "PASSWORD"})
"""Variables of ours that are no settings: the file's place, and what commands ask for."""

DEFAULT = "valor de fábrica"
COMMAND = "opción de la orden"

_LARGEST_FILE = 1024 * 1024
_LONGEST_SHOWN = 60
_LINE_AT = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class InForce:
    """Settings, and where each comes from (Spanish)."""

    settings: ServerSettings
    origins: Mapping[str, str]

    def shown(self) -> list[tuple[str, str, str]]:
        """Name, value and origin of each; passwords are hidden."""
        values = self.settings.model_dump()
        return [(name, _shown(name, values[name]), self.origins[name]) for name in values]


def find_settings(
    environment: Mapping[str, str], file: Path | None = None, **given: object
) -> InForce:
    """The settings in force.

    Args:
        file: settings file; without it the one that ``JUNTOS_CENTRAL_CONFIG`` names, if any.
        given: what the command says; None is nothing.

    Raises:
        UserError: CEN-206, CEN-241, CEN-242.
    """
    named = environment.get(CONFIG_VARIABLE, "")
    file = file or (Path(named) if named else None)
    values: dict[str, object] = {}
    origins = dict.fromkeys(ServerSettings.model_fields, DEFAULT)
    faults: list[str] = []
    if file is not None:
        text = _read(file)
        for name, value in _parsed(file, text).items():
            place = f"{file}, línea {_line_of(text, name)}"
            if name in origins:
                values[name], origins[name] = value, place
            else:
                faults.append(f"{place}: {_unknown(name, name, '')}")
    for variable, value in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in origins:
            values[name], origins[name] = value, f"variable {variable}"
        else:
            faults.append(f"variable {variable}: {_unknown(variable, name, PREFIX)}")
    for name, value in given.items():
        if value is not None:
            values[name], origins[name] = value, COMMAND
    try:
        settings = ServerSettings.model_validate(values)
    except ValidationError as error:
        wrong = dict.fromkeys(str(item["loc"][0]) for item in error.errors())
        faults += [_fault(name, values[name], origins[name]) for name in wrong]
    if faults:
        raise user_error(SETTINGS_WRONG, faults="\n".join(f"  · {one}" for one in faults))
    return InForce(settings, origins)


def rule_of(name: str) -> str:
    """What a setting may be, in Spanish."""
    if name == "database_url":
        return "sqlite:///carpeta/central.db o postgresql://usuario:clave@equipo/base"
    if name == "trusted_proxies":
        return "direcciones o redes separadas por comas: 127.0.0.1, 10.0.0.0/8"
    schema = ServerSettings.model_json_schema()["properties"][name]
    if "enum" in schema:
        return "uno de: " + ", ".join(schema["enum"])
    if schema["type"] == "string":
        return "un texto" + (" que no esté vacío" if schema.get("minLength") else "")
    least, most = schema.get("minimum"), schema.get("maximum")
    return f"un número entero de {least} " + ("en adelante" if most is None else f"a {most}")


def _read(file: Path) -> str:
    try:
        if not file.is_file():
            reason = "no existe o no es un archivo"
        elif file.stat().st_size > _LARGEST_FILE:
            reason = "es demasiado grande para ser una configuración"
        else:
            return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        reason = "no está escrito en UTF-8"
    except OSError:
        reason = "no hay permiso para leerlo, o el disco falla"
    raise user_error(SETTINGS_FILE_UNREADABLE, file=file, reason=reason)


def _parsed(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE_AT.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise user_error(SETTINGS_NOT_TOML, file=file, line=line) from None


def _line_of(text: str, name: str) -> int:
    """The line that gives `name` its value, or opens the table of that name; from 1."""
    quoted = rf"""["']?{re.escape(name)}["']?"""
    gives = re.compile(rf"\s*(?:{quoted}\s*[=.]|\[+\s*{quoted}\s*[\].])")
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if gives.match(line)), 1)


def _unknown(shown: str, name: str, prefix: str) -> str:
    near = get_close_matches(name.lower(), ServerSettings.model_fields, 1)
    right = prefix + (near[0].upper() if prefix else near[0]) if near else ""
    remedy = f"¿Quiso decir «{right}»?" if right else "Quítelo, o vea «juntos-central config»."
    return f"«{shown}» no es ningún ajuste. {remedy}"


def _fault(name: str, value: object, place: str) -> str:
    return f"{place}: «{name}» dice «{_shown(name, value)}» y debe ser {rule_of(name)}."


def _shown(name: str, value: object) -> str:
    text = without_secrets(str(value)) if name == "database_url" else str(value)
    return text if len(text) <= _LONGEST_SHOWN or name == "database_url" else text[:57] + "..."
