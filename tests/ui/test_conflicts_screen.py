"""Cambios cruzados by keyboard: both values are read, one's own comes back, and that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crossed import crossed_commitment, told
from fitting import fits
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from return_loop import GESTOR, open_laptop

from juntos_campo.app.conflict_scope import unsettled
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Commitment
from juntos_campo.domain.values import CommitmentState
from juntos_campo.store import outbox
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.conflicts import ConflictsScreen

OpenWindow = Callable[[Session], MainWindow]


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "gestor", GESTOR)
    yield session
    session.close()


def shown(window: MainWindow, **params: str) -> ConflictsScreen:
    window.context.navigation.open("conflicts", **params)
    screen = window.screen_in_front
    assert isinstance(screen, ConflictsScreen)
    return screen


def state(session: Session) -> CommitmentState:
    found = session.store.get(Commitment, "c1")
    assert found is not None
    return found.state


def test_ones_own_value_comes_back_by_keyboard_and_can_be_undone(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    crossed_commitment(gestor)
    screen = shown(open_window(gestor))
    detail = screen.detail
    assert [card.who.text() for card in (detail.first, detail.second)] == [
        "Usted",
        "El usuario jquispe",
    ]
    assert detail.first.value.text() == "«cumplido»"
    assert detail.second.verdict.text() == "Vale este valor"
    assert screen.focusWidget() is screen.list
    qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is detail.take_button
    qtbot.keyClick(detail.take_button, Qt.Key.Key_Return)
    assert state(gestor) is CommitmentState.MET
    assert [one.record_id for one in outbox.waiting(gestor.store)] == ["c1"]
    assert detail.decided.text().startswith("Volvió a poner «cumplido»")
    assert detail.first.verdict.text() == "Vale este valor"
    assert detail.second.verdict.text() == "Ya no vale, pero sigue guardado"
    assert not detail.take_button.isVisible()
    qtbot.keyClick(screen.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert state(gestor) is CommitmentState.NOT_MET
    assert detail.second.verdict.text() == "Vale este valor"
    assert detail.take_button.isVisible()


def test_leaving_it_takes_it_from_what_waits_but_not_from_the_list(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    conflict_id = crossed_commitment(gestor)
    screen = shown(open_window(gestor))
    qtbot.keyClick(screen.list, Qt.Key.Key_L)
    assert unsettled(gestor) == 0
    assert screen.list.keys() == [conflict_id]
    assert screen.detail.decided.text().startswith("Lo dejó como está")


def test_what_cannot_be_put_back_says_why_instead_of_offering_it(
    gestor: Session, open_window: OpenWindow
) -> None:
    told(gestor, "visit", "gone", "answers/note", "a", "b")
    screen = shown(open_window(gestor))
    assert not screen.detail.take_button.isVisible()
    assert "ya no está en esta computadora" in screen.detail.cannot.text()
    assert screen.detail.leave_button.text() == "Ya lo leí"


def test_without_conflicts_the_page_says_what_it_is_for(
    gestor: Session, open_window: OpenWindow
) -> None:
    screen = shown(open_window(gestor))
    assert screen.empty.isVisible()
    assert screen.focusWidget() is screen.empty.button


def test_long_values_are_read_whole_on_a_small_screen(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    crossed_commitment(gestor)
    told(gestor, "commitment", "c1", "text", "Llevarlo al control " * 20, "Darle hierro " * 30)
    window = open_window(gestor)
    window.resize(1024, 600)
    screen = shown(window, conflict="x-c1-text")
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    assert fits(screen) == []
