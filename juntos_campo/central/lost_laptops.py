"""Stolen and lost laptops: the office's order to erase one, and until when each may be opened.

A laptop that is only blocked (`Accounts.block_devices`) keeps what is on it: an honest person's visits may
not have been sent yet. Only an order of its own erases, signed with the server's key; it is given at any
contact of that laptop until it says that it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.lost_problems import (
    ALREADY_ERASED,
    ERASE_WHICH,
    NO_ERASE_ORDER,
    NO_SUCH_LAPTOP,
)
from juntos_campo.central.problems import NOBODY_OF_THAT_NAME
from juntos_campo.central.server_key import server_seed
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices, erase_orders, users
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.wire.orders import EraseOrder, Lease
from juntos_campo.wire.signing import public_key
from juntos_campo.wire.standing import (
    StandingAnswer,
    StandingRequest,
    erase_order,
    is_order_for,
    lease,
)


def order_erasure(database: Database, clock: Clock, user: str, device: str = "") -> str:
    """Have a person's laptop erased at its next contact, and shut it out from now on.

    Args:
        device: beginning of its id; may be left out where the person has only one.

    Returns:
        Its id.

    Raises:
        UserError: CEN-207 nobody of that name, CEN-291 no such laptop, CEN-292 it is not clear which one,
            CEN-294 it was erased already.
    """
    now = clock.now().replace(microsecond=0)
    with database.writing() as connection:
        found = _one_of(_laptops(connection, user), device)
        known = _row(connection, found.id)
        if known is not None and known.done_at:
            raise user_error(ALREADY_ERASED)
        if known is None:
            connection.execute(
                sa.insert(erase_orders).values(
                    device=found.id, ordered_at=now.isoformat(), blocked_before=found.revoked
                )
            )
            _block(connection, found.id, revoked=True)
            note(connection, now, user, found.id, "device.erase_order")
    return str(found.id)


def cancel_erasure(database: Database, clock: Clock, user: str, device: str = "") -> str:
    """The laptop was found: nothing is erased, and it is let in again unless it was blocked before.

    Returns:
        Its id.

    Raises:
        UserError: CEN-207, CEN-291, CEN-292; CEN-293 there is no order, CEN-294 it was carried out already.
    """
    with database.writing() as connection:
        ordered = [one for one in _laptops(connection, user) if one.ordered_at]
        if not ordered:
            raise user_error(NO_ERASE_ORDER, user=user)
        found = _one_of([one for one in ordered if not one.done_at] or ordered, device)
        if found.done_at:
            raise user_error(ALREADY_ERASED)
        connection.execute(sa.delete(erase_orders).where(erase_orders.c.device == found.id))
        _block(connection, found.id, revoked=found.blocked_before)
        note(connection, clock.now(), user, found.id, "device.erase_cancel")
    return str(found.id)


def order_for(database: Database, clock: Clock, device: str) -> EraseOrder | None:
    """The signed order to erase a laptop; None when there is none, or it is done."""
    with database.reading() as connection:
        row = _row(connection, device)
    if row is None or row.done_at:
        return None
    at = datetime.fromisoformat(row.ordered_at)
    return erase_order(server_seed(database, clock), device, at)


def answer_standing(database: Database, clock: Clock, asked: StandingRequest) -> StandingAnswer:
    """Whether the laptop that asks is to be erased; or take its word that it is.

    Who asks has shown nothing but an id of 128 random bits, and learns nothing else.
    """
    if asked.erased is None:
        return StandingAnswer(erase=order_for(database, clock, asked.device))
    key = public_key(server_seed(database, clock))
    if is_order_for(asked.erased, key=key, device=asked.device):
        _note_done(database, clock, asked.erased)
    return StandingAnswer()


def lease_for(database: Database, settings: ServerSettings, clock: Clock, device: str) -> Lease:
    """Until when a laptop that was just let in may be opened without another contact."""
    now = clock.now().replace(microsecond=0)
    until = now + timedelta(days=settings.lease_days) if settings.lease_days else None
    return lease(server_seed(database, clock), device, now, until)


def _note_done(database: Database, clock: Clock, order: EraseOrder) -> None:
    now = clock.now()
    with database.writing() as connection:
        row = _row(connection, order.device)
        # Of an order that was cancelled there is nothing to note; the last one counts.
        if row is None or row.done_at or datetime.fromisoformat(row.ordered_at) != order.at:
            return
        connection.execute(
            sa.update(erase_orders)
            .where(erase_orders.c.device == order.device)
            .values(done_at=now.isoformat())
        )
        note(connection, now, "", order.device, "device.erased")


def _laptops(connection: sa.Connection, user: str) -> Sequence[sa.Row[Any]]:
    """The computers of a person, each with the order about it, if there is one."""
    if connection.execute(sa.select(users.c.name).where(users.c.name == user)).first() is None:
        raise user_error(NOBODY_OF_THAT_NAME, user=user)
    sql = (
        sa.select(
            devices.c.id,
            devices.c.revoked,
            erase_orders.c.ordered_at,
            erase_orders.c.blocked_before,
            erase_orders.c.done_at,
        )
        .outerjoin(erase_orders, erase_orders.c.device == devices.c.id)
        .where(devices.c.user_name == user)
        .order_by(devices.c.created_at, devices.c.id)
    )
    found: Sequence[Any] = connection.execute(sql).all()
    return found


def _one_of(laptops: Sequence[sa.Row[Any]], device: str) -> sa.Row[Any]:
    meant = [one for one in laptops if str(one.id).startswith(device)]
    if not meant:
        raise user_error(NO_SUCH_LAPTOP)
    left = [one for one in meant if not one.done_at]
    if len(left) > 1:
        raise user_error(ERASE_WHICH, devices=", ".join(str(one.id)[:8] for one in left))
    return left[0] if left else meant[-1]


def _row(connection: sa.Connection, device: str) -> sa.Row[Any] | None:
    sql = sa.select(erase_orders).where(erase_orders.c.device == device)
    return connection.execute(sql).first()


def _block(connection: sa.Connection, device: str, *, revoked: object) -> None:
    connection.execute(sa.update(devices).where(devices.c.id == device).values(revoked=revoked))
