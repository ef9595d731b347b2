"""SIGKILL at random moments: nothing a person was told is kept gets lost, torn or doubled.

A thousand rounds with ``python -m tests.sync.campaign kills``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .kills import read_promises

ROOT = Path(__file__).parents[2]


def test_a_laptop_and_a_server_killed_again_and_again_keep_what_they_promised() -> None:
    """In a process of its own: whoever forks had better have no threads."""
    for rounds in (
        5,
        10,
        20,
    ):  # on a busy machine it may be killed each time before it sent anything
        command = [sys.executable, "-m", "tests.sync.campaign", "kills", "--rounds", str(rounds)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        result = json.loads(run.stdout)
        assert result["broken"] == []
        assert result["figures"]["kills of the laptop"] == rounds
        if result["figures"]["operations"]:
            return
    raise AssertionError("nothing was sent in 35 lives of a laptop")


def test_what_the_person_was_told_is_read_back_from_the_journal(tmp_path: Path) -> None:
    lines = ['["typing","d","p","1"]', '["typed","d","p","1"]', '["closing","d"]']
    journal = tmp_path / "journal"
    journal.write_text("\n".join(lines))
    told = read_promises(journal)
    assert (told.typed, told.closing) == ({"d": {"p": "1"}}, "d")
    journal.write_text("\n".join([*lines, '["closed","d"]', '["acknowledged",["x"]]']))
    told = read_promises(journal)
    assert (told.closed, told.closing, told.acknowledged) == ({"d": {"p": "1"}}, "", {"x"})
