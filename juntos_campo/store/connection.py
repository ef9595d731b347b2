"""Opening the encrypted file: SQLCipher connection, handed to sqlite-utils."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlite_utils import Database

from juntos_campo.domain.errors import user_error
from juntos_campo.store.migrations import MIGRATIONS, SCHEMA_NAMES
from juntos_campo.store.problems import CANNOT_WRITE, DATABASE_TOO_NEW, DATABASE_UNREADABLE

BUSY_MILLISECONDS = 10_000


def open_database(path: Path, key: bytes) -> Database:
    """Open (or create) the encrypted database and bring its schema up to date.

    Temporary tables stay in memory: nothing unencrypted touches the disk. Every commit is on disk
    when it returns (`synchronous=FULL`).

    Raises:
        UserError: STO-004 not a database of this key, STO-005 made by a newer version,
            STO-008 the disk refuses.
    """
    try:
        connection = sqlcipher3.connect(str(path), check_same_thread=False)
    except sqlcipher3.OperationalError as error:
        raise user_error(CANNOT_WRITE, detail=str(error)) from error
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
        database = Database(connection)
        _migrate(database)
    except sqlcipher3.OperationalError as error:
        connection.close()
        raise user_error(CANNOT_WRITE, detail=str(error)) from error
    except BaseException:
        connection.close()
        raise
    return database


def _migrate(database: Database) -> None:
    applied = {migration.name for migration in MIGRATIONS.applied(database)}
    if applied - SCHEMA_NAMES:
        raise user_error(DATABASE_TOO_NEW)
    if applied != SCHEMA_NAMES:
        MIGRATIONS.apply(database)


@contextmanager
def writing(database: Database) -> Iterator[Any]:
    """One durable transaction; the disk's refusal becomes STO-008 and nothing is half written.

    Yields:
        The raw connection.
    """
    connection: Any = database.conn
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlcipher3.OperationalError as error:
        raise user_error(CANNOT_WRITE, detail=str(error)) from error
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, sqlcipher3.OperationalError):
            raise user_error(CANNOT_WRITE, detail=str(error)) from error
        raise
