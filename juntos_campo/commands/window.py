"""The composition root of the window: the only place that ties its parts to the real machine."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo import paths
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.ids import random_id
from juntos_campo.logs import log_to
from juntos_campo.norms.rules import reader_of
from juntos_campo.paths import DataPlace
from juntos_campo.ui.application import Start, run


def open_window(argv: Sequence[str]) -> int:
    """Run the program for the person logged in to this machine; the exit code."""
    return run(argv, start_at(paths.default_place()))


def start_at(place: DataPlace) -> Start:
    """What the window starts from, on the real machine with its data in `place`."""
    place.root.mkdir(parents=True, exist_ok=True)
    log_to(place.log_file)
    return Start(
        place,
        SystemClock(),
        load_book=reader_of(paths.resources() / "norms"),
        ids=random_id,
    )
