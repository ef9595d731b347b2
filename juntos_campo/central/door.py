"""The only way into a route: who asks, whether his role may, whether he asks too often.

Whoever is refused is told no more than that. Refusals of somebody known go into the audit trail; of all of
them the log has a line (`central.access`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from juntos_campo.central import permissions
from juntos_campo.central.accounts import Accounts
from juntos_campo.central.callers import Caller
from juntos_campo.central.file_problems import FILE_UNKNOWN
from juntos_campo.central.http_bodies import bearer
from juntos_campo.central.permissions import Action, Scope
from juntos_campo.central.problems import (
    ADDRESS_TOO_OFTEN,
    DEVICE_TOO_OFTEN,
    NOT_AUTHENTICATED,
    NOT_FOR_LAPTOPS,
    NOT_FOR_YOUR_ROLE,
)
from juntos_campo.central.throttling import (
    LOGIN_BURST,
    Requests,
    Throttles,
    address_of,
    proxies,
)
from juntos_campo.central.trail import note
from juntos_campo.domain.errors import UserError, user_error

AUDITED = frozenset(
    one.code for one in (NOT_AUTHENTICATED, NOT_FOR_YOUR_ROLE, NOT_FOR_LAPTOPS, FILE_UNKNOWN)
)
"""Refusals of a whole request that say something about who asked; operations have their own."""

_ONCE_IN = timedelta(minutes=1)
_MOST_REMEMBERED = 10_000


class Door:
    """Lets callers into the routes.

    Attributes:
        accounts: recognises them.
    """

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self._settings = accounts.settings
        self._throttles = Throttles(accounts.database, accounts.clock)
        self._requests = Requests(self._throttles, accounts.settings)
        self._trusted = proxies(accounts.settings)
        self._noted: dict[tuple[str, str, str], datetime] = {}

    async def admit(self, request: Request, action: Action) -> Caller:
        """Who asks, if he may do this at all; how far, `permissions.require` says.

        Raises:
            UserError: CEN-003, CEN-115, CEN-116, CEN-117.
        """
        return await run_in_threadpool(self._admit, bearer(request), action)

    def _admit(self, token: str, action: Action) -> Caller:
        caller = self.accounts.recognise(token)
        permissions.require(caller.account, action)
        wait = self._requests.count(caller.device)
        if wait:
            raise user_error(DEVICE_TOO_OFTEN, seconds=wait)
        return caller

    def may_pass_quickly(self, device: str) -> bool:
        """Whether a request that claims to be of this device need not be counted in the database."""
        return not self._requests.is_due(device)

    def passed_quickly(self, caller: Caller) -> None:
        """Somebody came in whom `central.quick_admission` recognised."""
        self._requests.note(caller.device)

    def scope(self, caller: Caller, action: Action) -> Scope:
        """How far the permission of an admitted caller reaches."""
        return permissions.require(caller.account, action)

    @asynccontextmanager
    async def trying(self, request: Request) -> AsyncIterator[None]:
        """A try to enter, which counts for its address unless it succeeds.

        Raises:
            UserError: CEN-118.
        """
        peer = request.client.host if request.client else ""
        address = address_of(peer, request.headers.getlist("x-forwarded-for"), self._trusted)
        name = await run_in_threadpool(self._throttles.mark, "address", address)
        a_minute = self._settings.logins_a_minute
        wait = await run_in_threadpool(self._throttles.take, name, a_minute, LOGIN_BURST)
        if wait:
            raise user_error(ADDRESS_TOO_OFTEN, seconds=wait)
        yield
        if a_minute:
            await run_in_threadpool(self._throttles.give_back, name)

    async def refused(self, request: Request, code: str) -> None:
        """A request was refused: note it, if it came from somebody the server knows."""
        if code not in AUDITED:
            return
        try:
            token = bearer(request)
        except UserError:
            return
        route = getattr(request.scope.get("route"), "path", "-")
        await run_in_threadpool(self._note, token, f"{request.method} {route}", code)

    def _note(self, token: str, route: str, code: str) -> None:
        known = self.accounts.whose(token)
        if known is None:
            return
        user, device = known
        # A program that asks again and again does not fill the trail.
        now, key = self.accounts.clock.now(), (device, route, code)
        if key in self._noted and now - self._noted[key] < _ONCE_IN:
            return
        if len(self._noted) >= _MOST_REMEMBERED:
            self._noted.clear()
        self._noted[key] = now
        with self.accounts.database.writing() as connection:
            note(connection, now, user, device, "request.refused", detail=f"{code} {route}")
