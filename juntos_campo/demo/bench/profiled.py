"""Where the time of some work goes, function by function."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TOP = 15
_PACKAGE = "juntos_campo"


@dataclass(frozen=True, slots=True)
class Share:
    """What one function takes of the whole.

    Attributes:
        own, total: without and with what it calls, 0 to 1.
    """

    function: str
    own: float
    total: float
    calls: int

    def as_json(self) -> dict[str, object]:
        return {
            "function": self.function,
            "own": round(self.own, 4),
            "total": round(self.total, 4),
            "calls": self.calls,
        }


def shares_of(work: Callable[[], object]) -> list[Share]:
    """The functions that take most by themselves, most first; their order is what can be trusted.

    The profiler adds its own cost to every call, so that small functions called often look heavier than
    they are.
    """
    profiler = cProfile.Profile()
    profiler.runcall(work)
    stats = pstats.Stats(profiler)
    whole: float = stats.total_tt or 1.0  # type: ignore[attr-defined]
    found = [
        Share(_name(*place), own / whole, min(1.0, total / whole), calls)
        for place, (_, calls, own, total, _) in stats.stats.items()  # type: ignore[attr-defined]
    ]
    return sorted(found, key=lambda one: (-one.own, one.function))[:TOP]


def _name(file: str, line: int, function: str) -> str:
    """``norms/schedule.py:run_family``; what is not ours by its file or, built in, by its name."""
    if not line:
        return function
    parts = Path(file).parts
    if _PACKAGE in parts:
        last = len(parts) - 1 - parts[::-1].index(_PACKAGE)
        return f"{'/'.join(parts[last + 1 :])}:{function}"
    return f"{parts[-1]}:{function}"
