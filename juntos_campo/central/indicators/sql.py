"""What both databases can say about JSON text and dates, under one name each.

SQLite's ``json_extract`` and PostgreSQL's ``jsonb_extract_path_text`` are written differently; the
statements of `formulas` are not. Dates are ISO text: they compare as text.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


def _sqlite_path(names: tuple[str, ...]) -> str:
    return "$" + "".join(f'."{name}"' for name in names)


class JsonText(FunctionElement[str]):
    """The value at a path of a JSON object as text; NULL where there is none."""

    type: Any = sa.Text()
    inherit_cache = True
    name = "json_text"

    def __init__(self, body: sa.ColumnElement[str], *names: str) -> None:
        super().__init__(body, sa.literal(_sqlite_path(names)), *map(sa.literal, names))


class JsonNumber(JsonText):
    """The figure at a path of a JSON object, as the double it is; NULL where there is none."""

    type: Any = sa.Double()
    inherit_cache = True
    name = "json_number"


class Parsed(FunctionElement[str]):
    """A JSON text in the form from which its fields are read quickest, for who reads several."""

    type: Any = sa.Text()
    inherit_cache = True
    name = "parsed"


class JsonPairs(FunctionElement[Any]):
    """The members of an inner object as rows of `key` and `value` (text); see `pairs`."""

    inherit_cache = True
    name = "json_pairs"

    def __init__(self, body: sa.ColumnElement[str], name: str) -> None:
        super().__init__(body, sa.literal(_sqlite_path((name,))), sa.literal(name))


def pairs(body: sa.ColumnElement[str], name: str) -> sa.TableValuedAlias:
    """The table of an inner object's members, to be joined to the row `body` is of."""
    columns = (sa.column("key", sa.Text()), sa.column("value", sa.Text()))
    return JsonPairs(body, name).table_valued(*columns, name=f"pairs_of_{name}")


class Shifted(FunctionElement[str]):
    """An ISO date so many days later (or earlier), as ISO text; NULL of NULL."""

    type = sa.Text()
    inherit_cache = True
    name = "shifted"

    def __init__(self, day: sa.ColumnElement[str], days: int) -> None:
        super().__init__(day, sa.literal(f"{days:+d} days"), sa.literal(days, sa.Integer()))


def _arguments(element: FunctionElement[Any], compiler: Any, kw: dict[str, Any]) -> list[str]:
    return [compiler.process(one, **kw) for one in element.clauses]


@compiles(Parsed, "sqlite")
def _parsed_sqlite(element: Parsed, compiler: Any, **kw: Any) -> str:
    return _arguments(element, compiler, kw)[0]


@compiles(Parsed, "postgresql")
def _parsed_postgresql(element: Parsed, compiler: Any, **kw: Any) -> str:
    return f"CAST({_arguments(element, compiler, kw)[0]} AS jsonb)"


@compiles(JsonText, "sqlite")
def _json_text_sqlite(element: JsonText, compiler: Any, **kw: Any) -> str:
    body, path, *_ = list(element.clauses)
    found = f"json_extract({compiler.process(body, **kw)}, {compiler.process(path, **kw)})"
    return f"CAST({found} AS TEXT)"


@compiles(JsonNumber, "sqlite")
def _json_number_sqlite(element: JsonNumber, compiler: Any, **kw: Any) -> str:
    body, path, *_ = list(element.clauses)
    found = f"json_extract({compiler.process(body, **kw)}, {compiler.process(path, **kw)})"
    return f"CAST({found} AS REAL)"


@compiles(JsonText, "postgresql")
def _json_text_postgresql(element: JsonText, compiler: Any, **kw: Any) -> str:
    body, _path, *names = list(element.clauses)
    inner = ", ".join(compiler.process(one, **kw) for one in names)
    return f"jsonb_extract_path_text(CAST({compiler.process(body, **kw)} AS jsonb), {inner})"


@compiles(JsonNumber, "postgresql")
def _json_number_postgresql(element: JsonNumber, compiler: Any, **kw: Any) -> str:
    return f"CAST({_json_text_postgresql(element, compiler, **kw)} AS double precision)"


@compiles(JsonPairs, "sqlite")
def _json_pairs_sqlite(element: JsonPairs, compiler: Any, **kw: Any) -> str:
    body, path, _name = _arguments(element, compiler, kw)
    return f"json_each({body}, {path})"


@compiles(JsonPairs, "postgresql")
def _json_pairs_postgresql(element: JsonPairs, compiler: Any, **kw: Any) -> str:
    parts = list(element.clauses)
    body, name = compiler.process(parts[0], **kw), compiler.process(parts[2], **kw)
    return f"jsonb_each_text(jsonb_extract_path(CAST({body} AS jsonb), {name}))"


@compiles(Shifted, "sqlite")
def _shifted_sqlite(element: Shifted, compiler: Any, **kw: Any) -> str:
    parts = list(element.clauses)
    return f"date({compiler.process(parts[0], **kw)}, {compiler.process(parts[1], **kw)})"


@compiles(Shifted, "postgresql")
def _shifted_postgresql(element: Shifted, compiler: Any, **kw: Any) -> str:
    parts = list(element.clauses)
    day, days = compiler.process(parts[0], **kw), compiler.process(parts[2], **kw)
    return f"to_char(CAST({day} AS date) + CAST({days} AS integer), 'YYYY-MM-DD')"
