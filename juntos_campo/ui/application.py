"""Starting the window: the application object, the door, then the main window.

What stands behind the door is named, not imported: the door opens sooner, and the rest is loaded while
the password is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.ids import Ids
from juntos_campo.paths import DataPlace
from juntos_campo.store.erasing import Phase, erasure_of, go_on_erasing, mark_read
from juntos_campo.store.keys import unlock
from juntos_campo.ui.garbage_keeper import keep_garbage_here
from juntos_campo.ui.login import LoginWindow
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.silent_contact import SilentContact
from juntos_campo.ui.tasks import beside
from juntos_campo.ui.theme.icons import app_icon
from juntos_campo.ui.theme.theme import load_fonts, theme

if TYPE_CHECKING:
    from juntos_campo.app.session import Session
    from juntos_campo.app.user import User
    from juntos_campo.norms.rules import LoadBook
    from juntos_campo.ui.erased import ErasedWindow
    from juntos_campo.ui.gate import GateWindow
    from juntos_campo.ui.main_window import MainWindow

_OPENING = "juntos_campo.ui.opening"
_FIRST_SCREEN = "juntos_campo.ui.screens.today"
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Start:
    """What the composition root decides.

    Attributes:
        place: where the database is.
        load_book: reads the rule packs; called when they are first needed, and when other ones came.
    """

    place: DataPlace
    clock: Clock
    load_book: LoadBook
    ids: Ids


def build_application(argv: Sequence[str], preferences: Preferences | None = None) -> QApplication:
    """The application object with fonts, theme and Spanish; the existing one when there is one.

    From here on Python's garbage is deleted in the window's thread only.
    """
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    keep_garbage_here()
    application.setApplicationName("juntos-campo")
    application.setApplicationDisplayName("Juntos Campo")
    application.setStyle("Fusion")
    application.setWindowIcon(app_icon())
    QLocale.setDefault(QLocale(QLocale.Language.Spanish, QLocale.Country.Peru))
    _translate_qt(application)
    load_fonts()
    appearance = preferences.appearance if preferences else None
    theme.apply(application, appearance, preferences.scale if preferences else None)
    theme.follow_system(application)
    return application


class Shell(QObject):
    """Holds the one window that is open: the door, then the main window.

    Attributes:
        window: the main window, once the password was right.
        login: the door, until then.
    """

    def __init__(self, start: Start, preferences: Preferences) -> None:
        super().__init__()
        self._start, self._preferences = start, preferences
        self.notify = Notifications(start.clock.now)
        self.notify.install()
        self.window: MainWindow | None = None
        self.login: LoginWindow | None = None
        self.gate: GateWindow | None = None
        self.erased: ErasedWindow | None = None
        self.contact = SilentContact(start.place, self)
        self.contact.erased.connect(self.show_erased)
        self.contact.told.connect(self._told)
        self._hourly = QTimer(self)
        self._hourly.setInterval(_HOUR_MS)
        self._hourly.timeout.connect(self.look_at_lease)
        self._garbage = keep_garbage_here()

    def begin(self) -> None:
        """Open the door; on a laptop that was erased, say so instead. What was left of it goes first."""
        go_on_erasing(self._start.place)
        mark = erasure_of(self._start.place)
        if mark is None or mark.phase is Phase.READ:
            self.show_login()
        else:
            self.show_erased()

    def show_login(self) -> LoginWindow:
        """Open the door."""
        start = self._start
        first_time = not start.place.key_file.exists()
        login = LoginWindow(self._open, self._create, self.notify, first_time=first_time)
        self.notify.problem.connect(login.problems.show_error)
        login.opened.connect(self.enter)
        self.login = login
        login.show()
        self.contact.begin()
        return login

    def enter(self, session: Session) -> MainWindow | GateWindow:
        """Open the main window on its first screen; past the laptop's lease, the gate instead."""
        self.contact.end()
        if self.login is not None:
            self.notify.problem.disconnect(self.login.problems.show_error)
        if resolve_name(f"{_OPENING}:must_connect")(session):
            return self._show_gate(session)
        window: MainWindow = resolve_name(f"{_OPENING}:open_main_window")(
            session, self.notify, self._preferences
        )
        self.window = window
        window.context.tasks.busy_changed.connect(self._look_at_order)
        self._hourly.start()
        self.window.show()
        self._put_away_doors()
        self._garbage.set_standing_aside()
        return window

    def show_erased(self) -> None:
        """The office had this laptop erased: everything closes, what is left goes, and that is said."""
        place = self._start.place
        mark = erasure_of(place)
        if mark is None or self.erased is not None:
            return
        self._hourly.stop()
        erased: ErasedWindow = resolve_name("juntos_campo.ui.erased:ErasedWindow")(mark)
        erased.read.connect(self._set_up_anew)
        self.erased = erased
        erased.show()
        if self.window is not None:
            self.window.close_at_once()
            self.window.deleteLater()
            self.window = None
        self._put_away_doors()
        go_on_erasing(place)
        self.contact.ask()

    def look_at_lease(self) -> None:
        """A laptop left open does not outlive its lease; a form that must not be left keeps it for now."""
        window = self.window
        if window is None or not resolve_name(f"{_OPENING}:must_connect")(window.context.session):
            return
        QApplication.setQuitOnLastWindowClosed(False)
        if window.close():
            self._hourly.stop()
            window.deleteLater()
            self.window = None
            self.show_login()
        QApplication.setQuitOnLastWindowClosed(True)

    def close(self) -> None:
        """The program ends."""
        self.contact.close()
        self.notify.uninstall()
        self._garbage.end()

    def _show_gate(self, session: Session) -> GateWindow:
        gate: GateWindow = resolve_name("juntos_campo.ui.gate:GateWindow")(session, self.notify)
        self.notify.problem.connect(gate.problems.show_error)
        gate.passed.connect(self._passed)
        gate.erased.connect(self.show_erased)
        gate.show()
        self._put_away_doors()
        self.gate = gate
        return gate

    def _passed(self, session: Session) -> None:
        if self.gate is not None:
            self.notify.problem.disconnect(self.gate.problems.show_error)
        self.enter(session)

    def _put_away_doors(self) -> None:
        for door in (self.login, self.gate):
            if door is not None:
                door.close()
                door.deleteLater()
        self.login = self.gate = None

    def _look_at_order(self, busy: bool) -> None:
        """After anything that may have met the server, whoever began it."""
        if not busy and self._start.place.erased_file.exists():
            mark = erasure_of(self._start.place)
            if mark is not None and mark.phase is Phase.ERASING:
                QTimer.singleShot(0, self, self.show_erased)

    def _told(self) -> None:
        if self.erased is not None:
            self.erased.say_told(True)

    def _set_up_anew(self) -> None:
        mark_read(self._start.place)
        erased, self.erased = self.erased, None
        self.show_login()
        if erased is not None:
            erased.close()
            erased.deleteLater()

    def _open(self, password: str) -> Session:
        start = self._start
        # The password is made slow to check on purpose; the window is made ready in that time.
        key = beside(lambda: unlock(start.place.key_file, password, start.clock.now()), _make_ready)
        session: Session = resolve_name(f"{_OPENING}:open_laptop")(start, key)
        return session

    def _create(self, password: str, user: User) -> Session:
        session: Session = resolve_name(f"{_OPENING}:create_laptop")(self._start, password, user)
        return session


def _make_ready() -> None:
    """Load everything up to the first screen."""
    for module in (_OPENING, _FIRST_SCREEN):
        resolve_name(module)
    resolve_name("juntos_campo.app.attention:prepare")()


def run(argv: Sequence[str], start: Start) -> int:
    """Run the program until its window is closed; the exit code."""
    preferences = Preferences(start.place.root / "window.ini")
    application = build_application(argv, preferences)
    shell = Shell(start, preferences)
    shell.begin()
    code = application.exec()
    shell.close()
    return code


def _translate_qt(application: QApplication) -> None:
    """Qt's own words (context menus, dialogs) in Spanish, when Qt brings them."""
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_es", folder):
        application.installTranslator(translator)
