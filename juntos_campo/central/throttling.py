"""How often somebody may try: allowances that all processes share, and where a request comes from.

An allowance fills up by what is tried and runs empty with time, so many a minute. Addresses and names that
nobody has are kept as keyed hashes only: the table tells nobody who was there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.server_key import server_seed
from juntos_campo.central.settings import ServerSettings, networks_of
from juntos_campo.central.tables import throttles
from juntos_campo.domain.clock import LIMA, Clock

LOGIN_BURST, REQUEST_BURST = 10, 30
"""Minutes of an allowance that may be used up at once: an office that enters together, a first download."""

FORGOTTEN_AFTER = timedelta(days=1)
"""Whoever tried nothing for so long begins anew."""

_WHOLE = 1000
_AT_ONCE = 20
"""Requests of a laptop that one process counts by itself before it writes them down."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a row of `throttles` says."""

    level: int
    at: datetime


class Throttles:
    """The rows of `throttles`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._key = b""

    def mark(self, kind: str, what: str) -> str:
        """The name of a row about an address or a person; it does not tell which."""
        if not self._key:
            seed = bytes.fromhex(server_seed(self._database, self._clock))
            self._key = blake2b(seed, person=b"throttles", digest_size=32).digest()
        return f"{kind}:{blake2b(what.encode(), key=self._key, digest_size=16).hexdigest()}"

    def take(self, name: str, a_minute: int, burst: int, amount: int = 1) -> int:
        """Use up `amount` of an allowance.

        Args:
            a_minute: how much runs off in a minute; 0: there is no bound.
            burst: how many minutes' worth may be used up at once.

        Returns:
            0, or the seconds to wait: nothing was used up then.
        """
        if not a_minute:
            return 0
        now = self._clock.now()
        with self._database.writing() as connection:
            found = standing(connection, name)
            passed = max((now - found.at).total_seconds(), 0) if found else 0
            left = max(found.level - passed * a_minute * _WHOLE / 60, 0) if found else 0
            over = left + amount * _WHOLE - a_minute * burst * _WHOLE
            if over > 0:
                return ceil(over * 60 / (a_minute * _WHOLE))
            write(connection, name, Standing(int(left) + amount * _WHOLE, now), new=found is None)
        return 0

    def give_back(self, name: str) -> None:
        """What was tried succeeded: it does not count."""
        with self._database.writing() as connection:
            less = sa.case((throttles.c.level > _WHOLE, throttles.c.level - _WHOLE), else_=0)
            connection.execute(
                sa.update(throttles).where(throttles.c.name == name).values(level=less)
            )


def standing(connection: sa.Connection, name: str) -> Standing | None:
    """A row of `throttles`, locked until the transaction ends; None when there is none."""
    sql = sa.select(throttles).where(throttles.c.name == name).with_for_update()
    row = connection.execute(sql).first()
    return Standing(row.level, datetime.fromisoformat(row.at)) if row else None


def write(connection: sa.Connection, name: str, now: Standing, *, new: bool) -> None:
    """Write a row of `throttles`. A new one takes the place of those that say nothing any more."""
    values = {"level": now.level, "at": now.at.astimezone(LIMA).isoformat()}
    if not new:
        connection.execute(sa.update(throttles).where(throttles.c.name == name).values(values))
        return
    old = (now.at - FORGOTTEN_AFTER).astimezone(LIMA).isoformat()
    connection.execute(sa.delete(throttles).where(throttles.c.at < old))
    connection.execute(
        sa.text(
            "INSERT INTO throttles (name, level, at) VALUES (:name, :level, :at) "
            "ON CONFLICT (name) DO UPDATE SET level = throttles.level + excluded.level"
        ),
        {"name": name, **values},
    )


class Requests:
    """How often each laptop asks.

    A process writes down every twentieth request only: a quiet day's costs nothing more than it did.
    """

    def __init__(self, throttles: Throttles, settings: ServerSettings) -> None:
        self._throttles = throttles
        self._a_minute = settings.exchanges_a_minute
        self._since: Counter[str] = Counter()

    def count(self, device: str) -> int:
        """One more; 0, or the seconds its laptop has to wait."""
        if not self._a_minute:
            return 0
        self._since[device] += 1
        number = self._since[device]
        if number < _AT_ONCE:
            return 0
        name = self._throttles.mark("device", device)
        wait = self._throttles.take(name, self._a_minute, REQUEST_BURST, number)
        # Whoever has to wait is asked about again with his next request.
        self._since[device] = _AT_ONCE - 1 if wait else 0
        return wait

    def is_due(self, device: str) -> bool:
        """Whether the next one has to be counted by `count`, which asks the database."""
        return bool(self._a_minute) and self._since.get(device, 0) >= _AT_ONCE - 1

    def note(self, device: str) -> None:
        """One more, of a device that was not due: it is written down with the next ones."""
        if self._a_minute:
            self._since[device] += 1


def address_of(peer: str, forwarded: Sequence[str], trusted: Callable[[str], bool]) -> str:
    """The address a request came from.

    Args:
        peer: who is connected to us.
        forwarded: what each ``X-Forwarded-For`` of the request says, in order.
        trusted: whether what an address says of others is believed.

    Returns:
        The peer, or the last address in ``X-Forwarded-For`` that no trusted proxy has; of IPv6 the network
        that one household or office has.
    """
    said = [one.strip() for one in ",".join(forwarded).split(",") if one.strip()]
    while said and trusted(peer) and _is_address(said[-1]):
        peer = said.pop()
    if not _is_address(peer):
        return peer
    found = ip_address(peer)
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


def proxies(settings: ServerSettings) -> Callable[[str], bool]:
    """Tells which addresses are those of proxies the settings name."""
    networks = [ip_network(one) for one in networks_of(settings.trusted_proxies)]

    def trusted(address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in one for one in networks)

    return trusted


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
