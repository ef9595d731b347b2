"""What can be wrong with a form definition, and with an answer. Codes ``FRM-...``.

Problems of a definition are for whoever writes the form: they name sheet, row and column in `where`.
"""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_NOT_LOADED = "El formulario no se cargó; los registros ya hechos siguen como estaban."

UNREADABLE_FILE = Problem(
    "FRM-001",
    "El archivo de formulario «{name}» no se pudo leer: {detail}.",
    "Revise que sea un XLSForm en .md o .xlsx y que nadie lo tenga abierto.",
    _NOT_LOADED,
)
UNKNOWN_TYPE = Problem(
    "FRM-002",
    "El tipo de pregunta «{type}» no se admite.",
    "Use uno de estos: {allowed}.{hint}",
    _NOT_LOADED,
)
UNKNOWN_COLUMN = Problem(
    "FRM-003",
    "La columna «{column}» no se admite.",
    "Quítela o corrija su nombre. Columnas admitidas: {allowed}.",
    _NOT_LOADED,
)
NOT_COMPILED = Problem(
    "FRM-004",
    "El formulario no cumple el estándar XLSForm: {detail}",
    "Corrija la hoja y vuelva a comprobarla con «juntos-campo forms check».",
    _NOT_LOADED,
)
BAD_EXPRESSION = Problem(
    "FRM-005",
    "La expresión «{expression}» no se entiende: {detail}.",
    "Corrija la expresión XPath.",
    _NOT_LOADED,
)
UNKNOWN_FUNCTION = Problem(
    "FRM-006",
    "La función «{function}()» no se admite.",
    "Use una de estas: {allowed}.",
    _NOT_LOADED,
)
UNKNOWN_REFERENCE = Problem(
    "FRM-007",
    "La expresión «{expression}» nombra «{path}», que no existe en el formulario.",
    "Corrija el nombre o agregue la pregunta.",
    _NOT_LOADED,
)
CYCLE = Problem(
    "FRM-008",
    "Estas preguntas se calculan unas a otras en círculo: {names}.",
    "Quite una de las referencias.",
    _NOT_LOADED,
)
NESTED_REPEAT = Problem(
    "FRM-009",
    "La repetición «{name}» está dentro de otra repetición.",
    "Por ahora se admite un solo nivel: saque la repetición interior.",
    _NOT_LOADED,
)
UNKNOWN_ROW_TYPE = Problem(
    "FRM-010",
    "La instrucción «{type}» no se admite.",
    "Use begin group, end group, begin repeat o end repeat.",
    _NOT_LOADED,
)
MISSING_SETTING = Problem(
    "FRM-011",
    "Falta «{setting}» en la hoja settings.",
    "Escriba {setting}: los registros guardan con qué formulario y versión se hicieron.",
    _NOT_LOADED,
)
UNSUPPORTED_VALUE = Problem(
    "FRM-012",
    "El valor «{value}» no se admite.",
    "{remedy}",
    _NOT_LOADED,
)
UNSUPPORTED_PATH = Problem(
    "FRM-013",
    "La expresión «{expression}» usa «{token}», que no se admite.",
    "Nombre las preguntas con ${{nombre}}.",
    _NOT_LOADED,
)
MISSING_LIST = Problem(
    "FRM-014",
    "La lista de opciones «{list}» no existe.",
    "Escríbala en la hoja choices (list_name, name, label) o corrija el nombre.",
    _NOT_LOADED,
)
DUPLICATE_NAME = Problem(
    "FRM-015",
    "El nombre «{name}» ya se usó en el mismo grupo.",
    "Ponga otro nombre: cada dato se guarda bajo el suyo.",
    _NOT_LOADED,
)
UNBALANCED = Problem(
    "FRM-016",
    "La instrucción «{type}» no tiene su pareja.",
    "Cada begin group o begin repeat lleva su end del mismo tipo.",
    _NOT_LOADED,
)
UNKNOWN_ADDRESS = Problem(
    "FRM-020",
    "La celda «{address}» no existe en el formulario {form}.",
    "Compruebe que la versión del formulario sea la del registro.",
)
