"""One synchronisation at a time, whoever asked for it: the person on the screen, or the program itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from juntos_campo.app.session import Session
from juntos_campo.ui.tasks import Job, Task, Tasks

if TYPE_CHECKING:
    from juntos_campo.app.sync_desk import SyncOutcome
    from juntos_campo.sync.report import Progress
    from juntos_campo.ui.context import Changes

DOES_IT = "juntos_campo.app.sync_desk:synchronise"
"""Named, not imported: what talks to servers must not load before somebody synchronises."""

_PROGRESS = "juntos_campo.app.sync_progress"


class SyncRunner(QObject):
    """Runs a synchronisation beside the window, and tells everybody who looks at it.

    Attributes:
        running_changed: whether one runs.
        progressed: done, total (0: not known), text.
        ended: (`SyncOutcome`, begun by the program itself).
        failed: (error, begun by the program itself); nothing was exchanged.
        automatic: the one that runs was begun by the program itself.
    """

    running_changed = Signal(bool)
    progressed = Signal(int, int, str)
    ended = Signal(object, bool)
    failed = Signal(object, bool)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        changes: Changes,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._session, self._tasks, self._changes = session, tasks, changes
        self._seconds = seconds
        self._task: Task | None = None
        self.automatic = False

    @property
    def running(self) -> bool:
        """A synchronisation is under way; it goes on behind other screens."""
        return self._task is not None

    def start(self, *, automatic: bool = False) -> bool:
        """Begin one; False when one runs already."""
        if self._task is not None:
            return False
        session, seconds = self._session, self._seconds

        def work(job: Job) -> SyncOutcome:
            return _synchronise(session, job, seconds)

        self.automatic = automatic
        self._task = self._tasks.run(
            work, self._done, self._failed, self.progressed.emit, self, may_be_left=True
        )
        self.running_changed.emit(True)
        return True

    def stop(self) -> None:
        """Ask it to end; what the server confirmed so far stays confirmed."""
        if self._task is not None:
            self._task.cancel()

    def _done(self, outcome: SyncOutcome) -> None:
        automatic = self._end()
        self.ended.emit(outcome, automatic)
        self._changes.publish(outcome.changed)

    def _failed(self, error: Exception) -> None:
        self.failed.emit(error, self._end())

    def _end(self) -> bool:
        self._task = None
        automatic, self.automatic = self.automatic, False
        self.running_changed.emit(False)
        return automatic


def _synchronise(session: Session, job: Job, seconds: Callable[[], float]) -> SyncOutcome:
    synchronise = resolve_name(DOES_IT)
    words = resolve_name(_PROGRESS)
    remaining = words.Remaining(seconds)

    def tell(progress: Progress) -> None:
        done, total = words.progress_steps(progress)
        job.progress(done, total, words.progress_text(progress, remaining.of(progress)))

    with session.for_thread() as own:
        outcome: Any = synchronise(own, progress=tell, cancelled=lambda: job.cancelled)
    made: SyncOutcome = outcome
    return made
