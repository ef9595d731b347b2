"""Synchronising by itself: only when it was asked for, never in the way, and quietly."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from return_loop import (
    GESTOR,
    Office,
    connected_laptop,
    office_server,
    save,
    visit,
)

from juntos_campo.app.auto_pace import LEAST_SECONDS
from juntos_campo.app.session import Session
from juntos_campo.app.sync_settings import AutoSync, auto_sync, choose_auto_sync
from juntos_campo.store import outbox, sync_state
from juntos_campo.ui.auto_sync import SyncKeeper, system_watch
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.sync import SyncScreen

OpenWindow = Callable[[Session], MainWindow]


class Network(QObject):
    """A network that does what the test says."""

    appeared = Signal()
    absent = False
    metered = False


class Clock:
    """Seconds that pass when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


server = office_server


@pytest.fixture
def gestor(tmp_path: Path, server: Office) -> Iterator[Session]:
    """A connected laptop with a visit to send."""
    with connected_laptop(tmp_path / "gestor", GESTOR, server, register=True) as session:
        save(session, visit())
        yield session


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow, network: Network, clock: Clock
) -> Iterator[SyncKeeper]:
    window = open_window(gestor)
    qtbot.waitUntil(lambda: not window.context.tasks.busy)
    found = window.findChild(SyncKeeper)
    assert isinstance(found, SyncKeeper)
    found.seconds, found.make_watch = clock, lambda _parent: network
    yield found
    found.close()


def test_a_window_that_is_closed_at_once_does_not_look_into_its_closed_laptop(
    gestor: Session, open_window: OpenWindow
) -> None:
    window = open_window(gestor)
    keeper = window.findChild(SyncKeeper)
    assert isinstance(keeper, SyncKeeper)
    window.close()
    keeper.follow()
    keeper.look()


def chosen(keeper: SyncKeeper, choice: AutoSync) -> None:
    keeper.context.changes.publish(choose_auto_sync(keeper.context.session, choice))
    wait(keeper)


def wait(keeper: SyncKeeper) -> None:
    while keeper.context.tasks.busy:
        QApplication.processEvents()


def sent(keeper: SyncKeeper) -> bool:
    return not outbox.waiting(keeper.context.session.store)


def test_nothing_goes_by_itself_until_somebody_asks_for_it(
    keeper: SyncKeeper, network: Network
) -> None:
    assert auto_sync(keeper.context.session) is AutoSync.NEVER
    keeper.follow()
    network.appeared.emit()
    keeper.look()
    assert not keeper.context.sync.running


def test_what_waits_goes_by_itself_and_the_keyboard_stays_where_it_was(
    qtbot: QtBot, keeper: SyncKeeper
) -> None:
    chosen(keeper, AutoSync.ALWAYS)
    before = QApplication.focusWidget()
    said: list[str] = []
    keeper.context.notify.said.connect(said.append)
    keeper.look()
    assert keeper.context.sync.running
    qtbot.waitUntil(lambda: not keeper.context.sync.running, timeout=15_000)
    wait(keeper)
    assert sent(keeper)
    assert QApplication.focusWidget() is before
    assert said == ["Sincronización automática: El servidor recibió 1 de 1 cambio."]
    keeper.look()
    assert not keeper.context.sync.running


def test_a_network_that_appears_is_used_without_waiting_for_the_next_look(
    qtbot: QtBot, keeper: SyncKeeper, network: Network, clock: Clock
) -> None:
    chosen(keeper, AutoSync.ALWAYS)
    network.absent = True
    keeper.look()
    assert not keeper.context.sync.running
    keeper.pace.ended(clock.now, got_through=False)
    network.absent = False
    clock.now += LEAST_SECONDS
    network.appeared.emit()
    assert keeper.context.sync.running
    qtbot.waitUntil(lambda: not keeper.context.sync.running, timeout=15_000)
    wait(keeper)
    assert sent(keeper)


def test_with_only_good_links_wanted_nothing_is_paid_for_and_no_slow_link_is_used(
    keeper: SyncKeeper, network: Network
) -> None:
    chosen(keeper, AutoSync.GOOD_LINK)
    network.metered = True
    keeper.look()
    assert not keeper.context.sync.running
    network.metered = False
    with keeper.context.session.work("test") as work:
        sync_state.set_speeds(work.tx, 3_000.0, 1_000.0)
    keeper.look()
    assert not keeper.context.sync.running


def test_what_the_person_waits_for_goes_first(keeper: SyncKeeper) -> None:
    chosen(keeper, AutoSync.ALWAYS)
    keeper.context.tasks.run(lambda _job: None)
    keeper.look()
    assert not keeper.context.sync.running
    wait(keeper)


def test_a_server_that_is_away_is_told_once_and_quietly(
    qtbot: QtBot, server: Office, keeper: SyncKeeper, clock: Clock
) -> None:
    server.go_away()
    chosen(keeper, AutoSync.ALWAYS)
    said: list[str] = []
    keeper.context.notify.said.connect(said.append)
    problems: list[object] = []
    keeper.context.notify.problem.connect(problems.append)
    for _ in range(2):
        keeper.look()
        assert keeper.context.sync.running
        qtbot.waitUntil(lambda: not keeper.context.sync.running, timeout=20_000)
        wait(keeper)
        clock.now += 3600.0
    assert said == ["No se llegó al servidor; se probará otra vez más tarde, por sí solo"]
    assert problems == []
    assert not sent(keeper)


def test_the_choice_is_made_on_the_screen_and_kept(
    qtbot: QtBot, gestor: Session, open_window: OpenWindow
) -> None:
    window = open_window(gestor)
    window.context.navigation.open("sync")
    screen = window.screen_in_front
    assert isinstance(screen, SyncScreen)
    assert screen.before.auto.currentText() == "no, solo cuando yo lo pida"
    screen.before.auto.setFocus()
    qtbot.keyClick(screen.before.auto, Qt.Key.Key_End)
    assert auto_sync(gestor) is AutoSync.ALWAYS


def test_a_system_without_qts_network_module_is_asked_by_trying(
    qtbot: QtBot, keeper: SyncKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "juntos_campo.ui.network_watch", None)
    keeper.make_watch = system_watch
    chosen(keeper, AutoSync.ALWAYS)
    keeper.look()
    qtbot.waitUntil(lambda: not keeper.context.sync.running, timeout=15_000)
    wait(keeper)
    assert sent(keeper)
