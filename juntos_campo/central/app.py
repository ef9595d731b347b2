"""The HTTP face of the server."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from juntos_campo.central.access import Access
from juntos_campo.central.accounts import Accounts
from juntos_campo.central.assignment_routes import add_assignments
from juntos_campo.central.bundle_routes import add_bundles
from juntos_campo.central.bundles import Bundles
from juntos_campo.central.database import Database
from juntos_campo.central.door import Door
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.file_routes import add_files
from juntos_campo.central.files import Files
from juntos_campo.central.foresight import Foresight
from juntos_campo.central.health import Gate, add_health
from juntos_campo.central.http_errors import add_errors
from juntos_campo.central.indicator_routes import add_indicators
from juntos_campo.central.metrics import watch_pool
from juntos_campo.central.office_routes import add_office
from juntos_campo.central.openapi import describe
from juntos_campo.central.quick_admission import Doorkeeper
from juntos_campo.central.quiet import Quiet
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.standing_routes import add_standing
from juntos_campo.central.sync_routes import add_login, add_sync
from juntos_campo.domain.clock import Clock, SystemClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.ids import Ids, random_id


def create_app(
    settings: ServerSettings,
    clock: Clock | None = None,
    ids: Ids = random_id,
    *,
    request_ids: Ids = random_id,
    salt: bytes = b"",
    on_start: Callable[[Gate], None] | None = None,
) -> FastAPI:
    """The application. Its database must be ready (`juntos-central init`).

    Args:
        request_ids: the numbers of requests that bring none of their own.
        salt: of the marks by which the log tells callers apart; the same in every process of a run.
        on_start: called once the server is about to answer.

    Raises:
        UserError: CEN-201, CEN-202.
    """
    database = Database(settings.database_url, settings.pool_size)
    try:
        database.require_ready()
    except UserError:
        database.close()
        raise
    watch_pool(database.engine)
    app = assemble(settings, database, clock or SystemClock(), ids, on_start)
    app.add_middleware(Access, salt=salt or secrets.token_bytes(16), ids=request_ids)
    return app


def assemble(
    settings: ServerSettings,
    database: Database,
    clock: Clock,
    ids: Ids,
    on_start: Callable[[Gate], None] | None = None,
) -> FastAPI:
    """Every route, on a database that nobody has looked at yet; the application closes it."""
    accounts = Accounts(database, settings, clock)
    exchange = Exchange(database, settings, clock, ids)
    foresight, gate = Foresight(exchange), Gate()
    keeper = Doorkeeper(database, settings, clock) if database.on_postgresql else None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if on_start is not None:
            on_start(gate)
        if keeper is not None:
            keeper.lines.start()
        yield
        if keeper is not None:
            keeper.lines.close()
        foresight.close()
        database.close()

    app = FastAPI(
        title="Juntos Campo, servidor central",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.database = database
    app.state.gate = gate
    door = Door(accounts)
    add_errors(app, door.refused)
    add_health(app, database, gate)
    add_login(app, settings, door, clock)
    add_standing(app, settings, accounts)
    add_sync(app, settings, door, exchange, foresight)
    files = Files(database, settings, clock)
    add_files(app, door, files)
    add_bundles(app, door, Bundles(database, accounts, exchange, files, clock, ids))
    add_office(app, door)
    add_assignments(app, door, settings.max_body)
    add_indicators(app, door)
    describe(app)
    if keeper is not None:
        app.add_middleware(Quiet, keeper=keeper, door=door, exchange=exchange)
    return app
