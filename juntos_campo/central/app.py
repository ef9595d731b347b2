"""The HTTP face of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from fastapi import FastAPI

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.ahead import Ahead
from juntos_campo.central.bundle_routes import add_bundles
from juntos_campo.central.bundles import Bundles
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.file_routes import add_files
from juntos_campo.central.files import Files
from juntos_campo.central.http_errors import add_errors
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.sync_routes import add_login, add_sync
from juntos_campo.domain.clock import Clock, SystemClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.ids import Ids, random_id
from juntos_campo.wire.messages import PROTOCOL, SUPPORTED_PROTOCOLS


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
    ahead = Ahead()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        ahead.close()
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
    add_login(app, settings, accounts, clock)
    add_sync(app, settings, accounts, exchange, ahead)
    files = Files(database, settings, clock)
    add_files(app, accounts, files)
    add_bundles(app, accounts, Bundles(database, accounts, exchange, files, clock, ids))
    return app


def _add_health(app: FastAPI, database: Database) -> None:
    @app.get("/v1/health", summary="Estado del servidor")
    def health() -> dict[str, object]:
        with database.reading() as connection:
            connection.execute(sa.text("SELECT 1"))
        return {"status": "ok", "protocol": PROTOCOL, "supported": list(SUPPORTED_PROTOCOLS)}
