"""Somebody whose role has no laptop, at the real screen that asks for user and password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from return_loop import GESTOR, PASSWORD, Office, office_server, open_laptop

from juntos_campo.app.session import Session
from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.values import Role
from juntos_campo.store.sync_state import token
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.sync import SyncScreen

server = office_server


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "laptop", GESTOR, register=False)
    yield session
    session.close()


def test_an_auditor_who_types_his_name_into_a_gestors_laptop_is_told_why_it_does_not_let_him_in(
    qtbot: QtBot, server: Office, laptop: Session, open_window: Callable[[Session], MainWindow]
) -> None:
    settings = ServerSettings(argon2_memory_kib=64, argon2_passes=1)
    accounts = Accounts(server.database, settings, laptop.clock)
    accounts.enrol(Account("audi", "Auditora", Role.AUDITOR, ""), PASSWORD)
    window = open_window(laptop)
    window.context.navigation.open("sync")
    screen = window.screen_in_front
    assert isinstance(screen, SyncScreen)
    card = screen.connect_card
    card.address.setText(server.url)
    card.user.setText("audi")
    qtbot.keyClicks(card.password, PASSWORD)
    qtbot.keyClick(card.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not screen.context.tasks.busy, timeout=10_000)
    assert screen.problems.isVisible()
    assert "gestores locales y coordinadores zonales" in screen.problems.what.text()
    assert screen.problems.detail.text().startswith("Entre con el usuario de quien trabaja")
    assert card.isVisible()
    assert token(laptop.store) == ""
