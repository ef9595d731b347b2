"""Why a bundle file is refused, for the office and the laptop alike (Spanish). Codes ``JCB-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

NOTHING_TAKEN = "No se tomó nada del archivo."

NOT_A_BUNDLE = Problem(
    "JCB-001",
    "El archivo no es uno de sincronización de Juntos Campo.",
    "Escoja uno que escribió este programa: su nombre empieza con «juntos-» y termina en «.jcb».",
    NOTHING_TAKEN,
)
OTHER_VERSION = Problem(
    "JCB-002",
    "El archivo es de otra versión del programa ({version}).",
    "Actualice el programa en las dos computadoras y haga el archivo otra vez.",
    NOTHING_TAKEN,
)
TRUNCATED = Problem(
    "JCB-003",
    "El archivo está incompleto: tiene {have} bytes y le faltan {missing}.",
    "Cópielo otra vez y espere a que termine antes de retirar la memoria.",
    NOTHING_TAKEN,
)
ALTERED = Problem(
    "JCB-004",
    "El archivo fue alterado o se dañó: su firma no corresponde.",
    "Cópielo otra vez de donde se hizo; si se repite, haga uno nuevo y avise a la oficina.",
    NOTHING_TAKEN,
)
TOO_LARGE = Problem(
    "JCB-005",
    "El archivo es demasiado grande (más de {most} MB).",
    "Sincronice por internet, o pida ayuda a la oficina.",
    NOTHING_TAKEN,
)
OTHER_SERVER = Problem(
    "JCB-006",
    "El archivo es para otro servidor.",
    "Entréguelo en la oficina para la que se hizo.",
    NOTHING_TAKEN,
)
OTHER_DEVICE = Problem(
    "JCB-007",
    "El archivo es para otra computadora.",
    "Ábralo en la computadora para la que es.",
    NOTHING_TAKEN,
)
IS_AN_ANSWER = Problem(
    "JCB-008",
    "El archivo es una respuesta del servidor, no un envío.",
    "Entréguela a la computadora que hizo el envío.",
    NOTHING_TAKEN,
)
IS_A_REQUEST = Problem(
    "JCB-009",
    "El archivo es un envío para el servidor, no una respuesta.",
    "Entréguelo en la oficina, o a quien pueda llevarlo hasta el servidor.",
    NOTHING_TAKEN,
)
UNREADABLE = Problem(
    "JCB-010",
    "El archivo está firmado, pero su contenido no se puede leer.",
    "Actualice el programa en las dos computadoras y haga el archivo otra vez.",
    NOTHING_TAKEN,
)
