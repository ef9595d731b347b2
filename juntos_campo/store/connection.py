"""Opening the encrypted file with SQLCipher.

sqlite-utils, which applies the steps of the schema, is named and not imported: it is needed once after
each update of the program, and loading it takes as long as opening the window's first screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import sqlcipher3

from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error
from juntos_campo.store.migrations import MIGRATION_SET, SCHEMA_NAMES
from juntos_campo.store.problems import CANNOT_WRITE, DATABASE_TOO_NEW, DATABASE_UNREADABLE

BUSY_MILLISECONDS = 10_000


def open_database(path: Path, key: bytes) -> Any:
    """Open (or create) the encrypted database and bring its schema up to date.

    Temporary tables stay in memory: nothing unencrypted touches the disk. Every commit is on disk
    when it returns (`synchronous=FULL`).

    Returns:
        The raw connection, which behaves as one of the standard library's.

    Raises:
        UserError: STO-004 not a database of this key, STO-005 made by a newer version,
            STO-008 the disk refuses.
    """
    try:
        connection = sqlcipher3.connect(str(path), check_same_thread=False)
    except sqlcipher3.OperationalError as error:
        raise user_error(CANNOT_WRITE, detail=disk_reason(error)) from error
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.DatabaseError as error:
        connection.close()
        raise user_error(DATABASE_UNREADABLE) from error
    try:
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "cache_size = -16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _migrate(connection)
    except sqlcipher3.OperationalError as error:
        connection.close()
        raise user_error(CANNOT_WRITE, detail=disk_reason(error)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: Any) -> None:
    applied = _applied(connection)
    if applied - SCHEMA_NAMES:
        raise user_error(DATABASE_TOO_NEW)
    if applied != SCHEMA_NAMES:
        resolve_name("juntos_campo.store.schema:bring_up_to_date")(connection)


def _applied(connection: Any) -> set[str]:
    """Names of the steps that sqlite-utils recorded; see `store.schema`."""
    tables = "SELECT count(*) FROM sqlite_master WHERE name = '_sqlite_migrations'"
    if not connection.execute(tables).fetchone()[0]:
        return set()
    names = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"
    return {row[0] for row in connection.execute(names, (MIGRATION_SET,))}


@contextmanager
def writing(connection: Any) -> Iterator[Any]:
    """One durable transaction; the disk's refusal becomes STO-008 and nothing is half written.

    Yields:
        The same connection.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlcipher3.OperationalError as error:
        raise user_error(CANNOT_WRITE, detail=disk_reason(error)) from error
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, sqlcipher3.OperationalError):
            raise user_error(CANNOT_WRITE, detail=disk_reason(error)) from error
        raise
