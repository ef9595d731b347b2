"""What goes wrong on purpose: a laptop that dies, a server that dies, answers lost, doubled or late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.sync.problems import (
    DATABASE_COPIED,
    NO_CONNECTION,
    SERVER_SAID,
    SIGN_IN_AGAIN,
    TOO_SLOW,
)
from juntos_campo.wire.compact import (
    asked_of,
    decode_request,
    decode_response,
    encode_request,
    encode_response,
)
from juntos_campo.wire.messages import SyncRequest, SyncResponse

_LIMIT = 16 * 1024 * 1024


class Died(BaseException):
    """The power went: nothing catches it, nothing runs afterwards."""


@dataclass
class Fuse:
    """Blows at the n-th moment it is shown; afterwards at every one.

    Attributes:
        left: moments until then; None never.
    """

    left: int | None = None
    blown: bool = False

    def burn(self) -> None:
        if self.blown:
            raise Died
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.blown = True
            raise Died


class FragileStore(Store):
    """A store whose laptop may lose its power at any reading, before or after any commit."""

    def __init__(self, path: Path, key: bytes, ids: Ids, fuse: Fuse) -> None:
        super().__init__(path, key, ids)
        self.fuse = fuse

    def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[Any]:
        self.fuse.burn()
        return super().rows(sql, parameters)

    @contextmanager
    def transaction(self, *, actor: str, at: datetime, action: str) -> Iterator[Transaction]:
        self.fuse.burn()
        with super().transaction(actor=actor, at=at, action=action) as transaction:
            yield transaction
            self.fuse.burn()
        self.fuse.burn()


class ServerFuse:
    """Kills the server's work at the n-th statement from when it is set; its transaction is gone."""

    def __init__(self, engine: sa.Engine) -> None:
        self.left: int | None = None
        sa.event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            raise Died


Answer = Callable[[str, SyncRequest], SyncResponse]
"""(token, request) -> what the server answers; UserError with the server's code."""


@dataclass
class Link:
    """A laptop's way to the server within one process. See `juntos_campo.sync.transport`.

    Attributes:
        fault: what happens to the exchange number `at` of a synchronisation: ``lose`` (the answer),
            ``never`` (the request), ``twice`` (it arrives twice), ``late`` (it arrives after the
            laptop gave up, behind its next request), ``dies`` (the server, at the statement `depth`).
    """

    answer: Answer
    server: ServerFuse
    token: str = ""
    fault: str = ""
    at: int = 1
    depth: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    protocol: int = 2
    partial: tuple[str, bytes] | None = None
    speed: tuple[float | None, float | None] = (None, None)
    exchanges: int = 0
    straggler: SyncRequest | None = None
    happened: set[str] = field(default_factory=set)

    def begin(self, token: str, fault: str, at: int, depth: int) -> None:
        self.token, self.fault, self.at, self.depth = token, fault, at, depth
        self.exchanges = 0

    def exchange(self, request: SyncRequest) -> SyncResponse:
        self.exchanges += 1
        fault = self.fault if self.exchanges == self.at else ""
        if fault:
            self.happened.add(fault)
        if fault == "never":
            raise user_error(NO_CONNECTION)
        if fault == "late":
            self.straggler = request
            raise user_error(TOO_SLOW)
        if fault == "twice":
            first = self._ask(request)
            second = self._ask(request)
            return second if self.depth % 2 else first
        if fault == "dies":
            self.server.left = self.depth
        try:
            answer = self._ask(request)
        except Died:
            raise user_error(NO_CONNECTION) from None
        finally:
            self.server.left = None
        straggler, self.straggler = self.straggler, None
        if straggler is not None:
            try:
                self._ask(straggler)
            except UserError:
                self.happened.add("straggler refused")
        if fault == "lose":
            raise user_error(TOO_SLOW)
        return answer

    def _ask(self, request: SyncRequest) -> SyncResponse:
        """Both messages pass through the bytes of their version, as on a real way."""
        asked = asked_of(request)
        try:
            if self.protocol == 1:
                old = SyncRequest.model_validate_json(request.to_json())
                return SyncResponse.model_validate_json(self.answer(self.token, old).to_json())
            sent = decode_request(encode_request(request), _LIMIT)
            head, page = encode_response(self.answer(self.token, sent), asked=asked)
        except UserError as error:
            raise _as_told(error) from error
        return decode_response(head, page, _LIMIT, asked=asked)


def _as_told(error: UserError) -> UserError:
    """What the laptop's transport makes of the server's refusal."""
    code = error.problem.code
    if code == "CEN-003":
        return user_error(SIGN_IN_AGAIN)
    if code == "CEN-010":
        return user_error(DATABASE_COPIED)
    return user_error(SERVER_SAID, code=code, text=error.what)
