"""A laptop on a quiet day that costs next to nothing: it says what it said before, but for its stamp.

It shares the processors with the server that it measures, and in a district it would not.
"""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

from juntos_campo.demo.world import DemoError
from juntos_campo.wire.dictionaries import compress, expand

_LIMIT = 64 * 1024
_STAMP = re.compile(rb"[0-9a-f]{32}")
_STAMP_SIZE, _FRAME_SIZE = 32, 8
_LENGTH = re.compile(rb"\r\ncontent-length: ([0-9]+)\r\n", re.IGNORECASE)


class QuietLaptop:
    """Sends the same request again and again, each with the stamp of the answer before."""

    def __init__(self, address: str, token: str, body: bytes, stamp: str) -> None:
        """Connect.

        Args:
            body: a request of a quiet day that shows `stamp`.
        """
        parts = urlsplit(address)
        self._link = socket.create_connection((parts.hostname, parts.port), timeout=120)
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._before = (
            f"POST /v2/sync HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: identity\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: "
        ).encode()
        self._start, shown, self._end = expand(body, _LIMIT).partition(stamp.encode())
        if not shown or not _STAMP.fullmatch(shown):
            raise DemoError("a request without a stamp")
        self._stamp = shown

    def exchange(self) -> None:
        """Ask once.

        Raises:
            DemoError: the answer is none of a quiet day.
        """
        body = compress(self._start + self._stamp + self._end)
        self._link.sendall(b"%b%d\r\n\r\n%b" % (self._before, len(body), body))
        answer = expand(self._receive()[_FRAME_SIZE:], _LIMIT)
        stamp = answer[-_STAMP_SIZE:]  # the last of an answer that brings nothing
        if stamp == self._stamp or not _STAMP.fullmatch(stamp):
            raise DemoError(f"no answer of a quiet day: {answer[:300]!r}")
        self._stamp = stamp

    def _receive(self) -> bytes:
        """The body of the answer."""
        data = b""
        while not (came := data.partition(b"\r\n\r\n"))[1]:
            data += self._more()
        length = _LENGTH.search(came[0] + b"\r\n")
        if not came[0].startswith(b"HTTP/1.1 200 ") or length is None:
            raise DemoError(repr(data[:300]))
        body = came[2]
        while len(body) < int(length[1]):
            body += self._more()
        return body

    def _more(self) -> bytes:
        more = self._link.recv(65536)
        if not more:
            raise DemoError("the server hung up")
        return more
