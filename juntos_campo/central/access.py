"""What happens to every request before and after its route: its number, its line in the log, its figures.

Pure ASGI, since it stands in the way of every byte of a first download.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Final

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from juntos_campo.central.http_errors import CODE, error_answer
from juntos_campo.central.logs import failure
from juntos_campo.central.metrics import (
    BYTES,
    EXCHANGES,
    LOGINS_REFUSED,
    REQUESTS,
    RUNNING,
    SECONDS,
)
from juntos_campo.central.serving_problems import SERVER_FAULT
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import Ids

QUIET_ROUTES: Final = frozenset({"/v1/live", "/v1/ready", "/v1/health"})
"""Asked every few seconds by machines: a line only when they go wrong, or at level debug."""

LOGINS: Final = frozenset({"/v1/login", "/v2/login"})
EXCHANGE_ROUTES: Final = {"/v1/sync": "1", "/v2/sync": "2"}
"""Addresses of exchanges, and the protocol's version there."""

_HEADER = b"x-request-id"
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NOWHERE, _NUMBER_DIGITS, _WHO_BYTES, _ERRORS = "-", 16, 5, 400

log = logging.getLogger(__name__)

_IN, _OUT = BYTES.labels("in"), BYTES.labels("out")


# Finding a figure by its labels takes longer than counting. There are as few as there are routes and codes.
@cache
def _requests(method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(method, route, str(status))


@cache
def _seconds(route: str) -> Histogram:
    return SECONDS.labels(route)


@cache
def _exchanges(version: str, outcome: str) -> Counter:
    return EXCHANGES.labels(version, outcome)


@dataclass(slots=True)
class _Seen:
    """One request under way. `done`: when its last byte was handed over."""

    number: str
    asked: bool
    began: float
    status: int = 0
    up: int = 0
    down: int = 0
    done: float = 0.0
    scope: Scope = field(default_factory=dict)


class Access:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, salt: bytes, ids: Ids) -> None:
        """`salt` makes the marks of callers of this run of the server (`who`); 64 bytes at most."""
        self._app = app
        self._salt = salt
        self._ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(_HEADER, b"")
        asked = _GIVEN.fullmatch(given) is not None
        number = given.decode("ascii") if asked else self._ids()[:_NUMBER_DIGITS]
        seen = _Seen(number, asked, time.perf_counter(), scope=scope)

        async def taking() -> Message:
            message = await receive()
            seen.up += len(message.get("body", b""))
            return message

        async def giving(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                # Few headers: at 2G every byte is paid for. Who asks, or is refused, gets it.
                if seen.asked or seen.status >= _ERRORS:
                    number = (_HEADER, seen.number.encode("ascii"))
                    message = {**message, "headers": [*message["headers"], number]}
            elif message["type"] == "http.response.body":
                seen.down += len(message.get("body", b""))
                if not message.get("more_body", False):
                    seen.done = time.perf_counter()
            await send(message)

        with RUNNING.track_inprogress():
            try:
                await self._app(scope, taking, giving)
            except Exception as error:
                await self._fell(seen, error, receive, giving)
            finally:
                self._tell(seen, headers.get(b"authorization", b""))

    async def _fell(self, seen: _Seen, error: Exception, receive: Receive, giving: Send) -> None:
        """Nobody foresaw this: one line with its places, and an answer in our own form."""
        fields = {"request": seen.number, "failure": failure(error)}
        log.error("request.failed", extra={"fields": fields})
        if seen.status:
            raise error
        seen.scope[CODE] = SERVER_FAULT.code
        answer = error_answer(user_error(SERVER_FAULT, request=seen.number))
        await answer(seen.scope, receive, giving)

    def _tell(self, seen: _Seen, authorization: bytes) -> None:
        ended = seen.done or time.perf_counter()
        route = getattr(seen.scope.get("route"), "path", _NOWHERE)
        method = seen.scope["method"] if seen.scope["method"] in _METHODS else _NOWHERE
        _requests(method, route, seen.status).inc()
        _seconds(route).observe(ended - seen.began)
        code = seen.scope.get(CODE, "")
        if route in LOGINS and code:
            LOGINS_REFUSED.labels(code).inc()
        if version := EXCHANGE_ROUTES.get(route):
            _exchanges(version, code or ("ok" if seen.done else "cut")).inc()
        _IN.inc(seen.up)
        _OUT.inc(seen.down)
        quiet = route in QUIET_ROUTES and seen.status < _ERRORS
        level = logging.DEBUG if quiet else logging.INFO
        if not log.isEnabledFor(level):
            return
        fields = {
            "request": seen.number,
            "method": method,
            "route": route,
            "status": seen.status,
            "code": code,
            "ms": round((ended - seen.began) * 1000, 1),
            "up": seen.up,
            "down": seen.down,
            "who": self._mark(authorization),
        }
        log.log(level, "request" if seen.done else "request.cut", extra={"fields": fields})

    def _mark(self, authorization: bytes) -> str:
        """The same for the same laptop while the server runs, and nothing else can be told from it."""
        if not authorization:
            return ""
        return blake2b(authorization, key=self._salt, digest_size=_WHO_BYTES).hexdigest()
