"""Record ids. New records get random ids from the caller's `Ids`; register data gets derived ones.

Ids of register data are derived from the programme's own codes, so that a register file imported on
a laptop and the same file loaded on the server describe the same records.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from typing import TypeAlias

Ids: TypeAlias = Callable[[], str]
"""Makes one new id a call."""

_NAMESPACE = uuid.UUID("0b3f6a52-6f0e-5a5c-9d3a-6a756e746f73").bytes
_SEPARATOR = "\x1f"
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def random_id() -> str:
    """A new random id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def derived_id(kind: str, *parts: str) -> str:
    """The id that `kind` and its natural key always give: 32 hexadecimal digits.

    A UUID of version 5 (RFC 9562), made without `uuid.uuid5`: a first download asks for 20,000.
    """
    return _ids((_SEPARATOR.join((kind, *parts)),))[0]


def derived_ids(kind: str, width: int, keys: Iterable[tuple[object, ...]]) -> list[str]:
    """`derived_id` of many natural keys at once, in half the time.

    Args:
        keys: of `width` parts each, which count as what `str` makes of them.
    """
    template = kind.replace("%", "%%") + f"{_SEPARATOR}%s" * width
    return _ids(map(template.__mod__, keys))


def _ids(names: Iterable[str]) -> list[str]:
    sha1 = hashlib.sha1
    digests = [sha1(_NAMESPACE + one.encode(), usedforsecurity=False).hexdigest() for one in names]
    return [f"{one[:12]}5{one[13:16]}{_VARIANT[one[16]]}{one[17:32]}" for one in digests]
