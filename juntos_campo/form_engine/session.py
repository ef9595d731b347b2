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
from juntos_campo.domain.errors import ProgrammingError, user_error
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.evaluation import Wave
from juntos_campo.form_engine.filled_form import STARTED, FilledForm
from juntos_campo.form_engine.problems import COUNTED_ROWS
from juntos_campo.form_engine.setvalues import Events, preloaded
from juntos_campo.form_engine.sources import NOBODY, Person, Table
from juntos_campo.form_engine.tree import Place, above

__all__ = ("STARTED", "Session")


class Session(FilledForm):
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
        super().__init__(definition, now, language, tables or {}, seed, person)
        self._events = Events(definition, self._tree, self._evaluator)
        self._take_up(rows or {}, answers or {}, now, person)

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
        self._started = str(answers.get(STARTED) or self._started)
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

    def add_row(
        self, repeat: str, key: str, within: str = "", *, before: str = ""
    ) -> frozenset[str]:
        """Add a row to the repeat named `repeat`, last or before another.

        Args:
            key: its own key, without blanks and slashes, new in this repeat.
            within: the row of the repeat it lies in.
            before: whole key of the row it goes before; last where there is no such row.

        Returns:
            Addresses that changed, and all of the new row.

        Raises:
            UserError: FRM-021, the form itself counts these rows.
            ProgrammingError: no such key can be kept.
        """
        group = self._tree.repeats[repeat]
        if group.count is not None:
            raise user_error(COUNTED_ROWS, repeat=repeat)
        if not key or "/" in key or key.split() != [key]:
            raise ProgrammingError(f"a row key has no blank and no slash: {key!r}")
        made = self._answering.new_rows(group, (key,), within, before)
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

    def set_language(self, language: str) -> None:
        """Show texts in another language; answers and everything typed stay."""
        self._judge.language = self._answering.language = language
        wave = Wave()
        self._evaluator.push_row("", "", wave)  # jr:choice-name() reads differently
        self._evaluator.loading = True
        self._settle((), wave)
        self._evaluator.loading = False

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
