"""Tokens: how long each is good, and how a laptop has its own replaced without a password.

A token is bound to a device. The program of today has it replaced in half its days, and whenever it turns
out to have expired, with a signature of the device's key; the new one is sealed to that key, so that
nobody else can use what the answer holds. The one before stays good until the new one is shown, since an
answer may be lost. A token that was stolen without the key dies by itself.

Older programs cannot do that: their tokens (`devices.token_at` is empty) last while they are used.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.ledger import moment
from juntos_campo.central.lost_laptops import lease_for, order_for
from juntos_campo.central.permissions import Action, scope_of
from juntos_campo.central.problems import DEVICE_BLOCKED, NOT_AUTHENTICATED
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices, users
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Role
from juntos_campo.wire.renewal import TokenAnswer, TokenRequest, is_signed, sealed_token

_TOKEN_BYTES = 24


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hashed(token: str) -> str:
    """What is kept of it. A token is random and long: a plain digest is enough, and quick."""
    return hashlib.sha256(token.encode()).hexdigest()


def works_on_laptops(role: Role) -> bool:
    """Whether people of this role have a laptop that synchronises."""
    return scope_of(role, Action.SYNC) is not None


def is_expired(row: sa.Row[Any], settings: ServerSettings, now: datetime) -> bool:
    """Whether the token of a device is good no more.

    Args:
        row: of `devices`, with the `role` of its user.
    """
    if not row.token_at:
        used = datetime.fromisoformat(max(row.seen_at, row.created_at))
        return now - used > timedelta(days=settings.token_days_unsigned)
    given = datetime.fromisoformat(row.token_at)
    if not works_on_laptops(Role(row.role)):
        return now - given > timedelta(hours=settings.office_hours)
    return now - given > timedelta(days=settings.token_days)


def renew_days(settings: ServerSettings) -> int:
    """After so many days a laptop asks for another token, long before its own expires."""
    days = settings.token_days // 2
    if (
        settings.lease_days
    ):  # its lease comes with the token, and must not run low while it synchronises
        days = min(days, settings.lease_days // 4)
    return max(days, 1)


def renew(
    database: Database, settings: ServerSettings, clock: Clock, request: TokenRequest
) -> TokenAnswer:
    """Give a laptop that shows its key another token.

    Raises:
        UserError: CEN-003 no such laptop, not its key, or its person may enter no more; CEN-012 it is
            blocked, which only the laptop itself is told; with the order to erase it, if there is one.
    """
    now = clock.now()
    sql = (
        sa.select(devices, users.c.role, users.c.active)
        .join(users, devices.c.user_name == users.c.name)
        .where(devices.c.id == request.device)
        .with_for_update(of=devices)
    )
    token = new_token()
    with database.writing() as connection:
        row = connection.execute(sql).first()
        if row is None or not row.sign_key or not is_signed(request, row.sign_key):
            raise user_error(NOT_AUTHENTICATED)
        if row.revoked:
            raise user_error(DEVICE_BLOCKED, erase=order_for(database, clock, row.id))
        if not (row.active and works_on_laptops(Role(row.role))):
            raise user_error(NOT_AUTHENTICATED)
        # What was never shown is no token of the laptop's: the one before it still is.
        shown = row.token_before or row.token_hash
        kept = "" if is_expired(row, settings, now) else shown
        connection.execute(
            sa.update(devices)
            .where(devices.c.id == request.device)
            .values(token_hash=hashed(token), token_before=kept, token_at=moment(now))
        )
        note(connection, now, row.user_name, row.id, "token.renew")
    return TokenAnswer(
        sealed=sealed_token(token, row.sign_key),
        renew_days=renew_days(settings),
        lease=lease_for(database, settings, clock, row.id),
    )


def showed_the_new_one(database: Database, device: str, token_hash: str) -> None:
    """From now on the token before is good no more."""
    with database.writing() as connection:
        connection.execute(
            sa.update(devices)
            .where(devices.c.id == device, devices.c.token_hash == token_hash)
            .values(token_before="")
        )
