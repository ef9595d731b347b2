"""Record ids. New records get random ids from the caller's `Ids`; register data gets derived ones.

Ids of register data are derived from the programme's own codes, so that a register file imported on
a laptop and the same file loaded on the server describe the same records.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeAlias

Ids: TypeAlias = Callable[[], str]
"""Makes one new id a call."""

_NAMESPACE = uuid.UUID("0b3f6a52-6f0e-5a5c-9d3a-6a756e746f73")


def random_id() -> str:
    """A new random id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def derived_id(kind: str, *parts: str) -> str:
    """The id that `kind` and its natural key always give: 32 hexadecimal digits."""
    return uuid.uuid5(_NAMESPACE, "\x1f".join((kind, *parts))).hex
