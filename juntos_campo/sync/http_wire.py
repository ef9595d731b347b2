"""The sockets under `requests`: every byte counted, waits that a person can end, the link timed.

`requests` tells neither how many bytes travelled nor lets a wait of a minute be ended; a response
whose reading timed out once cannot be read on. So the responses of our connections read through
`_PatientReader`, which waits in short turns and asks between them whether to go on.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

from juntos_campo.domain.errors import user_error
from juntos_campo.sync.link_speed import LinkSpeed
from juntos_campo.sync.problems import CANCELLED

_TURN_SECONDS = 0.2
_TRIPS_OF_TCP, _TRIPS_OF_TLS = 1, 2


class Wire:
    """What went over the sockets of one link.

    Attributes:
        sent, received: bytes so far, headers and failed tries included.
        speed: see there.
        first_piece_at: when the answer being read began to come, by `now`; None before.
    """

    def __init__(
        self, cancelled: Callable[[], bool], now: Callable[[], float] = time.monotonic
    ) -> None:
        self.sent = 0
        self.received = 0
        self.speed = LinkSpeed()
        self.first_piece_at: float | None = None
        self.now = now
        self._cancelled = cancelled
        self._begun: float | None = None
        self._sent_before = self._received_before = 0
        self._first_piece = 0

    def heed(self) -> None:
        """Raises UserError SYN-009: the person asked to stop."""
        if self._cancelled():
            raise user_error(CANCELLED)

    def begin(self) -> None:
        """A request follows."""
        self.first_piece_at = self._begun = None
        self._sent_before, self._received_before = self.sent, self.received

    def count_sent(self, size: int) -> None:
        if self._begun is None:
            self._begun = self.now()
        self.sent += size

    def count_received(self, size: int) -> None:
        self.received += size
        if self.first_piece_at is None:
            self.first_piece_at = self.now()
            self._first_piece = size

    def end(self) -> None:
        """The answer was read to its end."""
        if self._begun is None or self.first_piece_at is None:
            return
        self.speed.exchanged(
            self.sent - self._sent_before,
            self.first_piece_at - self._begun,
            self.received - self._received_before - self._first_piece,
            self.now() - self.first_piece_at,
        )


class _PatientReader(io.RawIOBase):
    """Reads a socket in short turns, up to the socket's own time-out."""

    def __init__(self, wire: Wire, sock: socket.socket, held: io.IOBase) -> None:
        """`held` keeps the socket open as long as this is."""
        self._wire, self._sock, self._held = wire, sock, held

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises TimeoutError, UserError SYN-009."""
        limit = self._sock.gettimeout()
        until = None if limit is None else self._wire.now() + limit
        try:
            while True:
                self._sock.settimeout(_TURN_SECONDS)
                try:
                    size = self._sock.recv_into(buffer)
                except TimeoutError:
                    self._wire.heed()
                    if until is not None and self._wire.now() >= until:
                        raise
                    continue
                if size:
                    self._wire.count_received(size)
                return size
        finally:
            self._sock.settimeout(limit)

    def close(self) -> None:
        super().close()
        self._held.close()


class WireAdapter(HTTPAdapter):
    """Has `requests` use connections that tell `wire` what they do."""

    def __init__(self, wire: Wire) -> None:
        self._plain, self._secure = _connections(wire)
        super().__init__(pool_connections=1, pool_maxsize=1)

    def get_connection_with_tls_context(self, *args: Any, **named: Any) -> HTTPConnectionPool:
        found = super().get_connection_with_tls_context(*args, **named)
        pool = cast("HTTPConnectionPool", found)  # its description says less of it
        pool.ConnectionCls = self._secure if pool.scheme == "https" else self._plain
        return pool


def _connections(wire: Wire) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    class Response(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
            super().__init__(sock, *args, **named)
            self.fp = io.BufferedReader(_PatientReader(wire, sock, self.fp))

    class Plain(HTTPConnection):
        response_class = Response

        def connect(self) -> None:
            begun = wire.now()
            super().connect()
            wire.speed.connected(wire.now() - begun, _TRIPS_OF_TCP)

        def send(self, data: Any) -> None:
            _send(super().send, data)

    class Secure(HTTPSConnection):
        response_class = Response

        def connect(self) -> None:
            begun = wire.now()
            super().connect()
            wire.speed.connected(wire.now() - begun, _TRIPS_OF_TLS)

        def send(self, data: Any) -> None:
            _send(super().send, data)

    def _send(send: Callable[[Any], None], data: Any) -> None:
        wire.count_sent(len(data))
        send(data)

    return Plain, Secure
