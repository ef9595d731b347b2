"""Writing what the server sent, many records at once.

Reading a record (`readable`) needs no database and happens before the lock is taken; writing
(`write_received`) is a few statements a kind. A first download has tens of thousands of records, and the
person goes on typing meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from juntos_campo.domain.kinds import KINDS
from juntos_campo.store.sync_state import set_flags
from juntos_campo.store.transaction import KEEPS_HISTORY, Transaction, household_of
from juntos_campo.wire.codec import changed_fields, decode_to_text

_CHUNK = 500

Record = tuple[str, str]
"""(kind, id)"""


@dataclass(frozen=True, slots=True)
class Received:
    """One version of a record, checked and ready to be written.

    Attributes:
        body: the whole entity as JSON text, as the store keeps it.
        household_id: the household it is or is about; empty for none.
    """

    kind: str
    id: str
    version: int
    deleted: bool
    author: str
    body: str
    household_id: str
    flags: tuple[str, ...] = ()


def readable(
    kind: str,
    record_id: str,
    fields: dict[str, Any],
    *,
    version: int,
    deleted: bool = False,
    author: str = "",
    flags: Sequence[str] = (),
) -> Received:
    """Check the fields of a record and make its text.

    Raises:
        UserError: WIR-001, this version of the program cannot read them. `kind` must be a known one.
    """
    entity, body = decode_to_text(kind, record_id, fields)
    household_id = household_of(kind, entity)
    return Received(kind, record_id, version, deleted, author, body, household_id, tuple(flags))


def write_received(
    tx: Transaction, records: Iterable[Received], *, unsettled: frozenset[Record] = frozenset()
) -> dict[str, int]:
    """Store records the server sent; an older version than the one here changes nothing.

    Args:
        unsettled: records with operations in the outbox, which the caller laid over them.

    Returns:
        kind -> records that came: new ones, and versions that were not here yet.
    """
    by_kind: dict[str, dict[str, Received]] = {}
    for one in records:
        ids = by_kind.setdefault(one.kind, {})
        if one.id not in ids or ids[one.id].version <= one.version:
            ids[one.id] = one
    last = {(kind, key) for kind, key in tx.execute("SELECT kind, record_id FROM last_operation")}
    flagged = {(kind, key) for kind, key in tx.execute("SELECT kind, record_id FROM record_flag")}
    came: dict[str, int] = {}
    for kind in [name for name in KINDS if name in by_kind]:
        written, new = _written(tx, kind, list(by_kind[kind].values()))
        came |= {kind: new} if new else {}
        for one in written:
            tx.note(kind, one.id, one.household_id)
            key = (kind, one.id)
            if key in last and key not in unsettled:
                tx.execute("DELETE FROM last_operation WHERE kind = ? AND record_id = ?", key)
            if one.flags or key in flagged:
                set_flags(tx, kind, one.id, one.flags)
    return came


def _written(tx: Transaction, kind: str, records: Sequence[Received]) -> tuple[list[Received], int]:
    """Write those that are no older than what is here; which, and how many were not here yet."""
    written: list[Received] = []
    new = 0
    keeps = kind in KEEPS_HISTORY
    columns = "id, server_version, body" if keeps else "id, server_version, ''"
    for start in range(0, len(records), _CHUNK):
        part = records[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        sql = f"SELECT {columns} FROM {kind} WHERE id IN ({marks})"
        here = {
            row[0]: (int(row[1]), row[2]) for row in tx.execute(sql, tuple(one.id for one in part))
        }
        newer = [one for one in part if one.id not in here or one.version >= here[one.id][0]]
        if keeps:
            for one in newer:
                if one.id in here:
                    _keep_replaced(tx, one, *here[one.id])
        tx.connection.executemany(
            _insert(kind), [(one.id, one.version, int(one.deleted), one.body) for one in newer]
        )
        written += newer
        new += sum(one.id not in here or one.version > here[one.id][0] for one in newer)
    return written, new


def _keep_replaced(tx: Transaction, one: Received, version: int, body: str) -> None:
    if body == one.body:
        return
    old, new = json.loads(body), json.loads(one.body)
    del old["id"], new["id"]
    if changed_fields(old, new):
        tx.keep_history(one.kind, one.id, old, version, one.author)


@cache
def _insert(kind: str) -> str:
    return (
        f"INSERT INTO {kind} (id, server_version, deleted, body) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET server_version = excluded.server_version, "
        "deleted = excluded.deleted, body = excluded.body"
    )
