"""Photos, signatures and files, kept by their content inside the encrypted database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from juntos_campo.domain.entities import Answer
from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.wire.file_messages import file_id, files_in_text, files_named

_NAMING = (
    "SELECT value FROM draft_answer",
    "SELECT body FROM field_record WHERE NOT deleted",
    "SELECT history.body FROM history JOIN field_record ON field_record.id = history.record_id "
    "WHERE history.kind = 'field_record' AND NOT field_record.deleted",
)
"""Texts that may name an attachment; only our own records hold any."""

_UNCONFIRMED = "FROM outbox JOIN field_record ON field_record.id = outbox.record_id "
_GOING = (
    f"SELECT field_record.body {_UNCONFIRMED}"
    "WHERE outbox.kind = 'field_record' AND field_record.deleted",
    f"SELECT history.body {_UNCONFIRMED}JOIN history ON history.record_id = field_record.id "
    "WHERE outbox.kind = 'field_record' AND history.kind = 'field_record' AND field_record.deleted",
)
"""The same of records whose deletion the server has not confirmed: an edit made elsewhere may win."""

_DELETED = (
    "SELECT body FROM field_record WHERE deleted",
    "SELECT history.body FROM history JOIN field_record ON field_record.id = history.record_id "
    "WHERE history.kind = 'field_record' AND field_record.deleted",
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file.

    Attributes:
        id: SHA-256 of `data` in hexadecimal and the extension of `name`: what an answer holds.
        media: MIME type, ``image/png``.
        size: bytes.
    """

    id: str
    name: str
    media: str
    size: int
    data: bytes


def put_attachment(store: Store, name: str, media: str, data: bytes, now: datetime) -> str:
    """Keep a file; durable when it returns. The same content is kept once.

    Raises:
        UserError: STO-008, the disk refuses.
    """
    key = file_id(name, data)
    with writing(store.connection) as connection:
        connection.execute(
            "INSERT OR IGNORE INTO attachment (id, name, media, size, added_at, data) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (key, name, media, len(data), now.isoformat(), data),
        )
    return key


def get_attachment(store: Store, key: str) -> Attachment | None:
    """The file an answer names; None when this laptop does not have it."""
    rows = store.rows("SELECT id, name, media, size, data FROM attachment WHERE id = ?", (key,))
    return Attachment(*rows[0]) if rows else None


def named_in(answers: Mapping[str, Answer]) -> frozenset[str]:
    """The ids of attachments that answers hold."""
    return files_named(answers)


def not_here(store: Store, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the files `keys` that this laptop does not have, in their order."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return ()
    marks = ",".join("?" * len(wanted))
    rows = store.rows(f"SELECT id FROM attachment WHERE id IN ({marks})", wanted)
    here = {key for (key,) in rows}
    return tuple(one for one in wanted if one not in here)


def kept_since(store: Store, day: date) -> frozenset[str]:
    """The ids of what was kept on `day` or later."""
    rows = store.rows("SELECT id FROM attachment WHERE added_at >= ?", (day.isoformat(),))
    return frozenset(key for (key,) in rows)


def drop_unnamed(tx: Transaction, keys: Iterable[str]) -> None:
    """Remove those of the files `keys` that no draft, record or earlier version of one names any more.

    A deleted record and its earlier versions, which no screen opens again, name nothing once the server
    confirmed the deletion. Before, they keep what is on this laptop alone.
    """
    unnamed = set(keys)
    for query in _NAMING if unnamed else ():
        for (text,) in tx.execute(query):
            unnamed -= files_in_text(text)
    going: set[str] = set()
    for query in _GOING if unnamed else ():
        for (text,) in tx.execute(query):
            going |= files_in_text(text)
    for key in sorted(unnamed):
        only_here = " AND sent_at != ''" if key in going else ""
        tx.execute(f"DELETE FROM attachment WHERE id = ?{only_here}", (key,))


def drop_of_deleted(tx: Transaction) -> None:
    """After a synchronisation: remove what only records name whose deletion is confirmed by now."""
    named: set[str] = set()
    for query in _DELETED:
        for (text,) in tx.execute(query):
            named |= files_in_text(text)
    if named:
        drop_unnamed(tx, named)
