"""Rows as PostgreSQL's COPY writes them (its text format), for databases that have no COPY.

A backup keeps rows that way on both engines: PostgreSQL writes and reads them itself, at its full speed,
and a backup of one engine can be restored on the other. Every row ends with the only line feed in it.
Source: PostgreSQL's manual, COPY, "Text Format".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

_NULL = "\\N"
_ESCAPES = {"\\": "\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
_WRITTEN = str.maketrans({raw: f"\\{letter}" for raw, letter in _ESCAPES.items()})
_READ = {letter: raw for raw, letter in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BYTES = "\\\\x"

Value = str | int | bool | bytes | None


def write_row(values: Iterable[Value]) -> bytes:
    """One row, its line feed included."""
    return ("\t".join(_text(one) for one in values) + "\n").encode()


def _text(value: Value) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return _BYTES + value.hex()
    return str(value).translate(_WRITTEN)


def read_rows(blocks: Iterable[bytes], types: Sequence[str]) -> Iterator[list[Value]]:
    """Rows out of bytes cut anywhere.

    Args:
        types: of the columns: ``text``, ``int``, ``bool`` or ``bytes``.

    Raises:
        ValueError: the bytes are no such rows.
    """
    readers = [_READERS[one] for one in types]
    started: list[bytes] = []  # of a row that goes on in the next block
    for block in blocks:
        first, *others = block.split(b"\n")
        started.append(first)
        if not others:
            continue
        *lines, rest = (b"".join(started), *others)
        started = [rest]
        for line in lines:
            parts = line.decode().split("\t")
            if len(parts) != len(readers):
                raise ValueError("wrong number of columns")
            yield [
                None if part == _NULL else read(part)
                for read, part in zip(readers, parts, strict=True)
            ]
    if any(started):
        raise ValueError("the last row is not whole")


def _unescaped(part: str) -> str:
    return _ESCAPED.sub(lambda found: _READ[found[1]], part) if "\\" in part else part


def _truth(part: str) -> bool:
    return {"t": True, "f": False}[part]


def _raw(part: str) -> bytes:
    if not part.startswith(_BYTES):
        raise ValueError("no bytes")
    return bytes.fromhex(part[len(_BYTES) :])


_READERS: dict[str, Callable[[str], Any]] = {
    "text": _unescaped,
    "int": int,
    "bool": _truth,
    "bytes": _raw,
}
