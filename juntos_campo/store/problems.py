"""What can go wrong with the local database, in words for its user."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

WRONG_PASSWORD = Problem(
    "STO-001",
    "La contraseña no es correcta.",
    "Revise mayúsculas y números e intente otra vez.",
)
WAIT_BEFORE_RETRY = Problem(
    "STO-002",
    "Hubo {failures} intentos con contraseña equivocada.",
    "Espere {seconds} segundos antes de intentar otra vez.",
)
KEY_FILE_UNREADABLE = Problem(
    "STO-003",
    "El archivo de llave de esta computadora no se puede leer.",
    "No borre nada y avise a su coordinador: hace falta el respaldo de la llave.",
)
DATABASE_UNREADABLE = Problem(
    "STO-004",
    "La base de datos de esta computadora no se puede leer.",
    "No borre nada y avise a su coordinador: se puede recuperar del respaldo.",
    "Los datos siguen en el disco, cifrados.",
)
DATABASE_TOO_NEW = Problem(
    "STO-005",
    "La base de datos fue usada por una versión más nueva del programa.",
    "Instale la versión más reciente de Juntos Campo y abra otra vez.",
)
ALREADY_EXISTS = Problem(
    "STO-006",
    "Ya hay una base de datos en esta computadora.",
    "Ábrala con su contraseña.",
)
NOT_CREATED = Problem(
    "STO-007",
    "Todavía no hay una base de datos en esta computadora.",
    "Cree una con su contraseña para empezar.",
)
ERASED = Problem(
    "STO-010",
    "Esta computadora fue borrada por orden de la oficina.",
    "Si es suya y la recuperó, avise a la oficina y prepárela otra vez con su usuario.",
    "Lo que ya se había enviado sigue en el servidor.",
)
LEASE_PAST = Problem(
    "STO-011",
    "Esta computadora pasó su plazo sin comunicarse con la oficina ({day}).",
    "Ábrala con el programa y conéctese, o traiga la respuesta de la oficina por memoria USB.",
)
CANNOT_WRITE = Problem(
    "STO-008",
    "No se pudo guardar en el disco ({detail}).",
    "Libere espacio o revise el disco e inténtelo otra vez.",
    "Lo que ya decía «guardado» sigue guardado.",
)
WEAK_PASSWORD = Problem(
    "STO-009",
    "La contraseña es muy corta.",
    "Use por lo menos {length} caracteres; puede ser una frase fácil de recordar.",
)
