"""A small real register on a real encrypted database, and windows over it that end cleanly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from shutil import copytree

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import main_windows

from juntos_campo import paths
from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.import_register import apply, check
from juntos_campo.app.session import Session, User, create_session, open_session
from juntos_campo.demo.data import generate, write
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.paths import DataPlace
from juntos_campo.store.keys import KdfCost
from juntos_campo.ui.application import build_application
from juntos_campo.ui.context import UiContext, make_context
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.theme.theme import Appearance, theme

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 10, 32, tzinfo=LIMA)
PASSWORD = "cumbre-clara"
CHEAP = KdfCost(passes=1, memory_kib=64, lanes=1)
USER = User("rccori", "Rosa Ccori", Role.FIELD_WORKER)
HOUSEHOLDS = 24


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return load_rule_book(paths.resources() / "norms")


@pytest.fixture(scope="session")
def register_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A register of 24 invented households and its history, as CSV files."""
    data = generate(HOUSEHOLDS, 7, TODAY, [USER.name])
    return write(data, tmp_path_factory.mktemp("register"))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def empty_session(tmp_path: Path, clock: FixedClock, book: RuleBook) -> Iterator[Session]:
    """A laptop just set up for a field worker."""
    session = create_session(
        DataPlace(tmp_path / "data"),
        password=PASSWORD,
        user=USER,
        clock=clock,
        book=book,
        cost=CHEAP,
    )
    yield session
    session.close()


@pytest.fixture(scope="session")
def filled_laptop(
    tmp_path_factory: pytest.TempPathFactory, book: RuleBook, register_files: tuple[Path, Path]
) -> Path:
    """The folder of a laptop with the small register, everything computed for today; to be copied."""
    place = DataPlace(tmp_path_factory.mktemp("laptop"))
    made = create_session(
        place, password=PASSWORD, user=USER, clock=FixedClock(NOW), book=book, cost=CHEAP
    )
    apply(made, check(made, *register_files), accept_good_rows=True)
    refresh_attention(made)
    made.close()
    return place.root


@pytest.fixture
def session(
    tmp_path: Path, clock: FixedClock, book: RuleBook, filled_laptop: Path
) -> Iterator[Session]:
    """Such a laptop, opened by its field worker."""
    place = DataPlace(copytree(filled_laptop, tmp_path / "data"))
    opened = open_session(place, password=PASSWORD, clock=clock, book=book)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> Iterator[QApplication]:
    """Theme and fonts as in the program, light and of normal size; nothing is left to be deleted."""
    build_application([])
    theme.apply(qapp, Appearance.LIGHT, 1.0)
    yield qapp
    for widget in qapp.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def context(session: Session) -> Iterator[UiContext]:
    """What a screen is given, for testing one screen without the main window."""
    made = make_context(session)
    yield made
    assert made.tasks.close(), "the worker did not end"


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "window.ini")


OpenWindow = Callable[[Session], MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, preferences: Preferences) -> Iterator[OpenWindow]:
    """Open the main window over a session; it is closed at the end and its worker has ended."""
    with main_windows() as make:

        def open_(session: Session) -> MainWindow:
            window = make(session, preferences)
            with qtbot.waitActive(window):
                window.show()
                window.activateWindow()
            return window

        yield open_


@pytest.fixture
def coordinator(session: Session) -> Session:
    """The same data seen by a zone coordinator."""
    session.user = User("mhuaman", "Marina Huamán", Role.ZONE_COORDINATOR)
    return session


@pytest.fixture
def window(open_window: OpenWindow, session: Session) -> MainWindow:
    """The main window over the small register, on Hoy."""
    return open_window(session)
