"""Why a disk refuses, in Spanish: what the system and the database say is English."""

from __future__ import annotations

import errno

_OF_SYSTEM = {
    errno.ENOSPC: "no queda espacio",
    errno.EACCES: "no hay permiso",
    errno.EPERM: "no hay permiso",
    errno.EROFS: "solo se puede leer",
    errno.ENOENT: "no se encuentra",
    errno.ENOTDIR: "no se encuentra esa carpeta",
    errno.EISDIR: "es una carpeta",
    errno.EEXIST: "ya existe",
    errno.ENAMETOOLONG: "su nombre es demasiado largo",
    errno.EIO: "el disco falla",
    errno.EBUSY: "otro programa lo está usando",
}
_OF_DATABASE = (
    ("is full", "no queda espacio"),
    ("readonly", "solo se puede leer"),
    ("locked", "otro programa la está usando"),
    ("unable to open", "no se puede abrir"),
    ("disk i/o", "el disco falla"),
)
UNKNOWN = "no dijo por qué"


def disk_reason(error: Exception) -> str:
    """A few words to stand in brackets: ``no queda espacio``.

    Args:
        error: of the operating system, or of the database (SQLite's own sentences).
    """
    if isinstance(error, OSError):
        return _OF_SYSTEM.get(error.errno or 0, UNKNOWN)
    said = str(error).lower()
    return next((words for part, words in _OF_DATABASE if part in said), UNKNOWN)
