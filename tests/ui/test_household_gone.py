"""A household that left this laptop leaves the screen too."""

from __future__ import annotations

from collections.abc import Callable

from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.household import HouseholdScreen


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
