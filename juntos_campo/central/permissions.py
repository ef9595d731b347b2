"""What each role may do over the network, and how far: one table.

Field workers and coordinators work on laptops and send operations, about which `central.authorisation`
decides one by one; the others ask and order over routes of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from juntos_campo.central.callers import Account
from juntos_campo.central.problems import NOT_FOR_LAPTOPS, NOT_FOR_YOUR_ROLE
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Role


class Action(StrEnum):
    """What a route does."""

    SYNC = "sync"
    """Exchanges, files and USB bundles of a laptop."""
    SEE_INDICATORS = "see_indicators"
    SEE_ACCOUNTS = "see_accounts"
    SEE_ASSIGNMENTS = "see_assignments"
    ASSIGN = "assign"
    """Households to field workers; absences and their replacements."""
    SEE_AUDIT = "see_audit"


class Scope(StrEnum):
    """How far a permission reaches."""

    OWN = "own"
    """A field worker's households."""
    ZONE = "zone"
    UNIT = "unit"
    NATION = "nation"


_TABLE: Final[Mapping[Role, Mapping[Action, Scope]]] = MappingProxyType(
    {
        Role.FIELD_WORKER: {Action.SYNC: Scope.OWN},
        Role.ZONE_COORDINATOR: {
            Action.SYNC: Scope.ZONE,
            Action.SEE_INDICATORS: Scope.ZONE,
            Action.SEE_ASSIGNMENTS: Scope.ZONE,
        },
        Role.TERRITORIAL_UNIT: {
            Action.SEE_INDICATORS: Scope.UNIT,
            Action.SEE_ACCOUNTS: Scope.UNIT,
            Action.SEE_ASSIGNMENTS: Scope.UNIT,
            Action.ASSIGN: Scope.UNIT,
        },
        Role.CENTRAL_OFFICE: {
            Action.SEE_INDICATORS: Scope.NATION,
            Action.SEE_ACCOUNTS: Scope.NATION,
            Action.SEE_ASSIGNMENTS: Scope.NATION,
            Action.ASSIGN: Scope.NATION,
        },
        Role.AUDITOR: {
            Action.SEE_INDICATORS: Scope.NATION,
            Action.SEE_ACCOUNTS: Scope.NATION,
            Action.SEE_AUDIT: Scope.NATION,
        },
    }
)


def scope_of(role: Role, action: Action) -> Scope | None:
    """How far a role's permission reaches; None where it has none."""
    return _TABLE[role].get(action)


def require(account: Account, action: Action) -> Scope:
    """How far this person may do it.

    Raises:
        UserError: CEN-115 his role may not; CEN-116 he has no laptop that synchronises.
    """
    scope = scope_of(account.role, action)
    if scope is None:
        raise user_error(NOT_FOR_LAPTOPS if action is Action.SYNC else NOT_FOR_YOUR_ROLE)
    return scope
