"""Households as registers really have them: nobody in them, no holder, long names, many children."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fitting import fits
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from juntos_campo.app.session import Session
from juntos_campo.app.today import plan_day
from juntos_campo.domain.entities import Household, Member, Settlement
from juntos_campo.domain.values import DocumentKind, Relationship, Sex
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.visit import VisitScreen
from juntos_campo.ui.theme.theme import Appearance, theme

OpenWindow = Callable[[Session], MainWindow]

LONG = ("Sánchez de la Cruz y Montenegro", "Choquehuanca Huallpatúpac")


def person(record_id: str, household_id: str, given: str, born: date, *, holder: bool) -> Member:
    return Member(
        id=record_id,
        household_id=household_id,
        document_kind=DocumentKind.DNI,
        document_number=f"7{sum(map(ord, record_id)):07d}",
        paternal=LONG[0],
        maternal=LONG[1],
        given=given,
        sex=Sex.FEMALE,
        birth_date=born,
        relationship=Relationship.HOLDER if holder else Relationship.CHILD,
    )


@pytest.fixture
def odd(empty_session: Session) -> Session:
    """``nobody`` is a household without people, ``many`` one of twelve with very long names."""
    given = "José Ángel Maximiliano Número"
    with empty_session.work("test") as work:
        work.tx.load(
            Settlement(
                id="s1", name="Curanco", ubigeo="030701", district="Curpahuasi", province="Grau"
            )
        )
        for key in ("nobody", "many"):
            work.tx.load(
                Household(id=key, code=f"0307-{key}", field_worker="rccori", settlement_id="s1")
            )
        work.tx.load(
            person("p", "many", "María de los Ángeles Guadalupe", date(1988, 2, 29), holder=True)
        )
        for number in range(11):
            born = date(2026, 11, 20) - timedelta(days=200 * number)
            child = person(f"c{number}", "many", f"{given} {number}", born, holder=False)
            work.tx.load(child)
    return empty_session


def visit(qtbot: QtBot, window: MainWindow, household_id: str) -> VisitScreen:
    window.context.navigation.open_visit(household_id)
    screen = window.screen_in_front
    assert isinstance(screen, VisitScreen)
    qtbot.wait(50)
    return screen


def test_long_names_do_not_push_a_visit_out_of_the_window(
    qtbot: QtBot, open_window: OpenWindow, odd: Session
) -> None:
    screen = visit(qtbot, open_window(odd), "many")
    column = screen.talk
    assert isinstance(column, QScrollArea)
    assert column.widget().width() <= column.viewport().width()
    assert screen.title.toolTip() == screen.title.text()


@pytest.fixture
def large_letters(qapp: QApplication) -> None:
    theme.apply(qapp, Appearance.LIGHT, 1.3)


@pytest.mark.usefixtures("large_letters")
def test_with_large_letters_on_a_small_screen_nothing_is_out_of_sight(
    qtbot: QtBot, open_window: OpenWindow, session: Session
) -> None:
    window = open_window(session)
    window.resize(1024, 600)
    for line in [one for group in plan_day(session).groups for one in group.lines][:3]:
        screen = visit(qtbot, window, line.household_id)
        column = screen.talk
        assert column.widget().width() <= column.viewport().width()
    window.context.navigation.open("forms")
    qtbot.wait(20)
    assert window.screen_in_front is not None
    assert not fits(window.screen_in_front)


@pytest.mark.usefixtures("large_letters")
def test_a_visit_follows_when_the_window_is_made_narrower(
    qtbot: QtBot, open_window: OpenWindow, session: Session
) -> None:
    window = open_window(session)
    for line in [one for group in plan_day(session).groups for one in group.lines][:3]:
        window.resize(1800, 768)
        screen = visit(qtbot, window, line.household_id)
        window.resize(1024, 600)
        qtbot.wait(50)
        assert window.width() == 1024
        assert screen.talk.widget().width() <= screen.talk.viewport().width()


def test_a_visit_begins_without_a_part_that_says_done(
    qtbot: QtBot, open_window: OpenWindow, odd: Session
) -> None:
    screen = visit(qtbot, open_window(odd), "many")
    assert not [one.title for one in screen.sections if one.is_answered()]


def test_a_household_without_a_holder_has_a_heading_that_says_so(
    qtbot: QtBot, open_window: OpenWindow, odd: Session
) -> None:
    window = open_window(odd)
    window.context.navigation.open_household("nobody")
    assert window.screen_in_front is not None
    assert window.screen_in_front.title.text() == "Hogar sin titular"
    assert visit(qtbot, window, "nobody").title.text() == "Visita: hogar sin titular"
