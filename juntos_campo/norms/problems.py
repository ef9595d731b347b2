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
WEIGHT_VALUE = Problem(
    "NRM-030",
    "El peso «{value}» no es un valor posible en kilogramos.",
    "Revise el peso y escríbalo en kilogramos, por ejemplo 8.4.",
)
HEIGHT_VALUE = Problem(
    "NRM-031",
    "La talla «{value}» no es un valor posible en centímetros.",
    "Revise la talla y escríbala en centímetros, por ejemplo 67.5.",
)
MEASURED_BEFORE_BIRTH = Problem(
    "NRM-032",
    "La fecha de la medición ({on}) es anterior al nacimiento ({birth}).",
    "Revise las dos fechas en el carné y corrija la que esté mal.",
)
POSITION_CODE = Problem(
    "NRM-033",
    "La posición «{value}» no se conoce.",
    "Escriba «l» si se midió echado, «h» si se midió de pie, o déjela vacía si no se sabe.",
)
NOTHING_MEASURED = Problem(
    "NRM-034",
    "No hay peso ni talla que evaluar.",
    "Escriba el peso, la talla o los dos.",
)
