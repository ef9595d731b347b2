"""Answers read into cells, and the rows that pseudo answers name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.choices import Lists
from juntos_campo.form_engine.definition import Group, Question
from juntos_campo.form_engine.findings import Cell
from juntos_campo.form_engine.question_types.base import (
    AnswerError,
    Choice,
    Reading,
    writable,
)
from juntos_campo.form_engine.tree import MOST_ROWS, Place, Tree, above, depth_of

ROWS = "#"
"""First letter of the last part of a pseudo answer."""


class Answering:
    """Reads what was typed, or kept, into the cells of one form.

    Attributes:
        language: in which labels of choices are typed.
    """

    def __init__(self, tree: Tree, lists: Lists, now: datetime, language: str) -> None:
        self._tree = tree
        self._lists = lists
        self._near = now.date()
        self.language = language
        self._readings: dict[str, Reading] = {}

    def reading(self, question: Question, choices: tuple[Choice, ...] | None = None) -> Reading:
        """What the type of a question may look at.

        Args:
            choices: those to be read; None: the whole list.
        """
        is_open = question.itemset is not None and question.itemset.is_open
        if choices is None and not is_open:
            found = self._readings.get(question.path)
            if found is None or found.language != self.language:
                found = self._readings[question.path] = Reading(
                    self._near, self.language, question.choices, question.parameters
                )
            return found
        whole = self._lists.whole(question) if choices is None else choices
        return Reading(self._near, self.language, whole, question.parameters)

    def store(
        self, place: Place, answer: Answer, choices: tuple[Choice, ...] | None = None
    ) -> bool:
        """Read an answer into its cell; True when it is another one than before.

        Args:
            choices: what may be chosen in the cell now, if that is not simply its list.
        """
        cell = self._tree.cells[place]
        question = self._tree.definition.nodes[place[0]]
        assert isinstance(question, Question)  # noqa: S101 - places of questions are answered
        was = cell.answer
        text = _text(answer)
        cell.unreadable = ""
        if text:
            try:
                cell.answer = self._read(question, text, choices)
            except AnswerError as error:
                cell.answer = text
                # A list of people or rows may lose what was chosen: that is told as not listed.
                if question.itemset is None or not question.itemset.is_open:
                    cell.unreadable = str(error)
        else:
            cell.answer = None
        return was != cell.answer

    def _read(self, question: Question, text: str, choices: tuple[Choice, ...] | None) -> Answer:
        if question.itemset is None:
            return question.type.read(text, self.reading(question))
        if choices is not None:
            try:
                return question.type.read(text, self.reading(question, choices))
            except AnswerError:
                pass
        whole = self.reading(question)
        names = {choice.name for choice in whole.choices}
        if text in names or (question.type.name != "select_one" and names.issuperset(text.split())):
            return text
        return question.type.read(text, whole)

    def defaults(self, repeat: str, row: str) -> None:
        """Give the cells of a new row, or of the head (""), their fixed values."""
        for node in self._tree.columns(repeat):
            if isinstance(node, Question) and node.default and not node.calculate:
                self.store((node.path, row), node.default)

    def shown(self, question: Question, cell: Cell) -> str:
        """A readable answer as it is written on screen and paper."""
        if question.calculate:
            return question.type.show(cell.value, self.reading(question))
        return question.type.show(cell.answer, self.reading(question))

    # -- taking up ------------------------------------------------------------------------------

    def new_rows(
        self, group: Group, keys: Iterable[str], within: str = "", before: str = ""
    ) -> list[str]:
        """Make the rows of a repeat that are not there yet, last or before one; their whole keys.

        Rows that the form counts are numbered without a gap, and out of sight until it counts them.
        """
        made = []
        counted = group.count is not None
        for key in keys:
            outer = above(key) or within
            own = key.rpartition("/")[2]
            if (group.path, outer) not in self._tree.anchors:
                continue
            there = self._tree.made(group.path, outer)
            numbers = range(len(there) + 1, min(row_number(own), MOST_ROWS) + 1)
            for one in map(str, numbers) if counted else (own,):
                if (f"{outer}/{one}" if outer else one) not in there:
                    row = self._tree.add(group.path, one, outer, hidden=counted, before=before)
                    made.append(row)
        return made

    def rows_named(self, answers: Mapping[str, Answer]) -> Iterator[Place]:
        """(path of the repeat, row) of every row the pseudo answers name."""
        for group, within, key in _listed(self._tree, answers):
            yield group.path, f"{within}/{key}" if within else key

    def take_rows(self, answers: Mapping[str, Answer]) -> Iterator[Place]:
        """Make the rows that pseudo answers name, outer ones first, and those counted rows need.

        Yields:
            (path of the repeat, row) of each that was made.
        """
        for group, within, key in _listed(self._tree, answers):
            yield from self._counted_rows(group.path, within)
            for row in self.new_rows(group, (key,), within):
                yield group.path, row
        for address in answers:
            row, _, key = address.rpartition("/")
            question = self._tree.keys.get(key)
            if question is not None and (question.path, row) not in self._tree.cells:
                yield from self._counted_rows(question.path, row)

    def _counted_rows(self, node: str, row: str) -> Iterator[Place]:
        """The rows a node lies in, where the form counts them and has not made them yet."""
        parts = row.split("/") if row else []
        chain = self._tree.chains[node][: len(parts)]
        if len(parts) != len(chain):
            return
        for level, path in enumerate(chain):
            group, within = self._tree.definition.nodes[path], "/".join(parts[:level])
            if not isinstance(group, Group) or (path, within) not in self._tree.anchors:
                return
            if group.count is not None:
                made = self.new_rows(group, (parts[level],), within)
                yield from ((path, one) for one in made)

    def take_answers(self, answers: Mapping[str, Answer]) -> set[Place]:
        """Put kept answers into their cells; the places that were given, empty ones too.

        Raises:
            UserError: FRM-020, there is no such cell.
        """
        given = set()
        for address, answer in answers.items():
            if address.startswith(ROWS) or address.rpartition("/")[2].startswith(ROWS):
                continue
            place = self._tree.place(address)
            question = self._tree.definition.nodes[place[0]]
            if isinstance(question, Question) and question.calculate:
                if question.calculate.is_kept:
                    self._tree.cells[place].answer = _text(answer)
            else:
                self._keep(place, answer)
            given.add(place)
        return given

    def _keep(self, place: Place, answer: Answer) -> None:
        """Like `store`, but names of choices go before labels: only names are kept."""
        question = self._tree.definition.nodes[place[0]]
        assert isinstance(question, Question)  # noqa: S101 - `place` finds questions only
        text = _text(answer)
        is_open = question.itemset is not None and question.itemset.is_open
        names = {choice.name for choice in question.choices}
        if text and (is_open or text in names):
            self._tree.cells[place].answer = text
            self._tree.cells[place].unreadable = ""
        else:
            self.store(place, answer)


def _text(answer: Answer) -> str:
    """An answer as text, without blanks around it and what no tree can hold."""
    return "" if answer is None else writable(str(answer)).strip()


def row_number(key: str) -> int:
    """The number a row is counted by; 0 when its key is none."""
    return int(key) if key.isdecimal() and key.isascii() and len(key) <= 9 else 0


def _listed(tree: Tree, answers: Mapping[str, Answer]) -> Iterator[tuple[Group, str, str]]:
    """(repeat, row it lies in, own key) of the rows pseudo answers name, outer ones first."""
    names = [address for address in answers if address.rpartition("/")[2].startswith(ROWS)]
    for address in sorted(names, key=lambda one: one.count("/")):
        within, _, name = address.rpartition("/")
        group = tree.repeats.get(name.removeprefix(ROWS))
        if group is not None and depth_of(within) == len(tree.chains[group.path]) - 1:
            for key in str(answers[address] or "").split():
                yield group, within, key


def row_entries(
    tree: Tree, keep: Callable[[str, str], bool] | None = None, *, hidden: bool = True
) -> dict[str, Answer]:
    """The pseudo answers that keep the rows of every repeat that has some.

    Args:
        keep: (path of the repeat, row) -> whether a row is to be kept; all of them by default.
        hidden: also the rows a count leaves out at present.
    """
    found: dict[str, Answer] = {}
    for repeat, within in tree.repeat_places(hidden=hidden):
        group = tree.definition.nodes[repeat]
        rows = tree.made(repeat, within) if hidden else tree.rows(repeat, within)
        keys = [row.rpartition("/")[2] for row in rows if keep is None or keep(repeat, row)]
        if keys and isinstance(group, Group):
            name = f"{ROWS}{group.key}"
            found[f"{within}/{name}" if within else name] = " ".join(keys)
    return found
