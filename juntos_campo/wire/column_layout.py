"""What the writer and the reader of columns share: the marks of the layout, and how texts are taken apart.

`write_columns` turns JSON values into bytes in which what many records have in common is said once: rows
of equal keys become one column a key; a column holds numbers as differences, ids as raw bytes (their
second mention as a place in a table of the message), dates as day numbers, repeated texts as places in a
list. The bytes are meant to be compressed afterwards, and are a pure function of the values.

A column is its types (one byte when all are alike, else `MIXED` and one byte a value), then for each type
that has more to say, in ascending order, a sub-column of the values of that type.
"""

from __future__ import annotations

import re
from datetime import date
from enum import IntEnum
from functools import lru_cache

VERSION = 1
"""First byte of what is written; another layout takes another number."""

DEEPEST = 8
"""Lists and dictionaries inside one another beyond this are written as JSON text."""

MIXED = 0x40


class Type(IntEnum):
    """Type of one value. `ROW` is a dictionary of known keys, `PATHS` one whose keys are paths."""

    NULL = 0
    FALSE = 1
    TRUE = 2
    INT = 3
    FLOAT = 4
    TEXT = 5
    LIST = 6
    ROW = 7
    EMPTY_TEXT = 8
    PATHS = 9
    JSON = 10


SILENT = frozenset({Type.NULL, Type.FALSE, Type.TRUE, Type.EMPTY_TEXT})
"""Types that are the value."""


class Ints(IntEnum):
    """How whole numbers are written. `PLAIN` less the smallest, `STEPS` as differences, `BIG` as text."""

    SAME = 0
    PLAIN = 1
    STEPS = 2
    BIG = 3


class Texts(IntEnum):
    """How texts are written. `WITH_IDS` are texts in which ids were replaced by `ID_MARK`."""

    SAME = 0
    IDS = 1
    CHOICES = 2
    DATES = 3
    MOMENTS = 4
    WITH_IDS = 5
    ENDED = 6
    MEASURED = 7
    STROKES = 8


DOUBLES = 0xFF
"""Instead of the number of decimals: floats as they are in memory."""

ID_MARK = "\x01"
END = "\x00"

HEXADECIMAL = re.compile(r"[0-9a-f]+")
ID_LENGTHS = frozenset(range(16, 65, 2))
"""A text of so many hexadecimal digits is an id."""

ID_INSIDE = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
"""An id within a path or a note."""

MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{6}))?(Z|[+-]\d\d:\d\d|)",
    re.ASCII,
)
"""An ISO moment as Python and pydantic write it."""

STROKES = re.compile(
    r"(?:0|[1-9]\d{0,4}),(?:0|[1-9]\d{0,4})(?:[ ;](?:0|[1-9]\d{0,4}),(?:0|[1-9]\d{0,4}))+", re.ASCII
)
"""A drawn signature: ``x,y x,y;x,y`` (`juntos_campo.domain.visits`)."""


@lru_cache(maxsize=4096)
def day_number(text: str) -> int | None:
    """Proleptic ordinal of an ISO date; None when `text` is written in any other way.

    What is known about a district's children are some two thousand different days.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day.toordinal() if day.isoformat() == text else None
