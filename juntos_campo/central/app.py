"""The HTTP face of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Accounts, Machine
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange, require_protocol
from juntos_campo.central.file_routes import add_files
from juntos_campo.central.files import Files
from juntos_campo.central.http_bodies import bearer, json_answer, read_message
from juntos_campo.central.http_errors import add_errors
from juntos_campo.central.server_key import server_public_key
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import Clock, SystemClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.ids import Ids, random_id
from juntos_campo.wire.messages import (
    PROTOCOL,
    SUPPORTED_PROTOCOLS,
    LoginRequest,
    LoginResponse,
    Message,
    SyncRequest,
    SyncResponse,
)


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
    add_errors(app)
    _add_health(app, database)
    _add_login(app, settings, accounts, clock)
    _add_sync(app, settings, accounts, exchange)
    add_files(app, accounts, Files(database, settings, clock))
    return app


def _add_health(app: FastAPI, database: Database) -> None:
    @app.get("/v1/health", summary="Estado del servidor")
    def health() -> dict[str, object]:
        with database.reading() as connection:
            connection.execute(sa.text("SELECT 1"))
        return {"status": "ok", "protocol": PROTOCOL, "supported": list(SUPPORTED_PROTOCOLS)}


def _add_login(app: FastAPI, settings: ServerSettings, accounts: Accounts, clock: Clock) -> None:
    def enter(message: LoginRequest) -> LoginResponse:
        machine = Machine(
            message.device, message.device_name, message.sign_key, message.counter or None
        )
        given = accounts.enter(message.user, message.password, machine)
        account = given.account
        with accounts.database.reading() as connection:
            partitions = authorisation.readable(connection, account)
        return LoginResponse(
            protocol=PROTOCOL,
            token=given.token,
            user=account.name,
            full_name=account.full_name,
            role=account.role.value,
            zone=account.zone,
            partitions=partitions,
            server_time=clock.now(),
            server_key=server_public_key(accounts.database, clock),
            stamp=given.stamp,
        )

    @app.post(
        "/v1/login",
        summary="Entrar e inscribir una computadora",
        response_model=LoginResponse,
        openapi_extra=_body_schema(LoginRequest),
    )
    async def login(request: Request) -> Response:
        message = await read_message(request, LoginRequest, settings.max_body)
        require_protocol(message.protocol)
        return json_answer(request, await run_in_threadpool(enter, message))


def _add_sync(
    app: FastAPI, settings: ServerSettings, accounts: Accounts, exchange: Exchange
) -> None:
    def run(request: Request, token: str, message: SyncRequest) -> Response:
        return json_answer(request, exchange.run(accounts.recognise(token), message))

    @app.post(
        "/v1/sync",
        summary="Un intercambio: cambios que suben, acuses y cambios que bajan",
        response_model=SyncResponse,
        openapi_extra=_body_schema(SyncRequest),
    )
    async def sync(request: Request) -> Response:
        token = bearer(request)
        message = await read_message(request, SyncRequest, settings.max_body)
        return await run_in_threadpool(run, request, token, message)


def _body_schema(message: type[Message]) -> dict[str, object]:
    schema = message.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
