"""What a check of the server's data finds wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault.

    Attributes:
        check: stable name of what was checked, e.g. ``audit.row``.
        text: what is wrong, in Spanish.
        count: how many such places.
        example: one of them: ids, numbers and user names, no data of the people served.
    """

    check: str
    text: str
    count: int
    example: str
