"""Addresses for the offices: ``/v1/accounts`` and ``/v1/audit``."""

from __future__ import annotations

import re

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from juntos_campo.central.callers import Caller
from juntos_campo.central.door import Door
from juntos_campo.central.http_bodies import json_answer
from juntos_campo.central.office_messages import AccountList, AuditPage
from juntos_campo.central.people import MOST_ROWS, list_accounts, read_audit
from juntos_campo.central.permissions import Action
from juntos_campo.central.problems import MESSAGE_UNREADABLE
from juntos_campo.domain.errors import user_error

_USER = re.compile(r"[0-9A-Za-z._@-]{0,64}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


def add_office(app: FastAPI, door: Door) -> None:
    """Serve them."""
    accounts = door.accounts

    def people(caller: Caller, after: str, limit: int) -> AccountList:
        return list_accounts(
            accounts.database,
            accounts.clock.now(),
            after=after,
            limit=limit,
            reader=caller.account,
            scope=door.scope(caller, Action.SEE_ACCOUNTS),
        )

    def trail(after: int, limit: int) -> AuditPage:
        return read_audit(accounts.database, after=after, limit=limit)

    @app.get("/v1/accounts")
    async def list_people(request: Request) -> Response:
        caller = await door.admit(request, Action.SEE_ACCOUNTS)
        after = request.query_params.get("after", "")
        if not _USER.fullmatch(after):
            raise user_error(MESSAGE_UNREADABLE, detail="after")
        found = await run_in_threadpool(people, caller, after, _limit(request))
        return json_answer(request, found)

    @app.get("/v1/audit")
    async def list_audit(request: Request) -> Response:
        await door.admit(request, Action.SEE_AUDIT)
        after = _number(request, "after", 0)
        return json_answer(request, await run_in_threadpool(trail, after, _limit(request)))


def _limit(request: Request) -> int:
    limit = _number(request, "limit", MOST_ROWS)
    if not 1 <= limit <= MOST_ROWS:
        raise user_error(MESSAGE_UNREADABLE, detail="limit")
    return limit


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not _NUMBER.fullmatch(text):
        raise user_error(MESSAGE_UNREADABLE, detail=name)
    return int(text)
