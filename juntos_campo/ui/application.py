"""Starting the window: the application object, the door, then the main window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from juntos_campo.app.session import Session, User, create_session, has_database, open_session
from juntos_campo.app.standing import Standing, standing_of
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.ids import Ids
from juntos_campo.domain.spanish import count, moment
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.paths import DataPlace
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.login import LoginWindow
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.navigation import Navigation
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.tasks import Tasks
from juntos_campo.ui.theme.icons import app_icon
from juntos_campo.ui.theme.theme import load_fonts, theme


@dataclass(frozen=True, slots=True)
class Start:
    """What the composition root decides.

    Attributes:
        place: where the database is.
        load_book: reads the rule packs; called once, after the password was right.
    """

    place: DataPlace
    clock: Clock
    load_book: Callable[[], RuleBook]
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
        first_time = not has_database(start.place)
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
        self.window = open_main_window(session, self.notify, self._preferences)
        self.window.show()
        if self.login is not None:
            self.login.close()
            self.login.deleteLater()
            self.login = None
        return self.window

    def _open(self, password: str) -> Session:
        start = self._start
        book = start.load_book()
        return open_session(
            start.place, password=password, clock=start.clock, book=book, ids=start.ids
        )

    def _create(self, password: str, user: User) -> Session:
        start = self._start
        return create_session(
            start.place,
            password=password,
            user=user,
            clock=start.clock,
            book=start.load_book(),
            ids=start.ids,
        )


def open_main_window(
    session: Session, notify: Notifications, preferences: Preferences
) -> MainWindow:
    """Build the main window for a session and go to the first screen of its user's role."""
    tasks = Tasks()
    tasks.unhandled.connect(notify.fail)
    context = UiContext(session, tasks, notify, Navigation(), session.clock)
    window = MainWindow(context, lambda: _standing(session), preferences)
    window.closing.connect(session.close)
    context.attention.begin()
    first = "today" if session.user.role is Role.FIELD_WORKER else "coordination"
    context.navigation.open(first if window.has_screen(first) else "households")
    return window


def run(argv: Sequence[str], start: Start) -> int:
    """Run the program until its window is closed; the exit code."""
    preferences = Preferences(start.place.root / "window.ini")
    application = build_application(argv, preferences)
    shell = Shell(start, preferences)
    shell.show_login()
    code = application.exec()
    shell.notify.uninstall()
    return code


def _standing(session: Session) -> tuple[Mapping[str, int], Sequence[str]]:
    standing = standing_of(session)
    counts = {
        "alerts": standing.urgent,
        "visits": standing.open_visits + standing.returned,
        "reviews": standing.to_review,
        "to_send": standing.to_send,
    }
    return counts, facts_of(standing)


def facts_of(standing: Standing) -> list[str]:
    """The sentences of the quiet line."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("facts", text)

    facts = []
    if standing.refused:
        facts.append(count(standing.refused, tr("cambio rechazado"), tr("cambios rechazados")))
    if standing.to_send:
        text = count(standing.to_send, tr("cambio"), tr("cambios"))
        facts.append(tr("{changes} por enviar").format(changes=text))
    else:
        facts.append(tr("nada por enviar"))
    facts.append(_last_sync(standing.last_sync, tr))
    return facts


def _last_sync(when: datetime | None, tr: Callable[[str], str]) -> str:
    if when is None:
        return tr("todavía no se sincronizó")
    return tr("última sincronización {when}").format(when=moment(when))


def _translate_qt(application: QApplication) -> None:
    """Qt's own words (context menus, dialogs) in Spanish, when Qt brings them."""
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_es", folder):
        application.installTranslator(translator)
