"""Accounts and devices: enrolment, login, tokens."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from juntos_campo.central.callers import Account, Caller, Entered, Machine
from juntos_campo.central.database import Database
from juntos_campo.central.given_stamps import is_right
from juntos_campo.central.guesses import count_try, forget_tries
from juntos_campo.central.ledger import FIELD_WORKERS, moment
from juntos_campo.central.lost_laptops import order_for
from juntos_campo.central.permissions import Action, require
from juntos_campo.central.place_readers import told_to_newcomers
from juntos_campo.central.problems import (
    DATABASE_COPIED,
    DEVICE_BLOCKED,
    DEVICE_OF_ANOTHER,
    MESSAGE_UNREADABLE,
    NAME_MISSING,
    NOBODY_OF_THAT_NAME,
    NOT_AUTHENTICATED,
    UNIT_IN_USE,
    USER_EXISTS_OTHERWISE,
    USER_NAME_UNFIT,
    WEAK_PASSWORD,
    WRONG_CREDENTIALS,
)
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices, users
from juntos_campo.central.throttling import Throttles
from juntos_campo.central.tokens import (
    hashed,
    is_expired,
    new_token,
    showed_the_new_one,
    works_on_laptops,
)
from juntos_campo.central.trail import note
from juntos_campo.central.units import lay_partition_in
from juntos_campo.central.zones import placed
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.values import Role
from juntos_campo.wire.signing import is_public_key

SHORTEST_PASSWORD = 8
_USER = re.compile(r"[\w.@-]{1,64}")
_STAMP_BYTES = 9
_OF_DEVICE = tuple(
    devices.c[name]
    for name in (
        "counter", "revoked", "token_hash", "token_before", "token_at", "seen_at", "created_at"
    )
)  # fmt: skip

_HOLDERS = tuple(
    sa.select(users, devices.c.id.label("device"), *_OF_DEVICE)
    .join(devices, devices.c.user_name == users.c.name)
    .where(column == sa.bindparam("token"))
    for column in (devices.c.token_hash, devices.c.token_before)
)
"""Whose a token is, made once: every request asks it. One after the other, the first by its index."""

__all__ = ["Account", "Accounts", "Caller", "Entered", "Machine"]


class Accounts:
    """Enrolment, login and recognition of callers.

    Attributes:
        database, settings, clock: as given.
    """

    def __init__(self, database: Database, settings: ServerSettings, clock: Clock) -> None:
        self.database = database
        self.settings = settings
        self.clock = clock
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_passes, memory_cost=settings.argon2_memory_kib, parallelism=1
        )
        self._throttles = Throttles(database, clock)
        # Verified when there is no such user, so that the time taken tells nothing.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def enrol(self, account: Account, password: str) -> bool:
        """Make an account, or give an existing one this name, place and password.

        Returns:
            True when it is new.

        Raises:
            UserError: CEN-203 the role differs from the existing account's, CEN-204, CEN-262 no such unit,
                CEN-263 what he recorded lies in another one, CEN-270, CEN-271 (`central.zones`),
                CEN-274 the name of a new user, CEN-275.
        """
        if not account.full_name.strip():
            raise user_error(NAME_MISSING, code=account.name)
        if len(password) < SHORTEST_PASSWORD:
            raise user_error(WEAK_PASSWORD, length=SHORTEST_PASSWORD)
        secret = self._hasher.hash(password)
        with self.database.writing() as connection:
            account = placed(connection, account)
            values = {
                "full_name": account.full_name,
                "zone": account.zone,
                "unit": account.unit,
                "password_hash": secret,
                "failures": 0,
                "locked_until": "",
                "active": True,
            }
            found = connection.execute(
                sa.select(users.c.role).where(users.c.name == account.name)
            ).first()
            if found is None and not _is_user_name(account.name):
                raise user_error(USER_NAME_UNFIT, user=account.name)
            if found and found.role != account.role.value:
                raise user_error(
                    USER_EXISTS_OTHERWISE, user=account.name, detail="ya existe con otra función"
                )
            if not lay_partition_in(connection, f"{FIELD_WORKERS}{account.name}", account.unit):
                raise user_error(UNIT_IN_USE, user=account.name)
            written: sa.Insert | sa.Update = sa.insert(users).values(
                name=account.name, role=account.role.value, **values
            )
            if found:
                written = sa.update(users).where(users.c.name == account.name).values(values)
            with told_to_newcomers(connection, account):
                connection.execute(written)
            note(connection, self.clock.now(), account.name, "", "user.enrol")
        return found is None

    def block_devices(self, user: str) -> int:
        """A laptop was stolen or lost: none of this person's computers gets in any more.

        The person enters again from another computer, or from a database set up anew.

        Returns:
            How many computers were blocked.

        Raises:
            UserError: CEN-207 nobody of that name.
        """
        with self.database.writing() as connection:
            known = connection.execute(sa.select(users.c.name).where(users.c.name == user)).first()
            if known is None:
                raise user_error(NOBODY_OF_THAT_NAME, user=user)
            blocked = connection.execute(
                sa.update(devices)
                .where(devices.c.user_name == user, ~devices.c.revoked)
                .values(revoked=True)
                .returning(devices.c.id)
            ).all()
            for (device,) in blocked:
                note(connection, self.clock.now(), user, device, "device.block")
        return len(blocked)

    def set_active(self, user: str, *, active: bool) -> bool:
        """Shut a person out, with all of his computers, or let him in again, with no wait left over.

        Returns:
            Whether it was otherwise before.

        Raises:
            UserError: CEN-207 nobody of that name.
        """
        with self.database.writing() as connection:
            known = connection.execute(
                sa.select(users.c.active).where(users.c.name == user)
            ).first()
            if known is None:
                raise user_error(NOBODY_OF_THAT_NAME, user=user)
            connection.execute(sa.update(users).where(users.c.name == user).values(active=active))
            if active:
                forget_tries(connection, user)
            action = "user.activate" if active else "user.deactivate"
            note(connection, self.clock.now(), user, "", action)
        return bool(known.active) is not active

    def login(self, user: str, password: str, device: str, device_name: str) -> tuple[Account, str]:
        """`enter` for a laptop that shows neither key nor counter: account and token."""
        given = self.enter(user, password, Machine(device, device_name, stamped=False))
        return given.account, given.token

    def enter(self, user: str, password: str, machine: Machine) -> Entered:
        """Check the password and give this device a token and a first stamp.

        Raises:
            UserError: CEN-001, CEN-002, CEN-004, CEN-006, CEN-010, CEN-012; CEN-116 a laptop's program, and
                somebody whose role has none.
        """
        if machine.sign_key and not is_public_key(machine.sign_key):
            raise user_error(MESSAGE_UNREADABLE, detail="sign_key")
        now, mark = self.clock.now(), self._throttles.mark("user", user)
        with self.database.writing() as connection:
            row = count_try(connection, user, mark, self.settings, now)
        right = self._verify(row.password_hash if row else self._nobody, password)
        if row is None or not right or not row.active:
            with self.database.writing() as connection:
                # Under no name: what was typed may be anything, also a password.
                note(connection, now, row.name if row else "", "", "login.failed")
            raise user_error(WRONG_CREDENTIALS)
        account, token = _account(row), new_token()
        stamp = secrets.token_urlsafe(_STAMP_BYTES) if machine.stamped else ""
        try:
            if machine.sign_key:
                require(account, Action.SYNC)
            with self.database.writing() as connection:
                forget_tries(connection, user)
                self._bind(connection, account, machine, token, stamp, now)
                note(connection, now, user, machine.device, "login")
        except UserError as error:
            with self.database.writing() as connection:
                forget_tries(connection, user)
                code = error.problem.code
                note(connection, now, user, machine.device, "login.refused", detail=code)
            if error.problem is DEVICE_BLOCKED:
                error.values["erase"] = order_for(self.database, self.clock, machine.device)
            raise
        return Entered(account, token, stamp)

    def account(self, user: str) -> Account | None:
        """An active account by its name."""
        sql = sa.select(users).where(users.c.name == user, users.c.active)
        with self.database.reading() as connection:
            row = connection.execute(sql).first()
        return _account(row) if row else None

    def recognise(self, token: str) -> Caller:
        """The caller a token stands for.

        Raises:
            UserError: CEN-003 nobody's, expired, or of somebody who is shut out; with the order to erase the
                laptop, if there is one.
        """
        row = self._holder(token)
        if row is not None and row.revoked:
            order = order_for(self.database, self.clock, row.device)
            raise user_error(NOT_AUTHENTICATED, erase=order)
        if row is None or not row.active:
            raise user_error(NOT_AUTHENTICATED)
        if is_expired(row, self.settings, self.clock.now()):
            raise user_error(NOT_AUTHENTICATED)
        if row.token_before and row.token_hash == hashed(token):
            showed_the_new_one(self.database, row.device, row.token_hash)
        return Caller(_account(row), row.device, row.counter)

    def whose(self, token: str) -> tuple[str, str] | None:
        """User and device a token was given to, whether it lets them in or not."""
        row = self._holder(token)
        return (row.name, row.device) if row else None

    def _holder(self, token: str) -> sa.Row[Any] | None:
        if not token:
            return None
        with self.database.asking() as connection:
            for sql in _HOLDERS:
                row = connection.execute(sql, {"token": hashed(token)}).first()
                if row is not None:
                    return row
        return None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False

    def _bind(
        self,
        connection: sa.Connection,
        account: Account,
        machine: Machine,
        token: str,
        stamp: str,
        now: datetime,
    ) -> None:
        device, user = machine.device, account.name
        found = connection.execute(sa.select(devices).where(devices.c.id == device)).first()
        if found and found.user_name != user:
            raise user_error(DEVICE_OF_ANOTHER)
        if found and found.revoked:
            raise user_error(DEVICE_BLOCKED)
        if found and machine.counter is not None and machine.counter < found.counter:
            raise user_error(DATABASE_COPIED)
        # The answer to its last login or exchange may have been lost (`central.stamps`).
        stamped = found if machine.stamped and found and found.stamp else None
        if stamped and not is_right(stamped, machine.stamp):
            raise user_error(DATABASE_COPIED)
        values = {
            "name": machine.name,
            "token_hash": hashed(token),
            "stamp": stamp,
            "stamp_before": machine.stamp,
            "aside": "[]",
            "seen_at": now.isoformat(),
            "token_at": moment(now) if self._renews(account, machine) else "",
            "token_before": "",
        }
        if machine.sign_key:
            values["sign_key"] = machine.sign_key
        if found:
            connection.execute(sa.update(devices).where(devices.c.id == device).values(values))
            return
        connection.execute(
            sa.insert(devices).values(
                id=device,
                user_name=user,
                created_at=now.isoformat(),
                counter=0,
                revoked=False,
                **values,
            )
        )

    def _renews(self, account: Account, machine: Machine) -> bool:
        """Whether the token's days are counted from now, and not from its last use."""
        return machine.renews or not works_on_laptops(account.role)


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(row.name, row.full_name, Role(row.role), row.zone, row.unit)


def _is_user_name(name: str) -> bool:
    """Small letters only: a register's files name field workers so, however they are typed there."""
    return name == name.casefold() and _USER.fullmatch(name) is not None
