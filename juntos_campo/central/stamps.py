"""Telling a laptop's database from its copies, at the beginning of each exchange.

Every answer gives the laptop a new stamp, which it shows with the next request. An answer may have been
lost, so the one shown last is right as well. Who shows that one and asks the same as then has not heard
the answer: he gets the same stamp again. Who shows it and asks something else has recorded more meanwhile,
or is a request that was long on its way, or a copy: he gets a stamp of his own, and both are right until
one of them is shown. So nobody who only has a bad link is taken for a copy. Of two copies of one database
that both go on, one shows a stamp that is no longer right, at the latest with its second exchange after
something was recorded on one of them. Signing in asks for the stamp too (`central.accounts`): it is no
way round.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from juntos_campo.central.accounts import Account
from juntos_campo.central.authorisation import readable
from juntos_campo.central.database import Database
from juntos_campo.central.given_stamps import given_for, is_right
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.problems import DATABASE_COPIED, NOT_AUTHENTICATED
from juntos_campo.central.tables import devices, removals
from juntos_campo.central.units import unit_of_partition
from juntos_campo.domain.errors import user_error
from juntos_campo.wire.messages import SyncRequest

_VERSION_1 = "1"
"""In place of what a device asked: it spoke version 1 since, and was not told of what left it."""

_MOST_ASIDE = 8
"""More requests late at once than these, each with something else, and a laptop may look like a copy."""


def admit(
    database: Database, account: Account, request: SyncRequest, fresh: str, now: datetime
) -> str:
    """Let the device of a request of version 2 in, and remember what it showed.

    Something is written whatever it asks, and before its operations are looked up: with a standby this
    commit is told only when the standby has it, and with it all that stood before. After a primary came
    back alone, what it alone has is visible; nobody may be told of it as long as no standby has it.

    Args:
        fresh: the stamp to give it.

    Returns:
        The stamp for the answer.

    Raises:
        UserError: CEN-003 blocked meanwhile, CEN-010 a copy or a restored backup.
    """
    if database.change(NEXT_STAMP, next_stamp_values(request, fresh, now)):
        return fresh
    this = devices.c.id == request.device
    with database.writing() as connection:
        # The row stays locked, so that two copies at the same moment come one after the other.
        known = connection.execute(
            sa.update(devices)
            .where(this, ~devices.c.revoked)
            .values(seen_at=moment(now))
            .returning(devices)
        ).first()
        if known is None:
            raise user_error(NOT_AUTHENTICATED)
        newcomer = not known.stamp  # he upgrades from version 1, which gave him none
        if not (newcomer or is_right(known, request.stamp)) or request.counter < known.counter:
            raise user_error(DATABASE_COPIED)
        asked = _asked(request)
        given = given_for(known) if request.stamp == known.stamp_before else {}
        if asked in given:
            return given[asked]
        if newcomer or known.asked == _VERSION_1:
            _tell_again(connection, readable(connection, account), request.cursor)
        connection.execute(
            sa.update(devices)
            .where(this)
            .values(
                counter=request.counter,
                stamp=fresh,
                stamp_before=request.stamp,
                asked=asked,
                aside=json.dumps(list(given.items())[-_MOST_ASIDE:]),
            )
        )
    return fresh


NEXT_STAMP = (
    sa.update(devices)
    .where(
        devices.c.id == sa.bindparam("device"),
        ~devices.c.revoked,
        devices.c.stamp != "",
        devices.c.stamp == sa.bindparam("shown"),
        devices.c.stamp_before != sa.bindparam("shown"),
        devices.c.counter <= sa.bindparam("now_counter"),
        devices.c.asked != _VERSION_1,
    )
    .values(
        seen_at=sa.bindparam("now"),
        counter=sa.bindparam("now_counter"),
        stamp=sa.bindparam("fresh"),
        stamp_before=sa.bindparam("shown"),
        asked=sa.bindparam("now_asked"),
        aside="[]",
    )
)
"""What is written for nearly everybody: he shows the stamp of the last answer, for the first time.

One statement does what `admit` does under the lock for such a one; of two copies at the same moment, the
second finds another stamp."""


def next_stamp_values(request: SyncRequest, fresh: str, now: datetime) -> dict[str, object]:
    """The values of `NEXT_STAMP`; `fresh` is the stamp to give."""
    return {
        "device": request.device,
        "shown": request.stamp,
        "now_counter": request.counter,
        "now": moment(now),
        "fresh": fresh,
        "now_asked": _asked(request),
    }


def _asked(request: SyncRequest) -> str:
    """What tells a request of a database from those of a copy on which something else was recorded.

    All its operations count: two copies may begin with the same one, made before the copying.
    """
    made = "\n".join(one.op_id for one in request.operations)
    return f"{request.counter}:{hashlib.sha256(made.encode()).hexdigest()[:32]}"


def _tell_again(connection: sa.Connection, names: Sequence[str], cursor: Mapping[str, int]) -> None:
    """Have the removals that this laptop passed by in version 1 come again, with new numbers.

    Others of the same partition hear of them twice, which does no harm.
    """
    for name in sorted(cursor.keys() & set(names)):
        lies_in = unit_of_partition(connection, name)
        of_partition = sa.and_(removals.c.unit == lies_in, removals.c.partition == name)
        passed = sa.select(removals.c.seq).where(of_partition, removals.c.seq <= cursor[name])
        if connection.execute(passed.limit(1)).first() is None:
            continue
        ledger = Ledger.open(connection, name)
        # All of them: their order tells which of two leavings was the last.
        sql = sa.select(removals.c.seq).where(of_partition).order_by(removals.c.seq)
        for seq in list(connection.execute(sql).scalars()):
            connection.execute(
                sa.update(removals)
                .where(of_partition, removals.c.seq == seq)
                .values(seq=ledger.take())
            )
        ledger.close()


def note_first_version(database: Database, device: str) -> None:
    """Remember that a device spoke version 1, whose laptops are not told what left them."""
    this = devices.c.id == device
    with database.reading() as connection:
        asked = connection.execute(sa.select(devices.c.asked).where(this)).scalar_one_or_none()
    if asked != _VERSION_1:
        with database.writing() as connection:
            connection.execute(sa.update(devices).where(this).values(asked=_VERSION_1))


def admit_first_version(
    database: Database, request: SyncRequest, counter: int, now: datetime
) -> None:
    """The same for a laptop that shows its counter only; `counter` is the highest it ever showed.

    Here too something is written whatever it asks.

    Raises:
        UserError: CEN-010 a device only counts upwards; two copies of one database would take each
            other's changes for their own and overwrite them unnoticed.
    """
    if request.counter < counter:
        raise user_error(DATABASE_COPIED)
    this = devices.c
    higher = sa.case((this.counter < request.counter, request.counter), else_=this.counter)
    with database.writing() as connection:
        connection.execute(
            sa.update(devices)
            .where(this.id == request.device)
            .values(counter=higher, seen_at=moment(now))
        )
