"""What can go wrong with a visit and with the texts it uses. Codes ``VIS-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_TYPED_STAYS = "Todo lo escrito sigue guardado como borrador."

VISIT_NOT_OPEN = Problem(
    "VIS-001",
    "Esa visita ya no está abierta: se cerró o se descartó en otra ventana.",
    "Vuelva a la ficha del hogar y ábrala desde ahí.",
    "Lo que ya decía «guardado» está guardado.",
)
VISIT_HAS_PROBLEMS = Problem(
    "VIS-002",
    "La visita no se puede cerrar todavía: hay {things} por completar o corregir.",
    "Vaya de uno en uno con la lista que está arriba o con F8.",
    _TYPED_STAYS,
)
OTHER_VISIT_OPEN = Problem(
    "VIS-003",
    "Hay otra visita a este hogar sin cerrar.",
    "Ciérrela o descártela primero; después corrija la que le devolvieron.",
    _TYPED_STAYS,
)
VISIT_NOT_HERE = Problem(
    "VIS-004",
    "Esa visita no está en esta computadora.",
    "Sincronice; si el hogar fue reasignado a otro gestor, pregunte a su coordinador.",
)
VISIT_APPROVED = Problem(
    "VIS-005",
    "Esa visita ya fue aprobada y no se corrige.",
    "Si un dato está mal, pida a su coordinador que la devuelva.",
)
NOT_YOUR_VISIT = Problem(
    "VIS-006",
    "Esa visita la hizo {worker}: solo esa persona la corrige.",
    "Si el hogar ahora es suyo, inicie una visita nueva.",
)
NOTHING_CORRECTED = Problem(
    "VIS-007",
    "Su coordinador devolvió esta visita y todavía no se corrigió nada.",
    "Corrija lo comentado (F8). Si estaba bien, explíquelo en la nota de la visita y ciérrela.",
    _TYPED_STAYS,
)
