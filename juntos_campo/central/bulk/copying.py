"""Many rows into and out of the database, without holding them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.database import Database

BATCH = 5_000
"""Rows written in one transaction, and fetched at once."""


class Writer:
    """Writes rows into a staging table: by COPY on PostgreSQL, with one statement for many on SQLite.

    Each batch is a transaction of its own, so that SQLite's only writer is never held for long.
    """

    def __init__(self, database: Database, table: sa.Table) -> None:
        self._database = database
        self._table = table
        self._names = [column.name for column in table.columns]
        self._rows: list[Sequence[Any]] = []

    def add(self, *row: Any) -> None:
        """One row, in the order of the table's columns; NUL, which PostgreSQL does not store, is up to
        the caller to take out."""
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is still waiting."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        with self._database.writing() as connection:
            if connection.dialect.name == "postgresql":
                self._copy(connection, rows)
            else:
                into = str(sa.insert(self._table).compile(dialect=connection.dialect))
                connection.exec_driver_sql(into, [tuple(row) for row in rows])

    def _copy(self, connection: sa.Connection, rows: list[Sequence[Any]]) -> None:
        driver: Any = connection.connection.driver_connection
        names = ", ".join(self._names)
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {self._table.name} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)


def without_nul(text: str) -> str:
    """A cell without the sign that PostgreSQL does not store."""
    return text.replace("\0", "") if "\0" in text else text


class Streams:
    """Reads several long results at once, each on a connection of its own; closed together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closing = ExitStack()

    def __enter__(self) -> Streams:
        return self

    def __exit__(self, *error: Any) -> None:
        self._closing.__exit__(*error)

    def rows(self, sql: sa.Executable) -> Iterator[Any]:
        """The rows of a query, fetched by and by."""
        connection = self._closing.enter_context(self._database.snapshot())
        found = connection.execute(sql, execution_options={"yield_per": BATCH})
        self._closing.callback(found.close)
        return iter(found)


class Buckets:
    """Rows that come ordered by bucket, their first column, handed out bucket by bucket."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def take(self, bucket: int) -> list[Any]:
        """The rows of a bucket; those of earlier ones that nobody asked for are passed over."""
        while self._next is not None and self._next[0] < bucket:
            self._next = next(self._rows, None)
        found = []
        while self._next is not None and self._next[0] == bucket:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def some(self, bucket: int, most: int) -> list[Any]:
        """At most so many more rows of a bucket."""
        found: list[Any] = []
        while len(found) < most and self._next is not None and self._next[0] == bucket:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found
