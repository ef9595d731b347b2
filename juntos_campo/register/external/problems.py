"""What can be wrong with a file of another system, beside what `register.problems` already names."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_FIX = "Corrija la celda en Excel, guarde y vuelva a importar."
_ASK = "Pida el archivo otra vez a la oficina que lo envió."

# the file
LAYOUT_FAULTY = Problem(
    "EXT-001",
    "La descripción de archivos «{file}» está mal escrita: {detail}.",
    "Corrija ese archivo en la carpeta «imports» o reinstale el programa.",
)
UNKNOWN_LAYOUT = Problem(
    "EXT-002",
    "No hay un diseño de archivo «{value}».",
    "Elija uno de estos: {allowed}.",
)
NOT_RECOGNISED = Problem(
    "EXT-003",
    "Los títulos del archivo no son de ningún diseño conocido; al más parecido, «{nearest}», le faltan: "
    "{missing}.",
    "Agregue esas columnas con esos títulos o revise que sea el archivo correcto.",
)
OTHER_LAYOUT = Problem(
    "EXT-004",
    "El archivo no es «{expected}»: por sus títulos parece «{found}».",
    "Impórtelo como «{found}» o elija el archivo correcto.",
)
REFUSED = Problem(
    "EXT-005",
    "El archivo tiene {rows} filas con fallas y se pidió importar solo archivos sin fallas.",
    "Corrija las filas de la lista, o importe las demás sin exigir un archivo limpio.",
)
BROKE_OFF = Problem(
    "EXT-006",
    "El archivo cambió o dejó de poder leerse a mitad de la lectura.",
    "Revise que la memoria USB o la carpeta siga conectada y vuelva a importar.",
)
NOT_LISTED = Problem(
    "EXT-007",
    "Hay {rows} fallas más que no se listan.",
    "Corrija las de la lista y vuelva a revisar el archivo.",
)

# a cell
BAD_MONTH = Problem("EXT-020", "«{value}» no es un mes.", "Escriba año y mes: 202609 o 2026-09.")
UNKNOWN_CODE = Problem(
    "EXT-021",
    "El código «{value}» no es de un servicio que el programa siga; sus {rows} filas no se leyeron.",
    "Si debía leerse, agréguelo a «{file}» en la carpeta «imports»; si no, no haga nada.",
)

# a row
NO_PERSON = Problem(
    "EXT-030",
    "La fila no dice de quién es: no hay documento, ni apellido, nombres y fecha de nacimiento.",
    _FIX,
)
FUTURE = Problem("EXT-031", "La fecha {value} de «{column}» todavía no llega.", _FIX)
BEFORE_BIRTH = Problem("EXT-032", "La fecha {value} de «{column}» es anterior al nacimiento.", _FIX)
DEATH_DISAGREES = Problem(
    "EXT-033",
    "Hay fecha de fallecimiento {value}, pero el estado no es FALLECIDO.",
    "Corrija el estado o borre la fecha.",
)
LEFT_BEFORE_ENTRY = Problem("EXT-034", "La salida {value} es anterior al ingreso.", _FIX)
PAID_AND_REASON = Problem(
    "EXT-035",
    "Dice PAGADO, pero hay un motivo de suspensión: {value}.",
    "Corrija el estado o borre el motivo.",
)
STUDENT_MISSING = Problem(
    "EXT-036",
    "{value} se paga por estudiante y la fila no dice de quién es.",
    "Escriba el documento del estudiante.",
)

WARNINGS = frozenset((NOT_LISTED.code, UNKNOWN_CODE.code))
"""Problems that are told but leave nothing out."""
