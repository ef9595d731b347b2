"""What every test gets: quiet logs are enforced, threads must end, and Qt draws without a screen."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Iterator

import hypothesis
import pytest

from juntos_campo.garbage import collect_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A landing must not depend on luck: there the property tests try the same examples every time. At a
# desk they try new ones with each run, and what they find gets an @example of its own.
hypothesis.settings.register_profile("landing", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("landing")

pytest_plugins = ["hasty_servers", "rule_people", "server_databases", "visit_home"]

THREAD_GRACE_SECONDS = 2.0


def pytest_collection_finish() -> None:
    """What stands by now stays: to look through it for garbage again and again is an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    # A test's windows must not be deleted by another test's server thread that happens to make an object.
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Garbage is looked for between tests, in the thread that made the windows."""
    collect_due()


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_GRACE_SECONDS
    while time.monotonic() < deadline:
        left = [one for one in threading.enumerate() if one not in before and one.is_alive()]
        if not left:
            return
        time.sleep(0.01)
    pytest.fail(f"threads still alive after the test: {[one.name for one in left]}")


@pytest.fixture(autouse=True)
def no_warning_is_logged(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A log record at warning level or above fails the test, unless it is marked `logs_warnings`."""
    yield
    if request.node.get_closest_marker("logs_warnings"):
        return
    records = [one for one in caplog.get_records("call") if one.levelno >= logging.WARNING]
    if records:
        pytest.fail("logged: " + "; ".join(one.getMessage() for one in records))
