"""TOML files of the office and of the program, and what is wrong with them, in Spanish."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import Problem, user_error

_PLACE = re.compile(r"at line (\d+), column (\d+)")


def read_file(path: Path, unreadable: Problem) -> str:
    """A file's text; the mark that Windows puts before UTF-8 does not matter.

    Raises:
        UserError: `unreadable`, of `file` and `detail`.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        detail = "no existe"
    except OSError as error:
        detail = disk_reason(error)
    except UnicodeDecodeError:
        detail = "no está guardado como UTF-8"
    raise user_error(unreadable, file=path.name, detail=detail)


def parse(text: str, file: str, unreadable: Problem) -> dict[str, Any]:
    """What the text of `file` says.

    Raises:
        UserError: `unreadable`, of `file` and `detail`.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
    where = f"en la línea {place[1]}, columna {place[2]}" if place else "al final"
    detail = f"no está escrito como TOML {where}"
    raise user_error(unreadable, file=file, detail=detail)
