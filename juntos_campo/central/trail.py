"""The audit trail: who did what, without anybody's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from juntos_campo.central.audit_chain import Note, append
from juntos_campo.domain.errors import ProgrammingError

_NOTES = "juntos.notes"


def note(
    connection: sa.Connection,
    at: datetime,
    actor: str,
    device: str,
    action: str,
    *,
    kind: str = "",
    record_id: str = "",
    detail: str = "",
) -> None:
    """Add one row at the end of the caller's transaction. `detail` holds codes and paths only.

    Raises:
        ProgrammingError: outside of `Database.writing`.
    """
    notes: list[Note] | None = connection.info.get(_NOTES)
    if notes is None:
        raise ProgrammingError("notes of the audit trail belong into Database.writing")
    notes.append(Note(at.isoformat(), actor, device, action, kind, record_id, detail))


@contextmanager
def noting(connection: sa.Connection) -> Iterator[None]:
    """Collect the notes of a transaction, and write them when the block ends well.

    At the end, because the chain of an actor is locked from its first note until the commit: it is the
    last lock a transaction takes, so that nobody waits for it long, and nobody in a circle.
    """
    notes: list[Note] = []
    # Held, since a connection that was cut meanwhile gives it no more, and would hide why.
    info = connection.info
    info[_NOTES] = notes
    try:
        yield
        append(connection, notes)
    finally:
        info.pop(_NOTES, None)
