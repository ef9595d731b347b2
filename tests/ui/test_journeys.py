"""What a gestor does on these screens, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from juntos_campo.app.attention import attention_of_all, stale_households
from juntos_campo.app.session import Session
from juntos_campo.app.today import plan_day
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Member
from juntos_campo.domain.spanish import fold
from juntos_campo.norms.model import Trust, Why
from juntos_campo.store.plan import planned_households
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.alerts import AlertsScreen
from juntos_campo.ui.screens.household import HouseholdScreen
from juntos_campo.ui.screens.households import HouseholdsScreen
from juntos_campo.ui.screens.today import TodayScreen
from juntos_campo.ui.widgets.move_panel import MovePanel
from juntos_campo.ui.widgets.why_panel import WhyPanel

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
OpenWindow = Callable[[Session], MainWindow]

pytestmark = pytest.mark.journey


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None, "the keyboard is nowhere"
    return widget


def press(
    qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    qtbot.keyClick(focused(), key, modifier)


def some_member(session: Session) -> Member:
    return next(one for one in session.store.find(Member) if one.document_number)


def test_the_day_begins_on_the_most_urgent_household(window: MainWindow, session: Session) -> None:
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    plan = plan_day(session)
    assert focused() is today.list
    assert today.list.current() == plan.groups[0].lines[0].household_id
    assert "Sábado 21 de noviembre" in today.title.text()
    assert "bimestre VI cierra en 40 días" in today.remark.text()
    assert window.side.buttons["today"].count == plan.households


def test_enter_opens_the_household_and_alt_left_comes_back(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    first = plan_day(session).groups[0].lines[0]
    press(qtbot, Qt.Key.Key_Return)
    file = window.screen_in_front
    assert isinstance(file, HouseholdScreen)
    assert file.title.text() == first.holder
    assert window.side.buttons["households"].isChecked()
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert isinstance(window.screen_in_front, TodayScreen)


def test_why_a_household_is_on_the_list_is_told_with_norm_and_next_step(
    qtbot: QtBot, window: MainWindow
) -> None:
    press(qtbot, Qt.Key.Key_F1)
    (panel,) = window.findChildren(WhyPanel)
    said = panel.accessibleDescription()
    assert panel.isVisible()
    assert said
    assert window.rect().contains(panel.geometry())
    press(qtbot, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert isinstance(window.screen_in_front, TodayScreen)
    assert focused() is window.screen_in_front.list


def test_a_household_can_be_moved_to_another_day(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    moved = today.list.current()
    press(qtbot, Qt.Key.Key_O)
    (panel,) = window.findChildren(MovePanel)
    assert focused() is panel.day_buttons[0]
    press(qtbot, Qt.Key.Key_Space)
    assert [(one.household_id, one.day) for one in planned_households(session.store)] == [
        (moved, session.today + timedelta(days=2))  # tomorrow is a Sunday
    ]
    assert today.list.current() != moved
    assert "lun 23 nov" in window.status.said.text()


def test_moving_to_a_typed_date_keeps_the_reason(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    press(qtbot, Qt.Key.Key_O)
    (panel,) = window.findChildren(MovePanel)
    qtbot.keyClicks(panel.reason, "rio crecido")
    qtbot.keyClicks(panel.box.edit, "5/1\r")
    (planned,) = planned_households(session.store)
    assert (planned.day.isoformat(), planned.reason) == ("2027-01-05", "rio crecido")


def test_anybody_is_found_by_dni_from_everywhere(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    wanted = some_member(session)
    window.context.navigation.open("help")
    press(qtbot, Qt.Key.Key_K, CONTROL)
    assert focused() is window.palette_panel.box
    qtbot.keyClicks(focused(), wanted.document_number)
    press(qtbot, Qt.Key.Key_Return)
    file = window.screen_in_front
    assert isinstance(file, HouseholdScreen)
    assert file.members.current().member.id == wanted.id


def test_a_name_is_found_without_accents(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    people = session.store.find(Member)
    accented = next(one for one in people if fold(one.paternal) != one.paternal.lower())
    press(qtbot, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(focused(), fold(accented.paternal))
    found = [one.text for one in window.palette_panel.model.rows()]
    assert accented.full_name in found


def test_a_screen_is_found_by_its_name(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(focused(), "alert")
    press(qtbot, Qt.Key.Key_Return)
    assert isinstance(window.screen_in_front, AlertsScreen)


def test_nobody_found_says_what_to_try(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(focused(), "zzzz")
    assert "Pruebe" in window.palette_panel.hint.text()
    press(qtbot, Qt.Key.Key_Return)
    assert window.palette_panel.isVisible()
    press(qtbot, Qt.Key.Key_Escape)
    assert not window.palette_panel.isVisible()


def test_every_listed_screen_opens_by_its_number(qtbot: QtBot, window: MainWindow) -> None:
    keys = list(window.side.buttons)
    for number, key in enumerate(keys[:9], start=1):
        press(qtbot, Qt.Key(Qt.Key.Key_0 + number), CONTROL)
        assert window.side.buttons[key].isChecked(), key
        assert window.screen_in_front is window.screen_of(key)
        assert window.screen_in_front.isAncestorOf(focused()), key


def test_the_list_narrows_while_typing_and_enter_opens(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    window.context.navigation.open("households")
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdsScreen)
    total = session.store.count(Household)
    assert screen.model.rowCount() == total
    assert focused() is screen.box
    code = session.store.find(Household)[5].code
    qtbot.keyClicks(focused(), code)
    assert screen.model.rowCount() == 1
    assert screen.figure.text() == f"1 de {total} hogares"
    press(qtbot, Qt.Key.Key_Down)
    assert focused() is screen.table
    press(qtbot, Qt.Key.Key_Return)
    assert isinstance(window.screen_in_front, HouseholdScreen)


def test_a_search_without_result_says_how_to_go_on(qtbot: QtBot, window: MainWindow) -> None:
    window.context.navigation.open("households")
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdsScreen)
    qtbot.keyClicks(focused(), "zzzz")
    assert screen.empty.isVisible()
    assert "zzzz" in screen.empty.title.text()
    press(qtbot, Qt.Key.Key_Escape)
    assert screen.table.isVisible()


def test_a_household_added_by_hand_is_on_today(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    planned = {line.household_id for group in plan_day(session).groups for line in group.lines}
    other = next(one for one in session.store.find(Household) if one.id not in planned)
    window.context.navigation.open("households")
    qtbot.keyClicks(focused(), other.code)
    press(qtbot, Qt.Key.Key_H, CONTROL)
    window.context.navigation.open("today")
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    assert today.list.select(other.id)


def test_the_file_shows_every_member_and_why_a_service_is_missing(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    attention = attention_of_all(session)
    household_id, found = next((hid, one) for hid, one in attention.items() if one.lines)
    window.context.navigation.open_household(household_id, found.lines[0].member_id)
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    members = session.store.find(Member, household_id=household_id)
    assert {one.member.id for one in screen.model.rows()} == {one.id for one in members}
    assert screen.members.current().member.id == found.lines[0].member_id
    assert screen.alerts.number == len(found.lines)
    press(qtbot, Qt.Key.Key_Return)
    assert focused() is screen.services.table
    press(qtbot, Qt.Key.Key_F1)
    (panel,) = window.findChildren(WhyPanel)
    assert panel.accessibleName() == screen.services.table.current().label


def test_an_alert_opens_the_household_at_the_person(qtbot: QtBot, window: MainWindow) -> None:
    window.context.navigation.open("alerts")
    screen = window.screen_in_front
    assert isinstance(screen, AlertsScreen)
    line = screen.table.current()
    assert focused() is screen.table
    press(qtbot, Qt.Key.Key_Return)
    file = window.screen_in_front
    assert isinstance(file, HouseholdScreen)
    assert file.members.current().member.id == line.member_id


def test_alerts_can_be_narrowed_to_one_kind(window: MainWindow) -> None:
    window.context.navigation.open("alerts")
    screen = window.screen_in_front
    assert isinstance(screen, AlertsScreen)
    every = list(screen.model.rows())
    kind = every[0].group
    screen.kinds.setCurrentIndex(screen.kinds.findData(kind))
    screen.kinds.activated.emit(screen.kinds.currentIndex())
    shown = screen.model.rows()
    assert [one.key for one in shown] == [one.key for one in every if one.group is kind]


def test_a_new_day_is_computed_by_itself(
    qtbot: QtBot, open_window: OpenWindow, session: Session, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=1))
    window = open_window(session)
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    qtbot.waitUntil(lambda: bool(today.list.current()), timeout=10_000)
    qtbot.waitUntil(lambda: not stale_households(session), timeout=10_000)
    assert today.plan is not None
    assert today.plan.day == clock.today()
    assert "Domingo 22 de noviembre" in today.title.text()


@pytest.fixture
def saved_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where prints go instead of asking; the viewer is not opened."""
    monkeypatch.setattr(pdf_output, "ask", lambda _parent, name: str(tmp_path / name))
    monkeypatch.setattr(pdf_output, "show", lambda _path: None)
    return tmp_path


def text_of(pdf: Path) -> str:
    return " ".join(page.extract_text() for page in PdfReader(pdf).pages)


def test_the_route_of_the_day_is_printed_with_every_household(
    qtbot: QtBot, window: MainWindow, session: Session, saved_to: Path
) -> None:
    press(qtbot, Qt.Key.Key_P, CONTROL)
    text = text_of(saved_to / "ruta-2026-11-21.pdf")
    codes = [line.code for group in plan_day(session).groups for line in group.lines]
    assert codes
    assert not [code for code in codes if code not in text]
    assert "ruta-2026-11-21.pdf" in window.status.said.text()


def test_a_households_file_is_printed(
    qtbot: QtBot, window: MainWindow, session: Session, saved_to: Path
) -> None:
    press(qtbot, Qt.Key.Key_Return)
    file = window.screen_in_front
    assert isinstance(file, HouseholdScreen)
    press(qtbot, Qt.Key.Key_P, CONTROL)
    (printed,) = saved_to.glob("hogar-*.pdf")
    text = text_of(printed)
    assert all(one.member.paternal.upper() in text for one in file.model.rows())


def test_a_print_that_cannot_be_saved_is_told(
    qtbot: QtBot, window: MainWindow, saved_to: Path
) -> None:
    (saved_to / "ruta-2026-11-21.pdf").mkdir()
    press(qtbot, Qt.Key.Key_P, CONTROL)
    front = window.screen_in_front
    assert front is not None
    assert front.problems.isVisible()
    assert "No se pudo guardar" in front.problems.what.text()


def test_help_is_read_with_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    window.context.navigation.open("help")
    press(qtbot, Qt.Key.Key_Down)
    screen = window.screen_in_front
    assert screen is not None
    assert "Ctrl+K" in screen.page.toPlainText()  # type: ignore[attr-defined]


def test_the_keyboard_reaches_the_navigation_and_comes_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    press(qtbot, Qt.Key.Key_F6)
    assert focused() is window.side.buttons["today"]
    press(qtbot, Qt.Key.Key_Down)
    assert focused() is window.side.buttons["households"]
    press(qtbot, Qt.Key.Key_Space)
    assert isinstance(window.screen_in_front, HouseholdsScreen)


def test_a_reason_too_long_for_the_window_can_be_scrolled_to_its_end(
    qtbot: QtBot, window: MainWindow
) -> None:
    press(qtbot, Qt.Key.Key_F1)
    (short,) = window.findChildren(WhyPanel)
    assert short.area.verticalScrollBar().maximum() == 0, "there is room: nothing has to scroll"
    press(qtbot, Qt.Key.Key_Escape)
    whys = tuple(
        Why("Una razón larga con sus fechas. " * 4, "NTS 238", Trust.RECALL) for _ in range(8)
    )
    panel = WhyPanel.show_for(window.centralWidget(), "¿Por qué?", whys)
    qtbot.wait(20)
    assert window.rect().contains(panel.geometry())
    assert panel.area.verticalScrollBar().maximum() > 0
    press(qtbot, Qt.Key.Key_Tab)
    press(qtbot, Qt.Key.Key_PageDown)
    assert panel.area.verticalScrollBar().value() > 0
