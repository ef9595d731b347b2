"""Messages over HTTP, with as few bytes and as few surprises as we can.

Version 2 is tried first; a server that does not know it is spoken to in version 1 from then on. An
answer of version 2 that is cut is kept as far as it came, and the next request asks for the rest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from juntos_campo.domain.clock import Clock, SystemClock
from juntos_campo.domain.errors import UserError
from juntos_campo.sync.http_faults import damaged, order_in, refusal
from juntos_campo.sync.http_link import LARGEST_ANSWER, Answer, HttpLink
from juntos_campo.sync.http_retry import TRIES, Retry
from juntos_campo.sync.http_wire import Wire
from juntos_campo.sync.page_parts import PageParts
from juntos_campo.sync.problems import SERVER_SAID
from juntos_campo.sync.renewal import ADDRESS, Renewal
from juntos_campo.wire.compact import encode_request
from juntos_campo.wire.dictionaries import NEWEST
from juntos_campo.wire.framing import DamagedBodyError, pack_for_http, unpack
from juntos_campo.wire.messages import (
    PROTOCOL,
    LoginRequest,
    LoginResponse,
    Message,
    SyncRequest,
    SyncResponse,
)
from juntos_campo.wire.orders import EraseOrder
from juntos_campo.wire.renewal import TokenAnswer

M = TypeVar("M", bound=Message)
T = TypeVar("T")

CONNECT_SECONDS, READ_SECONDS = 20.0, 60.0
"""Two seconds of round trip are common at 2G; a minute without one byte is a dead link."""

_PAUSE_SECONDS = 1.0
_UNAUTHORISED, _NOT_FOUND = 401, 404
_NO_SUCH_ADDRESS, _PROTOCOL_UNKNOWN = "CEN-009", "CEN-005"


def _never() -> bool:
    return False


class HttpTransport:
    """A keep-alive connection to the server; a context manager. See `Transport`.

    Attributes:
        url: the server, e.g. ``https://campo.example.pe``.
        token: given by `login`; empty before.
        protocol: the version spoken from now on: 2, or 1 with an old server.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        tries: int = TRIES,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        cancelled: Callable[[], bool] = _never,
        authority: Path | None = None,
        clock: Clock | None = None,
        renewal: Renewal | None = None,
        heed: Callable[[EraseOrder], None] | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            tries: of one request, without progress.
            cancelled: asked while something is waited for; True ends it with SYN-009.
            authority: certificates of the office's own authority (PEM); only they are trusted then.
            renewal: has a token that is good no more replaced, and the request sent once more.
            heed: given every order to erase this laptop, true or false; raises when it was obeyed.

        Raises:
            UserError: SYN-011 `url` is no address of a server, SYN-027 it would send names in the clear,
                SYN-028 `authority` cannot be read.
        """
        self._wire = Wire(cancelled)
        self._link = HttpLink(
            url,
            wire=self._wire,
            clock=clock or SystemClock(),
            timeouts=timeouts,
            authority=authority,
        )
        self._retry = Retry(
            tries=tries,
            first_pause=_PAUSE_SECONDS,
            pause=pause,
            jitter=jitter,
            cancelled=cancelled,
        )
        self._parts = PageParts()
        self._answered_at: float | None = None
        self.url = self._link.url
        self.token = token
        self._renewal = renewal
        self._heed = heed
        self.protocol = PROTOCOL
        self._dictionary = NEWEST

    def __enter__(self) -> HttpTransport:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._link.close()

    @property
    def bytes_up(self) -> int:
        return self._wire.sent

    @property
    def bytes_down(self) -> int:
        return self._wire.received

    @property
    def partial(self) -> tuple[str, bytes] | None:
        """Tag and beginning of a page whose rest did not arrive; the next `exchange` asks for the rest."""
        return self._parts.kept

    @partial.setter
    def partial(self, kept: tuple[str, bytes] | None) -> None:
        self._parts.kept = kept

    @property
    def speed(self) -> tuple[float | None, float | None]:
        """Bytes a second down and up as measured so far, the round trip aside; None for unknown."""
        return self._wire.speed.down, self._wire.speed.up

    @property
    def server_time_age(self) -> float | None:
        """Seconds from the server's writing of its time until the last request returned; None: none did.

        With ``now`` of the laptop's clock then, ``server_time + age - now`` is how far that clock is off.
        """
        if self._answered_at is None or self._wire.first_piece_at is None:
            return None
        back = (self._wire.speed.trip or 0.0) / 2
        return self._answered_at - self._wire.first_piece_at + back

    def login(
        self,
        user: str,
        password: str,
        device: str,
        device_name: str,
        *,
        sign_key: str = "",
        counter: int = 0,
        stamp: str = "",
    ) -> LoginResponse:
        """Enter the server; from then on the transport carries the token.

        Args:
            sign_key, counter, stamp: as in `LoginRequest`.

        Raises:
            UserError: as `exchange`; SYN-005 carries the server's refusal.
        """
        message = LoginRequest(
            protocol=PROTOCOL,
            user=user,
            password=password,
            device=device,
            device_name=device_name,
            sign_key=sign_key,
            counter=counter,
            stamp=stamp,
            renews=bool(sign_key),
        )
        answer = self._in_its_version(
            lambda: self._json("/v2/login", message, LoginResponse),
            lambda: self._json("/v1/login", _login_of_version_1(message), LoginResponse),
        )
        self.token = answer.token
        return answer

    def renew(self) -> bool:
        """Have the token replaced by this laptop's key.

        Returns:
            False when the server does not know the key, or is too old for it.

        Raises:
            UserError: as `exchange`; SYN-005 with CEN-012 when the office blocked this laptop.
        """
        if self._renewal is None:
            return False
        body, headers = pack_for_http(self._renewal.request().to_json())
        data = bytearray()
        answer = self._heeded(self._link.ask("POST", ADDRESS, body, headers, data.extend))
        if answer.status in (_UNAUTHORISED, _NOT_FOUND):
            return False
        self._require_success(answer)
        self.token = self._renewal.take(_read(answer, bytes(data), TokenAnswer))
        return True

    def exchange(self, request: SyncRequest) -> SyncResponse:
        """One exchange, in the version the server speaks; a page cut before is gone on with.

        Raises:
            UserError: SYN-001 to SYN-009, SYN-020 to SYN-029.
        """
        return self._in_its_version(
            lambda: self._packed(request),
            lambda: self._json("/v1/sync", _sync_of_version_1(request), SyncResponse),
        )

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        insist: bool = True,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request of bytes for bytes, asked again as `exchange` is when the link fails.

        Args:
            path: from the server's root, e.g. ``/v2/files/<hash>``.
            body: as it travels; the caller compresses.
            headers: further ones; names in lower case are found in the answer's in any case.
            insist: False for one try only, of a caller who asks for less after a failure.

        Returns:
            Status, headers and body as it travelled. A status of 400 to 499 is the server's own refusal
            (`refusal` tells it in words).

        Raises:
            UserError: as `exchange`; also for 401 (SYN-004) and statuses of 500 and more (SYN-006).
        """

        def once() -> tuple[int, Mapping[str, str], bytes]:
            data = bytearray()
            answer = self._ask(method, path, body, headers or {}, data.extend)
            if answer.status >= 300:
                error = refusal(answer.status, answer.refusal, answer.headers)
                if error.problem is not SERVER_SAID:
                    raise error
                return answer.status, answer.headers, answer.refusal
            return answer.status, answer.headers, bytes(data)

        return self._retry.run(once) if insist else once()

    def _in_its_version(self, second: Callable[[], T], first: Callable[[], T]) -> T:
        if self.protocol > 1:
            try:
                return self._retry.run(second, lambda: self._parts.gains)
            except UserError as error:
                if not _speaks_version_1_only(error):
                    raise
            self.protocol = 1
        return self._retry.run(first)

    def _packed(self, request: SyncRequest) -> SyncResponse:
        try:
            return self._compact(request)
        except UserError as error:
            if not (self._dictionary and _lacks_our_dictionary(error)):
                raise
        self._dictionary = 0  # for the rest of this synchronisation
        return self._compact(request)

    def _compact(self, request: SyncRequest) -> SyncResponse:
        part = self._parts.begin()
        try:
            answer = self._ask(
                "POST",
                "/v2/sync",
                encode_request(request, dictionary=self._dictionary),
                part.headers,
                part.feed,
            )
        finally:
            part.keep()
        self._require_success(answer)
        try:
            return part.whole([one.op_id for one in request.operations], LARGEST_ANSWER)
        except (DamagedBodyError, ValidationError):
            raise damaged(b"") from None

    def _json(self, path: str, message: Message, answer_type: type[M]) -> M:
        data = bytearray()
        body, headers = pack_for_http(message.to_json())
        answer = self._ask("POST", path, body, headers, data.extend)
        self._require_success(answer)
        return _read(answer, bytes(data), answer_type)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes,
        more: Mapping[str, str],
        feed: Callable[[bytes], None],
    ) -> Answer:
        enters = path.endswith("/login")
        answer = self._heeded(self._link.ask(method, path, body, self._headers(more, enters), feed))
        if answer.status == _UNAUTHORISED and not enters and self.renew():
            answer = self._link.ask(method, path, body, self._headers(more, enters), feed)
        self._answered_at = self._wire.now()
        return answer

    def _heeded(self, answer: Answer) -> Answer:
        """The same answer, unless it was a refusal with an order that was obeyed."""
        if self._heed is not None and answer.status >= 400:
            order = order_in(answer.refusal)
            if order is not None:
                self._heed(order)
        return answer

    def _headers(self, more: Mapping[str, str], enters: bool) -> dict[str, str]:
        if enters or not self.token:
            return dict(more)
        return {**more, "Authorization": f"Bearer {self.token}"}

    def _require_success(self, answer: Answer) -> None:
        if answer.status >= 300:
            raise refusal(answer.status, answer.refusal, answer.headers)


def _read(answer: Answer, data: bytes, answer_type: type[M]) -> M:
    """The message in the body of a success."""
    try:
        text = unpack(data, answer.headers.get("content-encoding", ""), LARGEST_ANSWER)
    except DamagedBodyError:
        raise damaged(data) from None
    try:
        return answer_type.model_validate_json(text)
    except ValidationError:
        looks_ours = text.lstrip().startswith(b"{")
        raise damaged(b"" if looks_ours else b"<") from None


def _lacks_our_dictionary(error: UserError) -> bool:
    """A server that speaks our version, but is older than the dictionary we wrote with."""
    if error.problem is not SERVER_SAID:
        return False
    return error.values["code"] == _PROTOCOL_UNKNOWN and PROTOCOL in error.values["supported"]


def _speaks_version_1_only(error: UserError) -> bool:
    if error.problem is not SERVER_SAID:
        return False
    code, supported = error.values["code"], error.values["supported"]
    return code == _NO_SUCH_ADDRESS or (code == _PROTOCOL_UNKNOWN and 1 in supported)


def _sync_of_version_1(request: SyncRequest) -> SyncRequest:
    """The request without what version 1 lacks; values at their default are not written."""
    lacking = ("stamp", "pending", "arriving", "want")
    operations = tuple(
        one.model_copy(update={"prev": "", "clock_offset": None}) for one in request.operations
    )
    return request.model_copy(
        update={
            "protocol": 1,
            "operations": operations,
            **{
                name: SyncRequest.model_fields[name].get_default(call_default_factory=True)
                for name in lacking
            },
        }
    )


def _login_of_version_1(message: LoginRequest) -> LoginRequest:
    return message.model_copy(
        update={"protocol": 1, "sign_key": "", "counter": 0, "stamp": "", "renews": False}
    )
