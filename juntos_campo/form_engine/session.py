"""A form being filled in: answers in, values, relevance and errors out. Pure: no clock, no disk, no Qt.

Cells are addressed ``column`` for the head and ``row/column`` inside a repeat, where `row` is the key
the caller gave the row (a member id). Every answer given is kept as given: what cannot be read as an
answer of its type stays in the cell with its error, what is no longer relevant comes back when it is.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from lxml import etree

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import Definition, Node, Question, Text
from juntos_campo.form_engine.expressions import Expression
from juntos_campo.form_engine.findings import INVALID, REQUIRED, Cell, Finding, FindingKind
from juntos_campo.form_engine.functions import (
    DATE_MARK,
    DATE_VALUE,
    Environment,
    functions,
    to_boolean,
    to_text,
)
from juntos_campo.form_engine.problems import UNKNOWN_ADDRESS
from juntos_campo.form_engine.question_types.base import AnswerError, Choice, Reading
from juntos_campo.form_engine.sources import NOBODY, Person, Table

_Place: TypeAlias = tuple[str, str]
"""(schema path, row key); the row key is empty outside a repeat."""


class Session:
    """One form being filled in.

    Args:
        now: the moment `now()` and `today()` mean; also what a date without its year is closest to.
        rows: repeat name -> row keys.
        answers: address -> answer, as `answers()` gives them. Rows must exist.
    """

    def __init__(
        self,
        definition: Definition,
        now: datetime,
        rows: Mapping[str, Iterable[str]] | None = None,
        answers: Mapping[str, Answer] | None = None,
        language: str = "",
        *,
        tables: Mapping[str, Table] | None = None,
        seed: int = 0,
        person: Person = NOBODY,
    ) -> None:
        self.definition = definition
        self.language = language or definition.languages[0]
        self._now = now
        self._keys = {question.key: question for question in definition.questions}
        self._repeats = {group.name: group.path for group in definition.repeats}
        self._rows: dict[str, list[str]] = {path: [] for path in self._repeats.values()}
        self._cells: dict[_Place, Cell] = {}
        self._functions = functions(Environment(now))
        self._xpaths: dict[Expression, etree.XPath] = {}
        self._readings = {
            question.path: Reading(now.date(), self.language, question.choices)
            for question in definition.questions
        }
        self._root = etree.Element(definition.root[1:])
        self._build("", self._root)
        for name, keys in (rows or {}).items():
            for key in keys:
                self._append_row(self._repeats[name], key)
        for name, path in self._repeats.items():
            for key in str((answers or {}).get(f"#{name}") or "").split():
                if key not in self._rows[path]:
                    self._append_row(path, key)
        for address, answer in (answers or {}).items():
            if address.startswith("#"):
                continue
            self._store(self._place(address), answer)
        self._recompute(self._all_places())

    # -- building -------------------------------------------------------------------------------

    def _build(self, repeat: str, top: etree._Element, row: str = "") -> None:
        """Make the nodes of the head (`repeat` empty) or of one row below `top`."""
        root_path = repeat or self.definition.root
        self._cells[root_path, row] = Cell(top)
        for path, node in self.definition.nodes.items():
            if path == root_path or node.repeat != repeat:
                continue
            if not isinstance(node, Question) and node.is_repeat:
                continue
            parent = self._cells[node.parent, row].element
            element = etree.SubElement(parent, node.name)
            if isinstance(node, Question) and node.type.is_date:
                element.set(DATE_MARK, DATE_VALUE)
            cell = self._cells[path, row] = Cell(element)
            if isinstance(node, Question) and node.default:
                self._store((path, row), node.default, cell)

    def _append_row(self, repeat: str, key: str) -> None:
        node = self.definition.nodes[repeat]
        parent = self._cells[node.parent, ""].element
        self._rows[repeat].append(key)
        self._build(repeat, etree.SubElement(parent, node.name), key)

    def add_row(self, repeat: str, key: str, within: str = "") -> frozenset[str]:
        """Append a row to the repeat named `repeat`; the addresses that changed."""
        self._append_row(self._repeats[repeat], key)
        columns = self.definition.columns(self._repeats[repeat])
        fresh = {self._address(question, key) for question in columns}
        return self._recompute(self._all_places()) | fresh

    def remove_row(self, repeat: str, row: str) -> frozenset[str]:
        """Take a row away with all its answers; the addresses that changed."""
        path = self._repeats[repeat]
        element = self._cells[path, row].element
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
        self._rows[path].remove(row)
        for place in [place for place in self._cells if place[1] == row]:
            if self.definition.nodes[place[0]].repeat == path:
                del self._cells[place]
        return self._recompute(self._all_places())

    def can_add(self, repeat: str, within: str = "") -> bool:
        """A person may add rows to the repeat named `repeat`."""
        return True

    # -- asking ---------------------------------------------------------------------------------

    def rows(self, repeat: str, within: str | None = None) -> tuple[str, ...]:
        """Row keys of the repeat named `repeat`, in order; of one parent row if `within` is given."""
        return tuple(self._rows[self._repeats[repeat]])

    def choices(self, address: str) -> tuple[Choice, ...]:
        """What may be chosen in a cell now."""
        return self.question(address).choices

    def group_relevant(self, path: str, row: str = "") -> bool:
        """Whether a group or repeat is shown."""
        cell = self._cells.get((path, row))
        return cell is None or cell.relevant

    def state(self) -> dict[str, Answer]:
        """Everything needed to take the form up again."""
        found = {
            self._address(node, row): cell.answer
            for path, row in self._all_places()
            if isinstance(node := self.definition.nodes[path], Question)
            and (cell := self._cells[path, row]).answer not in (None, "")
        }
        return found | self._row_entries()

    def record_answers(self) -> dict[str, Answer]:
        """What a closed record keeps: `answers` and the rows."""
        return self.answers() | self._row_entries()

    def _row_entries(self) -> dict[str, Answer]:
        return {f"#{name}": " ".join(self._rows[path]) for name, path in self._repeats.items()}

    def set_language(self, language: str) -> None:
        """Show the texts in another language; nothing else changes."""
        self.language = language

    def finish(self, now: datetime) -> frozenset[str]:
        """Stamp the `end` questions; the addresses that changed."""
        return frozenset()

    def instance_name(self) -> str:
        """What the form calls this record; empty when it says nothing."""
        return ""

    def label_of(self, node: Node, row: str = "") -> str:
        """The label of a question or group."""
        return self.label(node.label, node.path, row)

    def hint_of(self, node: Node, row: str = "") -> str:
        """The hint below a question."""
        return self.label(node.hint, node.path, row)

    def guidance_of(self, node: Node, row: str = "") -> str:
        """The longer help of a question."""
        return self.label(node.guidance, node.path, row)

    def row_label(self, repeat: str, row: str) -> str:
        """What a row of the repeat named `repeat` is called; empty when the form does not say."""
        return self.label_of(self.definition.nodes[self._repeats[repeat]], row)

    def question(self, address: str) -> Question:
        """The question a cell belongs to.

        Raises:
            UserError: FRM-020, there is no such cell.
        """
        question = self.definition.nodes[self._place(address)[0]]
        assert isinstance(question, Question)  # noqa: S101 - `_place` finds questions only
        return question

    def answer(self, address: str) -> Answer:
        """What counts as the answer of a cell: None when empty, unreadable or not relevant.

        Calculations answer with their text.
        """
        place = self._place(address)
        cell = self._cells[place]
        question = self._keys[address.rpartition("/")[2]]
        if not cell.relevant or not cell.value:
            return None
        return cell.value if question.calculate else cell.answer

    def given(self, address: str) -> Answer:
        """What was typed, readable or not, relevant or not."""
        return self._cells[self._place(address)].answer

    def shown(self, address: str) -> str:
        """The cell as text for screen and paper; what was typed when it cannot be read."""
        place = self._place(address)
        cell = self._cells[place]
        question = self._keys[address.rpartition("/")[2]]
        if not cell.relevant:
            return ""
        if question.calculate:
            return cell.value
        if cell.unreadable:
            return str(cell.answer)
        return question.type.show(cell.answer, self._readings[question.path])

    def reading(self, question: Question) -> Reading:
        """What the type of a question may look at."""
        return self._readings[question.path]

    def relevant(self, address: str) -> bool:
        return self._cells[self._place(address)].relevant

    def readonly(self, address: str) -> bool:
        cell = self._cells[self._place(address)]
        question = self._keys[address.rpartition("/")[2]]
        return cell.readonly or not question.type.answerable

    def required(self, address: str) -> bool:
        return self._cells[self._place(address)].required

    def finding(self, address: str) -> Finding | None:
        """What is wrong with a cell; None when nothing is."""
        return self._cells[self._place(address)].finding

    def findings(self) -> tuple[Finding, ...]:
        """Everything wrong, row by row, in the order of the form; the head comes first."""
        return tuple(
            cell.finding
            for place in self._all_places()
            if (cell := self._cells[place]).finding is not None
        )

    def row_findings(self, repeat: str, row: str) -> tuple[Finding, ...]:
        """What is wrong in one row."""
        return tuple(
            finding
            for question in self.definition.columns(self._repeats[repeat])
            if (finding := self._cells[question.path, row].finding) is not None
        )

    def label(self, text: Text, path: str, row: str = "") -> str:
        """A text of the form with its computed parts filled in, at the node `path`."""
        element = self._cells[path, row].element
        parts = (
            part if isinstance(part, str) else to_text(self._xpath(part)(element))
            for part in text.parts(self.language)
        )
        return " ".join("".join(parts).split())

    def answers(self) -> dict[str, Answer]:
        """Every relevant answer and calculation that is not empty, by address."""
        found: dict[str, Answer] = {}
        for path, row in self._all_places():
            node = self.definition.nodes[path]
            if isinstance(node, Question):
                address = self._address(node, row)
                cell = self._cells[path, row]
                answer = cell.answer if cell.unreadable else self.answer(address)
                if cell.relevant and answer not in (None, ""):
                    found[address] = answer
        return found

    # -- answering ------------------------------------------------------------------------------

    def set(self, address: str, answer: Answer) -> frozenset[str]:
        """Answer a cell and bring everything that depends on it up to date.

        Args:
            answer: an answer, or the text as typed; None or "" empties the cell.

        Returns:
            Addresses whose value, relevance or finding changed, the cell itself among them.

        Raises:
            UserError: FRM-020, there is no such cell.
        """
        return self.set_many({address: answer})

    def set_many(self, answers: Mapping[str, Answer]) -> frozenset[str]:
        """Answer several cells at once (a pasted block); see `set`."""
        places = [self._place(address) for address in answers]
        for place, answer in zip(places, answers.values(), strict=True):
            self._store(place, answer)
        return self._recompute(places) | frozenset(answers)

    def _store(self, place: _Place, answer: Answer, cell: Cell | None = None) -> None:
        cell = cell or self._cells[place]
        question = self.definition.nodes[place[0]]
        assert isinstance(question, Question)  # noqa: S101 - callers come through `_place`
        text = "" if answer is None else str(answer).strip()
        cell.unreadable = ""
        if not text:
            cell.answer = None
            return
        try:
            cell.answer = question.type.read(text, self._readings[place[0]])
        except AnswerError as error:
            cell.answer, cell.unreadable = text, str(error)

    # -- computing ------------------------------------------------------------------------------

    def _recompute(self, places: Iterable[_Place]) -> frozenset[str]:
        """Bring values below `places` up to date in order, then the checks they touch."""
        order = self.definition.order
        waiting = [(order[path], path, row) for path, row in dict.fromkeys(places)]
        heapq.heapify(waiting)
        queued = {(path, row) for _, path, row in waiting}
        to_check: dict[_Place, None] = {}
        changed: set[str] = set()
        while waiting:
            _, path, row = heapq.heappop(waiting)
            place = (path, row)
            queued.discard(place)
            to_check[place] = None
            if not self._evaluate(place):
                continue
            node = self.definition.nodes[path]
            if isinstance(node, Question):
                changed.add(self._address(node, row))
            for target, needs_value in self._targets(node, row):
                if not needs_value:
                    to_check[target] = None
                elif target not in queued:
                    queued.add(target)
                    heapq.heappush(waiting, (order[target[0]], *target))
        for place in to_check:
            node = self.definition.nodes[place[0]]
            if isinstance(node, Question) and self._check(node, place):
                changed.add(self._address(node, place[1]))
        return frozenset(changed)

    def _targets(self, node: Node, row: str) -> Iterator[tuple[_Place, bool]]:
        for dependent in self.definition.dependents[node.path]:
            repeat = self.definition.nodes[dependent.path].repeat
            if not repeat:
                yield (dependent.path, ""), dependent.value
            elif dependent.same_row and repeat == node.repeat:
                yield (dependent.path, row), dependent.value
            else:
                for other in self._rows[repeat]:
                    yield (dependent.path, other), dependent.value

    def _evaluate(self, place: _Place) -> bool:
        """Compute relevance and value of one node; True when either changed."""
        node, cell = self.definition.nodes[place[0]], self._cells[place]
        was = (cell.relevant, cell.value)
        if node.relevant:
            cell.own_relevant = to_boolean(self._xpath(node.relevant)(cell.element))
        cell.relevant = cell.own_relevant and self._parent_relevant(node, place[1])
        if not isinstance(node, Question):
            return was != (cell.relevant, cell.value)
        if not cell.relevant:
            cell.value = ""
        elif node.calculate:
            cell.value = to_text(self._xpath(node.calculate)(cell.element))
        elif cell.unreadable:
            cell.value = ""
        else:
            cell.value = node.type.to_tree(cell.answer)
        cell.element.text = cell.value or None
        return was != (cell.relevant, cell.value)

    def _parent_relevant(self, node: Node, row: str) -> bool:
        if not node.parent:
            return True
        parent = self.definition.nodes[node.parent]
        return self._cells[node.parent, row if parent.repeat else ""].relevant

    def _check(self, question: Question, place: _Place) -> bool:
        """Judge one question; True when its finding or being read-only changed."""
        cell = self._cells[place]
        was = (cell.finding, cell.readonly, cell.required)
        cell.readonly = self._true(question.readonly, cell)
        cell.required = cell.relevant and self._true(question.required, cell)
        cell.finding = self._judged(question, cell, place[1])
        return was != (cell.finding, cell.readonly, cell.required)

    def _judged(self, question: Question, cell: Cell, row: str) -> Finding | None:
        if not cell.relevant:
            return None
        address = self._address(question, row)
        if cell.unreadable:
            return Finding(address, FindingKind.FORMAT, cell.unreadable)
        if not cell.value:
            if not cell.required:
                return None
            message = self.label(question.required_message, question.path, row) or REQUIRED
            return Finding(address, FindingKind.REQUIRED, message)
        if question.constraint and not self._true(question.constraint, cell):
            message = self.label(question.constraint_message, question.path, row) or INVALID
            return Finding(address, FindingKind.CONSTRAINT, message)
        return None

    def _true(self, expression: Expression | None, cell: Cell) -> bool:
        return expression is not None and to_boolean(self._xpath(expression)(cell.element))

    def _xpath(self, expression: Expression) -> etree.XPath:
        compiled = self._xpaths.get(expression)
        if compiled is None:
            compiled = self._xpaths[expression] = expression.compile(self._functions)
        return compiled

    # -- addresses ------------------------------------------------------------------------------

    def _place(self, address: str) -> _Place:
        row, _, key = address.rpartition("/")
        question = self._keys.get(key)
        if question is None or (question.path, row) not in self._cells:
            raise user_error(UNKNOWN_ADDRESS, address=address, form=self.definition.form_id)
        return question.path, row

    def _address(self, question: Question, row: str) -> str:
        return f"{row}/{question.key}" if row else question.key

    def _all_places(self) -> list[_Place]:
        """Every node instance, head first, then row by row; parents before their children."""
        nodes = self.definition.nodes
        places = [(path, "") for path, node in nodes.items() if not node.repeat]
        for repeat, rows in self._rows.items():
            columns = [path for path, node in nodes.items() if node.repeat == repeat]
            places.extend((path, row) for row in rows for path in columns)
        return places
