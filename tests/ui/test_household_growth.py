"""The growth tab by keyboard alone: the curve, its points in words, and what is said when there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from statistics import median

import pytest
from household_world import furnish
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from juntos_campo.app.growth_file import chart_of
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.norms.growth.model import Index
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.household import HouseholdScreen
from juntos_campo.ui.screens.household_growth import GrowthTab
from juntos_campo.ui.theme.theme import Appearance, theme
from juntos_campo.ui.widgets.why_panel import WhyPanel

OpenWindow = Callable[[Session], MainWindow]
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window: OpenWindow, empty_session: Session) -> MainWindow:
    return open_window(furnish(empty_session))


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def press(key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)
    settle()


def household(window: MainWindow, member_id: str, **params: str) -> HouseholdScreen:
    window.context.navigation.open("household", household_id="h1", member_id=member_id, **params)
    settle()
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    screen.focus_first()
    return screen


def on_growth(window: MainWindow, member_id: str = "flor") -> GrowthTab:
    """Opened on the growth tab, the keyboard in the list of people; `to_growth` without its way."""
    screen = household(window, member_id, tab="growth")
    assert screen.tabs.currentWidget() is screen.growth
    return screen.growth


def to_growth(window: MainWindow, member_id: str = "flor") -> GrowthTab:
    """Turn with Ctrl+Tab until the growth tab is in front."""
    screen = household(window, member_id)
    for _ in range(screen.tabs.count()):
        if screen.tabs.currentWidget() is screen.growth:
            break
        press(Key.Key_Tab, CONTROL)
    assert screen.tabs.currentWidget() is screen.growth
    return screen.growth


def cells(tab: GrowthTab, row: int) -> list[str]:
    model = tab.model
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def panel(window: MainWindow) -> WhyPanel:
    return next(one for one in window.findChildren(WhyPanel) if one.isVisible())


def test_the_controls_stand_below_each_other_with_their_figures_and_classes(
    window: MainWindow,
) -> None:
    tab = on_growth(window)
    assert cells(tab, 0)[:4] == ["5 nov", "1 a 8 m", "99.0 kg", "81.0 cm"]
    assert cells(tab, 1)[:4] == ["24 ago", "1 a 6 m", "10.4 kg", "79.0 cm"]
    assert "cifra por revisar" in cells(tab, 0)[-1]
    assert cells(tab, 1)[-1] == "normal"
    assert cells(tab, 0)[4].startswith("? ")


def test_left_and_right_on_the_curve_choose_a_control_and_say_it_in_words(
    window: MainWindow,
) -> None:
    tab = to_growth(window)
    tab.focus_first()
    heard = []
    for _ in range(3):
        heard.append((tab.detail.text(), tab.chart.accessibleDescription()))
        press(Key.Key_Left)
    assert [text[:14] for text, _ in heard] == [
        "jue 5 nov 2026",
        "lun 24 ago 202",
        "vie 20 feb 202",
    ]
    assert "10.4 kg" in heard[1][0]
    assert "normal" in heard[1][0]
    assert "Elegido: 24 ago" in heard[1][1]
    assert "3 controles" in heard[1][1]
    assert tab.table.current().measurement.on == date(2026, 2, 20)
    press(Key.Key_Left)
    assert tab.table.current().measurement.on == date(2026, 2, 20), "there is none before"
    press(Key.Key_End)
    assert tab.table.current().measurement.on == date(2026, 11, 5)


def test_the_keys_1_2_3_change_the_index_from_the_list_of_people_too(window: MainWindow) -> None:
    tab = on_growth(window)
    shown = []
    for key in (Key.Key_2, Key.Key_3, Key.Key_1):
        press(key)
        checked = [one.text() for one in tab.buttons.values() if one.isChecked()]
        shown.append((checked, tab.chart.accessibleName()))
    assert shown == [
        (["T/E"], "Curva: Talla para la edad"),
        (["P/T"], "Curva: Peso para la talla"),
        (["P/E"], "Curva: Peso para la edad"),
    ]


def test_a_figure_that_cannot_be_is_told_apart_and_asked_about(window: MainWindow) -> None:
    tab = on_growth(window)
    tab.focus_first()
    current = tab.chart.current
    assert current is not None
    assert current.doubtful
    assert "cifra por revisar" in tab.detail.text()
    press(Key.Key_F1)
    why = panel(window)
    assert "mal anotado" in why.accessibleDescription()
    assert "Flor" in why.heading.text()
    press(Key.Key_Escape)
    assert QApplication.focusWidget() is tab.chart, "the keyboard is back on the curve"


def test_why_on_a_row_of_the_table_gives_the_norm_and_the_trend(window: MainWindow) -> None:
    tab = on_growth(window, "yeison")
    tab.table.setFocus()
    press(Key.Key_Question)
    said = panel(window).accessibleDescription()
    control = tab.table.current()
    result = control.result(Index.WEIGHT_AGE)
    assert result.why.text in said
    assert tab.growth is not None
    trend = tab.growth.trend(Index.WEIGHT_AGE)
    assert trend is not None
    assert trend.why.text in said
    assert tab.trend.text() == trend.why.text


def test_the_pointer_chooses_the_control_it_rests_on(qtbot: QtBot, window: MainWindow) -> None:
    tab = on_growth(window, "yeison")
    seen = set()
    for x in range(0, tab.chart.width(), 6):
        for y in range(0, tab.chart.height(), 12):
            qtbot.mouseMove(tab.chart, QPoint(x, y))
            current = tab.chart.current
            assert current is not None
            seen.add(current.number)
    assert seen == {0, 1, 2, 3}


def test_another_child_keeps_the_tab_and_the_index(window: MainWindow) -> None:
    tab = to_growth(window)
    press(Key.Key_2)
    press(Key.Key_Up)  # in the list of people: Yeison stands before Flor
    assert tab.isVisible()
    assert "Yeison" in tab.chart.accessibleDescription()
    assert tab.chart.accessibleName() == "Curva: Talla para la edad"


def test_another_household_is_opened_on_the_tab_that_was_chosen(window: MainWindow) -> None:
    tab = to_growth(window)
    window.context.navigation.open("households")
    settle()
    screen = household(window, "yeison")
    assert screen.tabs.currentWidget() is tab
    assert "Yeison" in tab.chart.accessibleDescription()


def test_somebody_of_five_or_more_has_no_curve_and_is_told_whom_to_choose(
    window: MainWindow,
) -> None:
    tab = on_growth(window, "dina")
    assert tab.empty.isVisible()
    assert "5 años" in tab.empty.title.text()
    assert "menor de 5 años" in tab.empty.advice.text()
    assert not tab.chart.isVisible()


def test_a_child_without_figures_is_told_where_they_come_from(
    open_window: OpenWindow, empty_session: Session
) -> None:
    session = furnish(empty_session)
    with session.work("test") as work:
        for one in session.store.find(ServiceEvent, member_id="flor"):
            work.tx.delete(one)
    tab = on_growth(open_window(session))
    assert tab.empty.isVisible()
    assert "Flor" in tab.empty.title.text()
    assert "carné" in tab.empty.advice.text()


def test_what_is_recorded_meanwhile_is_drawn_at_once(window: MainWindow) -> None:
    tab = to_growth(window, "yeison")
    assert tab.model.rowCount() == 4
    session = window.context.session
    with session.work("test") as work:
        work.tx.save(
            ServiceEvent(
                id="new", household_id="h1", member_id="yeison", service="CRED",
                on=date(2026, 11, 20), weight_kg=7.9, height_cm=66.0,
            )
        )  # fmt: skip
    window.context.changes.publish(work.changed)
    settle()
    assert cells(tab, 0)[0] == "20 nov"
    current = tab.chart.current
    assert current is not None


def test_a_child_born_small_is_followed_by_the_slope_and_that_is_said(
    open_window: OpenWindow, empty_session: Session
) -> None:
    session = furnish(empty_session)
    yeison = session.store.get(Member, "yeison")
    assert yeison is not None
    with session.work("test") as work:
        work.tx.save(replace(yeison, birth_weight_g=2100))
    tab = on_growth(open_window(session), "yeison")
    assert tab.note.isVisible()
    assert "bajo peso" in tab.note.text()


def test_a_curve_is_painted_faster_than_the_screen_shows_it(window: MainWindow) -> None:
    """Under 16 ms of this thread's own time, for other programs take their share of the machine."""
    tab = on_growth(window)
    assert tab.growth is not None
    views = [chart_of(tab.growth, index, date(2026, 11, 21)) for index in Index]
    times = []
    for view in views * 10:
        tab.chart.set_view(view)  # nothing kept from before
        started = time.thread_time()
        tab.chart.grab()
        times.append(time.thread_time() - started)
    assert median(times) < 0.016


@pytest.mark.parametrize("look", [Appearance.LIGHT, Appearance.DARK])
def test_the_curve_is_drawn_in_the_colours_of_the_look(
    qapp: QApplication, window: MainWindow, look: Appearance
) -> None:
    theme.apply(qapp, look)
    picture = on_growth(window).chart.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(0, picture.height(), 2)
    }
    wanted = {theme.colour(token).name() for token in ("surface", "low_tint", "primary", "line")}
    assert wanted <= colours


def test_figures_typed_into_the_search_stay_there(window: MainWindow) -> None:
    tab = on_growth(window)
    press(Key.Key_K, CONTROL)
    box = QApplication.focusWidget()
    assert isinstance(box, QLineEdit)
    for key in (Key.Key_2, Key.Key_3, Key.Key_2):
        press(key)
    assert box.text() == "232"
    assert tab.index is Index.WEIGHT_AGE
    press(Key.Key_Escape)
