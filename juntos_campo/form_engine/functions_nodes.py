"""Functions over the rows of repeats and over lists."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from juntos_campo.form_engine.function_values import Function, every, first, to_number, to_text

T = TypeVar("T")

IRRELEVANT = "n"
"""Attribute of a node of the evaluated tree that does not apply: it is not counted."""

_MODULUS = 2**31 - 1
_MULTIPLIER = 16_807


def park_miller(seed: int) -> Iterator[float]:
    """Park and Miller's "minimal standard" numbers, each in [0, 1) (CACM 31:10, 1988)."""
    state = seed % _MODULUS or _MODULUS - 1
    while True:
        state = state * _MULTIPLIER % _MODULUS
        yield (state - 1) / (_MODULUS - 1)


def shuffled(items: Sequence[T], seed: int) -> list[T]:
    """`items` in the order ODK's `randomize()` gives them: the "inside-out" Fisher-Yates shuffle."""
    numbers = park_miller(seed)
    result: list[T] = []
    for index, item in enumerate(items):
        place = int(next(numbers) * (index + 1))
        result.append(item)
        result[index], result[place] = result[place], item
    return result


def _position(context: Any, node: Any = None) -> float:
    element = context.context_node if node is None else first(node)
    if isinstance(element, str):
        return math.nan
    return float(sum(1 for _ in element.itersiblings(element.tag, preceding=True)) + 1)


def _indexed_repeat(_: Any, nodes: Any, *levels: Any) -> Any:
    """The nodes that lie in the row of each repeat that is the index-th of its own parent."""
    chosen: list[Any] = []
    for number, (rows, index) in enumerate(zip(levels[::2], levels[1::2], strict=False)):
        found = every([rows])
        if number:
            found = _inside(chosen, found)
        chosen = _rows_at(found, to_number(index))
    return _inside(chosen, every([nodes]))[:1] or ""


def _inside(rows: Sequence[Any], nodes: Sequence[Any]) -> list[Any]:
    """Those of `nodes` that lie in one of the rows. They are alike: the way to the first leads to all."""
    if not rows or not nodes:
        return []
    depth = sum(1 for _ in rows[0].iterancestors())
    above = [node.tag for node in nodes[0].iterancestors()]
    way = [nodes[0].tag, *above[: len(above) - depth - 1]]
    return [node for row in rows for node in row.findall("/".join(reversed(way)))]


def _rows_at(rows: Sequence[Any], wanted: float) -> list[Any]:
    """The row at that place, counted from 1, in each parent; `rows` are in the order of the form."""
    counts: dict[Any, int] = {}
    chosen = []
    for row in rows:
        parent = row.getparent()
        counts[parent] = counts.get(parent, 0) + 1
        if counts[parent] == wanted:
            chosen.append(row)
    return chosen


NODE_FUNCTIONS: dict[str, Function] = {
    "count-non-empty": lambda _, *nodes: float(sum(1 for node in every(nodes) if to_text(node))),
    "jc-count": lambda _, nodes: float(sum(1 for node in nodes if node.get(IRRELEVANT) is None)),
    "indexed-repeat": _indexed_repeat,
    "jc-position": _position,
}
