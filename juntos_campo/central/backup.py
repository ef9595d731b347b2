"""A backup of everything the server keeps, in one file, made while the server works.

What is written is one moment of the database (a single read transaction), a table after the other, so that
memory stays flat. It is written under a temporary name, read back, made durable and only then given its
name. The content: a header, the tables as rows of COPY (`central.copy_text`), a manifest with the number of
rows and the SHA-256 of each and the ends of the audit chains. Table, column and revision are named in it, so
that an older backup is restored into the schema of its time and migrated from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import psycopg
import sqlalchemy as sa
from psycopg import sql

from juntos_campo import __version__
from juntos_campo.central.audit_chain import read_heads
from juntos_campo.central.backup_file import SUFFIX, BackupSink, Cost
from juntos_campo.central.backup_problems import (
    CANNOT_WRITE,
    FILE_EXISTS,
    KEEP_WITHOUT_FOLDER,
    NO_SPACE,
    NO_SUCH_TARGET,
)
from juntos_campo.central.backup_reading import read_backup
from juntos_campo.central.copy_text import write_row
from juntos_campo.central.database import Database, revision_of
from juntos_campo.central.problems import DATABASE_NOT_READY, DATABASE_UNREACHABLE
from juntos_campo.central.tables import metadata
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error
from juntos_campo.durable import force_folder

FORMAT = 1
LENGTH = struct.Struct(">I")
BLOCK = 256 * 1024
_ROWS_AT_ONCE = 200
_SPARE = 16 * 1024 * 1024
_PACKED = 3
"""Records take a third of their place in the database at most; photos do not get smaller."""

_AUTOMATIC = re.compile(rf"juntos-respaldo-\d{{8}}-\d{{6}}{re.escape(SUFFIX)}")

Progress = Callable[[str, int], None]
"""Is told the table under way, and its rows so far."""


@dataclass(frozen=True, slots=True)
class TableSummary:
    """One table of a backup: rows, and the SHA-256 of their bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was made: where, how large, what is in it, older ones removed."""

    path: Path
    size: int
    tables: Mapping[str, TableSummary]
    removed: tuple[Path, ...] = ()

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables.values())


def make_backup(
    database: Database,
    target: Path,
    now: datetime,
    *,
    passphrase: bytes | None = None,
    force: bool = False,
    keep: int | None = None,
    cost: Cost | None = None,
    progress: Progress = lambda _table, _rows: None,
) -> BackupReport:
    """Write a backup to `target`, a file or an existing folder (a name with the date is made there).

    Args:
        keep: in a folder: automatic backups that remain, this one among them; None keeps all.

    Raises:
        UserError: CEN-201, CEN-202, CEN-306, CEN-307, CEN-308, CEN-313, CEN-315. What was there
            stays.
    """
    folder = target.is_dir()
    if keep is not None and not folder:
        raise user_error(KEEP_WITHOUT_FOLDER)
    if not folder and target.suffix != SUFFIX:
        raise user_error(NO_SUCH_TARGET, file=target, suffix=SUFFIX)
    path = target / f"juntos-respaldo-{now:%Y%m%d-%H%M%S}{SUFFIX}" if folder else target
    if path.exists() and not force:
        raise user_error(FILE_EXISTS, file=path.name)
    _require_space(database, path.parent)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with _private(partial) as file:
            tables = _write(database, file, now, passphrase, cost or Cost(), progress)
            file.flush()
            os.fsync(file.fileno())
        read_backup(partial, passphrase)
        partial.replace(path)
        force_folder(path.parent)
        removed = _remove_older(path.parent, keep) if keep is not None else ()
        return BackupReport(path, path.stat().st_size, tables, removed)
    except OSError as error:
        raise user_error(CANNOT_WRITE, file=path.name, reason=disk_reason(error)) from error
    except (sa.exc.SQLAlchemyError, psycopg.Error) as error:
        raise user_error(DATABASE_UNREACHABLE) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file nobody else may read: it holds keys and people's data."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


def _remove_older(folder: Path, keep: int) -> tuple[Path, ...]:
    found = sorted(one for one in folder.iterdir() if _AUTOMATIC.fullmatch(one.name))
    old = found[: max(0, len(found) - max(1, keep))]
    for one in old:
        one.unlink()
    return tuple(old)


def _require_space(database: Database, folder: Path) -> None:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise user_error(CANNOT_WRITE, file=folder, reason=disk_reason(error)) from error
    needed = _most_bytes(database)
    if free < needed:
        megabytes = free // 2**20, -(-needed // 2**20)
        raise user_error(NO_SPACE, folder=folder, free=megabytes[0], needed=megabytes[1])


def _most_bytes(database: Database) -> int:
    """What a backup takes at most, roughly."""
    size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    if database.engine.dialect.name == "postgresql":
        size = "SELECT pg_database_size(current_database())"
    with database.reading() as connection:
        whole = int(connection.execute(sa.text(size)).scalar_one())
        files = 0
        if "attachments" in sa.inspect(connection).get_table_names():
            total = sa.text("SELECT coalesce(sum(received), 0) FROM attachments")
            files = int(connection.execute(total).scalar_one())
    return files + max(0, whole - files) // _PACKED + _SPARE


def _write(
    database: Database,
    file: BinaryIO,
    now: datetime,
    passphrase: bytes | None,
    cost: Cost,
    progress: Progress,
) -> dict[str, TableSummary]:
    sink = BackupSink(file, passphrase, cost)
    summaries: dict[str, TableSummary] = {}
    with database.snapshot() as connection:
        revision = revision_of(connection)
        if revision is None:
            raise user_error(DATABASE_NOT_READY)
        header = {
            "format": FORMAT,
            "program": __version__,
            "revision": revision,
            "made_at": now.isoformat(timespec="seconds"),
            "engine": connection.dialect.name,
        }
        _entry(sink, header)
        known = sa.MetaData()
        known.reflect(connection, only=lambda name, _all: name in metadata.tables)
        for table in known.sorted_tables:
            columns = [[column.name, kind_of_column(column)] for column in table.columns]
            _entry(sink, {"table": table.name, "columns": columns})
            summaries[table.name] = _table(sink, connection, table, progress)
        heads = read_heads(connection) if "audit_chains" in summaries else {}
    manifest = {
        "tables": {name: asdict(one) for name, one in summaries.items()},
        "heads": heads,
    }
    _entry(sink, {"manifest": manifest})
    sink.finish()
    return summaries


def _entry(sink: BackupSink, content: Mapping[str, object]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    sink.write(LENGTH.pack(len(text)) + text)


def kind_of_column(column: sa.Column[object]) -> str:
    """How its values are written: ``text``, ``int``, ``bool`` or ``bytes``."""
    for kind, written in ((sa.Boolean, "bool"), (sa.LargeBinary, "bytes"), (sa.Integer, "int")):
        if isinstance(column.type, kind):
            return written
    return "text"


def _table(
    sink: BackupSink, connection: sa.Connection, table: sa.Table, progress: Progress
) -> TableSummary:
    digest, rows, block = hashlib.sha256(), 0, bytearray()
    source = _copied if connection.dialect.name == "postgresql" else _selected

    def put(data: bytes) -> None:
        digest.update(data)
        sink.write(LENGTH.pack(len(data)) + data)

    progress(table.name, 0)
    for data in source(connection, table):
        block += data
        while len(block) >= BLOCK:
            put(bytes(block[:BLOCK]))
            rows += block.count(b"\n", 0, BLOCK)
            del block[:BLOCK]
            progress(table.name, rows)
    if block:
        put(bytes(block))
        rows += block.count(b"\n")
    sink.write(LENGTH.pack(0))
    progress(table.name, rows)
    return TableSummary(rows, digest.hexdigest())


def _copied(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    columns = sql.SQL(", ").join(sql.Identifier(one.name) for one in table.columns)
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT text, ENCODING 'UTF8')")
    driver = connection.connection.driver_connection
    if driver is None:
        return
    with (
        driver.cursor() as cursor,
        cursor.copy(statement.format(columns, sql.Identifier(table.name))) as copy,
    ):
        for data in copy:
            yield bytes(data)


def _selected(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    streamed = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE)
    for row in streamed.execute(sa.select(table)):
        yield write_row(row)
