"""One open local database: reading records, and the door to writing them.

A `Store` is used by one thread at a time; a second thread opens its own on the same file (`again`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from juntos_campo.domain.entities import Entity
from juntos_campo.domain.ids import Ids, random_id
from juntos_campo.domain.kinds import KINDS, name_of
from juntos_campo.store.connection import open_database, writing
from juntos_campo.store.transaction import Transaction
from juntos_campo.wire.codec import Fields, from_json, reader_of

E = TypeVar("E", bound=Entity)

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with what sync knows about it.

    Attributes:
        server_version: version the server acknowledged last; 0 when it never did.
        pending: changes of it wait in the outbox.
    """

    entity: Any
    server_version: int
    deleted: bool
    pending: bool


class Store:
    """The encrypted local database, open.

    Attributes:
        connection: of SQLCipher, as the standard library's; only modules of `store` use it.
        path: the file.
    """

    def __init__(self, path: Path, key: bytes, ids: Ids = random_id) -> None:
        self.path = path
        self.connection = open_database(path, key)
        self._key = key
        self._ids = ids

    def again(self) -> Store:
        """Another connection to the same file, for another thread."""
        return Store(self.path, self._key, self._ids)

    def close(self) -> None:
        self.connection.close()

    # -- reading -------------------------------------------------------------------------------

    def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[Any]:
        """Rows of a reading statement; for the modules of `store`."""
        return list(self.connection.execute(sql, tuple(parameters)))

    def get(self, entity_type: type[E], record_id: str) -> E | None:
        """The record, or None when there is none or it was deleted."""
        kind = name_of(entity_type)
        found = self.rows(f"SELECT body FROM {kind} WHERE id = ? AND NOT deleted", (record_id,))
        return from_json(entity_type, found[0][0]) if found else None

    def get_many(self, entity_type: type[E], record_ids: Iterable[str]) -> dict[str, E]:
        """The records that exist, by id."""
        kind, wanted = name_of(entity_type), list(dict.fromkeys(record_ids))
        read = reader_of(entity_type)
        result: dict[str, E] = {}
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            sql = f"SELECT id, body FROM {kind} WHERE NOT deleted AND id IN ({marks})"
            result.update((row[0], read(row[1])) for row in self.rows(sql, part))
        return result

    def find(self, entity_type: type[E], **equal: str) -> list[E]:
        """Records whose searchable columns equal the given values; all without any.

        The searchable columns of each kind are listed in the migrations.
        """
        kind = name_of(entity_type)
        condition = "".join(f" AND {column} = ?" for column in equal)
        sql = f"SELECT body FROM {kind} WHERE NOT deleted{condition} ORDER BY rowid"
        read = reader_of(entity_type)
        return [read(row[0]) for row in self.rows(sql, equal.values())]

    def find_in(self, entity_type: type[E], column: str, values: Iterable[str]) -> list[E]:
        """Records whose `column` holds one of `values`."""
        kind, wanted = name_of(entity_type), list(dict.fromkeys(values))
        read = reader_of(entity_type)
        result: list[E] = []
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            sql = f"SELECT body FROM {kind} WHERE NOT deleted AND {column} IN ({marks})"
            result += [read(row[0]) for row in self.rows(sql, part)]
        return result

    def count(self, entity_type: type[Entity], **equal: str) -> int:
        kind = name_of(entity_type)
        condition = "".join(f" AND {column} = ?" for column in equal)
        sql = f"SELECT count(*) FROM {kind} WHERE NOT deleted{condition}"
        return int(self.rows(sql, equal.values())[0][0])

    def stored(self, entity_type: type[E], record_id: str) -> StoredRecord | None:
        """The record with its sync state; deleted ones too."""
        kind = name_of(entity_type)
        sql = (
            f"SELECT body, server_version, deleted, EXISTS (SELECT 1 FROM outbox WHERE kind = ? "
            f"AND record_id = id) FROM {kind} WHERE id = ?"
        )
        found = self.rows(sql, (kind, record_id))
        if not found:
            return None
        body, version, deleted, pending = found[0]
        return StoredRecord(from_json(entity_type, body), version, bool(deleted), bool(pending))

    def server_versions(self, entity_type: type[Entity]) -> dict[str, int]:
        """Server version of every record of a kind."""
        return dict(self.rows(f"SELECT id, server_version FROM {name_of(entity_type)}"))

    def history(self, entity_type: type[E], record_id: str) -> list[tuple[E, int, str, str]]:
        """Earlier versions, oldest first: entity, server version, replaced at (ISO), by whom."""
        sql = (
            "SELECT body, server_version, replaced_at, replaced_by FROM history "
            "WHERE kind = ? AND record_id = ? ORDER BY sequence"
        )
        rows = self.rows(sql, (name_of(entity_type), record_id))
        return [(from_json(entity_type, body), *rest) for body, *rest in rows]

    def audit_of(self, kind: str, record_id: str) -> list[dict[str, Any]]:
        """Audit rows of one record, oldest first."""
        sql = (
            "SELECT at, actor, action, detail FROM audit WHERE kind = ? AND record_id = ? "
            "ORDER BY sequence"
        )
        return [
            {"at": at, "actor": actor, "action": action, "detail": json.loads(detail)}
            for at, actor, action, detail in self.rows(sql, (kind, record_id))
        ]

    def meta(self, key: str, default: str = "") -> str:
        """A setting of this database (device, user, cursors)."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else default

    # -- writing -------------------------------------------------------------------------------

    @contextmanager
    def transaction(self, *, actor: str, at: datetime, action: str) -> Iterator[Transaction]:
        """One durable transaction: all of it is on disk when the block ends, or none of it.

        Args:
            actor: user name of whoever does it ("" for the program itself).
            at: device time.
            action: what is being done, for the audit trail, e.g. ``visit.close``.

        Raises:
            UserError: STO-008 the disk refuses.
        """
        with writing(self.connection) as connection:
            transaction = Transaction(connection, actor, at, action, self._ids)
            yield transaction
            transaction.finish()


def record_tables() -> tuple[str, ...]:
    """Names of the tables that hold records."""
    return tuple(KINDS)


__all__ = ["Fields", "Store", "StoredRecord", "record_tables"]
