"""``POST /v2/standing``: a laptop asks, before anybody has typed a password, whether it is to be erased.

Whoever asks shows nothing but the laptop's id, so each address may ask so often only. What is counted here
has nothing to do with tries to enter: an office where fifty laptops are switched on must not lock itself out.
"""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.http_bodies import json_answer, read_message
from juntos_campo.central.lost_laptops import answer_standing
from juntos_campo.central.problems import ADDRESS_TOO_OFTEN
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.throttling import Throttles, address_of, proxies
from juntos_campo.domain.errors import user_error
from juntos_campo.wire.standing import ADDRESS, StandingAnswer, StandingRequest

_A_MINUTE, _BURST = 30, 10
_LARGEST = 4096


def add_standing(app: FastAPI, settings: ServerSettings, accounts: Accounts) -> None:
    """Serve it."""
    throttles = Throttles(accounts.database, accounts.clock)
    trusted = proxies(settings)

    def answer(address: str, asked: StandingRequest) -> StandingAnswer:
        a_minute = _A_MINUTE if settings.logins_a_minute else 0
        wait = throttles.take(throttles.mark("standing", address), a_minute, _BURST)
        if wait:
            raise user_error(ADDRESS_TOO_OFTEN, seconds=wait)
        return answer_standing(accounts.database, accounts.clock, asked)

    @app.post(ADDRESS)
    async def standing(request: Request) -> Response:
        asked = await read_message(request, StandingRequest, _LARGEST)
        peer = request.client.host if request.client else ""
        address = address_of(peer, request.headers.getlist("x-forwarded-for"), trusted)
        return json_answer(request, await run_in_threadpool(answer, address, asked))
