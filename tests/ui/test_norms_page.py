"""Normas by keyboard; a laptop with a pack it cannot read; a pack that arrives while the window is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from edited import edited
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from return_loop import GESTOR, MORNING, Office, connected_laptop, office_server

from juntos_campo import paths
from juntos_campo.app.household_file import household_file
from juntos_campo.app.rules_change import follow_rules
from juntos_campo.app.session import Session
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.central.norm_files import send_norms
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import RulePack
from juntos_campo.norms.rules import rules_of
from juntos_campo.store.attention import read_attention
from juntos_campo.ui import opening
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.alerts import AlertsScreen
from juntos_campo.ui.screens.help import HelpScreen
from juntos_campo.ui.screens.norms_page import NormsScreen
from juntos_campo.ui.screens.sync import SyncScreen
from juntos_campo.ui.widgets.why_panel import WhyPanel

OpenWindow = Callable[[Session], MainWindow]
NORMS = paths.resources() / "norms"
CRED = "cred-nts238"


def press(qtbot: QtBot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    qtbot.keyClick(widget, key, *modifiers)
    QApplication.processEvents()


def focused() -> QWidget | None:
    return QApplication.focusWidget()


def text_of(pack: str, *changes: tuple[str, str]) -> str:
    return edited((NORMS / f"{pack}.toml").read_text(encoding="utf-8"), *changes)


def norms_of(window: MainWindow) -> NormsScreen:
    screen = window.screen_in_front
    assert isinstance(screen, NormsScreen)
    return screen


@pytest.fixture
def norms(window: MainWindow, qtbot: QtBot) -> NormsScreen:
    """Reached from Ayuda by its key."""
    window.context.navigation.open("help")
    assert isinstance(window.screen_in_front, HelpScreen)
    press(qtbot, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    return norms_of(window)


def test_the_norms_are_read_from_ayuda_with_the_keyboard_alone(
    qtbot: QtBot, window: MainWindow, norms: NormsScreen
) -> None:
    assert focused() is norms.packs
    ids = [one.id for one in norms.page.packs]
    for _ in range(ids.index(CRED)):
        press(qtbot, Qt.Key.Key_Down)
    assert norms.pack_title.text() == "Control de crecimiento y desarrollo (CRED)"
    assert "NTS 238" in norms.norm.text()
    assert "18/10/2025" in norms.norm.text()
    assert "Libreta CRED 2026" in norms.source.text()
    assert "sin fuente oficial" in norms.doubt.text()
    press(qtbot, Qt.Key.Key_Return)
    assert focused() is norms.rows
    press(qtbot, Qt.Key.Key_End)
    row = norms.rows.current()
    press(qtbot, Qt.Key.Key_F1)
    (panel,) = window.findChildren(WhyPanel)
    assert panel.isVisible()
    assert row.key in panel.heading.text()
    assert row.value[1:] in panel.accessibleDescription()
    press(qtbot, Qt.Key.Key_Escape)
    assert focused() is norms.rows
    press(qtbot, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert isinstance(window.screen_in_front, HelpScreen)


def test_a_reason_leads_to_the_norm_it_names(qtbot: QtBot, window: MainWindow) -> None:
    window.context.navigation.open("alerts")
    alerts = window.screen_in_front
    assert isinstance(alerts, AlertsScreen)
    line = alerts.table.current()
    file = household_file(window.context.session, line.household_id)
    told = (alert for one in file.members for alert in one.standing.alerts)
    why = next(alert.status.why for alert in told if alert.key == line.key)
    press(qtbot, Qt.Key.Key_F1)
    (panel,) = window.findChildren(WhyPanel)
    assert panel.norms_button is not None
    for _ in range(4):
        if focused() is panel.norms_button:
            break
        press(qtbot, Qt.Key.Key_Tab)
    assert focused() is panel.norms_button
    press(qtbot, Qt.Key.Key_Space)
    assert not panel.isVisible()
    norms = norms_of(window)
    pack, row = norms.packs.current(), norms.rows.current()
    assert f"{pack.norm}, {row.section}" == why.norm


def test_the_help_page_of_the_norms_links_to_them(qtbot: QtBot, window: MainWindow) -> None:
    window.context.navigation.open("help")
    screen = window.screen_in_front
    assert isinstance(screen, HelpScreen)
    titles = [page.title for page in screen.model.rows()]
    for _ in range(next(n for n, title in enumerate(titles) if title.startswith("Normas"))):
        press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Return)
    assert focused() is screen.page
    press(qtbot, Qt.Key.Key_Tab)  # to the link
    press(qtbot, Qt.Key.Key_Return)
    norms_of(window)


def test_the_program_starts_with_a_pack_it_cannot_read_and_says_so_in_normas(
    qtbot: QtBot, session: Session, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []

    def look(own: Session) -> bool:
        looked.append(follow_rules(own))
        return looked[-1]

    monkeypatch.setattr(opening, "follow_rules", look)
    session.rules = rules_of(NORMS)
    newer = text_of(CRED, ("[pack]", "[pack]\nurgencia = 3"))
    with session.work("test") as work:
        work.tx.load(RulePack(id="p", pack_id=CRED, file="cred-2027.toml", text=newer))
    window = open_window(session)
    # The rules are read once the first screen stands.
    qtbot.waitUntil(lambda: bool(looked) and not window.context.tasks.busy, timeout=10_000)
    assert window.screen_in_front is not None
    assert not window.screen_in_front.problems.isVisible()
    window.context.navigation.open("norms")
    norms = norms_of(window)
    assert norms.problems.isVisible()
    assert "cred-2027.toml" in norms.problems.detail.text()
    shown = next(one for one in norms.page.packs if one.id == CRED)
    assert shown.origin == "viene con el programa"


server = office_server


def test_a_pack_that_comes_while_the_window_is_open_judges_at_once_and_is_shown(
    qtbot: QtBot, tmp_path: Path, server: Office, open_window: OpenWindow
) -> None:
    with connected_laptop(tmp_path / "gestor", GESTOR, server) as session:
        session.rules = rules_of(NORMS)
        synchronise(session)
        window = open_window(session)
        window.closing.disconnect()
        qtbot.waitUntil(lambda: not window.context.attention.running, timeout=10_000)
        window.context.navigation.open("norms")
        before = dict(read_attention(session.store, session.today))
        assert set(before) == {"h1", "h2"}
        file = tmp_path / f"{CRED}.toml"
        late = ('closes = "36m-1d"', 'closes = "32m-1d"')
        text = text_of(CRED, late, ('label = "CRED 30 meses"', 'label = "CRED corregido"'))
        file.write_text(text, encoding="utf-8")
        send_norms(server.database, NORMS, [file], (), FixedClock(MORNING))
        window.context.navigation.open("sync")
        sync = window.screen_in_front
        assert isinstance(sync, SyncScreen)
        press(qtbot, Qt.Key.Key_F5)

        def judged_anew() -> bool:
            found = dict(read_attention(session.store, session.today))
            return set(found) == {"h1", "h2"} and found["h2"] != before["h2"]

        qtbot.waitUntil(judged_anew, timeout=10_000)
        qtbot.waitUntil(lambda: not window.context.tasks.busy, timeout=10_000)
        assert "1 norma" in sync.result.details.text()
        window.context.navigation.open("norms")
        norms = norms_of(window)
        shown = next(one for one in norms.page.packs if one.id == CRED)
        assert shown.origin == "enviada por la oficina"
        assert "CRED corregido" in [row.name for row in shown.rows]
