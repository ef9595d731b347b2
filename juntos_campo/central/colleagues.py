"""Full names of the people an answer mentions: laptops know their colleagues by user name alone."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.tables import users
from juntos_campo.domain.values import OFFICE
from juntos_campo.wire.messages import SyncResponse
from juntos_campo.wire.told import columns_of


def full_names(database: Database, answer: SyncResponse, reader: str) -> dict[str, str]:
    """User name -> full name of those who wrote what `answer` brings; `reader` knows his own."""
    mentioned = set(_mentioned(answer)) - {"", OFFICE, reader}
    if not mentioned:
        return {}
    sql = sa.select(users.c.name, users.c.full_name).where(users.c.name.in_(mentioned))
    with database.reading() as connection:
        return {row.name: row.full_name for row in connection.execute(sql.order_by(users.c.name))}


def _mentioned(answer: SyncResponse) -> Iterator[str]:
    told = columns_of(answer.changes)
    yield from set(told.author)
    workers = [one["field_worker"] for one in told.fields if "field_worker" in one]
    yield from (one for one in workers if isinstance(one, str))
    for note in answer.conflicts:
        yield note.kept.author
        yield note.lost.author
