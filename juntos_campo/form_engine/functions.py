"""Every function a form may use, gathered; what each does stands in the module of its theme.

Functions of XPath 1.0 that see text or numbers are replaced by twins (`TWINS`), because points in time are
numbers in the evaluated tree (see `function_values`). Source: ODK XForms specification, "XPath functions".
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from juntos_campo.form_engine.function_values import (
    Function,
    FunctionError,
    every,
    node_text,
    point,
    to_boolean,
    to_number,
    to_text,
    to_words,
    tree_value,
)
from juntos_campo.form_engine.functions_dates import date_functions
from juntos_campo.form_engine.functions_geography import GEOGRAPHY_FUNCTIONS
from juntos_campo.form_engine.functions_nodes import NODE_FUNCTIONS, shuffled
from juntos_campo.form_engine.functions_numbers import NUMBER_FUNCTIONS
from juntos_campo.form_engine.functions_selection import SELECTION_FUNCTIONS
from juntos_campo.form_engine.functions_text import TEXT_FUNCTIONS
from juntos_campo.form_engine.question_types.base import DATE_MARK, DATE_VALUE

__all__ = (
    "CORE",
    "DATE_MARK",
    "DATE_VALUE",
    "FUNCTIONS_INSTEAD",
    "KNOWN_FUNCTIONS",
    "TWINS",
    "Environment",
    "Function",
    "FunctionError",
    "functions",
    "node_text",
    "point",
    "to_boolean",
    "to_number",
    "to_text",
    "to_words",
    "tree_value",
)


@dataclass(slots=True)
class Environment:
    """What the functions ask from outside.

    Attributes:
        now: the moment `now()` and `today()` answer.
        choice_label: (schema path of a question, stored name) -> label.
        seed: where `random()`, `uuid()` and an unseeded `randomize()` begin.
        version: of the form.
        instance: name of a table -> its root node, ``root/item/column``; empty when there is none.
        pull: (table, column, key column, key) -> the cell of the first row that has the key; "".
        properties: ``username``, ``phonenumber``, ``email``, ``deviceid``.
    """

    now: datetime
    choice_label: Callable[[str, str], str] = field(default=lambda _path, name: name)
    seed: int = 0
    version: str = ""
    instance: Callable[[str], list[Any]] = field(default=lambda _name: [])
    pull: Callable[[str, str, str, str], str] = field(default=lambda *_: "")
    properties: Mapping[str, str] = field(default_factory=dict)


CORE: frozenset[str] = frozenset(("last", "floor", "ceiling", "not", "true", "false", "boolean"))
"""Functions of XPath 1.0 taken from libxml2 as they are."""

TWINS: dict[str, str] = {
    name: f"jc-{name}"
    for name in (
        "concat",
        "string",
        "round",
        "number",
        "sum",
        "count",
        "position",
        "string-length",
        "contains",
        "starts-with",
        "substring",
        "substring-before",
        "substring-after",
        "normalize-space",
        "translate",
    )
}
TWINS["jr:choice-name"] = "jc-choice-name"

FUNCTIONS_INSTEAD: dict[str, str] = {
    "extract-signed": "Verifique la firma fuera del formulario: aquí no hay claves públicas.",
    "jr:itext": "Escriba los textos en las columnas label::idioma.",
    "search": "Use «select_one_from_file» con choice_filter.",
    "pull-data": "Escriba pulldata().",
    "decimal-date": "Use decimal-date-time().",
    "format-number": "Use round() y concat().",
    "version-number": "Use version().",
    "sumif": "Use sum() con una condición entre corchetes.",
    "countif": "Use count() con una condición entre corchetes.",
    "len": "Use string-length().",
    "length": "Use string-length().",
    "upper": "Use upper-case().",
    "lower": "Use lower-case().",
    "si": "Escriba if(condición, entonces, si_no).",
    "hoy": "Escriba today().",
    "ahora": "Escriba now().",
    "suma": "Escriba sum().",
    "contar": "Escriba count().",
    "redondear": "Escriba round().",
    "concatenar": "Escriba concat().",
}
"""What to use in place of a function that is known elsewhere but not to us."""


def _random_functions(environment: Environment) -> dict[str, Function]:
    source = Random(environment.seed)

    def _uuid(_: Any, length: Any = None) -> str:
        if length is None:
            return str(uuid.UUID(int=source.getrandbits(128), version=4))
        letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        number = to_number(length)
        return "".join(source.choices(letters, k=int(number) if 0 < number <= 1000 else 0))

    def _randomize(_: Any, nodes: Any, seed: Any = None) -> list[Any]:
        number = environment.seed if seed is None else to_number(seed)
        return shuffled(every([nodes]), int(number) if number == number else 0)  # noqa: PLR0124 - NaN

    return {
        "random": lambda _: source.random(),
        "uuid": _uuid,
        "randomize": _randomize,
    }


def _outside_functions(environment: Environment) -> dict[str, Function]:
    return {
        "instance": lambda _, name: environment.instance(to_text(name)),
        "pulldata": lambda _, *names: environment.pull(*map(to_text, names[:4])),
        "version": lambda _: environment.version,
        "property": lambda _, name: environment.properties.get(to_text(name), ""),
        "jc-choice-name": lambda _, name, path: _choice_names(environment, name, path),
    }


def _choice_names(environment: Environment, names: Any, path: Any) -> str:
    """The labels of the stored names; the question is named by its path, in quotes."""
    where = to_text(path).strip()
    return ", ".join(environment.choice_label(where, name) for name in to_text(names).split())


def functions(environment: Environment) -> dict[tuple[str | None, str], Function]:
    """Every extension function, keyed as lxml's `extensions` wants them."""
    table: dict[str, Function] = {
        **TEXT_FUNCTIONS,
        **NUMBER_FUNCTIONS,
        **SELECTION_FUNCTIONS,
        **NODE_FUNCTIONS,
        **GEOGRAPHY_FUNCTIONS,
        **date_functions(environment.now),
        **_random_functions(environment),
        **_outside_functions(environment),
    }
    return {(None, name): function for name, function in table.items()}


_ANY_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - only the names are taken
_OWN = {name for _, name in functions(Environment(_ANY_MOMENT)) if not name.startswith("jc-")}
KNOWN_FUNCTIONS: frozenset[str] = CORE | frozenset(TWINS) | frozenset(_OWN)
"""Every function name a form may use."""
