"""First stage: what waits is counted, and what an earlier synchronisation left lying is taken up."""

from __future__ import annotations

from juntos_campo.store import arrivals, held, sync_state
from juntos_campo.sync.abilities import hand_partial
from juntos_campo.sync.report import Stage
from juntos_campo.sync.run import Run
from juntos_campo.sync.storing import write_changes


def prepare(run: Run) -> None:
    """Count what waits, read what an older version of the program could not, hand over a cut page."""
    run.bytes_before = (run.transport.bytes_up, run.transport.bytes_down)
    run.report.waiting_before = sync_state.waiting_count(run.store)
    run.households = arrivals.progress(run.store)
    with run.transaction("sync.begin") as tx:
        sync_state.mark_begun(tx)
    _read_held(run)
    hand_partial(run.transport, sync_state.page_part(run.store))
    run.tell(Stage.PREPARE)


def _read_held(run: Run) -> None:
    changes = held.held_changes(run.store)
    if not changes:
        return
    with run.transaction("sync.held") as tx:
        written = write_changes(tx, run.store, changes)
        still = {(one.kind, one.id) for one in written.held}
        for change in changes:
            if (change.kind, change.id) not in still:
                held.release_change(tx, change)
        touched, households = set(tx.touched), set(tx.households)
    run.report.kinds |= touched
    run.report.households |= households
