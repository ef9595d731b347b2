"""What can go wrong with the way of a form's paper. Codes ``PAP-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_AS_IT_WAS = "Los pasos anotados siguen como estaban."

FUTURE_STEP = Problem(
    "PAP-001",
    "El {day} todavía no llega.",
    "Escriba el día en que se hizo, hasta hoy.",
    _AS_IT_WAS,
)
BEFORE_BIMESTER = Problem(
    "PAP-002",
    "El {day} es anterior al bimestre del formato, que empieza el {start}.",
    "Corrija la fecha, o elija el formato del bimestre anterior.",
    _AS_IT_WAS,
)
BEFORE_STEP = Problem(
    "PAP-003",
    "El {day} es anterior al paso «{step}», anotado el {limit}.",
    "Corrija la fecha; si la equivocada es la otra, deshaga ese paso y anótelo de nuevo.",
    _AS_IT_WAS,
)
ALREADY_TAKEN = Problem(
    "PAP-004",
    "El paso «{step}» ya está anotado.",
    "Si está mal, deshágalo con Ctrl+Z y anótelo de nuevo.",
    _AS_IT_WAS,
)
BY_FILLING = Problem(
    "PAP-005",
    "«Llenado» no se anota a mano: se cumple al cerrar el formato.",
    "Abra el formato con Enter, complételo y ciérrelo.",
    _AS_IT_WAS,
)
NO_NAME = Problem(
    "PAP-006",
    "Falta {asked}.",
    "Escriba apellidos y nombres, o el cargo si no sabe el nombre.",
    _AS_IT_WAS,
)
UNSAID_ERRORS = Problem(
    "PAP-007",
    "Falta decir qué está mal en el papel.",
    "Escríbalo en pocas palabras, por ejemplo: falta el motivo en dos filas.",
    _AS_IT_WAS,
)
NOT_HANDED = Problem(
    "PAP-008",
    "No se puede recibir un papel que no figura como entregado.",
    "Anote primero cuándo y a quién se entregó.",
    _AS_IT_WAS,
)
NOTHING_TO_MEND = Problem(
    "PAP-009",
    "No hay errores anotados que corregir.",
    "Si encontró uno, anótelo primero como errores encontrados.",
    _AS_IT_WAS,
)
OPEN_ERRORS = Problem(
    "PAP-010",
    "El papel tiene errores anotados que todavía no se corrigen.",
    "Anote primero cuándo se corrigieron.",
    _AS_IT_WAS,
)
NOTHING_TO_CHECK = Problem(
    "PAP-011",
    "Todavía no hay un papel lleno que revisar.",
    "Llene el formato, o anote su entrega al establecimiento.",
    _AS_IT_WAS,
)
AFTER_CONSOLIDATED = Problem(
    "PAP-012",
    "El formato ya está consolidado: no se le anota «{step}».",
    "Deshaga primero la consolidación con Ctrl+Z.",
    _AS_IT_WAS,
)
NOT_CONSOLIDATED = Problem(
    "PAP-013",
    "El formato todavía no está consolidado.",
    "Consolídelo primero; después podrá enviarlo.",
    _AS_IT_WAS,
)
NOT_READY = Problem(
    "PAP-014",
    "El formato no se puede consolidar ni enviar: {reasons}.",
    "Complete lo que falta y vuelva a intentarlo.",
    _AS_IT_WAS,
)
TOO_LONG = Problem(
    "PAP-015",
    "El texto es demasiado largo.",
    "Escríbalo en {most} letras o menos.",
    _AS_IT_WAS,
)
NONE_TO_TAKE = Problem(
    "PAP-016",
    "Ningún formato de {place} está para eso.",
    "Revise en la lista en qué paso está cada uno.",
    _AS_IT_WAS,
)
NOTHING_TO_UNDO = Problem(
    "PAP-017",
    "Este formato no tiene pasos que deshacer.",
    "Un formato llenado se reabre escribiendo en él.",
    _AS_IT_WAS,
)
NO_EXCEPTIONS_TO_PRINT = Problem(
    "PAP-018",
    "No hay incumplimientos que imprimir en {bimester}.",
    "Cierre los formatos del bimestre: el reporte sale de ellos.",
)
DEADLINES_FAULTY = Problem(
    "PAP-019",
    "El archivo de plazos «{name}» no se puede usar: {detail}.",
    "Pida a la oficina el archivo correcto, o vuelva a instalar el programa.",
)
NO_PAPERS_TO_PRINT = Problem(
    "PAP-020",
    "No hay formatos de los que imprimir un cargo.",
    "Elija otro bimestre, o revise el filtro de la lista.",
)
