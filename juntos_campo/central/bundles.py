"""Bundle files at the server: taken once, answered with a file for the laptop that made them.

A file may come days late, in any order with other files and with exchanges over the net. So it takes no
part in the stamps that tell a copied database; instead it has a number of its own, and operations carry
the laptop's counter: two files of one number, or two operations of one counter, come from two copies.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Account, Accounts, Caller
from juntos_campo.central.bundle_files import give_files, take_files
from juntos_campo.central.bundle_problems import (
    ALREADY_TAKEN,
    BUNDLE_OF_COPY,
    LAPTOP_UNKNOWN,
    LAPTOP_WITHOUT_KEY,
)
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.files import Files
from juntos_campo.central.lost_laptops import lease_for, order_for
from juntos_campo.central.problems import DEVICE_BLOCKED
from juntos_campo.central.server_key import server_seed
from juntos_campo.central.tables import bundles, devices, operations
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.domain.spanish import moment
from juntos_campo.domain.values import Role
from juntos_campo.wire.bundle import Bundle, open_content, read, require_signature, seal
from juntos_campo.wire.bundle_messages import (
    BundleAnswer,
    BundledFile,
    BundleHeader,
    BundleKind,
    BundlePage,
    BundleRequest,
)
from juntos_campo.wire.bundle_problems import IS_AN_ANSWER, OTHER_SERVER, UNREADABLE
from juntos_campo.wire.messages import PROTOCOL, Operation, SyncRequest
from juntos_campo.wire.orders import EraseOrder
from juntos_campo.wire.signing import fingerprint, public_key

log = logging.getLogger(__name__)

PAGE_BUDGET = 4 * 1024 * 1024
MOST_OF_AN_ANSWER = 40 * 1024 * 1024
"""Bytes of JSON after which an answer ends; the rest comes with the next file or over the net."""

ANSWER_DAYS = 60
"""An answer that was lost can be had again for so long."""


@dataclass(frozen=True, slots=True)
class _Laptop:
    """Who made a file. `erase`: what the office wants done with it, instead of taking anything from it."""

    caller: Caller
    sign_key: str
    erase: EraseOrder | None = None


@dataclass(frozen=True, slots=True)
class Bundles:
    """The service behind ``POST /v2/bundle`` and ``juntos-central bundle``."""

    database: Database
    accounts: Accounts
    exchange: Exchange
    files: Files
    clock: Clock
    ids: Ids

    def take(self, data: bytes, *, carrier: str = "", again: bool = False) -> bytes:
        """Do what a file asks for; the file for the laptop that made it.

        Args:
            carrier: account that brought it; empty for the office itself.
            again: give the answer that was given before, instead of refusing the file.

        Raises:
            UserError: JCB-001 to JCB-010, CEN-012, CEN-601 to CEN-604; nothing was taken then, and the trail
                says so.
        """
        try:
            return self._take(data, carrier, again=again)
        except UserError as error:
            code = error.problem.code
            with self.database.writing() as connection:
                note(connection, self.clock.now(), carrier, "", "bundle.refused", detail=code)
            raise

    def _take(self, data: bytes, carrier: str, *, again: bool) -> bytes:
        seed = server_seed(self.database, self.clock)
        bundle = read(data)
        header = bundle.header
        if header.kind is not BundleKind.REQUEST:
            raise user_error(IS_AN_ANSWER)
        if header.server != fingerprint(public_key(seed)):
            raise user_error(OTHER_SERVER)
        laptop = self._laptop(header.device)
        require_signature(bundle, laptop.sign_key)
        if laptop.erase is not None:
            return self._order(laptop, bundle, laptop.erase, seed)
        given = self._given(header.id, carrier, again)
        if given is not None:
            return given
        content, files = open_content(bundle, BundleRequest, seed)
        if any(one.device != header.device for one in content.requests):
            raise user_error(UNREADABLE)
        self._refuse_copies(header, content)
        answer = self._answer(laptop, bundle, content, files, seed)
        return self._remember(laptop, header, content.number, carrier, answer, again=again)

    def _laptop(self, device: str) -> _Laptop:
        with self.database.reading() as connection:
            row = connection.execute(sa.select(devices).where(devices.c.id == device)).first()
        if row is None:
            raise user_error(LAPTOP_UNKNOWN)
        order = order_for(self.database, self.clock, device) if row.revoked else None
        if row.revoked and order is None:
            raise user_error(DEVICE_BLOCKED)
        if not row.sign_key:
            raise user_error(LAPTOP_WITHOUT_KEY)
        if order is not None:
            someone = Account(row.user_name, "", Role.FIELD_WORKER, "")
            return _Laptop(Caller(someone, device, counter=0), row.sign_key, order)
        account = self.accounts.account(row.user_name)
        if account is None:
            raise user_error(DEVICE_BLOCKED)
        # Late files show old counters: what tells a copy here is `_refuse_copies`.
        return _Laptop(Caller(account, device, counter=0), row.sign_key)

    def _given(self, bundle_id: str, carrier: str, again: bool) -> bytes | None:
        """The answer of a file that was taken before; None for a new one.

        Whoever brought it gets it again over the net: his link may have been cut. An answer that is not
        kept any more is refused like any other: the laptop makes a new file.
        """
        with self.database.reading() as connection:
            row = connection.execute(sa.select(bundles).where(bundles.c.id == bundle_id)).first()
        if row is None:
            return None
        if row.answer and (again or (carrier and row.carrier == carrier)):
            return bytes(row.answer)
        raise user_error(ALREADY_TAKEN, day=moment(datetime.fromisoformat(row.received_at)))

    def _refuse_copies(self, header: BundleHeader, content: BundleRequest) -> None:
        sent = [one for request in content.requests for one in request.operations]
        with self.database.reading() as connection:
            numbered = connection.execute(
                sa.select(bundles.c.id).where(
                    bundles.c.device == header.device, bundles.c.number == content.number
                )
            ).scalar_one_or_none()
            if numbered is not None or _other_hands(connection, header.device, sent):
                raise user_error(BUNDLE_OF_COPY)

    def _answer(
        self,
        laptop: _Laptop,
        bundle: Bundle,
        content: BundleRequest,
        files: Sequence[bytes],
        seed: str,
    ) -> bytes:
        now = self.clock.now().replace(microsecond=0)
        pages = tuple(self._pages(laptop.caller, content.requests))
        # Only now may they come: a record that travelled with them names them.
        stored, declined = take_files(self.files, laptop.caller, content.files, files)
        given = give_files(self.files, laptop.caller, content.wanted)
        message = BundleAnswer.model_construct(
            received_at=now,
            pages=pages,
            files=tuple(BundledFile(id=key, size=len(data)) for key, data in given.items()),
            stored=stored,
            declined=declined,
            lease=lease_for(
                self.database, self.accounts.settings, self.clock, laptop.caller.device
            ),
        )
        header = self._header(bundle, now)
        return seal(header, message, list(given.values()), seed=seed, to_key=laptop.sign_key)

    def _order(self, laptop: _Laptop, bundle: Bundle, order: EraseOrder, seed: str) -> bytes:
        """The answer that has the laptop erased. Not kept: after a cancelled order the file is new."""
        now = self.clock.now().replace(microsecond=0)
        caller = laptop.caller
        with self.database.writing() as connection:
            note(connection, now, caller.account.name, caller.device, "bundle.erase_order")
        message = BundleAnswer.model_construct(received_at=now, pages=(), erase=order)
        return seal(self._header(bundle, now), message, seed=seed, to_key=laptop.sign_key)

    def _header(self, bundle: Bundle, now: datetime) -> BundleHeader:
        return bundle.header.model_copy(
            update={
                "kind": BundleKind.ANSWER,
                "id": self.ids(),
                "answers": bundle.header.id,
                "made_at": now,
            }
        )

    def _pages(self, caller: Caller, requests: Sequence[SyncRequest]) -> list[BundlePage]:
        """Every exchange of the file, and then as many as bring the rest, within bounds."""
        with self.database.reading() as connection:
            readable = authorisation.readable(connection, caller.account)
        pages: list[BundlePage] = []
        for number, request in enumerate(requests, start=1):
            pages.append(self._page(caller, request, readable, last=number == len(requests)))
        room = MOST_OF_AN_ANSWER - PAGE_BUDGET
        while pages[-1].response.more and room > 0:
            response = pages[-1].response
            following = requests[-1].model_copy(
                update={"operations": (), "cursor": dict(response.cursor)}
            )
            pages.append(self._page(caller, following, readable, last=True))
            room -= PAGE_BUDGET
        return pages

    def _page(
        self, caller: Caller, request: SyncRequest, readable: Sequence[str], *, last: bool
    ) -> BundlePage:
        """One exchange. What a stick carries need not be thrifty: a partition that was never received,
        or not to its end, comes whole and in its order, without the stages of a first download."""
        start = {name: request.cursor.get(name, 0) for name in readable}
        asked = request.model_copy(
            update={
                "protocol": PROTOCOL,
                "cursor": start,
                "arriving": {},
                "want": {},
                "stamp": "",
                "budget": PAGE_BUDGET,
                "pending": not last,
            }
        )
        response = self.exchange.run(caller, asked, stamped=False)
        return BundlePage.model_construct(start=start, response=response)

    def _remember(
        self,
        laptop: _Laptop,
        header: BundleHeader,
        number: int,
        carrier: str,
        answer: bytes,
        *,
        again: bool,
    ) -> bytes:
        caller, now = laptop.caller, self.clock.now()
        try:
            with self.database.writing() as connection:
                connection.execute(
                    sa.insert(bundles).values(
                        id=header.id,
                        device=header.device,
                        number=number,
                        received_at=now.isoformat(),
                        carrier=carrier,
                        answer=answer,
                    )
                )
                _drop_old_answers(connection, header.device, now)
                actor = carrier or caller.account.name
                note(connection, now, actor, header.device, "bundle.taken", detail=header.id)
        except sa.exc.IntegrityError:
            # The same file came twice at the same time; its operations were taken once.
            given = self._given(header.id, carrier, again)
            if given is None:
                raise user_error(BUNDLE_OF_COPY) from None
            return given
        log.info("bundle.taken")
        return answer


def _drop_old_answers(connection: sa.Connection, device: str, now: datetime) -> None:
    oldest = (now - timedelta(days=ANSWER_DAYS)).isoformat()
    old = sa.and_(bundles.c.device == device, bundles.c.received_at < oldest)
    connection.execute(sa.update(bundles).where(old).values(answer=b""))


def _other_hands(connection: sa.Connection, device: str, sent: Sequence[Operation]) -> bool:
    """Whether this device already sent another operation under a counter of these."""
    ids = {one.counter: one.op_id for one in sent}
    counters = sorted(ids)
    for start in range(0, len(counters), 500):
        part = counters[start : start + 500]
        rows = connection.execute(
            sa.select(operations.c.counter, operations.c.op_id).where(
                operations.c.device == device, operations.c.counter.in_(part)
            )
        )
        if any(ids[row.counter] != row.op_id for row in rows):
            return True
    return False
