"""Errors of the window itself (prefix WIN)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

UNEXPECTED = Problem(
    "WIN-001",
    "Algo no salió como debía dentro del programa.",
    "Puede seguir trabajando. Si se repite, cierre y abra el programa, y avise a la oficina "
    "con la hora ({time}) para que revisen el registro técnico.",
    "Lo que ya decía «guardado» está guardado.",
)
DATE_UNREADABLE = Problem(
    "WIN-010",
    "«{text}» no es una fecha.",
    "Escriba día y mes, por ejemplo 14/11, o día, mes y año: 14/11/2026.",
    "",
)
DATE_IMPOSSIBLE = Problem(
    "WIN-011",
    "El {text} no existe en el calendario.",
    "Revise el día y el mes.",
    "",
)
DATE_FUTURE = Problem(
    "WIN-012",
    "El {text} todavía no llega.",
    "Aquí va una fecha de hoy o anterior.",
    "",
)
DATE_PAST = Problem(
    "WIN-013",
    "El {text} ya pasó.",
    "Aquí va una fecha de hoy o posterior.",
    "",
)
DATE_TOO_EARLY = Problem(
    "WIN-014",
    "El {text} es anterior al {limit}.",
    "Revise el año.",
    "",
)
STOPPED = Problem(
    "WIN-020",
    "Usted detuvo el trabajo antes de que termine.",
    "Puede empezarlo otra vez cuando quiera.",
)
USER_MISSING = Problem(
    "WIN-030",
    "Falta su usuario del programa.",
    "Escríbalo como se lo dio la oficina, por ejemplo rccori.",
)
PASSWORDS_DIFFER = Problem(
    "WIN-031",
    "Las dos contraseñas no son iguales.",
    "Escriba la misma contraseña en los dos lugares.",
)
PASTED_TOO_MUCH = Problem(
    "WIN-040",
    "Lo pegado no cupo entero: fuera de la hoja hay {left}.",
    "Revise que cada dato quedó en su fila. Si no, quítelo con Ctrl+Z y péguelo desde su lugar.",
    "Lo que cupo quedó guardado.",
)
CELLS_CLOSED = Problem(
    "WIN-041",
    "No se escribió todo: {left} en celdas que no se llenan en este caso.",
    "Revise las celdas grises: se abren según lo que se escribe a su lado.",
    "Lo demás quedó guardado.",
)
ALL_PROBLEMS = (
    UNEXPECTED,
    DATE_UNREADABLE,
    DATE_IMPOSSIBLE,
    DATE_FUTURE,
    DATE_PAST,
    DATE_TOO_EARLY,
    STOPPED,
    USER_MISSING,
    PASSWORDS_DIFFER,
    PASTED_TOO_MUCH,
    CELLS_CLOSED,
)
