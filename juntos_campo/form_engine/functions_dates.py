"""Date and time functions; see `function_values` for how points in time are kept."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

from juntos_campo.domain.spanish import short_month, short_weekday
from juntos_campo.form_engine.function_values import (
    Function,
    first,
    point,
    to_number,
    to_text,
)
from juntos_campo.form_engine.question_types.base import (
    DATE_MARK,
    DATE_VALUE,
    MOMENT_VALUE,
    TIME_VALUE,
    AnswerError,
    day_number,
    moment_number,
    moment_of,
    time_fraction,
)
from juntos_campo.form_engine.question_types.time import read_time

_SYMBOL = re.compile(r"%([YymnbdeaHhMS3])")


def _date(_: Any, value: Any) -> Any:
    number = to_number(value)
    return point(math.floor(number), DATE_VALUE) if math.isfinite(number) else ""


def _date_time(_: Any, value: Any) -> Any:
    number = to_number(value)
    return point(number, MOMENT_VALUE) if math.isfinite(number) else ""


def _decimal_time(_: Any, value: Any) -> float:
    node = first(value)
    mark = "" if isinstance(node, str | float | bool) else node.get(DATE_MARK)
    if mark in (TIME_VALUE, MOMENT_VALUE):
        return to_number(node) % 1
    try:
        return time_fraction(read_time(to_text(node)))
    except AnswerError:
        return math.nan


def _format_date(_: Any, value: Any, pattern: Any) -> str:
    """Months and weekdays in Spanish, as the whole program."""
    number = to_number(value)
    if not math.isfinite(number):
        return ""
    try:
        moment = moment_of(number)
    except OverflowError:
        return ""
    return _SYMBOL.sub(lambda symbol: _part(moment, symbol[1]), to_text(pattern))


def _part(moment: datetime, symbol: str) -> str:
    parts = {
        "Y": f"{moment.year:04}",
        "y": f"{moment.year % 100:02}",
        "m": f"{moment.month:02}",
        "n": str(moment.month),
        "b": short_month(moment),
        "d": f"{moment.day:02}",
        "e": str(moment.day),
        "a": short_weekday(moment),
        "H": f"{moment.hour:02}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02}",
        "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}",
    }
    return parts[symbol]


def date_functions(now: datetime) -> dict[str, Function]:
    """The functions at the moment `now` by the wall clock."""
    # Made once: a form of 200 rows asks a thousand times what day it is.
    today = point(float(day_number(now.date())), DATE_VALUE)
    moment = point(moment_number(now), MOMENT_VALUE)
    return {
        "today": lambda _: today,
        "now": lambda _: moment,
        "date": _date,
        "date-time": _date_time,
        "decimal-date-time": lambda _, value: to_number(value),
        "decimal-time": _decimal_time,
        "format-date": _format_date,
        "format-date-time": _format_date,
    }
