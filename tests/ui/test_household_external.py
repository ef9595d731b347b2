"""What other systems say of a household, on the screen: read, reached and understood by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from household_world import furnish
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_every_screen import _cut_off
from visit_people import NOW

from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.entities import ExternalFinding
from juntos_campo.domain.values import FindingOutcome
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.household import HouseholdScreen
from juntos_campo.ui.screens.household_external import ExternalTab
from juntos_campo.ui.screens.today import TodayScreen
from juntos_campo.ui.theme.theme import Appearance, theme

OpenWindow = Callable[[Session], MainWindow]
TOLD = date(2026, 11, 18)

FOUND = (
    ExternalFinding(
        id="x-sum", household_id="h1", member_id="flor", source="his", topic="SUMMARY",
        outcome=FindingOutcome.CONFIRMED, on=date(2026, 9, 30), there_text="14 datos coinciden",
        told_on=TOLD,
    ),
    ExternalFinding(
        id="x-neumo", household_id="h1", member_id="flor", source="his", topic="NEUMO",
        outcome=FindingOutcome.ONLY_THERE, on=date(2026, 10, 5), there_text="05/10/2026, n.º 3",
        told_on=TOLD,
    ),
    ExternalFinding(
        id="x-hb", household_id="h1", member_id="flor", source="his", topic="HB",
        outcome=FindingOutcome.CONTRADICTORY, on=date(2026, 9, 1), to_look_at=True,
        there_text="01/09/2026, 9.1 g/dL", here_text="01/09/2026, 10.8 g/dL", told_on=TOLD,
    ),
    ExternalFinding(
        id="x-tb", household_id="h1", source="pagos", topic="TB:2026-09",
        outcome=FindingOutcome.ONLY_THERE, on=date(2026, 9, 1), to_look_at=True,
        there_text="suspendido (sin controles de crecimiento)", told_on=TOLD,
    ),
    ExternalFinding(
        id="x-att", household_id="h1", member_id="dina", source="siagie", topic="ATTENDANCE:2026-09",
        outcome=FindingOutcome.ONLY_HERE, here_text="96.0 %", told_on=TOLD,
    ),
)  # fmt: skip


def tell(session: Session, *found: ExternalFinding) -> Session:
    with session.store.transaction(actor="", at=NOW, action="test.load") as tx:
        for one in found:
            tx.load(one)
    return session


def show(window: MainWindow, tab: str = "external") -> HouseholdScreen:
    window.context.navigation.open("household", household_id="h1", tab=tab)
    for _ in range(6):
        QApplication.processEvents()
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    return screen


def listed(tab: ExternalTab) -> list[tuple[str, str, str]]:
    return [(one.who, one.topic, one.compared) for one in tab.model.rows()]


def test_what_contradicts_stands_first_with_both_sides_and_the_next_step(
    open_window: OpenWindow, empty_session: Session
) -> None:
    screen = show(open_window(tell(furnish(empty_session), *FOUND)))
    tab = screen.external
    assert [one[1:] for one in listed(tab)] == [
        ("Dosaje de hemoglobina", "no coincide"),
        ("TB de setiembre 2026", "aviso"),
        ("Vacuna contra el neumococo", "solo está allá"),
        ("Asistencia de setiembre 2026", "solo está aquí"),
        ("En general", "coincide"),
    ]
    assert "9.1" in tab.both.text()
    assert "10.8" in tab.both.text()
    assert "carné" in tab.to_do.text.text()
    assert screen.notices.external.text.text().startswith("2 datos")


def test_arrows_alone_tell_what_to_do_about_each_line(
    open_window: OpenWindow, empty_session: Session
) -> None:
    tab = show(open_window(tell(furnish(empty_session), *FOUND))).external
    tab.table.setFocus()
    said = []
    for _ in FOUND:
        said.append(tab.to_do.text.text())
        QTest.keyClick(tab.table, Qt.Key.Key_Down)
    assert "motivo" in said[1]
    assert "anótelo en la visita" in said[2]
    assert "SIAGIE" in said[3]
    assert not said[4]


def test_a_household_nobody_else_knows_says_so_instead_of_showing_an_empty_list(
    open_window: OpenWindow, empty_session: Session
) -> None:
    screen = show(open_window(furnish(empty_session)))
    assert screen.external.pages.currentWidget() is screen.external.empty
    assert screen.notices.external.isHidden()


def test_the_button_above_the_file_leads_to_what_must_be_looked_at(
    open_window: OpenWindow, empty_session: Session
) -> None:
    screen = show(open_window(tell(furnish(empty_session), *FOUND)), tab="services")
    screen.notices.external_button.click()
    QApplication.processEvents()
    assert screen.tabs.currentWidget() is screen.external


def test_hoy_marks_the_household_that_another_system_contradicts_until_it_is_corrected(
    open_window: OpenWindow, empty_session: Session
) -> None:
    session = furnish(empty_session)
    window = open_window(tell(session, *FOUND))
    today = window.context.navigation
    today.open("today")
    QApplication.processEvents()
    screen = window.screen_in_front
    assert isinstance(screen, TodayScreen)
    plan = screen.plan
    assert plan is not None
    lines = {line.household_id: line for group in plan.groups for line in group.lines}
    assert "revise otros sistemas" in screen._item(lines["h1"]).mark
    with session.store.transaction(actor="", at=NOW, action="test.load") as tx:
        for one in FOUND:
            tx.execute("UPDATE external_finding SET deleted = 1 WHERE id = ?", (one.id,))
    screen.refresh(Changed(everything=True))
    assert "otros sistemas" not in screen._item(lines["h1"]).mark


@pytest.mark.parametrize(
    ("size", "look", "scale"),
    [((1366, 768), Appearance.LIGHT, 1.0), ((1024, 600), Appearance.DARK, 1.0)],
)
def test_nothing_said_by_another_system_is_cut_off(
    qapp: QApplication,
    open_window: OpenWindow,
    empty_session: Session,
    size: tuple[int, int],
    look: Appearance,
    scale: float,
) -> None:
    theme.apply(qapp, look, scale)
    window = open_window(tell(furnish(empty_session), *FOUND))
    window.resize(*size)
    screen = show(window)
    assert (window.width(), window.height()) == size
    assert not _cut_off(screen)
