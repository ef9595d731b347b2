"""Which records name which files: written with the record, looked up when a file is asked for.

All versions of a record count, since every one of them stays readable. What a record named is forgotten
only when the law has the record removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.tables import attachment_chunks, attachment_names, attachments
from juntos_campo.wire.file_messages import files_named

_NAMING_FIELDS = ("answers", "cells")


def remember_names(
    connection: sa.Connection, kind: str, record_id: str, fields: Mapping[str, Any]
) -> None:
    """Note the files that a record holding `fields` names; in the transaction that writes it."""
    found: set[str] = set()
    for name in _NAMING_FIELDS:
        answers = fields.get(name)
        if isinstance(answers, Mapping):
            found |= files_named(answers)
    add = sa.text(
        "INSERT INTO attachment_names (attachment, kind, id) VALUES (:attachment, :kind, :id) "
        "ON CONFLICT (attachment, kind, id) DO NOTHING"
    )
    for key in sorted(found):
        connection.execute(add, {"attachment": key, "kind": kind, "id": record_id})


def forget_names(connection: sa.Connection, kind: str, record_id: str) -> None:
    """A record is removed for good: so are the files that no other record names."""
    of_record = (attachment_names.c.kind == kind, attachment_names.c.id == record_id)
    named = sa.select(attachment_names.c.attachment).where(*of_record)
    keys = list(connection.execute(named).scalars())
    if not keys:
        return
    connection.execute(sa.delete(attachment_names).where(*of_record))
    others = set(
        connection.execute(
            sa.select(attachment_names.c.attachment).where(attachment_names.c.attachment.in_(keys))
        ).scalars()
    )
    drop_files(connection, [key for key in keys if key not in others])


def drop_files(connection: sa.Connection, keys: Iterable[str]) -> None:
    """Throw the bytes of files away, whole or half come."""
    gone = list(keys)
    for table, column in (
        (attachment_chunks, attachment_chunks.c.attachment),
        (attachments, attachments.c.id),
    ):
        connection.execute(sa.delete(table).where(column.in_(gone)))
