"""Entering and exchanging: ``/v1/login``, ``/v1/sync`` (JSON) and ``/v2/login``, ``/v2/sync`` (compact);
``/v2/token`` gives a laptop another token (`central.tokens`).

An answer of version 2 is a head and a page. A laptop whose link was cut says with the request's
``X-Resume`` how much of which page it has; the request is worked on as any other (its operations were
done before, so they are duplicates), and of the same page only the rest is sent.

What OpenAPI says of these addresses stands in `central.openapi`.
"""

from __future__ import annotations

import re
import time

from fastapi import FastAPI, Request, Response
from pydantic import ValidationError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from juntos_campo.central import authorisation
from juntos_campo.central.callers import Caller, Machine
from juntos_campo.central.door import Door
from juntos_campo.central.exchange import Exchange, require_protocol
from juntos_campo.central.foresight import Foresight
from juntos_campo.central.http_bodies import (
    bearer,
    json_answer,
    read_body,
    read_message,
    unreadable,
)
from juntos_campo.central.lost_laptops import lease_for
from juntos_campo.central.permissions import Action
from juntos_campo.central.problems import PROTOCOL_UNKNOWN
from juntos_campo.central.quiet import ADMITTED, Let
from juntos_campo.central.server_key import server_public_key
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tokens import renew, renew_days, works_on_laptops
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.wire.compact import (
    asked_of,
    decode_request,
    dictionary_of,
    encode_response,
    tag_of,
)
from juntos_campo.wire.dictionaries import UnknownDictionaryError
from juntos_campo.wire.framing import DamagedBodyError, write_answer
from juntos_campo.wire.messages import (
    PROTOCOL,
    SUPPORTED_PROTOCOLS,
    LoginRequest,
    LoginResponse,
    SyncRequest,
    SyncResponse,
)
from juntos_campo.wire.renewal import TokenRequest

_QUICK = 1.0
"""Seconds in which a body arrives for which nobody is looked up twice."""

_RESUME = re.compile(r"([0-9a-f]{16}):([0-9]{1,9})", re.ASCII)


def add_login(app: FastAPI, settings: ServerSettings, door: Door, clock: Clock) -> None:
    """Serve both versions' way in, and the way to another token."""
    accounts = door.accounts

    def enter(message: LoginRequest) -> LoginResponse:
        newer = message.protocol > 1
        machine = Machine(
            message.device,
            message.device_name,
            message.sign_key,
            message.counter or None,
            stamped=newer,
            stamp=message.stamp,
            renews=newer and message.renews,
        )
        given = accounts.enter(message.user, message.password, machine)
        account = given.account
        partitions: tuple[str, ...] = ()
        if works_on_laptops(account.role):
            with accounts.database.reading() as connection:
                partitions = authorisation.readable(connection, account)
        return LoginResponse(
            protocol=message.protocol,
            token=given.token,
            user=account.name,
            full_name=account.full_name,
            role=account.role.value,
            zone=account.zone,
            partitions=partitions,
            server_time=clock.now(),
            server_key=server_public_key(accounts.database, clock) if newer else "",
            stamp=given.stamp,
            renew_days=renew_days(settings) if machine.renews else 0,
            lease=lease_for(accounts.database, settings, clock, machine.device)
            if machine.renews
            else None,
        )

    for path in ("/v1/login", "/v2/login"):

        @app.post(path)
        async def login(request: Request) -> Response:
            message = await read_message(request, LoginRequest, settings.max_body)
            require_protocol(message.protocol)
            async with door.trying(request):
                return json_answer(request, await run_in_threadpool(enter, message))

    @app.post("/v2/token")
    async def renew_token(request: Request) -> Response:
        message = await read_message(request, TokenRequest, settings.max_body)
        async with door.trying(request):
            found = await run_in_threadpool(renew, accounts.database, settings, clock, message)
        return json_answer(request, found)


def add_sync(
    app: FastAPI,
    settings: ServerSettings,
    door: Door,
    exchange: Exchange,
    foresight: Foresight,
) -> None:
    """Serve the exchange in both versions."""
    accounts = door.accounts

    async def at_the_door(request: Request) -> str:
        """The token of somebody known: of a stranger no body is read."""
        await door.admit(request, Action.SYNC)
        return bearer(request)

    def run(token: str, message: SyncRequest) -> SyncResponse:
        # Again, since a body may take minutes to arrive, and the device may have asked meanwhile.
        return exchange.run(accounts.recognise(token), message)

    def run_compact(request: Request, data: bytes, caller: Caller, *, quick: bool) -> Response:
        try:
            message = decode_request(data, settings.max_body)
        except UnknownDictionaryError:
            # Of a newer program, which then speaks version 1 to this server.
            supported = ", ".join(map(str, SUPPORTED_PROTOCOLS))
            raise user_error(PROTOCOL_UNKNOWN, wanted=PROTOCOL, supported=supported) from None
        except (DamagedBodyError, ValidationError) as error:
            raise unreadable(error) from None
        if not quick or message.protocol == 1:
            caller = accounts.recognise(bearer(request))
        return run_read(request, data, caller, message)

    def run_read(
        request: Request, data: bytes, caller: Caller, message: SyncRequest, stamp: str = ""
    ) -> Response:
        """Work on a request that was read. `stamp`: who asks was let in already and given it."""
        ready, kept = foresight.of(caller, message)
        answer = exchange.run(caller, message, ready=ready, given=stamp, as_rows=True, kept=kept)
        dictionary = dictionary_of(data)
        packed_before = ready is not None or "x-resume" in request.headers
        page = foresight.pages.packed(answer, dictionary, before=packed_before)
        head, _ = encode_response(answer, asked=asked_of(message), dictionary=dictionary, page=page)
        return Response(
            write_answer(head, page, _resumed(request, page)),
            background=BackgroundTask(foresight.go_on, caller, message, answer, dictionary, kept),
        )

    @app.post("/v1/sync")
    async def sync(request: Request) -> Response:
        token = await at_the_door(request)
        message = await read_message(request, SyncRequest, settings.max_body)
        return json_answer(request, await run_in_threadpool(run, token, message))

    @app.post("/v2/sync")
    async def sync_compact(request: Request) -> Response:
        let: Let | None = request.scope.get(ADMITTED)
        if let is not None:
            data, admitted = await read_body(request, settings.max_body), let.admitted
            return await run_in_threadpool(
                run_read, request, data, admitted.caller, let.message, admitted.stamp
            )
        caller = await door.admit(request, Action.SYNC)
        began = time.monotonic()
        data = await read_body(request, settings.max_body)
        # Again if the body took its time: he may have been shut out meanwhile.
        quick = time.monotonic() - began < _QUICK
        return await run_in_threadpool(run_compact, request, data, caller, quick=quick)


def _resumed(request: Request, page: bytes) -> int:
    """Bytes of this very page the laptop has already; 0 when it has none, or of another one."""
    said = _RESUME.fullmatch(request.headers.get("x-resume", ""))
    if said is None or said[1] != tag_of(page):
        return 0
    return int(said[2]) if int(said[2]) <= len(page) else 0
