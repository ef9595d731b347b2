"""Writing records: the record, its outbox entry, its audit row and the search index move together."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from juntos_campo.domain.entities import Entity
from juntos_campo.domain.ids import Ids
from juntos_campo.domain.kinds import kind_of
from juntos_campo.store.search import forget_removed, reindex
from juntos_campo.wire.codec import Fields, changed_fields, dump_json, encode, unknown_fields
from juntos_campo.wire.merge import Changes, diff

KEEPS_HISTORY = frozenset({"visit", "form_record", "field_record"})
"""Kinds whose earlier versions stay readable beside the present one."""

CLOCK_OFFSET = "clock.offset"
"""Meta: seconds to add to this laptop's clock for the server's, as last seen."""

OPERATION_ID_DIGITS = 24
"""Of an id's 32: 96 random bits tell operations apart, and every one of them travels."""


class Transaction:
    """What may be done inside `Store.transaction`.

    Attributes:
        touched: kind -> ids of the records written so far.
        households: ids of the households concerned.
        forgets_names: names were removed for good; the index of names must not remember them either.
    """

    def __init__(self, connection: Any, actor: str, at: datetime, action: str, ids: Ids) -> None:
        self.connection = connection
        self.actor = actor
        self.at = at
        self.action = action
        self.touched: dict[str, set[str]] = {}
        self.households: set[str] = set()
        self._ids = ids
        self._reindex: set[str] = set()
        self._reindex_all = False
        self.forgets_names = False
        self._clock_offset: int | None = None
        self._clock_known = False

    # -- edits of the user ---------------------------------------------------------------------

    def save(self, entity: Entity, *, audit: Fields | None = None) -> bool:
        """Save an edit of this laptop's user: record, outbox, audit.

        Returns:
            False when nothing differed from what was stored (nothing is written then).
        """
        kind = kind_of(entity)
        old = self._stored(kind, entity.id)
        # Of a deleted record too: the server keeps its fields, so what is gone must be told.
        old_fields = old[0] if old else None
        extra = unknown_fields(kind, old[0]) if old else {}
        fields = encode(entity, extra)
        changed = changed_fields(old_fields, fields)
        if old and not old[2] and not changed:
            return False
        version = old[1] if old else 0
        if old:
            self._keep_history(kind, entity.id, old[0], version)
        self._write(kind, entity, extra, version)
        self._enqueue(kind, entity.id, version, diff(old_fields, fields), deleted=False)
        self.audit(kind, entity.id, audit or {"fields": sorted(changed)})
        return True

    def delete(self, entity: Entity) -> None:
        """Soft-delete a record; the server is told."""
        kind = kind_of(entity)
        old = self._stored(kind, entity.id)
        if old is None or old[2]:
            return
        self.connection.execute(f"UPDATE {kind} SET deleted = 1 WHERE id = ?", (entity.id,))
        self._enqueue(kind, entity.id, old[1], Changes(), deleted=True)
        self._note(kind, entity)
        self.audit(kind, entity.id, {"deleted": True})

    # -- data of the office --------------------------------------------------------------------

    def load(self, entity: Entity) -> bool:
        """Store a record that comes from the office's own file: no outbox entry.

        Returns:
            False when it was there already, the same.
        """
        kind = kind_of(entity)
        old = self._stored(kind, entity.id)
        extra = unknown_fields(kind, old[0]) if old else {}
        if old and not old[2] and not changed_fields(old[0], encode(entity, extra)):
            return False
        self._write(kind, entity, extra, old[1] if old else 0)
        return True

    def apply_server(
        self, entity: Entity, extra: Fields, *, version: int, deleted: bool, author: str
    ) -> None:
        """Store the version of a record that the server sent.

        Changes of it that still wait in the outbox must have been laid over `entity` by the caller.
        """
        kind = kind_of(entity)
        old = self._stored(kind, entity.id)
        if old and kind in KEEPS_HISTORY and changed_fields(old[0], encode(entity, extra)):
            self._keep_history(kind, entity.id, old[0], old[1], author)
        self._write(kind, entity, extra, version, deleted=deleted)

    def set_server_version(self, kind: str, record_id: str, version: int) -> None:
        """The server acknowledged `version` of a record; never back to an earlier one."""
        self.connection.execute(
            f"UPDATE {kind} SET server_version = max(server_version, ?) WHERE id = ?",
            (version, record_id),
        )

    def note(self, kind: str, record_id: str, household_id: str = "") -> None:
        """Another module of `store` wrote or removed a record: whatever is derived from it follows.

        Args:
            household_id: the household it is or is about; empty for none.
        """
        self.touched.setdefault(kind, set()).add(record_id)
        if household_id:
            self.households.add(household_id)
            if kind in ("household", "member"):
                self._reindex.add(household_id)
        elif kind == "settlement":
            self._reindex_all = True

    def keep_history(
        self, kind: str, record_id: str, fields: Fields, version: int, by: str
    ) -> None:
        """Keep a version that is replaced now, of the kinds whose versions are kept."""
        self._keep_history(kind, record_id, fields, version, by)

    # -- other rows ----------------------------------------------------------------------------

    def set_meta(self, key: str, value: str) -> None:
        self.connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def audit(self, kind: str, record_id: str, detail: Fields) -> None:
        """An audit row: who did what to which record. The detail names fields, never values."""
        self.connection.execute(
            "INSERT INTO audit (at, actor, action, kind, record_id, detail) VALUES (?,?,?,?,?,?)",
            (self.at.isoformat(), self.actor, self.action, kind, record_id, json.dumps(detail)),
        )

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        """A statement of another module of `store`."""
        return self.connection.execute(sql, parameters)

    def finish(self) -> None:
        """Bring derived rows in line; called before the commit."""
        if self._reindex_all:
            reindex(self.connection, None)
        elif self._reindex:
            reindex(self.connection, self._reindex)
        if self.forgets_names:
            forget_removed(self.connection)
        self.connection.executemany(
            "DELETE FROM attention WHERE household_id = ?", [(one,) for one in self.households]
        )

    # -- inside --------------------------------------------------------------------------------

    def _stored(self, kind: str, record_id: str) -> tuple[Fields, int, bool] | None:
        row = self.connection.execute(
            f"SELECT body, server_version, deleted FROM {kind} WHERE id = ?", (record_id,)
        ).fetchone()
        if row is None:
            return None
        fields = json.loads(row[0])
        del fields["id"]
        return fields, row[1], bool(row[2])

    def _write(
        self, kind: str, entity: Entity, extra: Fields, version: int, *, deleted: bool = False
    ) -> None:
        self.connection.execute(
            f"INSERT INTO {kind} (id, server_version, deleted, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET server_version = excluded.server_version, "
            "deleted = excluded.deleted, body = excluded.body",
            (entity.id, version, int(deleted), dump_json(entity, extra)),
        )
        self._note(kind, entity)

    def _note(self, kind: str, entity: Entity) -> None:
        self.note(kind, entity.id, household_of(kind, entity))

    def _keep_history(
        self, kind: str, record_id: str, fields: Fields, version: int, by: str | None = None
    ) -> None:
        if kind not in KEEPS_HISTORY:
            return
        self.connection.execute(
            "INSERT INTO history (kind, record_id, sequence, body, server_version, replaced_at, "
            "replaced_by) VALUES (?, ?, (SELECT count(*) FROM history WHERE kind = ? AND "
            "record_id = ?), ?, ?, ?, ?)",
            (
                kind,
                record_id,
                kind,
                record_id,
                json.dumps({"id": record_id, **fields}, ensure_ascii=False),
                version,
                self.at.isoformat(),
                self.actor if by is None else by,
            ),
        )

    def _enqueue(
        self, kind: str, record_id: str, version: int, changes: Changes, *, deleted: bool
    ) -> None:
        op_id = self._ids()[-OPERATION_ID_DIGITS:]
        before = self.connection.execute(
            "SELECT op_id FROM last_operation WHERE kind = ? AND record_id = ?", (kind, record_id)
        ).fetchone()
        self.connection.execute(
            "INSERT INTO outbox (op_id, kind, record_id, base_version, fields, removed, deleted, "
            "author, device_time, prev, clock_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                op_id,
                kind,
                record_id,
                self._base(kind, record_id, version),
                json.dumps(changes.fields, ensure_ascii=False),
                json.dumps(changes.removed),
                int(deleted),
                self.actor,
                self.at.isoformat(),
                before[0] if before else "",
                self._offset(),
            ),
        )
        # What this operation wrote is known to whoever edits the record next on this laptop.
        self.connection.execute(
            "INSERT OR REPLACE INTO last_operation (kind, record_id, op_id) VALUES (?, ?, ?)",
            (kind, record_id, op_id),
        )

    def _base(self, kind: str, record_id: str, version: int) -> int:
        """The version an edit made now is built on: no newer than that of a refused one under it.

        What the server refused still lies over what came since, and hides it from who edits.
        """
        hidden = self.connection.execute(
            "SELECT min(base_version) FROM outbox WHERE kind = ? AND record_id = ? "
            "AND refusal IS NOT NULL",
            (kind, record_id),
        ).fetchone()
        return version if hidden[0] is None else min(version, int(hidden[0]))

    def _offset(self) -> int | None:
        """Seconds the server's clock was ahead when it was last met; read once a transaction."""
        if not self._clock_known:
            row = self.connection.execute(
                "SELECT value FROM meta WHERE key = ?", (CLOCK_OFFSET,)
            ).fetchone()
            self._clock_offset = int(row[0]) if row else None
            self._clock_known = True
        return self._clock_offset


def household_of(kind: str, entity: Entity) -> str:
    """Id of the household a record is, or is about; empty for none."""
    found: str = entity.id if kind == "household" else getattr(entity, "household_id", "")
    return found
