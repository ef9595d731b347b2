"""Windows closed, jobs stopped and days ended while somebody is in the middle of something."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from juntos_campo.app.alert_list import alert_lines
from juntos_campo.app.attention import stale_households
from juntos_campo.app.import_register import apply, check
from juntos_campo.app.official_forms import forms_due
from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.store.drafts import open_drafts
from juntos_campo.ui import attention_keeper
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.alerts import AlertsScreen
from juntos_campo.ui.screens.form_grid import FormGridScreen
from juntos_campo.ui.screens.households import HouseholdsScreen
from juntos_campo.ui.screens.register_import import RegisterImportScreen
from juntos_campo.ui.screens.today import TodayScreen

OpenWindow = Callable[[Session], MainWindow]


def open_form(window: MainWindow, session: Session) -> FormGridScreen:
    due = forms_due(session, Bimester.of(session.today))[0]
    window.context.navigation.open_form("salud02", due.place.id, str(due.bimester))
    screen = window.screen_in_front
    assert isinstance(screen, FormGridScreen)
    QApplication.processEvents()  # what was just built gets its place
    return screen


def column(screen: FormGridScreen, name: str) -> int:
    assert screen.cells is not None
    width = len(screen.cells.columns)
    return next(at for at in range(width) if screen.cells.address(0, at).endswith(f"/{name}"))


def begin_cell(screen: FormGridScreen, name: str, text: str) -> None:
    """Type into a cell of the first row without leaving it."""
    assert screen.grid is not None
    screen.grid.setFocus()
    screen.grid.go_to(0, column(screen, name))
    for letter in text:
        QTest.keyClicks(QApplication.focusWidget(), letter)


def typed_on_disk(session: Session) -> list[object]:
    return [
        one
        for draft in open_drafts(session.store, "form_record")
        for path, one in draft.answers.items()
        if not path.startswith("#")
    ]


def test_a_cell_being_typed_when_the_window_closes_is_kept(
    window: MainWindow, session: Session
) -> None:
    screen = open_form(window, session)
    begin_cell(screen, "m1_hb", "11.7")
    with session.for_thread() as beside:
        window.close()
        assert 11.7 in [float(str(one)) for one in typed_on_disk(beside)]


def test_the_head_of_a_form_being_typed_when_the_window_closes_is_kept(
    window: MainWindow, session: Session
) -> None:
    screen = open_form(window, session)
    line = next(iter(screen.inputs.values()))
    line.setFocus()
    assert line.hasFocus()
    line.selectAll()
    QTest.keyClicks(line, "Lic. Ana Soto")
    with session.for_thread() as beside:
        window.close()
        assert "Lic. Ana Soto" in typed_on_disk(beside)


def test_a_synchronisation_that_ends_does_not_take_the_cell_being_typed_away(
    window: MainWindow, session: Session
) -> None:
    screen = open_form(window, session)
    begin_cell(screen, "m1_hb", "11.7")
    window.context.changes.publish(Changed(frozenset({"outbox", "sync"})))
    focus = QApplication.focusWidget()
    kept = isinstance(focus, QLineEdit) and focus.text() == "11.7"
    assert kept or 11.7 in [float(str(one)) for one in typed_on_disk(session)]


def test_a_synchronisation_that_ends_does_not_take_the_head_being_typed_away(
    window: MainWindow, session: Session
) -> None:
    screen = open_form(window, session)
    line = next(iter(screen.inputs.values()))
    line.setFocus()
    assert line.hasFocus()
    line.selectAll()
    QTest.keyClicks(line, "Lic. Ana Soto")
    window.context.changes.publish(Changed(frozenset({"outbox", "sync"})))
    assert line.text() == "Lic. Ana Soto"
    line.clearFocus()
    assert "Lic. Ana Soto" in typed_on_disk(session)


def test_computing_that_was_stopped_stays_stopped(
    qtbot: QtBot, window: MainWindow, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    def endless(
        _session: Session,
        _ids: Sequence[str],
        _progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> int:
        begun.append(1)
        deadline = time.monotonic() + 5
        while not cancelled() and time.monotonic() < deadline:
            time.sleep(0.005)
        return 0

    monkeypatch.setattr(attention_keeper, "refresh_attention", endless)
    screen = window.screen_in_front
    assert isinstance(screen, TodayScreen)
    clock.advance(timedelta(days=1))
    window.context.attention.look_at_day()
    qtbot.waitUntil(screen.progress.isVisible)
    screen.progress.stop_button.click()
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    qtbot.wait(50)
    assert len(begun) == 1
    assert not window.context.tasks.busy
    assert not screen.progress.isVisible()


def test_after_midnight_the_alerts_in_front_are_those_of_the_new_day(
    qtbot: QtBot, window: MainWindow, session: Session, clock: FixedClock
) -> None:
    window.context.navigation.open("alerts")
    screen = window.screen_in_front
    assert isinstance(screen, AlertsScreen)
    assert screen.model.rowCount()
    clock.advance(timedelta(days=1))
    window.context.attention.look_at_day()
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    assert not stale_households(session)
    assert screen.model.rowCount() == len(alert_lines(session)) > 0


def test_after_midnight_today_is_another_day(
    qtbot: QtBot, window: MainWindow, clock: FixedClock
) -> None:
    screen = window.screen_in_front
    assert isinstance(screen, TodayScreen)
    clock.advance(timedelta(days=1))
    window.context.attention.look_at_day()
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    assert "Domingo 22" in screen.title.text()
    assert screen.plan is not None
    assert not screen.plan.pending_households


def has_priorities(screen: HouseholdsScreen) -> bool:
    """Every household of the list has its priority, except who left the programme."""
    return all(
        line.level or line.state is ProgrammeState.DISAFFILIATED for line in screen.model.rows()
    )


def test_a_coordinator_sees_the_priority_of_every_household(
    qtbot: QtBot, open_window: OpenWindow, coordinator: Session, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=1))
    window = open_window(coordinator)
    window.context.navigation.open("households")
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdsScreen)
    qtbot.waitUntil(lambda: has_priorities(screen), timeout=5000)


def test_after_an_import_the_list_in_front_shows_priorities(
    qtbot: QtBot,
    open_window: OpenWindow,
    empty_session: Session,
    register_files: tuple[Path, Path],
) -> None:
    window = open_window(empty_session)
    window.context.navigation.open("households")
    changed = apply(empty_session, check(empty_session, *register_files), accept_good_rows=True)
    window.context.changes.publish(changed)
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdsScreen)
    qtbot.waitUntil(lambda: has_priorities(screen), timeout=5000)
    assert screen.model.rowCount() == 24


def test_what_came_while_a_cell_was_typed_is_shown_once_it_is_left(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    screen = open_form(window, session)
    begin_cell(screen, "m1_hb", "11.7")
    opened = screen.opened
    window.context.changes.publish(Changed(frozenset({"outbox", "sync"})))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.opened is not opened)
    assert screen.cells is not None
    assert screen.cells.cell(0, column(screen, "m1_hb")).text.startswith("11.7")


def import_screen(window: MainWindow, files: tuple[Path, Path]) -> RegisterImportScreen:
    window.context.navigation.open("register")
    screen = window.screen_in_front
    assert isinstance(screen, RegisterImportScreen)
    screen.history_edit.setText(str(files[1]))
    screen.register_edit.setText(str(files[0]))
    return screen


def test_an_import_that_ends_does_not_call_away_who_went_on_working(
    qtbot: QtBot, window: MainWindow, register_files: tuple[Path, Path]
) -> None:
    screen = import_screen(window, register_files)
    screen.check()
    qtbot.waitUntil(screen.import_button.isEnabled, timeout=10_000)
    screen.import_()
    window.context.navigation.open("alerts")
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    assert isinstance(window.screen_in_front, AlertsScreen)


def test_the_same_register_once_more_says_that_nothing_changed(
    qtbot: QtBot, window: MainWindow, session: Session, register_files: tuple[Path, Path]
) -> None:
    before = session.store.count(Household)
    screen = import_screen(window, register_files)
    screen.check()
    qtbot.waitUntil(screen.import_button.isEnabled, timeout=10_000)
    screen.import_button.click()
    screen.import_button.click()
    qtbot.waitUntil(lambda: isinstance(window.screen_in_front, HouseholdsScreen), timeout=10_000)
    assert "nada cambió" in window.status.said.text()
    assert session.store.count(Household) == before


def test_looking_through_a_register_can_be_stopped(
    qtbot: QtBot, window: MainWindow, register_files: tuple[Path, Path]
) -> None:
    screen = import_screen(window, register_files)
    screen.check()
    screen.progress.stop_button.click()
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    assert screen.checked is None
    assert screen.check_button.isEnabled()
    assert not screen.problems.isVisible()


def test_a_household_that_left_the_register_is_told_before_importing(
    qtbot: QtBot, window: MainWindow, register_files: tuple[Path, Path], tmp_path: Path
) -> None:
    lines = register_files[0].read_text(encoding="utf-8-sig").splitlines()
    code = lines[1].split(";")[0]
    shorter = tmp_path / "padron.csv"
    kept = [line for line in lines if not line.startswith(f"{code};")]
    shorter.write_text("\n".join(kept), encoding="utf-8-sig")
    screen = import_screen(window, (shorter, register_files[1]))
    screen.history_edit.setText("")
    screen.check()
    qtbot.waitUntil(lambda: screen.checked is not None, timeout=10_000)
    assert "1 hogar suyo ya no está en el archivo" in screen.summary.text()
