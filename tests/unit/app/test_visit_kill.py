"""The process is killed while a visit is typed: everything acknowledged is still there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from visit_world import NOW, PASSWORD, book, laptop

from juntos_campo.app.session import open_session
from juntos_campo.app.visit import start_visit
from juntos_campo.domain.clock import FixedClock
from juntos_campo.paths import DataPlace

ROUNDS = 3
TYPIST = """
import sys
from visit_world import NOW, PASSWORD
from juntos_campo.app.session import open_session
from juntos_campo.app.visit import save_answer, start_visit
from juntos_campo.domain.clock import FixedClock
from juntos_campo.paths import DataPlace
from pathlib import Path
session = open_session(DataPlace(Path(sys.argv[1])), password=PASSWORD, clock=FixedClock(NOW), book=None)
draft = start_visit(session, "h1")
for number in range(10_000):
    path = f"member/yeison/note/{sys.argv[2]}-{number % 50}"
    save_answer(session, draft.id, path, f"ñusta {number}")
    sys.stdout.write(f"{path} {number}\\n")
    sys.stdout.flush()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill like that")
def test_no_acknowledged_answer_is_lost_when_the_power_goes(tmp_path: Path) -> None:
    laptop(tmp_path).close()
    acknowledged: dict[str, str] = {}
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "fixtures")}
    for attempt in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-c", TYPIST, str(tmp_path), str(attempt)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as typist:
            assert typist.stdout is not None
            for line in typist.stdout:
                if not line.endswith("\n"):
                    continue  # killed before it had said so
                path, number = line.split()
                acknowledged[path] = f"ñusta {number}"
                if int(number) == 60 + 7 * attempt:
                    typist.kill()
            assert typist.wait() == -signal.SIGKILL
        session = open_session(
            DataPlace(tmp_path), password=PASSWORD, clock=FixedClock(NOW), book=book()
        )
        draft = start_visit(session, "h1")
        session.close()
        assert draft.resumed
        lost = {path for path, value in acknowledged.items() if draft.answers.get(path) != value}
        # The answer that was being written when the power went may already be the next one.
        assert len(lost) <= 1
        assert all(
            int(str(draft.answers[path]).split()[1]) > int(acknowledged[path].split()[1])
            for path in lost
        )
        acknowledged.update({path: str(draft.answers[path]) for path in lost})
    assert len(acknowledged) > 100
