"""Until when this laptop may be opened without contact, and the latest moment it ever saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction

_AT, _UNTIL, _SEEN, _OFFSET = "lease.at", "lease.until", "lease.seen", "lease.offset"


@dataclass(frozen=True, slots=True)
class KeptLease:
    """As the server gave it.

    Attributes:
        at, until: by the server's clock; `until` None: for ever.
        seen: the latest believable moment this laptop saw, by its own clock as corrected, or the server's.
        offset: seconds that this laptop's clock was behind the server's when the lease came; 0 for none to
            speak of.
    """

    at: datetime
    until: datetime | None
    seen: datetime
    offset: int


def kept_lease(store: Store) -> KeptLease | None:
    """The lease in force; None where the server never gave one."""
    at = given_at(store)
    if at is None:
        return None
    until, seen = store.meta(_UNTIL), store.meta(_SEEN)
    return KeptLease(
        at,
        datetime.fromisoformat(until) if until else None,
        max(at, datetime.fromisoformat(seen)) if seen else at,
        int(store.meta(_OFFSET) or 0),
    )


def given_at(store: Store) -> datetime | None:
    """When the server gave the lease in force, by its clock."""
    text = store.meta(_AT)
    return datetime.fromisoformat(text) if text else None


def keep_lease(transaction: Transaction, at: datetime, until: datetime | None, offset: int) -> None:
    """From now on this one counts; the server's clock mends what this laptop's own made believe."""
    transaction.set_meta(_AT, at.isoformat())
    transaction.set_meta(_UNTIL, until.isoformat() if until else "")
    transaction.set_meta(_SEEN, at.isoformat())
    transaction.set_meta(_OFFSET, str(offset))


def forget_lease(transaction: Transaction) -> None:
    """Another server: its own word counts, and it has said nothing yet."""
    for key in (_AT, _UNTIL, _SEEN, _OFFSET):
        transaction.set_meta(key, "")


def keep_seen(transaction: Transaction, seen: datetime) -> None:
    """The latest moment so far."""
    transaction.set_meta(_SEEN, seen.isoformat())
