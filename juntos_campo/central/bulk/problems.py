"""What can go wrong with a load in bulk (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

OTHER_LOAD_WAITS = Problem(
    "CEN-320",
    "Hay otra carga a medio aplicar, empezada el {started}, con archivos distintos a estos.",
    "Termínela con juntos-central load --resume, o descártela con --discard y repita esta.",
    "Lo que esa carga ya aplicó está completo por gestor; de esta no se cargó nada.",
)
NOTHING_TO_RESUME = Problem(
    "CEN-321",
    "No hay ninguna carga a medio aplicar que continuar.",
    "Indique los archivos: juntos-central load --register ARCHIVO.",
)
ANOTHER_IS_LOADING = Problem(
    "CEN-322",
    "Otra carga está trabajando en este momento en la misma base de datos.",
    "Espere a que termine y repita la orden.",
    "No se cambió nada.",
)
TERRITORY_CHANGED = Problem(
    "CEN-325",
    "Mientras se cargaba, hogares del archivo pasaron a otro gestor, o empezó o terminó una licencia.",
    "Repita la misma orden: compara otra vez y carga solo lo que falta.",
    "Lo que ya se guardó está completo por gestor.",
)
NO_FILE_GIVEN = Problem(
    "CEN-323",
    "Falta decir qué archivo se carga.",
    "Indique al menos uno: --register, --history o --schooling.",
)
CANNOT_WRITE_FAULTS = Problem(
    "CEN-324",
    "No se pudo escribir la lista de errores en «{file}»: {reason}.",
    "Elija otro archivo con --faults y repita la orden.",
    "No se cargó nada.",
)
