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


class json_text(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """The value at a path of a JSON object as text; NULL where there is none."""

    type: Any = sa.Text()
    inherit_cache = True
    name = "json_text"

    def __init__(self, body: sa.ColumnElement[str], *names: str) -> None:
        super().__init__(body, sa.literal(_sqlite_path(names)), *map(sa.literal, names))


class json_number(json_text):  # noqa: N801
    """The figure at a path of a JSON object, as the double it is; NULL where there is none."""

    type: Any = sa.Double()
    inherit_cache = True
    name = "json_number"


class parsed(FunctionElement[str]):  # noqa: N801
    """A JSON text in the form from which its fields are read quickest, for who reads several."""

    type: Any = sa.Text()
    inherit_cache = True
    name = "parsed"


class json_pairs(FunctionElement[Any]):  # noqa: N801
    """The members of an inner object as rows of `key` and `value` (text); see `pairs`."""

    inherit_cache = True
    name = "json_pairs"

    def __init__(self, body: sa.ColumnElement[str], name: str) -> None:
        super().__init__(body, sa.literal(_sqlite_path((name,))), sa.literal(name))


def pairs(body: sa.ColumnElement[str], name: str) -> sa.TableValuedAlias:
    """The table of an inner object's members, to be joined to the row `body` is of."""
    columns = (sa.column("key", sa.Text()), sa.column("value", sa.Text()))
    return json_pairs(body, name).table_valued(*columns, name=f"pairs_of_{name}")


class shifted(FunctionElement[str]):  # noqa: N801
    """An ISO date so many days later (or earlier), as ISO text; NULL of NULL."""

    type = sa.Text()
    inherit_cache = True
    name = "shifted"

    def __init__(self, day: sa.ColumnElement[str], days: int) -> None:
        super().__init__(day, sa.literal(f"{days:+d} days"), sa.literal(days, sa.Integer()))


def _arguments(element: FunctionElement[Any], compiler: Any, kw: dict[str, Any]) -> list[str]:
    return [compiler.process(one, **kw) for one in element.clauses]


@compiles(parsed, "sqlite")
def _parsed_sqlite(element: parsed, compiler: Any, **kw: Any) -> str:
    return _arguments(element, compiler, kw)[0]


@compiles(parsed, "postgresql")
def _parsed_postgresql(element: parsed, compiler: Any, **kw: Any) -> str:
    return f"CAST({_arguments(element, compiler, kw)[0]} AS jsonb)"


@compiles(json_text, "sqlite")
def _json_text_sqlite(element: json_text, compiler: Any, **kw: Any) -> str:
    body, path, *_ = list(element.clauses)
    found = f"json_extract({compiler.process(body, **kw)}, {compiler.process(path, **kw)})"
    return f"CAST({found} AS TEXT)"


@compiles(json_number, "sqlite")
def _json_number_sqlite(element: json_number, compiler: Any, **kw: Any) -> str:
    body, path, *_ = list(element.clauses)
    found = f"json_extract({compiler.process(body, **kw)}, {compiler.process(path, **kw)})"
    return f"CAST({found} AS REAL)"


@compiles(json_text, "postgresql")
def _json_text_postgresql(element: json_text, compiler: Any, **kw: Any) -> str:
    body, _path, *names = list(element.clauses)
    inner = ", ".join(compiler.process(one, **kw) for one in names)
    return f"jsonb_extract_path_text(CAST({compiler.process(body, **kw)} AS jsonb), {inner})"


@compiles(json_number, "postgresql")
def _json_number_postgresql(element: json_number, compiler: Any, **kw: Any) -> str:
    return f"CAST({_json_text_postgresql(element, compiler, **kw)} AS double precision)"


@compiles(json_pairs, "sqlite")
def _json_pairs_sqlite(element: json_pairs, compiler: Any, **kw: Any) -> str:
    body, path, _name = _arguments(element, compiler, kw)
    return f"json_each({body}, {path})"


@compiles(json_pairs, "postgresql")
def _json_pairs_postgresql(element: json_pairs, compiler: Any, **kw: Any) -> str:
    parts = list(element.clauses)
    body, name = compiler.process(parts[0], **kw), compiler.process(parts[2], **kw)
    return f"jsonb_each_text(jsonb_extract_path(CAST({body} AS jsonb), {name}))"


@compiles(shifted, "sqlite")
def _shifted_sqlite(element: shifted, compiler: Any, **kw: Any) -> str:
    parts = list(element.clauses)
    return f"date({compiler.process(parts[0], **kw)}, {compiler.process(parts[1], **kw)})"


@compiles(shifted, "postgresql")
def _shifted_postgresql(element: shifted, compiler: Any, **kw: Any) -> str:
    parts = list(element.clauses)
    day, days = compiler.process(parts[0], **kw), compiler.process(parts[2], **kw)
    return f"to_char(CAST({day} AS date) + CAST({days} AS integer), 'YYYY-MM-DD')"
