"""Last stage: the account is closed and kept, with what the next synchronisation can use."""

from __future__ import annotations

import logging

from juntos_campo.store import arrivals, sync_state
from juntos_campo.sync.abilities import partial_of, speed_of
from juntos_campo.sync.leaving import settle
from juntos_campo.sync.report import Stage
from juntos_campo.sync.run import Run

log = logging.getLogger(__name__)


def finish(run: Run) -> None:
    """Let go of what left, keep the account, the speeds and what came of a page that was cut off."""
    report, store = run.report, run.store
    settle(run)
    report.bytes_up = run.transport.bytes_up - run.bytes_before[0]
    report.bytes_down = run.transport.bytes_down - run.bytes_before[1]
    report.still_waiting = sync_state.waiting_count(store)
    report.still_refused = sync_state.refused_count(store)
    report.arriving = arrivals.progress(store)
    if run.ended or report.stopped:
        report.ended_at = run.clock.now()
    with run.transaction("sync") as tx:
        sync_state.keep_page_part(tx, partial_of(run.transport))
        sync_state.set_speeds(tx, *speed_of(run.transport))
        sync_state.log_sync(tx, report.started_at, report.complete, report.as_json())
    stopped = report.stopped.code if report.stopped else "complete"
    log.info("sync: %s, %d acknowledged", stopped, len(report.acknowledged))
    if report.complete:
        run.tell(Stage.DONE)
