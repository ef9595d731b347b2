"""What a visit asks beside services, through the real window by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fitting import fits
from keyboard import focus, press, shown, tab_to
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QRadioButton, QWidget
from visit_world import FULL, send_back, type_all

from juntos_campo.app.session import Session
from juntos_campo.app.visit import close_visit, open_draft, start_visit
from juntos_campo.domain.entities import Visit
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.visit import VisitScreen
from juntos_campo.ui.screens.visit_ending import EndSection

OpenWindow = Callable[[Session], MainWindow]


@pytest.fixture
def window(open_window: OpenWindow, home: Session) -> MainWindow:
    return open_window(home)


def open_visit(window: MainWindow, visit_id: str = "") -> VisitScreen:
    window.context.navigation.open_visit("h1", visit_id)
    QTest.qWait(20)
    screen = window.screen_in_front
    assert isinstance(screen, VisitScreen)
    return screen


def names(screen: QWidget) -> set[str]:
    """Accessible names of the choices and lines in sight."""
    kinds = (*screen.findChildren(QRadioButton), *screen.findChildren(QLineEdit))
    return {one.accessibleName() for one in kinds if one.isVisible()}


def answers(screen: VisitScreen, home: Session) -> dict[str, object]:
    """What is on disk."""
    assert screen.desk is not None
    return dict(open_draft(home, screen.desk.form.draft.id).answers)


WHY = "María Elena: ¿Por qué no todos los días?: Se olvida"


def test_the_reason_is_asked_as_soon_as_it_is_needed_and_goes_with_it(
    window: MainWindow, home: Session
) -> None:
    screen = open_visit(window)
    screen.go_to(1)
    assert WHY not in names(screen)
    tab_to("María Elena: ¿Toma su hierro y ácido fólico?: Todos los días")
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert answers(screen, home)["member/elena/q/g_hierro"] == "algunos"
    assert WHY in names(screen)
    assert focus().accessibleName().endswith("Algunos días"), "the keyboard stays where it was"
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Space)
    assert answers(screen, home)["member/elena/q/g_hierro"] == "todos"
    assert WHY not in names(screen)


def test_a_sign_of_danger_is_told_at_once_and_in_the_summary(
    window: MainWindow, home: Session
) -> None:
    screen = open_visit(window)
    screen.go_to(1)
    question = "¿Tiene sangrado, fiebre, dolor de cabeza fuerte, hinchazón, o el bebé no se mueve?"
    tab_to(f"María Elena: {question}: Sí")
    press(Qt.Key.Key_Space)
    assert "Vaya hoy al establecimiento de salud, acompañada." in shown(screen.sections[1])
    screen.to_end()
    end = screen.sections[-1]
    assert isinstance(end, EndSection)
    assert "María Elena: vaya hoy al establecimiento de salud" in shown(end)


def test_why_she_misses_school_follows_what_was_said_about_it(window: MainWindow) -> None:
    screen = open_visit(window)
    dina = next(n for n, one in enumerate(screen.sections) if one.title == "Dina")
    screen.go_to(dina)
    reason = "Dina: ¿Por qué falta?: Enfermedad"
    assert reason not in names(screen)
    tab_to("Asistencia de Dina: Asiste todos los días")
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert reason in names(screen)


def test_what_has_no_official_source_says_so(window: MainWindow) -> None:
    screen = open_visit(window)
    assert "sin fuente oficial" in shown(screen.sections[1])


def test_a_call_asks_who_speaks_and_holds_the_visit_open(window: MainWindow, home: Session) -> None:
    screen = open_visit(window)
    assert "Llamada: Número al que llamó" not in names(screen)
    tab_to("¿Cómo es la visita?: En el hogar")
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert "Llamada: Número al que llamó" in names(screen)
    stored = answers(screen, home)
    assert stored["household/q/t_numero"] == "983111222", "as the register knows it"
    lines = {one.accessibleName(): one.text() for one in screen.findChildren(QLineEdit)}
    assert lines["Llamada: Número al que llamó"] == "983111222"
    assert "Por teléfono" in shown(screen.sections[1])
    assert fits(screen) == []
    screen.close_now()
    assert not home.store.find(Visit), "nobody knows who spoke"
    assert "Falta decir cómo comprobó quién es." in shown(screen.sections[0])


def test_a_comment_on_a_question_stands_at_it_with_what_was_said_before(
    open_window: OpenWindow, home: Session
) -> None:
    draft = start_visit(home, "h1")
    type_all(home, draft.id, FULL | {"member/yeison/q/b_dni": "no"})
    visit, _ = close_visit(home, draft.id)
    send_back(home, visit, {"member/yeison/q/b_dni": "Ya lo recogieron"})
    screen = open_visit(open_window(home), visit.id)
    screen.jump("member/yeison/q/b_dni")
    assert focus().accessibleName() == "Yeison: ¿Tiene su DNI?: Todavía no"
    yeison = next(one for one in screen.sections if one.title == "Yeison")
    assert "Su coordinador: Ya lo recogieron" in shown(yeison)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Space)
    assert "Antes: Todavía no" in shown(yeison)


def test_the_questions_of_the_household_have_a_part_of_their_own(
    window: MainWindow, home: Session
) -> None:
    screen = open_visit(window)
    everybody = next(n for n, one in enumerate(screen.sections) if one.title == "Todo el hogar")
    screen.go_to(everybody)
    tab_to("Todo el hogar: ¿Cómo toman el agua?: Hervida")
    press(Qt.Key.Key_Space)
    assert answers(screen, home)["household/q/h_agua"] == "hervida"
    assert screen.sections[everybody].is_answered()
    assert screen.sections[everybody].owns("household/q/h_agua")
