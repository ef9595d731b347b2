"""Opening the server's database, and its schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def _engine(url: sa.URL, **options: Any) -> sa.Engine:
    """An engine whose errors hold no values: they end up in the log."""
    return sa.create_engine(url, hide_parameters=True, **options)


class Database:
    """The server's database: PostgreSQL, or SQLite for the demonstration and small pilots.

    Attributes:
        engine: SQLAlchemy's engine; `close` disposes of it.
    """

    def __init__(self, url: str, pool_size: int = 20) -> None:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
            self.engine = _engine(parsed, pool_size=pool_size, pool_pre_ping=True)
        else:
            self.engine = _engine(parsed, connect_args={"timeout": _BUSY_SECONDS})
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        self._writer = self.engine.execution_options(writes=True)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads."""
        with self.engine.begin() as connection:
            yield connection

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
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        try:
            with engine.begin() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            raise user_error(DATABASE_UNREACHABLE) from error

    def close(self) -> None:
        self.engine.dispose()

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
        head = scripts().get_current_head()
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


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
