"""One keep-alive connection to the server: a request of bytes, an answer piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests
import urllib3
from urllib3.util import SKIP_HEADER

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.sync.http_address import checked_address, is_this_machine
from juntos_campo.sync.http_faults import damaged, failure, foreign
from juntos_campo.sync.http_wire import Wire, WireAdapter
from juntos_campo.sync.problems import ANSWER_DAMAGED, AUTHORITY_UNREADABLE
from juntos_campo.wire.framing import DamagedBodyError

LARGEST_ANSWER = 64 * 1024 * 1024
_LARGEST_REFUSAL = 64 * 1024
_PIECE = 64 * 1024
_ENOUGH_TO_RECOGNISE = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and, of what is no success, the body."""

    status: int
    headers: Mapping[str, str]
    refusal: bytes


class HttpLink:
    """A context manager.

    Attributes:
        url: the server without a slash at the end.
        wire: counts, times and cancels.
    """

    def __init__(
        self,
        url: str,
        *,
        wire: Wire,
        clock: Clock,
        timeouts: tuple[float, float],
        authority: Path | None = None,
    ) -> None:
        """`authority`: certificates (PEM) of the office's own authority; only they are trusted then.

        Raises:
            UserError: SYN-011, SYN-027 about `url`; SYN-028 about `authority`.
        """
        parts = checked_address(url)
        self.url = url.rstrip("/")
        self.wire = wire
        self._clock = clock
        self._timeouts = timeouts
        self._verify = _trusted(authority)
        self._session = requests.Session()
        self._session.headers.clear()
        # A password file of the machine (.netrc) would replace our token.
        self._session.auth = _as_it_is
        # What is for this machine must not go to a proxy, which would read it.
        self._session.trust_env = not is_this_machine(parts.hostname or "")
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WireAdapter(wire))

    def __enter__(self) -> HttpLink:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        feed: Callable[[bytes], None],
    ) -> Answer:
        """One request; the pieces of a success go to `feed` as they come, also of one that is cut.

        Raises:
            UserError: SYN-001, SYN-002, SYN-003, SYN-007 to SYN-009, SYN-020 to SYN-025, SYN-029.
        """
        # What nobody reads is not sent: at 2G 200 bytes of headers are 50 ms.
        lines = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER, **headers}
        self.wire.begin()
        try:
            with self._session.request(
                method,
                self.url + path,
                data=body or None,
                headers=lines,
                timeout=self._timeouts,
                verify=self._verify,
                stream=True,
                allow_redirects=False,
            ) as response:
                answer = self._read(response, feed)
        except (
            requests.exceptions.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            UnicodeError,  # a host name that cannot be written as one
        ) as error:
            raise failure(error, self.url, self._clock.today()) from error
        self.wire.end()
        return answer

    def _read(self, response: requests.Response, feed: Callable[[bytes], None]) -> Answer:
        """The bytes as they travelled; `requests` must not decompress them."""
        success = 200 <= response.status_code < 300
        start, size = bytearray(), 0
        stranger = foreign(response.status_code, response.headers, b"", self.url)
        if stranger is not None:
            raise stranger
        try:
            while piece := response.raw.read1(_PIECE, decode_content=False):
                size += len(piece)
                if len(start) < (_ENOUGH_TO_RECOGNISE if success else _LARGEST_REFUSAL):
                    start += piece
                if success:
                    feed(piece)
                if size > LARGEST_ANSWER:
                    raise DamagedBodyError("an answer without end")
        except DamagedBodyError:
            raise damaged(bytes(start)) from None
        except urllib3.exceptions.TimeoutError:
            raise
        except urllib3.exceptions.HTTPError as error:
            raise user_error(ANSWER_DAMAGED) from error
        promised = response.headers.get("content-length", "")
        if promised.isdigit() and int(promised) != size:
            raise user_error(ANSWER_DAMAGED)
        if success:  # a piece of a file may begin with any byte
            return Answer(response.status_code, response.headers, b"")
        stranger = foreign(response.status_code, response.headers, bytes(start), self.url)
        if stranger is not None:
            raise stranger
        return Answer(response.status_code, response.headers, bytes(start))


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _trusted(authority: Path | None) -> bool | str:
    if authority is None:
        return True
    context = urllib3.util.ssl_.create_urllib3_context()
    try:
        context.load_verify_locations(authority)
    except OSError as error:  # also what is no certificate
        raise user_error(AUTHORITY_UNREADABLE, file=authority.name) from error
    return str(authority)
