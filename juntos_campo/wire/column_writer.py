"""Writes JSON values as columns; see `juntos_campo.wire.column_layout`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import Any, TypeAlias

from juntos_campo.wire.column_layout import (
    DEEPEST,
    END,
    HEXADECIMAL,
    ID_INSIDE,
    ID_LENGTHS,
    ID_MARK,
    MIXED,
    MOMENT,
    SILENT,
    STROKES,
    VERSION,
    Texts,
    Type,
    day_number,
)
from juntos_campo.wire.column_numbers import NumberWriter

_NULL, _FALSE, _TRUE, _INT = int(Type.NULL), int(Type.FALSE), int(Type.TRUE), int(Type.INT)
_FLOAT, _TEXT, _LIST, _ROW = int(Type.FLOAT), int(Type.TEXT), int(Type.LIST), int(Type.ROW)
_EMPTY_TEXT, _PATHS, _JSON = int(Type.EMPTY_TEXT), int(Type.PATHS), int(Type.JSON)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the same keys, column by column; written as the list of dictionaries that it stands for.

    It may stand wherever a dictionary has a value, and nowhere else.
    """

    keys: tuple[str, ...]
    columns: Sequence[Sequence[Any]]

    def __len__(self) -> int:
        return len(self.columns[0])


_Shapes: TypeAlias = tuple[list[tuple[str, ...]], list[int]]
"""The different keys of some dictionaries, and which of them each dictionary has."""

_TYPES: dict[type, int] = {
    type(None): _NULL,
    int: _INT,
    float: _FLOAT,
    str: _TEXT,
    list: _LIST,
    tuple: _LIST,
    Table: _LIST,
    dict: _ROW,
}
_TELLING = frozenset({type(None), int, float, list, tuple, str})
"""Classes that tell the type, but for the empty text."""
_TRUTHS = {None: _NULL, True: _TRUE, False: _FALSE}
_TRUTH_CLASSES = frozenset({type(None), bool})

_FLAT = bytes(_JSON if kind in (_LIST, _ROW, _PATHS) else kind for kind in range(256))
"""Each type -> the one it is written as beyond `DEEPEST`."""
_ONLY = tuple(bytes(one == kind for one in range(256)) for kind in range(max(Type) + 1))
"""Each type -> what turns the types of a column into whether each is this one."""

_DATE = len("2026-11-22")
_SHORTEST_ID_INSIDE = 32


_SPACED = bytes.maketrans(b";,\n", b"   ")
_BREAKS = bytes.maketrans(b" ;", b"\x00\x01")
"""0 between two points of a stroke, 1 between two strokes."""


def write_columns(value: Any) -> bytes:
    """The bytes of one JSON value (`None`, bool, int, float, str, list, tuple or `Table`, dict of str).

    Raises:
        TypeError: something inside is no JSON value.
    """
    writer = _Writer()
    writer.out.append(VERSION)
    writer.values([value], 0)
    return bytes(writer.out)


class _Writer(NumberWriter):
    def __init__(self) -> None:
        super().__init__()
        self._ids: dict[str, int] = {}
        self._shapes: dict[tuple[str, ...], int] = {}
        self._seen: tuple[Sequence[Any], _Shapes] = ((), ([], []))

    def values(self, values: Sequence[Any], depth: int) -> None:
        """A column; at least one value."""
        # A quiet day's messages are nothing but columns of one value.
        types = self._types(values) if len(values) > 1 else bytes((self._type_of(values[0]),))
        if depth >= DEEPEST:
            types = types.translate(_FLAT)
        kinds = types if len(types) == 1 else bytes(sorted(set(types)))
        if len(kinds) == 1:
            self.out += kinds
            self._payload(kinds[0], values, depth)
            return
        self.out.append(MIXED)
        self.marks(types, kinds[0])
        for kind in kinds:
            if kind not in SILENT:
                mine = list(compress(values, types.translate(_ONLY[kind])))
                self._payload(kind, mine, depth)

    def _types(self, values: Sequence[Any]) -> bytes:
        """Type of each value, or one type alone when all are alike."""
        classes = set(map(type, values))
        if classes == {dict}:
            shapes, places = _shapes_of(values)
            self._seen = values, (shapes, places)
            kinds = bytes(map(self._kind_of, shapes))
            return kinds[:1] if len(set(kinds)) == 1 else bytes(map(kinds.__getitem__, places))
        if classes <= _TRUTH_CLASSES:
            truths = set(values)
            return bytes(map(_TRUTHS.__getitem__, truths if len(truths) == 1 else values))
        if not classes <= _TELLING:
            return bytes(map(self._type_of, values))
        if str in classes and not all(values):
            if classes == {str} and not any(values):
                return bytes((_EMPTY_TEXT,))
            return bytes([_EMPTY_TEXT if one == "" else _TYPES[type(one)] for one in values])
        return bytes(map(_TYPES.__getitem__, classes if len(classes) == 1 else map(type, values)))

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
        if kind == _TEXT:
            self._texts(values)
        elif kind == _INT:
            self.ints(values)
        elif kind == _FLOAT:
            self.floats(values)
        elif kind == _ROW:
            self._rows(values, depth)
        elif kind == _LIST:
            self._lists(values, depth)
        elif kind == _PATHS:
            self._paths(values, depth)
        elif kind == _JSON:
            texts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in values]
            self._texts(texts)

    # -- lists and dictionaries -----------------------------------------------------------------

    def _lists(self, lists: Sequence[Any], depth: int) -> None:
        if len(lists) == 1 and type(lists[0]) is Table:
            self._table(lists[0], depth)
            return
        self.ints(list(map(len, lists)))
        inner = list(chain.from_iterable(lists))
        if inner:
            self.values(inner, depth + 1)

    def _table(self, table: Table, depth: int) -> None:
        self.ints([len(table)])
        if len(table):
            self.out.append(_ROW)
            self._columns(table.keys, table.columns, depth + 1)

    def _columns(self, keys: tuple[str, ...], columns: Sequence[Sequence[Any]], depth: int) -> None:
        """As `_rows` writes rows of the same keys."""
        self.number(1)
        self._keys(keys)
        for column in columns:
            self.values(column, depth + 1)

    def _keys(self, keys: tuple[str, ...]) -> None:
        self.number(len(keys))
        if keys:
            self._texts(keys)

    def _rows(self, rows: Sequence[dict[str, Any]], depth: int) -> None:
        if len(rows) == 1:
            self._columns(tuple(rows[0]), [(one,) for one in rows[0].values()], depth)
            return
        shapes, places = self._seen[1] if self._seen[0] is rows else _shapes_of(rows)
        if len(shapes) > 4 + len(rows) // 4:
            self.number(0)
            self._paths(rows, depth)
            return
        self.number(len(shapes))
        for shape in shapes:
            self._keys(shape)
        groups = [rows]
        if len(shapes) > 1:
            self.places(places, len(shapes))
            groups = _grouped(rows, places, len(shapes))
        for shape, alike in zip(shapes, groups, strict=True):
            flat, width = list(chain.from_iterable(map(dict.values, alike))), len(shape)
            for place in range(width):
                self.values(flat[place::width], depth + 1)

    def _paths(self, rows: Sequence[dict[str, Any]], depth: int) -> None:
        """Keys without their ids are few; the values of one such key are one column."""
        self.ints(list(map(len, rows)))
        keys = list(chain.from_iterable(rows))
        if not keys:
            return
        masked, ids = _without_ids(keys)
        places = {key: place for place, key in enumerate(dict.fromkeys(masked))}
        self.number(len(places))
        self._plain_texts(list(places))
        chosen = list(map(places.__getitem__, masked))
        self.places(chosen, len(places))
        self.number(len(ids))
        if ids:
            self._id_texts(ids, dict.fromkeys(ids))
        values = chain.from_iterable(map(dict.values, rows))
        for group in _grouped(values, chosen, len(places)):
            self.values(group, depth + 1)

    # -- texts ----------------------------------------------------------------------------------

    def _texts(self, texts: Sequence[str]) -> None:
        """Texts that are not empty."""
        if len(texts) == 1 and self._strokes(texts):
            return
        few = dict.fromkeys(texts)
        if len(few) == 1:
            self.out.append(Texts.SAME)
            self.data(texts[0].encode())
        elif _are_ids(few):
            self.out.append(Texts.IDS)
            self._id_texts(texts, few)
        elif 2 * len(few) <= len(texts):
            self.out.append(Texts.CHOICES)
            self.number(len(few))
            self._various(list(few))
            places = {text: place for place, text in enumerate(few)}
            self.places(map(places.__getitem__, texts), len(few))
        else:
            self._various(texts)

    def _various(self, texts: Sequence[str]) -> None:
        """Texts most of which differ."""
        days = _day_numbers(texts)
        if days is not None:
            self.out.append(Texts.DATES)
            self.ints(days)
            return
        if self._moments(texts) or self._strokes(texts):
            return
        masked, ids = _without_ids(texts)
        if ids:
            self.out.append(Texts.WITH_IDS)
            self.number(len(ids))
            self._id_texts(ids, dict.fromkeys(ids))
        self._plain_texts(masked)

    def _plain_texts(self, texts: Sequence[str]) -> None:
        joined = END.join(texts)
        if joined.count(END) >= len(texts):
            data = [one.encode() for one in texts]
            self.out.append(Texts.MEASURED)
            self.ints([len(one) for one in data])
            self.data(b"".join(data))
        else:
            self.out.append(Texts.ENDED)
            self.data(joined.encode())

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
        self.ints(days)
        self.ints(clocks)
        self.ints(fractions)
        self.values(zones, DEEPEST)
        return True

    def _strokes(self, texts: Sequence[str]) -> bool:
        if not all(map(STROKES.fullmatch, texts)):
            return False
        self.out.append(Texts.STROKES)
        joined = "\n".join(texts).encode()
        numbers = list(map(int, joined.translate(_SPACED).split(b" ")))
        self.ints([text.count(",") for text in texts])
        breaks = list(joined.translate(_BREAKS, b"0123456789,\n"))
        if len(set(breaks)) == 2:
            self.places(breaks, 2)
        else:
            self.ints(breaks[:1])
        for way in (numbers[0::2], numbers[1::2]):
            self.ints(way)
        return True

    def _id_texts(self, texts: Sequence[str], few: Iterable[str]) -> None:
        """Places in the table of ids; one that is not there yet takes the next place and is told.

        Args:
            few: each of `texts` once, in the order in which they come first.
        """
        table = self._ids
        fresh = [text for text in few if text not in table]
        table.update(zip(fresh, range(len(table), len(table) + len(fresh)), strict=True))
        self.ints(list(map(table.__getitem__, texts)))
        if not fresh:
            return
        self.ints([len(one) // 2 for one in fresh])
        self.out += bytes.fromhex("".join(fresh))


def _shapes_of(rows: Sequence[dict[str, Any]]) -> _Shapes:
    places = defaultdict[tuple[str, ...], int]()
    places.default_factory = places.__len__  # a new one takes the next place
    chosen = list(map(places.__getitem__, map(tuple, rows)))
    return list(places), chosen


def _grouped(values: Iterable[Any], places: Sequence[int], number: int) -> list[Sequence[Any]]:
    """The values of each place, from 0 to `number` - 1."""
    groups: list[list[Any]] = [[] for _ in range(number)]
    for place, value in zip(places, values, strict=True):
        groups[place].append(value)
    return list(groups)


def _are_ids(texts: Iterable[str]) -> bool:
    """Whether all are ids, which would be read back as they are; at least one text."""
    if not set(map(len, texts)) <= ID_LENGTHS:
        return False
    return HEXADECIMAL.fullmatch("".join(texts)) is not None


def _day_numbers(texts: Sequence[str]) -> list[int] | None:
    if len(texts[0]) != _DATE or day_number(texts[0]) is None:
        return None
    days = [day for day in map(day_number, texts) if day is not None]
    return days if len(days) == len(texts) else None


def _without_ids(texts: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    """The texts with their ids replaced by `ID_MARK`, and the ids in order; none when one has the mark."""
    if max(map(len, texts)) < _SHORTEST_ID_INSIDE:
        return texts, []
    joined = END.join(texts)  # which is no part of an id
    ids = ID_INSIDE.findall(joined)
    if not ids or ID_MARK in joined:
        return texts, []
    masked = ID_INSIDE.sub(ID_MARK, joined).split(END)
    if len(masked) != len(texts):  # there is such an end within one of them
        masked = [ID_INSIDE.sub(ID_MARK, text) for text in texts]
    return masked, ids
