"""Reads JSON values written as columns; see `juntos_campo.wire.column_layout`."""

from __future__ import annotations

import json
import math
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate, repeat
from operator import add
from typing import Any

from juntos_campo.wire.column_bytes import BoundedBytes
from juntos_campo.wire.column_layout import (
    DEEPEST,
    DOUBLES,
    END,
    ID_MARK,
    MIXED,
    VERSION,
    Ints,
    Texts,
    Type,
)
from juntos_campo.wire.framing import DamagedBodyError

_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
_SILENT: dict[int, Any] = {
    Type.NULL: None,
    Type.FALSE: False,
    Type.TRUE: True,
    Type.EMPTY_TEXT: "",
}

_MOST_SHAPES = 100_000
_ID_BYTES = range(8, 33)


def read_columns(data: bytes, limit: int) -> Any:
    """The value `write_columns` was given.

    Args:
        limit: length the value may have as JSON text, about; stops what unfolds without end.

    Raises:
        DamagedBodyError: these bytes were not written by `write_columns`, or unfold beyond `limit`.
    """
    try:
        reader = _Reader(data, limit)
        if reader.byte() != VERSION:
            raise DamagedBodyError("columns of an unknown layout")
        found = reader.values(1, 0)[0]
        reader.finish()
    except (
        ValueError,
        LookupError,
        TypeError,
        OverflowError,
        RecursionError,
        struct.error,
    ) as error:
        raise DamagedBodyError(f"columns that cannot be read: {type(error).__name__}") from error
    return found


class _Reader(BoundedBytes):
    def __init__(self, data: bytes, limit: int) -> None:
        super().__init__(data, limit)
        self._ids: list[str] = []

    def values(self, count: int, depth: int) -> Sequence[Any]:
        """A column of `count` values."""
        self.charge(2 * count)
        mark = self.byte()
        if mark != MIXED:
            return self._payload(mark, count, depth)
        types = self._ints(count)
        found: dict[int, Sequence[Any]] = {}
        for kind in sorted(set(types)):
            found[kind] = self._payload(kind, types.count(kind), depth)
        each = {kind: iter(column) for kind, column in found.items()}
        return [next(each[kind]) for kind in types]

    def _payload(self, kind: int, count: int, depth: int) -> Sequence[Any]:
        if depth > DEEPEST:
            raise DamagedBodyError("columns inside one another without end")
        if kind in _SILENT:
            return [_SILENT[kind]] * count
        match kind:
            case Type.LIST:
                return self._lists(count, depth)
            case Type.ROW:
                return self._rows(count, depth)
            case Type.PATHS:
                return self._paths(count, depth)
            case _:
                return self._flat(kind, count)

    def _flat(self, kind: int, count: int) -> Sequence[Any]:
        match kind:
            case Type.INT:
                return self._ints(count)
            case Type.FLOAT:
                return self._floats(count)
            case Type.TEXT:
                return self._texts(count)
            case Type.JSON:
                return self._json(count)
            case _:
                raise DamagedBodyError(f"type {kind} of a column is not known")

    def _json(self, count: int) -> list[Any]:
        return [json.loads(text, parse_constant=_no_number) for text in self._texts(count)]

    def _lists(self, count: int, depth: int) -> list[Any]:
        lengths = self._lengths(count)
        total = sum(lengths)
        inner = self.values(total, depth + 1) if total else []
        ends = accumulate(lengths)
        return [inner[end - size : end] for size, end in zip(lengths, ends, strict=True)]

    # -- dictionaries ---------------------------------------------------------------------------

    def _rows(self, count: int, depth: int) -> list[Any]:
        shapes = self.number()
        if shapes == 0:
            return self._paths(count, depth)
        if shapes > min(count, _MOST_SHAPES):
            raise DamagedBodyError("more shapes than rows")
        keys: list[list[str]] = []
        for _ in range(shapes):
            size = self.number()
            self.charge(3 * size)
            keys.append(self._texts(size) if size else [])
        chosen = self._places(count, shapes) if shapes > 1 else [0] * count
        used, columns = Counter(chosen), list[Iterator[Any]]()
        for place, shape in enumerate(keys):
            rows = used[place]
            if not rows or len(set(shape)) != len(shape):
                raise DamagedBodyError("a shape without rows, or with a key twice")
            self.charge(rows * sum(len(key) + 3 for key in shape))
            held = [self.values(rows, depth + 1) for _ in shape]
            if held:
                made = [dict(zip(shape, row, strict=True)) for row in zip(*held, strict=True)]
            else:
                made = [{} for _ in range(rows)]
            columns.append(iter(made))
        if shapes == 1:
            return list(columns[0])
        return [next(columns[place]) for place in chosen]

    def _paths(self, count: int, depth: int) -> list[Any]:
        lengths = self._lengths(count)
        total = sum(lengths)
        if not total:
            return [{} for _ in range(count)]
        several = self.number()
        self.charge(2 * several)
        if several > total:
            raise DamagedBodyError("more keys than values")
        names = self._plain_texts(several)
        chosen = self._places(total, several)
        keys = [names[place] for place in chosen]
        self.charge(sum(map(len, keys)))
        marked = self.number()
        if marked:
            self.charge(34 * marked)
            keys = _put_back(keys, self._id_texts(marked))
        used = Counter(chosen)
        columns = [iter(self.values(used[place], depth + 1)) for place in range(several)]
        values = [next(columns[place]) for place in chosen]
        rows = []
        start = 0
        for size in lengths:
            row = dict(zip(keys[start : start + size], values[start : start + size], strict=True))
            if len(row) != size:
                raise DamagedBodyError("a key twice in one dictionary")
            rows.append(row)
            start += size
        return rows

    # -- numbers --------------------------------------------------------------------------------

    def _ints(self, count: int) -> list[int]:
        how = self.byte()
        match how:
            case Ints.SAME:
                return [self.signed()] * count
            case Ints.PLAIN:
                return self._planes(count)
            case Ints.STEPS:
                first = self.signed()
                return list(accumulate(self._planes(count - 1), initial=first))
            case Ints.BIG:
                found = [int(one) for one in self.piece().split(b",")]
                if len(found) != count:
                    raise DamagedBodyError("another number of numbers than was said")
                return found
            case _:
                raise DamagedBodyError(f"numbers written as {how}")

    def _planes(self, count: int) -> list[int]:
        low = self.signed()
        width = self.byte()
        if width == 0:
            return [low] * count
        numbers: list[int] = self._joined(_CODES[width], width, count).tolist()
        return list(map(add, numbers, repeat(low))) if low else numbers

    def _joined(self, code: str, width: int, count: int) -> array[Any]:
        data = self.take(width * count)
        joined = bytearray(len(data))
        for plane in range(width):
            joined[plane::width] = data[plane * count : (plane + 1) * count]
        numbers = array(code, bytes(joined))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def _floats(self, count: int) -> list[float]:
        decimals = self.byte()
        if decimals == DOUBLES:
            found: list[float] = self._joined("d", 8, count).tolist()
            if not all(map(math.isfinite, found)):
                raise DamagedBodyError("a number that is none")
            return found
        factor = 10**decimals
        return [one / factor for one in self._ints(count)]

    def _lengths(self, count: int) -> list[int]:
        """How many each of `count` lists holds."""
        lengths = self._ints(count)
        if min(lengths) < 0:
            raise DamagedBodyError("a negative length")
        return lengths

    def _places(self, count: int, several: int) -> list[int]:
        places = self._ints(count)
        if min(places) < 0 or max(places) >= several:
            raise DamagedBodyError("a place beyond its table")
        return places

    # -- texts ----------------------------------------------------------------------------------

    def _texts(self, count: int) -> list[str]:
        how = self.byte()
        match how:
            case Texts.SAME:
                text = self.piece().decode()
                self.charge(count * len(text))
                return [text] * count
            case Texts.IDS:
                return self._id_texts(count)
            case Texts.CHOICES:
                several = self.number()
                if several > count:
                    raise DamagedBodyError("more texts than values")
                choices = self._various(self.byte(), several)
                texts = list(map(choices.__getitem__, self._places(count, several)))
                self.charge(sum(map(len, texts)))
                return texts
            case _:
                return self._various(how, count)

    def _various(self, how: int, count: int) -> list[str]:
        match how:
            case Texts.DATES:
                self.charge(10 * count)
                return [date.fromordinal(day).isoformat() for day in self._ints(count)]
            case Texts.MOMENTS:
                return self._moments(count)
            case Texts.STROKES:
                return self._strokes(count)
            case Texts.WITH_IDS:
                marked = self.number()
                self.charge(34 * marked)
                ids = self._id_texts(marked)
                return _put_back(self._plain_texts(count), ids)
            case _:
                return self._plain(how, count)

    def _plain_texts(self, count: int) -> list[str]:
        return self._plain(self.byte(), count)

    def _plain(self, how: int, count: int) -> list[str]:
        if how == Texts.MEASURED:
            lengths, data = self._lengths(count), self.piece()
            ends = list(accumulate(lengths))
            if ends[-1] != len(data):
                raise DamagedBodyError("texts longer or shorter than was said")
            return [
                data[end - size : end].decode() for size, end in zip(lengths, ends, strict=True)
            ]
        if how != Texts.ENDED:
            raise DamagedBodyError(f"texts written as {how}")
        texts = self.piece().decode().split(END)
        if len(texts) != count:
            raise DamagedBodyError("another number of texts than was said")
        return texts

    def _moments(self, count: int) -> list[str]:
        self.charge(32 * count)
        days, clocks, fractions = self._ints(count), self._ints(count), self._ints(count)
        zones = self.values(count, DEEPEST)
        found = []
        for day, clock, fraction, zone in zip(days, clocks, fractions, zones, strict=True):
            if not 0 <= clock < 86_400 or not -1 <= fraction < 1_000_000:
                raise DamagedBodyError("a moment that is none")
            hours, rest = divmod(clock, 3600)
            minutes, seconds = divmod(rest, 60)
            more = f".{fraction:06d}" if fraction >= 0 else ""
            day_text = date.fromordinal(day).isoformat()
            found.append(f"{day_text}T{hours:02d}:{minutes:02d}:{seconds:02d}{more}{zone}")
        return found

    def _strokes(self, count: int) -> list[str]:
        lengths = self._ints(count)
        total = sum(lengths)
        if min(lengths) < 2:
            raise DamagedBodyError("a stroke without points")
        self.charge(12 * total)
        marks = [" ;"[place] for place in self._places(total - count, 2)]
        points = list(map("{},{}".format, self._ints(total), self._ints(total)))
        found, start, mark = [], 0, 0
        for size in lengths:
            joined = zip(
                points[start + 1 : start + size], marks[mark : mark + size - 1], strict=True
            )
            found.append(points[start] + "".join(before + point for point, before in joined))
            start, mark = start + size, mark + size - 1
        return found

    def _id_texts(self, count: int) -> list[str]:
        places, table = self._ints(count), self._ids
        fresh = max(places) + 1 - len(table)
        if min(places) < 0 or fresh > count:
            raise DamagedBodyError("a place beyond the table of ids")
        if fresh > 0:
            widths = self._ints(fresh)
            if min(widths) not in _ID_BYTES or max(widths) not in _ID_BYTES:
                raise DamagedBodyError("an id of another length than ids have")
            data = self.take(sum(widths)).hex()
            start = 0
            for width in widths:
                table.append(data[start : start + 2 * width])
                start += 2 * width
        texts = list(map(table.__getitem__, places))
        self.charge(sum(map(len, texts)))
        return texts


def _put_back(texts: Sequence[str], ids: list[str]) -> list[str]:
    """The texts with their marks replaced by the ids, in order."""
    parts = [text.split(ID_MARK) for text in texts]
    if sum(map(len, parts)) - len(parts) != len(ids):
        raise DamagedBodyError("another number of ids than of their marks")
    each = iter(ids)
    return [pieces[0] + "".join(next(each) + piece for piece in pieces[1:]) for pieces in parts]


def _no_number(name: str) -> Any:
    raise DamagedBodyError(f"{name} is no number")
