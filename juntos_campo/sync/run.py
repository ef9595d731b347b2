"""What the stages of one synchronisation share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from juntos_campo.domain.clock import Clock
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.sync.report import Progress, Stage, SyncReport
from juntos_campo.sync.transport import Transport

MOST_OPERATIONS = 400
"""Operations in one request, at most."""

UP_BUDGET = 256 * 1024
"""Uncompressed bytes of operations in one request, about."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a synchronisation goes about it.

    Attributes:
        budget: uncompressed bytes of a page; None: as the link bears (`sending.page_budget`).
    """

    budget: int | None = None
    most_operations: int = MOST_OPERATIONS
    up_budget: int = UP_BUDGET


@dataclass(slots=True)
class Run:
    """One synchronisation under way.

    Attributes:
        sent_up_to: counter of the last operation that was answered in this run; what the server
            refused or cannot take yet is not sent twice in one.
        households: whole ones and all of a first download under way.
        asked: households whose history was asked for last, and of those how many came.
        doubt: how far off the best reading of the server's clock may be.
    """

    store: Store
    transport: Transport
    settings: Settings
    device: str
    actor: str
    clock: Clock
    progress: Callable[[Progress], None]
    report: SyncReport
    bytes_before: tuple[int, int] = (0, 0)
    sent_up_to: int = 0
    ended: bool = False
    asked: tuple[int, int] = (0, 0)
    doubt: timedelta | None = None
    households: tuple[int, int] = (0, 0)

    def transaction(self, action: str) -> AbstractContextManager[Transaction]:
        """One durable transaction of this synchronisation."""
        return self.store.transaction(actor=self.actor, at=self.clock.now(), action=action)

    def tell(self, stage: Stage) -> None:
        """Let the progress bar know."""
        report = self.report
        self.progress(
            Progress(
                stage,
                len(report.acknowledged),
                report.waiting_before,
                sum(report.received.values()),
                report.exchanges,
                self.transport.bytes_up - self.bytes_before[0],
                self.transport.bytes_down - self.bytes_before[1],
                households_done=self.households[0],
                households_total=self.households[1],
            )
        )
