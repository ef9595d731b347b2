from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.problems import ALL_PROBLEMS, DATE_IMPOSSIBLE, STOPPED, UNEXPECTED
from juntos_campo.ui.tasks import Job, Tasks


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def test_the_window_stays_alive_while_work_runs_beside_it(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[object] = []
    tasks.run(lambda _job: threading.current_thread().name, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["juntos-campo-worker"]


def test_answers_come_in_the_windows_own_thread_and_in_order(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[tuple[int, bool]] = []
    here = threading.get_ident()
    for number in range(20):
        tasks.run(
            lambda _job, n=number: n,  # type: ignore[misc]
            lambda n: seen.append((n, threading.get_ident() == here)),
        )
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == [(number, True) for number in range(20)]
    assert not tasks.busy


def test_progress_reaches_the_bar(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[tuple[int, int, str]] = []
    done: list[None] = []

    def work(job: Job) -> None:
        for step in range(3):
            job.progress(step, 3, "hogares")

    tasks.run(work, done.append, on_progress=lambda *step: seen.append(step))
    qtbot.waitUntil(lambda: bool(done))
    assert seen == [(0, 3, "hogares"), (1, 3, "hogares"), (2, 3, "hogares")]


def test_a_stopped_job_ends_and_says_so(qtbot: QtBot, tasks: Tasks) -> None:
    failed: list[Exception] = []
    begun = threading.Event()

    def work(job: Job) -> None:
        begun.set()
        while True:
            job.check()

    task = tasks.run(work, on_failed=failed.append)
    assert begun.wait(5)
    task.cancel()
    qtbot.waitUntil(lambda: bool(failed))
    assert isinstance(failed[0], UserError)
    assert failed[0].problem is STOPPED


def test_a_failure_nobody_expected_is_never_silent(qtbot: QtBot, tasks: Tasks) -> None:
    def work(_job: Job) -> None:
        raise KeyError("boom")

    with qtbot.waitSignal(tasks.unhandled) as told:
        tasks.run(work)
    assert isinstance(told.args[0], KeyError)


def test_an_answer_for_a_closed_screen_is_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    owner, seen, last = QObject(), [], []  # type: ignore[var-annotated]
    gate = threading.Event()
    tasks.run(lambda _job: gate.wait(5), seen.append, owner=owner)
    tasks.run(lambda _job: None, last.append)
    owner.deleteLater()
    del owner
    gate.set()
    qtbot.waitUntil(lambda: bool(last))
    assert not seen


def test_closing_ends_running_and_waiting_work(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[object] = []
    begun = threading.Event()

    def work(job: Job) -> None:
        begun.set()
        while not job.cancelled:
            pass

    tasks.run(work, seen.append)
    tasks.run(lambda _job: 1, seen.append)
    assert begun.wait(5)
    assert tasks.close()
    assert not [one for one in threading.enumerate() if one.name == "juntos-campo-worker"]
    tasks.run(lambda _job: 2, seen.append)
    qtbot.wait(20)
    assert not seen


def test_closing_does_not_wait_for_a_server_that_does_not_answer(tasks: Tasks) -> None:
    begun, answer = threading.Event(), threading.Event()

    def work(_job: Job) -> None:
        begun.set()
        answer.wait(20)

    tasks.run(work, may_be_left=True)
    assert begun.wait(5)
    before = time.monotonic()
    assert not tasks.close()
    assert time.monotonic() - before < 5
    answer.set()


@pytest.fixture
def notify(clock: FixedClock) -> Notifications:
    return Notifications(clock.now)


def test_an_error_made_for_people_is_shown_as_it_is(qtbot: QtBot, notify: Notifications) -> None:
    error = user_error(DATE_IMPOSSIBLE, text="31/02")
    with qtbot.waitSignal(notify.problem) as told:
        notify.fail(error)
    assert told.args == [error]


@pytest.mark.logs_warnings
def test_a_crash_becomes_a_calm_sentence_and_the_log_has_no_names(
    qtbot: QtBot, notify: Notifications, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), qtbot.waitSignal(notify.problem) as told:
        try:
            raise ValueError("QUISPE HUAMÁN, María Elena 41234567")
        except ValueError as error:
            notify.fail(error)
    shown = told.args[0]
    assert shown.problem is UNEXPECTED
    assert "10:32" in str(shown)
    assert "Traceback" not in str(shown)
    assert "ValueError" in caplog.text
    assert "QUISPE" not in caplog.text
    assert "41234567" not in caplog.text


@pytest.mark.logs_warnings
def test_what_nobody_caught_reaches_the_user_too(qtbot: QtBot, notify: Notifications) -> None:
    before = sys.excepthook
    notify.install()
    try:
        with qtbot.waitSignal(notify.problem):
            sys.excepthook(RuntimeError, RuntimeError("x"), None)
    finally:
        notify.uninstall()
        sys.excepthook = before


def test_stopping_on_purpose_is_not_told_as_an_error(qtbot: QtBot, notify: Notifications) -> None:
    with qtbot.assertNotEmitted(notify.problem), qtbot.waitSignal(notify.said):
        notify.fail(user_error(STOPPED))


def test_every_problem_of_the_window_has_its_own_code() -> None:
    codes = [problem.code for problem in ALL_PROBLEMS]
    assert len(codes) == len(set(codes))
    assert all(code.startswith("WIN-") for code in codes)
