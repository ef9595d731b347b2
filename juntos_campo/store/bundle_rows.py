"""Sealed files this laptop made, and those it carries for others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction

_NUMBER = "bundle.number"
_COLUMNS = "id, direction, peer, state, at, detail, data IS NOT NULL"


class Direction(StrEnum):
    """MADE: a request of this database. CARRIED: somebody else's, opaque to us."""

    MADE = "made"
    CARRIED = "carried"


class BundleState(StrEnum):
    """Where a file is.

    MADE: on its way, no answer applied. APPLIED: its answer is in this database.
    WAITING: carried, not yet handed to the server. ANSWERED: the server's answer is here. REFUSED: the
    server will not take it. RETURNED: the answer was written to a stick.
    """

    MADE = "made"
    APPLIED = "applied"
    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class BundleRow:
    """One file.

    Attributes:
        id: of the request.
        peer: fingerprint of the server for one made here, id of the laptop for a carried one.
        at: of the last change of state, ISO.
        detail: what the maker of the row wants to know again; no data of people.
        holds: its bytes are here (`bytes_of`).
    """

    id: str
    direction: Direction
    peer: str
    state: BundleState
    at: str
    detail: dict[str, Any]
    holds: bool = False


def next_number(transaction: Transaction) -> int:
    """The next of this database's own count of files it made; never given twice."""
    found = transaction.execute("SELECT value FROM meta WHERE key = ?", (_NUMBER,)).fetchone()
    number = int(found[0]) + 1 if found else 1
    transaction.set_meta(_NUMBER, str(number))
    return number


def put(transaction: Transaction, row: BundleRow, data: bytes | None = None) -> None:
    """Keep a file, or change what is known of it; its bytes are replaced by `data`."""
    transaction.execute(
        "INSERT INTO bundle (id, direction, peer, state, at, detail, data) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
        "at = excluded.at, detail = excluded.detail, data = excluded.data",
        (
            row.id,
            row.direction.value,
            row.peer,
            row.state.value,
            row.at,
            json.dumps(row.detail, ensure_ascii=False),
            data,
        ),
    )


def forget(transaction: Transaction, bundle_id: str) -> None:
    """Nothing came of it."""
    transaction.execute("DELETE FROM bundle WHERE id = ?", (bundle_id,))


def forget_old(transaction: Transaction, before: str) -> None:
    """Files made here before that moment (ISO) will not be answered any more."""
    transaction.execute(
        "DELETE FROM bundle WHERE direction = ? AND state = ? AND at < ?",
        (Direction.MADE.value, BundleState.MADE.value, before),
    )


def find(store: Store, bundle_id: str) -> BundleRow | None:
    """What is known of a file."""
    rows = store.rows(f"SELECT {_COLUMNS} FROM bundle WHERE id = ?", (bundle_id,))
    return _row(rows[0]) if rows else None


def bytes_of(store: Store, bundle_id: str) -> bytes:
    """Its bytes; empty when they are not here (any more)."""
    rows = store.rows("SELECT data FROM bundle WHERE id = ? AND data IS NOT NULL", (bundle_id,))
    return bytes(rows[0][0]) if rows else b""


def listed(store: Store, direction: Direction) -> list[BundleRow]:
    """Files of a direction, the newest first."""
    sql = f"SELECT {_COLUMNS} FROM bundle WHERE direction = ? ORDER BY at DESC, id"
    return [_row(row) for row in store.rows(sql, (direction.value,))]


def _row(row: tuple[str, str, str, str, str, str, int]) -> BundleRow:
    bundle_id, direction, peer, state, at, detail, holds = row
    told: Mapping[str, Any] = json.loads(detail or "{}")
    return BundleRow(
        bundle_id, Direction(direction), peer, BundleState(state), at, dict(told), bool(holds)
    )
