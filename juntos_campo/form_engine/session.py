"""A form being filled in: answers in, values, relevance and errors out. Pure: no clock, no disk, no Qt.

Cells are addressed ``column`` for the head and ``row/column`` inside a repeat, where `row` is the key
the caller gave the row (a member id); in a nested repeat it is a path of keys, ``a/b``. Every answer given
is kept as given: what cannot be read as an answer of its type stays in the cell with its error, what is no
longer relevant comes back when it is. Pseudo answers, whose last part begins with ``#``, keep the rows
(``#ninos`` -> ``"k1 k2"``) and that the form was begun (`STARTED`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.answering import Answering, row_entries
from juntos_campo.form_engine.choices import Lists
from juntos_campo.form_engine.definition import Definition, Group, Node, Question, Text
from juntos_campo.form_engine.evaluation import Evaluator, FormulaError, Wave
from juntos_campo.form_engine.findings import Finding
from juntos_campo.form_engine.functions import Environment, to_text
from juntos_campo.form_engine.judging import Judge
from juntos_campo.form_engine.problems import COUNTED_ROWS
from juntos_campo.form_engine.question_types.base import Choice, Reading
from juntos_campo.form_engine.setvalues import Events, preloaded
from juntos_campo.form_engine.sources import NOBODY, Person, Table
from juntos_campo.form_engine.tree import Place, Tree, above

STARTED = "#started"
"""Pseudo answer: when the form was begun. Where it stands, nothing is given anew on taking the form up."""


class Session:
    """One form being filled in.

    Args:
        now: the moment `now()` and `today()` mean; also what a date without its year is closest to.
        rows: repeat name -> row keys.
        answers: address -> answer, as `state()`, `record_answers()` or `answers()` give them, or what is
            known beforehand. Rows must be in `rows` or in a pseudo answer; those of repeats that count
            their rows need not.
        tables: the register's tables that `Definition.wanted_tables` names.
        seed: where drawing by lot begins.
        person: who fills it in.
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
        self._tree = Tree(definition)
        self._lists = Lists(definition, self._tree, tables or {})
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
        self._events = Events(definition, self._tree, self._evaluator)
        self._answering = Answering(self._tree, self._lists, now, language)
        self._take_up(rows or {}, answers or {}, now, person)

    def _choice_label(self, path: str, name: str) -> str:
        return self._lists.label(path, name, self.language)

    def _begin_row(self, repeat: str, row: str) -> None:
        """A new row takes its fixed values; what is computed waits until the row stands."""
        self._answering.defaults(repeat, row)
        self._events.begin_row(repeat, row)

    def _take_up(
        self,
        rows: Mapping[str, Iterable[str]],
        answers: Mapping[str, Answer],
        now: datetime,
        person: Person,
    ) -> None:
        resumed = STARTED in answers
        self._started = str(answers.get(STARTED) or f"{now:%Y-%m-%dT%H:%M}")
        if not resumed:
            self._begin_row("", "")
            for question in self.definition.questions:
                if question.preload and question.preload != "end" and not question.repeat:
                    text = preloaded(question.preload, now, person)
                    self._answering.store((question.path, ""), text)
        listed = set(self._answering.rows_named(answers)) if resumed else set()
        for name, keys in rows.items():
            group = self._tree.repeats[name]
            for row in self._answering.new_rows(group, keys):
                if (group.path, row) not in listed:
                    self._begin_row(group.path, row)
        for repeat, row in list(self._answering.take_rows(answers)):
            if not resumed:
                self._begin_row(repeat, row)
        given = self._answering.take_answers(answers)
        self._events.pending = [one for one in self._events.pending if one[1] not in given]
        self._evaluator.loading = True
        wave = Wave()
        self._evaluator.push_row("", "", wave)
        self._settle((), wave)
        self._evaluator.loading = False

    # -- rows -----------------------------------------------------------------------------------

    def rows(self, repeat: str, within: str | None = None) -> tuple[str, ...]:
        """Whole keys of the rows of the repeat named `repeat`, in order.

        Args:
            within: only those in this row of the repeat it lies in.
        """
        return tuple(self._tree.rows(self._tree.repeats[repeat].path, within or ""))

    def can_add(self, repeat: str, within: str = "") -> bool:  # noqa: ARG002 - the same in every row
        """A person may add rows to the repeat named `repeat`."""
        return self._tree.repeats[repeat].count is None

    def add_row(self, repeat: str, key: str, within: str = "") -> frozenset[str]:
        """Append a row to the repeat named `repeat`.

        Args:
            key: its own key, without blanks and slashes, new in this repeat.
            within: the row of the repeat it lies in.

        Returns:
            Addresses that changed, and all of the new row.

        Raises:
            UserError: FRM-021, the form itself counts these rows.
        """
        group = self._tree.repeats[repeat]
        if group.count is not None:
            raise user_error(COUNTED_ROWS, repeat=repeat)
        made = self._answering.new_rows(group, (key,), within)
        wave = Wave()
        for row in made:
            self._begin_row(group.path, row)
            self._evaluator.push_row(group.path, row, wave)
            self._evaluator.rows_changed(group.path, within, wave)
        changed = self._settle((), wave)
        for row in made:
            changed |= set(self._tree.addresses_of_row(group.path, row))
        return changed

    def remove_row(self, repeat: str, row: str) -> frozenset[str]:
        """Take a row away with all its answers.

        Returns:
            Addresses that changed, none of the row itself.

        Raises:
            UserError: FRM-021, the form itself counts these rows.
        """
        group = self._tree.repeats[repeat]
        if group.count is not None:
            raise user_error(COUNTED_ROWS, repeat=repeat)
        if row not in self._tree.rows(group.path):
            return frozenset()
        self._tree.remove(group.path, row)
        wave = Wave()
        self._evaluator.rows_changed(group.path, above(row), wave)
        return self._settle((), wave)

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
        element = self._tree.anchors[path, row] if cell is None else cell.element
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

    def set_language(self, language: str) -> None:
        """Show texts in another language; answers and everything typed stay."""
        self._judge.language = self._answering.language = language
        wave = Wave()
        self._evaluator.push_row("", "", wave)  # jr:choice-name() reads differently
        self._evaluator.loading = True
        self._settle((), wave)
        self._evaluator.loading = False

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

    # -- answering ------------------------------------------------------------------------------

    def set(self, address: str, answer: Answer) -> frozenset[str]:
        """Answer a cell and bring everything that depends on it up to date.

        Args:
            answer: an answer, or the text as typed; None or "" empties the cell.

        Returns:
            Addresses whose value, relevance, finding or choices changed, the cell itself among them.

        Raises:
            UserError: FRM-020, there is no such cell.
        """
        return self.set_many({address: answer})

    def set_many(self, answers: Mapping[str, Answer]) -> frozenset[str]:
        """Answer several cells at once (a pasted block); see `set`."""
        places = [self._tree.place(address) for address in answers]
        plain: list[Place] = []
        later: dict[Place, Answer] = {}
        for place, answer in zip(places, answers.values(), strict=True):
            if self._is_filtered(place):
                later[place] = answer
            else:
                plain.append(place)
                self._store(place, answer)
        changed = self._settle(plain, Wave()).union(answers)
        # What may be chosen can hang on what was just answered: these are read afterwards, in order.
        for place in sorted(later, key=lambda one: (self.definition.order[one[0]], one[1])):
            self._store(place, later[place])
            changed |= self._settle((place,), Wave())
        return changed

    def _is_filtered(self, place: Place) -> bool:
        question = self.definition.nodes[place[0]]
        return isinstance(question, Question) and question.itemset is not None

    def _store(self, place: Place, answer: Answer) -> None:
        question = self.definition.nodes[place[0]]
        assert isinstance(question, Question)  # noqa: S101 - `place` finds questions only
        if question.calculate:
            return
        choices = self._judge.choices(place) if question.itemset else None
        if self._answering.store(place, answer, choices):
            self._events.changed(place)

    def _settle(self, places: Iterable[Place], wave: Wave) -> frozenset[str]:
        """Bring everything up to date, give what events give, and judge."""
        self._evaluator.run(places, wave)
        fired = set()
        while self._events.pending:
            setvalue, place = self._events.pending.pop(0)
            if (setvalue, place) in fired or place not in self._tree.cells:
                continue
            fired.add((setvalue, place))
            if self._answering.store(place, self._events.text(setvalue, place)):
                self._events.changed(place)
            self._evaluator.run((place,), wave)
        self._judge.judge(wave)
        return frozenset(wave.changed)

    def finish(self, now: datetime) -> frozenset[str]:
        """Stamp the ``end`` questions; the addresses that changed."""
        places = [
            (question.path, "")
            for question in self.definition.questions
            if question.preload == "end" and not question.repeat
        ]
        for place in places:
            self._answering.store(place, preloaded("end", now, NOBODY))
        return self._settle(places, Wave())
