"""Values that are given at an event and then left alone: computed defaults, triggers, metadata."""

from __future__ import annotations

from datetime import datetime

from juntos_campo.form_engine.definition import Definition, Question, SetValue
from juntos_campo.form_engine.evaluation import Evaluator, FormulaError
from juntos_campo.form_engine.function_values import node_text
from juntos_campo.form_engine.functions import point, to_number, to_text, tree_value
from juntos_campo.form_engine.sources import Person
from juntos_campo.form_engine.tree import Place, Tree


class Events:
    """Finds what an event gives; who asks gives it.

    Attributes:
        pending: (what, where) that is still to be given, in order.
    """

    def __init__(self, definition: Definition, tree: Tree, evaluator: Evaluator) -> None:
        self._tree = tree
        self._evaluator = evaluator
        self._nodes = definition.nodes
        self._beginning: dict[str, list[SetValue]] = {}
        self._triggered: dict[str, list[SetValue]] = {}
        for one in definition.setvalues:
            by_event, key = (
                (self._triggered, one.trigger)
                if one.trigger
                else (self._beginning, definition.nodes[one.target].repeat)
            )
            by_event.setdefault(key, []).append(one)
        self.pending: list[tuple[SetValue, Place]] = []

    def begin_row(self, repeat: str, row: str) -> None:
        """The head ("") or a row begins."""
        self.pending += [(one, (one.target, row)) for one in self._beginning.get(repeat, ())]

    def changed(self, place: Place) -> None:
        """A person, or another event, changed an answer."""
        path, row = place
        mine = self._tree.chains[path]
        for one in self._triggered.get(path, ()):
            other = self._tree.chains[one.target]
            shared = 0
            while shared < min(len(mine), len(other)) and mine[shared] == other[shared]:
                shared += 1
            targets = self._tree.targets(one.target, shared, row)
            self.pending += [(one, target) for target in targets]

    def text(self, setvalue: SetValue, place: Place) -> str:
        """What an event gives a cell, as its type reads it."""
        if setvalue.value is None:
            return ""
        question = self._nodes[setvalue.target]
        assert isinstance(question, Question)  # noqa: S101 - the loader saw to it
        try:
            result = self._evaluator.value(setvalue.value, self._tree.cells[place].element)
        except FormulaError:
            return ""
        mark = question.type.mark
        if isinstance(result, float) and result != result:  # noqa: PLR0124 - NaN is no answer
            return ""
        if mark and tree_value(result)[1] != mark:
            number = to_number(result)
            if number == number:  # noqa: PLR0124 - not NaN
                return node_text(point(number, mark)[0])
        return to_text(result)


def preloaded(preload: str, now: datetime, person: Person) -> str:
    """What a metadata question takes when the form begins (``end``: when it is finished)."""
    if preload == "today":
        return now.date().isoformat()
    if preload in ("start", "end"):
        return f"{now:%Y-%m-%dT%H:%M}"
    known = {
        "username": person.username,
        "deviceid": person.device_id,
        "phonenumber": person.phone,
        "email": person.email,
    }
    return known.get(preload, "")
