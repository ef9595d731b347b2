"""What can go wrong with an official form. Codes ``FOR-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_TYPED_STAYS = "Todo lo escrito sigue guardado como borrador."

FACILITY_NOT_HERE = Problem(
    "FOR-001",
    "Ese establecimiento de salud no está en esta computadora.",
    "Revise el código RENIPRESS; si es nuevo, sincronice o pida el padrón actualizado.",
)
FORM_HAS_ERRORS = Problem(
    "FOR-002",
    "El formato no se puede cerrar: hay errores en {rows}.",
    "Vaya de error en error con F8 y corríjalos.",
    _TYPED_STAYS,
)
FORM_INCOMPLETE = Problem(
    "FOR-003",
    "El formato no se puede cerrar: faltan datos en {rows} o en la cabecera.",
    "Vaya de dato en dato con F8 y complételos.",
    _TYPED_STAYS,
)
READ_ONLY_CELL = Problem(
    "FOR-004",
    "Esa celda viene del padrón y no se escribe aquí.",
    "Si el dato está mal, registre una solicitud de actualización del hogar.",
    _TYPED_STAYS,
)
UNKNOWN_BIMESTER = Problem(
    "FOR-005",
    "«{text}» no es un bimestre.",
    "Escriba año y número, por ejemplo 2026-6 para noviembre y diciembre de 2026.",
)
UNKNOWN_FORM = Problem(
    "FOR-006",
    "No hay un formato llamado «{name}».",
    "Formatos que se pueden imprimir: {allowed}.",
)
NOTHING_CORRECTED = Problem(
    "FOR-008",
    "Su coordinador devolvió este formato y todavía no se corrigió nada.",
    "Corrija lo comentado (F8). Si estaba bien, explíquelo en la columna Observación y ciérrelo.",
    _TYPED_STAYS,
)
FORM_APPROVED = Problem(
    "FOR-009",
    "Ese formato ya fue aprobado y no se cambia.",
    "Si un dato está mal, pida a su coordinador que lo devuelva.",
)
SCHOOL_NOT_HERE = Problem(
    "FOR-010",
    "Esa institución educativa no está en esta computadora.",
    "Revise el código modular; si es nueva, sincronice o pida el padrón actualizado.",
)
ROW_STAYS = Problem(
    "FOR-011",
    "En este formato no se agregan ni se quitan filas: la lista viene del padrón.",
    "Si falta o sobra alguien, registre una solicitud de actualización de su hogar.",
    _TYPED_STAYS,
)
CANNOT_WRITE = Problem(
    "FOR-007",
    "No se pudo escribir «{name}»: {detail}.",
    "Elija otra carpeta o cierre el archivo si está abierto.",
)
