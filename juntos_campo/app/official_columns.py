"""Columns of the official forms that other parts of the program read."""

from __future__ import annotations

FULFILLED = {"si": True, "no": False}
"""Answers of the columns ``m1_cumple`` and ``m2_cumple``; anything else says nothing."""


def fulfilled_key(number: int) -> str:
    """Column that says whether month `number` (1 or 2) was fulfilled."""
    return f"m{number}_cumple"


def cause_key(number: int) -> str:
    """Column with the cause when it was not."""
    return f"m{number}_motivo"
