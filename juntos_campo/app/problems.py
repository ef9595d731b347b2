"""What can go wrong in a use case, in words for its user."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

HOUSEHOLD_NOT_HERE = Problem(
    "APP-001",
    "Ese hogar no está en esta computadora.",
    "Sincronice; si fue reasignado a otro gestor, pregunte a su coordinador.",
)
