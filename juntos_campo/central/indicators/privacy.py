"""Small cells: figures of a place so small that whoever lives there knows whom they are about. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST_CASES = 3
"""A place with fewer cases tells no figures."""

C = TypeVar("C", bound=Hashable)


def hidden_cells(cases: Mapping[C, int]) -> frozenset[C]:
    """Which places of one territory, whose total is told, do not tell theirs.

    Those with fewer than `LEAST_CASES`; and, while what is hidden could be told from the total by
    subtraction, the next smallest as well.

    Args:
        cases: how many there are in each place, those about whom nobody knows among them; 1 or more.
    """
    ordered = sorted(cases, key=lambda one: (cases[one], str(one)))
    hidden = [one for one in ordered if cases[one] < LEAST_CASES]
    for one in ordered[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(map(cases.__getitem__, hidden)) >= LEAST_CASES):
            break
        hidden.append(one)
    return frozenset(hidden)
