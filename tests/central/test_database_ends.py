"""PostgreSQL gives a server that ends its connections back, whatever they were doing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.database import Database


def connection_of(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


def test_a_connection_in_use_when_the_server_ends_is_closed_when_it_comes_back(
    lend_postgresql: Lender,
) -> None:
    database = lend_postgresql.opened()
    with database.reading() as one, database.asking() as other:
        taken = [connection_of(one), connection_of(other)]
        database.close()
        assert not any(each.closed for each in taken), "nobody is cut off"
    assert all(each.closed for each in taken)


def test_a_connection_given_back_at_the_moment_the_server_ends_is_closed(
    lend_postgresql: Lender,
) -> None:
    database = lend_postgresql.opened()
    with database.reading() as connection:
        taken = connection_of(connection)
        sa.event.listen(database.engine, "checkin", lambda *_given: database.close())
    assert taken.closed


def test_what_is_still_asked_after_the_end_leaves_nothing_open(lend_postgresql: Lender) -> None:
    database: Database = lend_postgresql.opened()
    database.close()
    with database.reading() as connection:
        taken = connection_of(connection)
        assert connection.execute(sa.select(1)).scalar_one() == 1
    assert taken.closed
