"""Rows of a measurement, and timing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One row of the table of bars.

    Attributes:
        id: of the bar, e.g. ``P1``.
        figure, reference: in `unit`, both from this run.
        ratio: figure through reference.
        bar: the limit, in words.
        holds: the figure keeps to it.
    """

    id: str
    what: str
    figure: float
    unit: str
    reference: float
    bar: str
    holds: bool

    @property
    def ratio(self) -> float:
        return self.figure / self.reference if self.reference else math.inf

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "what": self.what,
            "figure": round(self.figure, 4),
            "unit": self.unit,
            "reference": round(self.reference, 4),
            "ratio": round(self.ratio, 2),
            "bar": self.bar,
            "holds": self.holds,
        }


def at_most(limit: float, figure: float) -> bool:
    """Whether a figure keeps to an upper bar."""
    return figure <= limit


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def p95(times: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(0.95 * len(ordered)) - 1)]


__all__ = ["Measure", "at_most", "median", "p95", "timed"]
