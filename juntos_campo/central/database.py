"""Opening the server's database, and its schema."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from juntos_campo.central.problems import (
    DATABASE_DAMAGED,
    DATABASE_NOT_READY,
    DATABASE_UNREACHABLE,
)
from juntos_campo.central.tables import users
from juntos_campo.central.trail import noting
from juntos_campo.domain.errors import user_error

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_BUSY_SECONDS = 30

UNAVAILABLE = (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.TimeoutError)
"""The database is at fault and not what it was asked: gone, full, or taking no changes, as a standby or a
primary under repair (`InternalError` of psycopg). Whoever asked may ask the same again."""
_LONG_REST = 30.0
_RESTS_SINCE = "juntos.rests_since"


def _engine(url: sa.URL, **options: Any) -> sa.Engine:
    """An engine whose errors hold no values: they end up in the log."""
    made = sa.create_engine(url, hide_parameters=True, **options)
    sa.event.listen(made, "handle_error", _without_values)
    return made


def _without_values(context: Any) -> None:
    """PostgreSQL tells in a second line which key was there twice, or the row that was refused."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


class _Pool(sa.QueuePool):
    """Keeps no connection once it was disposed of, whenever that one comes back."""

    _ended = False

    def dispose(self) -> None:
        self._ended = True
        super().dispose()

    def _do_return_conn(self, record: sa.pool.ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        if self._ended:  # asked last: else the end could come between the answer and the return
            super().dispose()


class Database:
    """The server's database: PostgreSQL, or SQLite for the demonstration and small pilots.

    Attributes:
        engine: SQLAlchemy's engine; `close` disposes of its connections.
    """

    def __init__(self, url: str, pool_size: int = 20) -> None:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
            self.engine = _engine(parsed, poolclass=_Pool, pool_size=pool_size)
            sa.event.listen(self.engine, "checkin", _note_rest)
            sa.event.listen(self.engine, "checkout", _require_alive)
        else:
            self.engine = _engine(parsed, connect_args={"timeout": _BUSY_SECONDS})
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        self._writer = self.engine.execution_options(writes=True)
        # Each statement of a reading transaction sees its own moment anyway (READ COMMITTED): without
        # BEGIN and COMMIT it asks PostgreSQL once, not three times.
        self._asking = self.engine
        if self.on_postgresql:
            self._asking = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def on_postgresql(self) -> bool:
        """Whether it is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[sa.Connection]:
        """As `reading`, for few small questions: rows do not come by and by."""
        with self._asking.begin() as connection:
            yield connection

    def change(self, statement: sa.Update, values: Mapping[str, object]) -> int:
        """One statement that is a transaction of its own: durable when this returns. How many rows it met."""
        begin = self._asking.begin if self.on_postgresql else self.writing
        with begin() as connection:
            return connection.execute(statement, values).rowcount

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: durable when the block ends, or nothing of it happened.

        What `trail.note` was told goes into the audit trail last of all, whatever locks were taken before.
        """
        with self._writer.begin() as connection, noting(connection):
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """A transaction that reads one moment of the whole database, while others go on writing."""
        engine = self.engine
        if self.on_postgresql:
            engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        try:
            with engine.begin() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            raise user_error(DATABASE_UNREACHABLE) from error

    def close(self) -> None:
        """No connection stays open; one that is in use ends when it is given back."""
        self.engine.pool.dispose()  # and goes on with this pool: with a new one, some would stay open

    def migrate(self) -> None:
        """Bring the schema to this program's version.

        Raises:
            UserError: CEN-202.
        """
        try:
            with self.writing() as connection:
                command.upgrade(alembic_config(connection), "head")
        except sa.exc.OperationalError as error:
            raise user_error(DATABASE_UNREACHABLE) from error

    def require_ready(self) -> None:
        """Make sure that the schema is this program's.

        Raises:
            UserError: CEN-201, CEN-202, CEN-264 nobody can read it.
        """
        head = _newest_revision()
        try:
            with self.reading() as connection:
                present = revision_of(connection)
                if present == head:
                    connection.execute(sa.select(sa.func.count()).select_from(users))
        except sa.exc.OperationalError as error:
            raise user_error(DATABASE_UNREACHABLE) from error
        except sa.exc.DatabaseError as error:
            raise user_error(DATABASE_DAMAGED) from error
        if present != head:
            raise user_error(DATABASE_NOT_READY)


def scripts() -> ScriptDirectory:
    """The migrations this program knows."""
    return ScriptDirectory(str(_MIGRATIONS))


@cache
def _newest_revision() -> str | None:
    """The schema this program wants: its files are not read again for every server of a process."""
    return scripts().get_current_head()


def revision_of(connection: sa.Connection) -> str | None:
    """The revision of a schema; None where there is none of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def alembic_config(connection: sa.Connection) -> Config:
    """Alembic's settings for migrating what `connection` is connected to."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _note_rest(_connection: Any, record: sa.pool.ConnectionPoolEntry) -> None:
    record.info[_RESTS_SINCE] = time.monotonic()


def _require_alive(connection: Any, record: sa.pool.ConnectionPoolEntry, _proxy: Any) -> None:
    """Have a connection that died while nobody used it replaced by a new one.

    A server that ended, or ended the connection, has said so: something can be read from a connection of
    which nobody asked anything. Only after a long rest, in which a net may have forgotten it, PostgreSQL is
    asked; before every exchange that would be as much work as the exchange itself.

    Raises:
        DisconnectionError: for the pool, which opens another one.
    """
    rests_since = record.info.get(_RESTS_SINCE)
    if rests_since is None:  # it is new
        return
    if connection.closed or _has_something_to_say(connection.fileno()):
        raise sa.exc.DisconnectionError
    if time.monotonic() - rests_since > _LONG_REST:
        try:
            connection.execute("")
            connection.rollback()
        except psycopg.Error as error:
            raise sa.exc.DisconnectionError from error


def _has_something_to_say(socket: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([socket], [], [], 0)[0])
    watched = select.poll()  # `select` knows the first thousand only
    watched.register(socket, select.POLLIN)
    return bool(watched.poll(0))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
