"""Double clicks, keys held down, and news that arrives in the middle of a comment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from return_loop import COORDINATOR, GESTOR, advance, carry, correct, open_laptop, save, visit

from juntos_campo.app.review_drafts import review_draft
from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.entities import Review
from juntos_campo.ui.application import build_application
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.opening import open_main_window
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.screens.coordination import CoordinationScreen

CONTROL = Qt.KeyboardModifier.ControlModifier
CRED = "member/yeison/service/CRED:6m"

Office = tuple[Session, CoordinationScreen, MainWindow]


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Session]:
    """A coordinator with two visits to review."""
    with ExitStack() as closing:
        gestor = open_laptop(tmp_path / "gestor", GESTOR)
        closing.callback(gestor.close)
        session = open_laptop(tmp_path / "zone", COORDINATOR)
        closing.callback(session.close)
        save(gestor, visit(), visit("v2", "h2", {"attended_by": "juana", "modality": "home"}))
        carry(gestor, session)
        yield session


@pytest.fixture
def office(qtbot: QtBot, tmp_path: Path, zone: Session) -> Iterator[Office]:
    preferences = Preferences(tmp_path / "window.ini")
    build_application([], preferences)
    window = open_main_window(zone, Notifications(zone.clock.now), preferences)
    window.closing.disconnect()
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.context.navigation.open("coordination")
    screen = window.screen_in_front
    assert isinstance(screen, CoordinationScreen)
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    yield zone, screen, window
    window.context.tasks.close()
    window.hide()
    window.deleteLater()


def test_a_double_click_on_approve_does_not_approve_the_next_record_unread(office: Office) -> None:
    zone, screen, _ = office
    button = screen.record.approve_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(zone.store.find(Review)) == 1


def test_on_a_slow_laptop_too_a_double_click_does_not_approve_the_next_record_unread(
    office: Office,
) -> None:
    zone, screen, window = office
    long = QApplication.doubleClickInterval() + 50
    window.context.changes.happened.connect(lambda _changed: QThread.msleep(long))
    QTest.mouseClick(screen.record.approve_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(screen.record.approve_button, Qt.MouseButton.LeftButton)
    assert len(zone.store.find(Review)) == 1


def test_the_key_pressed_twice_does_not_approve_the_next_record_unread(office: Office) -> None:
    zone, screen, _ = office
    screen.record.list.setFocus()
    QTest.keyClick(screen.record.list, Qt.Key.Key_A)
    QTest.keyClick(screen.record.list, Qt.Key.Key_A)
    assert len(zone.store.find(Review)) == 1


def test_the_next_record_is_approved_once_it_was_looked_at(qtbot: QtBot, office: Office) -> None:
    zone, screen, _ = office
    screen.record.list.setFocus()
    QTest.keyClick(screen.record.list, Qt.Key.Key_A)
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    QTest.keyClick(screen.record.list, Qt.Key.Key_A)
    assert len(zone.store.find(Review)) == 2


def test_a_comment_typed_while_a_synchronisation_ends_goes_out_with_the_return(
    office: Office,
) -> None:
    zone, screen, window = office
    screen.queue.select("v1")
    screen.record.list.select(CRED)
    screen.record.list.setFocus()
    QTest.keyClick(screen.record.list, Qt.Key.Key_D)
    QTest.keyClicks(screen.record.line, "No coincide")
    window.context.changes.publish(Changed(frozenset({"outbox", "sync"})))
    assert screen.record.line.text() == "No coincide"
    QTest.keyClicks(screen.record.line, " con el carne")
    QTest.keyClick(screen.record.line, Qt.Key.Key_Return, CONTROL)
    (review,) = zone.store.find(Review)
    assert review.comments == {CRED: "No coincide con el carne"}


def test_a_comment_being_typed_when_the_window_closes_is_kept(office: Office) -> None:
    zone, screen, window = office
    screen.queue.select("v1")
    screen.record.list.select(CRED)
    screen.record.list.setFocus()
    QTest.keyClick(screen.record.list, Qt.Key.Key_D)
    QTest.keyClicks(screen.record.line, "No coincide")
    kept: list[dict[str, str]] = []
    window.closing.connect(lambda: kept.append(dict(review_draft(zone, "v1").fields)))
    window.close()
    assert kept == [{CRED: "No coincide"}]


def test_a_record_changed_under_the_eyes_is_not_approved_as_it_was(
    office: Office, tmp_path: Path
) -> None:
    zone, screen, window = office
    screen.queue.select("v1")
    screen.record.list.setFocus()
    with ExitStack() as closing:
        gestor = open_laptop(tmp_path / "again", GESTOR)
        closing.callback(gestor.close)
        save(gestor, visit())
        carry(gestor, zone)
        correct(gestor, visit(), member__yeison__hb="9.9")
        advance(gestor, hours=1)
        carry(gestor, zone)
    QTest.keyClick(screen.record.list, Qt.Key.Key_A)
    assert not zone.store.find(Review)
    assert window.screen_in_front is screen
    assert screen.problems.isVisible()
