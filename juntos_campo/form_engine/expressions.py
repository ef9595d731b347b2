"""XPath expressions of a form: checked, their references found, rewritten for libxml2.

pyxform has already turned ``${name}`` into paths. What is done here on the tokens: functions that
XForms widens get the name of their twin, ISO date literals beside a comparison become day numbers
(see `functions`), and every location path is resolved to the schema path it names, so that the
session knows what depends on what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.functions import KNOWN_FUNCTIONS, TWINS, Function
from juntos_campo.form_engine.paths import Reference, collect
from juntos_campo.form_engine.problems import BAD_EXPRESSION, UNKNOWN_FUNCTION, UNSUPPORTED_PATH
from juntos_campo.form_engine.question_types.base import day_number

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<literal>"[^"]*"|'[^']*')
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<dots>\.\.?)
    | (?P<slash>//?)
    | (?P<compare>!=|<=|>=|=|<|>)
    | (?P<name>[A-Za-z_À-ÖØ-öø-ÿ][\w.\-]*(?::(?!:)[A-Za-z_][\w.\-]*)?)
    | (?P<other>::|[()\[\],|+\-*@$])
    )""",
    re.VERBOSE,
)
CHOICE_NAME = "jr:choice-name"
CURRENT = "$current"
"""The node an expression is evaluated at, also inside a predicate; XForms writes ``current()``."""
ROOT = "$data"
"""The form's root node inside a predicate, which may be over the items of a list."""
_KEPT = frozenset(("once", "random", "uuid"))
_WORD_OPERATORS = frozenset(("and", "or", "div", "mod"))
_ALL_FUNCTIONS = KNOWN_FUNCTIONS | {"current"}
_PLAIN_PATH = re.compile(r"\s*/?[\w.\-]+(/[\w.\-]+)*\s*")
_ISO_LITERAL = re.compile(r"['\"]\d{4}-\d{2}-\d{2}['\"]")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression at one place of the form; compared by identity, to be a quick dictionary key.

    Attributes:
        source: as pyxform wrote it, for messages.
        compiled_text: as libxml2 gets it.
        references: what its value depends on.
        instances: the lists and tables it looks into.
        columns: (list, column) it names.
        has_variables: it must be given its node and the root as variables (`CURRENT`, `ROOT`).
        is_kept: it is not to be computed again without need: it draws by lot or says ``once()``.
    """

    source: str
    compiled_text: str
    references: tuple[Reference, ...]
    instances: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    has_variables: bool = False
    is_kept: bool = False

    def compile(self, functions: dict[tuple[str | None, str], Function]) -> etree.XPath:
        """The expression ready to be called with a context node."""
        # The stubs know neither unprefixed extension functions nor callables as their values.
        extensions: Any = functions
        return etree.XPath(self.compiled_text, extensions=extensions, smart_strings=False)


def parse(source: str, context_path: str, where: str = "") -> Expression:
    """Read an expression that is evaluated at the node `context_path`.

    Raises:
        UserError: FRM-005 it is no XPath, FRM-006 a function is unknown, FRM-013 a path is too general.
    """
    tokens = list(_tokens(source, where))
    _check_functions(tokens, where)
    found = collect(tokens, context_path, source, where)
    _resolve_choice_names(tokens, context_path, source, where)
    text = _rewritten(tokens)
    try:
        etree.XPath(text)
    except etree.XPathSyntaxError as error:
        raise user_error(
            BAD_EXPRESSION, where, expression=source.strip(), detail=str(error)
        ) from None
    names = {token.text for index, token in enumerate(tokens) if _is_function(tokens, index)}
    return Expression(
        source=source.strip(),
        compiled_text=text,
        references=tuple(dict.fromkeys(found.references)),
        instances=tuple(dict.fromkeys(found.instances)),
        columns=tuple(dict.fromkeys(found.columns)),
        has_variables=CURRENT in text or ROOT in text,
        is_kept=bool(names & _KEPT),
    )


def _tokens(source: str, where: str) -> Iterator[Token]:
    position, end = 0, len(source.rstrip())
    before: Token | None = None
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None or match.end() == position:
            detail = f"sobra «{source[position:].strip()[:20]}»"
            raise user_error(BAD_EXPRESSION, where, expression=source.strip(), detail=detail)
        kind = match.lastgroup or "other"
        text = match.group(kind)
        if (text == "*" or (kind == "name" and text in _WORD_OPERATORS)) and _ends_operand(before):
            kind = "operator"
        before = Token(kind, text)
        yield before
        position = match.end()


def _ends_operand(token: Token | None) -> bool:
    """XPath 1.0, 3.7: after an operand ``*``, ``and``, ``div`` ... are operators, else names."""
    return token is not None and (
        token.kind in ("literal", "number", "dots", "name") or token.text in (")", "]")
    )


def _is_function(tokens: list[Token], index: int) -> bool:
    return (
        tokens[index].kind == "name" and index + 1 < len(tokens) and tokens[index + 1].text == "("
    )


def _check_functions(tokens: list[Token], where: str) -> None:
    for index, token in enumerate(tokens):
        if _is_function(tokens, index) and token.text not in _ALL_FUNCTIONS:
            allowed = ", ".join(sorted(KNOWN_FUNCTIONS))
            raise user_error(UNKNOWN_FUNCTION, where, function=token.text, allowed=allowed)


def _resolve_choice_names(tokens: list[Token], context_path: str, source: str, where: str) -> None:
    """The question ``jr:choice-name(value, 'question')`` names is written as its schema path."""
    for index, token in enumerate(tokens):
        if token.text != CHOICE_NAME or not _is_function(tokens, index):
            continue
        depth = 0
        for at in range(index + 1, len(tokens)):
            depth += {"(": 1, ")": -1}.get(tokens[at].text, 0)
            if depth == 0:
                raise user_error(UNSUPPORTED_PATH, where, expression=source, token=CHOICE_NAME)
            if depth == 1 and tokens[at].text == ",":
                break
        literal = tokens[at + 1] if at + 1 < len(tokens) else token
        if literal.kind != "literal":
            raise user_error(UNSUPPORTED_PATH, where, expression=source, token=CHOICE_NAME)
        path = resolved(literal.text[1:-1].strip(), context_path)
        tokens[at + 1] = Token("literal", f"'{path}'")


def resolved(path: str, context_path: str) -> str:
    """The schema path a plain location path names at `context_path`."""
    steps = [] if path.startswith("/") else context_path.strip("/").split("/")
    for step in path.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", ".", "current()"):
            steps.append(step)
    return "/" + "/".join(steps)


def relative(source: str, context_path: str) -> str:
    """A plain path by the shortest way from `context_path`; anything else as it is."""
    if not _PLAIN_PATH.fullmatch(source):
        return source
    steps, context = resolved(source.strip(), context_path).split("/"), context_path.split("/")
    common = 0
    while common < min(len(steps), len(context)) and steps[common] == context[common]:
        common += 1
    return "/".join([*[".."] * (len(context) - common), *steps[common:]]) or "."


def _rewritten(tokens: list[Token]) -> str:
    words = []
    skip = depth = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        text = token.text
        depth += {"[": 1, "]": -1}.get(text, 0)
        if _is_function(tokens, index):
            if text == "current":
                text, skip = CURRENT, 2
            else:
                text = TWINS.get(text, text)
        elif depth and token.kind == "slash" and _begins_path(tokens, index):
            # In a list's items "/" would be the list.
            text, skip = ROOT, 1
        elif token.kind == "literal" and _ISO_LITERAL.fullmatch(text):
            beside = tokens[max(0, index - 1) : index] + tokens[index + 1 : index + 2]
            if any(other.kind == "compare" for other in beside):
                text = str(day_number(date.fromisoformat(text[1:-1])))
        words.append(text)
    # Blanks between all tokens are harmless in XPath, but for "a :: b", which we do not accept.
    return " ".join(words)


def _begins_path(tokens: list[Token], index: int) -> bool:
    names = tokens[index + 1 : index + 2]
    return not _ends_operand(tokens[index - 1]) and bool(names) and names[0].kind == "name"
