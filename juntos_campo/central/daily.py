"""What a server that runs does by itself as days go by: leaves begin and end.

`juntos-central daily` does it once a day by a timer, and computes indicators; running it twice, even at once,
does no harm. The server looks after the leaves every hour as well, since nobody must stay without a field
worker because a timer was forgotten; indicators are left to the timer, they take minutes.
"""

from __future__ import annotations

import logging
import threading
from datetime import date

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.leaves import Settled, settle
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count, paper_date

EVERY_SECONDS = 3600
_PATIENCE_SECONDS = 5

log = logging.getLogger(__name__)


class LeaveWatch:
    """A thread that settles leaves when the server starts and every hour; a context manager.

    It holds no lock for longer than some households take to move.
    """

    def __init__(self, url: str, clock: Clock, every_seconds: float = EVERY_SECONDS) -> None:
        """`url`: of the database, to which it keeps one connection of its own."""
        self._database = Database(url, 1)
        self._clock = clock
        self._every = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leaves", daemon=True)

    def __enter__(self) -> LeaveWatch:
        self._thread.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._stop.set()
        self._thread.join(_PATIENCE_SECONDS)
        if not self._thread.is_alive():  # else a database that does not answer holds it
            self._database.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                done = settle(self._database, self._clock, stopped=self._stop.is_set)
            except (sa.exc.SQLAlchemyError, UserError) as error:
                # The database may be away for a while; the next hour does what was left.
                log.warning("leaves.failed", extra={"fields": {"kind": type(error).__name__}})
            else:
                if done.begun or done.ended or done.gone or done.returned:
                    log.info("leaves.settled", extra={"fields": figures(done)})
            self._stop.wait(self._every)


def figures(done: Settled) -> dict[str, int]:
    """What was done about leaves, for the log: numbers only."""
    return {
        "begun": len(done.begun),
        "ended": len(done.ended),
        "blocked": len(done.blocked),
        "gone": done.gone,
        "returned": done.returned,
    }


def settled_lines(done: Settled) -> list[str]:
    """What was done about leaves, in Spanish."""
    lines = [
        f"Empezó la licencia {one.id}: {one.replacement} reemplaza a {one.worker} "
        f"hasta el {paper_date(date.fromisoformat(one.last_day))}."
        for one in done.begun
    ]
    lines += [f"Terminó la licencia {one.id} de {one.worker}." for one in done.ended]
    lines += [
        f"La licencia {one.id} de {one.worker} no pudo empezar: {one.worker} o {one.replacement} "
        "ya no está inscrito como gestor local. Cancélela y ordene otra."
        for one in done.blocked
    ]
    if done.gone:
        moved = count(done.gone, "hogar pasó", "hogares pasaron")
        lines.append(f"{moved} a quien reemplaza.")
    if done.returned:
        moved = count(done.returned, "hogar volvió", "hogares volvieron")
        lines.append(f"{moved} con su gestor.")
    return lines
