"""The gate of a laptop too long without contact, and what is shown once a stolen one was erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from juntos_campo.app import erased as orders
from juntos_campo.app.lease_keeping import take_lease
from juntos_campo.app.session import Session, open_session
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Member
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import random_id
from juntos_campo.norms.book import RuleBook
from juntos_campo.paths import DataPlace
from juntos_campo.store import device_keys, sync_state
from juntos_campo.store.contact import keep_contact
from juntos_campo.store.erasing import Phase, erasure_of
from juntos_campo.sync.problems import NO_CONNECTION, SIGN_IN_AGAIN
from juntos_campo.ui import gate as gate_module
from juntos_campo.ui.application import Shell, Start
from juntos_campo.ui.erased import ErasedWindow
from juntos_campo.ui.gate import GateWindow
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.screens.today import TodayScreen
from juntos_campo.wire.signing import new_seed, public_key
from juntos_campo.wire.standing import erase_order, lease

NOW = datetime(2026, 11, 21, 10, 32, tzinfo=LIMA)
"""The day of tests/ui; the laptop's person and password are those of its conftest."""

PASSWORD = "cumbre-clara"
SEED = new_seed()

pytestmark = pytest.mark.journey


def give_lease(session: Session, days: int) -> None:
    """As the server does, from the day on which the laptop's clock stands."""
    device, now = sync_state.device(session.store), session.clock.now()
    with session.work("test") as work:
        until = now + timedelta(days=days)
        take_lease(session, work, lease(SEED, device, now, until), public_key(SEED))


@pytest.fixture
def laptop(session: Session) -> DataPlace:
    """A gestor's laptop with his households, 60 days of lease, and a server that never answers."""
    with session.work("test") as work:
        device_keys.keep_server_key(work.tx, public_key(SEED))
        sync_state.remember_login(work.tx, "http://127.0.0.1:9", "t")
    give_lease(session, 60)
    keep_contact(session.place.contact_file, session.store)
    session.close()
    return session.place


@pytest.fixture
def shell(
    laptop: DataPlace, clock: FixedClock, book: RuleBook, preferences: Preferences
) -> Iterator[Shell]:
    made = Shell(Start(laptop, clock, lambda *_: book, random_id), preferences)
    yield made
    for window in (made.window, made.gate):
        if window is not None:
            window.close()
    made.close()


def enter(shell: Shell) -> QWidget:
    """Type the right password; the window that opens."""
    shell.begin()
    assert shell.login is not None
    shell.login.password.setText(PASSWORD)
    shell.login.enter()
    opened = shell.gate or shell.window
    assert opened is not None
    return opened


def words(window: QWidget) -> str:
    return " ".join(one.text() for one in window.findChildren(QLabel))


def at_the_gate(shell: Shell, clock: FixedClock) -> GateWindow:
    clock.moment = NOW + timedelta(days=61)
    opened = enter(shell)
    assert isinstance(opened, GateWindow)
    return opened


def test_past_the_lease_the_right_password_shows_the_way_to_the_office_and_no_family(
    qtbot: QtBot, shell: Shell, clock: FixedClock
) -> None:
    gate = at_the_gate(shell, clock)
    assert shell.window is None
    assert "No se perdió nada" in words(gate)
    assert "20 de enero de 2027" in words(gate)
    names = {one.paternal for one in gate.session.store.find(Member)}
    assert names
    everything = " ".join(words(one) for one in QApplication.topLevelWidgets())
    assert not [name for name in names if name in everything]
    assert not gate.findChildren(QAbstractItemView)


def test_by_keyboard_alone_contact_opens_hoy(
    qtbot: QtBot, shell: Shell, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = at_the_gate(shell, clock)

    def contact(session: Session, _password: str, _cancelled: Callable[[], bool]) -> object:
        give_lease(session, 60)
        return gate_module.lease_of(session)

    monkeypatch.setattr(gate_module, "contact_office", contact)
    with qtbot.waitActive(gate):
        gate.activateWindow()
    assert gate.connect_button.hasFocus()
    qtbot.keyClick(gate.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shell.window is not None)
    assert isinstance(shell.window, MainWindow)
    assert isinstance(shell.window.screen_in_front, TodayScreen)
    assert shell.gate is None


def test_without_network_the_gate_says_why_and_that_nothing_was_lost_and_can_be_tried_again(
    qtbot: QtBot, shell: Shell, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = at_the_gate(shell, clock)
    answers = [NO_CONNECTION, SIGN_IN_AGAIN]
    typed: list[str] = []

    def refuse(_session: Session, password: str, _cancelled: Callable[[], bool]) -> object:
        typed.append(password)
        raise user_error(answers[len(typed) - 1])

    monkeypatch.setattr(gate_module, "contact_office", refuse)
    gate.connect_now()
    assert not gate.connect_button.isEnabled()
    qtbot.waitUntil(gate.problems.isVisible)
    assert NO_CONNECTION.what in words(gate)
    assert "sigue guardado" in words(gate)
    assert not gate.password.isVisible()
    gate.connect_now()
    qtbot.waitUntil(gate.password.isVisible)
    assert gate.connect_button.isEnabled()
    assert SIGN_IN_AGAIN.what in words(gate)
    assert shell.window is None


def test_a_clock_years_ahead_is_told_with_what_to_do(
    qtbot: QtBot, shell: Shell, clock: FixedClock
) -> None:
    clock.moment = NOW + timedelta(days=5 * 365)
    gate = enter(shell)
    assert isinstance(gate, GateWindow)
    assert "2031" in gate.clock.text.text()
    assert "corríjala" in gate.clock.text.text()
    gate.close()
    shell.gate = None
    clock.moment = NOW + timedelta(days=1)
    assert isinstance(enter(shell), MainWindow)


def test_ten_days_before_hoy_and_the_quiet_line_say_until_when_to_connect(
    qtbot: QtBot, shell: Shell, clock: FixedClock
) -> None:
    clock.moment = NOW + timedelta(days=52)
    window = enter(shell)
    assert isinstance(window, MainWindow)
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    assert "Conéctese antes del 20/01/2027" in today.clock.text.text()
    assert "conéctese antes del 20/01/2027" in words(window.status)


def test_long_before_nobody_is_bothered(qtbot: QtBot, shell: Shell, clock: FixedClock) -> None:
    clock.moment = NOW + timedelta(days=40)
    window = enter(shell)
    assert "onéctese antes" not in words(window)


def test_a_window_left_open_past_the_lease_goes_back_to_the_door(
    qtbot: QtBot, shell: Shell, clock: FixedClock
) -> None:
    window = enter(shell)
    assert isinstance(window, MainWindow)
    shell.look_at_lease()
    assert shell.window is window
    clock.moment = NOW + timedelta(days=61)
    shell.look_at_lease()
    assert shell.window is None
    assert shell.login is not None
    assert not shell.login.first_time


def test_an_order_met_at_work_closes_everything_says_so_and_leaves_no_file(
    qtbot: QtBot, shell: Shell, laptop: DataPlace
) -> None:
    window = enter(shell)
    assert isinstance(window, MainWindow)
    session = window.context.session
    order = erase_order(SEED, sync_state.device(session.store), NOW)

    def meet(_job: object) -> str:
        with session.for_thread() as own:
            try:
                orders.obeys(own)(order)
            except UserError as error:
                return error.problem.code
        return ""

    window.context.tasks.run(meet)
    qtbot.waitUntil(lambda: shell.erased is not None)
    assert shell.window is None
    seen = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert not [one for one in seen if isinstance(one, MainWindow)]
    shown = shell.erased
    assert isinstance(shown, ErasedWindow)
    assert "21 de noviembre de 2026 a las 10:32" in words(shown)
    assert {one.name for one in laptop.root.iterdir()} <= {"campo.borrado.json", "window.ini"}


def test_an_order_told_before_any_password_shuts_the_door_and_the_next_start_still_says_so(
    qtbot: QtBot,
    shell: Shell,
    laptop: DataPlace,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = orders.read_contact(laptop.contact_file)
    assert known is not None
    order = erase_order(SEED, known.device, NOW)
    monkeypatch.setattr(
        orders, "ask_standing", lambda *_a, **more: None if more.get("erased") else order
    )
    shell.begin()
    shell.contact.ask()
    qtbot.waitUntil(lambda: shell.erased is not None)
    assert shell.login is None
    qtbot.waitUntil(lambda: bool((mark := erasure_of(laptop)) and mark.told))
    qtbot.waitUntil(lambda: "ya sabe" in words(shell.erased or QWidget()))
    start = Start(laptop, clock, lambda *_: pytest.fail("no rules are needed"), random_id)
    again = Shell(start, Preferences(laptop.root / "window.ini"))
    again.begin()
    assert again.login is None
    assert again.erased is not None
    again.erased.prepare_button.click()
    assert again.login is not None
    assert again.login.first_time
    assert erasure_of(laptop) is None
    again.close()


def test_a_laptop_switched_off_in_the_middle_goes_on_before_anything_is_shown(
    qtbot: QtBot, shell: Shell, laptop: DataPlace
) -> None:
    known = orders.read_contact(laptop.contact_file)
    assert known is not None
    with pytest.raises(UserError):
        orders.obey(laptop, known, erase_order(SEED, known.device, NOW))
    assert laptop.database.exists()
    shell.begin()
    assert shell.erased is not None
    assert not laptop.database.exists()
    mark = erasure_of(laptop)
    assert mark is not None
    assert mark.phase is Phase.ERASED


def test_with_no_answer_from_anybody_the_door_stays_as_it_is(
    qtbot: QtBot, shell: Shell, laptop: DataPlace
) -> None:
    """The laptop's server does not answer at all."""
    shell.begin()
    assert shell.login is not None
    shell.contact.ask()
    qtbot.waitUntil(lambda: not shell.contact.busy)
    assert shell.login.isVisible()
    assert not shell.login.problems.isVisible()
    assert shell.login.enter_button.isEnabled()
    assert laptop.key_file.exists()


def test_the_gate_writes_the_file_for_the_office(
    qtbot: QtBot,
    shell: Shell,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = at_the_gate(shell, clock)
    with gate.session.work("test") as work:
        device_keys.keep_device_seed(work.tx, new_seed())
    monkeypatch.setattr(gate_module.folder_choice, "folder", lambda *_: str(tmp_path))
    gate.write()
    qtbot.waitUntil(gate.problems.isVisible)
    (file,) = tmp_path.glob("*.jcb")
    assert file.name in words(gate)
    monkeypatch.setattr(gate_module.folder_choice, "files", lambda *_: [str(file)])
    gate.read()
    qtbot.waitUntil(
        lambda: "Archivo escrito" not in words(gate) and gate.connect_button.isEnabled()
    )
    assert shell.window is None, "one's own file is no answer"


def test_commands_say_in_words_that_the_laptop_must_be_connected(
    laptop: DataPlace, clock: FixedClock, book: RuleBook
) -> None:
    clock.moment = NOW + timedelta(days=61)
    with pytest.raises(UserError) as caught:
        open_session(laptop, password=PASSWORD, clock=clock, book=book)
    assert caught.value.problem.code == "STO-011"
    assert "20/01/2027" in str(caught.value)
