"""Starting the window: the application object, the door, then the main window.

What stands behind the door is named, not imported: the door opens sooner, and the rest is loaded while
the password is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.ids import Ids
from juntos_campo.paths import DataPlace
from juntos_campo.store.keys import unlock
from juntos_campo.ui.login import LoginWindow
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.tasks import beside
from juntos_campo.ui.theme.icons import app_icon
from juntos_campo.ui.theme.theme import load_fonts, theme

if TYPE_CHECKING:
    from juntos_campo.app.session import Session
    from juntos_campo.app.user import User
    from juntos_campo.norms.rules import LoadBook
    from juntos_campo.ui.main_window import MainWindow

_OPENING = "juntos_campo.ui.opening"
_FIRST_SCREEN = "juntos_campo.ui.screens.today"


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
    """The application object with fonts, theme and Spanish; the existing one when there is one."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(list(argv))
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

    def show_login(self) -> LoginWindow:
        """Open the door."""
        start = self._start
        first_time = not start.place.key_file.exists()
        login = LoginWindow(self._open, self._create, self.notify, first_time=first_time)
        self.notify.problem.connect(login.problems.show_error)
        login.opened.connect(self.enter)
        self.login = login
        login.show()
        return login

    def enter(self, session: Session) -> MainWindow:
        """Open the main window on its first screen."""
        if self.login is not None:
            self.notify.problem.disconnect(self.login.problems.show_error)
        window: MainWindow = resolve_name(f"{_OPENING}:open_main_window")(
            session, self.notify, self._preferences
        )
        self.window = window
        self.window.show()
        if self.login is not None:
            self.login.close()
            self.login.deleteLater()
            self.login = None
        return window

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
    shell.show_login()
    code = application.exec()
    shell.notify.uninstall()
    return code


def _translate_qt(application: QApplication) -> None:
    """Qt's own words (context menus, dialogs) in Spanish, when Qt brings them."""
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_es", folder):
        application.installTranslator(translator)
