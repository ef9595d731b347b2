"""Passwords that are tried: a few are free, then each costs a longer wait.

A try is counted before the password is looked at, so that many at once, at several processes, are no way
round. A name that nobody has waits just as long as one that somebody has: neither the waiting nor the
time an answer takes tells which it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.problems import LOCKED
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import users
from juntos_campo.central.throttling import FORGOTTEN_AFTER, Standing, standing, write
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.errors import user_error

_MOST_DOUBLINGS = 20


def count_try(
    connection: sa.Connection, user: str, mark: str, settings: ServerSettings, now: datetime
) -> sa.Row[Any] | None:
    """Count one try in the caller's transaction; the row of `users`, None where nobody has the name.

    Args:
        mark: name of the row of `throttles` for a name that nobody has.

    Raises:
        UserError: CEN-002; nothing was counted.
    """
    sql = sa.select(users).where(users.c.name == user).with_for_update(key_share=True)
    row = connection.execute(sql).first()
    unknown = standing(connection, mark)
    if row is not None:
        last = datetime.fromisoformat(row.locked_until) if row.locked_until else None
        failures = row.failures
    else:
        last = unknown.at if unknown else None
        failures = unknown.level if unknown else 0
    if last is not None and last > now:
        raise user_error(LOCKED, seconds=int((last - now).total_seconds()) + 1)
    if last is not None and now - last > FORGOTTEN_AFTER:
        failures = 0
    failures += 1
    until = now + timedelta(seconds=_wait(failures - settings.free_attempts, settings))
    if row is None:
        write(connection, mark, Standing(failures, until), new=unknown is None)
    else:
        connection.execute(
            sa.update(users)
            .where(users.c.name == user)
            .values(failures=failures, locked_until=until.astimezone(LIMA).isoformat())
        )
    return row


def forget_tries(connection: sa.Connection, user: str) -> None:
    """The password was right, or the office lets the person try again."""
    connection.execute(
        sa.update(users).where(users.c.name == user).values(failures=0, locked_until="")
    )


def _wait(beyond: int, settings: ServerSettings) -> int:
    return min(2 ** min(beyond + 1, _MOST_DOUBLINGS), settings.longest_wait) if beyond >= 0 else 0
