"""Writing records: versions, the gap-free sequence, merged operations.

A writer first locks the row of the partition it writes (`Ledger.open`) and keeps the lock until its
transaction commits. So within a partition `seq` is the order of commits: whoever has read up to the
committed `last_seq` can never be overtaken by a smaller number that commits later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.file_names import remember_names
from juntos_campo.central.tables import (
    conflicts,
    partitions,
    record_versions,
    records,
    removals,
    users,
)
from juntos_campo.wire.codec import Fields

FIELD_WORKERS = "fw:"
"""How the names of field workers' partitions begin."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record: what it holds, what it changed, and by whom."""

    number: int
    fields: Fields
    deleted: bool
    paths: frozenset[str]
    author: str
    device: str
    changed_at: str
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Present:
    """The standing version, where it lies, and the household it is or is about (empty: none)."""

    partition: str
    version: Version
    household: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A value that gave way, to be told to everybody of the partition."""

    conflict_id: str
    path: str
    base: Any
    kept: dict[str, Any]
    lost: dict[str, Any]
    rule: str


def body_text(fields: Fields | list[str]) -> str:
    """Fields as they are stored: compact JSON with sorted names, equal text for equal fields."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def ensure_partition(connection: sa.Connection, name: str) -> None:
    """Make sure that the partition exists; a field worker's lies in his unit."""
    lies_in = ""
    if name.startswith(FIELD_WORKERS):
        unit = sa.select(users.c.unit).where(users.c.name == name.removeprefix(FIELD_WORKERS))
        lies_in = connection.execute(unit).scalar_one_or_none() or ""
    connection.execute(
        sa.text(
            "INSERT INTO partitions (name, last_seq, unit) VALUES (:name, 0, :unit) "
            "ON CONFLICT (name) DO NOTHING"
        ),
        {"name": name, "unit": lies_in},
    )


class Ledger:
    """The writer of one partition within one transaction.

    Attributes:
        connection: of the writing transaction.
        partition: its name.
        unit: the territorial unit in which it lies.
    """

    def __init__(self, connection: sa.Connection, partition: str, last_seq: int, unit: str) -> None:
        self.connection = connection
        self.partition = partition
        self.unit = unit
        self._first = last_seq
        self._seq = last_seq
        self._held: dict[sa.Table, list[dict[str, Any]]] | None = None

    @classmethod
    def open(cls, connection: sa.Connection, partition: str) -> Ledger:
        """Lock the partition for this transaction; made when it is new."""
        lock = (
            sa.update(partitions)
            .where(partitions.c.name == partition)
            .values(last_seq=partitions.c.last_seq)
            .returning(partitions.c.last_seq, partitions.c.unit)
        )
        row = connection.execute(lock).first()
        if row is None:
            ensure_partition(connection, partition)
            row = connection.execute(lock).one()
        return cls(connection, partition, row.last_seq, row.unit)

    @classmethod
    def open_all(cls, connection: sa.Connection, names: Iterable[str]) -> dict[str, Ledger]:
        """Lock several partitions, always in the order of their names: nobody waits in a circle."""
        return {name: cls.open(connection, name) for name in sorted(set(names))}

    @property
    def begun(self) -> int:
        """The last number that was taken before this ledger was opened."""
        return self._first

    @property
    def taken(self) -> int:
        """The last number of the partition that was taken."""
        return self._seq

    def take(self) -> int:
        """The next number of the partition."""
        self._seq += 1
        return self._seq

    def hold(self) -> None:
        """From now on, write new rows together: when the ledger is asked for something, or closed.

        For whoever writes many and reads them by this ledger alone, or after `flush`.
        """
        self._held = {}

    def insert(self, table: sa.Table, values: dict[str, Any]) -> None:
        """Write a new row, at once or with others (`hold`)."""
        if self._held is None:
            self.connection.execute(sa.insert(table), values)
        else:
            self._held.setdefault(table, []).append(values)

    def flush(self) -> None:
        """Write what was held."""
        for table, rows in (self._held or {}).items():
            self.connection.execute(sa.insert(table), rows)
        if self._held:
            self._held = {}

    def close(self) -> None:
        """Write the numbers taken; before the commit."""
        self.flush()
        if self._seq != self._first:
            self.connection.execute(
                sa.update(partitions)
                .where(partitions.c.name == self.partition)
                .values(last_seq=self._seq)
            )

    def present(self, kind: str, record_id: str) -> Present | None:
        """The standing version of a record, in whatever partition of the unit it lies."""
        self.flush()
        this = (records.c.unit == self.unit, records.c.kind == kind, records.c.id == record_id)
        row = self.connection.execute(sa.select(records).where(*this)).first()
        if row is None:
            return None
        version = standing_version(row)
        return Present(row.partition, version, row.household)

    def since(self, kind: str, record_id: str, base: int, present: Version) -> list[Version]:
        """Versions from `base` (itself included when it is kept) to the present one, in order."""
        if base == present.number:
            return [present]
        self.flush()
        rows = self.connection.execute(
            sa.select(record_versions)
            .where(
                record_versions.c.unit == self.unit,
                record_versions.c.kind == kind,
                record_versions.c.id == record_id,
                record_versions.c.version >= base,
            )
            .order_by(record_versions.c.version)
        )
        return [*(version_of(row) for row in rows), present]

    def write(self, kind: str, record_id: str, new: Version, old: Version | None) -> str:
        """Make `new` the standing version; `old`, which lies in the same unit, goes to the history.

        Returns:
            The household the record is or is about; empty for none.
        """
        if kind == "review":
            self.flush()
        household = household_of(self.connection, self.unit, kind, record_id, new.fields)
        remember_names(self.connection, kind, record_id, new.fields)
        values = {
            **_columns(new),
            "partition": self.partition,
            "seq": self.take(),
            "household": household,
            "flags": body_text(sorted(new.flags)),
        }
        if old is None:
            self.insert(records, {"unit": self.unit, "kind": kind, "id": record_id, **values})
            return household
        self.flush()
        self.connection.execute(
            sa.insert(record_versions).values(
                unit=self.unit, kind=kind, id=record_id, **_columns(old)
            )
        )
        this = (records.c.unit == self.unit, records.c.kind == kind, records.c.id == record_id)
        self.connection.execute(sa.update(records).where(*this).values(values))
        return household

    def first_row(
        self, kind: str, record_id: str, fields: Fields, by: str, now: str, household: str
    ) -> dict[str, Any]:
        """A first version as a row, for whoever writes them by the hundred."""
        new = Version(1, fields, False, frozenset(), by, "", now)
        return {
            **_columns(new),
            "unit": self.unit,
            "kind": kind,
            "id": record_id,
            "partition": self.partition,
            "seq": self.take(),
            "household": household,
        }

    def remove(self, reason: str, kind: str, record_id: str, now: str) -> None:
        """Tell whoever reads this partition that something left it; `reason` as in `Removal`."""
        self.connection.execute(
            sa.insert(removals).values(
                unit=self.unit,
                partition=self.partition,
                seq=self.take(),
                reason=reason,
                kind=kind,
                id=record_id,
                at=now,
            )
        )

    def tell(self, kind: str, record_id: str, version: int, lost: Lost) -> None:
        """Put a conflict into the feed of the partition."""
        body = {"base": lost.base, "kept": lost.kept, "lost": lost.lost, "rule": lost.rule}
        self.connection.execute(
            sa.insert(conflicts).values(
                unit=self.unit,
                partition=self.partition,
                seq=self.take(),
                conflict_id=lost.conflict_id,
                kind=kind,
                id=record_id,
                path=lost.path,
                version=version,
                body=body_text(body),
            )
        )


def household_of(
    connection: sa.Connection, unit: str, kind: str, record_id: str, fields: Mapping[str, Any]
) -> str:
    """The household a record is or is about; a review that of the record it judges. Empty: none.

    Args:
        unit: in which what a review judges lies.
    """
    if kind == "household":
        return record_id
    if kind != "review":
        about = fields.get("household_id")
        return about if isinstance(about, str) else ""
    target = sa.select(records.c.household).where(
        records.c.unit == unit,
        records.c.kind == str(fields.get("target_kind")),
        records.c.id == str(fields.get("target_id")),
    )
    return connection.execute(target).scalar_one_or_none() or ""


def last_writers(versions: list[Version], base: int) -> dict[str, Version]:
    """Path -> the version after `base` that wrote it last."""
    return {path: one for one in versions if one.number > base for path in one.paths}


def moment(when: datetime) -> str:
    """A moment as it is stored, to the second."""
    return when.isoformat(timespec="seconds")


def version_of(row: Any) -> Version:
    """What a row of `records` or `record_versions` holds, but for the flags."""
    return Version(
        row.version,
        json.loads(row.body),
        row.deleted,
        frozenset(json.loads(row.paths)),
        row.author,
        row.device,
        row.changed_at,
    )


def standing_version(row: Any) -> Version:
    """What a row of `records` holds, with its flags."""
    return replace(version_of(row), flags=frozenset(json.loads(row.flags)))


def _columns(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "deleted": version.deleted,
        "body": body_text(version.fields),
        "paths": json.dumps(sorted(version.paths), ensure_ascii=False, separators=(",", ":")),
        "author": version.author,
        "device": version.device,
        "changed_at": version.changed_at,
    }
