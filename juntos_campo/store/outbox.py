"""What waits for the server: operations in the order in which they were made."""

from __future__ import annotations

import json
from dataclasses import dataclass

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.wire.codec import Fields
from juntos_campo.wire.merge import Changes


@dataclass(frozen=True, slots=True)
class Operation:
    """One change that the server has not acknowledged.

    Attributes:
        counter: place in the device's own order; never used twice.
        base_version: server version the change was made on; 0 for a new record.
        fields: changed values by path (`juntos_campo.wire.merge`).
        removed: paths that are gone.
        refusal: why the server refused it, in Spanish; None while it waits.
    """

    counter: int
    op_id: str
    kind: str
    record_id: str
    base_version: int
    fields: Fields
    deleted: bool
    author: str
    device_time: str
    refusal: str | None
    removed: tuple[str, ...] = ()

    @property
    def changes(self) -> Changes:
        return Changes(self.fields, self.removed)


_COLUMNS = (
    "counter, op_id, kind, record_id, base_version, fields, deleted, author, device_time, refusal, "
    "removed"
)


def waiting(store: Store, *, after: int = 0, limit: int = 1000) -> list[Operation]:
    """Operations to send, oldest first; refused ones are not among them."""
    sql = f"SELECT {_COLUMNS} FROM outbox WHERE refusal IS NULL AND counter > ? ORDER BY counter LIMIT ?"
    return [_operation(row) for row in store.rows(sql, (after, limit))]


def refused(store: Store) -> list[Operation]:
    """Operations the server refused: they stay until somebody deals with them."""
    sql = f"SELECT {_COLUMNS} FROM outbox WHERE refusal IS NOT NULL ORDER BY counter"
    return [_operation(row) for row in store.rows(sql)]


def waiting_for(store: Store, kind: str, record_id: str) -> list[Operation]:
    """Unacknowledged operations of one record, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM outbox WHERE kind = ? AND record_id = ? ORDER BY counter"
    return [_operation(row) for row in store.rows(sql, (kind, record_id))]


def counts(store: Store) -> dict[str, int]:
    """Number of records that wait, by kind."""
    sql = (
        "SELECT kind, count(DISTINCT record_id) FROM outbox WHERE refusal IS NULL "
        "GROUP BY kind ORDER BY kind"
    )
    return dict(store.rows(sql))


def acknowledge(
    transaction: Transaction, operation: Operation, version: int, *, unmixed: bool = True
) -> None:
    """The server holds this operation as part of `version`.

    Args:
        unmixed: `version` is what this laptop holds, nothing of anybody else in it. Otherwise the
            base stays until the merged record arrives: a later edit must not claim to know values
            it never saw.
    """
    transaction.execute("DELETE FROM outbox WHERE op_id = ?", (operation.op_id,))
    if not unmixed:
        return
    transaction.set_server_version(operation.kind, operation.record_id, version)
    transaction.execute(
        "UPDATE outbox SET base_version = ? WHERE kind = ? AND record_id = ?",
        (version, operation.kind, operation.record_id),
    )


def refuse(transaction: Transaction, operation: Operation, reason: str) -> None:
    """The server will not take this operation; it is kept and shown with the reason."""
    transaction.execute("UPDATE outbox SET refusal = ? WHERE op_id = ?", (reason, operation.op_id))


def _operation(
    row: tuple[int, str, str, str, int, str, int, str, str, str | None, str],
) -> Operation:
    counter, op_id, kind, record_id, base, fields, deleted, author, device_time, refusal, gone = row
    return Operation(
        counter,
        op_id,
        kind,
        record_id,
        base,
        json.loads(fields),
        bool(deleted),
        author,
        device_time,
        refusal,
        tuple(json.loads(gone)),
    )
