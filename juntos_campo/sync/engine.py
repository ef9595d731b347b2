"""One synchronisation, from the first change sent to the last page stored.

The stages have a file each: `preparing`, `sending`, `storing` (with `arriving`, the first download, and
`leaving`), `finishing`. Every answer is stored in one local transaction, so there is no moment at which
a kill, a cut link or a lost answer could leave something half done; the next synchronisation goes on
from there, with the same operation ids.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.store import arrivals, outbox, sync_state
from juntos_campo.store.store import Store
from juntos_campo.sync.abilities import server_time_age_of
from juntos_campo.sync.arriving import count_served
from juntos_campo.sync.finishing import finish
from juntos_campo.sync.preparing import prepare
from juntos_campo.sync.problems import ANSWER_DAMAGED, CANCELLED
from juntos_campo.sync.report import Progress, Stage, SyncReport
from juntos_campo.sync.run import Run, Settings
from juntos_campo.sync.sending import next_request
from juntos_campo.sync.storing import store_answer
from juntos_campo.sync.transport import Transport
from juntos_campo.sync.trust import require_signed
from juntos_campo.wire.messages import SyncResponse

CLOCK_JITTER = 2
"""Seconds by which a clock may seem to move only because times are told in whole seconds."""


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
    run = Run(
        store,
        transport,
        settings or Settings(),
        device=device,
        actor=actor,
        clock=clock,
        progress=progress,
        report=SyncReport(clock.now()),
    )
    try:
        prepare(run)
        while True:
            if cancelled():
                run.report.stop(Stage.EXCHANGE, user_error(CANCELLED))
                break
            if not _one_exchange(run):
                break
    finally:
        finish(run)
    return run.report


def _one_exchange(run: Run) -> bool:
    """One request and its answer. False when it was the last or the link failed."""
    request, batch = next_request(run)
    before = _place(run)
    run.report.sent += len(batch)
    run.report.exchanges += 1
    run.tell(Stage.EXCHANGE)
    began = run.clock.now()
    try:
        response = run.transport.exchange(request)
        require_signed(run.store, response)
    except UserError as error:
        run.report.stop(Stage.EXCHANGE, error)
        return False
    _compare_clocks(run, began, response)
    if batch:
        run.sent_up_to = batch[-1].counter
    store_answer(
        run.store, request, response, actor=run.actor, at=run.clock.now(), report=run.report
    )
    count_served(run, request, response)
    run.households = arrivals.progress(run.store)
    run.tell(Stage.STORE)
    under_way = arrivals.under_way(run.store)
    if (response.more or under_way) and not batch and _place(run) == before:
        # A page that leads nowhere would be asked for for ever.
        run.report.stop(Stage.EXCHANGE, user_error(ANSWER_DAMAGED))
        return False
    left = outbox.waiting(run.store, after=run.sent_up_to, limit=1)
    # What was committed while a first download was under way has not been asked for yet.
    just_whole = bool(request.arriving.keys() - arrivals.state(run.store).keys())
    run.ended = not (response.more or under_way or just_whole or left)
    return not run.ended


def _place(run: Run) -> tuple[object, ...]:
    """Where this laptop stands; every page must lead further."""
    store = run.store
    return sync_state.cursor(store), arrivals.state(store), arrivals.missing(store)


def _compare_clocks(run: Run, began: datetime, response: SyncResponse) -> None:
    """How far the server's clock is ahead, by the exchange that says it most exactly.

    Without a word of the transport the server's time is taken to be that of the middle of the exchange.
    """
    ended = run.clock.now()
    age = server_time_age_of(run.transport)
    doubt = ended - began if age is None else timedelta(seconds=age)
    if run.doubt is not None and doubt >= run.doubt:
        return
    run.doubt = doubt
    seen = ended - (doubt / 2 if age is None else doubt)
    offset = round((response.server_time - seen).total_seconds())
    run.report.clock_offset = offset
    known = sync_state.clock_offset(run.store)
    if known is None or abs(known - offset) > CLOCK_JITTER:
        with run.transaction("sync.clock") as tx:
            sync_state.set_clock_offset(tx, offset)


__all__ = ["Settings", "synchronise"]
