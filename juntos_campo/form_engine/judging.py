"""What is wrong with each cell of a form, and what may be chosen in it."""

from __future__ import annotations

from juntos_campo.form_engine.choices import Lists
from juntos_campo.form_engine.definition import Definition, Question, Text
from juntos_campo.form_engine.evaluation import Evaluator, FormulaError, Wave
from juntos_campo.form_engine.expressions import Expression
from juntos_campo.form_engine.findings import (
    FORMULA,
    INVALID,
    NOT_LISTED,
    REQUIRED,
    TOO_MANY,
    Cell,
    Finding,
    FindingKind,
)
from juntos_campo.form_engine.functions import to_boolean, to_number
from juntos_campo.form_engine.question_types.base import Choice
from juntos_campo.form_engine.tree import MOST_ROWS, Place, Tree


class Judge:
    """Judges the cells of one form that is being filled in.

    Attributes:
        language: of the sentences.
    """

    def __init__(
        self, definition: Definition, tree: Tree, lists: Lists, evaluator: Evaluator, language: str
    ) -> None:
        self._definition = definition
        self._tree = tree
        self._lists = lists
        self._evaluator = evaluator
        self.language = language
        self._opens = _first_questions(definition)
        self._counts = {
            reference.path
            for group in definition.repeats
            if group.count
            for reference in group.count.references
        }

    def judge(self, wave: Wave) -> None:
        """Judge what a wave touched; cells whose judgement changed are added to its changes."""
        for place in wave.to_check:
            node = self._definition.nodes[place[0]]
            if not isinstance(node, Question) or place in wave.hidden:
                continue
            cell = self._tree.cells.get(place)
            if cell is not None and self._check(node, cell, place[1]):
                wave.changed.add(self._tree.address(node, place[1]))

    def _check(self, question: Question, cell: Cell, row: str) -> bool:
        was = (cell.finding, cell.readonly, cell.required, cell.choices)
        if question.itemset and (cell.value or cell.choices is not None):
            cell.choices = self._picked(question, cell)
        try:
            cell.readonly = self._true(question.readonly, cell)
            cell.required = cell.relevant and self._true(question.required, cell)
            cell.finding = self._judged(question, cell, row)
        except FormulaError:
            cell.finding = self._failed(question, row) if cell.relevant else None
        return was != (cell.finding, cell.readonly, cell.required, cell.choices)

    def _judged(self, question: Question, cell: Cell, row: str) -> Finding | None:
        if not cell.relevant:
            return None
        if cell.failed or self._group_failed(question, row):
            return self._failed(question, row)
        kind, message = FindingKind.FORMAT, cell.unreadable
        if not message and not cell.value and cell.required:
            kind, message = FindingKind.REQUIRED, self._said(question.required_message, cell)
            message = message or REQUIRED
        elif not message and cell.value:
            kind, message = FindingKind.CONSTRAINT, self._refused(question, cell)
        return Finding(self._tree.address(question, row), kind, message) if message else None

    def _refused(self, question: Question, cell: Cell) -> str:
        """Why a readable answer is not taken; "" when it is."""
        if question.itemset and not self._listed(question, cell):
            return NOT_LISTED
        if question.constraint and not self._true(question.constraint, cell):
            return self._said(question.constraint_message, cell) or INVALID
        return TOO_MANY if question.path in self._counts and self._too_many(cell) else ""

    def _too_many(self, cell: Cell) -> bool:
        """More rows are asked for than are shown."""
        return to_number(cell.value) > MOST_ROWS

    def _said(self, text: Text, cell: Cell) -> str:
        return self._evaluator.text(text, cell.element, self.language)

    def _failed(self, question: Question, row: str) -> Finding:
        return Finding(self._tree.address(question, row), FindingKind.CONSTRAINT, FORMULA)

    def _group_failed(self, question: Question, row: str) -> bool:
        """A group tells that its relevance failed at its first question."""
        groups = self._opens.get(question.path)
        if groups is None:
            return False
        return any(self._tree.cells[path, row].failed for path in groups)

    def _listed(self, question: Question, cell: Cell) -> bool:
        names = {choice.name for choice in cell.choices or ()}
        chosen = [cell.value] if question.type.name == "select_one" else cell.value.split()
        return all(name in names for name in chosen)

    def choices(self, place: Place) -> tuple[Choice, ...]:
        """What may be chosen in a cell now."""
        question, cell = self._definition.nodes[place[0]], self._tree.cells[place]
        assert isinstance(question, Question)  # noqa: S101 - cells of questions are asked for
        if question.itemset is None:
            return question.choices
        if cell.choices is None:
            cell.choices = self._picked(question, cell)
        return cell.choices

    def _picked(self, question: Question, cell: Cell) -> tuple[Choice, ...]:
        assert question.itemset is not None  # noqa: S101 - callers looked
        try:
            nodes = self._evaluator.value(question.itemset.expression, cell.element)
        except FormulaError:
            return ()
        return self._lists.picked(question, nodes)

    def _true(self, expression: Expression | None, cell: Cell) -> bool:
        if expression is None:
            return False
        return to_boolean(self._evaluator.value(expression, cell.element))


def _first_questions(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Path of a question -> the groups with a relevance of their own whose first question it is."""
    found: dict[str, tuple[str, ...]] = {}
    for group in definition.groups:
        if group.relevant is None:
            continue
        inside = (one for one in definition.columns(group.repeat) if _is_in(one, group.path))
        first = next(inside, None)
        if first is not None:
            found[first.path] = (*found.get(first.path, ()), group.path)
    return found


def _is_in(question: Question, group: str) -> bool:
    return question.path.startswith(f"{group}/")
