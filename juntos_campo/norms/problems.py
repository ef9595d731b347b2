"""What can be wrong with a rule pack or with a figure somebody typed."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_SEE_PACKS = (
    "Corrija el archivo o reinstale el programa; "
    "si lo recibió al sincronizar, avise a su coordinador."
)

PACK_UNREADABLE = Problem(
    "NRM-001",
    "El archivo de normas «{file}» no se puede leer: {detail}.",
    _SEE_PACKS,
)
PACK_VALUE = Problem(
    "NRM-002",
    "En el archivo de normas «{file}», fila «{row}», campo «{field}»: {detail}.",
    "Corrija ese campo ({expected}) y cargue el archivo otra vez.",
)
PACK_ROW_TWICE = Problem(
    "NRM-003",
    "En el archivo de normas «{file}» la fila «{row}» está dos veces.",
    "Deje una sola fila con esa clave o cambie la clave de la segunda.",
)
PACK_ORDER = Problem(
    "NRM-004",
    "En el archivo de normas «{file}», fila «{row}»: «{first}» es posterior a «{second}».",
    "Corrija las edades: primero se abre, después vence y al final se cierra.",
)
PACK_OVERLAP = Problem(
    "NRM-005",
    "Los archivos de normas «{file}» y «{other}» rigen a la vez para «{series}».",
    "Corrija las fechas «start» y «until» para que cada día rija una sola norma.",
)
PACK_REFERENCE = Problem(
    "NRM-006",
    "En el archivo de normas «{file}», la fila «{row}» depende de «{missing}», que no existe o da vueltas.",
    "Escriba en «after» la clave de una fila (o en «extends» el id de un paquete de servicios) que "
    "exista y que no dependa de esta.",
)
PACKS_MISSING = Problem(
    "NRM-007",
    "No se encontraron normas en la carpeta «{folder}».",
    "Reinstale el programa para recuperar los archivos de normas.",
)
PACK_OTHER_KIND = Problem(
    "NRM-010",
    "El archivo de normas «{file}» se llama «{pack}» como otro, pero es de otra clase («{kind}» en vez "
    "de «{wanted}»).",
    "Escriba en «kind» la misma clase, o en «id» un nombre propio.",
)
PACK_ID_TWICE = Problem(
    "NRM-011",
    "Los archivos de normas «{file}» y «{other}» llevan el mismo nombre «{pack}».",
    "Deje uno solo o escriba otro nombre en «id».",
)
HB_VALUE = Problem(
    "NRM-020",
    "La hemoglobina «{value}» no es un valor posible en g/dL.",
    "Revise el resultado y escríbalo en gramos por decilitro, por ejemplo 10.8.",
)
HB_BEFORE_BIRTH = Problem(
    "NRM-021",
    "La fecha del dosaje ({on}) es anterior al nacimiento ({birth}).",
    "Revise las dos fechas en el carné y corrija la que esté mal.",
)
