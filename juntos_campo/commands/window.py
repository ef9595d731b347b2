"""The composition root of the window: the only place that ties its parts to the real machine."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo import paths
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.ids import random_id
from juntos_campo.logs import log_to
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.ui.application import Start, run


def open_window(argv: Sequence[str]) -> int:
    """Run the program for the person logged in to this machine; the exit code."""
    place = paths.default_place()
    place.root.mkdir(parents=True, exist_ok=True)
    log_to(place.log_file)
    return run(
        argv,
        Start(
            place,
            SystemClock(),
            load_book=lambda: load_rule_book(paths.resources() / "norms"),
            ids=random_id,
        ),
    )
