"""The coresponsibility tab by keyboard alone: verdicts of each month, transfers, and their reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from household_world import furnish
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from juntos_campo.app.coresponsibility import soles
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FormRecord, Household, Member, Pregnancy
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.norms.verification.model import Verdict
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.household import HouseholdScreen
from juntos_campo.ui.screens.household_coresponsibility import CoresponsibilityTab
from juntos_campo.ui.widgets.why_panel import WhyPanel

OpenWindow = Callable[[Session], MainWindow]
Key = Qt.Key


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


def on_tab(window: MainWindow) -> CoresponsibilityTab:
    """Opened on the tab, the keyboard in the list of people; `to_tab` without its way."""
    screen = household(window, tab="coresponsibility")
    assert screen.coresponsibility.isVisible()
    return screen.coresponsibility


def to_tab(window: MainWindow) -> CoresponsibilityTab:
    """Turn with Ctrl+Tab until the tab is in front."""
    screen = household(window)
    for _ in range(screen.tabs.count()):
        if screen.tabs.currentWidget() is screen.coresponsibility:
            break
        press(Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert screen.coresponsibility.isVisible()
    return screen.coresponsibility


def household(window: MainWindow, **params: str) -> HouseholdScreen:
    window.context.navigation.open("household", household_id="h1", member_id="flor", **params)
    settle()
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    screen.focus_first()
    return screen


def person(tab: CoresponsibilityTab, given: str) -> int:
    return next(n for n, one in enumerate(tab.people.rows()) if one.member.given == given)


def months(tab: CoresponsibilityTab, given: str) -> list[str]:
    row = person(tab, given)
    return [str(tab.people.index(row, column).data()) for column in (1, 2)]


def titles(tab: CoresponsibilityTab) -> list[str]:
    return [str(tab.people.headerData(column, Qt.Orientation.Horizontal)) for column in range(3)]


def open_panels(window: MainWindow) -> list[WhyPanel]:
    return [one for one in window.findChildren(WhyPanel) if one.isVisible()]


def test_each_month_of_each_person_is_a_word_and_the_keys_change_the_bimester(
    window: MainWindow,
) -> None:
    tab = to_tab(window)
    assert titles(tab) == ["Persona", "Noviembre", "Diciembre"]
    assert months(tab, "Flor") == ["pendiente", "pendiente"]
    press(Key.Key_2)
    assert titles(tab) == ["Persona", "Setiembre", "Octubre"]
    assert months(tab, "Flor") == ["cumplió", "exceptuado"]
    assert tab.before_button.isChecked()
    press(Key.Key_1)
    assert titles(tab)[1] == "Noviembre"
    assert tab.present_button.isChecked()


def test_the_sums_are_said_and_marked_as_an_estimate(window: MainWindow) -> None:
    tab = on_tab(window)
    press(Key.Key_2)
    assert tab.view is not None
    lines = tab.view.estimate.lines
    sums = [
        sum(one.amount for one in lines if one.verdict is verdict)
        for verdict in (Verdict.FULFILLED, Verdict.PENDING, Verdict.NOT_FULFILLED)
    ]
    expected, pending, lost = (soles(one) for one in sums)
    assert tab.sum.text() == (f"Podría recibir {expected} · pendiente {pending} · en riesgo {lost}")
    assert sum(sums) > 0
    assert tab.notice.isVisible()
    assert tab.notice.text() == "Estimación: la oficina verifica y decide."


def test_the_exception_of_the_signed_form_is_told_with_its_source_in_its_cell(
    window: MainWindow,
) -> None:
    tab = on_tab(window)
    press(Key.Key_2)
    tab.focus_first()
    press(Key.Key_Home)
    for _ in range(person(tab, "Flor")):
        press(Key.Key_Down)
    press(Key.Key_Right)
    press(Key.Key_Right)
    press(Key.Key_Question)
    (panel,) = open_panels(window)
    assert panel.heading.text() == "Flor, octubre: exceptuado"
    assert "Formato Salud 02 de P.S. Curanco" in panel.accessibleDescription()
    press(Key.Key_Escape)
    assert QApplication.focusWidget() is tab.people_table
    press(Key.Key_1)
    press(Key.Key_2)  # the cell stays chosen in another bimester, and back in this one
    press(Key.Key_Left)
    press(Key.Key_Question)
    (panel,) = open_panels(window)
    assert panel.heading.text() == "Flor, setiembre: cumplió"


def test_why_on_a_name_tells_both_months_and_the_package(window: MainWindow) -> None:
    tab = on_tab(window)
    tab.focus_first()
    row = person(tab, "Yeison")
    for _ in range(row):
        press(Key.Key_Down)
    case = tab.people.rows()[row]
    assert case.packages, "a child of six months has a package"
    press(Key.Key_F1)
    (panel,) = open_panels(window)
    said = panel.accessibleDescription()
    for month in case.months:
        assert month.reasons[0].text in said
    assert case.packages[0].why.text in said


def test_every_transfer_has_its_month_amount_state_and_reason(window: MainWindow) -> None:
    tab = on_tab(window)
    press(Key.Key_2)
    rows = [
        [str(tab.lines.index(row, column).data()) for column in range(3)]
        for row in range(tab.lines.rowCount())
    ]
    assert ["TB · setiembre", "S/ 100"] in [row[:2] for row in rows]
    assert ["TB · octubre", "S/ 100"] in [row[:2] for row in rows]
    assert {row[2] for row in rows} <= {"se pagaría", "en riesgo", "pendiente"}
    tab.line_table.setFocus()
    for _ in rows:
        press(Key.Key_F1)
        (panel,) = open_panels(window)
        line = tab.line_table.current()
        assert line.reasons[0].text in panel.accessibleDescription()
        assert line.name in panel.heading.text()
        press(Key.Key_Escape)
        press(Key.Key_Down)


def test_the_button_explains_what_was_chosen_last(window: MainWindow) -> None:
    tab = on_tab(window)
    tab.line_table.setFocus()
    press(Key.Key_Down)
    line = tab.line_table.current()
    tab.why_button.setFocus()
    press(Key.Key_Space)
    (panel,) = open_panels(window)
    assert line.name in panel.heading.text()


def test_a_form_that_comes_back_corrected_changes_the_verdict_at_once(window: MainWindow) -> None:
    tab = to_tab(window)
    press(Key.Key_2)
    session = window.context.session
    record = session.store.get(FormRecord, "form-flor")
    assert record is not None
    with session.work("test") as work:
        work.tx.save(replace(record, cells={"flor/m2_cumple": "si"}))
    window.context.changes.publish(work.changed)
    settle()
    assert months(tab, "Flor")[1] == "cumplió"


def test_a_household_of_adults_alone_is_told_who_is_verified(
    open_window: OpenWindow, empty_session: Session
) -> None:
    session = furnish(empty_session)
    with session.work("test") as work:
        for one in session.store.find(Member, household_id="h1"):
            if one.id != "elena":
                work.tx.delete(one)
        for pregnancy in session.store.find(Pregnancy, household_id="h1"):
            work.tx.delete(pregnancy)
    tab = on_tab(open_window(session))
    assert tab.empty.isVisible()
    assert "menores de 3 años" in tab.empty.advice.text()
    assert not tab.why_button.isEnabled()
    assert tab.sum.text() == ""


def test_a_suspended_household_expects_nothing_and_hears_why(
    open_window: OpenWindow, empty_session: Session
) -> None:
    session = furnish(empty_session)
    household = session.store.get(Household, "h1")
    assert household is not None
    with session.work("test") as work:
        work.tx.save(replace(household, programme_state=ProgrammeState.SUSPENDED))
    tab = on_tab(open_window(session))
    press(Key.Key_2)
    assert "Podría recibir S/ 0 ·" in tab.sum.text()
    assert any("suspend" in why.text for one in tab.lines.rows() for why in one.reasons)


def test_the_student_is_enrolled_and_attends_in_the_list_of_people_and_month_by_month(
    window: MainWindow,
) -> None:
    window.context.navigation.open("household", household_id="h1", member_id="dina", tab="services")
    settle()
    screen = window.screen_in_front
    assert isinstance(screen, HouseholdScreen)
    screen.focus_first()
    row = next(n for n, one in enumerate(screen.model.rows()) if one.member.id == "dina")
    now = [one.title for one in screen.model.columns].index("Ahora")
    text = screen.model.index(row, now).data()
    assert text.startswith("matriculada · asistencia 93 %, Hierro"), "school before what can wait"
    sentence = screen.services.schooling.text()
    assert sentence == "Matrícula 2026: 5 mar. Asistencia: setiembre 96 %, octubre 90 %."
    press(Key.Key_Home)
    assert screen.members.current().member.id != "dina"
    assert screen.services.schooling.text() == ""
