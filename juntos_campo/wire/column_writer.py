"""Writes JSON values as columns; see `juntos_campo.wire.column_layout`."""

from __future__ import annotations

import json
import math
import sys
from array import array
from collections.abc import Sequence
from itertools import chain, repeat
from operator import sub
from typing import Any

from juntos_campo.wire.column_layout import (
    DEEPEST,
    DOUBLES,
    END,
    ID,
    ID_INSIDE,
    ID_MARK,
    MIXED,
    MOMENT,
    SILENT,
    STROKES,
    VERSION,
    Ints,
    Texts,
    Type,
    day_number,
)

_TRUE, _FALSE, _TEXT = int(Type.TRUE), int(Type.FALSE), int(Type.TEXT)
_EMPTY_TEXT, _ROW, _PATHS = int(Type.EMPTY_TEXT), int(Type.ROW), int(Type.PATHS)

_TYPES: dict[type, int] = {
    type(None): int(Type.NULL),
    int: int(Type.INT),
    float: int(Type.FLOAT),
    str: _TEXT,
    list: int(Type.LIST),
    tuple: int(Type.LIST),
    dict: _ROW,
}
_TELLING = frozenset({type(None), int, float, list, tuple, str})
"""Classes that tell the type, but for the empty text."""
_TRUTHS = {True: _TRUE, False: _FALSE}

_WIDTHS = ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))
_MOST_DECIMALS = 6
_DATE = len("2026-11-22")
_EXACT = 2**53
_NESTING = frozenset({int(Type.LIST), _ROW, _PATHS})


def write_columns(value: Any) -> bytes:
    """The bytes of one JSON value (`None`, bool, int, float, str, list or tuple, dict of str).

    Raises:
        TypeError: something inside is no JSON value.
    """
    writer = _Writer()
    writer.out.append(VERSION)
    writer.values([value], 0)
    return bytes(writer.out)


class _Writer:
    def __init__(self) -> None:
        self.out = bytearray()
        self._ids: dict[str, int] = {}
        self._shapes: dict[tuple[str, ...], int] = {}
        self._seen: tuple[Sequence[Any], list[tuple[str, ...]]] = ((), [])

    def values(self, values: Sequence[Any], depth: int) -> None:
        """A column; at least one value."""
        # A quiet day's messages are nothing but columns of one value.
        types = self._types(values) if len(values) > 1 else [self._type_of(values[0])]
        if depth >= DEEPEST:
            types = [int(Type.JSON) if one in _NESTING else one for one in types]
        kinds = sorted(set(types))
        if len(kinds) == 1:
            self.out.append(kinds[0])
            self._payload(kinds[0], values, depth)
            return
        self.out.append(MIXED)
        self._ints(types, ranks=False)
        for kind in kinds:
            if kind not in SILENT:
                mine = [one for one, its in zip(values, types, strict=True) if its == kind]
                self._payload(kind, mine, depth)

    def _types(self, values: Sequence[Any]) -> list[int]:
        """Type of each value, or one type alone when all are alike."""
        classes = set(map(type, values))
        if classes == {dict}:
            shapes = list(map(tuple, values))
            self._seen = values, shapes
            kinds = {shape: self._kind_of(shape) for shape in set(shapes)}
            found = list(set(kinds.values()))
            return found if len(found) == 1 else [kinds[shape] for shape in shapes]
        if classes == {bool}:
            truths = set(values)
            return [_TRUTHS[one] for one in (truths if len(truths) == 1 else values)]
        if not classes <= _TELLING:
            return [self._type_of(one) for one in values]
        if str not in classes or all(values):
            types = [_TYPES[one] for one in classes]
            return types if len(types) == 1 else [_TYPES[type(one)] for one in values]
        return [_EMPTY_TEXT if one == "" else _TYPES[type(one)] for one in values]

    def _type_of(self, value: Any) -> int:
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        found = _TYPES.get(type(value))
        if found is None:
            raise TypeError(f"{type(value).__name__} is no JSON value")
        if found == _TEXT:
            return found if value else _EMPTY_TEXT
        return self._kind_of(tuple(value)) if found == _ROW else found

    def _kind_of(self, shape: tuple[str, ...]) -> int:
        """Type of a dictionary with these keys."""
        its = self._shapes.get(shape)
        if its is None:
            its = self._shapes[shape] = _PATHS if any("/" in key for key in shape) else _ROW
        return its

    def _payload(self, kind: int, values: Sequence[Any], depth: int) -> None:
        match kind:
            case Type.INT:
                self._ints(values)
            case Type.FLOAT:
                self._floats(values)
            case Type.TEXT:
                self._texts(values)
            case Type.LIST:
                self._ints([len(one) for one in values])
                inner = [item for one in values for item in one]
                if inner:
                    self.values(inner, depth + 1)
            case Type.ROW:
                self._rows(values, depth)
            case Type.PATHS:
                self._paths(values, depth)
            case Type.JSON:
                self._texts(
                    [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in values]
                )
            case _:
                return

    # -- dictionaries ---------------------------------------------------------------------------

    def _rows(self, rows: Sequence[dict[str, Any]], depth: int) -> None:
        if len(rows) == 1:
            self._row(rows[0], depth)
            return
        shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        each = self._seen[1] if self._seen[0] is rows else list(map(tuple, rows))
        for shape, row in zip(each, rows, strict=True):
            shapes.setdefault(shape, []).append(row)
        if len(shapes) > 4 + len(rows) // 4:
            self._number(0)
            self._paths(rows, depth)
            return
        self._number(len(shapes))
        for shape in shapes:
            self._number(len(shape))
            if shape:
                self._texts(shape)
        if len(shapes) > 1:
            places = {shape: place for place, shape in enumerate(shapes)}
            self._ints(list(map(places.__getitem__, each)), ranks=False)
        for shape, alike in shapes.items():
            flat, width = list(chain.from_iterable(map(dict.values, alike))), len(shape)
            for place in range(width):
                self.values(flat[place::width], depth + 1)

    def _row(self, row: dict[str, Any], depth: int) -> None:
        """As `_rows` writes a single one."""
        self._number(1)
        self._number(len(row))
        if row:
            self._texts(tuple(row))
        for value in row.values():
            self.values((value,), depth + 1)

    def _paths(self, rows: Sequence[dict[str, Any]], depth: int) -> None:
        """Keys without their ids are few; the values of one such key are one column."""
        self._ints([len(row) for row in rows])
        keys = [key for row in rows for key in row]
        if not keys:
            return
        masked, ids = _without_ids(keys)
        places = {key: place for place, key in enumerate(dict.fromkeys(masked))}
        self._number(len(places))
        self._plain_texts(list(places))
        chosen = list(map(places.__getitem__, masked))
        self._ints(chosen, ranks=False)
        self._number(len(ids))
        if ids:
            self._id_texts(ids)
        groups: list[list[Any]] = [[] for _ in places]
        for place, value in zip(
            chosen, (value for row in rows for value in row.values()), strict=True
        ):
            groups[place].append(value)
        for group in groups:
            self.values(group, depth + 1)

    # -- numbers --------------------------------------------------------------------------------

    def _number(self, value: int) -> None:
        """A whole number from 0 on, seven bits a byte."""
        while value > 0x7F:
            self.out.append(value & 0x7F | 0x80)
            value >>= 7
        self.out.append(value)

    def _signed(self, value: int) -> None:
        self._number(value << 1 if value >= 0 else (-value << 1) - 1)

    def _ints(self, values: Sequence[int], *, ranks: bool = True) -> None:
        """Whole numbers; without `ranks` they are mere names, whose differences say nothing."""
        low, high = (values[0],) * 2 if len(values) == 1 else (min(values), max(values))
        if low == high:
            self.out.append(Ints.SAME)
            self._signed(low)
            return
        steps = list(map(sub, values[1:], values))
        smallest, largest = min(steps), max(steps)
        if high - low >= 2**64 or largest - smallest >= 2**64:
            self.out.append(Ints.BIG)
            self._bytes(",".join(map(str, values)).encode())
            return
        # Differences of numbers in no order are harder to compress than the numbers.
        if ranks and 3 * sum(map(abs, steps)) < sum(values) - low * len(values):
            self.out.append(Ints.STEPS)
            self._signed(values[0])
            self._planes(steps, smallest, largest)
        else:
            self.out.append(Ints.PLAIN)
            self._planes(values, low, high)

    def _planes(self, values: Sequence[int], low: int, high: int) -> None:
        """Numbers less the lowest: first bytes of all, second bytes of all ..., lowest byte first."""
        self._signed(low)
        if low == high:
            self.out.append(0)
            return
        width, code = next(pair for pair in _WIDTHS if high - low < 256 ** pair[0])
        self.out.append(width)
        numbers = array(code, list(map(sub, values, repeat(low))) if low else values)
        self._split(numbers, width)

    def _split(self, numbers: array[Any], width: int) -> None:
        if sys.byteorder == "big":
            numbers.byteswap()
        data = numbers.tobytes()
        for plane in range(width):
            self.out += data[plane::width]

    def _floats(self, values: Sequence[float]) -> None:
        for decimals in range(_MOST_DECIMALS + 1):
            scaled = _scaled(values, decimals)
            if scaled is not None:
                self.out.append(decimals)
                self._ints(scaled)
                return
        self.out.append(DOUBLES)
        self._split(array("d", values), 8)

    # -- texts ----------------------------------------------------------------------------------

    def _texts(self, texts: Sequence[str]) -> None:
        """Texts that are not empty."""
        if len(texts) == 1 and self._strokes(texts):
            return
        few = dict.fromkeys(texts)
        if len(few) == 1:
            self.out.append(Texts.SAME)
            self._bytes(texts[0].encode())
        elif all(ID.fullmatch(one) and len(one) % 2 == 0 for one in few):
            self.out.append(Texts.IDS)
            self._id_texts(texts)
        elif 2 * len(few) <= len(texts):
            self.out.append(Texts.CHOICES)
            self._number(len(few))
            self._various(list(few))
            places = {text: place for place, text in enumerate(few)}
            self._ints(list(map(places.__getitem__, texts)), ranks=False)
        else:
            self._various(texts)

    def _various(self, texts: Sequence[str]) -> None:
        """Texts most of which differ."""
        days = _day_numbers(texts)
        if days is not None:
            self.out.append(Texts.DATES)
            self._ints(days)
            return
        if self._moments(texts) or self._strokes(texts):
            return
        masked, ids = _without_ids(texts)
        if ids:
            self.out.append(Texts.WITH_IDS)
            self._number(len(ids))
            self._id_texts(ids)
        self._plain_texts(masked)

    def _plain_texts(self, texts: Sequence[str]) -> None:
        data = [one.encode() for one in texts]
        if any(END in one for one in texts):
            self.out.append(Texts.MEASURED)
            self._ints([len(one) for one in data])
            self._bytes(b"".join(data))
        else:
            self.out.append(Texts.ENDED)
            self._bytes(END.encode().join(data))

    def _moments(self, texts: Sequence[str]) -> bool:
        parts = []
        for text in texts:
            found = MOMENT.fullmatch(text)
            day = day_number(found[1]) if found else None
            if not found or day is None:
                return False
            clock = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4])
            parts.append((day, clock, int(found[5]) if found[5] else -1, found[6]))
        days, clocks, fractions, zones = zip(*parts, strict=True)
        self.out.append(Texts.MOMENTS)
        self._ints(days)
        self._ints(clocks)
        self._ints(fractions)
        self.values(zones, DEEPEST)
        return True

    def _strokes(self, texts: Sequence[str]) -> bool:
        if not all(STROKES.fullmatch(text) for text in texts):
            return False
        self.out.append(Texts.STROKES)
        marks = [mark for text in texts for mark in text if mark in " ;"]
        numbers = [
            tuple(map(int, point.split(",")))
            for text in texts
            for point in text.replace(";", " ").split(" ")
        ]
        self._ints([text.count(",") for text in texts])
        self._ints([" ;".index(mark) for mark in marks], ranks=False)
        for way in zip(*numbers, strict=True):
            self._ints(way)
        return True

    def _id_texts(self, texts: Sequence[str]) -> None:
        """Places in the table of ids; one that is not there yet takes the next place and is told."""
        table = self._ids
        fresh = [text for text in dict.fromkeys(texts) if text not in table]
        table.update(zip(fresh, range(len(table), len(table) + len(fresh)), strict=True))
        self._ints(list(map(table.__getitem__, texts)))
        if not fresh:
            return
        self._ints([len(one) // 2 for one in fresh])
        self.out += bytes.fromhex("".join(fresh))

    def _bytes(self, data: bytes) -> None:
        self._number(len(data))
        self.out += data


def _day_numbers(texts: Sequence[str]) -> list[int] | None:
    if any(len(text) != _DATE for text in texts):
        return None
    days = list[int]()
    for day in map(day_number, texts):
        if day is None:
            return None
        days.append(day)
    return days


def _without_ids(texts: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    """The texts with their ids replaced by `ID_MARK`, and the ids in order; none when one has the mark."""
    ids = [found for text in texts for found in ID_INSIDE.findall(text)]
    if not ids or any(ID_MARK in text for text in texts):
        return texts, []
    return [ID_INSIDE.sub(ID_MARK, text) for text in texts], ids


def _scaled(values: Sequence[float], decimals: int) -> list[int] | None:
    """The values times ten to the `decimals`; None unless division gives every one back exactly."""
    factor = 10**decimals
    most = _EXACT / factor
    if not all(-most < one < most and round(one * factor) / factor == one for one in values):
        return None
    if any(one == 0 and math.copysign(1.0, one) < 0 for one in values):
        return None  # a whole number has no negative zero
    return [round(one * factor) for one in values]
