"""What a person did about the conflicts the server told of (`sync_state.record_conflict` keeps them)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction


class Settled(StrEnum):
    """OPEN: still to be looked at. READ: left as it is. TAKEN_BACK: the other value was put back."""

    OPEN = ""
    READ = "read"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one conflict; `at` is ISO, "" while it is open."""

    state: Settled
    at: str


@dataclass(frozen=True, slots=True)
class ConflictHead:
    """Which value a conflict is about, without the values."""

    conflict_id: str
    kind: str
    record_id: str
    path: str
    version: int
    state: Settled


def settlements(store: Store) -> dict[str, Settlement]:
    """Conflict id -> what became of it, of every conflict."""
    rows = store.rows("SELECT conflict_id, settled, settled_at FROM conflict")
    return {row[0]: Settlement(Settled(row[1]), row[2]) for row in rows}


def heads(store: Store) -> list[ConflictHead]:
    """Every conflict, the newest first, decided ones too; cheap enough to ask after every change."""
    rows = store.rows(
        "SELECT conflict_id, kind, record_id, path, version, settled FROM conflict ORDER BY id DESC"
    )
    return [
        ConflictHead(conflict_id, kind, record_id, path, version, Settled(state))
        for conflict_id, kind, record_id, path, version, state in rows
    ]


def settle(transaction: Transaction, conflict_id: str, state: Settled) -> None:
    """Note what became of a conflict; `Settled.OPEN` lays it before the person again."""
    at = transaction.at.isoformat() if state else ""
    transaction.execute(
        "UPDATE conflict SET settled = ?, settled_at = ?, seen = ? WHERE conflict_id = ?",
        (state.value, at, int(bool(state)), conflict_id),
    )
