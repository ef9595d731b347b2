"""While it runs: the stage is named, nothing is promised before it can be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juntos_campo.app.sync_progress import Remaining, progress_steps, progress_text
from juntos_campo.sync.report import Progress, Stage

START = Progress(Stage.PREPARE, 0, 31, 0, 0, 0, 0)
SENDING = replace(START, stage=Stage.EXCHANGE, acknowledged=12, bytes_up=18_400)
SENT = replace(SENDING, acknowledged=31)


@pytest.mark.parametrize(
    ("progress", "text", "steps"),
    [
        (START, "Llamando al servidor…", (0, 31)),
        (SENDING, "Enviando 12 de 31 · 18 KB", (12, 31)),
        (
            replace(SENT, households_done=340, households_total=1200),
            "Recibiendo 340 de 1\u202f200 hogares · 18 KB",
            (340, 1200),
        ),
        (replace(SENT, stage=Stage.STORE), "Guardando lo que llegó · 18 KB", (0, 0)),
        (replace(SENT, received=5), "Recibiendo: 5 registros · 18 KB", (0, 0)),
        (SENT, "Esperando la respuesta del servidor · 18 KB", (0, 0)),
        (
            replace(SENT, stage=Stage.FILES, files_bytes=120_000, files_total=300_000),
            "Fotos y archivos: 120 KB de 300 KB",
            (120_000, 300_000),
        ),
    ],
)
def test_each_stage_says_what_is_done_and_how_far_it_is(
    progress: Progress, text: str, steps: tuple[int, int]
) -> None:
    assert progress_text(progress) == text
    assert progress_steps(progress) == steps


def test_how_long_it_still_takes_is_told_once_it_can_be_told() -> None:
    now = 0.0
    remaining = Remaining(lambda: now)
    arriving = replace(SENT, households_total=100)
    assert remaining.of(replace(arriving, households_done=10)) is None
    now = 2.0
    assert remaining.of(replace(arriving, households_done=20)) is None
    now = 10.0
    # 20 households in 10 seconds, 70 to come
    assert remaining.of(replace(arriving, households_done=30)) == 35
    now = 11.0
    assert remaining.of(replace(SENT, stage=Stage.FILES, files_total=900)) is None


def test_the_rest_is_told_in_seconds_and_then_in_minutes() -> None:
    assert progress_text(SENDING, 40).endswith("unos 40 s más")
    assert progress_text(SENDING, 300).endswith("unos 5 min más")
