"""Growth and coresponsibility in every size and look: nothing cut off, everything named and reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from household_world import furnish
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot
from test_every_screen import _cut_off, _excludes, controls

from juntos_campo.app.session import Changed, Session
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.household import TABS, HouseholdScreen
from juntos_campo.ui.theme.theme import Appearance, theme

OpenWindow = Callable[[Session], MainWindow]
MINE = ("coresponsibility", "growth")


def show(window: MainWindow, tab: str) -> HouseholdScreen:
    window.context.navigation.open("household", household_id="h1", member_id="flor", tab=tab)
    for _ in range(6):
        QApplication.processEvents()
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    return screen


@pytest.mark.parametrize(
    ("size", "look", "scale"),
    [
        ((1366, 768), Appearance.LIGHT, 1.0),
        ((1366, 768), Appearance.DARK, 1.3),
        ((1024, 600), Appearance.DARK, 1.0),
        ((1024, 600), Appearance.LIGHT, 1.15),
    ],
)
def test_no_text_of_the_tabs_is_cut_off(
    qapp: QApplication,
    open_window: OpenWindow,
    empty_session: Session,
    size: tuple[int, int],
    look: Appearance,
    scale: float,
) -> None:
    theme.apply(qapp, look, scale)
    window = open_window(furnish(empty_session))
    window.resize(*size)
    for tab in TABS:
        screen = show(window, tab)
        assert (window.width(), window.height()) == size, f"{tab} pushes the window open"
        assert not [f"{tab}: {text}" for text in _cut_off(screen)]
        bar = screen.tabs.tabBar()
        assert bar.sizeHint().width() <= screen.tabs.width(), "every part of the file has its title"


@pytest.mark.parametrize("tab", MINE)
def test_every_control_of_the_tabs_is_named_and_reached_with_the_tab_key(
    qtbot: QtBot, open_window: OpenWindow, empty_session: Session, tab: str
) -> None:
    window = open_window(furnish(empty_session))
    screen = show(window, tab)
    nameless = [
        type(one).__name__
        for one in controls(window)
        if not one.accessibleName() and not (isinstance(one, QAbstractButton) and one.text())
    ]
    assert not nameless
    wanted: set[QWidget] = {
        one
        for one in controls(screen)
        if one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(one, QAbstractButton) and _excludes(one))
    }
    if tab == "growth":
        wanted.add(screen.growth.chart)
    reached: set[QWidget | None] = set()
    for _ in range(2 * len(list(controls(window))) + 20):
        reached.add(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    assert not [one.accessibleName() for one in wanted - reached]


@pytest.mark.parametrize("height", [600, 768, 1000])
def test_the_list_of_people_shows_whole_rows_and_leaves_the_greater_part_to_the_tabs(
    open_window: OpenWindow, empty_session: Session, height: int
) -> None:
    window = open_window(furnish(empty_session))
    window.resize(1366, height)
    screen = show(window, "growth")
    rows = screen.members.viewport().height() / theme.metrics.row
    assert rows == pytest.approx(round(rows), abs=0.2)
    assert round(rows) >= 2
    assert screen.members.height() < screen.tabs.height()


def test_an_edge_moved_by_hand_stays_where_it_was_put(
    open_window: OpenWindow, empty_session: Session
) -> None:
    window = open_window(furnish(empty_session))
    screen = show(window, "services")
    screen.split.moveSplitter(105, 1)
    QApplication.processEvents()
    chosen = screen.split.sizes()
    assert chosen[0] <= 110
    window.context.changes.publish(Changed(everything=True))
    QApplication.processEvents()
    assert screen.split.sizes() == chosen
