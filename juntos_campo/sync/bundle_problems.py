"""What can go wrong with files on a USB stick at the laptop (Spanish). Codes ``USB-...``.

The file's own faults are in `juntos_campo.wire.bundle_problems`.
"""

from __future__ import annotations

from juntos_campo.domain.errors import Problem
from juntos_campo.sync.problems import KEPT

NO_SERVER_YET = Problem(
    "USB-001",
    "Esta computadora todavía no conoce la llave del servidor, y sin ella nada puede sellarse.",
    "Entre una vez al servidor por internet (en Sincronizar); después podrá usar la memoria USB.",
    KEPT,
)
ALREADY_APPLIED = Problem(
    "USB-002",
    "Esta respuesta ya se aplicó el {day}.",
    "No hace falta aplicarla otra vez; para enviar lo nuevo, haga otro archivo.",
)
NOT_MADE_HERE = Problem(
    "USB-003",
    "La respuesta es de un envío que esta base de datos no hizo.",
    "Ábrala en la computadora que hizo el envío.",
    KEPT,
)
OWN_BUNDLE = Problem(
    "USB-004",
    "Ese archivo lo hizo esta misma computadora.",
    "Para enviar lo suyo, sincronice por internet o entregue el archivo en la oficina.",
    KEPT,
)
ANSWER_GOES_ON = Problem(
    "USB-005",
    "Lo nuevo no cabía en un solo archivo: falta una parte.",
    "Haga otro archivo y llévelo, o sincronice por internet: seguirá donde se quedó.",
    "Lo que trajo este archivo ya está guardado.",
)
RECORDED_SINCE = Problem(
    "USB-006",
    "La respuesta se aplicó. Después de hacer el archivo quedaron {count} por enviar.",
    "Haga otro archivo o sincronice por internet.",
    KEPT,
)
STICK_GONE = Problem(
    "USB-011",
    "No se encuentra «{place}»: puede ser que se haya retirado la memoria.",
    "Ponga la memoria otra vez, espere a que la computadora la muestre e intente de nuevo.",
    KEPT,
)
STICK_FULL = Problem(
    "USB-012",
    "En la memoria no hay espacio: hacen falta {needed} y quedan {free}.",
    "Borre algo de la memoria o use otra.",
    KEPT,
)
STICK_READ_ONLY = Problem(
    "USB-013",
    "No se puede escribir en «{place}»: está protegida contra escritura.",
    "Quite la protección de la memoria, o escoja otra carpeta.",
    KEPT,
)
STICK_FAULTY = Problem(
    "USB-014",
    "La memoria no guardó bien el archivo ({detail}).",
    "Use otra memoria; no confíe en esta.",
    KEPT,
)
FILE_UNREADABLE = Problem(
    "USB-015",
    "No se pudo leer «{place}» ({detail}).",
    "Retire la memoria, póngala otra vez e intente de nuevo; si se repite, copie el archivo otra vez.",
    KEPT,
)
CARRIED_ALREADY = Problem(
    "USB-016",
    "Ese archivo ya está en esta computadora desde el {day}.",
    "Sincronice para que llegue al servidor; después escriba la respuesta en la memoria.",
    KEPT,
)
