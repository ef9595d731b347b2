"""How often and how soon to ask again: more and more seldom, never for ever, at once after progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.sync.problems import (
    ANSWER_DAMAGED,
    CANCELLED,
    CONNECTION_REFUSED,
    NAME_NOT_FOUND,
    NO_CONNECTION,
    SERVER_BUSY,
    SERVER_FAILED,
    TOO_SLOW,
)

T = TypeVar("T")

TRIES = 5

PATIENCE_SECONDS, FIRST_PATIENCE_SECONDS = 150.0, 30.0
"""Without any progress for so long, the person is told; sooner when nothing was ever heard, since then
there is most likely no way at all. A try under way is not cut short."""

LONGEST_PAUSE = 20.0
LONGEST_WAIT_ASKED = 60.0
"""A server that asks to wait longer is not waited for here."""

_TURN_SECONDS = 0.2
_AFTER_PROGRESS = 0.1
"""Of a first pause: a link that was cut but brings something is asked again soon."""

_ALWAYS_WORTH = frozenset(
    one.code for one in (NO_CONNECTION, TOO_SLOW, ANSWER_DAMAGED, SERVER_FAILED, SERVER_BUSY)
)
_WORTH_TWICE = frozenset(one.code for one in (NAME_NOT_FOUND, CONNECTION_REFUSED))
"""Without signal these come at once: asked again once, and as often as others after an answer."""


class Retry:
    """The tries of one transport; every request of ours bears repeating.

    Attributes:
        heard: the server answered at least once.
    """

    def __init__(
        self,
        *,
        tries: int,
        first_pause: float,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
        cancelled: Callable[[], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`first_pause`: seconds, doubled with every failure; `jitter`: 0 to 1."""
        self.heard = False
        self._tries = tries
        self._first_pause = first_pause
        self._pause = pause
        self._jitter = jitter
        self._cancelled = cancelled
        self._now = now

    def run(self, once: Callable[[], T], progress: Callable[[], object] = lambda: None) -> T:
        """What `once` gives, asked again after failures that may pass.

        Args:
            progress: what the tries have gathered so far. Where it changed, the failures before count
                no more.

        Raises:
            UserError: the last failure, or SYN-009 between two tries.
        """
        failures, since, gathered = 0, self._now(), progress()
        while True:
            self._heed()
            try:
                found = once()
            except UserError as error:
                moved = progress() != gathered
                if moved:
                    failures, since, gathered = 0, self._now(), progress()
                failures += 1
                patience = PATIENCE_SECONDS if self.heard or moved else FIRST_PATIENCE_SECONDS
                if failures >= self._allowed(error) or self._now() - since > patience:
                    raise
                self._wait(self._seconds(error, failures, moved))
            else:
                self.heard = True
                return found

    def _allowed(self, error: UserError) -> int:
        code = error.problem.code
        if error.problem is SERVER_BUSY and error.values["seconds"] > LONGEST_WAIT_ASKED:
            return 1
        if code in _WORTH_TWICE:
            return self._tries if self.heard else min(2, self._tries)
        return self._tries if code in _ALWAYS_WORTH else 1

    def _seconds(self, error: UserError, failures: int, moved: bool) -> float:
        steady = min(self._first_pause * 2.0 ** (failures - 1), LONGEST_PAUSE)
        grown = steady * (0.5 + self._jitter())
        if moved:
            return grown * _AFTER_PROGRESS
        return max(grown, float(error.values.get("seconds", 0)))

    def _wait(self, seconds: float) -> None:
        """Pause in short turns, so that a person who cancels is heard."""
        left = seconds
        while left > 0:
            self._heed()
            self._pause(min(left, _TURN_SECONDS))
            left -= _TURN_SECONDS

    def _heed(self) -> None:
        if self._cancelled():
            raise user_error(CANCELLED)
