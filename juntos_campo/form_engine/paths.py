"""The location paths of an expression: which questions, and which columns of lists, it depends on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.problems import UNSUPPORTED_PATH

if TYPE_CHECKING:
    from juntos_campo.form_engine.expressions import Token

_ITEM = 2
"""Steps from a list to one of its items: ``/root/item``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A location path of an expression.

    Attributes:
        path: the schema path it names, ``/data/ninos/peso``.
        climbed_to: length in steps of the highest ancestor the path passed through; 0 when absolute.
            A path that stays below a repeat concerns the same row of it only.
    """

    path: str
    climbed_to: int


@dataclass(frozen=True, slots=True)
class _Context:
    """Where relative paths begin: a node of the form, or an item of the list `instance`."""

    steps: tuple[str, ...]
    highest: int
    instance: str = ""


@dataclass(slots=True)
class Found:
    """What the paths of an expression name; `columns` are (list, column)."""

    references: list[Reference] = field(default_factory=list)
    instances: list[str] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)


def collect(tokens: list[Token], context_path: str, source: str, where: str) -> Found:
    """Resolve every location path of an expression that is evaluated at `context_path`.

    Raises:
        UserError: FRM-013, a path is too general.
    """
    steps = tuple(step for step in context_path.split("/") if step)
    return _Walk(tokens, _Context(steps, len(steps)), source, where).walk()


class _Walk:
    """Walks the tokens once."""

    def __init__(self, tokens: list[Token], outer: _Context, source: str, where: str) -> None:
        self._tokens = tokens
        self._outer = outer
        self._source = source
        self._where = where
        self._at = 0
        self._found = Found()

    def walk(self) -> Found:
        while self._at < len(self._tokens):
            self._expression(self._outer, until="")
        return self._found

    def _text(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index].text if index < len(self._tokens) else ""

    def _kind(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index].kind if index < len(self._tokens) else ""

    def _expression(self, context: _Context, until: str) -> None:
        while self._at < len(self._tokens):
            text, kind = self._text(), self._kind()
            if until and text == until:
                self._at += 1
                return
            if kind == "name" and self._text(1) == "(":
                self._function(context)
            elif kind in ("slash", "dots", "name"):
                self._path(context)
            elif text in ("@", "$", "::") or (text == "*" and kind != "operator"):
                self._refuse(text)
            elif text in ("(", "["):
                self._at += 1
                self._expression(context, ")" if text == "(" else "]")
                self._nothing_follows()
            else:
                self._at += 1

    def _function(self, context: _Context) -> None:
        name = self._text()
        if name == "current" and self._text(2) == ")":
            self._at += 3
            self._path(self._outer)
            return
        if name == "instance" and self._kind(2) == "literal" and self._text(3) == ")":
            instance = self._text(2)[1:-1]
            self._found.instances.append(instance)
            self._at += 4
            self._path(_Context((), 0, instance))
            return
        if name == "pulldata":
            self._pulldata()
        before = len(self._found.references)
        self._at += 2
        self._expression(context, ")")
        self._nothing_follows()
        if name == "position":
            # The place of a row depends on the other rows of its repeat.
            for index, one in enumerate(self._found.references[before:], start=before):
                depth = one.path.count("/") - 1
                climbed = replace(one, climbed_to=min(one.climbed_to, depth))
                self._found.references[index] = climbed

    def _pulldata(self) -> None:
        """``pulldata('table', 'column', 'key column', key)``."""
        arguments = [self._text(ahead) for ahead in (2, 4, 6)]
        if not all(self._kind(ahead) == "literal" for ahead in (2, 4, 6)):
            self._refuse("pulldata() sin nombres fijos")
        table, *columns = (text[1:-1] for text in arguments)
        table = table.removesuffix(".csv")
        self._found.instances.append(table)
        self._found.columns.extend((table, column) for column in columns)

    def _nothing_follows(self) -> None:
        """A path may begin with ``instance(...)`` or ``current()``, not with what is computed."""
        if self._kind() == "slash" or self._text() == "[":
            self._refuse(self._text())

    def _path(self, context: _Context) -> None:
        steps, highest = list(context.steps), context.highest
        before = self._tokens[self._at - 1] if self._at else None
        continued = before is not None and before.text == ")" and self._kind() == "slash"
        if self._kind() == "slash" and not continued:
            context = _Context((), 0)
            steps, highest = [], 0
        while self._at < len(self._tokens):
            text, kind = self._text(), self._kind()
            if text == "//":
                self._refuse("//")
            if text == "..":
                steps = steps[:-1]
                highest = min(highest, len(steps))
            elif kind == "name":
                steps.append(text)
            elif text == "[":
                self._at += 1
                self._expression(_Context(tuple(steps), highest, context.instance), "]")
                if self._kind() != "slash" and self._text() != "[":
                    break
                continue
            elif text not in ("/", "."):
                break
            if kind in ("name", "dots") and self._text(1) not in ("/", "//", "["):
                self._at += 1
                break
            self._at += 1
        self._note(steps, highest, context.instance)

    def _note(self, steps: list[str], highest: int, instance: str) -> None:
        if not instance:
            self._found.references.append(Reference("/" + "/".join(steps), highest))
        elif len(steps) == _ITEM + 1:
            self._found.columns.append((instance, steps[-1]))
        elif len(steps) != _ITEM:
            self._refuse("/".join(steps) or "..")

    def _refuse(self, token: str) -> None:
        raise user_error(UNSUPPORTED_PATH, self._where, expression=self._source, token=token)
