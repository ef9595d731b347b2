"""How the server ends: nothing new is taken, what runs is finished, then it is gone.

uvicorn closes its sockets and waits for what runs; here stands what it does not do: say beforehand that the
server is not ready, end at once when told twice, end for certain even when a query never does, and leave
with status 0.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from juntos_campo.central.health import Gate

SIGNALS = (signal.SIGTERM, signal.SIGINT)
_SPARE_SECONDS = 10
_CUT_SHORT = 1

log = logging.getLogger(__name__)


def end_with_status_zero() -> None:
    """uvicorn gives a signal back to whoever had it before once it has ended; nobody shall die of it."""
    for one in SIGNALS:
        signal.signal(one, _nothing)


def hear_signals(gate: Gate, *, drain_seconds: int, stop_seconds: int, second_ends: bool) -> None:
    """Listen to the signals that end this process, before uvicorn does; on its main thread only.

    Args:
        drain_seconds: still answer for so long after the first signal, not ready any more.
        stop_seconds: then what runs may take so long; soon after, the process ends whatever it does.
        second_ends: a second signal ends it at once. A worker leaves that to the one that minds it, since
            it may hear the same signal from several.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in SIGNALS:
        if number == signal.SIGINT and not second_ends:
            signal.signal(number, _nothing)  # of the terminal, for the one that minds the workers
            continue
        before = signal.getsignal(number)
        if callable(before):
            heard = _Heard(gate, before, drain_seconds, stop_seconds, second_ends)
            signal.signal(number, heard)


class _Heard:
    """What a signal does."""

    def __init__(
        self,
        gate: Gate,
        end: Callable[[int, FrameType | None], object],
        drain_seconds: int,
        stop_seconds: int,
        second_ends: bool,
    ) -> None:
        self._gate, self._end = gate, end
        self._drain, self._stop = drain_seconds, stop_seconds
        self._second_ends = second_ends

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._gate.stopping:
            if self._second_ends:
                os._exit(_CUT_SHORT)
            return
        self._gate.stopping = True
        _later(self._drain + self._stop + _SPARE_SECONDS, _end_for_certain)
        if self._drain:
            _later(self._drain, lambda: self._end(number, None))
        else:
            self._end(number, frame)


def _later(seconds: float, work: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()


def _end_for_certain() -> None:
    log.error("stop.overdue")
    os._exit(_CUT_SHORT)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    pass
