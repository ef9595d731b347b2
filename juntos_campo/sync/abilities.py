"""What a transport may tell beside the exchange, with the default for one that has nothing to tell."""

from __future__ import annotations

from juntos_campo.sync.transport import Transport
from juntos_campo.wire.messages import PROTOCOL


def protocol_of(transport: Transport) -> int:
    """Version in which it speaks from now on."""
    return int(getattr(transport, "protocol", PROTOCOL))


def speed_of(transport: Transport) -> tuple[float | None, float | None]:
    """Bytes a second down and up; None where nothing was measured."""
    down, up = getattr(transport, "speed", (None, None))
    return down, up


def partial_of(transport: Transport) -> tuple[str, bytes] | None:
    """Tag and first bytes of a page whose rest did not arrive."""
    found: tuple[str, bytes] | None = getattr(transport, "partial", None)
    return found


def hand_partial(transport: Transport, part: tuple[str, bytes] | None) -> None:
    """Let it go on with what an earlier synchronisation received of a page."""
    if part is not None and hasattr(transport, "partial") and partial_of(transport) is None:
        transport.partial = part


def server_time_age_of(transport: Transport) -> float | None:
    """Seconds that had passed since the server wrote its time when the last exchange returned."""
    found: float | None = getattr(transport, "server_time_age", None)
    return found
