"""Sincronizar by keyboard, against a real server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot
from return_loop import GESTOR, PASSWORD, REGISTER, Office, office_server, open_laptop, save, visit

from juntos_campo.app.connect import connect
from juntos_campo.app.session import Session
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.domain.entities import Household, Visit
from juntos_campo.store import outbox
from juntos_campo.store.sync_state import record_conflict, remember_login, token
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.conflicts import ConflictsScreen
from juntos_campo.ui.screens.sync import SyncScreen
from juntos_campo.ui.screens.sync_result import SyncAccountScreen
from juntos_campo.ui.screens.visits_reader import VisitReaderScreen
from juntos_campo.ui.theme.theme import theme
from juntos_campo.wire.messages import ConflictNote, Side

server = office_server
OpenWindow = Callable[[Session], MainWindow]
OpenScreen = Callable[[Session], SyncScreen]


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "gestor", GESTOR, register=False)
    yield session
    session.close()


@pytest.fixture
def open_screen(qtbot: QtBot, open_window: OpenWindow) -> OpenScreen:
    """The screen in its real window, on a small display."""

    def make(session: Session) -> SyncScreen:
        window = open_window(session)
        window.resize(1024, 600)
        window.context.navigation.open("sync")
        screen = window.screen_in_front
        assert isinstance(screen, SyncScreen)
        return screen

    return make


def visit_to_send(gestor: Session, server: Office, *, synchronised: bool = False) -> None:
    """The laptop is connected, up to date if it was `synchronised`, and has a visit to send."""
    connect(gestor, server.url, GESTOR.name, PASSWORD)
    if synchronised:
        synchronise(gestor)
    save(gestor, visit())


def finished(qtbot: QtBot, screen: SyncScreen) -> None:
    qtbot.waitUntil(lambda: not screen.context.tasks.busy, timeout=10_000)


def window_of(screen: SyncScreen) -> MainWindow:
    window = screen.window()
    assert isinstance(window, MainWindow)
    return window


def test_a_new_laptop_connects_and_downloads_in_one_go_by_keyboard(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    screen = open_screen(gestor)
    card = screen.connect_card
    assert card.isVisible()
    assert not screen.start_button.isVisible()
    assert screen.window().focusWidget() is card.address
    qtbot.keyClicks(card.address, server.url)
    qtbot.keyClicks(card.password, PASSWORD)
    qtbot.keyClick(card.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.outcome is not None, timeout=10_000)
    finished(qtbot, screen)
    assert gestor.store.count(Household) == 2
    assert not card.isVisible()
    assert "Sincronización completa" in screen.result.headline.text()
    assert "Llegó: " in screen.result.details.text()
    assert screen.history_model.rowCount() == 1
    assert card.password.text() == ""


def test_f5_sends_what_waits_and_says_what_the_server_confirmed(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    visit_to_send(gestor, server, synchronised=True)
    screen = open_screen(gestor)
    assert screen.waiting == "Por enviar: 1 visita"
    assert "con la última conexión" in screen.before.cost.text()
    qtbot.keyClick(screen.start_button, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: screen.outcome is not None, timeout=10_000)
    assert screen.result.headline.text().endswith("El servidor recibió 1 de 1 cambio.")
    assert "El servidor ya tiene: 1 visita." in screen.result.details.text()
    assert screen.waiting == "Nada por enviar"
    assert "nada por enviar" in window_of(screen).status.facts.text()
    assert outbox.waiting(gestor.store) == []
    stored = gestor.store.stored(Visit, "v1")
    assert stored is not None
    assert stored.server_version == 1


def test_without_network_the_screen_stays_calm_and_claims_nothing(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    visit_to_send(gestor, server)
    server.go_away()
    screen = open_screen(gestor)
    screen.start_button.click()
    assert not screen.start_button.isEnabled()
    qtbot.waitUntil(lambda: screen.outcome is not None, timeout=15_000)
    text = screen.result.headline.text()
    assert text.startswith("La sincronización no terminó")
    assert "sigue guardado" in screen.result.details.text()
    assert screen.waiting == "Por enviar: 1 visita"
    assert screen.start_button.isEnabled()
    assert not screen.problems.isVisible()


def test_a_wrong_password_is_told_and_the_form_can_be_used_again(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    screen = open_screen(gestor)
    card = screen.connect_card
    card.address.setText(server.url)
    qtbot.keyClicks(card.password, "equivocada")
    qtbot.keyClick(card.password, Qt.Key.Key_Return)
    finished(qtbot, screen)
    assert screen.problems.isVisible()
    assert screen.problems.what.text() == "El usuario o la contraseña no son correctos."
    assert screen.problems.detail.text().startswith("Escríbalos otra vez")
    assert screen.focusWidget() is card.password
    assert card.isVisible()
    assert card.enter_button.isEnabled()
    assert card.address.text() == server.url


def test_a_server_that_forgot_this_laptop_asks_for_the_password_again(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    with gestor.work("test") as work:
        remember_login(work.tx, server.url, "a-token-nobody-knows")
    save(gestor, visit())
    screen = open_screen(gestor)
    screen.start()
    qtbot.waitUntil(lambda: screen.outcome is not None, timeout=10_000)
    card = screen.connect_card
    assert card.isVisible()
    assert card.title.text() == "Entre al servidor otra vez"
    assert card.address.text() == server.url
    qtbot.keyClicks(card.password, PASSWORD)
    qtbot.keyClick(card.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not outbox.waiting(gestor.store), timeout=10_000)
    finished(qtbot, screen)
    qtbot.waitUntil(lambda: not card.isVisible())


def test_what_was_refused_and_what_two_people_changed_wait_for_the_person(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    connect(gestor, server.url, "rccori", PASSWORD)
    with gestor.work("test") as work:
        for entity in REGISTER:
            work.tx.load(entity)
        record_conflict(
            work.tx,
            ConflictNote(
                conflict_id="x1",
                kind="household",
                id="h1",
                path="phone",
                version=3,
                seq=9,
                partition="fw:rccori",
                kept=Side(value="951000111"),
                lost=Side(value="983999888", author="rccori"),
                rule="first_arrival",
            ),
        )
    save(gestor, visit())
    (operation,) = outbox.waiting(gestor.store)
    with gestor.work("test") as work:
        outbox.refuse(work.tx, operation, "El hogar no está asignado a usted.")
    screen = open_screen(gestor)
    part = screen.attention
    crossed, refused = part.list.keys()
    item = part.list.item(refused)
    assert item is not None
    assert [note.text for note in item.notes] == ["El hogar no está asignado a usted."]
    assert part.button.text() == "Ver los cambios"
    part.list.setFocus()
    qtbot.keyClick(part.list, Qt.Key.Key_Down)
    assert part.button.text() == "Enviar otra vez"
    qtbot.keyClick(part.list, Qt.Key.Key_Return)
    assert screen.waiting == "Por enviar: 1 visita"
    assert part.list.keys() == [crossed]
    qtbot.keyClick(part.list, Qt.Key.Key_Return)
    conflicts = window_of(screen).screen_in_front
    assert isinstance(conflicts, ConflictsScreen)
    qtbot.keyClick(conflicts.list, Qt.Key.Key_L)
    screen.context.navigation.back()
    assert not part.isVisible()


def test_a_sync_that_was_stopped_says_so_and_a_second_start_is_ignored(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    visit_to_send(gestor, server)
    server.go_away()
    screen = open_screen(gestor)
    screen.start()
    assert screen.running
    screen.start()
    screen.progress.cancelled.emit()
    finished(qtbot, screen)
    qtbot.waitUntil(lambda: not screen.running, timeout=10_000)
    assert screen.history_model.rowCount() <= 1
    assert screen.start_button.isEnabled()
    assert len(outbox.waiting(gestor.store)) == 1


def test_who_began_by_keyboard_stops_by_keyboard_and_a_second_enter_does_nothing(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    visit_to_send(gestor, server)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with gestor.work("test") as work:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            remember_login(work.tx, url, token(gestor.store))
        screen = open_screen(gestor)
        qtbot.keyClick(screen.start_button, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: screen.focusWidget() is screen.progress.bar, timeout=5_000)
        qtbot.keyClick(screen.progress.bar, Qt.Key.Key_Return)
        assert screen.running
        qtbot.keyClick(screen.progress.bar, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: screen.outcome is not None, timeout=15_000)
    finished(qtbot, screen)
    assert "Usted detuvo la sincronización." in screen.result.details.text()
    assert screen.focusWidget() is screen.start_button


def test_nothing_is_cut_off_in_the_small_window_with_larger_letters(
    server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    visit_to_send(gestor, server)
    screen = open_screen(gestor)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, scale=1.3)
    QApplication.processEvents()
    area = screen.findChild(QScrollArea)
    assert area is not None
    assert area.horizontalScrollBar().maximum() == 0


def test_the_account_of_a_past_synchronisation_opens_by_keyboard(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    visit_to_send(gestor, server, synchronised=True)
    synchronise(gestor)
    screen = open_screen(gestor)
    screen.history.setFocus()
    screen.history.selectRow(0)
    qtbot.keyClick(screen.history, Qt.Key.Key_Return)
    account = window_of(screen).screen_in_front
    assert isinstance(account, SyncAccountScreen)
    assert account.list.lines()[0].spoken().startswith("Visita a QUISPE HUAMÁN")
    assert "El servidor recibió 1 de 1 cambio." in account.remark.text()
    qtbot.keyClick(account.list, Qt.Key.Key_Return)
    assert isinstance(window_of(screen).screen_in_front, VisitReaderScreen)


def test_what_will_be_sent_can_be_read_before_it_is_sent(
    qtbot: QtBot, server: Office, gestor: Session, open_screen: OpenScreen
) -> None:
    visit_to_send(gestor, server, synchronised=True)
    screen = open_screen(gestor)
    before = screen.before
    assert not before.list.isVisible()
    before.list_button.setFocus()
    qtbot.keyClick(before.list_button, Qt.Key.Key_Space)
    assert before.list.isVisible()
    (line,) = before.list.lines()
    assert line.spoken() == "Visita a QUISPE HUAMÁN, María Elena (sáb 21 nov 2026): 1 cambio"
