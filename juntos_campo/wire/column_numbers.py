"""Writes the numbers of columns; see `juntos_campo.wire.column_layout`.

A first download writes some 300,000 of them: whatever looks at each value is one call over the whole column.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import mul, sub, truediv
from typing import Any

from juntos_campo.wire.column_layout import DOUBLES, Ints

_WIDTHS = ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))
_MOST_DECIMALS = 6
_EXACT = 2**53
_FIRST = 8
"""Values that tell most numbers of decimals to be too few."""


class NumberWriter:
    """Writes numbers at the end of `out`."""

    def __init__(self) -> None:
        self.out = bytearray()

    def number(self, value: int) -> None:
        """A whole number from 0 on, seven bits a byte."""
        while value > 0x7F:
            self.out.append(value & 0x7F | 0x80)
            value >>= 7
        self.out.append(value)

    def ints(self, values: Sequence[int]) -> None:
        """Whole numbers, at least one."""
        low, high = (values[0],) * 2 if len(values) == 1 else (min(values), max(values))
        if low == high:
            self._same(low)
            return
        steps = list(map(sub, values[1:], values))
        if high - low >= 2**63 and max(high - low, max(steps) - min(steps)) >= 2**64:
            self.out.append(Ints.BIG)
            self.data(",".join(map(str, values)).encode())
            return
        # Differences of numbers in no order are harder to compress than the numbers.
        if 3 * sum(map(abs, steps)) < sum(values) - low * len(values):
            self.out.append(Ints.STEPS)
            self._signed(values[0])
            self._planes(steps, min(steps), max(steps))
        else:
            self.out.append(Ints.PLAIN)
            self._planes(values, low, high)

    def places(self, places: Iterable[int], number: int) -> None:
        """Numbers from 0 to `number` - 1, all of which occur: names, whose differences say nothing."""
        if number == 1:
            self._same(0)
            return
        self.out.append(Ints.PLAIN)
        self._planes(places, 0, number - 1)

    def marks(self, marks: bytes, low: int) -> None:
        """As `places`, of different numbers below 256 from `low` on."""
        self.out.append(Ints.PLAIN)
        self._signed(low)
        self.out.append(1)
        self.out += bytes(map(sub, marks, repeat(low))) if low else marks

    def floats(self, values: Sequence[float]) -> None:
        """Numbers with a point, at least one."""
        for decimals in range(_MOST_DECIMALS + 1):
            scaled = _scaled(values, decimals)
            if scaled is not None:
                self.out.append(decimals)
                self.ints(scaled)
                return
        self.out.append(DOUBLES)
        self._split(array("d", values), 8)

    def data(self, data: bytes) -> None:
        """Bytes, and before them how many they are."""
        self.number(len(data))
        self.out += data

    def _same(self, value: int) -> None:
        self.out.append(Ints.SAME)
        self._signed(value)

    def _signed(self, value: int) -> None:
        self.number(value << 1 if value >= 0 else (-value << 1) - 1)

    def _planes(self, values: Iterable[int], low: int, high: int) -> None:
        """Numbers less the lowest: first bytes of all, second bytes of all ..., lowest byte first."""
        self._signed(low)
        if low == high:
            self.out.append(0)
            return
        width, code = next(pair for pair in _WIDTHS if (high - low) >> 8 * pair[0] == 0)
        self.out.append(width)
        less = map(sub, values, repeat(low)) if low else values
        if width == 1:
            self.out += bytes(less)
        else:
            self._split(array(code, list(less)), width)

    def _split(self, numbers: array[Any], width: int) -> None:
        if sys.byteorder == "big":
            numbers.byteswap()
        data = numbers.tobytes()
        for plane in range(width):
            self.out += data[plane::width]


def _scaled(values: Sequence[float], decimals: int) -> list[int] | None:
    """The values times ten to the `decimals`; None unless division gives every one back exactly."""
    if len(values) > 2 * _FIRST and _scaled(values[:_FIRST], decimals) is None:
        return None
    factor = 10**decimals
    most = _EXACT / factor
    if not (-most < min(values) and max(values) < most):
        return None
    try:
        scaled = list(map(round, map(mul, values, repeat(factor))))
    except ValueError:  # what is no number is neither less nor more than others
        return None
    if list(map(truediv, scaled, repeat(factor))) != list(values):
        return None
    if 0.0 in values and any(one == 0 and math.copysign(1.0, one) < 0 for one in values):
        return None  # a whole number has no negative zero
    return scaled
