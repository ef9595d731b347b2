"""What can be wrong with a file of school years, beside what every file can have (`problems`)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_FIX = "Corrija la celda en Excel, guarde y vuelva a cargar."

UNKNOWN_STUDENT = Problem(
    "REG-100",
    "Nadie del padrón tiene este documento.",
    "Revise el número; si el estudiante no es de un hogar del programa, borre la fila.",
)
IMPOSSIBLE_YEAR = Problem(
    "REG-101",
    "El año escolar {value} no puede ser: va de {low} a {high}.",
    _FIX,
)
TOO_YOUNG = Problem(
    "REG-102",
    "El estudiante no cumple 3 años en ese año escolar.",
    "Revise el documento y el año; los menores de 3 no van en este archivo.",
)
BAD_GRADE = Problem(
    "REG-103",
    "«{value}» no es un grado.",
    "Escriba solo el número del grado (1 a 6) o, en inicial, la edad (3, 4 o 5).",
)
GRADE_OUTSIDE_LEVEL = Problem(
    "REG-104",
    "En {level} no hay grado {value}: van de {low} a {high}.",
    "Corrija el grado o el nivel.",
)
GRADE_WITHOUT_LEVEL = Problem(
    "REG-105", "Hay grado, pero no dice el nivel.", "Escriba INICIAL, PRIMARIA o SECUNDARIA."
)
AGE_AGAINST_GRADE = Problem(
    "REG-106",
    "Con {age} años al empezar el año, el grado llama la atención.",
    "Compare el documento y el grado; si son correctos, no haga nada.",
)
ENROLLED_OUTSIDE_YEAR = Problem(
    "REG-107",
    "La matrícula {value} no es de ese año escolar.",
    "Corrija la fecha o el año; se acepta desde octubre del año anterior.",
)
ENROLLED_IN_FUTURE = Problem("REG-108", "La matrícula {value} todavía no llega.", _FIX)
ENROLLED_WITHOUT_SCHOOL = Problem(
    "REG-109",
    "Está matriculado, pero no dice en qué institución educativa.",
    "Escriba su código modular en «codigo_ie».",
)
ENROLLED_WITHOUT_GRADE = Problem(
    "REG-110",
    "Está matriculado, pero falta el nivel o el grado.",
    "Complete «nivel_ie» y «grado».",
)
SCHOOL_OF_OTHER_LEVEL = Problem(
    "REG-111",
    "La institución educativa es de {school}, no de {level}.",
    "Revise el código modular: cada nivel tiene el suyo.",
)
ATTENDANCE_AS_SHARE = Problem(
    "REG-112",
    "{value} parece una parte de 1 y no un porcentaje.",
    "Quite a la columna el formato «%» y escriba el porcentaje: 95 y no 0.95.",
)
ATTENDANCE_IN_FUTURE = Problem(
    "REG-113",
    "Hay asistencia de {month} de {year}, que todavía no empieza.",
    "Borre la celda o corrija el año.",
)
ATTENDANCE_WITHOUT_ENROLMENT = Problem(
    "REG-114",
    "Tiene asistencia, pero no fecha de matrícula.",
    "Escriba la fecha de matrícula o borre la asistencia.",
)
ATTENDANCE_BEFORE_ENROLMENT = Problem(
    "REG-115",
    "Tiene asistencia de {month}, antes de matricularse.",
    "Compare con el SIAGIE; si vino trasladado, no haga nada.",
)
RESULT_TOO_EARLY = Problem(
    "REG-116",
    "Dice {value}, pero el año escolar {year} aún no termina.",
    "Borre el resultado; antes de diciembre solo puede decir RETIRADO.",
)
RESULT_WITHOUT_ENROLMENT = Problem(
    "REG-117",
    "Tiene resultado del año, pero no fecha de matrícula.",
    "Escriba la fecha de matrícula o borre el resultado.",
)
TOP_THIRD_WITHOUT_PASSING = Problem(
    "REG-118",
    "Dice tercio superior, pero el resultado no es PROMOVIDO ni APROBADO.",
    "Corrija «resultado» o «tercio_superior».",
)
STUDENT_TWICE = Problem(
    "REG-119",
    "El mismo estudiante y año está en la fila {other}; no se sabe cuál vale.",
    "Deje solo la fila de la institución educativa donde está ahora.",
)

WARNINGS = frozenset(problem.code for problem in (AGE_AGAINST_GRADE, ATTENDANCE_BEFORE_ENROLMENT))
"""Problems that are told but leave nothing out."""
