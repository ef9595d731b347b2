"""Contact with the office that nobody asked for: before a password, and after an erasure. It says nothing."""

from __future__ import annotations

from pkgutil import resolve_name

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from juntos_campo.paths import DataPlace
from juntos_campo.store.erasing import Phase, erasure_of
from juntos_campo.ui.tasks import Job, Tasks

FIRST_MS, AGAIN_MS = 2_000, 15 * 60_000
"""After the door stands, and as long as it stands: whoever types his password at once is not slowed down."""

_APP = "juntos_campo.app.erased"
"""Named, not imported: what talks to servers must not load before the door stands."""


class SilentContact(QObject):
    """Asks whether this laptop is to be erased, and tells the office once it is.

    Attributes:
        erased: it was; nobody has the database open.
        told: the office knows.
    """

    erased = Signal()
    told = Signal()

    def __init__(self, place: DataPlace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._tasks = Tasks(self)
        self._tasks.unhandled.connect(lambda _error: None)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.ask)

    @property
    def busy(self) -> bool:
        """Something is being asked or told."""
        return self._tasks.busy

    def begin(self) -> None:
        """The door stands: ask soon, and now and then."""
        mark = erasure_of(self._place)
        if mark is not None or self._place.contact_file.exists():
            self._timer.start(FIRST_MS)

    def end(self) -> None:
        """Somebody has entered: nothing more is begun."""
        self._timer.stop()

    def close(self) -> None:
        """The program ends."""
        self._timer.stop()
        self._tasks.close()

    def ask(self) -> None:
        """Ask now, or tell what is not told yet."""
        self._timer.setInterval(AGAIN_MS)
        if self._tasks.busy:
            return
        mark = erasure_of(self._place)
        if mark is not None and not mark.told and mark.phase is not Phase.ERASING:
            self._run("tell_office", self.told)
        elif self._place.contact_file.exists():
            self._run("ask_before_password", self.erased)

    def _run(self, name: str, happened: SignalInstance) -> None:
        place = self._place

        def work(job: Job) -> bool:
            return bool(resolve_name(f"{_APP}:{name}")(place, lambda: job.cancelled))

        def done(answer: bool) -> None:
            if answer:
                happened.emit()

        self._tasks.run(work, done, owner=self, may_be_left=True)
