"""Every answer that is no success: a code and a text in Spanish, whatever went wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from juntos_campo.central.problems import (
    BUSY,
    DATABASE_COPIED,
    DEVICE_OF_ANOTHER,
    LOCKED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNREADABLE,
    NO_SUCH_ADDRESS,
    NOT_AUTHENTICATED,
    PROTOCOL_UNKNOWN,
    WRONG_CREDENTIALS,
)
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.wire.messages import SUPPORTED_PROTOCOLS, ErrorBody

log = logging.getLogger(__name__)

STATUS: dict[str, int] = {
    WRONG_CREDENTIALS.code: 401,
    LOCKED.code: 429,
    NOT_AUTHENTICATED.code: 401,
    DEVICE_OF_ANOTHER.code: 403,
    PROTOCOL_UNKNOWN.code: 409,
    DATABASE_COPIED.code: 409,
    MESSAGE_UNREADABLE.code: 422,
    MESSAGE_TOO_LARGE.code: 413,
    NO_SUCH_ADDRESS.code: 404,
    BUSY.code: 503,
}
"""HTTP statuses by code; any other refusal is 400."""

BUSY_SECONDS = 10
"""After so long a laptop may ask a busy server again."""


def add_errors(app: FastAPI) -> None:
    """Have every failure of a route answered in our own form."""
    Handler = Callable[[Request, Exception], Awaitable[Response]]  # noqa: N806

    async def told(_request: Request, error: Exception) -> Response:
        assert isinstance(error, UserError)  # noqa: S101
        log.info("request refused: %s", error.problem.code)
        return _error_answer(error)

    async def unavailable(_request: Request, error: Exception) -> Response:
        log.error("database: %s", type(error).__name__)
        answer = _error(BUSY)
        answer.headers["retry-after"] = str(BUSY_SECONDS)
        return answer

    async def gone(_request: Request, _cut: Exception) -> Response:
        log.info("a link was cut in the middle of a request")
        return _error(MESSAGE_UNREADABLE, detail="llegó incompleto")

    async def unfit(_request: Request, _unfit: Exception) -> Response:
        log.error("the database refused a value")
        return _error(MESSAGE_UNREADABLE, detail="tiene un valor que no se puede guardar")

    async def http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        answer = _error(NO_SUCH_ADDRESS)
        answer.status_code = error.status_code
        return answer

    handlers: dict[type[Exception], Handler] = {
        UserError: told,
        sa.exc.OperationalError: unavailable,
        sa.exc.TimeoutError: unavailable,
        HTTPException: http,
        ClientDisconnect: gone,
        sa.exc.DataError: unfit,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _error(problem: Problem, **values: str) -> Response:
    return _error_answer(user_error(problem, "", **values))


def _error_answer(error: UserError) -> Response:
    code = error.problem.code
    supported = SUPPORTED_PROTOCOLS if code == PROTOCOL_UNKNOWN.code else ()
    body = ErrorBody(code=code, text=f"{error.what} {error.remedy}", supported=supported)
    return Response(body.to_json(), STATUS.get(code, 400), media_type="application/json")
