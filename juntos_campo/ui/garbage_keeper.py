"""Deletes the window's garbage in the window's thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.garbage import collect_due

LOOK_MS = 250
"""A job that makes garbage as fast as it can makes some megabytes of it in this time; a look that finds
nothing to do takes a few microseconds."""


class GarbageKeeper(QObject):
    """Looks for garbage now and then in its own thread, and keeps Python from doing so in any other.

    Timers, screens and windows that know each other are garbage which only Python's collector finds. Left
    to itself it runs in the thread that happens to make an object, which is mostly the worker: a Qt object
    deleted there, while the window's thread uses it, ends the program.
    """

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self._was_on = self._standing_set_aside = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(collect_due)

    def begin(self) -> None:
        """From now on only this thread looks; calling it again changes nothing."""
        if gc.isenabled():
            self._was_on = True
            gc.disable()
        if not self._timer.isActive():
            self._timer.start()

    def set_standing_aside(self) -> None:
        """The window stands on modules and tables that all stay: they are never looked through.

        Only the first time: a window opened later is found once it is garbage.
        """
        if not self._standing_set_aside:
            self._standing_set_aside = True
            gc.freeze()

    def end(self) -> None:
        """Delete what is left, in this thread, and put back what was before."""
        self._timer.stop()
        gc.collect()
        if self._was_on:
            self._was_on = False
            gc.enable()


def keep_garbage_here() -> GarbageKeeper:
    """The keeper of the application object, which must stand; begun. Called in the window's thread."""
    application = QCoreApplication.instance()
    if application is None:
        raise ProgrammingError("there is no application object yet")
    keeper = application.findChild(GarbageKeeper)
    if not isinstance(keeper, GarbageKeeper):
        keeper = GarbageKeeper(application)
    keeper.begin()
    return keeper
