"""The queries of an exchange straight in psycopg: nothing is authorised, merged, packed or sent.

This is what the server is measured against. Statements are prepared and each waits for the one before,
as in the server; what must be durable is committed once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import psycopg

from juntos_campo.central.authorisation import REFERENCE, partition_of

WHO = (
    "SELECT u.name, u.full_name, u.role, u.zone, u.unit, d.id, d.counter, d.stamp, d.stamp_before "
    "FROM users u JOIN devices d ON d.user_name = u.name "
    "WHERE d.token_hash = %s AND NOT d.revoked AND u.active"
)
STAMP = (
    "UPDATE devices SET seen_at = %s, stamp = %s, stamp_before = stamp, asked = %s, counter = %s "
    "WHERE id = %s AND NOT revoked RETURNING id"
)
ENDS = "SELECT name, last_seq, unit FROM partitions WHERE name = ANY(%s)"
FEED = (
    "SELECT kind, id, version, seq, partition, deleted, body, author, changed_at, flags, household "
    "FROM records WHERE unit = %s AND partition = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT 500"
)
LOCK = "UPDATE partitions SET last_seq = last_seq + %s WHERE name = %s RETURNING last_seq, unit"
KNOWN = "SELECT op_id, author, version FROM operations WHERE unit = ANY(%s) AND op_id = ANY(%s)"
LIES = (
    "SELECT id, partition, household FROM records "
    "WHERE unit = ANY(%s) AND kind = %s AND id = ANY(%s)"
)
PRESENT = "SELECT * FROM records WHERE unit = %s AND kind = 'visit' AND id = %s"
RECORD = (
    "INSERT INTO records (unit, kind, id, partition, seq, version, deleted, body, paths, author, "
    "device, changed_at, household, flags) VALUES (%s, 'visit', %s, %s, %s, 1, false, %s, '[]', %s, "
    "%s, %s, '', '[]')"
)
OPERATION = (
    "INSERT INTO operations (unit, op_id, device, kind, id, version, outcome, author, counter, "
    "device_time, received_at, prev, flags, made) VALUES (%s, %s, %s, 'visit', %s, 1, 'applied', %s, "
    "%s, %s, %s, '', '[]', true)"
)
CHAIN = "SELECT length, head FROM audit_chains WHERE name = %s FOR UPDATE"
BEGIN_CHAIN = (
    "INSERT INTO audit_chains (name, length, head, seal) VALUES (%s, 0, '', '') "
    "ON CONFLICT (name) DO NOTHING"
)
AUDIT = (
    "INSERT INTO audit (at, actor, device, action, kind, id, detail, position, hash) "
    "VALUES (%s, %s, %s, 'record.applied', 'visit', %s, 'version 1', %s, %s)"
)
END_CHAIN = "UPDATE audit_chains SET length = %s, head = %s, seal = %s WHERE name = %s"

QUIET = (WHO, STAMP, ENDS)
"""Of an exchange with nothing new."""

DAY = (WHO, STAMP, KNOWN, LIES, LOCK, PRESENT, RECORD, OPERATION, CHAIN, AUDIT, END_CHAIN, ENDS)
"""Of one that brings visits."""

_NOW = "2026-11-22T08:00:00-05:00"
_AUDIT_SUFFIX = ".straight"
_stamps = count(1)

Step = Callable[[], object]


def quiet(
    database: str, device: str, token: str, worker: str, _visits: Sequence[tuple[str, str]]
) -> Step:
    """An exchange with nothing new: who asks, the stamp (committed), where the feed ends."""
    connection = psycopg.connect(database, autocommit=True, prepare_threshold=1)
    digest = hashlib.sha256(token.encode()).hexdigest()
    names = [REFERENCE, partition_of(worker)]

    def step() -> None:
        connection.execute(WHO, (digest,)).fetchall()
        stamp = f"s{next(_stamps)}"
        connection.execute(STAMP, (_NOW, stamp, "0:asked", 0, device)).fetchall()
        connection.execute(ENDS, (names,)).fetchall()

    return step


def day(
    database: str, device: str, token: str, worker: str, visits: Sequence[tuple[str, str]]
) -> Step:
    """An exchange with a day's visits, each looked up and written as the server must."""
    connection = psycopg.connect(database, autocommit=True, prepare_threshold=1)
    digest = hashlib.sha256(token.encode()).hexdigest()
    own, chain = partition_of(worker), worker + _AUDIT_SUFFIX
    ops = [f"op-{device}-{number}" for number in range(len(visits))]
    ids = [one for one, _ in visits]

    def step() -> None:
        connection.execute(WHO, (digest,)).fetchall()
        connection.execute(STAMP, (_NOW, f"s{next(_stamps)}", "0:asked", 0, device)).fetchall()
        ends = connection.execute(ENDS, ([REFERENCE, own],)).fetchall()
        unit = next(row[2] for row in ends if row[0] == own)
        connection.execute(KNOWN, ([unit, ""], ops)).fetchall()
        connection.execute(LIES, ([unit, ""], "visit", ids)).fetchall()
        with connection.transaction():
            last, _ = connection.execute(LOCK, (len(visits), own)).fetchone() or (0, "")
            for number, (record_id, body) in enumerate(visits):
                connection.execute(PRESENT, (unit, record_id)).fetchall()
                place = last - len(visits) + number + 1
                row = (unit, record_id, own, place, body, worker, device, _NOW)
                connection.execute(RECORD, row)
                told = (unit, ops[number], device, record_id, worker, number, _NOW, _NOW)
                connection.execute(OPERATION, told)
            _audit(connection, chain, device, ids)
        connection.execute(ENDS, ([REFERENCE, own],)).fetchall()

    return step


def _audit(
    connection: psycopg.Connection[Any], chain: str, device: str, ids: Sequence[str]
) -> None:
    connection.execute(BEGIN_CHAIN, (chain,))
    length, head = connection.execute(CHAIN, (chain,)).fetchone() or (0, "")
    rows = []
    for number, one in enumerate(ids, int(length) + 1):
        head = hashlib.sha256(f"{head} {one}".encode()).hexdigest()
        rows.append((_NOW, chain, device, one, number, head))
    with connection.cursor() as cursor:
        cursor.executemany(AUDIT, rows)
    connection.execute(END_CHAIN, (int(length) + len(ids), head, head, chain))


def again(connection: psycopg.Connection[Any], statements: Sequence[tuple[str, Any]]) -> None:
    """The server's own statements once more, one after the other; what they give is thrown away.

    A stamp is given but once: that statement finds nothing to write, and so waits for no disk.
    """
    for text, given in statements:
        cursor = connection.execute(text.encode(), given)
        if cursor.description is not None:
            cursor.fetchall()


def read_all(
    connection: psycopg.Connection[Any], worker: str, reference: bool = True
) -> tuple[int, int]:
    """All rows a first download brings, in pages of 500, as if their order did not matter; how many, and
    bytes of their bodies."""
    names = [*([REFERENCE] if reference else []), partition_of(worker)]
    rows = size = 0
    ends = connection.execute(ENDS, (names,)).fetchall()
    own = next(unit for name, _, unit in ends if name != REFERENCE)
    # Reference data lies by unit: what is everybody's, and that of the field worker's.
    pairs = [(name, last, one) for name, last, unit in ends for one in sorted({unit, own})]
    for name, last, unit in pairs:
        reached = 0
        while reached < last:
            page = connection.execute(FEED, (unit, name, reached, last)).fetchall()
            rows += len(page)
            size += sum(len(row[6]) for row in page)
            reached = page[-1][3] if len(page) == 500 else last
    return rows, size
