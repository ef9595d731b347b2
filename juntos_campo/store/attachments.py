"""Photos, signatures and files, kept by their content inside the encrypted database."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store

_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")


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
