"""Number functions. A cell that is empty or not relevant counts for nothing in `sum`, `min` and `max`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from juntos_campo.form_engine.function_values import Function, every, to_number, to_text


def _round(_: Any, value: Any, digits: Any = 0.0) -> float:
    number, places = to_number(value), to_number(digits)
    if not (math.isfinite(number) and math.isfinite(places)):
        return number
    scale = 10.0 ** max(-15, min(15, int(places)))
    scaled = number * scale
    # Halves go up, as XPath's round does; 1.005 is held as 1.00499999999999989 and still means a half.
    return math.floor(round(scaled, 9) + 0.5) / scale if math.isfinite(scaled) else number


def _int(_: Any, value: Any) -> float:
    number = to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _extreme(pick: Callable[[list[float]], float]) -> Function:
    def function(_: Any, *values: Any) -> float:
        numbers = [to_number(value) for value in every(values) if to_text(value)]
        if not numbers or any(map(math.isnan, numbers)):
            return math.nan
        return pick(numbers)

    return function


def _calculated(function: Callable[..., float]) -> Function:
    """`function` on numbers; NaN where it has no value there, infinity where it grows beyond."""

    def wrapped(_: Any, *values: Any) -> float:
        try:
            result = function(*map(to_number, values))
        except (ValueError, ZeroDivisionError):
            return math.nan
        except OverflowError:
            return math.inf
        return math.nan if isinstance(result, complex) else float(result)

    return wrapped


def _logarithm(base10: bool) -> Function:
    def function(number: float) -> float:
        if number == 0:
            return -math.inf
        return math.log10(number) if base10 else math.log(number)

    return _calculated(function)


def _power(base: float, power: float) -> float:
    if base == 0 and power < 0:
        return math.inf
    result: float = base**power
    return result


NUMBER_FUNCTIONS: dict[str, Function] = {
    "int": _int,
    "abs": _calculated(abs),
    "min": _extreme(min),
    "max": _extreme(max),
    "pow": _calculated(_power),
    "log": _logarithm(base10=False),
    "log10": _logarithm(base10=True),
    "exp": _calculated(math.exp),
    "exp10": _calculated(lambda number: 10.0**number),
    "sqrt": _calculated(math.sqrt),
    "sin": _calculated(math.sin),
    "cos": _calculated(math.cos),
    "tan": _calculated(math.tan),
    "asin": _calculated(math.asin),
    "acos": _calculated(math.acos),
    "atan": _calculated(math.atan),
    "atan2": _calculated(math.atan2),
    "pi": lambda _: math.pi,
    "jc-round": _round,
    "jc-number": lambda context, *value: to_number(value[0] if value else [context.context_node]),
    "jc-sum": lambda _, nodes: math.fsum(
        to_number(node) for node in every([nodes]) if to_text(node)
    ),
}
