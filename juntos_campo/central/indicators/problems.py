"""What is wrong with a definition sheet or a period, told in Spanish."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

SHEET_UNREADABLE = Problem(
    "IND-001",
    "La ficha de indicador {file} no se pudo leer: {detail}.",
    "Corrija el archivo y vuelva a intentarlo.",
)
SHEET_TWICE = Problem(
    "IND-002",
    "Las fichas {file} y {other} tienen el mismo código {code}.",
    "Deje el código en una sola.",
)
PERIOD_UNREADABLE = Problem(
    "IND-003",
    "«{text}» no es un periodo.",
    "Escriba un mes (2026-M11), un bimestre (2026-B6), un trimestre (2026-T4) o un año (2026).",
)
