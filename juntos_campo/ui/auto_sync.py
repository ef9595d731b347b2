"""Synchronising by itself when a network appears, if the person wants it. It never takes the keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from juntos_campo.app.auto_pace import AutoPace
from juntos_campo.app.sync_settings import AutoFacts, AutoSync, auto_facts, auto_sync
from juntos_campo.ui.context import UiContext

if TYPE_CHECKING:
    from juntos_campo.app.sync_desk import SyncOutcome

LOOK_MS = 60_000
_WATCH = "juntos_campo.ui.network_watch:NetworkWatch"
"""Named, not imported: most days nobody asks what the system says of the network."""


class Watch(Protocol):
    """What is known of the network (`network_watch.NetworkWatch`)."""

    @property
    def appeared(self) -> SignalInstance: ...

    @property
    def absent(self) -> bool: ...

    @property
    def metered(self) -> bool: ...


class Unwatched(QObject):
    """Nothing is known of the network: it is found out by trying, now and then."""

    appeared = Signal()
    absent = False
    metered = False


def system_watch(parent: QObject) -> Watch:
    """The system's own word on the network; on a system that lacks what that needs, nobody's."""
    try:
        watch: Watch = resolve_name(_WATCH)(parent)
    except ImportError:  # Qt's network module wants a library of the system's own
        unwatched: Watch = Unwatched(parent)
        return unwatched
    return watch


class SyncKeeper(QObject):
    """Looks now and then, and when a network appears, whether to synchronise.

    Attributes:
        pace: when to try.
        seconds, make_watch: its clock, and where the word on the network comes from.
    """

    def __init__(
        self,
        context: UiContext,
        seconds: Callable[[], float] = time.monotonic,
        watch: Callable[[QObject], Watch] = system_watch,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.pace = AutoPace()
        self.seconds, self.make_watch = seconds, watch
        self._watch: Watch | None = None
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        context.sync.ended.connect(self._ended)
        context.sync.failed.connect(self._failed)
        context.changes.happened.connect(lambda _changed: self.follow())

    def follow(self) -> None:
        """Begin or cease to look, as the person chose."""
        if self._closed:  # what changed last of all is told when the session is over already
            return
        wanted = auto_sync(self.context.session) is not AutoSync.NEVER
        if wanted and not self._timer.isActive():
            if self._watch is None:
                self._watch = self.make_watch(self)
                self._watch.appeared.connect(self._appeared)
            self._timer.start()
        elif not wanted:
            self._timer.stop()

    def close(self) -> None:
        """The window closes: nothing more is begun."""
        self._closed = True
        self._timer.stop()
        self._watch = None

    def look(self) -> None:
        """Synchronise now, if it is time and nothing speaks against it."""
        if self._closed:
            return
        facts = auto_facts(self.context.session)
        if self._may(facts) and self.pace.due(self.seconds(), waiting=facts.waits):
            self.context.sync.start(automatic=True)

    def _may(self, facts: AutoFacts) -> bool:
        if facts.choice is AutoSync.NEVER or not facts.connected:
            return False
        if self._watch is None or self._watch.absent:
            return False
        # What the person waits for goes first.
        if self.context.sync.running or self.context.tasks.busy:
            return False
        if facts.choice is AutoSync.ALWAYS:
            return True
        # Of a network that has just appeared the old speed says nothing.
        return not self._watch.metered and (not facts.slow or self.pace.appeared)

    def _appeared(self) -> None:
        self.pace.network_appeared()
        self.look()

    def _ended(self, outcome: SyncOutcome, automatic: bool) -> None:
        failing = self.pace.failures > 0
        self.pace.ended(self.seconds(), got_through=outcome.complete)
        if not automatic:
            return
        if outcome.complete or outcome.report.acknowledged:
            said = self.tr("Sincronización automática: {what}")
            self.context.notify.say(said.format(what=outcome.headline))
        elif not failing:
            self._say_later()

    def _failed(self, _error: Exception, automatic: bool) -> None:
        failing = self.pace.failures > 0
        self.pace.ended(self.seconds(), got_through=False)
        if automatic and not failing:
            self._say_later()

    def _say_later(self) -> None:
        self.context.notify.say(
            self.tr("No se llegó al servidor; se probará otra vez más tarde, por sí solo")
        )
