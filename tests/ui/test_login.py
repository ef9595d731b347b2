from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from juntos_campo.app.session import Session, User, create_session, has_database
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.paths import DataPlace
from juntos_campo.store.keys import KdfCost
from juntos_campo.ui.application import Shell, Start
from juntos_campo.ui.login import LoginWindow
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.screens.today import TodayScreen

PASSWORD = "cumbre-clara"

pytestmark = pytest.mark.journey


@pytest.fixture
def place(tmp_path: Path) -> DataPlace:
    return DataPlace(tmp_path / "data")


@pytest.fixture
def prepared(place: DataPlace, clock: FixedClock, book: RuleBook) -> DataPlace:
    """A laptop that was set up and closed again."""
    cheap = KdfCost(passes=1, memory_kib=64, lanes=1)
    user = User("rccori", "Rosa Ccori", Role.FIELD_WORKER)
    create_session(place, password=PASSWORD, user=user, clock=clock, book=book, cost=cheap).close()
    return place


@pytest.fixture
def shell(
    place: DataPlace, clock: FixedClock, book: RuleBook, preferences: Preferences
) -> Iterator[Shell]:
    made = Shell(Start(place, clock, lambda: book, random_id), preferences)
    yield made
    made.notify.uninstall()
    if made.window is not None:
        made.window.close()


def open_door(qtbot: QtBot, shell: Shell) -> LoginWindow:
    login = shell.show_login()
    with qtbot.waitActive(login):
        login.activateWindow()
    return login


def type_in(qtbot: QtBot, text: str) -> None:
    widget = QApplication.focusWidget()
    assert isinstance(widget, QLineEdit)
    qtbot.keyClicks(widget, text)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def test_the_right_password_opens_hoy(qtbot: QtBot, prepared: DataPlace, shell: Shell) -> None:
    login = open_door(qtbot, shell)
    assert login.password.echoMode() is QLineEdit.EchoMode.Password
    type_in(qtbot, PASSWORD)
    assert shell.window is not None
    assert isinstance(shell.window.screen_in_front, TodayScreen)
    assert shell.login is None


def test_a_wrong_password_is_told_and_can_be_typed_again(
    qtbot: QtBot, prepared: DataPlace, shell: Shell
) -> None:
    login = open_door(qtbot, shell)
    type_in(qtbot, "otra-cosa")
    assert shell.window is None
    assert "no es correcta" in login.problems.what.text()
    assert login.enter_button.isEnabled()
    type_in(qtbot, PASSWORD)  # it was selected: typing replaces it
    assert shell.window is not None


def test_guessing_is_slowed_down_and_the_wait_is_said(
    qtbot: QtBot, prepared: DataPlace, shell: Shell, clock: FixedClock
) -> None:
    login = open_door(qtbot, shell)
    for _ in range(4):
        type_in(qtbot, "adivinanza")
    assert "Espere" in login.problems.detail.text()
    type_in(qtbot, PASSWORD)
    assert shell.window is None, "even the right one has to wait"
    clock.advance(timedelta(minutes=10))
    type_in(qtbot, PASSWORD)
    assert shell.window is not None


def test_the_first_time_the_laptop_is_prepared(
    qtbot: QtBot, place: DataPlace, shell: Shell
) -> None:
    login = open_door(qtbot, shell)
    assert login.first_time
    for text in ("rccori", "Rosa Ccori", PASSWORD, PASSWORD):
        type_in(qtbot, text)
    assert has_database(place)
    assert shell.window is not None
    user = shell.window.context.session.user
    assert (user.name, user.full_name, user.role) == ("rccori", "Rosa Ccori", Role.FIELD_WORKER)
    assert isinstance(user.role, Role)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", PASSWORD, PASSWORD), "Falta su usuario"),
        (("rccori", PASSWORD, "cumbre-oscura"), "no son iguales"),
        (("rccori", "abc", "abc"), "muy corta"),
    ],
)
def test_a_laptop_is_not_prepared_by_mistake(
    qtbot: QtBot, place: DataPlace, shell: Shell, typed: tuple[str, str, str], said: str
) -> None:
    user, password, repeated = typed
    login = open_door(qtbot, shell)
    login.user.setText(user)
    login.password.setText(password)
    login.repeated.setText(repeated)
    login.enter()
    assert said in login.problems.what.text()
    assert not has_database(place)
    assert shell.window is None


def test_closing_the_window_closes_the_database(
    qtbot: QtBot, prepared: DataPlace, shell: Shell
) -> None:
    open_door(qtbot, shell)
    type_in(qtbot, PASSWORD)
    window = shell.window
    assert window is not None
    closed: list[Session] = []
    window.closing.connect(lambda: closed.append(window.context.session))
    window.close()
    assert len(closed) == 1
    assert not window.context.tasks.busy
