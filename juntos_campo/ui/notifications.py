"""The only way an error, or the news that something was saved, reaches the user."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.ui.problems import STOPPED, UNEXPECTED

_log = logging.getLogger(__name__)


class Notifications(QObject):
    """Sorts what happened into the bar of the screen (problems, notices) and the quiet line.

    Attributes:
        problem: a `UserError` for the bar of the screen in front.
        notice: (what, detail) to know, no error.
        said: a short text for the quiet line.
    """

    problem = Signal(object)
    notice = Signal(str, str)
    said = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now

    def fail(self, error: BaseException) -> None:
        """Tell of an error: its own words when it is a `UserError`, else a calm general sentence."""
        if isinstance(error, UserError):
            if error.problem is STOPPED:
                self.said.emit(error.what)
                return
            _log.info("problem %s", error.problem.code)
            self.problem.emit(error)
            return
        log_failure(error)
        self.problem.emit(user_error(UNEXPECTED, time=f"{self._now():%H:%M}"))

    def saved(self) -> None:
        """Something is on disk: "Guardado 10:32"."""
        self.said.emit(self.tr("Guardado {time}").format(time=f"{self._now():%H:%M}"))

    def say(self, text: str) -> None:
        """A short text for the quiet line."""
        self.said.emit(text)

    def tell(self, what: str, detail: str = "") -> None:
        """Something to know, in the bar of the screen."""
        self.notice.emit(what, detail)

    def install(self) -> None:
        """Take every exception nobody caught (Qt slots included) to `fail`."""

        def hook(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            if issubclass(kind, KeyboardInterrupt):
                sys.__excepthook__(kind, error, trace)
                return
            self.fail(error)

        sys.excepthook = hook

    def uninstall(self) -> None:
        """Give uncaught exceptions back to the interpreter."""
        sys.excepthook = sys.__excepthook__


def log_failure(error: BaseException) -> None:
    """Log where an unexpected error happened; its text is left out, it may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames[-8:])
    _log.error("unexpected %s at %s", type(error).__name__, places or "?")
