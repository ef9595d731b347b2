"""Functions that choose: between values, and among the entries of a multiple answer."""

from __future__ import annotations

import math
from typing import Any

from juntos_campo.form_engine.function_values import (
    Function,
    every,
    node_text,
    to_boolean,
    to_number,
    to_text,
)


def _if(_: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    return then if to_boolean(condition) else otherwise


def _coalesce(_: Any, *values: Any) -> Any:
    """The first value that is not empty, as it is: a date stays one."""
    return next((value for value in values if to_text(value)), "")


def _once(context: Any, value: Any) -> Any:
    node = context.context_node
    return [node] if node_text(node) else value


def _selected(_: Any, answer: Any, name: Any) -> bool:
    return to_text(name) in to_text(answer).split()


def _selected_at(_: Any, answer: Any, index: Any) -> str:
    chosen, number = to_text(answer).split(), to_number(index)
    return chosen[int(number)] if 0 <= number < len(chosen) else ""


def _counts(value: Any) -> bool:
    """An answer of a checklist is met: true, a number above 0, or ``yes`` as the ODK manual has it."""
    if isinstance(value, bool):
        return value
    text = to_text(value)
    return text.casefold() in ("yes", "true", "si", "sí") or to_number(value) > 0


def _within(total: float, least: Any, most: Any) -> bool:
    """-1 stands for no limit."""
    low, high = to_number(least), to_number(most)
    return (low == -1 or total >= low) and (high == -1 or total <= high)


def _checklist(_: Any, least: Any, most: Any, *values: Any) -> bool:
    return _within(sum(map(_counts, every(values))), least, most)


def _weighted_checklist(_: Any, least: Any, most: Any, *values: Any) -> bool:
    pairs: list[tuple[Any, Any]] = []
    for answer, weight in zip(values[::2], values[1::2], strict=False):
        pairs.extend(zip(every([answer]), every([weight]), strict=False))
    weights = (to_number(weight) for answer, weight in pairs if _counts(answer))
    return _within(math.fsum(weights), least, most)


SELECTION_FUNCTIONS: dict[str, Function] = {
    "if": _if,
    "coalesce": _coalesce,
    "once": _once,
    "selected": _selected,
    "selected-at": _selected_at,
    "count-selected": lambda _, answer: float(len(to_text(answer).split())),
    "boolean-from-string": lambda _, value: to_text(value) in ("true", "1"),
    "checklist": _checklist,
    "weighted-checklist": _weighted_checklist,
}
