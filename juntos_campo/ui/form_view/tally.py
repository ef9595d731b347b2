"""What is wrong in the whole form, kept up cell by cell, and in the order it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from juntos_campo.form_engine.definition import Question
from juntos_campo.form_engine.findings import Finding
from juntos_campo.ui.form_view.stage import Stage, label_text, repeat_key

OrderKey = tuple[tuple[int, int], ...]


class Tally:
    """Findings by address. A grid has thousands of cells: a key press looks at the few it touched.

    Args:
        section_of: path of a question -> number of its section.
    """

    def __init__(self, stage: Stage, section_of: dict[str, int]) -> None:
        self._stage, self._section_of = stage, section_of
        self.findings: dict[str, Finding] = {}
        self._errors: Counter[int] = Counter()
        self._missing: Counter[int] = Counter()
        nodes = stage.form.definition.nodes
        self._index = {path: number for number, path in enumerate(nodes)}
        self._keys = {one.key: one for one in stage.form.definition.questions}
        self.read()

    def read(self) -> None:
        """Look at everything."""
        self.findings.clear()
        self._errors.clear()
        self._missing.clear()
        for found in self._stage.form.findings():
            self._put(found.address, found)

    def look_at(self, addresses: Iterable[str]) -> None:
        """Look at these cells again."""
        form = self._stage.form
        for address in addresses:
            if self.question(address) is not None:
                self._put(address, form.finding(address))

    def forget_row(self, row: str) -> None:
        """The row is gone."""
        for address in [one for one in self.findings if one.startswith(f"{row}/")]:
            self._put(address, None)

    def question(self, address: str) -> Question | None:
        return self._keys.get(address.rpartition("/")[2])

    def counts(self, section: int) -> tuple[int, int]:
        """Errors, and what is missing, in a section."""
        return self._errors[section], self._missing[section]

    def told(self) -> list[Finding]:
        """What is told now, in the order of the form."""
        stage = self._stage
        shown = [
            found
            for address, found in self.findings.items()
            if found.is_error or stage.asked or address in stage.left
        ]
        return sorted(shown, key=lambda found: self.order(found.address))

    def told_count(self) -> int:
        """How many are told now."""
        if self._stage.asked:
            return len(self.findings)
        errors = sum(self._errors.values())
        if not self._missing.total():
            return errors
        left = self._stage.left
        return errors + sum(
            1 for one in left if (found := self.findings.get(one)) and not found.is_error
        )

    def has_errors(self) -> bool:
        """Something is wrong, not only missing."""
        return self._errors.total() > 0

    def told_in(self, section: int) -> int:
        """How many are told in a section."""
        errors, missing = self.counts(section)
        if not missing:
            return errors
        if self._stage.asked:
            return errors + missing
        left = self._stage.left
        return errors + sum(
            1
            for one in left
            if (found := self.findings.get(one))
            and not found.is_error
            and self._section(one) == section
        )

    def lines(self) -> list[tuple[str, str]]:
        """(address, ``Fila 2 · Edad: Va de 0 a 18.``) of everything told."""
        found = []
        for one in self.told():
            question = self.question(one.address)
            if question is not None:
                row = one.address.rpartition("/")[0]
                name = label_text(self._stage.form, question, row) or question.name
                found.append((one.address, f"{self._row_words(one.address)}{name}: {one.message}"))
        return found

    def _row_words(self, address: str) -> str:
        """``Fila 2 · `` for a cell of a repeat."""
        if "/" not in address:
            return ""
        numbers = ", ".join(str(number + 1) for _, number in self.order(address)[:-1])
        text = QCoreApplication.translate("FormView", "Fila {numbers} · ")
        return text.format(numbers=numbers)

    def order(self, address: str) -> OrderKey:
        """Sorts addresses as a person reads them: down the page, in a sheet row by row."""
        question = self.question(address)
        if question is None:
            return ()
        form = self._stage.form
        parts: list[tuple[int, int]] = []
        row_path = address.rpartition("/")[0].split("/") if "/" in address else []
        repeats = [group for group in form.definition.ancestors(question) if group.is_repeat]
        for depth, group in enumerate(repeats):
            within = "/".join(row_path[:depth])
            row = "/".join(row_path[: depth + 1])
            rows = form.rows(repeat_key(group), within)
            parts.append((self._index[group.path], rows.index(row) if row in rows else 0))
        parts.append((self._index[question.path], 0))
        return tuple(parts)

    def _section(self, address: str) -> int:
        question = self.question(address)
        return self._section_of.get(question.path, -1) if question else -1

    def _put(self, address: str, found: Finding | None) -> None:
        old = self.findings.pop(address, None)
        section = self._section(address)
        if old is not None:
            (self._errors if old.is_error else self._missing)[section] -= 1
        if found is not None:
            self.findings[address] = found
            (self._errors if found.is_error else self._missing)[section] += 1
