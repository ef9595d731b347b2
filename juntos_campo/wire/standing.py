"""Whether the office still trusts this laptop: until when it may be opened, and the order to erase it.

Both are signed with the server's key and name the laptop they are for, so that neither serves another one,
and nobody else can make them. ``POST /v2/standing`` asks without password: a stolen laptop that somebody
switches on where there is a network learns of its order before anybody has typed anything.
"""

from __future__ import annotations

from datetime import UTC, datetime

from juntos_campo.wire.base import Message, RecordId
from juntos_campo.wire.orders import EraseOrder, Lease
from juntos_campo.wire.signing import sign, verify

ADDRESS = "/v2/standing"

_ERASE, _LEASE = b"juntos-campo/erase/1\n", b"juntos-campo/lease/1\n"


class StandingRequest(Message):
    """`erased`: the order that this laptop has carried out, so that the office sees it."""

    device: RecordId
    erased: EraseOrder | None = None


class StandingAnswer(Message):
    """`erase`: there is an order for the laptop that asked. Of one nobody knows the answer is empty too."""

    erase: EraseOrder | None = None


def erase_order(seed: str, device: str, at: datetime) -> EraseOrder:
    """The order of the server that holds the secret `seed`."""
    return EraseOrder(device=device, at=at, signature=sign(seed, _ERASE + _text(device, at)))


def is_order_for(order: EraseOrder, *, key: str, device: str) -> bool:
    """Whether the owner of the public `key` wants just this laptop erased."""
    return order.device == device and verify(
        key, _ERASE + _text(order.device, order.at), order.signature
    )


def lease(seed: str, device: str, at: datetime, until: datetime | None) -> Lease:
    """The lease that the server with the secret `seed` gives."""
    text = _LEASE + _text(device, at, until)
    return Lease(device=device, at=at, until=until, signature=sign(seed, text))


def is_lease_for(given: Lease, *, key: str, device: str) -> bool:
    """Whether the owner of the public `key` gave this lease to this laptop."""
    text = _LEASE + _text(given.device, given.at, given.until)
    return given.device == device and verify(key, text, given.signature)


def _text(device: str, *moments: datetime | None) -> bytes:
    """The same bytes however the moments travelled."""
    told = [
        one.astimezone(UTC).isoformat(timespec="microseconds") if one else "" for one in moments
    ]
    return "\n".join([device, *told]).encode()
