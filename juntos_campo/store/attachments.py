"""Photos, signatures and files, kept by their content inside the encrypted database."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from juntos_campo.domain.entities import Answer
from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction

_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")
_ID = re.compile(r"[0-9a-f]{64}(?:\.[a-z0-9]{1,8})?")
_NAMING = (
    "SELECT value FROM draft_answer",
    "SELECT body FROM field_record WHERE NOT deleted",
    "SELECT history.body FROM history JOIN field_record ON field_record.id = history.record_id "
    "WHERE history.kind = 'field_record' AND NOT field_record.deleted",
)
"""Texts that may name an attachment; only our own records hold any."""


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


def attachment_id(name: str, data: bytes) -> str:
    """The id bytes get; the same bytes under another name with the same extension get the same."""
    extension = PurePath(name).suffix.lower()
    known = extension if _EXTENSION.fullmatch(extension) else ""
    return hashlib.sha256(data).hexdigest() + known


def put_attachment(store: Store, name: str, media: str, data: bytes, now: datetime) -> str:
    """Keep a file; durable when it returns. The same content is kept once.

    Raises:
        UserError: STO-008, the disk refuses.
    """
    key = attachment_id(name, data)
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
    texts = (one for one in answers.values() if isinstance(one, str))
    return frozenset(one for one in texts if _ID.fullmatch(one))


def kept_since(store: Store, day: date) -> frozenset[str]:
    """The ids of what was kept on `day` or later."""
    rows = store.rows("SELECT id FROM attachment WHERE added_at >= ?", (day.isoformat(),))
    return frozenset(key for (key,) in rows)


def drop_unnamed(tx: Transaction, keys: Iterable[str]) -> None:
    """Remove those of the files `keys` that no draft, record or earlier version of one names any more.

    A deleted record and its earlier versions, which no screen opens again, name nothing.
    """
    unnamed = set(keys)
    for query in _NAMING if unnamed else ():
        for (text,) in tx.execute(query):
            unnamed.difference_update(_ID.findall(text))
    for key in sorted(unnamed):
        tx.execute("DELETE FROM attachment WHERE id = ?", (key,))
