"""One exchange: a laptop's operations in, acknowledgements and a page of changes out.

Its stages: the laptop is let in (`central.stamps`), its operations are taken (`central.taking`), what is
new is read (`central.feed`, and `central.first_download` for what it has never received).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Caller
from juntos_campo.central.ahead import Ready
from juntos_campo.central.colleagues import full_names
from juntos_campo.central.database import Database
from juntos_campo.central.feed import Page, last_numbers, read_page
from juntos_campo.central.first_download import (
    History,
    put_deleted,
    read_first_download,
    read_history,
)
from juntos_campo.central.metrics import count_operations
from juntos_campo.central.permissions import Action, require
from juntos_campo.central.problems import NOT_AUTHENTICATED, PROTOCOL_UNKNOWN
from juntos_campo.central.server_key import sign_page
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.stamps import admit, admit_first_version, note_first_version
from juntos_campo.central.taking import Taking
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.domain.values import Role
from juntos_campo.wire.messages import (
    SUPPORTED_PROTOCOLS,
    Ack,
    Outcome,
    SyncRequest,
    SyncResponse,
)


def require_protocol(wanted: int) -> None:
    """Raises UserError CEN-005 for a version this server does not speak."""
    if wanted not in SUPPORTED_PROTOCOLS:
        supported = ", ".join(map(str, SUPPORTED_PROTOCOLS))
        raise user_error(PROTOCOL_UNKNOWN, wanted=wanted, supported=supported)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The service behind ``POST /v1/sync`` and ``POST /v2/sync``."""

    database: Database
    settings: ServerSettings
    clock: Clock
    ids: Ids

    def run(
        self,
        caller: Caller,
        request: SyncRequest,
        *,
        stamped: bool = True,
        ready: Ready | None = None,
        given: str = "",
        as_rows: bool = False,
        kept: History | None = None,
    ) -> SyncResponse:
        """Take the operations, each refused or kept on its own, then read what is new.

        Args:
            stamped: False for a file that may be older than what came over the net since: it takes no
                part in the stamps, and its counter is held against the caller's alone.
            ready: a page made ahead for this request; used if nothing was committed since.
            given: the stamp he was given already when he was let in (`central.quick_admission`).
            kept: of his households, read ahead (`central.histories`); used if nothing was committed since.
            as_rows: `changes` of the answer are `wire.told.Told`, which `encode_page` takes and JSON not.

        Raises:
            UserError: CEN-003 the token is of another device, CEN-005, CEN-010, CEN-116.
        """
        require_protocol(request.protocol)
        require(caller.account, Action.SYNC)
        if request.device != caller.device:
            raise user_error(NOT_AUTHENTICATED)
        stamp = given or self._admit(caller, request, stamped=stamped)
        if request.protocol == 1:
            note_first_version(self.database, caller.device)
        taking = Taking(self.database, self.settings, self.clock, self.ids, caller, request)
        acks = taking.run()
        count_operations(acks)
        page = self._page(caller, request, acks, ready, kept)
        changes: Any = page.changes if as_rows else tuple(page.changes)
        answer = SyncResponse.model_construct(
            protocol=request.protocol,
            server_time=self.clock.now().replace(microsecond=0),
            cursor=page.cursor,
            acks=acks,
            changes=changes,
            conflicts=tuple(page.conflicts),
            more=page.more,
            removals=tuple(page.removals),
            stamp=stamp,
            arriving=page.arriving,
            served=page.served,
        )
        if request.protocol == 1:
            return answer
        signature = sign_page(self.database, self.clock, answer)
        people = full_names(self.database, answer, caller.account.name)
        return answer.model_copy(update={"signature": signature, "people": people})

    def _admit(self, caller: Caller, request: SyncRequest, *, stamped: bool) -> str:
        """Let in who is no copy, with the stamp he is given; those of version 1 and of files get none."""
        now = self.clock.now()
        if request.protocol > 1 and stamped:
            return admit(self.database, caller.account, request, self.ids(), now)
        admit_first_version(self.database, request, caller.counter, now)
        return ""

    def read_history(self, partition: str) -> History:
        """The history of all households of a partition, for `run` and `read_ahead`."""
        with self.database.reading() as connection:
            return read_history(connection, partition)

    def read_ahead(
        self, caller: Caller, request: SyncRequest, kept: History | None = None
    ) -> Ready:
        """The page for a request without operations that has not come yet."""
        budget = min(request.budget, self.settings.max_budget)
        with self.database.reading() as connection:
            readable = authorisation.readable(connection, caller.account)
            # Before the page is read, so that whatever commits meanwhile makes it useless.
            numbers = last_numbers(connection, readable)
            page = read_first_download(
                connection, readable, request, budget, frozenset(), kept=kept
            )
        return Ready(request, readable, numbers, page)

    def _page(
        self,
        caller: Caller,
        request: SyncRequest,
        acks: tuple[Ack, ...],
        ready: Ready | None,
        kept: History | None,
    ) -> Page:
        if request.pending:
            page = Page(dict(request.cursor), arriving=dict(request.arriving), more=True)
            with self.database.asking() as connection:
                readable = authorisation.readable(connection, caller.account)
                page.ends = last_numbers(
                    connection, [one for one in readable if one in page.arriving]
                )
                put_deleted(connection, page, request)
            return page
        budget = min(request.budget, self.settings.max_budget)
        known = _sent_unmixed(request, acks)
        if request.protocol > 1 and caller.account.role is Role.ZONE_COORDINATOR:
            # His reviews go with their household from one of his partitions to another: what leaves by
            # the one must come again by the other.
            known = frozenset()
        with self.database.asking() as connection:
            readable = authorisation.readable(connection, caller.account)
            if request.protocol == 1:
                return read_page(connection, readable, request.cursor, budget, known)
            if ready is not None and ready.holds(readable, last_numbers(connection, readable)):
                return ready.page
            page = read_first_download(connection, readable, request, budget, known, kept=kept)
            put_deleted(connection, page, request)
            return page


def _sent_unmixed(request: SyncRequest, acks: tuple[Ack, ...]) -> frozenset[tuple[str, str, int]]:
    """(kind, id, version) that the laptop made itself in this exchange: it holds them already."""
    versions = {one.op_id: one.version for one in acks if one.outcome is Outcome.APPLIED}
    return frozenset(
        (one.kind, one.id, versions[one.op_id])
        for one in request.operations
        if one.op_id in versions
    )
