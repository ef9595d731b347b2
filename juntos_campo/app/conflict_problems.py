"""What can go wrong when a value two people changed is put back. Codes ``CNF-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_BOTH_STAY = "Los dos valores siguen guardados."

RECORD_GONE = Problem(
    "CNF-001",
    "Ese registro ya no está en esta computadora.",
    "Elija «Dejar como está». Si hace falta el dato, pregunte a su coordinador.",
    _BOTH_STAY,
)
CHANGED_SINCE = Problem(
    "CNF-002",
    "El dato cambió otra vez después: ahora dice «{present}».",
    "Abra el registro y escriba ahí el valor que corresponde.",
    _BOTH_STAY,
)
BEING_CORRECTED = Problem(
    "CNF-003",
    "Ese registro está abierto: hay una corrección sin cerrar.",
    "Ciérrela o descártela primero; después vuelva a esta lista.",
    _BOTH_STAY,
)
DOES_NOT_FIT = Problem(
    "CNF-004",
    "El valor «{value}» no se puede poner tal cual: {reason}",
    "Abra el registro y corríjalo ahí.",
    _BOTH_STAY,
)
NOT_POSSIBLE = Problem(
    "CNF-005",
    "Ese valor no se cambia desde aquí. {reason}",
    "Elija «Dejar como está».",
    _BOTH_STAY,
)
ALREADY_DECIDED = Problem(
    "CNF-006",
    "La oficina ya decidió sobre esa solicitud.",
    "Si hace falta, registre otra solicitud de actualización.",
    _BOTH_STAY,
)
