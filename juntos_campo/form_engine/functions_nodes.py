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
    found = list(every([nodes]))
    for rows, index in zip(levels[::2], levels[1::2], strict=False):
        wanted = to_number(index)
        chosen = {row for row in every([rows]) if _position(None, [row]) == wanted}
        found = [node for node in found if any(above in chosen for above in node.iterancestors())]
    return found[:1] or ""


NODE_FUNCTIONS: dict[str, Function] = {
    "count-non-empty": lambda _, *nodes: float(sum(1 for node in every(nodes) if to_text(node))),
    "jc-count": lambda _, nodes: float(sum(1 for node in nodes if node.get(IRRELEVANT) is None)),
    "indexed-repeat": _indexed_repeat,
    "jc-position": _position,
}
