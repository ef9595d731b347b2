"""The XForms functions that XPath 1.0 lacks, and twins of core functions that must know dates.

In the evaluated tree a date is a day number (`question_types.base.day_number`), so that comparisons and
sums work in libxml2 without types; a node that holds one carries ``t="d"``. Functions that see a date
as text therefore take the twin (`TWINS`), which writes it back as ISO text.
Source: ODK XForms specification, section "XPath functions".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from juntos_campo.form_engine.question_types.base import day_number, day_of

Function: TypeAlias = Callable[..., Any]

DATE_MARK = "t"
DATE_VALUE = "d"


@dataclass(slots=True)
class Environment:
    """What the functions ask from outside.

    Attributes:
        now: the moment `now()` and `today()` answer.
        choice_label: (schema path of a question, stored name) -> label.
    """

    now: datetime
    choice_label: Callable[[str, str], str] = field(default=lambda _path, name: name)


CORE: frozenset[str] = frozenset(
    ("last", "count", "sum", "floor", "ceiling", "not", "true", "false", "boolean", "number")
)
"""Functions of XPath 1.0 taken from libxml2 as they are."""

TWINS: dict[str, str] = {
    "concat": "jc-concat",
    "string": "jc-string",
    "round": "jc-round",
    "position": "jc-position",
    "string-length": "jc-string-length",
    "contains": "jc-contains",
    "starts-with": "jc-starts-with",
    "substring": "jc-substring",
    "substring-before": "jc-substring-before",
    "substring-after": "jc-substring-after",
    "normalize-space": "jc-normalize-space",
    "translate": "jc-translate",
}


def _first(value: Any) -> Any:
    return (value[0] if value else "") if isinstance(value, list) else value


def node_text(node: Any) -> str:
    """Text of a node as a person would write it: dates as ISO."""
    text: str = node if isinstance(node, str) else (node.text or "")
    if text and not isinstance(node, str) and node.get(DATE_MARK) == DATE_VALUE:
        return day_of(float(text)).isoformat()
    return text


def to_text(value: Any) -> str:
    """XPath's `string()`, dates as ISO text."""
    value = _first(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        number = float(value)
        if math.isnan(number):
            return "NaN"
        return str(int(number)) if number.is_integer() else repr(number)
    return node_text(value)


def to_number(value: Any) -> float:
    """XPath's `number()`; ISO dates become day numbers; NaN when it is none."""
    value = _first(value)
    if isinstance(value, bool | float | int):
        return float(value)
    text = (value if isinstance(value, str) else value.text or "").strip()
    try:
        return float(text)
    except ValueError:
        try:
            return float(day_number(date.fromisoformat(text[:10])))
        except ValueError:
            return math.nan


def to_boolean(value: Any) -> bool:
    """XPath's `boolean()`."""
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    return bool(value)


def _every(values: Sequence[Any]) -> list[Any]:
    """Node-sets taken apart, single values as they are."""
    flat: list[Any] = []
    for value in values:
        flat.extend(value) if isinstance(value, list) else flat.append(value)
    return flat


def _if(_: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    return then if to_boolean(condition) else otherwise


def _coalesce(_: Any, first: Any, second: Any) -> str:
    return to_text(first) or to_text(second)


def _once(context: Any, value: Any) -> str:
    return node_text(context.context_node) or to_text(value)


def _selected(_: Any, answer: Any, name: Any) -> bool:
    return to_text(name) in to_text(answer).split()


def _selected_at(_: Any, answer: Any, index: Any) -> str:
    chosen, number = to_text(answer).split(), int(to_number(index))
    return chosen[number] if 0 <= number < len(chosen) else ""


def _regex(_: Any, value: Any, pattern: Any) -> bool:
    return re.search(to_text(pattern), to_text(value)) is not None


def _substr(_: Any, value: Any, start: Any, end: Any = None) -> str:
    text = to_text(value)
    return text[int(to_number(start)) : None if end is None else int(to_number(end))]


def _substring(_: Any, value: Any, start: Any, length: Any = None) -> str:
    text = to_text(value)
    begin = round(to_number(start))
    end = None if length is None else begin + round(to_number(length))
    return text[max(0, begin - 1) : None if end is None else max(0, end - 1)]


def _round(_: Any, value: Any, digits: Any = 0.0) -> float:
    number, places = to_number(value), int(to_number(digits))
    if math.isnan(number) or math.isinf(number):
        return number
    scale = 10.0**places
    return math.floor(number * scale + 0.5) / scale  # halves go up, as XPath's round does


def _int(_: Any, value: Any) -> float:
    number = to_number(value)
    return number if math.isnan(number) else float(math.trunc(number))


def _extreme(pick: Callable[[list[float]], float]) -> Function:
    def function(_: Any, *values: Any) -> float:
        numbers = [to_number(value) for value in _every(values) if to_text(value)]
        return pick(numbers) if numbers else math.nan

    return function


def _position(context: Any, node: Any = None) -> float:
    element = context.context_node if node is None else _first(node)
    return float(sum(1 for _ in element.itersiblings(element.tag, preceding=True)) + 1)


def _date(_: Any, value: Any) -> Any:
    number = to_number(value)
    return "" if math.isnan(number) else number


def _format_date(_: Any, value: Any, pattern: Any) -> str:
    number = to_number(value)
    if math.isnan(number):
        return ""
    day = day_of(number)
    out = to_text(pattern)
    for mark, text in (
        ("%Y", f"{day.year:04}"),
        ("%y", f"{day.year % 100:02}"),
        ("%m", f"{day.month:02}"),
        ("%n", str(day.month)),
        ("%d", f"{day.day:02}"),
        ("%e", str(day.day)),
    ):
        out = out.replace(mark, text)
    return out


def functions(environment: Environment) -> dict[tuple[str | None, str], Function]:
    """Every extension function, keyed as lxml's `extensions` wants them."""
    today = float(day_number(environment.now.date()))
    fraction = (environment.now.hour * 60 + environment.now.minute) / 1440

    table: dict[str, Function] = {
        "if": _if,
        "coalesce": _coalesce,
        "once": _once,
        "selected": _selected,
        "selected-at": _selected_at,
        "count-selected": lambda _, answer: float(len(to_text(answer).split())),
        "regex": _regex,
        "substr": _substr,
        "join": lambda _, glue, *values: to_text(glue).join(map(to_text, _every(values))),
        "int": _int,
        "pow": lambda _, base, power: to_number(base) ** to_number(power),
        "abs": lambda _, value: abs(to_number(value)),
        "min": _extreme(min),
        "max": _extreme(max),
        "count-non-empty": lambda _, nodes: float(sum(1 for node in nodes if to_text(node))),
        "boolean-from-string": lambda _, value: to_text(value) in ("true", "1"),
        "today": lambda _: today,
        "now": lambda _: today + fraction,
        "date": _date,
        "decimal-date-time": lambda _, value: to_number(value),
        "format-date": _format_date,
        "jc-concat": lambda _, *values: "".join(map(to_text, _every(values))),
        "jc-string": lambda context, *value: to_text(value[0] if value else [context.context_node]),
        "jc-round": _round,
        "jc-position": _position,
        "jc-string-length": lambda context, *value: float(
            len(to_text(value[0] if value else [context.context_node]))
        ),
        "jc-contains": lambda _, value, part: to_text(part) in to_text(value),
        "jc-starts-with": lambda _, value, part: to_text(value).startswith(to_text(part)),
        "jc-substring": _substring,
        "jc-substring-before": lambda _, value, part: (
            to_text(value).partition(to_text(part))[0] if to_text(part) in to_text(value) else ""
        ),
        "jc-substring-after": lambda _, value, part: to_text(value).partition(to_text(part))[2],
        "jc-normalize-space": lambda _, value: " ".join(to_text(value).split()),
        "jc-translate": lambda _, value, old, new: _translate(*map(to_text, (value, old, new))),
    }
    return {(None, name): function for name, function in table.items()}


def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for index, letter in enumerate(old):
        table.setdefault(ord(letter), new[index] if index < len(new) else None)
    return text.translate(table)


_ANY_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - only the names are taken
_OWN = {name for _, name in functions(Environment(_ANY_MOMENT)) if not name.startswith("jc-")}
KNOWN_FUNCTIONS: frozenset[str] = CORE | frozenset(TWINS) | frozenset(_OWN)
"""Every function name a form may use."""
