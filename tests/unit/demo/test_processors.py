"""A measurement that forgets a process of the server flatters it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from juntos_campo.demo.bench.processors import most_memory_mb, parent_of, processor_seconds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there /proc tells")


def test_what_children_used_counts_while_they_live_and_once_they_ended() -> None:
    before = processor_seconds(os.getpid())
    work = "import time\nwhile time.process_time() < 0.3: pass\nprint(1, flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", work], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert parent_of(child.pid) == os.getpid()
        assert processor_seconds(child.pid) >= 0.28
        assert processor_seconds(os.getpid()) - before >= 0.28
        child.communicate("\n")
    assert processor_seconds(os.getpid()) - before >= 0.28


def test_who_uses_nothing_of_ours_does_not_count() -> None:
    """Another process's work beside it must not be taken for the server's."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as idle:
        time.sleep(0.2)
        before = processor_seconds(idle.pid)
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass
        assert processor_seconds(idle.pid) - before < 0.1
        idle.communicate(b"\n")


def test_memory_that_was_given_back_still_counts_as_the_most() -> None:
    """A load that took a gigabyte for a second must not be told as a small one."""
    work = "import sys\nbytearray(90_000_000)\nprint(1, flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", work], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert 85 < most_memory_mb(child.pid) < 200
        child.communicate("\n")
    assert most_memory_mb(child.pid) == 0.0
