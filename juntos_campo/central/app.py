"""The HTTP face of the server."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange, require_protocol
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
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import Clock, SystemClock
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.ids import Ids, random_id
from juntos_campo.wire.framing import ENCODING, DamagedBodyError, pack, unpack
from juntos_campo.wire.messages import (
    PROTOCOL,
    SUPPORTED_PROTOCOLS,
    ErrorBody,
    LoginRequest,
    LoginResponse,
    Message,
    SyncRequest,
    SyncResponse,
)

log = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)

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


def create_app(
    settings: ServerSettings, clock: Clock | None = None, ids: Ids = random_id
) -> FastAPI:
    """The application. Its database must be ready (`juntos-central init`).

    Raises:
        UserError: CEN-201, CEN-202.
    """
    database = Database(settings.database_url, settings.pool_size)
    try:
        database.require_ready()
    except UserError:
        database.close()
        raise
    clock = clock or SystemClock()
    accounts = Accounts(database, settings, clock)
    exchange = Exchange(database, settings, clock, ids)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    app = FastAPI(
        title="Juntos Campo, servidor central",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.database = database
    _add_errors(app)
    _add_health(app, database)
    _add_login(app, settings, accounts, clock)
    _add_sync(app, settings, accounts, exchange)
    return app


def _add_health(app: FastAPI, database: Database) -> None:
    @app.get("/v1/health", summary="Estado del servidor")
    def health() -> dict[str, object]:
        with database.reading() as connection:
            connection.execute(sa.text("SELECT 1"))
        return {"status": "ok", "protocol": PROTOCOL, "supported": list(SUPPORTED_PROTOCOLS)}


def _add_login(app: FastAPI, settings: ServerSettings, accounts: Accounts, clock: Clock) -> None:
    def enter(message: LoginRequest) -> LoginResponse:
        account, token = accounts.login(
            message.user, message.password, message.device, message.device_name
        )
        with accounts.database.reading() as connection:
            partitions = authorisation.readable(connection, account)
        return LoginResponse(
            protocol=PROTOCOL,
            token=token,
            user=account.name,
            full_name=account.full_name,
            role=account.role.value,
            zone=account.zone,
            partitions=partitions,
            server_time=clock.now(),
        )

    @app.post(
        "/v1/login",
        summary="Entrar e inscribir una computadora",
        response_model=LoginResponse,
        openapi_extra=_body_schema(LoginRequest),
    )
    async def login(request: Request) -> Response:
        message = await _read(request, LoginRequest, settings.max_body)
        require_protocol(message.protocol)
        return _answer(request, await run_in_threadpool(enter, message))


def _add_sync(
    app: FastAPI, settings: ServerSettings, accounts: Accounts, exchange: Exchange
) -> None:
    def run(request: Request, token: str, message: SyncRequest) -> Response:
        return _answer(request, exchange.run(accounts.recognise(token), message))

    @app.post(
        "/v1/sync",
        summary="Un intercambio: cambios que suben, acuses y cambios que bajan",
        response_model=SyncResponse,
        openapi_extra=_body_schema(SyncRequest),
    )
    async def sync(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise user_error(NOT_AUTHENTICATED)
        message = await _read(request, SyncRequest, settings.max_body)
        return await run_in_threadpool(run, request, token.strip(), message)


async def _read(request: Request, message: type[M], limit: int) -> M:
    """The message in a request's body.

    Raises:
        UserError: CEN-006, CEN-007.
    """
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > limit:
            raise user_error(MESSAGE_TOO_LARGE)
    try:
        body = unpack(bytes(data), request.headers.get("content-encoding", ""), limit)
        return message.model_validate_json(body)
    except DamagedBodyError:
        raise user_error(MESSAGE_UNREADABLE, detail="está dañado o incompleto") from None
    except ValidationError as error:
        places = {".".join(map(str, item["loc"]))[:80] for item in error.errors()}
        detail = ", ".join(sorted(places)[:5]) or "no es JSON"
        raise user_error(MESSAGE_UNREADABLE, detail=detail) from None


def _answer(request: Request, message: Message) -> Response:
    """A response with few headers: at 2G every byte is paid for.

    Compressed for whoever says that he takes zstandard, or says nothing, as our laptops do.
    """
    accepted = request.headers.get("accept-encoding", ENCODING)
    data, encoding = message.to_json(), ""
    if ENCODING in accepted or "*" in accepted:
        data, encoding = pack(data)
    headers = {"content-encoding": encoding} if encoding else {}
    return Response(data, headers=headers, media_type="application/json")


def _body_schema(message: type[Message]) -> dict[str, object]:
    schema = message.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _error(problem: Problem, **values: str) -> Response:
    return _error_answer(user_error(problem, "", **values))


def _error_answer(error: UserError) -> Response:
    code = error.problem.code
    supported = SUPPORTED_PROTOCOLS if code == PROTOCOL_UNKNOWN.code else ()
    body = ErrorBody(code=code, text=f"{error.what} {error.remedy}", supported=supported)
    return Response(body.to_json(), STATUS.get(code, 400), media_type="application/json")


def _add_errors(app: FastAPI) -> None:
    Handler = Callable[[Request, Exception], Awaitable[Response]]  # noqa: N806

    async def told(_request: Request, error: Exception) -> Response:
        assert isinstance(error, UserError)  # noqa: S101
        log.info("request refused: %s", error.problem.code)
        return _error_answer(error)

    async def unavailable(_request: Request, error: Exception) -> Response:
        log.error("database: %s", type(error).__name__)
        return _error(BUSY)

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
