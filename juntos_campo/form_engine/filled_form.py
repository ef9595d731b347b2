"""What can be asked of a form that is being filled in; what changes it is in `session`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.answering import Answering, row_entries
from juntos_campo.form_engine.choices import Lists
from juntos_campo.form_engine.definition import Definition, Group, Node, Question, Text
from juntos_campo.form_engine.evaluation import Evaluator, FormulaError
from juntos_campo.form_engine.findings import Finding
from juntos_campo.form_engine.functions import Environment, to_text
from juntos_campo.form_engine.judging import Judge
from juntos_campo.form_engine.question_types.base import Choice, Reading
from juntos_campo.form_engine.sources import Person, Table
from juntos_campo.form_engine.tree import Place, Tree, above

STARTED = "#started"
"""Pseudo answer: when the form was begun. Where it stands, nothing is given anew on taking the form up."""


class FilledForm(ABC):
    """What can be asked of a form that is being filled in: cells, texts, and what is kept of it.

    Attributes:
        definition: the form.
    """

    def __init__(
        self,
        definition: Definition,
        now: datetime,
        language: str,
        tables: Mapping[str, Table],
        seed: int,
        person: Person,
    ) -> None:
        self.definition = definition
        self._tree = Tree(definition)
        self._lists = Lists(definition, self._tree, tables)
        environment = Environment(
            now,
            self._choice_label,
            seed,
            definition.version,
            self._lists.instance,
            self._lists.pull,
            {
                "username": person.username,
                "phonenumber": person.phone,
                "email": person.email,
                "deviceid": person.device_id,
            },
        )
        self._evaluator = Evaluator(definition, self._tree, environment, self._begin_row)
        language = language or definition.languages[0]
        self._judge = Judge(definition, self._tree, self._lists, self._evaluator, language)
        self._answering = Answering(self._tree, self._lists, now, language)
        self._started = f"{now:%Y-%m-%dT%H:%M}"

    def _choice_label(self, path: str, name: str) -> str:
        return self._lists.label(path, name, self.language)

    @abstractmethod
    def _begin_row(self, repeat: str, row: str) -> None:
        """The form makes a row (of the head: "") by itself."""

    # -- rows --------------------------------------------------------------------------------

    def rows(self, repeat: str, within: str | None = None) -> tuple[str, ...]:
        """Whole keys of the rows of the repeat named `repeat`, in order.

        Args:
            within: only those in this row of the repeat it lies in.
        """
        return tuple(self._tree.rows(self._tree.repeats[repeat].path, within or ""))

    def row_behind(self, repeat: str, row: str) -> str:
        """The row that stands behind a row of the repeat named `repeat`; "" behind the last."""
        rows = self.rows(repeat, above(row))
        return next(iter(rows[rows.index(row) + 1 :]), "")

    def can_add(self, repeat: str, within: str = "") -> bool:  # noqa: ARG002 - the same in every row
        """A person may add rows to the repeat named `repeat`."""
        return self._tree.repeats[repeat].count is None

    # -- asking ---------------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """The language of texts."""
        return self._judge.language

    def question(self, address: str) -> Question:
        """The question a cell belongs to.

        Raises:
            UserError: FRM-020, there is no such cell.
        """
        question = self.definition.nodes[self._tree.place(address)[0]]
        assert isinstance(question, Question)  # noqa: S101 - `place` finds questions only
        return question

    def answer(self, address: str) -> Answer:
        """What counts as the answer of a cell: None when empty, unreadable or not relevant.

        Calculations answer with their text.
        """
        cell = self._tree.cells[self._tree.place(address)]
        if not cell.relevant or not cell.value:
            return None
        question = self._tree.keys[address.rpartition("/")[2]]
        return cell.value if question.calculate else cell.answer

    def given(self, address: str) -> Answer:
        """What was typed, readable or not, relevant or not."""
        return self._tree.cells[self._tree.place(address)].answer

    def shown(self, address: str) -> str:
        """The cell as text for screen and paper; what was typed when it cannot be read."""
        place = self._tree.place(address)
        cell = self._tree.cells[place]
        question = self._tree.keys[address.rpartition("/")[2]]
        if not cell.relevant:
            return ""
        if question.calculate and not (question.type.mark and cell.value):
            return cell.value
        if cell.unreadable:
            return str(cell.answer)
        return self._answering.shown(question, cell)

    def reading(self, question: Question) -> Reading:
        """What the type of a question may look at."""
        return self._answering.reading(question)

    def choices(self, address: str) -> tuple[Choice, ...]:
        """What may be chosen in a cell now, in order."""
        return self._judge.choices(self._tree.place(address))

    def relevant(self, address: str) -> bool:
        return self._tree.cells[self._tree.place(address)].relevant

    def group_relevant(self, path: str, row: str = "") -> bool:
        """Whether a group or repeat applies.

        Args:
            path: schema path.
            row: the row it lies in, or the row of a repeat itself.
        """
        cell = self._tree.cells.get((path, row))
        if cell is not None:
            return cell.relevant
        node = self.definition.nodes[path]
        if isinstance(node, Group) and (path, row) in self._tree.anchors:
            return self._evaluator.is_relevant(node, row)
        return False

    def readonly(self, address: str) -> bool:
        """Nobody writes here: the sheet says so, or the form computes it."""
        cell = self._tree.cells[self._tree.place(address)]
        question = self._tree.keys[address.rpartition("/")[2]]
        return cell.readonly or not question.type.answerable or question.calculate is not None

    def required(self, address: str) -> bool:
        return self._tree.cells[self._tree.place(address)].required

    def finding(self, address: str) -> Finding | None:
        """What is wrong with a cell; None when nothing is."""
        return self._tree.cells[self._tree.place(address)].finding

    def findings(self) -> tuple[Finding, ...]:
        """Everything wrong, row by row, in the order of the form; the head comes first."""
        return self._findings(self._tree.places())

    def row_findings(self, repeat: str, row: str) -> tuple[Finding, ...]:
        """What is wrong in one row, and in the rows in it."""
        return self._findings(self._tree.places_of_row(self._tree.repeats[repeat].path, row))

    def _findings(self, places: Iterable[Place]) -> tuple[Finding, ...]:
        cells = self._tree.cells
        found = (cells[place].finding for place in places)
        return tuple(finding for finding in found if finding is not None)

    # -- texts ----------------------------------------------------------------------------------

    def label(self, text: Text, path: str, row: str = "") -> str:
        """A text of the form with its computed parts filled in, at the node `path`."""
        cell = self._tree.cells.get((path, row))
        # A repeat as a whole is read where it stands, what is in no row at the top of the form.
        place = self._tree.anchors.get((path, row), self._tree.root)
        element = place if cell is None else cell.element
        return self._evaluator.text(text, element, self.language)

    def label_of(self, node: Node, row: str = "") -> str:
        """The label of a question or group; of a repeat as a whole with the row it lies in."""
        return self.label(node.label, node.path, row)

    def hint_of(self, node: Node, row: str = "") -> str:
        """The hint below a question."""
        return self.label(node.hint, node.path, row)

    def guidance_of(self, node: Node, row: str = "") -> str:
        """The longer help of a question."""
        return self.label(node.guidance, node.path, row)

    def row_label(self, repeat: str, row: str) -> str:
        """What a row of the repeat named `repeat` is called; "" when the form does not say."""
        return self.label_of(self._tree.repeats[repeat], row)

    def instance_name(self) -> str:
        """What the form calls this record; "" when it says nothing."""
        expression = self.definition.instance_name
        if expression is None:
            return ""
        try:
            return to_text(self._evaluator.value(expression, self._tree.root)).strip()
        except FormulaError:
            return ""

    # -- what is kept ---------------------------------------------------------------------------

    def answers(self) -> dict[str, Answer]:
        """Every relevant answer and calculation that is not empty, by address."""
        found: dict[str, Answer] = {}
        for path, row in self._tree.places():
            node = self.definition.nodes[path]
            if isinstance(node, Question):
                cell = self._tree.cells[path, row]
                value = cell.value if node.calculate else cell.answer
                if cell.relevant and (cell.value or cell.unreadable) and value not in (None, ""):
                    found[self._tree.address(node, row)] = value
        return found

    def record_answers(self) -> dict[str, Answer]:
        """What a closed record keeps: `answers`, and the rows of relevant repeats."""
        rows = row_entries(
            self._tree, lambda repeat, row: self._tree.cells[repeat, row].relevant, hidden=False
        )
        return self.answers() | rows | {STARTED: self._started}

    def state(self) -> dict[str, Answer]:
        """Everything needed to take the form up again: also what is unreadable, hidden or not relevant."""
        found: dict[str, Answer] = {}
        for path, row in self._tree.places(hidden=True):
            node = self.definition.nodes[path]
            if isinstance(node, Question):
                cell = self._tree.cells[path, row]
                computed = node.calculate is not None and not node.calculate.is_kept
                if cell.answer not in (None, "") and not computed:
                    found[self._tree.address(node, row)] = cell.answer
        return found | row_entries(self._tree) | {STARTED: self._started}
