"""A laptop's first day: nothing is on it, and the register is brought in with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from keyboard import focus, press
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.households import HouseholdsScreen
from juntos_campo.ui.screens.register_import import RegisterImportScreen
from juntos_campo.ui.screens.today import TodayScreen

OpenWindow = Callable[[Session], MainWindow]

pytestmark = pytest.mark.journey


def test_an_empty_laptop_says_how_to_get_the_households(
    qtbot: QtBot, open_window: OpenWindow, empty_session: Session
) -> None:
    window = open_window(empty_session)
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    assert "Todavía no hay hogares" in today.empty.title.text()
    assert focus() is today.empty.button
    press(Qt.Key.Key_Space)
    assert isinstance(window.screen_in_front, RegisterImportScreen)


def test_the_register_is_imported_and_the_day_planned(
    qtbot: QtBot,
    open_window: OpenWindow,
    empty_session: Session,
    register_files: tuple[Path, Path],
) -> None:
    window = open_window(empty_session)
    window.context.navigation.open("register")
    screen = window.screen_in_front
    assert isinstance(screen, RegisterImportScreen)
    screen.history_edit.setText(str(register_files[1]))
    qtbot.keyClicks(screen.register_edit, str(register_files[0]))
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(screen.import_button.isEnabled, timeout=10_000)
    assert "24 hogares" in screen.summary.text()
    assert empty_session.store.count(Household) == 0, "looking must not change anything"
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(window.screen_in_front, HouseholdsScreen), timeout=10_000)
    assert empty_session.store.count(Household) == 24
    window.context.navigation.open("today")
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    qtbot.waitUntil(lambda: bool(today.list.current()), timeout=10_000)
    assert today.plan is not None
    assert today.plan.pending_households == 0


def test_a_faulty_register_shows_each_fault_and_changes_nothing(
    qtbot: QtBot,
    open_window: OpenWindow,
    empty_session: Session,
    register_files: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    lines = register_files[0].read_text(encoding="utf-8-sig").splitlines()
    faulty = tmp_path / "con_falla.csv"
    broken = lines[1].replace(";F;", ";X;", 1).replace(";M;", ";X;", 1)
    faulty.write_text("\n".join([lines[0], broken, *lines[2:]]), encoding="utf-8-sig")
    window = open_window(empty_session)
    window.context.navigation.open("register")
    screen = window.screen_in_front
    assert isinstance(screen, RegisterImportScreen)
    screen.register_edit.setText(str(faulty))
    screen.check()
    qtbot.waitUntil(lambda: screen.checked is not None, timeout=10_000)
    (fault,) = [one for one in screen.model.rows() if not one.is_warning]
    assert (fault.row, fault.column, fault.value) == (2, "sexo", "X")
    assert not screen.import_button.isEnabled()
    assert empty_session.store.count(Household) == 0
    screen.accept_box.setChecked(True)
    assert screen.import_button.isEnabled()


def test_a_file_that_is_not_there_is_told_calmly(
    qtbot: QtBot, open_window: OpenWindow, empty_session: Session, tmp_path: Path
) -> None:
    window = open_window(empty_session)
    window.context.navigation.open("register")
    screen = window.screen_in_front
    assert isinstance(screen, RegisterImportScreen)
    screen.register_edit.setText(str(tmp_path / "no_hay.csv"))
    screen.check()
    qtbot.waitUntil(
        lambda: screen.problems.isVisible() or screen.checked is not None, timeout=10_000
    )
    said = screen.problems.what.text() + "".join(one.reason for one in screen.model.rows())
    assert said
    assert "Errno" not in said
