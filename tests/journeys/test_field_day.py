"""One field day, end to end: the very command of the README, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# The same steps and checks as with the 1,200 of the demonstration, in little more than half the time.
HOUSEHOLDS = 250


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a walk of the whole day left behind."""
    out = tmp_path_factory.mktemp("day")
    command = [sys.executable, "-m", "juntos_campo", "demo", "--headless"]
    done = subprocess.run(
        [*command, "--out", str(out), "--households", str(HOUSEHOLDS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=420,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return out


@pytest.fixture(scope="module")
def summary(day: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((day / "resumen.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.journey
def test_a_gestor_gets_through_the_whole_day_and_nothing_is_lost(summary: dict[str, Any]) -> None:
    assert summary["failed"] == 0
    assert {check["seen_in"] for check in summary["checks"]} == {
        "ventana",
        "archivo",
        "base de la computadora",
        "base del servidor",
    }
    steps = list(dict.fromkeys(check["step"] for check in summary["checks"]))
    assert len(steps) >= 12
    assert any("corta a la mitad" in step for step in steps)
    assert any("aprueba" in step for step in steps)


@pytest.mark.journey
def test_the_day_leaves_every_picture_and_the_printed_form(
    day: Path, summary: dict[str, Any]
) -> None:
    assert len(summary["pictures"]) >= 30
    for name in summary["pictures"]:
        assert (day / name).stat().st_size > 10_000, name
    assert [name for name in summary["files"] if name.endswith(".pdf")]
    for name in summary["files"]:
        assert (day / name).read_bytes()[:5] == b"%PDF-"
