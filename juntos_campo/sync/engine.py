"""One synchronisation, from the first change sent to the last page stored.

Every page of the server's answer is stored in one local transaction: acknowledged operations leave
the outbox, received records are written, the cursor moves. So there is no moment at which a kill, a
cut link or a lost answer could leave something half done; the next synchronisation goes on from
there, with the same operation ids.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.kinds import KINDS
from juntos_campo.store import held as held_records
from juntos_campo.store import outbox, sync_state
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.sync.problems import ANSWER_DAMAGED, CANCELLED
from juntos_campo.sync.report import Acknowledged, Progress, RefusedChange, Stage, SyncReport
from juntos_campo.sync.transport import Transport
from juntos_campo.sync.trust import require_signed
from juntos_campo.wire.codec import decode
from juntos_campo.wire.merge import overlay
from juntos_campo.wire.messages import (
    DEFAULT_BUDGET,
    PROTOCOL,
    Ack,
    Change,
    Operation,
    Outcome,
    SyncRequest,
    SyncResponse,
)

log = logging.getLogger(__name__)

MOST_OPERATIONS = 400
"""Operations in one request, at most."""

UP_BUDGET = 256 * 1024
"""Uncompressed bytes of operations in one request, about."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a synchronisation goes about it. `budget`: uncompressed bytes of a page."""

    budget: int = DEFAULT_BUDGET
    most_operations: int = MOST_OPERATIONS
    up_budget: int = UP_BUDGET


def _silent(_progress: Progress) -> None:
    return None


def _never() -> bool:
    return False


def synchronise(
    store: Store,
    transport: Transport,
    *,
    device: str,
    actor: str,
    clock: Clock,
    progress: Callable[[Progress], None] = _silent,
    cancelled: Callable[[], bool] = _never,
    settings: Settings | None = None,
) -> SyncReport:
    """Send what waits, receive what is new.

    A link that fails, a server that refuses and a person who cancels end it early; that stands in
    the report and is no exception.

    Args:
        store: of this thread.
        actor: user name, for the audit trail.
        cancelled: asked between exchanges.

    Raises:
        UserError: STO-008 the local disk refuses; what was stored before stays stored.
    """
    run = _Run(
        store,
        transport,
        settings or Settings(),
        device=device,
        actor=actor,
        clock=clock,
        progress=progress,
    )
    report = run.report
    try:
        run.prepare()
        while True:
            if cancelled():
                report.stop(Stage.EXCHANGE, user_error(CANCELLED))
                break
            if not run.one_exchange():
                break
    finally:
        run.finish()
    return report


class _Run:
    def __init__(
        self,
        store: Store,
        transport: Transport,
        settings: Settings,
        *,
        device: str,
        actor: str,
        clock: Clock,
        progress: Callable[[Progress], None],
    ) -> None:
        self.store = store
        self.transport = transport
        self.device = device
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.progress = progress
        self.report = SyncReport(clock.now())
        self._before = (transport.bytes_up, transport.bytes_down)
        self._sent_up_to = 0
        self._ended = False

    def prepare(self) -> None:
        """Count what waits; read what an older version of the program could not."""
        self.report.waiting_before = sync_state.waiting_count(self.store)
        with self._transaction("sync.begin") as tx:
            sync_state.mark_begun(tx)
        held = held_records.held_changes(self.store)
        if held:
            with self._transaction("sync.held") as tx:
                for change in held:
                    if self._apply(tx, change, frozenset()):
                        held_records.release_change(tx, change)
        self._tell(Stage.PREPARE)

    def one_exchange(self) -> bool:
        """One request and its answer. False when it was the last or the link failed."""
        batch = self._next_batch()
        cursor = sync_state.cursor(self.store)
        request = SyncRequest(
            protocol=PROTOCOL,
            device=self.device,
            cursor=cursor,
            operations=tuple(_message(one) for one in batch),
            counter=sync_state.counter(self.store),
            budget=self.settings.budget,
        )
        self.report.sent += len(batch)
        self.report.exchanges += 1
        self._tell(Stage.EXCHANGE)
        try:
            response = self.transport.exchange(request)
            require_signed(self.store, response)
        except UserError as error:
            self.report.stop(Stage.EXCHANGE, error)
            return False
        if batch:
            self._sent_up_to = batch[-1].counter
        self._store_page(batch, response)
        self._tell(Stage.STORE)
        if response.more and response.cursor == cursor and not batch:
            # A page that leads nowhere would be asked for for ever.
            self.report.stop(Stage.EXCHANGE, user_error(ANSWER_DAMAGED))
            return False
        self._ended = not response.more and not outbox.waiting(
            self.store, after=self._sent_up_to, limit=1
        )
        return not self._ended

    def finish(self) -> None:
        """Close the account and keep it."""
        report = self.report
        report.bytes_up = self.transport.bytes_up - self._before[0]
        report.bytes_down = self.transport.bytes_down - self._before[1]
        report.still_waiting = sync_state.waiting_count(self.store)
        if self._ended or report.stopped:
            report.ended_at = self.clock.now()
        with self._transaction("sync") as tx:
            sync_state.log_sync(tx, report.started_at, report.complete, report.as_json())
        stopped = report.stopped.code if report.stopped else "complete"
        log.info("sync: %s, %d acknowledged", stopped, len(report.acknowledged))
        if report.complete:
            self._tell(Stage.DONE)

    def _transaction(self, action: str) -> AbstractContextManager[Transaction]:
        return self.store.transaction(actor=self.actor, at=self.clock.now(), action=action)

    def _next_batch(self) -> list[outbox.Operation]:
        """What waits, in order, up to the request's budget; at least one."""
        found = outbox.waiting(
            self.store, after=self._sent_up_to, limit=self.settings.most_operations
        )
        batch: list[outbox.Operation] = []
        room = self.settings.up_budget
        for one in found:
            room -= len(json.dumps(one.fields)) + 200
            if batch and room < 0:
                break
            batch.append(one)
        return batch

    def _store_page(self, batch: list[outbox.Operation], response: SyncResponse) -> None:
        sent = {one.op_id: one for one in batch}
        conflicts = list(response.conflicts)
        with self._transaction("sync.page") as tx:
            results = [(sent[ack.op_id], ack) for ack in response.acks if ack.op_id in sent]
            for operation, ack in results:
                _settle(tx, operation, ack)
            mine = sync_state.unacknowledged(self.store)
            came: dict[str, int] = {}
            held = 0
            for change in response.changes:
                if self._apply(tx, change, mine):
                    came[change.kind] = came.get(change.kind, 0) + 1
                else:
                    held_records.hold_change(tx, change)
                    held += 1
            for told in conflicts:
                sync_state.record_conflict(tx, told)
            sync_state.set_cursor(tx, response.cursor)
            touched, households = set(tx.touched), set(tx.households)
        # Only now is it on disk; before, the report must not speak of it.
        self._account(results, came, held)
        self.report.conflicts += conflicts
        self.report.kinds |= touched
        self.report.households |= households

    def _account(
        self, results: list[tuple[outbox.Operation, Ack]], came: dict[str, int], held: int
    ) -> None:
        report = self.report
        for operation, ack in results:
            if ack.refused:
                report.refused.append(
                    RefusedChange(
                        operation.op_id,
                        operation.kind,
                        operation.record_id,
                        ack.refused.code,
                        ack.refused.text,
                    )
                )
            else:
                report.acknowledged.append(
                    Acknowledged(
                        operation.op_id,
                        operation.kind,
                        operation.record_id,
                        ack.version,
                        ack.outcome,
                    )
                )
        for kind, count in came.items():
            report.received[kind] = report.received.get(kind, 0) + count
        report.held += held

    def _apply(self, tx: Transaction, change: Change, mine: frozenset[tuple[str, str]]) -> bool:
        """Write a received record, this laptop's own waiting changes on top of it.

        Returns:
            False when this version of the program cannot read it.
        """
        if change.kind not in KINDS:
            return False
        if change.version < sync_state.server_version(self.store, change.kind, change.id):
            return True  # an older page, asked again
        fields, deleted = change.fields, change.deleted
        if (change.kind, change.id) in mine:
            pending = outbox.waiting_for(self.store, change.kind, change.id)
            fields = overlay(fields, (one.changes for one in pending))
            deleted = pending[-1].deleted if pending else deleted
        try:
            entity, extra = decode(change.kind, change.id, fields)
        except UserError as error:
            log.info("%s held: %s", change.kind, error.problem.code)
            return False
        tx.apply_server(
            entity, extra, version=change.version, deleted=deleted, author=change.author
        )
        return True

    def _tell(self, stage: Stage) -> None:
        report = self.report
        self.progress(
            Progress(
                stage,
                len(report.acknowledged),
                report.waiting_before,
                sum(report.received.values()),
                report.exchanges,
                self.transport.bytes_up - self._before[0],
                self.transport.bytes_down - self._before[1],
            )
        )


def _message(one: outbox.Operation) -> Operation:
    return Operation(
        op_id=one.op_id,
        kind=one.kind,
        id=one.record_id,
        base_version=one.base_version,
        author=one.author,
        counter=one.counter,
        device_time=datetime.fromisoformat(one.device_time),
        fields=one.fields,
        removed=one.removed,
        deleted=one.deleted,
    )


def _settle(tx: Transaction, operation: outbox.Operation, ack: Ack) -> None:
    """Take an answered operation out of the queue, or put the refusal beside it."""
    if ack.refused:
        outbox.refuse(tx, operation, ack.refused.text)
        return
    outbox.acknowledge(tx, operation, ack.version, unmixed=ack.outcome is Outcome.APPLIED)
