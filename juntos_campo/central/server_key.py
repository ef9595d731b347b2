"""The server's own key: made on first need, kept in its database, so that a backup holds it too."""

from __future__ import annotations

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.tables import keys
from juntos_campo.domain.clock import Clock
from juntos_campo.wire.messages import SyncResponse
from juntos_campo.wire.signing import REFERENCE, new_seed, public_key, reference_text, sign
from juntos_campo.wire.told import of_partition

_NAME = "server"


def server_seed(database: Database, clock: Clock) -> str:
    """The secret of this server, in hexadecimal; two processes that need it first get the same."""
    wanted = sa.select(keys.c.secret).where(keys.c.name == _NAME)
    with database.reading() as connection:
        found = connection.execute(wanted).scalar_one_or_none()
    if found is not None:
        return str(found)
    try:
        with database.writing() as connection:
            made = {"name": _NAME, "secret": new_seed(), "created_at": clock.now().isoformat()}
            connection.execute(sa.insert(keys).values(made))
    except sa.exc.IntegrityError:
        pass  # somebody else was quicker: theirs is the key
    with database.reading() as connection:
        return str(connection.execute(wanted).scalar_one())


def server_public_key(database: Database, clock: Clock) -> str:
    """What laptops know this server by (`LoginResponse.server_key`)."""
    return public_key(server_seed(database, clock))


def sign_page(database: Database, clock: Clock, page: SyncResponse) -> str:
    """`SyncResponse.signature` of a page; empty when it holds no reference data."""
    text = reference_text(of_partition(page.changes, REFERENCE), page.removals)
    return sign(server_seed(database, clock), text) if text else ""
