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
from juntos_campo.form_engine.problems import BAD_EXPRESSION, UNKNOWN_FUNCTION, UNSUPPORTED_PATH
from juntos_campo.form_engine.question_types.base import day_number

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<literal>"[^"]*"|'[^']*')
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<dots>\.\.?)
    | (?P<slash>//?)
    | (?P<compare>!=|<=|>=|=|<|>)
    | (?P<name>[A-Za-z_][\w.\-]*(?::(?!:)[A-Za-z_][\w.\-]*)?)
    | (?P<other>::|[()\[\],|+\-*@$])
    )""",
    re.VERBOSE,
)
_WORD_OPERATORS = frozenset(("and", "or", "div", "mod"))
_ISO_LITERAL = re.compile(r"['\"]\d{4}-\d{2}-\d{2}['\"]")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A location path of an expression.

    Attributes:
        path: the schema path it names, ``/data/ninos/peso``.
        climbed_to: length in steps of the highest ancestor the path passed through; 0 when absolute.
            A path that stays below the repeat concerns the same row only.
    """

    path: str
    climbed_to: int


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression at one place of the form; compared by identity, to be a quick dictionary key.

    Attributes:
        source: as pyxform wrote it, for messages.
        compiled_text: as libxml2 gets it.
        references: what its value depends on.
    """

    source: str
    compiled_text: str
    references: tuple[Reference, ...]

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
    text = _rewritten(tokens)
    try:
        etree.XPath(text)
    except etree.XPathSyntaxError as error:
        raise user_error(
            BAD_EXPRESSION, where, expression=source.strip(), detail=str(error)
        ) from None
    references = _References(tokens, source, where).collect(context_path)
    return Expression(source.strip(), text, tuple(dict.fromkeys(references)))


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
        if _is_function(tokens, index) and token.text not in KNOWN_FUNCTIONS:
            allowed = ", ".join(sorted(KNOWN_FUNCTIONS))
            raise user_error(UNKNOWN_FUNCTION, where, function=token.text, allowed=allowed)


def _rewritten(tokens: list[Token]) -> str:
    words = []
    for index, token in enumerate(tokens):
        text = token.text
        if _is_function(tokens, index):
            text = TWINS.get(text, text)
        elif token.kind == "literal" and _ISO_LITERAL.fullmatch(text):
            beside = tokens[max(0, index - 1) : index] + tokens[index + 1 : index + 2]
            if any(other.kind == "compare" for other in beside):
                text = str(day_number(date.fromisoformat(text[1:-1])))
        words.append(text)
    # Blanks between all tokens are harmless in XPath, but for "a :: b", which we do not accept.
    return " ".join(words)


class _References:
    """Walks the tokens and resolves every location path."""

    def __init__(self, tokens: list[Token], source: str, where: str) -> None:
        self._tokens = tokens
        self._source = source
        self._where = where
        self._at = 0
        self._found: list[Reference] = []

    def collect(self, context_path: str) -> list[Reference]:
        self._expression(_steps(context_path), until="")
        return self._found

    def _expression(self, context: list[str], until: str) -> None:
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if until and token.text == until:
                self._at += 1
                return
            starts = token.kind in ("slash", "dots", "name") and not _is_function(
                self._tokens, self._at
            )
            if starts:
                self._path(context)
                continue
            self._at += 1
            if token.text in ("@", "$", "::") or (token.text == "*" and token.kind != "operator"):
                self._refuse(token.text)
            if token.text in ("(", "["):
                self._expression(context, ")" if token.text == "(" else "]")

    def _path(self, context: list[str]) -> None:
        steps, highest = list(context), len(context)
        if self._tokens[self._at].kind == "slash":
            steps, highest = [], 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.text == "//":
                self._refuse("//")
            if token.text == "..":
                steps = steps[:-1]
                highest = min(highest, len(steps))
            elif token.kind == "name":
                steps.append(token.text)
            elif token.text == "[":
                self._at += 1
                self._expression(list(steps), "]")
                continue
            elif token.text not in ("/", "."):
                break
            if token.kind in ("name", "dots") and not self._continues():
                self._at += 1
                break
            self._at += 1
        self._found.append(Reference("/" + "/".join(steps), highest))

    def _continues(self) -> bool:
        following = self._tokens[self._at + 1 : self._at + 2]
        return bool(following) and following[0].text in ("/", "//", "[")

    def _refuse(self, token: str) -> None:
        raise user_error(UNSUPPORTED_PATH, self._where, expression=self._source, token=token)


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]
