"""What an XPath value means as text, number and truth, and points in time that know what they are.

In the evaluated tree a date is a day number, a dateTime a day number with a fraction and a time a fraction
of a day, so that libxml2 compares and adds them by itself; a mark on the node (`DATE_MARK`) says which it
is. A function that gives a point in time gives a marked node of its own, for the same reason. What sees
such a node as text writes it as XForms does (``2026-11-21``, ``2026-11-21T14:30:00.000-05:00``,
``14:30:00.000-05:00``). All times are those of the wall clock in Peru, which knows no summer time.
Source: ODK XForms specification, "XPath functions" and "Data types".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.spanish import paper_date
from juntos_campo.form_engine.question_types.base import (
    DATE_MARK,
    DATE_VALUE,
    TIME_VALUE,
    day_number,
    day_of,
    moment_number,
    moment_of,
)

Function: TypeAlias = Callable[..., Any]


class FunctionError(ValueError):
    """An argument no function can do anything with; the text is Spanish, for the cell."""


def point(number: float, mark: str) -> list[etree._Element]:
    """A day, moment or time of day as a node-set of one marked node; an empty one for no number."""
    node = etree.Element("v")
    node.set(DATE_MARK, mark)
    if not math.isfinite(number):
        return [node]
    node.text = str(int(number)) if mark == DATE_VALUE else repr(float(number))
    return [node]


def first(value: Any) -> Any:
    """The first node of a node-set ("" of an empty one); other values as they are."""
    return (value[0] if value else "") if isinstance(value, list) else value


def every(values: Sequence[Any]) -> list[Any]:
    """Node-sets taken apart, single values as they are."""
    flat: list[Any] = []
    for value in values:
        flat.extend(value) if isinstance(value, list) else flat.append(value)
    return flat


def node_text(node: Any) -> str:
    """Text of a node as XForms writes it: points in time in ISO form."""
    text: str = node if isinstance(node, str) else (node.text or "")
    if not text or isinstance(node, str):
        return text
    mark = node.get(DATE_MARK)
    if not mark:
        return text
    try:
        if mark == DATE_VALUE:
            return day_of(float(text)).isoformat()
        moment = moment_of(float(text) % 1 if mark == TIME_VALUE else float(text))
    except (ValueError, OverflowError):
        return text
    whole = moment.isoformat(timespec="milliseconds")
    return whole.partition("T")[2] if mark == TIME_VALUE else whole


def tree_value(value: Any) -> tuple[str, str]:
    """What a calculation leaves in its node: the text, and the mark when it is a point in time."""
    node = first(value)
    if isinstance(node, etree._Element) and (mark := node.get(DATE_MARK)):
        return node.text or "", mark
    return to_text(node), ""


def number_text(number: float) -> str:
    """A number as XPath's `string()` writes it: never with an exponent."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return str(int(number)) if number.is_integer() else f"{Decimal(repr(number)):f}"


def to_text(value: Any) -> str:
    """XPath's `string()`, points in time in ISO form."""
    value = first(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return number_text(float(value))
    return node_text(value)


def to_words(value: Any) -> str:
    """A value inside a label or message: points in time as people here write them, the rest as text."""
    node = first(value)
    mark = node.get(DATE_MARK) if isinstance(node, etree._Element) else None
    if not mark or not node.text:
        return to_text(node)
    try:
        moment = moment_of(float(node.text) % 1 if mark == TIME_VALUE else float(node.text))
    except (ValueError, OverflowError):
        return to_text(node)
    day, hour = paper_date(moment.date()), f"{moment:%H:%M}"
    return {DATE_VALUE: day, TIME_VALUE: hour}.get(mark, f"{day} {hour}")


def to_number(value: Any) -> float:
    """XPath's `number()`; ISO dates and dateTimes become day numbers; NaN when it is none."""
    value = first(value)
    if isinstance(value, bool | float | int):
        return float(value)
    text = (value if isinstance(value, str) else value.text or "").strip()
    try:
        # float() also takes "1_000", "nan" and "infinity", which XPath does not.
        return float(text) if text[-1:] in "0123456789." and "_" not in text else _from_iso(text)
    except ValueError:
        return _from_iso(text)


def _from_iso(text: str) -> float:
    try:
        if len(text) <= len("2026-11-21"):
            return float(day_number(date.fromisoformat(text)))
        moment = datetime.fromisoformat(text)
        return moment_number(moment.astimezone(LIMA) if moment.tzinfo else moment)
    except (ValueError, OverflowError):
        return math.nan


def to_boolean(value: Any) -> bool:
    """XPath's `boolean()`."""
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    return bool(value)
