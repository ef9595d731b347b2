"""What every screen is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.clock import Clock
from juntos_campo.ui.attention_keeper import AttentionKeeper
from juntos_campo.ui.navigation import Navigation
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.sync_runner import SyncRunner
from juntos_campo.ui.tasks import Tasks


class Changes(QObject):
    """Spreads what a use case changed: the screen in front refreshes at once, others when opened.

    Attributes:
        happened: a `Changed`.
    """

    happened = Signal(object)

    def publish(self, changed: Changed) -> None:
        """Tell every screen what a use case returned; nothing is told when nothing changed."""
        if changed != Changed():
            self.happened.emit(changed)


@dataclass(frozen=True, slots=True)
class UiContext:
    """Handed to every screen's constructor.

    Attributes:
        session: the open database and who works with it; in a job use ``session.for_thread()``.
        tasks: the worker for anything that may take longer than a blink.
        notify: errors and news.
        navigation: to open other screens.
        clock: the present day.
        changes: publish what a use case returned.
        attention: keeps alerts and priorities computed.
        sync: synchronises, one at a time.
    """

    session: Session
    tasks: Tasks
    notify: Notifications
    navigation: Navigation
    clock: Clock
    changes: Changes = field(default_factory=Changes)
    attention: AttentionKeeper = field(init=False)
    sync: SyncRunner = field(init=False)

    def __post_init__(self) -> None:
        keeper = AttentionKeeper(self.session, self.tasks, self.changes)
        object.__setattr__(self, "attention", keeper)
        object.__setattr__(self, "sync", SyncRunner(self.session, self.tasks, self.changes))


def make_context(session: Session) -> UiContext:
    """A context with a worker, notifications and navigation of its own."""
    tasks = Tasks()
    notify = Notifications(session.clock.now)
    tasks.unhandled.connect(notify.fail)
    return UiContext(session, tasks, notify, Navigation(), session.clock)
