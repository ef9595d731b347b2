"""Por USB: the file is written, nothing is called synchronised by it, and a bad file stops nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from return_loop import (
    GESTOR,
    MORNING,
    Office,
    connected_laptop,
    office_server,
    save,
    visit,
)

from juntos_campo.app.session import Session, User
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.app.usb import make_bundle
from juntos_campo.central.bundle_desk import answer_file
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import Role
from juntos_campo.store import outbox
from juntos_campo.ui.folder_choice import folder_choice
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.sync_usb import UsbScreen
from juntos_campo.ui.widgets.record_list import FieldItem

OpenWindow = Callable[[Session], MainWindow]
OTHER = User("jquispe", "Juan Quispe", Role.FIELD_WORKER)


server = office_server


@pytest.fixture
def gestor(tmp_path: Path, server: Office) -> Iterator[Session]:
    with connected_laptop(tmp_path / "gestor", GESTOR, server, register=True) as session:
        yield session


@pytest.fixture
def theirs(tmp_path: Path, server: Office, stick: Path) -> Path:
    """The file that a colleague wrote to the stick."""
    with connected_laptop(tmp_path / "other", OTHER, server, register=True) as other:
        return make_bundle(other, stick).path


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder somebody chooses as the memory stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(folder_choice, "folder", lambda _parent, _last: str(folder))
    return folder


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Says which files somebody chooses to open."""

    def chosen(*files: Path) -> None:
        names = [str(one) for one in files]
        monkeypatch.setattr(folder_choice, "files", lambda _parent, _last: names)

    return chosen


def shown(window: MainWindow) -> UsbScreen:
    window.context.navigation.open("usb")
    screen = window.screen_in_front
    assert isinstance(screen, UsbScreen)
    return screen


def finished(qtbot: QtBot, screen: UsbScreen) -> None:
    qtbot.waitUntil(lambda: not screen.context.tasks.busy, timeout=10_000)


def test_a_file_is_written_and_nothing_is_called_sent(
    qtbot: QtBot, gestor: Session, stick: Path, open_window: OpenWindow
) -> None:
    save(gestor, visit())
    screen = shown(open_window(gestor))
    qtbot.keyClick(screen.make_button, Qt.Key.Key_E)
    finished(qtbot, screen)
    (written,) = stick.iterdir()
    assert written.suffix == ".jcb"
    assert written.name in screen.problems.what.text()
    assert "Nada está sincronizado todavía" in screen.problems.detail.text()
    assert len(outbox.waiting(gestor.store)) == 1
    assert screen.waiting.text() == "Por enviar: 1 visita"
    assert "todavía sin respuesta" in screen.made.text()
    assert screen.focusWidget() is screen.make_button


def test_a_stick_that_is_gone_is_told_with_what_to_do(
    qtbot: QtBot, gestor: Session, stick: Path, open_window: OpenWindow
) -> None:
    stick.rmdir()
    screen = shown(open_window(gestor))
    screen.make_button.click()
    finished(qtbot, screen)
    assert "se haya retirado la memoria" in screen.problems.what.text()
    assert screen.problems.detail.text()
    assert not screen.made.isVisible()
    assert screen.make_button.isEnabled()


def test_a_colleagues_file_is_carried_and_a_broken_one_beside_it_is_named(
    qtbot: QtBot,
    gestor: Session,
    theirs: Path,
    open_window: OpenWindow,
    choose: Callable[..., None],
) -> None:
    broken = theirs.with_name("roto.jcb")
    broken.write_bytes(theirs.read_bytes()[:-40])
    choose(broken, theirs)
    screen = shown(open_window(gestor))
    assert screen.nothing.isVisible()
    qtbot.keyClick(screen.open_button, Qt.Key.Key_A)
    finished(qtbot, screen)
    first, second = screen.taken.lines()
    assert isinstance(first, FieldItem)
    assert isinstance(second, FieldItem)
    assert (first.label, first.value) == ("roto.jcb", "No se pudo usar")
    assert first.notes[0].text
    assert (second.label, second.value) == (theirs.name, "Se llevará al servidor")
    (carried,) = screen.carried.lines()
    assert isinstance(carried, FieldItem)
    assert "Por entregar al servidor" in carried.notes[0].text
    assert not screen.return_button.isEnabled()


def test_the_answer_of_the_office_says_what_the_server_received(
    qtbot: QtBot,
    server: Office,
    gestor: Session,
    stick: Path,
    open_window: OpenWindow,
    choose: Callable[..., None],
) -> None:
    save(gestor, visit())
    made = make_bundle(gestor, stick)
    clock = FixedClock(MORNING)
    answer = answer_file(server.database, ServerSettings(), clock, random_id, made.path, stick)
    screen = shown(open_window(gestor))
    choose(answer)
    screen.open_button.click()
    finished(qtbot, screen)
    assert screen.result.headline.text().endswith("El servidor recibió 1 de 1 cambio.")
    assert outbox.waiting(gestor.store) == []
    assert not screen.made.isVisible()
    screen.result.account_button.click()
    account = screen.context.navigation.place
    assert account is not None
    assert account.key == "sync_account"
    screen.context.navigation.back()
    screen.open_button.click()
    finished(qtbot, screen)
    (again,) = screen.taken.lines()
    assert isinstance(again, FieldItem)
    assert again.value == "Ya estaba"
    assert "ya se aplicó" in again.notes[0].text


def test_who_carried_a_file_hands_the_answer_back(
    qtbot: QtBot,
    gestor: Session,
    theirs: Path,
    open_window: OpenWindow,
    choose: Callable[..., None],
) -> None:
    screen = shown(open_window(gestor))
    choose(theirs)
    screen.open_button.click()
    finished(qtbot, screen)
    theirs.unlink()
    assert synchronise(gestor).complete
    screen.refresh(None)
    assert screen.taken.lines() == []  # it went: nobody is told that it will go
    assert screen.return_button.isEnabled()
    qtbot.keyClick(screen.return_button, Qt.Key.Key_R)
    finished(qtbot, screen)
    assert [one.suffix for one in theirs.parent.iterdir()] == [".jcb"]
    (carried,) = screen.carried.lines()
    assert isinstance(carried, FieldItem)
    assert "Respuesta escrita" in carried.notes[0].text
