"""The addresses of assignments and leaves, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from juntos_campo.central.assignment_messages import (
    AssignmentList,
    AssignmentReport,
    LeaveChange,
    LeaveInfo,
    LeaveList,
    LeaveOrder,
)
from juntos_campo.central.assignment_problems import (
    ALREADY_ON_LEAVE,
    LEAVE_DATES,
    NO_SUCH_LEAVE,
    OWN_REPLACEMENT,
    REPLACEMENT_AWAY,
)
from juntos_campo.central.openapi_parts import Body, Route, parameter
from juntos_campo.central.problems import (
    DEVICE_TOO_OFTEN,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNREADABLE,
    NOT_A_FIELD_WORKER,
    NOT_AUTHENTICATED,
    NOT_FOR_YOUR_ROLE,
)

_PROBLEMS = (NOT_AUTHENTICATED, NOT_FOR_YOUR_ROLE, DEVICE_TOO_OFTEN, MESSAGE_UNREADABLE)
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": 64}

_LEAVE_NUMBER: Final = parameter(
    "number",
    "path",
    "El número de la licencia.",
    {"type": "string", "pattern": "^[0-9]{1,15}$"},
    example="7",
)

ASSIGNMENT_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("get", "/v1/assignments"): Route(
        "Oficinas",
        "Quién tiene o tuvo un hogar a su cargo",
        "De un hogar, todos los gestores que lo tuvieron; o de un gestor, todos los hogares que tuvo. Cada "
        "coordinador ve su zona, cada unidad territorial la suya.",
        Body("Los tramos del historial; ninguno, si no existe o no le corresponde.", AssignmentList),
        _PROBLEMS,
        None,
        (
            parameter(
                "household", "query", "Código o id del hogar; en vez de «worker».", _NAME,
                example="01-2026-00042",
            ),
            parameter("worker", "query", "Gestor; en vez de «household».", _NAME, example="r.ccori"),
            parameter(
                "after", "query", "El id del último hogar que ya se tiene.",
                {"type": "string", "maxLength": 64},
            ),
        ),
    ),
    ("post", "/v1/assignments"): Route(
        "Oficinas",
        "Pasar muchos hogares a otros gestores",
        "Una tabla con las columnas codigo_hogar, de y a. Primero se revisa toda; si una fila está mal, no "
        "se mueve ningún hogar. Repetirla no cambia nada.",
        Body("Cuántos hogares pasaron, o qué filas están mal.", AssignmentReport),
        (*_PROBLEMS, MESSAGE_TOO_LARGE),
        Body("El archivo: CSV, o Excel.", kind="text/csv", schema={"type": "string"}),
        (
            parameter(
                "dry_run", "query", "1: solo revisar y decir qué pasaría.",
                {"type": "string", "enum": ["0", "1"]}, example="1",
            ),
        ),
    ),
    ("get", "/v1/leaves"): Route(
        "Oficinas",
        "Licencias de los gestores",
        "Primero las que están en curso o por empezar.",
        Body("Las licencias.", LeaveList),
        (NOT_AUTHENTICATED, NOT_FOR_YOUR_ROLE, DEVICE_TOO_OFTEN),
    ),
    ("post", "/v1/leaves"): Route(
        "Oficinas",
        "Ordenar una licencia",
        "Desde su primer día los hogares pasan a quien reemplaza; después del último vuelven los que la "
        "oficina no haya dado a otro.",
        Body("La licencia; si ya empieza, los hogares pasan enseguida.", LeaveInfo),
        (*_PROBLEMS, MESSAGE_TOO_LARGE, NOT_A_FIELD_WORKER, OWN_REPLACEMENT, LEAVE_DATES,
         ALREADY_ON_LEAVE, REPLACEMENT_AWAY),
        Body("Quién sale, quién lo reemplaza y qué días.", LeaveOrder),
    ),
    ("patch", "/v1/leaves/{number}"): Route(
        "Oficinas",
        "Cambiar el último día de una licencia",
        "Para quien vuelve antes o después de lo previsto, esté la licencia en curso o por empezar. "
        "Repetirlo no cambia nada.",
        Body("La licencia con su nuevo último día.", LeaveInfo),
        (*_PROBLEMS, MESSAGE_TOO_LARGE, NOT_A_FIELD_WORKER, LEAVE_DATES, ALREADY_ON_LEAVE,
         REPLACEMENT_AWAY, NO_SUCH_LEAVE),
        Body("El nuevo último día.", LeaveChange),
        (_LEAVE_NUMBER,),
    ),
    ("delete", "/v1/leaves/{number}"): Route(
        "Oficinas",
        "Cancelar una licencia",
        "Si ya empezó, los hogares vuelven enseguida.",
        Body("La licencia cancelada.", LeaveInfo),
        (*_PROBLEMS, NO_SUCH_LEAVE),
        None,
        (_LEAVE_NUMBER,),
    ),
}  # fmt: skip
"""By method and address."""
