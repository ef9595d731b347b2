"""Holding what laptops were told against what stands in the server's database."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.tables import operations, partitions, record_versions, records
from juntos_campo.central.verifying import verify
from juntos_campo.store.outbox import Operation

from .load_clients import Told

Record = tuple[str, str]
"""Kind and id."""


def complaints(database: Database, told: Sequence[Told], laptops: Sequence[str]) -> list[str]:
    """What does not hold.

    Args:
        laptops: the gestor of each of `told`.
    """
    found = [fault for one in told for fault in one.faults]
    with database.snapshot() as connection:
        found += _acknowledged(connection, told)
        found += _versions(connection)
        found += _numbers(connection)
        found += _converged(connection, told, laptops)
    found += [str(one) for one in verify(database, all_files=True).findings]
    return found


def kept(database: Database) -> dict[str, int]:
    """How much there is, for the figures."""
    with database.reading() as connection:
        return {
            f"{table.name} on the server": connection.execute(
                sa.select(sa.func.count()).select_from(table)
            ).scalar_one()
            for table in (operations, records, record_versions)
        }


def _acknowledged(connection: sa.Connection, told: Sequence[Told]) -> Iterator[str]:
    """Every acknowledged change is there once, as part of the version the laptop was told, and whole."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(sa.select(operations)):
        rows[row.op_id].append(row)
    bodies = {(one.kind, one.id): one for one in connection.execute(sa.select(records))}
    ever = {op_id for one in told for op_id in one.sent}
    for op_id in rows.keys() - ever:
        yield f"nobody sent {op_id}"
    for one in told:
        for op_id, ack in one.acknowledged.items():
            if len(rows[op_id]) != 1:
                yield f"acknowledged, and there {len(rows[op_id])} times: {op_id}"
                continue
            (row,) = rows[op_id]
            if (row.kind, row.id, row.version) != (ack.kind, ack.record_id, ack.version):
                yield f"acknowledged as {ack}, kept as version {row.version} of {row.kind} {row.id}"
            standing = bodies.get((ack.kind, ack.record_id))
            if standing is None:
                yield f"lost: {ack.kind} {ack.record_id}"
                continue
            if standing.version < ack.version:
                yield f"{ack.kind} {ack.record_id}: {standing.version} stands, {ack.version} was told"
            yield from _missing(one.sent[op_id], json.loads(standing.body))


def _missing(operation: Operation, body: dict[str, Any]) -> Iterator[str]:
    """What a change wrote and does not stand. Nobody ever writes over another's answer here."""
    for path, value in operation.fields.items():
        name, _, key = path.partition("/")
        stands = body.get(name, {}).get(key) if key else body.get(name)
        if stands != value:
            yield f"lost: {operation.kind} {operation.record_id} {path}: {stands!r} for {value!r}"


def _versions(connection: sa.Connection) -> Iterator[str]:
    """Versions of each record count 1, 2, 3 ...; each that a laptop made was made by one operation."""
    numbers: dict[Record, list[int]] = defaultdict(list)
    for table in (records, record_versions):
        for kind, id_, version in connection.execute(
            sa.select(table.c.kind, table.c.id, table.c.version)
        ):
            numbers[kind, id_].append(version)
    for record, versions in numbers.items():
        if sorted(versions) != list(range(1, len(versions) + 1)):
            yield f"torn: versions of {record}: {sorted(versions)}"
    one = operations.c
    makers = Counter(
        tuple(row)
        for row in connection.execute(sa.select(one.kind, one.id, one.version).where(one.made))
    )
    yield from (f"made twice: {version}" for version, times in makers.items() if times > 1)
    for kind, id_, version in connection.execute(
        sa.select(one.kind, one.id, one.version).where(~one.made)
    ):
        if version not in numbers[kind, id_]:
            yield f"torn: an operation without its version {version} of {kind} {id_}"
    made: dict[Record, set[int]] = defaultdict(set)
    for kind, id_, version in makers:
        made[kind, id_].add(version)
    for record, versions_made in made.items():
        if versions_made != set(numbers[record]):
            yield f"torn: {record} has {numbers[record]}, operations made {sorted(versions_made)}"


def _numbers(connection: sa.Connection) -> Iterator[str]:
    """No two rows of a feed share a number, and none is above what the partition gave out."""
    ends = {row.name: row.last_seq for row in connection.execute(sa.select(partitions))}
    seen: Counter[tuple[str, int]] = Counter()
    for partition, seq in connection.execute(sa.select(records.c.partition, records.c.seq)):
        seen[partition, seq] += 1
        if seq > ends[partition]:
            yield f"{partition}: number {seq} above {ends[partition]}"
    yield from (f"number given twice: {place}" for place, times in seen.items() if times > 1)


def _converged(
    connection: sa.Connection, told: Sequence[Told], laptops: Sequence[str]
) -> Iterator[str]:
    """Every laptop holds its gestor's visits as the server does."""
    stands: dict[str, dict[str, tuple[int, Any]]] = defaultdict(dict)
    for row in connection.execute(sa.select(records).where(records.c.kind == "visit")):
        body = json.loads(row.body)
        stands[body["field_worker"]][row.id] = (row.version, body["answers"])
    for user, one in zip(laptops, told, strict=True):
        if one.holds != stands[user]:
            differing = [
                key
                for key in one.holds.keys() | stands[user].keys()
                if one.holds.get(key) != stands[user].get(key)
            ]
            yield f"a laptop of {user} holds {len(differing)} visits otherwise: {differing[:3]}"
