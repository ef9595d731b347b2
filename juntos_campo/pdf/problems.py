"""Errors about prints as files."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

NOT_SEALED = Problem(
    "PDF-001",
    "«{name}» no termina como un PDF que Juntos Campo imprimió: le falta el final, otro programa lo "
    "guardó de nuevo o no es de Juntos Campo.",
    "Pida el archivo original, o compare el papel con lo registrado.",
)
PRINT_ALTERED = Problem(
    "PDF-002",
    "«{name}» cambió después de imprimirse: su contenido ya no es el que Juntos Campo escribió.",
    "No lo use como constancia. Pida el archivo original, o imprímalo de nuevo.",
)
PRINT_UNREADABLE = Problem(
    "PDF-003",
    "No se pudo abrir «{name}»: {detail}.",
    "Revise el nombre y que el archivo esté en esta computadora.",
)
