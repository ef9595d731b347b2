"""Objects of the window are deleted in the window's thread, whichever thread makes garbage.

A timer or an animation deleted in another thread is deleted while Qt may be using it: the program may end
there and then, with the form that was being filled in.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from juntos_campo.ui.application import build_application
from juntos_campo.ui.garbage_keeper import GarbageKeeper, keep_garbage_here
from juntos_campo.ui.tasks import Job, Tasks

ENOUGH = 400_000
"""Objects: more than Python makes between two looks for garbage, in the program and in the tests."""


class Owner:
    """Something with a timer that also knows itself, as a screen and its parts do.

    The timer stands still: with a running one, Python itself falls (segmentation fault) when it is deleted
    in another thread, and takes the other tests with it.
    """

    def __init__(self, deleted_in: list[int]) -> None:
        self.itself = self
        self.timer = QTimer()
        self._deleted_in = deleted_in

    def __del__(self) -> None:
        self._deleted_in.append(threading.get_ident())


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def _as_python_starts() -> Iterator[None]:
    """Python looks for garbage by itself, as in a program that has just begun."""
    before = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if before else gc.disable)()


@pytest.mark.usefixtures("_as_python_starts")
def test_a_long_import_does_not_delete_the_windows_timers_under_its_hands(
    qtbot: QtBot, tasks: Tasks
) -> None:
    build_application([])
    deleted_in: list[int] = []
    Owner(deleted_in)

    def work(job: Job) -> int:
        kept: list[list[int]] = []
        while not deleted_in and not job.cancelled:
            kept = [[number] for number in range(ENOUGH)]
        return len(kept)

    done: list[int] = []
    tasks.run(work, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    assert deleted_in == [threading.get_ident()]


def test_a_screen_put_away_while_its_work_ran_is_not_deleted_by_the_worker(
    qtbot: QtBot, tasks: Tasks
) -> None:
    deleted_in: list[int] = []
    owner = Owner(deleted_in)
    del owner.itself
    done: list[Owner] = []
    tasks.run(lambda _job: None, lambda _none, owner=owner: done.append(owner))  # type: ignore[misc]
    del owner
    qtbot.waitUntil(lambda: bool(done))
    done.clear()
    again: list[None] = []
    tasks.run(lambda _job: None, again.append)
    qtbot.waitUntil(lambda: bool(again))
    assert deleted_in == [threading.get_ident()]


@pytest.mark.usefixtures("_as_python_starts")
def test_whatever_is_opened_again_and_again_one_keeper_looks_and_puts_back_what_was(
    qapp: QApplication,
) -> None:
    build_application([])
    build_application([])
    (keeper,) = qapp.findChildren(GarbageKeeper)
    assert not gc.isenabled()
    deleted_in: list[int] = []
    Owner(deleted_in)
    keeper.end()
    assert deleted_in == [threading.get_ident()], "what was left is deleted before others may look"
    assert gc.isenabled()


def test_a_window_that_was_put_away_does_not_stay_in_memory_for_ever() -> None:
    keeper = keep_garbage_here()
    keeper.set_standing_aside()
    deleted_in: list[int] = []
    Owner(deleted_in)
    keeper.set_standing_aside()
    gc.collect()
    assert deleted_in
