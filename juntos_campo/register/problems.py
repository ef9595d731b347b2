"""Everything that can be wrong with a register or history file, as the office reads it.

Codes below REG-020 concern the whole file, then cells, persons, households, the file's own
consistency, and the history. `WARNINGS` are told but stop nothing.
"""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_FIX = "Corrija la celda en Excel, guarde y vuelva a importar."

# the file
NO_FILE = Problem(
    "REG-001",
    "No se pudo abrir el archivo «{value}».",
    "Revise que exista, que no esté abierto en otro programa y que la memoria USB siga conectada.",
)
EMPTY_FILE = Problem(
    "REG-002", "El archivo está vacío.", "Pida el archivo otra vez a la oficina que lo envió."
)
NOT_A_TABLE = Problem(
    "REG-003",
    "El archivo no es una hoja de cálculo ni un texto separado por comas.",
    "Elija el padrón en formato .xlsx o .csv.",
)
OLD_EXCEL = Problem(
    "REG-004",
    "Es un Excel antiguo (.xls) o protegido con contraseña, y así no se puede leer.",
    "Ábralo en Excel, quite la contraseña si la tiene y guárdelo como «Libro de Excel (.xlsx)».",
)
DAMAGED_EXCEL = Problem(
    "REG-005",
    "El libro de Excel está dañado o incompleto.",
    "Ábralo en Excel para que lo repare y guárdelo de nuevo, o pida el archivo otra vez.",
)
BAD_ENCODING = Problem(
    "REG-006",
    "Las letras del archivo no se pueden leer: no es UTF-8 ni Windows-1252.",
    "Ábralo en Excel y guárdelo como «CSV UTF-8» o como .xlsx.",
)
BAD_QUOTES = Problem(
    "REG-007",
    "Hay comillas mal cerradas cerca de esta fila; desde aquí el archivo no se puede leer.",
    "Borre las comillas sueltas de esa fila o guarde el archivo como .xlsx.",
)
NOT_A_REGISTER = Problem(
    "REG-008",
    "El archivo no tiene los títulos de columna que se esperan ({expected}, …).",
    "Revise que sea el archivo correcto y que los títulos estén en una sola fila.",
)
MISSING_COLUMNS = Problem(
    "REG-009",
    "Faltan columnas obligatorias: {columns}.",
    "Agréguelas con esos mismos títulos y vuelva a importar.",
)
TWIN_COLUMN = Problem(
    "REG-010",
    "La columna «{column}» está dos veces.",
    "Deje una sola y vuelva a importar.",
)
UNKNOWN_COLUMN = Problem(
    "REG-011",
    "La columna «{value}» no se conoce y no se leyó.",
    "Si debía leerse, revise el título; si no, no haga nada.",
)
NO_ROWS = Problem(
    "REG-012",
    "El archivo tiene títulos, pero ninguna fila.",
    "Pida el archivo otra vez a la oficina que lo envió.",
)
OTHER_SHEETS = Problem(
    "REG-013",
    "El libro tiene varias hojas; se leyó solo «{value}».",
    "Si los datos están en otra hoja, deje solo esa y vuelva a importar.",
)
TOO_MANY_CELLS = Problem(
    "REG-014",
    "La fila tiene {cells} celdas y los títulos son {columns}: algún texto lleva el separador dentro.",
    "Ponga ese texto entre comillas o guarde el archivo como .xlsx.",
)
ZEROS_RESTORED = Problem(
    "REG-015",
    "Excel quitó los ceros de la izquierda en {cells} celdas de «{column}»; se repusieron.",
    "No haga nada; para evitarlo, dé a esa columna el formato «Texto».",
)
TOO_BIG = Problem(
    "REG-016",
    "El archivo es demasiado grande ({value} MB).",
    "Divídalo por distrito o por gestor e importe las partes.",
)

# a cell
EMPTY_CELL = Problem("REG-020", "Falta un dato obligatorio en «{column}».", _FIX)
NOT_ALLOWED = Problem(
    "REG-021", "«{value}» no es un valor de «{column}».", "Escriba uno de estos: {allowed}."
)
BAD_DATE = Problem(
    "REG-022", "«{value}» no es una fecha que exista.", "Escríbala como día/mes/año: 05/03/2024."
)
SHORT_YEAR = Problem(
    "REG-023",
    "«{value}» lleva el año con dos cifras y no se sabe de qué siglo es.",
    "Escriba el año con cuatro cifras: 05/03/2024.",
)
BAD_NUMBER = Problem("REG-024", "«{value}» no es un número.", "Escriba solo cifras en «{column}».")
OUT_OF_RANGE = Problem(
    "REG-025",
    "{value} está fuera de lo posible en «{column}» (de {low} a {high} {unit}).",
    _FIX,
)
EXCEL_ERROR = Problem(
    "REG-026",
    "La celda tiene un error de Excel: {value}.",
    "Reemplace la fórmula por su valor y vuelva a importar.",
)
SCIENTIFIC = Problem(
    "REG-027",
    "Excel cambió el número a {value} y se perdieron cifras.",
    "Dé a la columna el formato «Texto», escriba el número otra vez y guarde.",
)
GARBLED = Problem(
    "REG-028",
    "Las tildes o eñes están mal convertidas: «{value}».",
    "Pida el archivo original o ábralo en Excel con «Datos > Desde texto» y origen UTF-8.",
)
TOO_LONG = Problem(
    "REG-029", "El texto tiene {length} letras; caben {limit}.", "Acórtelo y vuelva a importar."
)
BAD_DNI = Problem(
    "REG-030", "«{value}» no es un DNI: son 8 cifras, con o sin dígito verificador.", _FIX
)
BAD_CHECK_DIGIT = Problem(
    "REG-031",
    "El dígito verificador de «{value}» no corresponde a ese DNI.",
    "Compare con el documento: alguna cifra está cambiada.",
)
BAD_CNV = Problem("REG-032", "«{value}» no es un número de CNV: son entre 8 y 12 cifras.", _FIX)
NUMBER_WITHOUT_DOCUMENT = Problem(
    "REG-033",
    "Dice «SIN DOCUMENTO», pero hay un número: {value}.",
    "Borre el número o escriba qué documento es.",
)
DOCUMENT_WITHOUT_NUMBER = Problem(
    "REG-034",
    "Dice {kind}, pero no hay número.",
    "Escriba el número o ponga «SIN DOCUMENTO».",
)
UBIGEO_FORM = Problem("REG-035", "«{value}» no es un UBIGEO: son 6 cifras.", _FIX)
UBIGEO_UNKNOWN = Problem(
    "REG-036",
    "Ningún distrito tiene el UBIGEO {value} del INEI.",
    "Use el código del INEI (no el de RENIEC); por ejemplo, 030701 es Chuquibambilla.",
)
BAD_PHONE = Problem(
    "REG-037", "«{value}» no es un teléfono: son 9 cifras.", "Corríjalo o deje la celda vacía."
)
BAD_FACILITY_CODE = Problem(
    "REG-038", "«{value}» no es un código de establecimiento: son 8 cifras.", _FIX
)
BAD_SCHOOL_CODE = Problem("REG-039", "«{value}» no es un código modular: son 7 cifras.", _FIX)
UNKNOWN_FLAG = Problem(
    "REG-040", "«{value}» no es una marca conocida.", "Escriba una de estas: {allowed}."
)
FACILITY_WITHOUT_CODE = Problem(
    "REG-041", "Hay nombre de establecimiento («{value}»), pero no su código.", _FIX
)
SCHOOL_WITHOUT_CODE = Problem(
    "REG-042", "Hay nombre de institución educativa («{value}»), pero no su código.", _FIX
)
FACILITY_WITHOUT_NAME = Problem(
    "REG-043", "El establecimiento {value} no tiene nombre en ninguna fila.", _FIX
)
SCHOOL_WITHOUT_NAME = Problem(
    "REG-044", "La institución educativa {value} no tiene nombre en ninguna fila.", _FIX
)

# a person
BORN_IN_FUTURE = Problem("REG-050", "La fecha de nacimiento {value} todavía no llega.", _FIX)
BORN_TOO_LONG_AGO = Problem(
    "REG-051", "Con la fecha de nacimiento {value} tendría más de 115 años.", _FIX
)
PREGNANT_MAN = Problem(
    "REG-052",
    "Figura como gestante, pero su sexo es M.",
    "Corrija el sexo o ponga NO en «gestante».",
)
PREGNANT_AGE = Problem(
    "REG-053",
    "Figura como gestante con {age} años.",
    "Revise la fecha de nacimiento; si es correcta, avise hoy al coordinador zonal.",
)
PERIOD_IN_FUTURE = Problem("REG-054", "La última regla {value} todavía no llega.", _FIX)
PERIOD_TOO_OLD = Problem(
    "REG-055",
    "Desde la última regla {value} pasaron más de 44 semanas: el embarazo ya terminó.",
    "Ponga NO en «gestante» y registre al recién nacido, o corrija la fecha.",
)
PREGNANT_WITHOUT_DATES = Problem(
    "REG-056",
    "Es o fue gestante, pero no hay fecha de última regla ni de parto por ecografía.",
    "Escriba una de las dos.",
)
DATES_WITHOUT_PREGNANCY = Problem(
    "REG-057",
    "Hay una fecha de embarazo, pero no dice SI en «gestante».",
    "Ponga SI en «gestante» o borre la fecha.",
)
DUE_DATE_IMPOSSIBLE = Problem(
    "REG-058", "La fecha de parto por ecografía {value} no es de un embarazo en curso.", _FIX
)
CAPTURE_IMPOSSIBLE = Problem(
    "REG-059", "La captación {value} es anterior a la última regla o todavía no llega.", _FIX
)
AFFILIATED_IN_FUTURE = Problem("REG-060", "La fecha de afiliación {value} todavía no llega.", _FIX)
HOLDER_WITHOUT_DNI = Problem(
    "REG-061",
    "El titular no tiene DNI.",
    "El titular debe tener DNI: escríbalo o cambie al titular.",
)
NO_FACILITY = Problem(
    "REG-062",
    "No tiene establecimiento de salud: no saldrá en los formatos de Salud.",
    "Averigüe dónde se atiende y complete «codigo_eess».",
)
ENDED_AND_PREGNANT = Problem(
    "REG-063",
    "Dice que la gestación terminó el {value}, pero también que está gestando.",
    "Ponga NO en «gestante», o borre el fin si es otra gestación y escriba sus fechas.",
)
END_IMPOSSIBLE = Problem(
    "REG-064",
    "El fin de la gestación {value} todavía no llega o no concuerda con su inicio.",
    _FIX,
)
END_WITHOUT_OUTCOME = Problem(
    "REG-065",
    "Dice cuándo terminó la gestación, pero no cómo.",
    "Escriba NACIMIENTO o PERDIDA en «resultado_gestacion».",
)
OUTCOME_WITHOUT_END = Problem(
    "REG-066",
    "Dice cómo terminó la gestación, pero no cuándo.",
    "Escriba la fecha en «fin_gestacion» o borre el resultado.",
)

# a household
NO_HOLDER = Problem(
    "REG-070",
    "El hogar {value} no tiene titular.",
    "Ponga TITULAR en «parentesco» de la persona que corresponde.",
)
TWO_HOLDERS = Problem(
    "REG-071",
    "El hogar {household} ya tiene titular en la fila {other}.",
    "Deje un solo TITULAR por hogar.",
)
HOLDER_TOO_YOUNG = Problem(
    "REG-072",
    "El titular tiene {age} años; debe tener 18 o más.",
    "Revise la fecha de nacimiento o cambie al titular.",
)
HOUSEHOLD_DIFFERS = Problem(
    "REG-073",
    "El hogar {household} dice «{value}» aquí y «{first}» en la fila {other}.",
    "Escriba lo mismo en todas las filas del hogar.",
)
PERSON_TWICE = Problem(
    "REG-074",
    "El documento {value} ya está en la fila {other} del mismo hogar.",
    "Borre la fila repetida o corrija el número.",
)
PERSON_IN_TWO_HOUSEHOLDS = Problem(
    "REG-075",
    "El documento {value} está también en el hogar {household} (fila {other}).",
    "Deje a la persona en un solo hogar o corrija el número.",
)
SAME_NAME_AND_BIRTH = Problem(
    "REG-076",
    "En la fila {other} hay otra persona sin documento con el mismo nombre y nacimiento.",
    "Borre la fila repetida; si son mellizos, escriba el nombre completo de cada uno.",
)
ODD_GENERATION = Problem(
    "REG-077",
    "Figura como {value}, pero su edad no concuerda con la del titular.",
    "Revise el parentesco y la fecha de nacimiento.",
)

# the file against itself
TWO_NAMES = Problem(
    "REG-080",
    "El código {code} se llama «{value}» aquí y «{first}» en la mayoría de filas.",
    "Escriba el mismo nombre en todas o corrija el código.",
)
SETTLEMENT_DIFFERS = Problem(
    "REG-081",
    "El centro poblado {place} tiene {value} aquí y {first} en la mayoría de filas.",
    "Escriba el mismo valor en todas las filas del centro poblado.",
)

# the history
UNKNOWN_PERSON = Problem(
    "REG-090",
    "Esta persona no está en el padrón que se importa.",
    "Revise el documento, o el código de hogar, nombres y nacimiento si no tiene documento.",
)
UNKNOWN_SERVICE = Problem(
    "REG-091", "No se conoce el servicio «{value}».", "Escriba uno de estos: {allowed}."
)
SERVICE_IN_FUTURE = Problem("REG-092", "La atención {value} todavía no llega.", _FIX)
SERVICE_BEFORE_BIRTH = Problem("REG-093", "La atención {value} es anterior al nacimiento.", _FIX)
SERVICE_TWICE = Problem(
    "REG-094",
    "La misma atención ya está en la fila {other}; se contó una sola vez.",
    "No haga nada, o borre la fila repetida.",
)
PRENATAL_FOR_MAN = Problem(
    "REG-095", "«{value}» es un servicio de gestantes y la persona es varón.", _FIX
)

WARNINGS = frozenset(
    problem.code
    for problem in (
        UNKNOWN_COLUMN,
        OTHER_SHEETS,
        ZEROS_RESTORED,
        NO_FACILITY,
        ODD_GENERATION,
        SERVICE_TWICE,
    )
)
"""Problems that are told but leave nothing out."""
