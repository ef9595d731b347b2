"""Restoring a backup into an empty database of either engine: all of it or nothing.

The whole file is read and checked before the first row is written; then everything happens in one
transaction: the schema of the backup's revision, the rows, the migrations since. Afterwards every partition
counts on from far above where it was: what laptops received after the backup had numbers too, and theirs
must not be mistaken for what is recorded from now on (`PROTOCOL.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command
from psycopg import sql

from juntos_campo.central.backup import kind_of_column
from juntos_campo.central.backup_file import DamagedError
from juntos_campo.central.backup_problems import BACKUP_NEWER, NOT_EMPTY, RESTORE_FAILED
from juntos_campo.central.backup_reading import (
    BackupReader,
    Header,
    TableEntry,
    opened_backup,
    read_backup,
)
from juntos_campo.central.copy_text import read_rows
from juntos_campo.central.database import Database, alembic_config, revision_of, scripts
from juntos_campo.central.problems import DATABASE_UNREACHABLE
from juntos_campo.central.tables import audit, leaves, metadata, partitions, records, units
from juntos_campo.central.trail import note
from juntos_campo.central.units import prepare_unit
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import OFFICE

NUMBERS_AHEAD = 1_000_000_000
"""How far above its last number each partition goes on; no territory has had so many in between."""

_ROWS_AT_ONCE = 500
_VERSIONS = "alembic_version"

Progress = Callable[[str, int], None]
"""Is told what is under way, and how many rows of it are done."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored: the backup's header, and the rows of each table."""

    header: Header
    rows: dict[str, int]
    migrated: bool


def restore(
    database: Database,
    path: Path,
    clock: Clock,
    *,
    passphrase: bytes | None = None,
    progress: Progress = lambda _what, _rows: None,
) -> RestoreReport:
    """Restore the backup `path` into an empty database.

    Raises:
        UserError: CEN-202, CEN-301 to CEN-305, CEN-309 to CEN-311. Nothing was changed.
    """
    checked = read_backup(path, passphrase, lambda table, rows: progress(f"revisar {table}", rows))
    try:
        with database.writing() as connection:
            _require_empty(connection)
            _make_schema(connection, checked.header.revision)
            rows = _fill(connection, path, passphrase, progress)
            _set_sequences(connection)
            config = alembic_config(connection)
            command.upgrade(config, "head")
            connection.execute(
                sa.update(partitions).values(last_seq=partitions.c.last_seq + NUMBERS_AHEAD)
            )
            made = f"backup {checked.header.made_at}"
            note(connection, clock.now(), OFFICE, "", "server.restored", detail=made)
    except (sa.exc.TimeoutError, sa.exc.InterfaceError) as error:
        raise user_error(DATABASE_UNREACHABLE) from error
    except (sa.exc.SQLAlchemyError, psycopg.Error, ValueError, KeyError) as error:
        cause = getattr(error, "orig", None) or error
        raise user_error(RESTORE_FAILED, reason=type(cause).__name__) from error
    migrated = checked.header.revision != scripts().get_current_head()
    return RestoreReport(checked.header, rows, migrated)


def _require_empty(connection: sa.Connection) -> None:
    """Raises UserError CEN-310. What `init` alone leaves counts as empty."""
    present = set(sa.inspect(connection).get_table_names())
    foreign = sorted(present - metadata.tables.keys() - {_VERSIONS})
    if foreign:
        raise user_error(NOT_EMPTY, what=f"tiene la tabla «{foreign[0]}»")
    for name in sorted(present - {_VERSIONS, "keys"}):
        first = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
        if connection.execute(first).first() is not None:
            raise user_error(NOT_EMPTY, what=f"hay filas en «{name}»")
    if _VERSIONS in present:
        revision = revision_of(connection)
        if revision is not None and revision not in {one.revision for one in _revisions()}:
            raise user_error(NOT_EMPTY, what="la preparó otra versión del programa")
        command.downgrade(alembic_config(connection), "base")


def _revisions() -> Iterable[Any]:
    return scripts().walk_revisions()


def _make_schema(connection: sa.Connection, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)
    present = sa.inspect(connection).get_table_names()
    if "keys" in present:  # a migration makes a key; those of the backup come instead
        connection.execute(sa.delete(metadata.tables["keys"]))


def _fill(
    connection: sa.Connection, path: Path, passphrase: bytes | None, progress: Progress
) -> dict[str, int]:
    known = sa.MetaData()
    known.reflect(connection, only=lambda name, _all: name in metadata.tables)
    with opened_backup(path, passphrase) as reader:
        _fill_tables(connection, reader, known, path, progress)
    return {name: one.rows for name, one in reader.manifest.tables.items()}


def _fill_tables(
    connection: sa.Connection,
    reader: BackupReader,
    known: sa.MetaData,
    path: Path,
    progress: Progress,
) -> None:
    done: set[str] = set()
    for entry, blocks in reader.tables():
        table = known.tables.get(entry.table)
        if table is None or _columns_of(table) != dict(entry.columns):
            raise user_error(BACKUP_NEWER, file=path.name, version=reader.header.program)
        counted = _counted(blocks, entry.table, progress)
        if connection.dialect.name == "postgresql":
            _copy(connection, entry, counted)
        else:
            _insert(connection, table, entry, counted)
        done.add(entry.table)
        # Of an older schema the rows know no unit yet; the migration lays them there.
        if entry.table == units.name and "unit" in known.tables[records.name].columns:
            for code in connection.execute(sa.select(units.c.code)).scalars().all():
                prepare_unit(connection, code)
    if done != known.tables.keys():
        raise DamagedError


def _columns_of(table: sa.Table) -> dict[str, str]:
    return {column.name: kind_of_column(column) for column in table.columns}


def _counted(blocks: Iterable[bytes], name: str, progress: Progress) -> Iterable[bytes]:
    rows = 0
    for block in blocks:
        yield block
        rows += block.count(b"\n")
        progress(f"restaurar {name}", rows)


def _copy(connection: sa.Connection, entry: TableEntry, blocks: Iterable[bytes]) -> None:
    driver = connection.connection.driver_connection
    if driver is None:
        return
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _kind in entry.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT text, ENCODING 'UTF8')")
    target = statement.format(sql.Identifier(entry.table), columns)
    with driver.cursor() as cursor, cursor.copy(target) as copy:
        for block in blocks:
            copy.write(block)


def _insert(
    connection: sa.Connection, table: sa.Table, entry: TableEntry, blocks: Iterable[bytes]
) -> None:
    names = [name for name, _kind in entry.columns]
    waiting: list[dict[str, object]] = []
    size = 0
    for row in read_rows(blocks, [kind for _name, kind in entry.columns]):
        waiting.append(dict(zip(names, row, strict=True)))
        size += sum(len(one) for one in row if isinstance(one, str | bytes))
        if len(waiting) == _ROWS_AT_ONCE or size > 2**22:
            connection.execute(sa.insert(table), waiting)
            waiting, size = [], 0
    if waiting:
        connection.execute(sa.insert(table), waiting)


def _set_sequences(connection: sa.Connection) -> None:
    """PostgreSQL counts some rows by itself; it goes on behind the last one restored."""
    if connection.dialect.name == "postgresql":
        present = sa.inspect(connection).get_table_names()
        for column in (audit.c.sequence, leaves.c.id):
            name = column.table.name
            if name in present:  # not in an older backup, which is migrated afterwards
                serial = sa.func.pg_get_serial_sequence(name, column.name)
                last = sa.func.max(column)
                counted = sa.func.setval(serial, sa.func.coalesce(last, 1), last.is_not(None))
                connection.execute(sa.select(counted))
