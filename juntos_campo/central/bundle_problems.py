"""What the server tells whoever brings a bundle file (Spanish).

The file's own faults are in `juntos_campo.wire.bundle_problems`.
"""

from __future__ import annotations

from juntos_campo.domain.errors import Problem
from juntos_campo.wire.bundle_problems import NOTHING_TAKEN

LAPTOP_UNKNOWN = Problem(
    "CEN-601",
    "El archivo es de una computadora que este servidor no conoce.",
    "Entre una vez al servidor desde esa computadora, y haga el archivo otra vez.",
    NOTHING_TAKEN,
)
LAPTOP_WITHOUT_KEY = Problem(
    "CEN-602",
    "El servidor todavía no tiene la llave de la computadora que hizo el archivo.",
    "Entre una vez al servidor desde esa computadora, y haga el archivo otra vez.",
    NOTHING_TAKEN,
)
ALREADY_TAKEN = Problem(
    "CEN-603",
    "El servidor ya recibió este archivo el {day}, y no lo toma dos veces.",
    "Use la respuesta que se dio esa vez; la oficina puede entregarla de nuevo.",
    "Lo que traía ya está guardado en el servidor.",
)
BUNDLE_OF_COPY = Problem(
    "CEN-604",
    "El archivo viene de una copia de la base de datos: otra con el mismo número ya envió lo suyo.",
    "En esa computadora, entre otra vez al servidor con usuario y contraseña, y sincronice.",
    NOTHING_TAKEN,
)
FILE_UNREADABLE = Problem(
    "CEN-605",
    "No se pudo leer el archivo «{file}» ({detail}).",
    "Revise que la memoria siga puesta y que el nombre esté bien escrito.",
    NOTHING_TAKEN,
)
ANSWER_NOT_WRITTEN = Problem(
    "CEN-606",
    "No se pudo escribir la respuesta en «{file}» ({detail}).",
    "Revise el espacio y los permisos y repita la orden con --again.",
    "Lo que traía el archivo ya está guardado en el servidor.",
)
ANSWER_IN_THE_WAY = Problem(
    "CEN-607",
    "Ya hay un archivo «{file}».",
    "Escriba otro nombre, o una carpeta, después de --out.",
    NOTHING_TAKEN,
)
