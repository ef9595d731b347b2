"""Keeps ready what every household needs: after each change, and when a new day begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from juntos_campo.app.attention import refresh_attention, stale_households
from juntos_campo.app.session import Changed, Session
from juntos_campo.ui.tasks import Job, Task, Tasks

if TYPE_CHECKING:
    from juntos_campo.ui.context import Changes

PART = 400
"""Households of one job: whatever else waits for the worker gets its turn between two."""

LOOK_AT_DAY_MS = 30_000


class AttentionKeeper(QObject):
    """Whatever screen is in front, it shows today's alerts: computed beside the window, then told.

    Attributes:
        running_changed: whether it is at work.
        progressed: households done and households in all.
    """

    running_changed = Signal(bool)
    progressed = Signal(int, int)

    def __init__(self, session: Session, tasks: Tasks, changes: Changes) -> None:
        super().__init__()
        self._session, self._tasks, self._changes = session, tasks, changes
        self._task: Task | None = None
        self._done = self._total = 0
        self._telling = False
        self._day = session.today
        changes.happened.connect(lambda _changed: self.keep())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AT_DAY_MS)
        self._timer.timeout.connect(self.look_at_day)

    @property
    def running(self) -> bool:
        """Households are being computed."""
        return self._task is not None

    def begin(self) -> None:
        """Compute what is missing; from now on notice the new day too."""
        self._timer.start()
        self.keep()

    def look_at_day(self) -> None:
        """After midnight nothing computed yesterday is shown as today's."""
        if self._session.today != self._day:
            self._day = self._session.today
            self._changes.publish(Changed(frozenset({"day"}), everything=True))

    def keep(self) -> None:
        """Compute what is missing or stale, unless that is under way."""
        if self._task is not None or self._telling:
            return
        missing = len(stale_households(self._session))
        if missing:
            self._done, self._total = 0, missing
            self._begin_part()
            self.running_changed.emit(True)

    def stop(self) -> None:
        """Leave the rest for later; the next change or the next day begins again."""
        if self._task is not None:
            self._task.cancel()

    def close(self) -> None:
        """The window closes: nothing more is begun."""
        self._timer.stop()
        self._telling = True
        self.stop()

    def _begin_part(self) -> None:
        session, done = self._session, self._done

        def work(job: Job) -> tuple[int, bool]:
            with session.for_thread() as own:
                wanted = stale_households(own)[:PART]
                return refresh_attention(
                    own,
                    wanted,
                    lambda part, _all: job.progress(done + part, 0, ""),
                    lambda: job.cancelled,
                ), job.cancelled

        self._task = self._tasks.run(work, self._part_done, self._failed, self._tell, owner=self)

    def _tell(self, done: int, _total: int, _text: str) -> None:
        self.progressed.emit(done, max(done, self._total))

    def _part_done(self, result: tuple[int, bool]) -> None:
        number, stopped = result
        self._done += number
        if number and not stopped and stale_households(self._session):
            self._begin_part()
        else:
            self._end()

    def _failed(self, error: Exception) -> None:
        self._end()
        self._tasks.unhandled.emit(error)

    def _end(self) -> None:
        self._task = None
        self.running_changed.emit(False)
        self._telling = True
        try:
            self._changes.publish(Changed(frozenset({"attention"}), everything=True))
        finally:
            self._telling = False
