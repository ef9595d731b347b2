"""The only threads of the window: one worker that runs one job after another.

A job is an ordinary function of a `Job` (progress and cancel); it runs beside the window, and its
callbacks run in the window's own thread. Nothing else in `juntos_campo.ui` starts a thread.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.ui.problems import STOPPED

Result = TypeVar("Result")

CLOSE_SECONDS, NETWORK_SECONDS = 30.0, 1.0
"""How long a closing window waits for what writes to the disk, and for what waits for a server."""


class Cancelled(Exception):  # noqa: N818 - no error: the user asked for it
    """Raised inside a job by `Job.check` after the user stopped it."""


@dataclass(slots=True)
class Job:
    """What a running job is given.

    Attributes:
        progress: call it with (done, total, text); total 0 means not known.
    """

    progress: Callable[[int, int, str], None]
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def cancelled(self) -> bool:
        """The user, or the closing window, wants it to end."""
        return self._stop.is_set()

    def check(self) -> None:
        """Leave the job if it was cancelled.

        Raises:
            Cancelled: it was.
        """
        if self.cancelled:
            raise Cancelled


@dataclass(slots=True)
class Task:
    """Handle of a job that was handed in."""

    work: Callable[[Job], Any]
    on_done: Callable[[Any], object] | None
    on_failed: Callable[[Exception], object] | None
    on_progress: Callable[[int, int, str], object] | None
    owner: QObject | None
    may_be_left: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    ended: bool = False

    def cancel(self) -> None:
        """Ask it to end; it ends at its next `Job.check`, as a failure with `STOPPED`."""
        self.stop.set()

    def wanted(self) -> bool:
        """Whoever asked for it still exists."""
        return self.owner is None or shiboken6.isValid(self.owner)

    def forget(self) -> None:
        """It is over, and this is the window's thread: let go of the screens here.

        The worker holds the task until the next one comes; a screen that was put away meanwhile would be
        deleted there.
        """
        self.work = _nothing
        self.on_done = self.on_failed = self.on_progress = self.owner = None


def _nothing(_job: Job) -> None:
    """What a job that is over does."""


class _Bridge(QObject):
    """Lives in the window's thread; its signals carry what the worker reports across."""

    progressed = Signal(object, int, int, str)
    done = Signal(object, object)
    failed = Signal(object, object)


def beside(work: Callable[[], Result], meanwhile: Callable[[], object]) -> Result:
    """Run `work` on a thread of its own while this one does `meanwhile`; what `work` returns.

    For two things that must both be over before anything can go on. Raises what `work` or `meanwhile`
    raises, after both have ended.
    """
    with ThreadPoolExecutor(1, "juntos-campo-beside") as pool:
        result = pool.submit(work)
        meanwhile()
        return result.result()


def _work_off(jobs: queue.SimpleQueue[Task | None], bridge: _Bridge) -> None:
    while (task := jobs.get()) is not None:
        _run_one(task, bridge)


def _run_one(task: Task, bridge: _Bridge) -> None:
    job = Job(lambda done, total, text: bridge.progressed.emit(task, done, total, text), task.stop)
    try:
        job.check()
        result = task.work(job)
    except Cancelled:
        bridge.failed.emit(task, user_error(STOPPED))
    except Exception as error:
        bridge.failed.emit(task, error)
    else:
        bridge.done.emit(task, result)


class Tasks(QObject):
    """Runs jobs one at a time, in the order they were handed in. The thread starts with the first.

    Attributes:
        busy_changed: whether a job is waiting or running.
        unhandled: a job without `on_failed` raised this.
    """

    busy_changed = Signal(bool)
    unhandled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._open: list[Task] = []
        self._worker: threading.Thread | None = None
        self._bridge = _Bridge(self)
        queued = Qt.ConnectionType.QueuedConnection
        self._bridge.progressed.connect(self._progressed, queued)
        self._bridge.done.connect(self._done, queued)
        self._bridge.failed.connect(self._failed, queued)
        self._closed = False

    def run(
        self,
        work: Callable[[Job], Result],
        on_done: Callable[[Result], object] | None = None,
        on_failed: Callable[[Exception], object] | None = None,
        on_progress: Callable[[int, int, str], object] | None = None,
        owner: QObject | None = None,
        *,
        may_be_left: bool = False,
    ) -> Task:
        """Hand in a job.

        Args:
            work: runs beside the window; must not touch widgets.
            on_done, on_failed, on_progress: run in the window's thread. Without `on_failed` a
                failure goes to the notifications.
            owner: when this object is gone, the callbacks are left out.
            may_be_left: it waits for the network, and a closing window need not wait with it.
        """
        task = Task(work, on_done, on_failed, on_progress, owner, may_be_left)
        if self._closed:
            task.ended = True
            return task
        self._start()
        self._open.append(task)
        self._jobs.put(task)
        self.busy_changed.emit(True)
        return task

    @property
    def busy(self) -> bool:
        """A job is waiting or running."""
        return bool(self._open)

    def close(self, wait_seconds: float = CLOSE_SECONDS) -> bool:
        """Cancel everything, end the thread and wait for it; True if it ended in time."""
        self._closed = True
        if any(task.may_be_left for task in self._open[:1]):
            wait_seconds = min(wait_seconds, NETWORK_SECONDS)
        left, self._open = self._open, []
        for task in left:
            task.cancel()
        if self._worker is None:
            return True
        self._jobs.put(None)
        self._worker.join(wait_seconds)
        for task in left:
            task.forget()
        if self._worker.is_alive():
            return False
        self._worker = None
        return True

    def _start(self) -> None:
        if self._worker is None:
            # A daemon: what it writes is transactional, and a stuck network must not keep the program.
            self._worker = threading.Thread(
                target=_work_off,
                args=(self._jobs, self._bridge),
                name="juntos-campo-worker",
                daemon=True,
            )
            self._worker.start()

    def _progressed(self, task: Task, done: int, total: int, text: str) -> None:
        if task.on_progress is not None and task.wanted() and not self._closed:
            task.on_progress(done, total, text)

    def _done(self, task: Task, result: Any) -> None:
        self._end(task)
        on_done, wanted = task.on_done, task.wanted()
        task.forget()
        if on_done is not None and wanted and not self._closed:
            on_done(result)

    def _failed(self, task: Task, error: Exception) -> None:
        self._end(task)
        on_failed, wanted = task.on_failed, task.wanted()
        task.forget()
        if self._closed or not wanted:
            return
        if on_failed is not None:
            on_failed(error)
        else:
            self.unhandled.emit(error)

    def _end(self, task: Task) -> None:
        task.ended = True
        if task in self._open:
            self._open.remove(task)
        if not self._open:
            self.busy_changed.emit(False)


def as_user_error(error: Exception) -> UserError | None:
    """The error itself when a person may read it, else None."""
    return error if isinstance(error, UserError) else None
