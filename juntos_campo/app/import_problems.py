"""What can go wrong with importing a register. Codes ``IMP-...``; faults of the file are ``REG-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_NOTHING_IMPORTED = "No se importó nada y la computadora quedó como estaba."

FILE_HAS_FAULTS = Problem(
    "IMP-001",
    "El archivo tiene {errors} y deja fuera {left_out}.",
    "Corrija el archivo y vuelva a importarlo, o acepte importar solo los hogares sin fallas.",
    _NOTHING_IMPORTED,
)
NOTHING_USABLE = Problem(
    "IMP-002",
    "Ningún dato del archivo se puede importar.",
    "Lea la lista de fallas: dice en qué fila y columna están y cómo se corrigen.",
    _NOTHING_IMPORTED,
)
NOT_YOURS = Problem(
    "IMP-003",
    "Ninguno de los {households} del archivo está asignado al usuario «{user}».",
    "Revise la columna «gestor» o pida a la oficina el padrón de su zona.",
    _NOTHING_IMPORTED,
)
EXPORT_REFUSED = Problem(
    "IMP-004",
    "No se pudo guardar la lista de fallas en «{path}».",
    "Elija otra carpeta o cierre ese archivo si está abierto en Excel.",
)
