"""The reference of everything that writes: one row, durably committed to the same encrypted file."""

from __future__ import annotations

from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store


def bare_commit(store: Store, text: str) -> None:
    """Write `text` and wait until it is on the disk."""
    with writing(store.connection) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_commit (body TEXT NOT NULL)")
        connection.execute("INSERT INTO bench_commit VALUES (?)", (text,))


def forget(store: Store) -> None:
    """Remove what `bare_commit` wrote."""
    with writing(store.connection) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_commit")
