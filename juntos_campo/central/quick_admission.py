"""Letting in the laptops of a quiet day, with PostgreSQL: one statement, and no thread.

Who it is, whether it is no copy, and where its partitions end, is asked in one statement, which gives it its
next stamp only if all is as it should be. That is what `Accounts.recognise`, `stamps.admit` and
`feed.last_numbers` do one after the other; whatever this statement does not find as it should be (an expired
token, a blocked laptop, a copy, an answer that was lost, a coordinator) goes their way, and so do its errors.

All within one statement means one moment: the ends are those of before the stamp was written, and the answer
goes out when that commit is durable, with a standby on both. So nothing is told that could be lost
(`stamps.admit`), and whatever commits meanwhile has higher numbers and comes with the next exchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE, readable_by_field_worker
from juntos_campo.central.callers import Account, Caller
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import moment
from juntos_campo.central.lines import LineError, Lines, Row
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.stamps import NEXT_STAMP, next_stamp_values
from juntos_campo.central.tables import devices, partitions, users
from juntos_campo.central.tokens import hashed
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.values import Role
from juntos_campo.wire.messages import SyncRequest

_MOST_LINES = 8
"""Connections of each process. More would not make the disk quicker."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in with a new stamp, and the ends of his partitions as `feed.last_numbers` gives them.

    Attributes:
        readable: his partitions.
        quiet: nothing in his partitions is new to him.
    """

    caller: Caller
    stamp: str
    ends: Mapping[str, int]
    readable: tuple[str, ...]
    quiet: bool


def own_partitions(message: SyncRequest) -> set[str]:
    """The partitions of a request beside the reference data: of a field worker his own, or none yet."""
    return {*message.cursor, *message.arriving} - {REFERENCE}


class Doorkeeper:
    """Lets laptops in by one statement."""

    def __init__(self, database: Database, settings: ServerSettings, clock: Clock) -> None:
        """The database is PostgreSQL."""
        self._settings = settings
        self._clock = clock
        statement, self._order, self._fixed = _compiled()
        self.lines = Lines(database.engine, statement, min(settings.pool_size, _MOST_LINES))

    async def admit(self, token: str, message: SyncRequest, fresh: str) -> Admitted | None:
        """Let in who asks, with the stamp `fresh`; None if he has to go the ordinary way.

        Then nothing was written, or it is not known whether: who shows the same stamp and asks the same gets
        the same answer there (`stamps.admit`).
        """
        now = self._clock.now()
        values = next_stamp_values(message, fresh, now) | {
            "token": hashed(token),
            "given_after": moment(now - timedelta(days=self._settings.token_days)),
            "partition": next(iter(own_partitions(message)), ""),
        }
        known = self._fixed | values
        try:
            rows = await self.lines.ask([str(known[name]) for name in self._order])
        except LineError:
            return None
        return _admitted(rows, message, fresh) if rows else None


def _admitted(rows: list[Row], message: SyncRequest, fresh: str) -> Admitted:
    name, full_name, zone, unit = (one or "" for one in rows[0][:4])
    account = Account(name, full_name, Role.FIELD_WORKER, zone, unit)
    ends = {str(row[4]): int(row[5] or 0) for row in rows if row[4] is not None}
    readable = readable_by_field_worker(account)
    followed = set(readable) == message.cursor.keys() and not message.arriving
    quiet = (
        followed
        and not message.want
        and all(ends.get(one, 0) <= message.cursor[one] for one in readable)
    )
    return Admitted(Caller(account, message.device, message.counter), fresh, ends, readable, quiet)


def _compiled() -> tuple[str, tuple[str, ...], dict[str, object]]:
    """The statement, the names of its values in order, and the values that are always the same."""
    here, person = devices.c, users.c
    stamped = (
        NEXT_STAMP.where(
            here.token_hash == sa.bindparam("token"),
            here.token_before == "",
            # Of the same second, and of programs that cannot renew theirs: the ordinary way decides.
            here.token_at.collate("C") > sa.bindparam("given_after"),
            person.name == here.user_name,
            person.active,
            person.role == Role.FIELD_WORKER.value,
        )
        .returning(person.name.label("user"), person.full_name, person.zone, person.unit)
        .cte("stamped")
    )
    names = [sa.literal(REFERENCE), sa.bindparam("partition", type_=sa.String())]
    ends = stamped.outerjoin(partitions, partitions.c.name.in_(names))
    asked = sa.select(stamped, partitions.c.name, partitions.c.last_seq).select_from(ends)
    never_connected = sa.create_engine("postgresql+psycopg://", paramstyle="numeric_dollar")
    made = asked.compile(dialect=never_connected.dialect)
    return str(made), tuple(made.positiontup or ()), dict(made.params)
