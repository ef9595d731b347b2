"""How fast the link is, from what travelled over it anyway."""

from __future__ import annotations

_LEAST_DOWN, _LEAST_UP = 2048, 3072
"""Bytes below which an answer or a request tells nothing of the speed."""

_SMALL_REQUEST = 1024
_LEAST_SECONDS = 0.001


class LinkSpeed:
    """Estimates of one link; the round trip is kept apart.

    Attributes:
        trip: seconds of a round trip: the shortest wait seen; None before the first.
    """

    def __init__(self) -> None:
        self.trip: float | None = None
        self._down = [0, 0.0]
        self._up = [0, 0.0]

    @property
    def down(self) -> float | None:
        """Bytes a second from the server; None as long as nothing large enough came."""
        return _rate(self._down)

    @property
    def up(self) -> float | None:
        """Bytes a second to the server, with the time it took to work on them; None likewise."""
        return _rate(self._up)

    def connected(self, seconds: float, trips: int) -> None:
        """A connection took `seconds`, and that many round trips."""
        self._waited(seconds / trips)

    def exchanged(self, sent: int, waited: float, received: int, receiving: float) -> None:
        """One request and its answer.

        Args:
            sent: bytes of the request.
            waited: seconds from its first byte to the first piece of the answer.
            received: bytes of the answer after that piece.
            receiving: seconds they took.
        """
        if sent >= _LEAST_UP and self.trip is not None and waited - self.trip > _LEAST_SECONDS:
            self._up[0] += sent
            self._up[1] += waited - self.trip
        if sent <= _SMALL_REQUEST:
            self._waited(waited)
        if received >= _LEAST_DOWN and receiving > _LEAST_SECONDS:
            self._down[0] += received
            self._down[1] += receiving

    def _waited(self, seconds: float) -> None:
        self.trip = seconds if self.trip is None else min(self.trip, seconds)


def _rate(total: list[float]) -> float | None:
    return total[0] / total[1] if total[1] else None
