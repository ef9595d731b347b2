"""Accounts and devices: enrolment, login, tokens."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from juntos_campo.central.database import Database
from juntos_campo.central.given_stamps import is_right
from juntos_campo.central.ledger import FIELD_WORKERS
from juntos_campo.central.problems import (
    DATABASE_COPIED,
    DEVICE_BLOCKED,
    DEVICE_OF_ANOTHER,
    LOCKED,
    MESSAGE_UNREADABLE,
    NOBODY_OF_THAT_NAME,
    NOT_AUTHENTICATED,
    UNIT_IN_USE,
    USER_EXISTS_OTHERWISE,
    WEAK_PASSWORD,
    WRONG_CREDENTIALS,
)
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices, users
from juntos_campo.central.trail import note
from juntos_campo.central.units import lay_partition_in, require_unit
from juntos_campo.domain.clock import LIMA, Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Role
from juntos_campo.wire.signing import is_public_key

SHORTEST_PASSWORD = 8
_TOKEN_BYTES, _STAMP_BYTES = 24, 9


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may use the server. `zone` groups a coordinator with his field workers.

    Attributes:
        unit: the code of his territorial unit; empty where there are none, and for who belongs to all.
    """

    name: str
    full_name: str
    role: Role
    zone: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, from which device. `counter`: the highest the device ever showed."""

    account: Account
    device: str
    counter: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A laptop's database at the door.

    Attributes:
        device: the id it chose for itself.
        sign_key: its Ed25519 public key; empty leaves the one that is known.
        counter: the highest operation counter it ever gave; None when it does not say.
        stamped: its program keeps stamps; one of version 1 does not, and is given none to lose.
        stamp: what the last answer gave it; empty when none ever did.
    """

    device: str
    name: str = ""
    sign_key: str = ""
    counter: int | None = None
    stamped: bool = True
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What a laptop is given at the door: `token` says who calls, `stamp` that it is no copy."""

    account: Account
    token: str
    stamp: str


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
        # Verified when there is no such user, so that the time taken tells nothing.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def enrol(self, account: Account, password: str) -> bool:
        """Make an account, or give an existing one this name, zone and password.

        Returns:
            True when it is new.

        Raises:
            UserError: CEN-203 the role differs from the existing account's, CEN-204, CEN-262 no such unit,
                CEN-263 what he recorded lies in another one.
        """
        if len(password) < SHORTEST_PASSWORD:
            raise user_error(WEAK_PASSWORD, length=SHORTEST_PASSWORD)
        values = {
            "full_name": account.full_name,
            "zone": account.zone,
            "unit": account.unit,
            "password_hash": self._hasher.hash(password),
            "failures": 0,
            "locked_until": "",
            "active": True,
        }
        with self.database.writing() as connection:
            require_unit(connection, account.unit)
            found = connection.execute(
                sa.select(users.c.role).where(users.c.name == account.name)
            ).first()
            if found and found.role != account.role.value:
                raise user_error(
                    USER_EXISTS_OTHERWISE, user=account.name, detail="ya existe con otra función"
                )
            if not lay_partition_in(connection, f"{FIELD_WORKERS}{account.name}", account.unit):
                raise user_error(UNIT_IN_USE, user=account.name)
            if found:
                connection.execute(
                    sa.update(users).where(users.c.name == account.name).values(values)
                )
            else:
                connection.execute(
                    sa.insert(users).values(name=account.name, role=account.role.value, **values)
                )
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

    def login(self, user: str, password: str, device: str, device_name: str) -> tuple[Account, str]:
        """`enter` for a laptop that shows neither key nor counter: account and token."""
        given = self.enter(user, password, Machine(device, device_name, stamped=False))
        return given.account, given.token

    def enter(self, user: str, password: str, machine: Machine) -> Entered:
        """Check the password and give this device a token and a first stamp.

        Raises:
            UserError: CEN-001, CEN-002, CEN-004, CEN-006, CEN-010, CEN-012.
        """
        if machine.sign_key and not is_public_key(machine.sign_key):
            raise user_error(MESSAGE_UNREADABLE, detail="sign_key")
        now = self.clock.now()
        with self.database.reading() as connection:
            row = connection.execute(sa.select(users).where(users.c.name == user)).first()
        if row is not None and row.locked_until > now.isoformat():
            wait = datetime.fromisoformat(row.locked_until) - now
            raise user_error(LOCKED, seconds=int(wait.total_seconds()) + 1)
        right = self._verify(row.password_hash if row else self._nobody, password)
        if row is None or not right or not row.active:
            if row is not None:
                self._failed(user, now)
            raise user_error(WRONG_CREDENTIALS)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        stamp = secrets.token_urlsafe(_STAMP_BYTES) if machine.stamped else ""
        with self.database.writing() as connection:
            connection.execute(
                sa.update(users).where(users.c.name == user).values(failures=0, locked_until="")
            )
            self._bind(connection, user, machine, token, stamp, now)
            note(connection, now, user, machine.device, "login")
        return Entered(_account(row), token, stamp)

    def account(self, user: str) -> Account | None:
        """An active account by its name."""
        sql = sa.select(users).where(users.c.name == user, users.c.active)
        with self.database.reading() as connection:
            row = connection.execute(sql).first()
        return _account(row) if row else None

    def recognise(self, token: str) -> Caller:
        """The caller a token stands for.

        Raises:
            UserError: CEN-003.
        """
        sql = (
            sa.select(users, devices.c.id.label("device"), devices.c.counter)
            .join(devices, devices.c.user_name == users.c.name)
            .where(devices.c.token_hash == _hashed(token), ~devices.c.revoked, users.c.active)
        )
        with self.database.reading() as connection:
            row = connection.execute(sql).first() if token else None
        if row is None:
            raise user_error(NOT_AUTHENTICATED)
        return Caller(_account(row), row.device, row.counter)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False

    def _failed(self, user: str, now: datetime) -> None:
        with self.database.writing() as connection:
            failures = connection.execute(
                sa.update(users)
                .where(users.c.name == user)
                .values(failures=users.c.failures + 1)
                .returning(users.c.failures)
            ).scalar_one()
            beyond = failures - self.settings.free_attempts
            if beyond >= 0:
                wait = min(2 ** min(beyond + 1, 20), self.settings.longest_wait)
                until = (now + timedelta(seconds=wait)).astimezone(LIMA).isoformat()
                connection.execute(
                    sa.update(users).where(users.c.name == user).values(locked_until=until)
                )
            note(connection, now, user, "", "login.failed")

    def _bind(
        self,
        connection: sa.Connection,
        user: str,
        machine: Machine,
        token: str,
        stamp: str,
        now: datetime,
    ) -> None:
        device = machine.device
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
            "token_hash": _hashed(token),
            "stamp": stamp,
            "stamp_before": machine.stamp,
            "aside": "[]",
            "seen_at": now.isoformat(),
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


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(row.name, row.full_name, Role(row.role), row.zone, row.unit)


def _hashed(token: str) -> str:
    """A token is random and long: a plain digest is enough, and quick."""
    return hashlib.sha256(token.encode()).hexdigest()
