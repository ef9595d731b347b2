"""Values and relevance, brought up to date from what changed, in the order of the form's dependencies."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from juntos_campo.form_engine.definition import (
    COUNT,
    Definition,
    Depends,
    Group,
    Node,
    Question,
    Text,
)
from juntos_campo.form_engine.expressions import Expression
from juntos_campo.form_engine.findings import Cell
from juntos_campo.form_engine.functions import (
    Environment,
    functions,
    point,
    to_boolean,
    to_number,
    to_text,
    to_words,
    tree_value,
)
from juntos_campo.form_engine.functions_nodes import IRRELEVANT
from juntos_campo.form_engine.question_types.base import (
    DATE_MARK,
    DATE_VALUE,
    MOMENT_VALUE,
)
from juntos_campo.form_engine.tree import MOST_ROWS, Place, Tree, above, depth_of

_RUN_TIME_ERRORS = (
    etree.XPathError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    re.error,
)
_POINTS = {
    DATE_VALUE: re.compile(r"\d{4}-\d\d-\d\d"),
    MOMENT_VALUE: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?"),
}


class FormulaError(Exception):
    """An expression of the form could not be computed with the present answers."""


@dataclass(slots=True)
class Wave:
    """What one change sets going.

    Attributes:
        waiting, queued: places whose value must be computed, by the order of the form.
        to_check: places that must be judged once all values stand.
        hidden: places of rows that went out of sight on the way.
        changed: addresses that changed.
    """

    waiting: list[tuple[int, str, str]] = field(default_factory=list)
    queued: set[Place] = field(default_factory=set)
    to_check: dict[Place, None] = field(default_factory=dict)
    hidden: set[Place] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


class Evaluator:
    """Computes one form that is being filled in.

    Args:
        begin_row: told of every row the form makes by itself, (path of the repeat, row).

    Attributes:
        loading: everything is computed though nothing changed; what was drawn by lot is not drawn again.
    """

    def __init__(
        self,
        definition: Definition,
        tree: Tree,
        environment: Environment,
        begin_row: Callable[[str, str], None],
    ) -> None:
        self._definition = definition
        self._tree = tree
        self._begin_row = begin_row
        self._functions = functions(environment)
        self._xpaths: dict[Expression, etree.XPath] = {}
        self._depths = {path: len(chain) for path, chain in tree.chains.items()}
        self.loading = False

    # -- expressions ----------------------------------------------------------------------------

    def value(self, expression: Expression, element: etree._Element) -> Any:
        """What an expression gives at a node.

        Raises:
            FormulaError: it cannot be computed.
        """
        xpath = self._xpaths.get(expression)
        if xpath is None:
            xpath = self._xpaths[expression] = expression.compile(self._functions)
        try:
            if expression.has_variables:
                return xpath(element, current=[element], data=[self._tree.root])
            return xpath(element)
        except _RUN_TIME_ERRORS as error:
            raise FormulaError(expression.source) from error

    def text(self, text: Text, element: etree._Element, language: str) -> str:
        """A text of the form with its computed parts filled in; parts that fail are left out."""
        words = []
        for part in text.parts(language):
            try:
                words.append(part if isinstance(part, str) else to_words(self.value(part, element)))
            except FormulaError:
                continue
        return "\n".join(" ".join(line.split()) for line in "".join(words).split("\n")).strip()

    # -- the wave -------------------------------------------------------------------------------

    def run(self, places: Iterable[Place], wave: Wave | None = None) -> Wave:
        """Compute the given nodes and everything that follows; judging is left to the caller."""
        wave = wave or Wave()
        for place in places:
            self.push(place, wave)
        while wave.waiting:
            _, path, row = heapq.heappop(wave.waiting)
            wave.queued.discard((path, row))
            if path[-1] == COUNT:
                self._resize(path[:-1], row, wave)
            elif (path, row) not in wave.hidden:
                wave.to_check[path, row] = None
                if self._evaluate((path, row)):
                    self._spread((path, row), wave)
        return wave

    def push(self, place: Place, wave: Wave) -> None:
        """Let a node be computed."""
        self._touch(place, Depends.VALUE, wave)

    def push_row(self, repeat: str, row: str, wave: Wave) -> None:
        """Let all of a row be computed (of the head for ""), with how many rows are in it."""
        for node in self._tree.columns(repeat):
            wave.hidden.discard((node.path, row))
            self.push((node.path, row), wave)
        for inner in self._tree.inner(repeat):
            self.push((inner + COUNT, row), wave)
            for one in self._tree.rows(inner, row):
                self.push_row(inner, one, wave)

    def rows_changed(self, repeat: str, within: str, wave: Wave) -> None:
        """A row came or went: whatever looks over the rows of the repeat follows."""
        seen = set()
        for path in self._definition.nodes:
            if path != repeat and not path.startswith(f"{repeat}/"):
                continue
            for dependent in self._definition.dependents[path]:
                if dependent.shared <= depth_of(within) and dependent not in seen:
                    seen.add(dependent)
                    self._follow(dependent.path, dependent.shared, dependent.kind, within, wave)

    def _spread(self, place: Place, wave: Wave) -> None:
        path, row = place
        node = self._definition.nodes[path]
        if isinstance(node, Question):
            wave.changed.add(self._tree.address(node, row))
        have = depth_of(row)
        for dependent in self._definition.dependents[path]:
            shared = dependent.shared
            if shared == have == self._depths[dependent.path]:
                # The same row, by far the most frequent: no list of places is made.
                self._touch((dependent.path, row), dependent.kind, wave)
            else:
                self._follow(dependent.path, shared, dependent.kind, row, wave)

    def _follow(self, path: str, shared: int, kind: Depends, row: str, wave: Wave) -> None:
        for target in self._tree.targets(path, shared, row):
            self._touch(target, kind, wave)

    def _touch(self, target: Place, kind: Depends, wave: Wave) -> None:
        if kind is Depends.VALUE:
            if target not in wave.queued:
                wave.queued.add(target)
                heapq.heappush(wave.waiting, (self._definition.order[target[0]], *target))
            return
        wave.to_check[target] = None
        if kind is Depends.TEXT:
            node = self._definition.nodes[target[0]]
            if isinstance(node, Question):
                wave.changed.add(self._tree.address(node, target[1]))

    # -- rows -----------------------------------------------------------------------------------

    def _resize(self, repeat: str, within: str, wave: Wave) -> None:
        """Make a repeat as long as the form says."""
        group = self._definition.nodes[repeat]
        if not isinstance(group, Group) or group.count is None:
            return
        anchor = self._tree.anchors.get((repeat, within))
        if anchor is None:  # the row it lies in is gone
            return
        wanted, had = self._wanted(group.count, anchor), self._tree.counted(repeat, within)
        for number in range(had, wanted):
            row = self._tree.show_first(repeat, within)
            if not row:
                row = self._tree.add(repeat, str(number + 1), within)
                self._begin_row(repeat, row)
            self.push_row(repeat, row, wave)
            wave.changed.update(self._tree.addresses_of_row(repeat, row))
        for _ in range(wanted, had):
            row = self._tree.hide_last(repeat, within)
            wave.changed.update(self._tree.addresses_of_row(repeat, row))
            for place in self._tree.places_of_row(repeat, row):
                self._hide(place, wave)
        if wanted != had:
            self.rows_changed(repeat, within, wave)

    def _wanted(self, count: Expression, anchor: etree._Element) -> int:
        try:
            number = to_number(self.value(count, anchor))
        except FormulaError:
            return 0
        return int(min(number, MOST_ROWS)) if number > 0 else 0

    def _hide(self, place: Place, wave: Wave) -> None:
        cell = self._tree.cells[place]
        wave.hidden.add(place)
        cell.relevant, cell.value, cell.finding = False, "", None

    # -- one node -------------------------------------------------------------------------------

    def _evaluate(self, place: Place) -> bool:
        """Compute relevance and value of one node; True when either changed."""
        node, cell = self._definition.nodes[place[0]], self._tree.cells[place]
        was_relevant, was, had_failed = cell.relevant, cell.value, cell.failed
        cell.failed = False
        if node.relevant:
            try:
                cell.own_relevant = to_boolean(self.value(node.relevant, cell.element))
            except FormulaError:
                cell.own_relevant = cell.failed = True
        cell.relevant = cell.own_relevant and self._parent_relevant(node, place[1])
        if cell.relevant is not cell.counted:
            cell.counted = cell.relevant
            if cell.relevant:
                cell.element.attrib.pop(IRRELEVANT, None)
            else:
                cell.element.set(IRRELEVANT, "1")
        if not isinstance(node, Question):
            return was_relevant != cell.relevant or had_failed != cell.failed
        if node.calculate and cell.relevant:
            self._calculate(node, node.calculate, cell)
        else:
            given = cell.relevant and not cell.unreadable
            cell.value = node.type.to_tree(cell.answer) if given and not node.calculate else ""
            cell.element.text = cell.value or None
        return was_relevant != cell.relevant or was != cell.value

    def _parent_relevant(self, node: Node, row: str) -> bool:
        if not node.parent:
            return True
        within = above(row) if node.path == node.repeat else row
        return self._tree.cells[node.parent, within].relevant

    def _calculate(self, question: Question, expression: Expression, cell: Cell) -> None:
        """Value and node of a calculation; a kept one is remembered as the cell's answer."""
        kept = expression.is_kept and cell.answer not in (None, "")
        if kept:
            _write(question, cell, str(cell.answer))
            if self.loading and "once" not in expression.source:
                return
        try:
            result = self.value(expression, cell.element)
        except FormulaError:
            cell.failed = True
            result = ""
        if isinstance(result, float) and result != result:  # noqa: PLR0124 - NaN is no answer
            result = ""
        if expression.is_kept:
            cell.answer = to_text(result)
            _write(question, cell, str(cell.answer))
            return
        text, mark = tree_value(result)
        wanted = question.type.mark
        if wanted and mark != wanted and text:
            number = to_number(result)
            result = point(number, wanted) if number == number else ""  # noqa: PLR0124
            text, mark = tree_value(result)
        cell.value = to_text(result)
        _set_node(cell.element, text, mark or wanted)

    def is_relevant(self, repeat: Group, within: str) -> bool:
        """Whether a repeat applies, also one without rows."""
        try:
            own = repeat.relevant is None or to_boolean(
                self.value(repeat.relevant, self._tree.anchors[repeat.path, within])
            )
        except FormulaError:
            own = True
        return own and self._tree.cells[repeat.parent, within].relevant


def _write(question: Question, cell: Cell, text: str) -> None:
    """Put a kept text into its node; what reads as a point in time becomes one."""
    cell.value = text
    for mark, pattern in _POINTS.items():
        if pattern.fullmatch(text):
            number, _ = tree_value(point(to_number(text), mark))
            _set_node(cell.element, number, mark)
            return
    _set_node(cell.element, text, question.type.mark)


def _set_node(element: etree._Element, text: str, mark: str) -> None:
    element.text = text or None
    if mark:
        element.set(DATE_MARK, mark)
    else:
        element.attrib.pop(DATE_MARK, None)
