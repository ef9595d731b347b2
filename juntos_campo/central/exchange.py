"""One exchange: a laptop's operations in, acknowledgements and a page of changes out."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Caller
from juntos_campo.central.authorisation import Standing
from juntos_campo.central.database import Database
from juntos_campo.central.feed import read_page
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.merging import Verdict, judge
from juntos_campo.central.problems import (
    DATABASE_COPIED,
    NOT_AUTHENTICATED,
    OPERATION_REUSED,
    PROTOCOL_UNKNOWN,
)
from juntos_campo.central.server_key import sign_page
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import devices, operations
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.wire.merge import Changes, apply
from juntos_campo.wire.messages import (
    PROTOCOL,
    SUPPORTED_PROTOCOLS,
    Ack,
    Operation,
    Outcome,
    Refusal,
    SyncRequest,
    SyncResponse,
)

log = logging.getLogger(__name__)


def require_protocol(wanted: int) -> None:
    """Raises UserError CEN-005 for a version this server does not speak."""
    if wanted not in SUPPORTED_PROTOCOLS:
        supported = ", ".join(map(str, SUPPORTED_PROTOCOLS))
        raise user_error(PROTOCOL_UNKNOWN, wanted=wanted, supported=supported)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The service behind ``POST /v1/sync``."""

    database: Database
    settings: ServerSettings
    clock: Clock
    ids: Ids

    def run(self, caller: Caller, request: SyncRequest) -> SyncResponse:
        """Take the operations, each refused or kept on its own, then read what is new.

        Raises:
            UserError: CEN-003 the token is of another device, CEN-005, CEN-010.
        """
        require_protocol(request.protocol)
        if request.device != caller.device:
            raise user_error(NOT_AUTHENTICATED)
        if request.counter < caller.counter:
            # A device only counts upwards; two copies of one database would take each other's
            # changes for their own and overwrite them unnoticed.
            raise user_error(DATABASE_COPIED)
        acks = self._take(caller, request.operations) if request.operations else {}
        self._remember_counter(caller, request)
        clean = frozenset(
            (one.kind, one.id, acks[one.op_id].version)
            for one in request.operations
            if acks[one.op_id].outcome is Outcome.APPLIED
        )
        with self.database.reading() as connection:
            page = read_page(
                connection,
                authorisation.readable(connection, caller.account),
                request.cursor,
                min(request.budget, self.settings.max_budget),
                clean,
            )
        answer = SyncResponse.model_construct(
            protocol=PROTOCOL,
            server_time=self.clock.now().replace(microsecond=0),
            cursor=page.cursor,
            acks=tuple(acks[one.op_id] for one in request.operations),
            changes=tuple(page.changes),
            conflicts=tuple(page.conflicts),
            more=page.more,
        )
        if request.protocol == 1:
            return answer
        signature = sign_page(self.database, self.clock, answer)
        return answer.model_copy(update={"signature": signature})

    def _take(self, caller: Caller, wanted: Iterable[Operation]) -> dict[str, Ack]:
        acks: dict[str, Ack] = {}
        by_partition: dict[str, list[Operation]] = {}
        with self.database.reading() as connection:
            for operation in wanted:
                error = authorisation.refusal_before_lock(connection, caller.account, operation)
                if error is None:
                    name = authorisation.intended_partition(caller.account, operation)
                    by_partition.setdefault(name, []).append(operation)
                else:
                    acks[operation.op_id] = _refused(operation, error)
        for name, group in by_partition.items():
            with self.database.writing() as connection:
                ledger = Ledger.open(connection, name)
                known = _known_results(connection, group)
                for operation in group:
                    acks[operation.op_id] = self._one(ledger, caller, operation, known)
                ledger.close()
        self._note_refusals(caller, wanted, acks)
        return acks

    def _one(
        self,
        ledger: Ledger,
        caller: Caller,
        operation: Operation,
        known: dict[str, tuple[str, int]],
    ) -> Ack:
        if operation.op_id in known:
            author, version = known[operation.op_id]
            if author != caller.account.name:
                return _refused(operation, user_error(OPERATION_REUSED))
            return Ack(op_id=operation.op_id, version=version, outcome=Outcome.DUPLICATE)
        try:
            verdict = self._judged(ledger, caller, operation)
        except UserError as error:
            return _refused(operation, error)
        self._remember(ledger.connection, caller, operation, verdict)
        known[operation.op_id] = (caller.account.name, verdict.number)
        return Ack(op_id=operation.op_id, version=verdict.number, outcome=verdict.outcome)

    def _judged(self, ledger: Ledger, caller: Caller, operation: Operation) -> Verdict:
        """Authorise, merge, write. Nothing is written when it raises."""
        kind, record_id = operation.kind, operation.id
        present = ledger.present(kind, record_id)
        standing = Standing(present.partition) if present else None
        before = present.version.fields if present else {}
        after = apply(before, Changes(dict(operation.fields), operation.removed))
        authorisation.permit(
            ledger.connection, caller.account, operation, standing, after, ledger.partition
        )
        versions = (
            ledger.since(kind, record_id, operation.base_version, present.version)
            if present
            else []
        )
        received = moment(self.clock.now())
        verdict = judge(operation, caller.device, versions, received, self.ids)
        if verdict.version is not None:
            old = present.version if present else None
            ledger.write(kind, record_id, verdict.version, old)
        for lost in verdict.lost:
            ledger.tell(kind, record_id, verdict.number, lost)
        return verdict

    def _remember(
        self, connection: sa.Connection, caller: Caller, operation: Operation, verdict: Verdict
    ) -> None:
        now = self.clock.now()
        connection.execute(
            sa.insert(operations).values(
                op_id=operation.op_id,
                device=caller.device,
                kind=operation.kind,
                id=operation.id,
                version=verdict.number,
                outcome=verdict.outcome.value,
                author=operation.author,
                counter=operation.counter,
                device_time=operation.device_time.isoformat(),
                received_at=moment(now),
            )
        )
        note(
            connection,
            now,
            caller.account.name,
            caller.device,
            f"record.{verdict.outcome.value}",
            kind=operation.kind,
            record_id=operation.id,
            detail=f"version {verdict.number}",
        )

    def _note_refusals(
        self, caller: Caller, wanted: Iterable[Operation], acks: dict[str, Ack]
    ) -> None:
        refused = [(one, ack.refused) for one in wanted if (ack := acks[one.op_id]).refused]
        if not refused:
            return
        now = self.clock.now()
        with self.database.writing() as connection:
            for operation, refusal in refused:
                note(
                    connection,
                    now,
                    caller.account.name,
                    caller.device,
                    "record.refused",
                    kind=operation.kind,
                    record_id=operation.id,
                    detail=refusal.code if refusal else "",
                )
        log.info("device %s: %d operations refused", caller.device, len(refused))

    def _remember_counter(self, caller: Caller, request: SyncRequest) -> None:
        highest = request.counter
        if highest <= caller.counter:
            return
        with self.database.writing() as connection:
            connection.execute(
                sa.update(devices)
                .where(devices.c.id == caller.device, devices.c.counter < highest)
                .values(counter=highest)
            )


def _known_results(connection: sa.Connection, group: list[Operation]) -> dict[str, tuple[str, int]]:
    sql = sa.select(operations.c.op_id, operations.c.author, operations.c.version).where(
        operations.c.op_id.in_([one.op_id for one in group])
    )
    return {row.op_id: (row.author, row.version) for row in connection.execute(sql)}


def _refused(operation: Operation, error: UserError) -> Ack:
    refusal = Refusal(code=error.problem.code, text=f"{error.what} {error.remedy}")
    return Ack(op_id=operation.op_id, outcome=Outcome.REFUSED, refused=refusal)
