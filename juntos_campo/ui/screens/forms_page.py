"""A page of Formatos that is worked out beside the window when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from juntos_campo.app.paperwork import Paper
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.tab import LateTab
from juntos_campo.ui.tasks import Job, Task
from juntos_campo.ui.widgets.inputs import ProgressPanel
from juntos_campo.ui.widgets.labels import EmptyState


class WorkedPage(LateTab):
    """Subclasses say what is worked out (`work`, in a job) and how it is shown (`show_result`).

    Attributes:
        tools: buttons that the screen shows while the page is in front.
        wanted: papers, and the `Step` to be noted of all of them today.
        chosen: key of a paper to be shown in the list.
        follows_papers: a step of a paper changes what is shown.
    """

    wanted = Signal(object, object)
    chosen = Signal(str)
    follows_papers = True

    def __init__(self, context: UiContext, empty: EmptyState, working: str) -> None:
        super().__init__(context, empty)
        self.bimester = Bimester.of(context.clock.today())
        self.papers: tuple[Paper, ...] = ()
        self.tools: list[QWidget] = []
        self.progress = ProgressPanel()
        self.column.insertWidget(0, self.progress)
        self._working = working
        self._begun = False
        self._task: Task | None = None
        self.progress.cancelled.connect(self._stop)

    def work(self, session: Session, job: Job) -> Any:
        """Work out what is shown; runs beside the window."""
        raise NotImplementedError

    def show_result(self, result: Any) -> None:
        """Show what `work` returned."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Give the keyboard to what is used first."""
        raise NotImplementedError

    def print_out(self) -> None:
        """Print the page, where it can be printed."""

    def show_bimester(
        self, bimester: Bimester, papers: Sequence[Paper], *, only_papers: bool = False
    ) -> None:
        """The papers of a bimester, or what is behind them, are others now.

        Args:
            only_papers: nothing changed but the way of the papers.
        """
        same = bimester == self.bimester and self._begun
        self.bimester, self.papers = bimester, tuple(papers)
        if only_papers and same and not self.follows_papers:
            return
        self.fill_when_seen()

    def fill(self) -> None:
        self._begun = True
        self.begin(self.work, self.show_result, self._working)

    def begin(
        self, work: Callable[[Session, Job], Any], then: Callable[[Any], object], said: str
    ) -> None:
        """Work out something beside the window, instead of what is being worked out; show `said`
        meanwhile."""
        self._stop()
        self.progress.start(said)

        def run(job: Job) -> Any:
            with self.context.session.for_thread() as own:
                return work(own, job)

        task = self.context.tasks.run(
            run,
            lambda result: self._done(task, result, then),
            lambda error: self._failed(task, error),
            self.progress.set_progress,
            owner=self,
        )
        self._task = task

    @property
    def working(self) -> bool:
        """Something is being worked out."""
        return self._task is not None

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.progress.finish()

    def _done(self, task: Task, result: Any, then: Callable[[Any], object]) -> None:
        if task is self._task:  # not of a bimester that was left meanwhile
            self._task = None
            self.progress.finish()
            then(result)

    def _failed(self, task: Task, error: Exception) -> None:
        if task is self._task:
            self._task = None
            self.progress.finish()
            self.context.notify.fail(error)
