"""Who uses this laptop."""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.domain.values import Role


@dataclass(frozen=True, slots=True)
class User:
    """`name` is the account on the server, e.g. ``rccori``."""

    name: str
    full_name: str
    role: Role
