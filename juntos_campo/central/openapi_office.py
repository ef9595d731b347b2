"""The addresses of the offices, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from juntos_campo.central.office_messages import AccountList, AuditPage
from juntos_campo.central.openapi_parts import NUMBER, Body, Route, parameter
from juntos_campo.central.people import MOST_ROWS
from juntos_campo.central.problems import (
    DEVICE_TOO_OFTEN,
    MESSAGE_UNREADABLE,
    NOT_AUTHENTICATED,
    NOT_FOR_YOUR_ROLE,
)

_LIMIT = parameter(
    "limit", "query", "Cuántas filas como máximo.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}, example=200,
)  # fmt: skip
_PROBLEMS = (NOT_AUTHENTICATED, NOT_FOR_YOUR_ROLE, DEVICE_TOO_OFTEN, MESSAGE_UNREADABLE)

OFFICE_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("get", "/v1/accounts"): Route(
        "Oficinas",
        "Quiénes pueden usar el servidor, y sus computadoras",
        "Una unidad territorial ve a su gente; la sede central y los auditores, a todos. Por usuario.",
        Body("Las personas que siguen a «after».", AccountList),
        _PROBLEMS,
        None,
        (
            parameter(
                "after", "query", "El último usuario que ya se tiene.",
                {"type": "string", "pattern": "^[0-9A-Za-z._@-]{0,64}$"}, example="r.ccori",
            ),
            _LIMIT,
        ),
    ),
    ("get", "/v1/audit"): Route(
        "Oficinas",
        "El registro de auditoría",
        "Quién hizo qué y cuándo, con códigos y nunca con datos de las familias. Solo para auditores.",
        Body("Las filas que siguen a «after».", AuditPage),
        _PROBLEMS,
        None,
        (parameter("after", "query", "El último número que ya se tiene.", NUMBER), _LIMIT),
    ),
}  # fmt: skip
"""By method and address."""
