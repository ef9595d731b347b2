"""Records the server sent that this version of the program cannot read; kept for the next one."""

from __future__ import annotations

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.wire.messages import Change


def hold_change(transaction: Transaction, change: Change) -> None:
    """Keep what this version of the program cannot read; a later version of it replaces it."""
    transaction.execute(
        "INSERT INTO held_change (kind, record_id, body) VALUES (?, ?, ?) "
        "ON CONFLICT (kind, record_id) DO UPDATE SET body = excluded.body",
        (change.kind, change.id, change.to_json().decode()),
    )


def held_changes(store: Store) -> list[Change]:
    """Everything that is held."""
    rows = store.rows("SELECT body FROM held_change ORDER BY kind, record_id")
    return [Change.model_validate_json(body) for (body,) in rows]


def release_change(transaction: Transaction, change: Change) -> None:
    """It could be read after all."""
    transaction.execute(
        "DELETE FROM held_change WHERE kind = ? AND record_id = ?", (change.kind, change.id)
    )
