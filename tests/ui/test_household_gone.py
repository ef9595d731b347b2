"""A household that left this laptop leaves the screen too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QPushButton

from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.household import HouseholdScreen
from juntos_campo.ui.theme.theme import theme


def shown(window: MainWindow, household_id: str) -> HouseholdScreen:
    window.context.navigation.open_household(household_id)
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    return screen


def test_nothing_of_a_household_that_left_stays_on_the_screen(
    session: Session, open_window: Callable[[Session], MainWindow]
) -> None:
    window = open_window(session)
    first, second = (one.id for one in session.store.find(Household)[:2])
    screen = shown(window, first)
    holder = screen.title.text()
    with session.work("test") as work:
        work.tx.execute("DELETE FROM household WHERE id = ?", (first,))
    screen = shown(window, first)
    assert screen.title.text() != holder
    assert screen.model.rowCount() == 0
    assert not screen.split.isVisible()
    assert not screen.visit_button.isVisible()
    assert screen.focusWidget() is screen.gone.button
    screen.gone.button.click()
    assert window.screen_in_front is not screen
    screen = shown(window, second)
    assert screen.split.isVisible()
    assert screen.visit_button.isVisible()
    assert not screen.gone.isVisible()


def test_no_button_of_a_household_is_cut_with_the_largest_letters_in_the_small_window(
    session: Session, open_window: Callable[[Session], MainWindow]
) -> None:
    window = open_window(session)
    screen = shown(window, session.store.find(Household)[0].id)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, scale=1.3)
    window.resize(1024, 600)
    for _ in range(6):
        QApplication.processEvents()
    buttons = [one for one in screen.heading.findChildren(QPushButton) if one.isVisible()]
    assert len(buttons) == 5
    assert [one.text() for one in buttons if one.width() < one.sizeHint().width()] == []
    assert screen.visit_button.accessibleName() == "Iniciar visita"
