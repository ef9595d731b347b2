"""What waits for the server: operations in the order in which they were made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.wire.codec import Fields
from juntos_campo.wire.merge import Changes

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Operation:
    """One change that the server has not acknowledged.

    Attributes:
        counter: place in the device's own order; never used twice.
        base_version: server version the change was made on; 0 for a new record.
        fields: changed values by path (`juntos_campo.wire.merge`).
        removed: paths that are gone.
        refusal: why the server refused it, in Spanish; None while it waits.
        prev: id of the operation made before on the same record since its base; empty for none.
        clock_offset: seconds the server's clock was ahead when it was made; None when unknown.
        waits: what the server still lacks to take it, in Spanish; it is sent with every
            synchronisation all the same. None when it never said so.
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
    prev: str = ""
    clock_offset: int | None = None
    waits: str | None = None

    @property
    def changes(self) -> Changes:
        return Changes(self.fields, self.removed)


_COLUMNS = (
    "counter, op_id, kind, record_id, base_version, fields, deleted, author, device_time, refusal, "
    "removed, prev, clock_offset, waits"
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


def waiting_there(store: Store) -> list[Operation]:
    """Operations the server cannot take yet, since what they point to has not reached it."""
    sql = (
        f"SELECT {_COLUMNS} FROM outbox WHERE refusal IS NULL AND waits IS NOT NULL "
        "ORDER BY counter"
    )
    return [_operation(row) for row in store.rows(sql)]


def with_ids(store: Store, op_ids: Iterable[str]) -> dict[str, Operation]:
    """Those of these operations that nobody has acknowledged, by id."""
    wanted = list(op_ids)
    found: dict[str, Operation] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        sql = f"SELECT {_COLUMNS} FROM outbox WHERE op_id IN ({marks})"
        found.update((one.op_id, one) for one in map(_operation, store.rows(sql, part)))
    return found


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
            it never saw. Nor does an earlier one that was refused and is sent again.
    """
    transaction.execute("DELETE FROM outbox WHERE op_id = ?", (operation.op_id,))
    if not unmixed:
        return
    record = (operation.kind, operation.record_id)
    transaction.set_server_version(*record, version)
    transaction.execute(
        "UPDATE outbox SET base_version = max(base_version, ?) WHERE kind = ? AND record_id = ? "
        "AND counter > ?",
        (version, *record, operation.counter),
    )
    # The next edit stands on this very version: it need not name the operations below it.
    transaction.execute(
        "DELETE FROM last_operation WHERE kind = ? AND record_id = ? AND NOT EXISTS "
        "(SELECT 1 FROM outbox WHERE outbox.kind = ? AND outbox.record_id = ?)",
        (*record, *record),
    )


def refuse(transaction: Transaction, operation: Operation, reason: str) -> None:
    """The server will not take this operation; it is kept and shown with the reason.

    Later operations on the record name the one before it instead: the server must be able to follow
    the chain through operations it knows.
    """
    transaction.execute(
        "UPDATE outbox SET refusal = ?, waits = NULL WHERE op_id = ?", (reason, operation.op_id)
    )
    transaction.execute(
        "UPDATE outbox SET prev = ? WHERE prev = ?", (operation.prev, operation.op_id)
    )
    if operation.prev:
        sql = "UPDATE last_operation SET op_id = ? WHERE op_id = ?"
        transaction.execute(sql, (operation.prev, operation.op_id))
    else:
        transaction.execute("DELETE FROM last_operation WHERE op_id = ?", (operation.op_id,))


def wait(transaction: Transaction, operation: Operation, reason: str) -> None:
    """The server cannot take it yet: it stays, and is sent again with every synchronisation."""
    transaction.execute("UPDATE outbox SET waits = ? WHERE op_id = ?", (reason, operation.op_id))


def _operation(
    row: tuple[
        int, str, str, str, int, str, int, str, str, str | None, str, str, int | None, str | None
    ],
) -> Operation:
    counter, op_id, kind, record_id, base, fields, deleted, author, device_time, refusal, *rest = (
        row
    )
    gone, prev, offset, waits = rest
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
        tuple(json.loads(str(gone))),
        str(prev),
        offset if isinstance(offset, int) else None,
        str(waits) if waits is not None else None,
    )
