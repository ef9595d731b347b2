"""Changes by the ten thousand, of values that are known to be right: as the rows they were read as.

A first download brings 27,000. What the server does with them it does column by column; a message is made
of a row only where somebody asks for one. What comes from outside goes through validation instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, overload

from pydantic_core import from_json

from juntos_campo.wire.messages import Change

_set = object.__setattr__


class Columns(NamedTuple):
    """Changes column by column, in the order of the fields of `Change`."""

    kind: Sequence[str]
    id: Sequence[str]
    version: Sequence[int]
    seq: Sequence[int]
    partition: Sequence[str]
    fields: Sequence[dict[str, Any]]
    author: Sequence[str]
    changed_at: Sequence[str]
    deleted: Sequence[bool]
    flags: Sequence[tuple[str, ...]]


_NAMES = Columns._fields
_KNOWN = set(Change.model_fields)
_FIELDS, _FLAGS = _NAMES.index("fields"), _NAMES.index("flags")
_NO_FLAGS = "[]"


class Told(Sequence[Change]):
    """Changes, each a row of what `Columns` names: `fields` and `flags` as JSON, and perhaps more behind.

    Rows may be put in until somebody looks at them.
    """

    __slots__ = ("_columns", "_rows")

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        self._rows = list(rows)
        self._columns: Columns | None = None

    def put(self, rows: Iterable[Sequence[Any]]) -> None:
        """Put rows behind the others."""
        self._rows += rows
        self._columns = None

    @property
    def columns(self) -> Columns:
        """The rows as columns; all their JSON is read at once."""
        if self._columns is None:
            self._columns = _read(self._rows)
        return self._columns

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Change]:
        return map(_change, zip(*self.columns, strict=True))

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        if isinstance(index, slice):
            return tuple(map(_change, zip(*(one[index] for one in self.columns), strict=True)))
        return _change(one[index] for one in self.columns)


def columns_of(changes: Sequence[Change]) -> Columns:
    """Changes column by column, whatever they are held as."""
    if isinstance(changes, Told):
        return changes.columns
    return Columns(*([*map(attrgetter(name), changes)] for name in _NAMES))


def of_partition(changes: Sequence[Change], partition: str) -> list[Change]:
    """Those of one partition, in order."""
    places = columns_of(changes).partition
    if partition not in places:
        return []
    return [changes[place] for place, one in enumerate(places) if one == partition]


def _read(rows: Sequence[Sequence[Any]]) -> Columns:
    if not rows:
        return Columns(*((),) * len(_NAMES))
    columns: list[Any] = list(zip(*rows, strict=False))[: len(_NAMES)]
    columns[_FIELDS] = from_json(f"[{','.join(columns[_FIELDS])}]")
    columns[_FLAGS] = [() if one == _NO_FLAGS else tuple(from_json(one)) for one in columns[_FLAGS]]
    return Columns(*columns)


def _change(values: Iterable[Any]) -> Change:
    """As `Change.model_construct` of all fields, which takes ten times as long to find what is missing."""
    made = Change.__new__(Change)
    _set(made, "__dict__", dict(zip(_NAMES, values, strict=True)))
    _set(made, "__pydantic_fields_set__", _KNOWN)
    _set(made, "__pydantic_extra__", None)
    _set(made, "__pydantic_private__", None)
    return made
