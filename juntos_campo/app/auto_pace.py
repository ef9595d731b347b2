"""When a laptop that synchronises by itself should try. Pure: seconds of a clock that only goes forward."""

from __future__ import annotations

from dataclasses import dataclass

NEWS_SECONDS = 30 * 60.0
"""With nothing to send the server is asked this seldom."""

LEAST_SECONDS = 60.0
"""Never sooner than this after the last try, whatever the network says."""

_FIRST_WAIT, _LONGEST_WAIT = 2 * 60.0, 30 * 60.0


@dataclass(slots=True)
class AutoPace:
    """Tries soon when something waits and the network is there, ever less often while it fails.

    Attributes:
        tried: when the last try ended; None before the first one.
        failures: tries in a row that did not get through.
        appeared: a network is there since the last try.
    """

    tried: float | None = None
    failures: int = 0
    appeared: bool = False

    def due(self, now: float, *, waiting: bool) -> bool:
        """Whether to try now; `waiting`: there is something to send."""
        if self.tried is None:
            return True
        return now - self.tried >= self.pause(waiting=waiting)

    def pause(self, *, waiting: bool) -> float:
        """Seconds from the end of a try to the next one."""
        if self.appeared:  # but a network that flutters must not be asked all the time
            return LEAST_SECONDS
        if self.failures:
            return min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (self.failures - 1))
        return _FIRST_WAIT if waiting else NEWS_SECONDS

    def ended(self, now: float, *, got_through: bool) -> None:
        """A synchronisation ended, begun by anybody."""
        self.tried, self.appeared = now, False
        self.failures = 0 if got_through else self.failures + 1

    def network_appeared(self) -> None:
        """A network is there that was not: what failed before says nothing about it."""
        self.appeared = True
