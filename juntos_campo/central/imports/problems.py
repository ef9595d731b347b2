"""What an import of another system's file tells whoever ordered it (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

UNREADABLE_FILE = Problem(
    "CEN-330",
    "No se importó nada de «{file}»: {reason}",
    "{remedy}",
    "Lo importado antes queda como estaba.",
)
FAULTY_ROWS = Problem(
    "CEN-331",
    "No se importó nada: «{file}» tiene {rows} con fallas. La primera: {first}",
    "Corrija las filas de la lista (--faults ARCHIVO la escribe), o use --accept-good para importar las "
    "demás.",
    "Lo importado antes queda como estaba.",
)
UNKNOWN_SUGGESTION = Problem(
    "CEN-332",
    "No hay nada por confirmar con el código «{id}».",
    "Vea los códigos con juntos-central import --suggestions.",
    "No cambió nada.",
)
ALREADY_SURE = Problem(
    "CEN-333",
    "Lo de «{id}» se reconoció por su documento: no hay nada que decidir.",
    "Si está equivocado, pida a quien envió el archivo que lo corrija e impórtelo otra vez.",
    "No cambió nada.",
)
BAD_DECISIONS = Problem(
    "CEN-334",
    "El archivo de decisiones «{file}» tiene fallas; la primera, en la fila {row}: {reason}",
    "Use las columnas «codigo» y «decision» de --suggestions --csv, con SI o NO en «decision».",
    "No cambió nada.",
)
WHAT_TO_IMPORT = Problem(
    "CEN-335",
    "Falta decir qué hacer: un origen y un archivo, o una opción.",
    "Por ejemplo: juntos-central import his atenciones.csv, o --list, --suggestions, --refresh.",
)
CANNOT_WRITE_REPORT = Problem(
    "CEN-336",
    "No se pudo escribir «{file}»: {reason}.",
    "Elija otra carpeta o libere espacio, y repita la orden: lo ya importado no se duplica.",
    "Lo importado quedó guardado.",
)
