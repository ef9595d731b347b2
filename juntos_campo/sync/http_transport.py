"""Messages over HTTP, with as few bytes and as few surprises as we can."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from pydantic import ValidationError
from urllib3.util import SKIP_HEADER

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.sync.problems import (
    ANSWER_DAMAGED,
    BAD_ADDRESS,
    CAPTIVE_PORTAL,
    DATABASE_COPIED,
    NO_CONNECTION,
    NOT_SECURE,
    SERVER_FAILED,
    SERVER_SAID,
    SIGN_IN_AGAIN,
    TOO_SLOW,
)
from juntos_campo.wire.framing import DamagedBodyError, pack, unpack
from juntos_campo.wire.messages import (
    PROTOCOL,
    ErrorBody,
    LoginRequest,
    LoginResponse,
    Message,
    SyncRequest,
    SyncResponse,
)

M = TypeVar("M", bound=Message)
T = TypeVar("T")

CONNECT_SECONDS, READ_SECONDS = 20.0, 60.0
"""Two seconds of round trip are common at 2G; a minute without one byte is a dead link."""

LARGEST_ANSWER = 64 * 1024 * 1024
_PAUSE_SECONDS = 2.0
_WORTH_ANOTHER_TRY = frozenset({"SYN-001", "SYN-002", "SYN-006", "SYN-007"})


class HttpTransport:
    """A keep-alive connection to the server; a context manager. See `Transport`.

    Attributes:
        url: the server, e.g. ``https://campo.example.pe``.
        token: given by `login`; empty before.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        tries: int = 2,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Raises UserError SYN-011: `url` is no address of a server."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise user_error(BAD_ADDRESS, address=url)
        self.url = url.rstrip("/")
        self.token = token
        self.bytes_up = 0
        self.bytes_down = 0
        self._tries = tries
        self._timeouts = timeouts
        self._pause = pause
        self._jitter = jitter
        self._session = requests.Session()
        self._session.headers.clear()

    def __enter__(self) -> HttpTransport:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def login(
        self,
        user: str,
        password: str,
        device: str,
        device_name: str,
        *,
        sign_key: str = "",
        counter: int = 0,
    ) -> LoginResponse:
        """Enter the server; from then on the transport carries the token.

        Args:
            sign_key: public key of this database, in hexadecimal.
            counter: the highest operation counter it ever gave.

        Raises:
            UserError: SYN-001 to SYN-008; SYN-005 carries the server's refusal.
        """
        message = LoginRequest(
            protocol=PROTOCOL,
            user=user,
            password=password,
            device=device,
            device_name=device_name,
            sign_key=sign_key,
            counter=counter,
        )
        answer = self._insist(lambda: self._ask("/v1/login", message, LoginResponse))
        self.token = answer.token
        return answer

    def exchange(self, request: SyncRequest) -> SyncResponse:
        return self._insist(lambda: self._ask("/v1/sync", request, SyncResponse))

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request of bytes for bytes, asked again as `exchange` is when the link fails.

        Args:
            path: from the server's root, e.g. ``/v2/files/<hash>``.
            body: as it travels; the caller compresses.
            headers: further ones; names in lower case are found in the answer's in any case.

        Returns:
            Status, headers and body as it travelled. A status of 400 to 499 is the server's own refusal
            (`refusal` tells it in words).

        Raises:
            UserError: as `exchange`; also for 401 (SYN-004) and statuses of 500 and more (SYN-006).
        """

        def once() -> tuple[int, Mapping[str, str], bytes]:
            status, found, data = self._send(path, body, headers or {}, method)
            if status >= 300:
                error = refusal(status, data)
                if error.problem is not SERVER_SAID:
                    raise error
            return status, found, data

        return self._insist(once)

    def _insist(self, once: Callable[[], T]) -> T:
        """Ask, and ask once more when the link failed: every operation bears repeating."""
        for left in range(self._tries - 1, -1, -1):
            try:
                return once()
            except UserError as error:
                if not left or error.problem.code not in _WORTH_ANOTHER_TRY:
                    raise
            self._pause(_PAUSE_SECONDS * (0.5 + self._jitter()))
        raise user_error(NO_CONNECTION)

    def _ask(self, path: str, message: Message, answer: type[M]) -> M:
        body, encoding = pack(message.to_json())
        status, headers, data = self._send(
            path, body, {"Content-Encoding": encoding} if encoding else {}
        )
        limit = LARGEST_ANSWER
        try:
            text = unpack(data, headers.get("content-encoding", ""), limit)
        except DamagedBodyError:
            raise user_error(CAPTIVE_PORTAL if status != 200 else ANSWER_DAMAGED) from None
        if status != 200:
            raise refusal(status, text)
        try:
            return answer.model_validate_json(text)
        except ValidationError:
            looks_ours = text.lstrip().startswith(b"{")
            raise user_error(ANSWER_DAMAGED if looks_ours else CAPTIVE_PORTAL) from None

    def _send(
        self, path: str, body: bytes, more: Mapping[str, str], method: str = "POST"
    ) -> tuple[int, requests.structures.CaseInsensitiveDict[str], bytes]:
        # What nobody reads is not sent: at 2G 200 bytes of headers are 50 ms.
        headers = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER, **more}
        if self.token and path != "/v1/login":
            headers["Authorization"] = f"Bearer {self.token}"
        self.bytes_up += _request_size(method, self.url, path, headers, body)
        try:
            with self._session.request(
                method,
                self.url + path,
                data=body or None,
                headers=headers,
                timeout=self._timeouts,
                stream=True,
                allow_redirects=False,
            ) as response:
                self.bytes_down += _head_size(response)
                data = self._body(response)
        except requests.exceptions.SSLError as error:
            raise user_error(NOT_SECURE) from error
        except requests.exceptions.Timeout as error:
            raise user_error(TOO_SLOW) from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise user_error(NO_CONNECTION) from error
        if 300 <= response.status_code < 400:
            raise user_error(CAPTIVE_PORTAL)
        return response.status_code, response.headers, data

    def _body(self, response: requests.Response) -> bytes:
        """The bytes as they travelled; `requests` must not decompress them."""
        data = bytearray()
        try:
            for part in response.raw.stream(65536, decode_content=False):
                self.bytes_down += len(part)
                data += part
                if len(data) > LARGEST_ANSWER:
                    raise user_error(CAPTIVE_PORTAL)
        except urllib3.exceptions.TimeoutError as error:
            raise user_error(TOO_SLOW) from error
        except urllib3.exceptions.HTTPError as error:
            raise user_error(ANSWER_DAMAGED) from error
        promised = response.headers.get("content-length", "")
        if promised.isdigit() and int(promised) != len(data):
            raise user_error(ANSWER_DAMAGED)
        return bytes(data)


def refusal(status: int, text: bytes) -> UserError:
    """The error in an answer that is no success; without our `code` it is not our server's."""
    try:
        error = ErrorBody.model_validate_json(text)
    except ValidationError:
        return (
            user_error(SERVER_FAILED, status=status)
            if status >= 500
            else user_error(CAPTIVE_PORTAL)
        )
    if error.code == "CEN-003":
        return user_error(SIGN_IN_AGAIN)
    if error.code == "CEN-010":
        return user_error(DATABASE_COPIED)
    if status >= 500:
        return user_error(SERVER_FAILED, status=error.code)
    return user_error(SERVER_SAID, code=error.code, text=error.text)


def _request_size(method: str, url: str, path: str, headers: dict[str, str], body: bytes) -> int:
    """Bytes of the request as urllib3 writes it."""
    host = urlsplit(url).netloc
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in headers.items() if value != SKIP_HEADER]
    return len("\r\n".join(lines)) + 4 + len(body)


def _head_size(response: requests.Response) -> int:
    """Bytes of the status line and headers of a response."""
    lines = [f"HTTP/1.1 {response.status_code} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return len("\r\n".join(lines)) + 4
