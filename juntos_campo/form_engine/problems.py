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
    "{remedy}",
    _NOT_LOADED,
)
UNKNOWN_COLUMN = Problem(
    "FRM-003",
    "La columna «{column}» no se admite.",
    "{remedy}",
    _NOT_LOADED,
)
NOT_COMPILED = Problem(
    "FRM-004",
    "El formulario no cumple el estándar XLSForm; pyxform dice, en inglés: {detail}",
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
    "Corrija el nombre o agregue la pregunta; un texto fijo va entre comillas: 'así'.",
    _NOT_LOADED,
)
CYCLE = Problem(
    "FRM-008",
    "Estas preguntas se calculan unas a otras en círculo: {names}.",
    "Quite una de las referencias.",
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
    "El nombre «{name}» ya lo lleva otra fila.",
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
COUNTED_ROWS = Problem(
    "FRM-021",
    "Las filas de «{repeat}» las cuenta el formulario: no se agregan ni se quitan a mano.",
    "Cambie el dato del que depende cuántas son.",
)
MISSING_TABLE = Problem(
    "FRM-022",
    "El archivo «{file}» no está junto al formulario.",
    "Guárdelo en la misma carpeta, o use una lista del padrón: {allowed}.",
    _NOT_LOADED,
)
MISSING_TABLE_COLUMN = Problem(
    "FRM-023",
    "«{table}» no tiene la columna «{column}».",
    "Corrija el nombre. Sus columnas: {allowed}.",
    _NOT_LOADED,
)
MISSING_SHEET = Problem(
    "FRM-030",
    "Falta la hoja «{sheet}».",
    "{remedy}",
    _NOT_LOADED,
)
MISSING_COLUMN = Problem(
    "FRM-031",
    "A la hoja {sheet} le falta la columna «{column}».",
    "Agréguela en la primera fila.",
    _NOT_LOADED,
)
DUPLICATE_COLUMN = Problem(
    "FRM-032",
    "La columna «{column}» está dos veces.",
    "Deje una sola: no se sabría cuál vale.",
    _NOT_LOADED,
)
BAD_NAME = Problem(
    "FRM-033",
    "El nombre «{name}» no sirve.",
    "Use letras, cifras, guion o guion bajo, sin espacios y empezando por letra; por ejemplo «{example}».",
    _NOT_LOADED,
)
INCOMPLETE_ROW = Problem(
    "FRM-034",
    "A esta fila le falta «{column}».",
    "Escríbalo, o borre la fila si sobra.",
    _NOT_LOADED,
)
MISSING_CALCULATION = Problem(
    "FRM-035",
    "La pregunta «{name}» es de tipo calculate y no tiene cálculo.",
    "Escriba la expresión en la columna calculation.",
    _NOT_LOADED,
)
BAD_PARAMETERS = Problem(
    "FRM-036",
    "Los parámetros «{value}» no se admiten: {detail}.",
    "{remedy}",
    _NOT_LOADED,
)
INCOMPLETE_CHOICE = Problem(
    "FRM-037",
    "A esta opción le falta «{column}».",
    "Cada opción lleva list_name, name y label; borre la fila si sobra.",
    _NOT_LOADED,
)
DUPLICATE_CHOICE = Problem(
    "FRM-038",
    "La opción «{name}» está dos veces en la lista «{list}».",
    "Cambie uno de los nombres; si es a propósito, ponga yes en allow_choice_duplicates (hoja settings).",
    _NOT_LOADED,
)
BLANK_IN_CHOICE = Problem(
    "FRM-039",
    "El nombre de opción «{name}» tiene un espacio.",
    "Las respuestas múltiples se guardan separadas por espacios: escriba «{example}».",
    _NOT_LOADED,
)
UNKNOWN_FILTER_COLUMN = Problem(
    "FRM-040",
    "El filtro «{expression}» usa la columna «{column}», que no está en la hoja choices.",
    "Agregue la columna a la hoja choices o corrija el nombre; para otra pregunta escriba ${{nombre}}.",
    _NOT_LOADED,
)
SECOND_SETTINGS = Problem(
    "FRM-041",
    "La hoja settings tiene más de una fila de valores.",
    "Deje solo la fila 2: un formulario tiene una sola configuración.",
    _NOT_LOADED,
)
UNSUPPORTED_SHEET = Problem(
    "FRM-042",
    "La hoja «{sheet}» no se admite.",
    "{remedy}",
    _NOT_LOADED,
)
DUPLICATE_SHEET = Problem(
    "FRM-043",
    "La hoja «{sheet}» está dos veces.",
    "Junte las dos en una sola.",
    _NOT_LOADED,
)
FORMULA_CELL = Problem(
    "FRM-044",
    "La celda tiene {value}.",
    "Abra el libro en Excel, copie la celda y péguela como valor.",
    _NOT_LOADED,
)
MERGED_CELLS = Problem(
    "FRM-045",
    "Hay celdas combinadas, y el valor solo contaría para la primera.",
    "Separe las celdas y escriba el valor en cada una.",
    _NOT_LOADED,
)
ROW_TOO_WIDE = Problem(
    "FRM-046",
    "La celda «{value}» no tiene encabezado.",
    "Ponga el nombre de la columna en la primera fila, o borre la celda.",
    _NOT_LOADED,
)
CONTROL_CHARACTER = Problem(
    "FRM-047",
    "Hay un carácter de control, que no se ve ni se puede imprimir.",
    "Borre el contenido de la celda y escríbalo de nuevo a mano.",
    _NOT_LOADED,
)
UNSUPPORTED_FUNCTION = Problem(
    "FRM-048",
    "La función «{function}()» no se admite.",
    "{remedy}",
    _NOT_LOADED,
)
BROKEN_REFERENCE = Problem(
    "FRM-049",
    "La referencia «{reference}» está mal escrita.",
    "Escríbala así: ${{nombre}}, con el nombre de una pregunta entre llaves.",
    _NOT_LOADED,
)
AMBIGUOUS_REFERENCE = Problem(
    "FRM-050",
    "«${{{name}}}» puede ser más de una pregunta: ese nombre está en las filas {rows}.",
    "Dé a cada pregunta un nombre distinto.",
    _NOT_LOADED,
)
BAD_PATTERN = Problem(
    "FRM-051",
    "La expresión regular «{pattern}» no se entiende: {detail}.",
    "Corríjala; un paréntesis o corchete que se busca lleva una barra delante: \\( \\[.",
    _NOT_LOADED,
)
MISPLACED_COLUMN = Problem(
    "FRM-052",
    "La columna {column} no vale en una fila «{type}».",
    "{remedy}",
    _NOT_LOADED,
)
RESERVED_NAME = Problem(
    "FRM-053",
    "El nombre «{name}» está reservado.",
    "Ponga otro nombre.",
    _NOT_LOADED,
)
UNKNOWN_LANGUAGE = Problem(
    "FRM-054",
    "El idioma «{language}» de default_language no está en ninguna columna.",
    "Escriba uno de estos: {allowed}.",
    _NOT_LOADED,
)
BAD_DEFAULT = Problem(
    "FRM-055",
    "El valor por defecto «{value}» no sirve para una pregunta «{type}».",
    "{remedy}",
    _NOT_LOADED,
)
NO_QUESTIONS = Problem(
    "FRM-057",
    "El formulario no tiene ninguna pregunta.",
    "Escriba las preguntas en la hoja survey, desde la fila 2.",
    _NOT_LOADED,
)
BAD_COUNT = Problem(
    "FRM-058",
    "El número de repeticiones «{value}» no es un número.",
    "Escriba un número entero, ${{pregunta}} o un cálculo que dé un número.",
    _NOT_LOADED,
)
MISSPELT_REFERENCE = Problem(
    "FRM-059",
    "La expresión «{expression}» nombra «{path}», que no existe en el formulario.",
    "¿Quiso decir «{near}»? Corrija el nombre.",
    _NOT_LOADED,
)
BAD_INSTANCE = Problem(
    "FRM-060",
    "El archivo no es un registro de formulario: {detail}.",
    "Use el archivo XML tal como lo guardó el programa que lo hizo.",
)
OTHER_FORM = Problem(
    "FRM-061",
    "El archivo es de otro formulario: «{name}», y aquí se esperaba «{form}».",
    "Elija el formulario con el que se hizo el registro.",
)
UNREADABLE_ANSWERS = Problem(
    "FRM-062",
    "Las respuestas «{name}» no se pudieron leer: {detail}.",
    'Escriba un objeto JSON con una respuesta por pregunta, por ejemplo {{"nombre": "Ana"}}.',
)
UNSUPPORTED_OUTPUT = Problem(
    "FRM-063",
    "No se sabe escribir «{name}».",
    "Use una de estas terminaciones: {allowed}.",
)
SELF_COUNTED = Problem(
    "FRM-065",
    "Cuántas filas tiene «{repeat}» depende de lo que hay en ellas: {names}.",
    "Deje repeat_count vacío: quien llena el formulario agrega las filas que hagan falta.",
    _NOT_LOADED,
)
UNKNOWN_FORM_LANGUAGE = Problem(
    "FRM-064",
    "El formulario no está escrito en «{language}».",
    "Use uno de estos idiomas: {allowed}.",
)
