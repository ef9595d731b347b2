"""Every answer that is no success: a code and a text in Spanish, whatever went wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from juntos_campo.central.database import UNAVAILABLE
from juntos_campo.central.problems import (
    ADDRESS_TOO_OFTEN,
    BUSY,
    DATABASE_COPIED,
    DATABASE_NOT_READY,
    DATABASE_UNREACHABLE,
    DEVICE_OF_ANOTHER,
    DEVICE_TOO_OFTEN,
    LOCKED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNREADABLE,
    NO_SUCH_ADDRESS,
    NOT_AUTHENTICATED,
    NOT_FOR_LAPTOPS,
    NOT_FOR_YOUR_ROLE,
    PROTOCOL_UNKNOWN,
    WRONG_CREDENTIALS,
)
from juntos_campo.central.serving_problems import SERVER_FAULT, STOPPING
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.wire.messages import SUPPORTED_PROTOCOLS, ErrorBody

log = logging.getLogger(__name__)

STATUS: dict[str, int] = {
    WRONG_CREDENTIALS.code: 401,
    LOCKED.code: 429,
    NOT_AUTHENTICATED.code: 401,
    DEVICE_OF_ANOTHER.code: 403,
    NOT_FOR_YOUR_ROLE.code: 403,
    NOT_FOR_LAPTOPS.code: 403,
    DEVICE_TOO_OFTEN.code: 429,
    ADDRESS_TOO_OFTEN.code: 429,
    PROTOCOL_UNKNOWN.code: 409,
    DATABASE_COPIED.code: 409,
    MESSAGE_UNREADABLE.code: 422,
    MESSAGE_TOO_LARGE.code: 413,
    NO_SUCH_ADDRESS.code: 404,
    BUSY.code: 503,
    DATABASE_NOT_READY.code: 503,
    DATABASE_UNREACHABLE.code: 503,
    STOPPING.code: 503,
    SERVER_FAULT.code: 500,
}
"""HTTP statuses by code; any other refusal is 400."""

BUSY_SECONDS = 10
"""After so long a laptop may ask a busy server again."""

Refused: TypeAlias = Callable[[Request, str], Awaitable[None]]

CODE = "juntos_campo.code"
"""Where the scope of a request keeps the code of its refusal, for the log and the figures."""


def add_errors(app: FastAPI, refused: Refused) -> None:
    """Have every failure of a route answered in our own form.

    Args:
        refused: told the code of every refusal before it is answered.
    """
    Handler = Callable[[Request, Exception], Awaitable[Response]]  # noqa: N806

    async def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, UserError)  # noqa: S101
        await refused(request, error.problem.code)
        return _noted(request, error)

    async def unavailable(request: Request, error: Exception) -> Response:
        log.error("database.failed", extra={"fields": {"kind": type(error).__name__}})
        return _noted(request, user_error(BUSY))

    async def gone(request: Request, _cut: Exception) -> Response:
        log.info("link.cut")
        return _noted(request, user_error(MESSAGE_UNREADABLE, detail="llegó incompleto"))

    async def unfit(request: Request, _unfit: Exception) -> Response:
        log.error("database.refused_value")
        detail = "tiene un valor que no se puede guardar"
        return _noted(request, user_error(MESSAGE_UNREADABLE, detail=detail))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        answer = _noted(request, user_error(NO_SUCH_ADDRESS))
        answer.status_code = error.status_code
        return answer

    handlers: dict[type[Exception], Handler] = {
        UserError: told,
        **dict.fromkeys(UNAVAILABLE, unavailable),
        HTTPException: http,
        ClientDisconnect: gone,
        sa.exc.DataError: unfit,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def error_answer(error: UserError) -> Response:
    """The answer that tells an error: its code, its text in Spanish, and when to ask again."""
    code = error.problem.code
    supported = SUPPORTED_PROTOCOLS if code == PROTOCOL_UNKNOWN.code else ()
    body = ErrorBody(
        code=code,
        text=f"{error.what} {error.remedy}",
        supported=supported,
        erase=error.values.get("erase"),
    )
    status = STATUS.get(code, 400)
    wait = error.values.get("seconds") if status == 429 else BUSY_SECONDS
    headers = {"retry-after": str(wait)} if status in (429, 503) else {}
    return Response(body.to_json(), status, headers, media_type="application/json")


def _noted(request: Request, error: UserError) -> Response:
    request.scope[CODE] = error.problem.code
    return error_answer(error)
