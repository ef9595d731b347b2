"""Which of several norms of one matter judges a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """What every compiled norm says about its own validity."""

    @property
    def start(self) -> date: ...


_D = TypeVar("_D", bound=Dated)


def in_force(norms: Sequence[_D], on: date) -> _D:
    """The norm in force on a day; before the oldest, the oldest. `norms` are oldest first, not empty."""
    found = norms[0]
    for norm in norms:
        if norm.start <= on:
            found = norm
    return found
