"""Two gestores edit the same commitment; the one in charge understands it and takes his value back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from return_loop import (
    GESTOR,
    MORNING,
    REGISTER,
    Office,
    advance,
    laptops_up_to_date,
    office_server,
)
from windows import main_windows

from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.session import Session, User
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.app.visit import close_visit, save_many, start_visit
from juntos_campo.central.loading import load
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Commitment, Household
from juntos_campo.domain.values import CommitmentState, Role
from juntos_campo.store import outbox
from juntos_campo.ui.application import build_application
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.screens.conflicts import ConflictsScreen
from juntos_campo.ui.screens.sync import SyncScreen
from juntos_campo.ui.screens.today import TodayScreen

NEW_GESTOR = User("jquispe", "Juan Quispe", Role.FIELD_WORKER)
OpenWindow = Callable[[Session], MainWindow]


server = office_server


@pytest.fixture
def laptops(tmp_path: Path, server: Office) -> Iterator[tuple[Session, ...]]:
    """The gestor of the household and the one who will get it, both connected and up to date."""
    with laptops_up_to_date(tmp_path, server, GESTOR, NEW_GESTOR) as pair:
        yield pair


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    with main_windows() as make:

        def open_(session: Session) -> MainWindow:
            preferences = Preferences(tmp_path / f"{session.user.name}.ini")
            build_application([], preferences)
            window = make(session, preferences)
            window.closing.disconnect()
            return window

        yield open_


def visited(session: Session, met: CommitmentState) -> None:
    """A visit closed on a laptop without network, in which the commitment was judged."""
    draft = start_visit(session, "h1")
    answers = {
        "attended_by": "elena",
        "commitment/c1": met.value,
        "mark": "paper",
        "next_visit_on": "2026-12-19",
    }
    save_many(session, draft.id, answers)
    close_visit(session, draft.id)


def in_front(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: not window.context.tasks.busy, timeout=20_000)


def synchronise_by_key(qtbot: QtBot, window: MainWindow) -> SyncScreen:
    """F5 on Sincronizar, until the answer stands there."""
    in_front(qtbot, window)
    window.context.navigation.open("sync")
    screen = window.screen_in_front
    assert isinstance(screen, SyncScreen)
    screen.outcome = None
    qtbot.keyClick(screen.start_button, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: screen.outcome is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.context.tasks.busy, timeout=20_000)
    assert screen.outcome is not None
    assert screen.outcome.complete
    return screen


def judged(session: Session) -> CommitmentState:
    found = session.store.get(Commitment, "c1")
    assert found is not None
    return found.state


def on_server(server: Office) -> str:
    with server.database.reading() as connection:
        sql = "SELECT body FROM records WHERE kind = 'commitment' AND id = 'c1'"
        body: str = connection.exec_driver_sql(sql).scalar_one()
    return body


@pytest.mark.journey
def test_who_is_in_charge_sees_what_both_wrote_and_takes_his_value_back(
    qtbot: QtBot, server: Office, laptops: tuple[Session, Session], open_window: OpenWindow
) -> None:
    former, present = laptops
    visited(former, CommitmentState.MET)  # and no network for days
    moved = [
        replace(one, field_worker=NEW_GESTOR.name)
        for one in REGISTER
        if isinstance(one, Household) and one.id == "h1"
    ]
    load(server.database, moved, FixedClock(MORNING))
    assert synchronise(present).complete
    refresh_attention(present)
    advance(present, hours=2)
    visited(present, CommitmentState.NOT_MET)
    theirs, mine = open_window(former), open_window(present)
    synchronise_by_key(qtbot, mine)

    # The former gestor finds a network: nothing of hers is lost, and the household leaves her laptop.
    gone = synchronise_by_key(qtbot, theirs)
    assert not outbox.waiting(former.store)
    assert "pasó a otro gestor" in gone.result.details.text()
    assert former.store.get(Household, "h1") is None

    # The one in charge is told where he looks first, and by keyboard gets to both values.
    done = synchronise_by_key(qtbot, mine)
    assert "1 dato que cambió también otra persona" in done.result.details.text()
    assert judged(present) is CommitmentState.MET
    mine.context.navigation.open("today")
    today = mine.screen_in_front
    assert isinstance(today, TodayScreen)
    today.list.select("@conflicts")
    qtbot.keyClick(today.list, Qt.Key.Key_Return)
    screen = mine.screen_in_front
    assert isinstance(screen, ConflictsScreen)
    detail = screen.detail
    assert "Darle el hierro todos los días" in detail.record.text()
    assert [(card.who.text(), card.value.text()) for card in (detail.first, detail.second)] == [
        ("Usted", "«no cumplido»"),
        ("Rosa Ccori Mamani", "«cumplido»"),
    ]
    assert detail.before.text() == "Antes decía: «sigue pendiente»"
    assert detail.second.verdict.text() == "Vale este valor"
    assert detail.rule.text() == "Quedó el que llegó después al servidor."
    qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is detail.take_button
    qtbot.keyClick(detail.take_button, Qt.Key.Key_Return)
    assert judged(present) is CommitmentState.NOT_MET
    synchronise_by_key(qtbot, mine)
    assert '"state":"not_met"' in on_server(server)
    assert judged(present) is CommitmentState.NOT_MET
    synchronise_by_key(qtbot, theirs)
    assert former.store.get(Commitment, "c1") is None
