"""What a synchronisation left is said where people look: Hoy, the list, the household, the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crossed import crossed_commitment
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from return_loop import GESTOR, open_laptop, save, visit

from juntos_campo.app.households import household_lines
from juntos_campo.app.session import Session
from juntos_campo.store import arrivals, sync_state
from juntos_campo.store.sync_state import set_clock_offset
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.conflicts import ConflictsScreen
from juntos_campo.ui.screens.household import HouseholdScreen
from juntos_campo.ui.screens.households import HouseholdsScreen
from juntos_campo.ui.screens.today import TodayScreen
from juntos_campo.ui.screens.visits_reader import VisitReaderScreen
from juntos_campo.wire.messages import IMPOSSIBLE_DATE

OpenWindow = Callable[[Session], MainWindow]


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "gestor", GESTOR)
    yield session
    session.close()


def still_arriving(session: Session, household_id: str) -> None:
    """The first download has brought all but the history of one household."""
    with session.work("test") as work:
        arrivals.set_state(work.tx, {"fw:rccori": (10, 10)})
        arrivals.expect(work.tx, "fw:rccori", [household_id])


def departed(session: Session, household_id: str) -> None:
    """The household is another field worker's now."""
    with session.work("test") as work:
        sql = (
            "INSERT INTO departed (household_id, reason, at) VALUES (?, 'reassigned', '2026-11-21')"
        )
        work.tx.execute(sql, (household_id,))


def settled(qtbot: QtBot, window: MainWindow) -> MainWindow:
    qtbot.waitUntil(lambda: not window.context.tasks.busy, timeout=20_000)
    return window


def household(window: MainWindow, household_id: str) -> HouseholdScreen:
    window.context.navigation.open_household(household_id)
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    return screen


def test_hoy_leads_to_what_somebody_else_changed_too(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    crossed_commitment(gestor)
    window = settled(qtbot, open_window(gestor))
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    assert today.list.lines()[0].spoken().startswith("cambiado. 1 dato por revisar")
    assert today.list.current() == "@conflicts"
    assert not today.visit_button.isEnabled()
    qtbot.keyClick(today.list, Qt.Key.Key_Return)
    assert isinstance(window.screen_in_front, ConflictsScreen)


def test_the_file_of_the_household_says_so_and_leads_there(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    conflict_id = crossed_commitment(gestor)
    window = settled(qtbot, open_window(gestor))
    notices = household(window, "h1").notices
    assert notices.crossed.text.text().startswith("1 dato de este hogar")
    notices.conflicts_button.click()
    screen = window.screen_in_front
    assert isinstance(screen, ConflictsScreen)
    assert screen.list.current() == conflict_id
    assert not household(window, "h2").notices.isVisible()


def test_a_household_whose_history_is_arriving_is_judged_by_nobody(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    still_arriving(gestor, "h1")
    window = settled(qtbot, open_window(gestor))
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    assert today.arriving.text.text() == "Llegó 1 de 2 hogares; los demás llegan al sincronizar."
    assert "h1" not in [one.key for one in today.list.lines()]
    screen = household(window, "h1")
    assert "todavía está llegando" in screen.notices.arriving.text.text()
    assert not screen.badge.isVisible()
    assert not screen.tabs.isVisible()
    people = screen.model
    assert [people.columns[0].risk(one) for one in people.rows()] == [None, None]  # type: ignore[misc]
    window.context.navigation.open("households")
    listed = window.screen_in_front
    assert isinstance(listed, HouseholdsScreen)
    (line,) = (one for one in listed.model.rows() if one.id == "h1")
    assert listed.model.columns[-1].text(line) == "Su historia todavía está llegando"
    assert household_lines(gestor)["h1"].level is None


def test_hoy_claims_nothing_while_the_households_are_still_arriving(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    for household_id in ("h1", "h2"):
        still_arriving(gestor, household_id)
    window = settled(qtbot, open_window(gestor))
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    assert today.empty.isVisible()
    assert today.empty.title.text() == "Sus hogares están llegando"
    assert today.empty.button.text() == "Ver mis hogares"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3 * 365 * 86_400, "atrasado unos 3 años"), (-20 * 86_400, "adelantado unos 20 días")],
)
def test_hoy_says_that_its_days_are_wrong_where_the_clock_is(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow, seconds: int, said: str
) -> None:
    with gestor.work("test") as work:
        set_clock_offset(work.tx, seconds)
    window = settled(qtbot, open_window(gestor))
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    assert said in today.clock.text.text()
    with gestor.work("test") as work:
        set_clock_offset(work.tx, 600)  # ten minutes name the same day
    today.refresh(None)
    assert not today.clock.isVisible()


def test_opening_a_household_that_is_arriving_asks_for_it_first(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    still_arriving(gestor, "h1")
    still_arriving(gestor, "h2")
    household(settled(qtbot, open_window(gestor)), "h2")
    assert arrivals.wanted(gestor.store, ["fw:rccori"], 1) == {"fw:rccori": ("h2",)}


def test_a_household_that_went_says_so_and_what_keeps_it_here(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    save(gestor, visit())
    departed(gestor, "h1")
    window = settled(qtbot, open_window(gestor))
    text = household(window, "h1").notices.left.text.text()
    assert text == (
        "Este hogar pasó a otro gestor. Falta enviar 1 registro: sincronice y saldrá por sí solo."
    )
    assert not household(window, "h2").notices.left.isVisible()


def test_a_date_that_cannot_be_is_told_to_whoever_reads_the_record(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    save(gestor, visit())
    with gestor.work("test") as work:
        sync_state.set_flags(work.tx, "visit", "v1", [IMPOSSIBLE_DATE])
    window = settled(qtbot, open_window(gestor))
    window.context.navigation.open("visit_reader", kind="visit", record_id="v1")
    screen = window.screen_in_front
    assert isinstance(screen, VisitReaderScreen)
    item = screen.list.item(f"flag/{IMPOSSIBLE_DATE}")
    assert item is not None
    assert "posterior al día en que llegó al servidor" in item.value
