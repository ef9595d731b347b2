"""What a search over everything finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the palette.

    Attributes:
        text: who or what; detail: document, code or key; place: where.
        go: opens it.
    """

    text: str
    detail: str
    place: str
    go: Callable[[], None]


Finder: TypeAlias = Callable[[str], Sequence[Found]]
"""Text typed -> lines, best first."""
