"""Record ids. New records get random ids from the caller's `Ids`; register data gets derived ones.

Ids of register data are derived from the programme's own codes, so that a register file imported on
a laptop and the same file loaded on the server describe the same records.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import TypeAlias

Ids: TypeAlias = Callable[[], str]
"""Makes one new id a call."""

_NAMESPACE = uuid.UUID("0b3f6a52-6f0e-5a5c-9d3a-6a756e746f73").bytes
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def random_id() -> str:
    """A new random id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def derived_id(kind: str, *parts: str) -> str:
    """The id that `kind` and its natural key always give: 32 hexadecimal digits.

    A UUID of version 5 (RFC 9562), made without `uuid.uuid5`: a first download asks for 20,000.
    """
    name = "\x1f".join((kind, *parts)).encode()
    digest = hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).hexdigest()
    return f"{digest[:12]}5{digest[13:16]}{_VARIANT[digest[16]]}{digest[17:32]}"
