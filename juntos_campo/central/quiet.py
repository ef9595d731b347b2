"""Exchanges of a quiet day, answered before anything else of the server is asked.

Nearly every exchange is of a laptop that brings nothing and knows everything. With PostgreSQL such a one is
let in by one statement (`central.quick_admission`) and answered in the event loop. Every other request goes
on to the application as it came, and so does everything that is to be refused; whoever was let in here, but
has something to receive, takes along who he is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from juntos_campo.central.door import Door
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.quick_admission import Admitted, Doorkeeper, own_partitions
from juntos_campo.wire.compact import decode_request, dictionary_of, encode_quiet
from juntos_campo.wire.framing import DamagedBodyError, write_answer
from juntos_campo.wire.messages import SyncRequest

ADDRESS: Final = "/v2/sync"
ADMITTED: Final = "juntos_campo.admitted"
"""Where the scope of a request keeps who was let in: a `Let`."""

LONGEST = 2048
"""Bytes of a request that is read before it is known who asks; a quiet day's has some 150."""

_UNFOLDS = 16 * 1024


@dataclass(frozen=True, slots=True)
class Let:
    """Somebody who was let in, and what he asks."""

    message: SyncRequest
    admitted: Admitted


@dataclass(frozen=True, slots=True)
class _Route:
    """What `central.access` calls the address by."""

    path: str


_ROUTE = _Route(ADDRESS)


class Quiet:
    """ASGI middleware around the application."""

    def __init__(self, app: ASGIApp, keeper: Doorkeeper, door: Door, exchange: Exchange) -> None:
        """Nothing is taken before `keeper` is started."""
        self._app = app
        self._keeper = keeper
        self._door = door
        self._exchange = exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = self._token(scope) if scope["type"] == "http" else ""
        if not token:
            await self._app(scope, receive, send)
            return
        first = await receive()
        data: bytes = first.get("body", b"")
        whole = first["type"] == "http.request" and not first.get("more_body", False)
        let = await self._let(token, data) if whole else None
        if let is None or not let.admitted.quiet:
            if let is not None:
                scope[ADMITTED] = let
            await self._app(scope, _again(first, receive), send)
            return
        scope["route"] = _ROUTE
        body = write_answer(self._head(let, dictionary_of(data)), b"")
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})

    def _head(self, let: Let, dictionary: int) -> bytes:
        """The answer of `Exchange.run` to somebody who brings nothing and to whom nothing is new."""
        cursor, ends = let.message.cursor, let.admitted.ends
        return encode_quiet(
            let.message.protocol,
            self._exchange.clock.now().replace(microsecond=0),
            {name: min(cursor[name], ends.get(name, 0)) for name in let.admitted.readable},
            let.admitted.stamp,
            dictionary=dictionary,
        )

    def _token(self, scope: Scope) -> str:
        """The token of a request that may be answered here; empty for every other one."""
        if scope["path"] != ADDRESS or scope["method"] != "POST" or not self._keeper.lines.started:
            return ""
        promised, token = b"", b""
        for name, value in scope["headers"]:
            if name == b"content-length":
                promised = value
            elif name == b"authorization":
                token = value
        if not (promised.isdigit() and 0 < int(promised) <= LONGEST):
            return ""
        scheme, _, token = token.partition(b" ")
        return token.strip().decode("latin-1") if scheme.lower() == b"bearer" else ""

    async def _let(self, token: str, data: bytes) -> Let | None:
        message = _short(data)
        if message is None or not self._door.may_pass_quickly(message.device):
            return None
        admitted = await self._keeper.admit(token, message, self._exchange.ids())
        if admitted is None:
            return None
        self._door.passed_quickly(admitted.caller)
        return Let(message, admitted)


def _short(data: bytes) -> SyncRequest | None:
    """The request in these bytes if it may be one of a quiet day, or of a first download.

    Nobody knows yet who sends it; whatever else it is, even no request at all, the application reads.
    """
    try:
        message = decode_request(data, _UNFOLDS)
    except (DamagedBodyError, ValidationError):
        return None
    brings = message.operations or message.unreadable or message.pending
    if message.protocol != 2 or brings or message.loaded:
        return None
    return message if len(own_partitions(message)) <= 1 else None


def _again(first: Message, receive: Receive) -> Receive:
    """What hands out a message that was taken already, and then goes on."""
    taken = False

    async def receiving() -> Message:
        nonlocal taken
        if taken:
            return await receive()
        taken = True
        return first

    return receiving
