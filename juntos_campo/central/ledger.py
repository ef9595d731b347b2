"""Writing records: versions, the gap-free sequence, merged operations.

A writer first locks the row of the partition it writes (`Ledger.open`) and keeps the lock until its
transaction commits. So within a partition `seq` is the order of commits: whoever has read up to the
committed `last_seq` can never be overtaken by a smaller number that commits later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.file_names import remember_names
from juntos_campo.central.tables import conflicts, partitions, record_versions, records
from juntos_campo.wire.codec import Fields
from juntos_campo.wire.merge import DELETED


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


@dataclass(frozen=True, slots=True)
class Present:
    """The standing version and where it lies."""

    partition: str
    version: Version


@dataclass(frozen=True, slots=True)
class Lost:
    """A value that gave way, to be told to everybody of the partition."""

    conflict_id: str
    path: str
    base: Any
    kept: dict[str, Any]
    lost: dict[str, Any]
    rule: str


def body_text(fields: Fields) -> str:
    """Fields as they are stored: compact JSON with sorted names, equal text for equal fields."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def ensure_partition(connection: sa.Connection, name: str) -> None:
    """Make sure that the partition exists."""
    connection.execute(
        sa.text(
            "INSERT INTO partitions (name, last_seq) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING"
        ),
        {"name": name},
    )


class Ledger:
    """The writer of one partition within one transaction.

    Attributes:
        connection: of the writing transaction.
        partition: its name.
    """

    def __init__(self, connection: sa.Connection, partition: str, last_seq: int) -> None:
        self.connection = connection
        self.partition = partition
        self._first = last_seq
        self._seq = last_seq

    @classmethod
    def open(cls, connection: sa.Connection, partition: str) -> Ledger:
        """Lock the partition for this transaction; made when it is new."""
        lock = (
            sa.update(partitions)
            .where(partitions.c.name == partition)
            .values(last_seq=partitions.c.last_seq)
            .returning(partitions.c.last_seq)
        )
        last_seq = connection.execute(lock).scalar_one_or_none()
        if last_seq is None:
            ensure_partition(connection, partition)
            last_seq = connection.execute(lock).scalar_one()
        return cls(connection, partition, last_seq)

    def take(self) -> int:
        """The next number of the partition."""
        self._seq += 1
        return self._seq

    def close(self) -> None:
        """Write the numbers taken; before the commit."""
        if self._seq != self._first:
            self.connection.execute(
                sa.update(partitions)
                .where(partitions.c.name == self.partition)
                .values(last_seq=self._seq)
            )

    def present(self, kind: str, record_id: str) -> Present | None:
        """The standing version of a record, in whatever partition it lies."""
        row = self.connection.execute(
            sa.select(records).where(records.c.kind == kind, records.c.id == record_id)
        ).first()
        return Present(row.partition, _version(row)) if row else None

    def since(self, kind: str, record_id: str, base: int, present: Version) -> list[Version]:
        """Versions from `base` (itself included when it is kept) to the present one, in order."""
        if base == present.number:
            return [present]
        rows = self.connection.execute(
            sa.select(record_versions)
            .where(
                record_versions.c.kind == kind,
                record_versions.c.id == record_id,
                record_versions.c.version >= base,
            )
            .order_by(record_versions.c.version)
        )
        return [*(_version(row) for row in rows), present]

    def write(self, kind: str, record_id: str, new: Version, old: Version | None) -> None:
        """Make `new` the standing version; `old` goes to the history."""
        remember_names(self.connection, kind, record_id, new.fields)
        values = {**_columns(new), "partition": self.partition, "seq": self.take()}
        if old is None:
            self.connection.execute(sa.insert(records).values(kind=kind, id=record_id, **values))
            return
        self.connection.execute(
            sa.insert(record_versions).values(kind=kind, id=record_id, **_columns(old))
        )
        self.connection.execute(
            sa.update(records)
            .where(records.c.kind == kind, records.c.id == record_id)
            .values(values)
        )

    def tell(self, kind: str, record_id: str, version: int, lost: Lost) -> None:
        """Put a conflict into the feed of the partition."""
        body = {"base": lost.base, "kept": lost.kept, "lost": lost.lost, "rule": lost.rule}
        self.connection.execute(
            sa.insert(conflicts).values(
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


def last_writers(versions: list[Version], base: int) -> dict[str, Version]:
    """Path -> the version after `base` that wrote it last."""
    return {path: one for one in versions if one.number > base for path in one.paths}


def removal_after(versions: list[Version], base: int) -> Version | None:
    """The version after `base` that deleted the record, when it did."""
    return last_writers(versions, base).get(DELETED)


def moment(when: datetime) -> str:
    """A moment as it is stored, to the second."""
    return when.isoformat(timespec="seconds")


def _version(row: Any) -> Version:
    return Version(
        row.version,
        json.loads(row.body),
        row.deleted,
        frozenset(json.loads(row.paths)),
        row.author,
        row.device,
        row.changed_at,
    )


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
